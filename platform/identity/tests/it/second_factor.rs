//! The second factor: taken with an app, asked for at every door, used once a code, and given up.

use std::sync::Arc;

use chrono::TimeDelta;
use identity::{
    UserId,
    UserKind::{Customer, Staff},
    accounts::{self, Entry},
    authenticator, confirmation,
    permissions::ENROL_FIRST,
    second_factor::{self, Proof, SecondFactorPolicy},
    sessions::{OpenedSession, SessionId},
    users,
};
use kernel::{Scope, Tenant, http::Who, personal_data::Extent};
use totp_rs::{Builder, Secret};
use uuid::Uuid;

use crate::world::{PASSWORD, World, code_of, origin};

/// A person with an app, and what the app and the paper hold.
struct Owner {
    scope: Scope,
    tenant: Arc<Tenant>,
    user: UserId,
    session: OpenedSession,
    secret: Vec<u8>,
    recovery: Vec<String>,
}

/// What an app shows at the world's time, `steps` later.
fn code_at(world: &World, secret: &[u8], steps: i64) -> String {
    let totp = Builder::new().with_secret(Secret::new(secret.into())).build().unwrap();
    totp.generate(u64::try_from(world.clock.now().timestamp() + 30 * steps).unwrap()).to_string()
}

fn secret_in(key: &str) -> Vec<u8> {
    Secret::try_from_base32(key.replace(' ', "")).unwrap().as_ref().to_vec()
}

async fn enrolled(world: &World) -> Owner {
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Staff, "owner@example.com").await;
    let scope = world.system(&tenant);
    let session = accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    let person = users::get(&mut tx, user).await.unwrap();
    let shown = second_factor::begin(&world.app, &mut tx, &person).await.unwrap();
    assert!(shown.address.starts_with("otpauth://totp/"), "{}", shown.address);
    let secret = secret_in(&shown.key);
    let code = code_at(world, &secret, 0);
    let recovery = second_factor::enrol(&world.app, &mut tx, user, session.id, &shown.sealed, &code).await.unwrap();
    tx.commit().await.unwrap();
    Owner { scope, tenant, user, session, secret, recovery }
}

/// The challenge that the right password gets.
async fn challenged(world: &World, owner: &Owner) -> String {
    let user = accounts::log_in(&world.app, &owner.scope, Staff, "owner@example.com", PASSWORD, &origin()).await.unwrap();
    match accounts::enter_browser(&world.app, &owner.scope, user, &origin()).await.unwrap() {
        Entry::SecondFactor(token) => token,
        Entry::Open(_) => panic!("no second factor was asked for"),
    }
}

#[tokio::test]
async fn whoever_has_a_second_factor_gets_no_session_without_it() {
    let world = World::new();
    let owner = enrolled(&world).await;
    let token = challenged(&world, &owner).await;
    let wrong = accounts::pass_second_step(&world.app, &owner.scope, &token, Proof::Code("000000")).await;
    assert_eq!(code_of(wrong), "identity.second_factor_wrong");
    world.pass(TimeDelta::seconds(30));
    let code = code_at(&world, &owner.secret, 0);
    assert_eq!(accounts::pass_second_step(&world.app, &owner.scope, &token, Proof::Code(&code)).await.unwrap(), owner.user);
    let mails = world.inbox(&owner.tenant, "owner@example.com").await;
    assert!(mails.iter().any(|mail| mail.subject == "Your second factor is on"));
}

#[tokio::test]
async fn a_code_is_good_once_even_for_another_log_in() {
    let world = World::new();
    let owner = enrolled(&world).await;
    let first = challenged(&world, &owner).await;
    let used_to_enrol = code_at(&world, &owner.secret, 0);
    assert_eq!(
        code_of(accounts::pass_second_step(&world.app, &owner.scope, &first, Proof::Code(&used_to_enrol)).await),
        "identity.second_factor_wrong"
    );
    let next = code_at(&world, &owner.secret, 1);
    accounts::pass_second_step(&world.app, &owner.scope, &first, Proof::Code(&next)).await.unwrap();
    let second = challenged(&world, &owner).await;
    assert_eq!(code_of(accounts::pass_second_step(&world.app, &owner.scope, &second, Proof::Code(&next)).await), "identity.second_factor_wrong");
    assert_eq!(
        code_of(accounts::pass_second_step(&world.app, &owner.scope, &first, Proof::Code(&next)).await),
        "identity.log_in_again",
        "the log-in was completed"
    );
}

