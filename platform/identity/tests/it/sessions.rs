//! Sessions of browsers.

use chrono::TimeDelta;
use identity::{
    UserId,
    UserKind::{Customer, Staff},
    accounts, authenticator,
    sessions::{self, SessionSettings},
};
use kernel::{Audience, http::Who};
use uuid::Uuid;

use crate::world::{World, code_of, origin, origin_at};

#[tokio::test]
async fn a_cookie_admits_its_user_at_the_right_door_of_the_right_tenant() {
    let world = World::new();
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let session = accounts::open_browser(&world.app, &world.system(&tenant), user, &origin()).await.unwrap();
    let who = authenticator::by_cookie(&world.app, &tenant, Customer, &session.token, Uuid::now_v7()).await.unwrap();
    let Some(Who::Customer { user: id, session: sid, name, .. }) = who else { panic!("{who:?}") };
    assert_eq!((id, sid, name.as_str()), (user.0, session.id.0, "Asha Wanjiru"));
    for (tenant, kind, token) in
        [(&tenant, Staff, session.token.as_str()), (&other, Customer, &session.token), (&tenant, Customer, "x"), (&tenant, Customer, "")]
    {
        assert!(authenticator::by_cookie(&world.app, tenant, kind, token, Uuid::now_v7()).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_cookie_that_was_just_admitted_is_no_token_of_an_application_nor_the_other_way_round() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let session = accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap();
    let pair = accounts::open_application(&world.app, &scope, user, &origin()).await.unwrap();
    authenticator::by_cookie(&world.app, &tenant, Customer, &session.token, Uuid::now_v7()).await.unwrap().unwrap();
    authenticator::by_bearer(&world.app, &tenant, Customer, &pair.access_token, Uuid::now_v7()).await.unwrap();
    let swapped = authenticator::by_bearer(&world.app, &tenant, Customer, &session.token, Uuid::now_v7()).await;
    assert_eq!(code_of(swapped), "identity.token_invalid");
    assert!(authenticator::by_cookie(&world.app, &tenant, Customer, &pair.access_token, Uuid::now_v7()).await.unwrap().is_none());
}

#[tokio::test]
async fn only_the_hash_of_the_cookie_is_kept() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let session = accounts::open_browser(&world.app, &world.system(&tenant), user, &origin()).await.unwrap();
    let mut tx = world.system(&tenant).begin_read().await.unwrap();
    let row: String =
        sqlx::query_scalar("select sessions::text from sessions where tenant_id = $1").bind(tenant.id.0).fetch_one(tx.conn()).await.unwrap();
    assert!(!row.contains(&session.token) && row.contains(&hex::encode(kernel::tokens::token_hash(&session.token))));
}

#[tokio::test]
async fn a_session_ends_when_idle_and_goes_on_while_it_is_used() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    let settings = SessionSettings { customer_idle_minutes: 30, customer_longest_minutes: 100, ..SessionSettings::default() };
    tx.set_setting(&settings, 0).await.unwrap();
    tx.commit().await.unwrap();
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let idle = accounts::open_browser(&world.app, &scope, user, &origin_at(1)).await.unwrap();
    let used = accounts::open_browser(&world.app, &scope, user, &origin_at(2)).await.unwrap();
    world.pass(TimeDelta::minutes(29));
    assert!(world.admits(&tenant, Customer, &used.token).await);
    world.pass(TimeDelta::minutes(1));
    assert!(!world.admits(&tenant, Customer, &idle.token).await, "idle for thirty minutes");
    world.pass(TimeDelta::minutes(28));
    assert!(world.admits(&tenant, Customer, &used.token).await);
    world.pass(TimeDelta::minutes(29));
    assert!(world.admits(&tenant, Customer, &used.token).await);
    world.pass(TimeDelta::minutes(13));
    assert!(!world.admits(&tenant, Customer, &used.token).await, "a hundred minutes in all");
}

