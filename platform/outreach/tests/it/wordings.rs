//! A tenant's own words: on what they may be put, who reads them, and how they go away again.

use kernel::{AppResult, wordings};
use outreach::templates::{Template, TypedText, service};

use crate::world::House;

async fn set(house: &House, language: &str, key: &str, text: &str, expected: i32) -> AppResult<()> {
    let mut tx = house.world.staff(&house.tenant).begin_write().await?;
    wordings::set(&house.app, &mut tx, "text", language, key, text, expected).await?;
    tx.commit().await
}

async fn greeting(house: &House, locale: &str) -> String {
    let app = house.app.worded(&house.system()).await.unwrap();
    app.texts.get(locale, "portal-account-title", &[("name", "Asha".to_owned())])
}

#[tokio::test]
async fn a_tenants_words_stand_in_one_language_of_one_tenant_until_they_are_taken_away() {
    let (house, other) = (House::open().await, House::open().await);
    let ours = greeting(&house, "en-KE").await;
    set(&house, "en", "portal-account-title", "Karibu {name}", 0).await.unwrap();
    assert_eq!(greeting(&house, "en-KE").await, "Karibu Asha");
    assert_eq!(greeting(&other, "en-KE").await, ours);
    assert_ne!(greeting(&house, "sw-KE").await, "Karibu Asha");

    assert!(set(&house, "en", "portal-account-title", "Jambo {name}", 0).await.unwrap_err().is("setting_changed"), "somebody was quicker");
    set(&house, "en", "portal-account-title", "Jambo {name}", 1).await.unwrap();
    assert_eq!(greeting(&house, "en-KE").await, "Jambo Asha");

    let mut tx = house.world.staff(&house.tenant).begin_write().await.unwrap();
    let late = wordings::reset(&house.app, &mut tx, "en", "portal-account-title", 1).await.unwrap_err();
    assert!(late.is("setting_changed"), "whoever resets has not seen the newest words: {late}");
    drop(tx);
    for _ in 0..2 {
        let mut tx = house.world.staff(&house.tenant).begin_write().await.unwrap();
        wordings::reset(&house.app, &mut tx, "en", "portal-account-title", 2).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(greeting(&house, "en-KE").await, ours);
    let mut tx = house.system().begin_read().await.unwrap();
    let entries: Vec<String> =
        sqlx::query_scalar("select action from audit_entries where tenant_id = $1 and object_type = 'wording' order by at, id")
            .bind(house.tenant.id.0)
            .fetch_all(tx.conn())
            .await
            .unwrap();
    assert_eq!(entries, ["tenancy.wording.change", "tenancy.wording.change", "tenancy.wording.reset"]);
}

#[tokio::test]
async fn words_may_name_only_what_the_text_has() {
    let house = House::open().await;
    let error = set(&house, "en", "portal-account-title", "Hello {balance}", 0).await.unwrap_err();
    assert_eq!((error.fields[0].code.as_ref(), error.fields[0].params[0].1.as_str()), ("wording-unknown-value", "{balance}"));
    assert_eq!(set(&house, "en", "portal-account-title", "  ", 0).await.unwrap_err().fields[0].code, "field-required");
    assert_eq!(set(&house, "en", "portal-account-title", &"x".repeat(4_001), 0).await.unwrap_err().fields[0].code, "field-too-long");
    assert_eq!(
        set(&house, "en", "portal-account-title", "Hello\r\nBcc: all@example.com", 0).await.unwrap_err().fields[0].code,
        "field-invalid",
        "one line"
    );
    assert!(set(&house, "en", "no-such-text", "x", 0).await.unwrap_err().is("not_found"));
    assert!(set(&house, "xx", "portal-account-title", "x", 0).await.unwrap_err().is("not_found"));
    let mut tx = house.world.customer(&house.tenant, house.customer.id.0).begin_write().await.unwrap();
    assert!(wordings::set(&house.app, &mut tx, "text", "en", "portal-account-title", "x", 0).await.is_err(), "customers word nothing");
}

#[tokio::test]
async fn a_mail_keeps_its_link_and_what_says_the_same_is_not_kept() {
    let house = House::open().await;
    let template = Template::find("mail-identity-reset-password").unwrap();
    let save = async |typed: TypedText| {
        let mut tx = house.world.staff(&house.tenant).begin_write().await?;
        service::save(&house.app, &mut tx, template, "en", &typed).await?;
        tx.commit().await
    };
    let get = async || {
        let mut tx = house.world.staff(&house.tenant).begin_read().await.unwrap();
        service::get(&house.app, &mut tx, template, "en").await.unwrap()
    };
    let ours = get().await;
    let error = save(TypedText { subject: ours.subject.clone(), text: "Hello {name}".into(), versions: (0, 0) }).await.unwrap_err();
    assert_eq!(error.fields[0].code, "wording-needs-value");

    save(TypedText { subject: ours.subject.clone(), text: "Hello {name}, click {url}".into(), versions: (0, 0) }).await.unwrap();
    let own = get().await;
    assert_eq!((own.versions, own.is_own(), own.text.as_str()), ((0, 1), true, "Hello {name}, click {url}"));
    let app = house.app.worded(&house.system()).await.unwrap();
    let params = [("name", "Asha".to_owned()), ("url", "https://example.com/x".to_owned())];
    assert_eq!(app.texts.get("en-KE", "mail-identity-reset-password-text", &params), "Hello Asha, click https://example.com/x");

    save(TypedText { subject: own.subject, text: ours.text.clone(), versions: own.versions }).await.unwrap();
    assert_eq!(get().await, ours);
}
