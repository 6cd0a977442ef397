//! The bell, what each wants to be told of, reminders, and the tenant's own words.

use axum::http::StatusCode;
use kernel::{
    dead_letters::{self, Burial},
    events,
    jobs::{JobCx, Subscriber},
};
use outreach::notices::TellPeople;
use uuid::Uuid;

use crate::{
    sales,
    support::{Firm, Site},
};

/// Has everything heard that happened so far.
async fn hear(site: &Site, firm: &Firm) {
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    let ids: Vec<Uuid> = sqlx::query_scalar("select id from events where tenant_id = $1 and type = any($2) order by sequence")
        .bind(firm.tenant.id.0)
        .bind(TellPeople::EVENTS)
        .fetch_all(tx.conn())
        .await
        .expect("events");
    for id in ids {
        let event = events::find(&mut tx, id).await.expect("event").expect("event");
        let cx = JobCx { app: site.app.clone(), scope: firm.scope.clone(), id: Uuid::now_v7(), attempt: 1 };
        assert!(TellPeople::handle(event, cx).await.is_ok(), "{id}");
    }
}

async fn give_up(firm: &Firm) -> Uuid {
    let id = Uuid::now_v7();
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    let burial = Burial { id, queue: "documents", job: "insurance.order.mail", payload: &serde_json::json!({}), error: "internal", attempts: 12 };
    dead_letters::bury(&mut tx, burial).await.expect("buried");
    tx.commit().await.expect("commit");
    id
}

#[tokio::test]
async fn the_bell_counts_what_is_unread_and_a_notice_leads_to_what_it_is_about() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    assert!(browser.get("/").await.has("Notices, none unread"));
    assert!(browser.get("/notices").await.has("Nothing here"));

    let letter = give_up(&firm).await;
    hear(&site, &firm).await;
    assert!(browser.get("/").await.has("Notices, one unread"));
    let bell = browser.get("/notices/bell").await;
    assert!(bell.has("data-unread=\"1\"") && bell.has("Background work given up"), "{}", bell.body);
    let list = browser.get("/notices?state=unread").await;
    assert!(list.has("Mail with an order&#39;s documents failed too often"), "{}", list.body);

    let href = list.body.split("href=\"/notices/").nth(1).and_then(|rest| rest.split('"').next()).expect("a notice").to_owned();
    let opened = browser.get(&format!("/notices/{href}")).await;
    assert_eq!((opened.status, opened.location.as_str()), (StatusCode::SEE_OTHER, format!("/jobs/{letter}").as_str()));
    assert!(browser.get("/notices?state=unread").await.has("Nothing here"));
    assert_eq!(browser.get(&format!("/notices/{}", Uuid::now_v7())).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post("/notices/read", &[]).await.location, "/notices");
}

#[tokio::test]
async fn the_buyer_is_told_of_the_policy() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    sales::confirm(&site, &firm, &mut browser, &sold).await;
    hear(&site, &firm).await;
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    let kinds: Vec<String> = sqlx::query_scalar("select kind from notices where tenant_id = $1 and customer_id = $2 order by id")
        .bind(firm.tenant.id.0)
        .bind(sold.customer)
        .fetch_all(tx.conn())
        .await
        .expect("notices");
    assert_eq!(kinds, ["policy_issued"]);
}

#[tokio::test]
async fn staff_choose_what_they_are_told_and_the_firm_when_it_reminds() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let choices = [("payment_email", "each"), ("document_email", "off"), ("work_email", "daily"), ("work_in_app", "yes"), ("system_email", "each")];
    assert_eq!(browser.post("/profile/notices", &choices).await.status, StatusCode::SEE_OTHER);
    let kept = browser.get("/profile/notices").await;
    assert!(kept.has("name=\"work_in_app\" value=\"yes\" checked") || kept.body.matches("checked").count() == 1, "{}", kept.body);
    assert!(kept.has("<option value=\"each\" selected>"));
    let wrong = browser.post("/profile/notices", &[("payment_email", "sometimes")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);

    let page = browser.get("/settings/notices").await;
    assert!(page.has("value=\"30, 7, 1\""), "{}", page.body);
    let version = page.hidden("version");
    let good = [
        ("version", version.as_str()),
        ("due_before", "14, 3"),
        ("overdue_after", ""),
        ("expiring_before", "60"),
        ("digest_hour", "6"),
        ("keep_days", "120"),
    ];
    let mut bad = good;
    bad[1] = ("due_before", "tomorrow");
    let refused = browser.post("/settings/notices", &bad).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("value=\"tomorrow\""), "{}", refused.body);
    assert_eq!(browser.post("/settings/notices", &good).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/settings/notices").await.has("value=\"14, 3\""));
    assert_eq!(browser.post("/settings/notices", &good).await.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody was quicker");
}

#[tokio::test]
async fn a_mail_is_worded_seen_and_reset() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let list = browser.get("/settings/mails").await;
    assert!(list.has("/settings/mails/mail-order/en") && list.has("Reminder: payment due"), "{}", list.body);
    let place = "/settings/mails/mail-order/en";
    let page = browser.get(place).await;
    assert!(page.has("<code>{brokerage}</code>") && page.has("Hello Juma"), "{}", page.body);

    let words = |text, version| [("subject", "Karibu: {number}"), ("text", text), ("subject_version", version), ("text_version", version)];
    let unknown = browser.post(place, &words("Dear {nickname}, see {url}", "0")).await;
    assert!(unknown.status == StatusCode::UNPROCESSABLE_ENTITY && unknown.has("{nickname} is not known here"), "{}", unknown.body);
    let mut seen = words("Dear {name}, <b>see</b> {url}", "0").to_vec();
    seen.push(("preview", "yes"));
    let seen = browser.post(place, &seen).await;
    assert!(seen.has("Dear Juma, &#60;b&#62;see&#60;/b&#62; http://"), "{}", seen.body);
    assert!(!browser.get(place).await.has("Karibu"), "looking keeps nothing");

    assert_eq!(browser.post(place, &words("Dear {name}, see {url}", "0")).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get(place).await.has("Karibu: {number}"));
    assert!(browser.get("/settings/mails").await.has("Your own"));
    assert_eq!(browser.post(&format!("{place}/test"), &[]).await.status, StatusCode::SEE_OTHER);
    let late = browser.post(&format!("{place}/reset"), &[("subject_version", "0"), ("text_version", "0")]).await;
    assert!(late.status == StatusCode::UNPROCESSABLE_ENTITY && late.has("Karibu: {number}"), "who has not seen the words keeps them: {}", late.body);
    let seen = [("subject_version", "1"), ("text_version", "1")];
    assert_eq!(browser.post(&format!("{place}/reset"), &seen).await.status, StatusCode::SEE_OTHER);
    assert!(!browser.get(place).await.has("Karibu"));
    for strange in ["/settings/mails/mail-order/fr", "/settings/mails/office-today/en"] {
        assert_eq!(browser.get(strange).await.status, StatusCode::NOT_FOUND, "{strange}");
    }
}

#[tokio::test]
async fn who_may_not_change_settings_words_nothing() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    browser.permissions = Some(vec![tenancy::permissions::SETTINGS_READ]);
    assert_eq!(browser.get("/settings/mails").await.status, StatusCode::OK);
    for place in ["/settings/mails/mail-order/en", "/settings/mails/mail-order/en/reset", "/settings/notices", "/settings/wordings/en/button-save"] {
        assert_eq!(browser.post(place, &[]).await.status, StatusCode::FORBIDDEN, "{place}");
    }
}