#[tokio::test]
async fn asking_whether_a_session_is_open_does_not_keep_it_open() {
    let world = World::new();
    let tenant = world.tenant().await;
    let mut tx = world.system(&tenant).begin_write().await.unwrap();
    let settings = SessionSettings { customer_idle_minutes: 30, ..SessionSettings::default() };
    tx.set_setting(&settings, 0).await.unwrap();
    tx.commit().await.unwrap();
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let (idle, ended) = (
        accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap(),
        accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap(),
    );
    let is_open = async |session| {
        let mut tx = scope.begin_read().await.unwrap();
        sessions::is_open(&world.app, &mut tx, session).await.unwrap()
    };
    let mut tx = scope.begin_write().await.unwrap();
    sessions::end(&world.app, &mut tx, user, ended.id).await.unwrap();
    tx.commit().await.unwrap();
    world.pass(TimeDelta::minutes(29));
    assert_eq!((is_open(idle.id).await, is_open(ended.id).await), (true, false));
    world.pass(TimeDelta::minutes(1));
    assert!(!is_open(idle.id).await);
}

#[tokio::test]
async fn ending_a_session_takes_effect_at_once() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let session = accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap();
    assert!(authenticator::by_cookie(&world.app, &tenant, Customer, &session.token, Uuid::now_v7()).await.unwrap().is_some());
    let own = world.inner.scope(&tenant, Audience::Customer { user: user.0, customer: Uuid::now_v7() });
    let mut tx = own.begin_write().await.unwrap();
    sessions::end(&world.app, &mut tx, user, session.id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(authenticator::by_cookie(&world.app, &tenant, Customer, &session.token, Uuid::now_v7()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_user_lists_and_ends_only_own_sessions() {
    let world = World::new();
    let tenant = world.tenant().await;
    let (asha, owner) = (world.user(&tenant, Customer, "asha@example.com").await, world.user(&tenant, Staff, "owner@example.com").await);
    let scope = world.system(&tenant);
    let mut opened = Vec::new();
    for n in 1..=3 {
        opened.push(accounts::open_browser(&world.app, &scope, asha, &origin_at(n)).await.unwrap());
    }
    let theirs = accounts::open_browser(&world.app, &scope, owner, &origin_at(9)).await.unwrap();
    let own = world.inner.scope(&tenant, Audience::Customer { user: asha.0, customer: Uuid::now_v7() });

    let mut tx = own.begin_write().await.unwrap();
    let listed = sessions::list(&world.app, &mut tx, asha).await.unwrap();
    assert_eq!(listed.iter().map(|s| s.address.as_str()).collect::<Vec<_>>(), ["192.0.2.3", "192.0.2.2", "192.0.2.1"]);
    assert!(sessions::list(&world.app, &mut tx, owner).await.unwrap().is_empty(), "not those of others");
    assert_eq!(code_of(sessions::end(&world.app, &mut tx, owner, theirs.id).await), "not_found");
    assert_eq!(code_of(sessions::end(&world.app, &mut tx, asha, theirs.id).await), "not_found");
    sessions::end_all(&world.app, &mut tx, asha, Some(opened[0].id), "ended by user").await.unwrap();
    tx.commit().await.unwrap();

    for (session, stays) in opened.iter().zip([true, false, false]) {
        assert_eq!(world.admits(&tenant, Customer, &session.token).await, stays);
    }
    assert!(world.admits(&tenant, Staff, &theirs.token).await);
}

#[tokio::test]
async fn suspending_a_user_ends_every_session_and_activating_opens_none() {
    let world = World::new();
    let tenant = world.tenant().await;
    let (asha, owner) = (world.user(&tenant, Customer, "asha@example.com").await, world.user(&tenant, Staff, "owner@example.com").await);
    let scope = world.system(&tenant);
    let session = accounts::open_browser(&world.app, &scope, asha, &origin()).await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    identity::users::suspend(&world.app, &mut tx, asha, owner).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!world.admits(&tenant, Customer, &session.token).await);
    let mut tx = scope.begin_write().await.unwrap();
    identity::users::activate(&mut tx, asha).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!world.admits(&tenant, Customer, &session.token).await);
}

#[tokio::test]
async fn nobody_but_the_system_reads_what_could_be_used_to_sign_in() {
    let world = World::new();
    let tenant = world.tenant().await;
    let asha = world.user(&tenant, Customer, "asha@example.com").await;
    let owner = world.user(&tenant, Staff, "owner@example.com").await;
    let scope = world.system(&tenant);
    let pair = accounts::open_application(&world.app, &scope, asha, &origin()).await.unwrap();
    identity::tokens::rotate(&world.app, &scope, &pair.refresh_token).await.unwrap();
    accounts::request_reset(&world.app, &scope, Customer, "asha@example.com", &origin()).await.unwrap();
    let new = accounts::Registration {
        email: "new@example.com".into(),
        first_name: "Njeri".into(),
        last_name: String::new(),
        phone: String::new(),
        password: "tatu-mbuzi-9".into(),
    };
    accounts::register(&world.app, &scope, &new, &origin()).await.unwrap();
    let customer = Audience::Customer { user: asha.0, customer: Uuid::now_v7() };
    for (table, sql) in [
        ("passwords", "select count(*) from passwords where tenant_id = $1"),
        ("refresh_tokens", "select count(*) from refresh_tokens where tenant_id = $1"),
        ("challenges", "select count(*) from challenges where tenant_id = $1"),
        ("registrations", "select count(*) from registrations where tenant_id = $1"),
    ] {
        assert!(world.count(&tenant, sql).await > 0, "{table} has rows to hide");
        for audience in [customer, Audience::Staff { user: owner.0 }, Audience::Visitor { visitor: Uuid::now_v7() }] {
            let mut tx = world.inner.scope(&tenant, audience).begin_read().await.unwrap();
            let seen: i64 = sqlx::query_scalar(sql).bind(tenant.id.0).fetch_one(tx.conn()).await.unwrap();
            assert_eq!(seen, 0, "{table} to {audience:?}");
        }
    }
    let mut tx = world.inner.scope(&tenant, customer).begin_read().await.unwrap();
    assert_eq!(code_of(identity::users::get(&mut tx, owner).await), "not_found");
    assert_eq!(identity::users::get(&mut tx, UserId(asha.0)).await.unwrap().email, "asha@example.com");
}

#[tokio::test]
async fn what_has_run_out_is_purged_and_what_is_open_stays() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    accounts::open_application(&world.app, &scope, user, &origin()).await.unwrap();
    accounts::open_browser(&world.app, &scope, user, &origin()).await.unwrap();
    accounts::request_reset(&world.app, &scope, Customer, "asha@example.com", &origin()).await.unwrap();
    let rows = "select (select count(*) from sessions where tenant_id = $1) * 100 + (select count(*) from refresh_tokens where tenant_id = $1) * 10
                + (select count(*) from challenges where tenant_id = $1)";
    let purge = identity::module().schedules.into_iter().find(|s| s.name == "identity.expired.purge").unwrap().job;
    let run = async || {
        let cx = kernel::jobs::JobCx { app: world.app.clone(), scope: world.system(&tenant), id: Uuid::now_v7(), attempt: 1 };
        (purge.run)(serde_json::json!({}), cx).await.unwrap();
        world.count(&tenant, rows).await
    };
    assert_eq!(run().await, 211);
    world.pass(TimeDelta::hours(26));
    assert_eq!(run().await, 210, "the link");
    world.pass(TimeDelta::days(8));
    assert_eq!(run().await, 200, "the refresh token");
    world.pass(TimeDelta::days(121));
    assert_eq!(run().await, 0, "the sessions");
}