#[tokio::test]
async fn two_who_send_the_same_code_at_once_are_let_in_once() {
    let world = World::new();
    let owner = enrolled(&world).await;
    let (one, other) = (challenged(&world, &owner).await, challenged(&world, &owner).await);
    let code = code_at(&world, &owner.secret, 1);
    let tries = tokio::join!(
        accounts::pass_second_step(&world.app, &owner.scope, &one, Proof::Code(&code)),
        accounts::pass_second_step(&world.app, &owner.scope, &other, Proof::Code(&code))
    );
    assert_eq!([tries.0.is_ok(), tries.1.is_ok()].into_iter().filter(|ok| *ok).count(), 1);
}

#[tokio::test]
async fn a_recovery_code_opens_once_and_its_person_is_told() {
    let world = World::new();
    let owner = enrolled(&world).await;
    assert_eq!(owner.recovery.len(), 10);
    let code = owner.recovery[3].to_uppercase().replace('-', " ");
    let token = challenged(&world, &owner).await;
    accounts::pass_second_step(&world.app, &owner.scope, &token, Proof::Code(&code)).await.unwrap();
    let token = challenged(&world, &owner).await;
    assert_eq!(code_of(accounts::pass_second_step(&world.app, &owner.scope, &token, Proof::Code(&code)).await), "identity.second_factor_wrong");
    let mut tx = owner.scope.begin_read().await.unwrap();
    assert_eq!(second_factor::status(&mut tx, owner.user).await.unwrap().unwrap().codes_left, 9);
    drop(tx);
    assert!(world.inbox(&owner.tenant, "owner@example.com").await.iter().any(|mail| mail.subject == "A recovery code was used"));
    let kept = world.count(&owner.tenant, "select count(*) from recovery_codes where tenant_id = $1 and length(code_hash) = 32").await;
    assert_eq!(kept, 10, "only hashes lie there");
}

#[tokio::test]
async fn new_recovery_codes_make_the_earlier_ones_worthless() {
    let world = World::new();
    let owner = enrolled(&world).await;
    let mut tx = owner.scope.begin_write().await.unwrap();
    let renewed = second_factor::renew_codes(&world.app, &mut tx, owner.user).await.unwrap();
    tx.commit().await.unwrap();
    let token = challenged(&world, &owner).await;
    assert_eq!(
        code_of(accounts::pass_second_step(&world.app, &owner.scope, &token, Proof::Code(&owner.recovery[0])).await),
        "identity.second_factor_wrong"
    );
    accounts::pass_second_step(&world.app, &owner.scope, &token, Proof::Code(&renewed[0])).await.unwrap();
}

#[tokio::test]
async fn five_wrong_codes_or_ten_minutes_end_a_log_in() {
    let world = World::new();
    let owner = enrolled(&world).await;
    let token = challenged(&world, &owner).await;
    for _ in 0..5 {
        assert_eq!(code_of(accounts::pass_second_step(&world.app, &owner.scope, &token, Proof::Code("12")).await), "identity.second_factor_wrong");
    }
    let right = code_at(&world, &owner.secret, 1);
    assert_eq!(code_of(accounts::pass_second_step(&world.app, &owner.scope, &token, Proof::Code(&right)).await), "identity.log_in_again");
    let late = challenged(&world, &owner).await;
    world.pass(TimeDelta::minutes(10));
    let right = code_at(&world, &owner.secret, 0);
    assert_eq!(code_of(accounts::pass_second_step(&world.app, &owner.scope, &late, Proof::Code(&right)).await), "identity.log_in_again");
}

