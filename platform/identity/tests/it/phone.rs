//! Proving a phone number.

use identity::{UserKind::Customer, accounts, users};

use crate::world::{World, code_of, origin};

async fn with_number(world: &World, tenant: &std::sync::Arc<kernel::Tenant>) -> identity::UserId {
    let user = world.user(tenant, Customer, "asha@example.com").await;
    set_number(world, tenant, user, "0700000101").await;
    user
}

async fn set_number(world: &World, tenant: &std::sync::Arc<kernel::Tenant>, user: identity::UserId, number: &str) {
    let mut tx = world.system(tenant).begin_write().await.unwrap();
    let patch = users::ProfilePatch { phone: Some(number.into()), ..users::ProfilePatch::default() };
    users::change_profile(&mut tx, user, &patch).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn without_a_way_to_send_text_messages_the_failure_says_so() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = with_number(&world, &tenant).await;
    let sent = accounts::send_phone_code(&world.app, &world.system(&tenant), user, None, &origin()).await;
    assert_eq!(code_of(sent), "identity.no_sms_channel");
    assert_eq!(world.count(&tenant, "select count(*) from challenges where tenant_id = $1").await, 0);
}

#[tokio::test]
async fn the_code_from_the_text_message_verifies_the_number() {
    let world = World::with_sms(true);
    let tenant = world.tenant().await;
    let user = with_number(&world, &tenant).await;
    let scope = world.system(&tenant);
    accounts::send_phone_code(&world.app, &scope, user, None, &origin()).await.unwrap();
    let code = world.code(&tenant, "+254700000101").await;
    accounts::verify_phone(&world.app, &scope, user, &code, &origin()).await.unwrap();
    let mut tx = scope.begin_read().await.unwrap();
    assert!(users::get(&mut tx, user).await.unwrap().phone_verified_at.is_some());
}

#[tokio::test]
async fn a_code_for_an_earlier_number_does_not_verify_the_new_one_and_a_new_number_is_unverified() {
    let world = World::with_sms(true);
    let tenant = world.tenant().await;
    let user = with_number(&world, &tenant).await;
    let scope = world.system(&tenant);
    accounts::send_phone_code(&world.app, &scope, user, None, &origin()).await.unwrap();
    let code = world.code(&tenant, "+254700000101").await;
    set_number(&world, &tenant, user, "0700000102").await;
    assert_eq!(code_of(accounts::verify_phone(&world.app, &scope, user, &code, &origin()).await), "identity.code_wrong");

    accounts::send_phone_code(&world.app, &scope, user, None, &origin()).await.unwrap();
    let code = world.code(&tenant, "+254700000102").await;
    accounts::verify_phone(&world.app, &scope, user, &code, &origin()).await.unwrap();
    set_number(&world, &tenant, user, "0700000103").await;
    let mut tx = scope.begin_read().await.unwrap();
    assert!(users::get(&mut tx, user).await.unwrap().phone_verified_at.is_none());
}

#[tokio::test]
async fn a_verified_number_is_signed_in_with_by_a_code_and_an_unverified_one_is_not() {
    let world = World::with_sms(true);
    let tenant = world.tenant().await;
    let user = with_number(&world, &tenant).await;
    let scope = world.system(&tenant);
    accounts::request_sign_in_code(&world.app, &scope, "0700 000 101", &origin()).await.unwrap();
    assert_eq!(world.count(&tenant, "select count(*) from challenges where tenant_id = $1").await, 0, "anybody may have typed it");

    accounts::send_phone_code(&world.app, &scope, user, None, &origin()).await.unwrap();
    let code = world.code(&tenant, "+254700000101").await;
    accounts::verify_phone(&world.app, &scope, user, &code, &origin()).await.unwrap();
    accounts::request_sign_in_code(&world.app, &scope, "0700 000 101", &origin()).await.unwrap();
    let code = world.code(&tenant, "+254700000101").await;
    let by_mail = accounts::log_in_with_code(&world.app, &scope, "asha@example.com", &code, &origin()).await;
    assert_eq!(code_of(by_mail), "identity.code_wrong", "the code proves the phone, not the mailbox");
    let entered = accounts::log_in_with_code(&world.app, &scope, "+254 700 000 101", &code, &origin()).await.unwrap();
    assert_eq!(entered, user);
    let again = accounts::log_in_with_code(&world.app, &scope, "0700000101", &code, &origin()).await;
    assert_eq!(code_of(again), "identity.code_wrong", "once");
}

#[tokio::test]
async fn a_number_that_two_customers_verified_signs_nobody_in() {
    let world = World::with_sms(true);
    let tenant = world.tenant().await;
    let scope = world.system(&tenant);
    for email in ["asha@example.com", "juma@example.com"] {
        let user = world.user(&tenant, Customer, email).await;
        set_number(&world, &tenant, user, "0700000101").await;
        accounts::send_phone_code(&world.app, &scope, user, None, &origin()).await.unwrap();
        let code = world.code(&tenant, "+254700000101").await;
        accounts::verify_phone(&world.app, &scope, user, &code, &origin()).await.unwrap();
    }
    accounts::request_sign_in_code(&world.app, &scope, "0700000101", &origin()).await.unwrap();
    assert_eq!(world.count(&tenant, "select count(*) from challenges where tenant_id = $1 and purpose = 'sign_in_by_phone'").await, 0);
}

#[tokio::test]
async fn a_number_that_no_code_can_be_sent_to_does_not_replace_the_one_before() {
    let world = World::with_sms(true);
    let tenant = world.tenant().await;
    let user = with_number(&world, &tenant).await;
    let scope = world.system(&tenant);
    let phone = async || users::get(&mut scope.begin_read().await.unwrap(), user).await.unwrap().phone.unwrap();
    for ending in 10..99 {
        let (before, next) = (phone().await, format!("07000001{ending}"));
        if let Err(error) = accounts::send_phone_code(&world.app, &scope, user, Some(&next), &origin()).await {
            assert_eq!((error.kind, phone().await), (kernel::Kind::RateLimited, before));
            return;
        }
        assert!(phone().await.ends_with(&ending.to_string()));
    }
    panic!("codes are sent without end");
}

#[tokio::test]
async fn a_code_that_went_to_an_earlier_number_opens_nothing() {
    let world = World::with_sms(true);
    let tenant = world.tenant().await;
    let user = with_number(&world, &tenant).await;
    let scope = world.system(&tenant);
    let confirm = async |number: &str, sent_to: &str| {
        accounts::send_phone_code(&world.app, &scope, user, Some(number), &origin()).await.unwrap();
        let code = world.code(&tenant, sent_to).await;
        accounts::verify_phone(&world.app, &scope, user, &code, &origin()).await.unwrap();
    };
    confirm("0700000101", "+254700000101").await;
    accounts::request_sign_in_code(&world.app, &scope, "0700000101", &origin()).await.unwrap();
    let code = world.code(&tenant, "+254700000101").await;
    confirm("0700000102", "+254700000102").await;
    let entered = accounts::log_in_with_code(&world.app, &scope, "0700000102", &code, &origin()).await;
    assert_eq!(code_of(entered), "identity.code_wrong");
}
