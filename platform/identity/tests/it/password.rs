//! Passwords chosen anew.

use chrono::TimeDelta;
use identity::{
    PersonName,
    UserKind::{Customer, Staff},
    accounts, users,
};
use uuid::Uuid;

use crate::world::{PASSWORD, World, code_of, origin, origin_at};

#[tokio::test]
async fn asking_for_a_reset_says_nothing_about_the_address_and_mails_only_a_known_one() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    for email in ["asha@example.com", "nobody@example.com"] {
        accounts::request_reset(&world.app, &scope, Customer, email, &origin()).await.unwrap();
    }
    let mails = world.inbox(&tenant, "asha@example.com").await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains(&format!("http://{}.localhost:8080/reset-password/", tenant.slug)), "{}", mails[0].text);
    assert_eq!((mails[0].from_name.as_str(), mails[0].to_name.as_deref()), ("Mfano Insurance Brokers", Some("Asha Wanjiru")));
    assert!(world.inbox(&tenant, "nobody@example.com").await.is_empty());
}

#[tokio::test]
async fn a_link_sets_the_password_once_ends_all_sessions_and_tells_the_owner() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let session = accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap();
    accounts::request_reset(&world.app, &scope, Customer, "asha@example.com", &origin()).await.unwrap();
    let token = world.link(&tenant, "asha@example.com").await;
    assert_eq!(accounts::choose_password(&world.app, &scope, &token, "tatu-mbuzi-9").await.unwrap(), user);
    assert_eq!(code_of(accounts::choose_password(&world.app, &scope, &token, "nne-kondoo-8").await), "identity.link_wrong");
    assert!(!world.admits(&tenant, Customer, &session.token).await);
    assert_eq!(code_of(accounts::log_in(&world.app, &scope, Customer, "asha@example.com", PASSWORD, &origin()).await), "identity.wrong_credentials");
    accounts::log_in(&world.app, &scope, Customer, "asha@example.com", "tatu-mbuzi-9", &origin()).await.unwrap();
    let mails = world.inbox(&tenant, "asha@example.com").await;
    assert_eq!(mails.last().unwrap().subject, "Your password was changed");
}

#[tokio::test]
async fn of_two_who_follow_a_link_at_once_one_wins() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    accounts::request_reset(&world.app, &scope, Customer, "asha@example.com", &origin()).await.unwrap();
    let token = world.link(&tenant, "asha@example.com").await;
    let (a, b) = tokio::join!(
        accounts::choose_password(&world.app, &scope, &token, "tatu-mbuzi-9"),
        accounts::choose_password(&world.app, &scope, &token, "nne-kondoo-8")
    );
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1);
}

#[tokio::test]
async fn a_weak_or_former_password_is_refused_and_leaves_the_link_good() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    accounts::request_reset(&world.app, &scope, Customer, "asha@example.com", &origin()).await.unwrap();
    let token = world.link(&tenant, "asha@example.com").await;
    for (password, code) in [
        ("kiti-7", "password-too-short"),
        ("Password1!", "password-common"),
        ("Wanjiru-22", "password-personal"),
        ("Mfano-2026!", "password-personal"),
        (PASSWORD, "password-used-before"),
    ] {
        let error = accounts::choose_password(&world.app, &scope, &token, password).await.unwrap_err();
        assert!(error.fields.iter().any(|field| field.field == "password" && field.code == code), "{password}: {error}");
    }
    accounts::choose_password(&world.app, &scope, &token, "tatu-mbuzi-9").await.unwrap();
}

#[tokio::test]
async fn the_last_five_passwords_do_not_come_back_and_the_sixth_may() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let session = accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap();
    let change = async |from: String, to: String| accounts::change_password(&world.app, &scope, user, session.id, &from, &to, &origin()).await;
    let number = |n: u32| if n == 0 { PASSWORD.to_owned() } else { format!("kondoo wa {n} bluu") };
    for n in 0..4 {
        change(number(n), number(n + 1)).await.unwrap();
    }
    for n in 0..=4 {
        let error = change(number(4), number(n)).await.unwrap_err();
        assert!(error.fields.iter().any(|field| field.field == "new_password" && field.code == "password-used-before"), "{n}: {error}");
    }
    change(number(4), number(5)).await.unwrap();
    change(number(5), PASSWORD.to_owned()).await.unwrap();
    assert_eq!(world.count(&tenant, "select count(*) from password_history where tenant_id = $1").await, 4);
}