#[tokio::test]
async fn guesses_are_slowed_wherever_they_come_from() {
    let world = World::new();
    let owner = enrolled(&world).await;
    let mut last = String::new();
    for _ in 0..3 {
        let token = challenged(&world, &owner).await;
        for _ in 0..5 {
            last = code_of(accounts::pass_second_step(&world.app, &owner.scope, &token, Proof::Code("nope")).await);
        }
    }
    assert_eq!(last, "identity.too_many_attempts");
}

#[tokio::test]
async fn the_link_of_a_new_password_does_not_lead_around_the_second_factor() {
    let world = World::new();
    let owner = enrolled(&world).await;
    accounts::request_reset(&world.app, &owner.scope, Staff, "owner@example.com", &origin()).await.unwrap();
    let link = world.link(&owner.tenant, "owner@example.com").await;
    let user = accounts::choose_password(&world.app, &owner.scope, &link, "tatu-mbuzi-9").await.unwrap();
    assert!(matches!(accounts::enter_browser(&world.app, &owner.scope, user, &origin()).await.unwrap(), Entry::SecondFactor(_)));
    assert!(matches!(accounts::enter_application(&world.app, &owner.scope, user, &origin()).await.unwrap(), Entry::SecondFactor(_)));
}

#[tokio::test]
async fn taking_one_logs_out_everywhere_else_and_a_secret_serves_its_own_person_only() {
    let world = World::new();
    let tenant = world.tenant().await;
    let (asha, juma) = (world.user(&tenant, Customer, "asha@example.com").await, world.user(&tenant, Customer, "juma@example.com").await);
    let scope = world.system(&tenant);
    let here = accounts::open_browser(&world.app, &scope, asha, &origin()).await.unwrap();
    let elsewhere = accounts::open_browser(&world.app, &scope, asha, &origin()).await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    let person = users::get(&mut tx, asha).await.unwrap();
    let shown = second_factor::begin(&world.app, &mut tx, &person).await.unwrap();
    let code = code_at(&world, &secret_in(&shown.key), 0);
    let stolen = second_factor::enrol(&world.app, &mut tx, juma, here.id, &shown.sealed, &code).await;
    assert_eq!(code_of(stolen), "identity.enrolment_over");
    second_factor::enrol(&world.app, &mut tx, asha, here.id, &shown.sealed, &code).await.unwrap();
    tx.commit().await.unwrap();
    assert!(world.admits(&tenant, Customer, &here.token).await && !world.admits(&tenant, Customer, &elsewhere.token).await);
    let mut tx = scope.begin_write().await.unwrap();
    assert_eq!(code_of(second_factor::enrol(&world.app, &mut tx, asha, here.id, &shown.sealed, &code).await), "identity.second_factor_on");
}

#[tokio::test]
async fn a_page_with_a_secret_is_worth_nothing_after_half_an_hour() {
    let world = World::new();
    let tenant = world.tenant().await;
    let asha = world.user(&tenant, Customer, "asha@example.com").await;
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    let person = users::get(&mut tx, asha).await.unwrap();
    let shown = second_factor::begin(&world.app, &mut tx, &person).await.unwrap();
    world.pass(TimeDelta::minutes(31));
    let code = code_at(&world, &secret_in(&shown.key), 0);
    let late = second_factor::enrol(&world.app, &mut tx, asha, SessionId(Uuid::now_v7()), &shown.sealed, &code).await;
    assert_eq!(code_of(late), "identity.enrolment_over");
}

#[tokio::test]
async fn where_one_is_demanded_staff_may_do_nothing_else_first_and_not_give_it_up() {
    let world = World::new();
    let owner = enrolled(&world).await;
    let mut tx = owner.scope.begin_write().await.unwrap();
    let policy = SecondFactorPolicy { roles: vec!["owner".into()], ..SecondFactorPolicy::default() };
    second_factor::change_policy(&world.app, &mut tx, &policy, 0).await.unwrap();
    tx.commit().await.unwrap();
    let other = world.user(&owner.tenant, Staff, "second@example.com").await;
    let session = accounts::open_browser(&world.app, &owner.scope, other, &origin()).await.unwrap();
    let held = async |token: &str| match authenticator::by_cookie(&world.app, &owner.tenant, Staff, token, Uuid::now_v7()).await.unwrap() {
        Some(Who::Staff { permissions, .. }) => permissions.iter().cloned().collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(held(&session.token).await, [ENROL_FIRST]);
    assert!(held(&owner.session.token).await.len() > 1, "who has one holds what the roles give");
    let mut tx = owner.scope.begin_write().await.unwrap();
    assert_eq!(code_of(second_factor::remove(&world.app, &mut tx, owner.user).await), "identity.second_factor_demanded");
}

#[tokio::test]
async fn an_administrator_resets_it_and_the_person_is_told_and_logged_out() {
    let world = World::new();
    let owner = enrolled(&world).await;
    let mut tx = owner.scope.begin_write().await.unwrap();
    second_factor::reset(&world.app, &mut tx, owner.user).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!world.admits(&owner.tenant, Staff, &owner.session.token).await);
    assert!(world.inbox(&owner.tenant, "owner@example.com").await.iter().any(|mail| mail.subject == "Your second factor is off"));
    let entry = accounts::enter_browser(&world.app, &owner.scope, owner.user, &origin()).await.unwrap();
    assert!(matches!(entry, Entry::Open(_)));
    let audited =
        world.count(&owner.tenant, "select count(*) from audit_entries where tenant_id = $1 and action = 'identity.second_factor.reset'").await;
    assert_eq!(audited, 1);
}

#[tokio::test]
async fn a_proof_to_be_there_holds_for_the_tenants_minutes_and_is_given_anew_by_code() {
    let world = World::new();
    let owner = enrolled(&world).await;
    let (app, scope, session) = (&world.app, &owner.scope, owner.session.id);
    assert!(confirmation::holds(app, scope, session).await.unwrap(), "the log-in was a proof");
    world.pass(TimeDelta::minutes(15));
    assert_eq!(code_of(confirmation::demand(app, scope, session).await), "identity.confirmation_needed");
    let by_password = confirmation::confirm(app, scope, owner.user, session, Proof::Code(PASSWORD), &origin()).await;
    assert_eq!(code_of(by_password), "identity.second_factor_wrong", "the password is not enough beside a second factor");
    confirmation::confirm(app, scope, owner.user, session, Proof::Code(&code_at(&world, &owner.secret, 0)), &origin()).await.unwrap();
    confirmation::demand(app, scope, session).await.unwrap();
}

#[tokio::test]
async fn without_a_second_factor_the_password_proves_it() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Staff, "owner@example.com").await;
    let scope = world.system(&tenant);
    let session = accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap();
    world.pass(TimeDelta::hours(1));
    assert_eq!(
        code_of(confirmation::confirm(&world.app, &scope, user, session.id, Proof::Code("wrong-1-word"), &origin()).await),
        "identity.wrong_password"
    );
    confirmation::confirm(&world.app, &scope, user, session.id, Proof::Code(PASSWORD), &origin()).await.unwrap();
    confirmation::demand(&world.app, &scope, session.id).await.unwrap();
    let guest = world.guest(&tenant, "guest@example.com").await;
    assert_eq!(confirmation::means(&scope, guest).await.unwrap(), None);
}

#[tokio::test]
async fn with_an_erased_account_everything_goes_that_opened_it() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let session = accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    let person = users::get(&mut tx, user).await.unwrap();
    let shown = second_factor::begin(&world.app, &mut tx, &person).await.unwrap();
    let code = code_at(&world, &secret_in(&shown.key), 0);
    second_factor::enrol(&world.app, &mut tx, user, session.id, &shown.sealed, &code).await.unwrap();
    for part in identity::module().personal_data {
        part.erase(&world.app, &mut tx, person.subject_id.unwrap(), Extent::Everything).await.unwrap();
    }
    tx.commit().await.unwrap();
    for table in ["select count(*) from second_factors where tenant_id = $1", "select count(*) from recovery_codes where tenant_id = $1"] {
        assert_eq!(world.count(&tenant, table).await, 0, "{table}");
    }
}