#[tokio::test]
async fn changing_the_password_needs_the_present_one_and_keeps_this_session_only() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let here = accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap();
    let there = accounts::open_browser(&world.app, &scope, user, &origin_at(99)).await.unwrap();
    let wrong = accounts::change_password(&world.app, &scope, user, here.id, "guess-1-guess", "tatu-mbuzi-9", &origin()).await;
    assert_eq!(code_of(wrong), "identity.wrong_password");
    accounts::change_password(&world.app, &scope, user, here.id, PASSWORD, "tatu-mbuzi-9", &origin()).await.unwrap();
    assert!(world.admits(&tenant, Customer, &here.token).await);
    assert!(!world.admits(&tenant, Customer, &there.token).await);
}

#[tokio::test]
async fn a_link_ends_after_an_hour_and_belongs_to_its_tenant() {
    let world = World::new();
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    accounts::request_reset(&world.app, &scope, Customer, "asha@example.com", &origin()).await.unwrap();
    let token = world.link(&tenant, "asha@example.com").await;
    let elsewhere = accounts::choose_password(&world.app, &world.system(&other), &token, "tatu-mbuzi-9").await;
    assert_eq!(code_of(elsewhere), "identity.link_wrong");
    world.pass(TimeDelta::hours(1));
    assert_eq!(code_of(accounts::choose_password(&world.app, &scope, &token, "tatu-mbuzi-9").await), "identity.link_wrong");
}

#[tokio::test]
async fn a_secret_lies_sealed_until_it_was_sent_and_then_only_its_hash_stays() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    accounts::request_reset(&world.app, &scope, Customer, "asha@example.com", &origin()).await.unwrap();
    let sealed = "select count(*) from challenges where tenant_id = $1 and secret_sealed is not null";
    assert_eq!(world.count(&tenant, sealed).await, 1);
    let token = world.link(&tenant, "asha@example.com").await;
    assert_eq!(world.count(&tenant, sealed).await, 0);
    let mut tx = scope.begin_read().await.unwrap();
    let row: String =
        sqlx::query_scalar("select challenges::text from challenges where tenant_id = $1").bind(tenant.id.0).fetch_one(tx.conn()).await.unwrap();
    assert!(!row.contains(&token) && row.contains(&hex::encode(kernel::tokens::token_hash(&token))));
}

#[tokio::test]
async fn a_mail_that_could_not_leave_is_tried_again_with_the_same_link_and_a_refused_one_is_not() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let sealed = "select count(*) from challenges where tenant_id = $1 and secret_sealed is not null";
    *world.mail.refuse.lock().unwrap() = Some(ports::PortError::Retryable { reason: "away".into(), after_ms: None });
    accounts::request_reset(&world.app, &scope, Customer, "asha@example.com", &origin()).await.unwrap();
    let results = world.run_jobs(&tenant).await;
    assert!(matches!(&results[..], [(_, Err(error))] if error.starts_with("Retry")), "{results:?}");
    assert_eq!(world.count(&tenant, sealed).await, 1);

    *world.mail.refuse.lock().unwrap() = Some(ports::PortError::Rejected { code: "550".into(), message: "no such mailbox".into() });
    accounts::request_reset(&world.app, &scope, Customer, "asha@example.com", &origin()).await.unwrap();
    let results = world.run_jobs(&tenant).await;
    assert!(matches!(&results[..], [(_, Err(error))] if error.starts_with("Fail")), "{results:?}");
    assert_eq!(world.count(&tenant, sealed).await, 0);
}

#[tokio::test]
async fn a_guest_claims_the_account_by_mail_and_earlier_sessions_end() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.guest(&tenant, "asha@example.com").await;
    let scope = world.system(&tenant);
    let guest_session = accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap();
    assert!(world.admits(&tenant, Customer, &guest_session.token).await);
    let mut tx = scope.begin_write().await.unwrap();
    users::send_claim_link(&world.app, &mut tx, user).await.unwrap();
    tx.commit().await.unwrap();
    let token = world.link(&tenant, "asha@example.com").await;
    accounts::choose_password(&world.app, &scope, &token, "tatu-mbuzi-9").await.unwrap();
    assert_eq!(accounts::log_in(&world.app, &scope, Customer, "asha@example.com", "tatu-mbuzi-9", &origin()).await.unwrap(), user);
    assert!(!world.admits(&tenant, Customer, &guest_session.token).await);
    let mut tx = scope.begin_read().await.unwrap();
    assert!(users::get(&mut tx, user).await.unwrap().email_verified_at.is_some());
}

#[tokio::test]
async fn a_second_guest_with_the_same_address_has_to_sign_in_first() {
    let world = World::new();
    let tenant = world.tenant().await;
    world.guest(&tenant, "asha@example.com").await;
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    let again = users::create_guest_customer(&world.app, &mut tx, Uuid::now_v7(), &PersonName::split("Other"), "ASHA@example.com", None).await;
    assert_eq!(code_of(again), "identity.email_taken");
    tx.rollback().await.unwrap();
    world.user(&tenant, Staff, "asha@example.com").await;
}
