//! Rotating refresh tokens.

use chrono::TimeDelta;
use identity::{UserKind::Customer, accounts, authenticator, tokens};
use uuid::Uuid;

use crate::world::{World, code_of, origin};

#[tokio::test]
async fn a_refresh_token_gives_the_next_pair_and_the_access_token_says_who_it_is() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let first = accounts::open_application(&world.app, &scope, user, &origin()).await.unwrap();
    let second = tokens::rotate(&world.app, &scope, &first.refresh_token).await.unwrap();
    let third = tokens::rotate(&world.app, &scope, &second.refresh_token).await.unwrap();
    assert!(first.refresh_token != second.refresh_token && second.refresh_token != third.refresh_token);
    let who = authenticator::by_bearer(&world.app, &tenant, Customer, &third.access_token, Uuid::now_v7()).await.unwrap();
    assert!(matches!(who, kernel::http::Who::Customer { user: id, .. } if id == user.0));
}

#[tokio::test]
async fn a_repeat_within_ten_seconds_gets_the_same_pair() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let first = accounts::open_application(&world.app, &scope, user, &origin()).await.unwrap();
    let second = tokens::rotate(&world.app, &scope, &first.refresh_token).await.unwrap();
    world.pass(TimeDelta::seconds(10));
    assert_eq!(tokens::rotate(&world.app, &scope, &first.refresh_token).await.unwrap(), second);
    tokens::rotate(&world.app, &scope, &second.refresh_token).await.unwrap();
}

#[tokio::test]
async fn many_at_once_get_one_and_the_same_pair() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let first = accounts::open_application(&world.app, &scope, user, &origin()).await.unwrap();
    let racers = (0..6).map(|_| {
        let (app, scope, token) = (world.app.clone(), scope.clone(), first.refresh_token.clone());
        tokio::spawn(async move { tokens::rotate(&app, &scope, &token).await.unwrap() })
    });
    let mut pairs = Vec::new();
    for racer in racers.collect::<Vec<_>>() {
        pairs.push(racer.await.unwrap());
    }
    assert!(pairs.iter().all(|pair| pair == &pairs[0]));
    assert_eq!(world.count(&tenant, "select count(*) from refresh_tokens where tenant_id = $1").await, 2);
}

#[tokio::test]
async fn a_later_reuse_ends_the_whole_family_for_thief_and_owner_alike() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let first = accounts::open_application(&world.app, &scope, user, &origin()).await.unwrap();
    let other = accounts::open_application(&world.app, &scope, user, &origin()).await.unwrap();
    let second = tokens::rotate(&world.app, &scope, &first.refresh_token).await.unwrap();
    authenticator::by_bearer(&world.app, &tenant, Customer, &second.access_token, Uuid::now_v7()).await.unwrap();
    world.pass(TimeDelta::seconds(11));
    assert_eq!(code_of(tokens::rotate(&world.app, &scope, &first.refresh_token).await), "identity.token_reused");
    assert_eq!(code_of(tokens::rotate(&world.app, &scope, &second.refresh_token).await), "identity.token_invalid");
    let access = authenticator::by_bearer(&world.app, &tenant, Customer, &second.access_token, Uuid::now_v7()).await;
    assert_eq!(code_of(access), "identity.token_invalid", "the access token of the family as well");
    tokens::rotate(&world.app, &scope, &other.refresh_token).await.expect("another family goes on");
    let audited = "select count(*) from audit_entries where tenant_id = $1 and action = 'identity.session.end' and reason = 'refresh token reused'";
    assert_eq!(world.count(&tenant, audited).await, 1);
}

#[tokio::test]
async fn the_successor_is_sealed_and_does_not_stay() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let first = accounts::open_application(&world.app, &scope, user, &origin()).await.unwrap();
    let second = tokens::rotate(&world.app, &scope, &first.refresh_token).await.unwrap();
    let sealed = "select count(*) from refresh_tokens where tenant_id = $1 and successor_sealed is not null";
    assert_eq!(world.count(&tenant, sealed).await, 1);
    let plain = "select count(*) from refresh_tokens where tenant_id = $1 and position('refresh_token'::bytea in successor_sealed) > 0";
    assert_eq!(world.count(&tenant, plain).await, 0);
    world.pass(TimeDelta::seconds(11));
    tokens::rotate(&world.app, &scope, &second.refresh_token).await.unwrap();
    assert_eq!(world.count(&tenant, sealed).await, 1, "only the latest");
}

#[tokio::test]
async fn a_refresh_token_waits_seven_days_and_not_longer() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let first = accounts::open_application(&world.app, &scope, user, &origin()).await.unwrap();
    world.pass(TimeDelta::days(7) - TimeDelta::seconds(1));
    let second = tokens::rotate(&world.app, &scope, &first.refresh_token).await.unwrap();
    world.pass(TimeDelta::days(7));
    assert_eq!(code_of(tokens::rotate(&world.app, &scope, &second.refresh_token).await), "identity.token_invalid");
}

#[tokio::test]
async fn tokens_are_worth_nothing_in_another_tenant_at_the_other_door_or_when_made_up() {
    let world = World::new();
    let (tenant, other) = (world.tenant().await, world.tenant().await);
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let scope = world.system(&tenant);
    let pair = accounts::open_application(&world.app, &scope, user, &origin()).await.unwrap();
    assert_eq!(code_of(tokens::rotate(&world.app, &world.system(&other), &pair.refresh_token).await), "identity.token_invalid");
    assert_eq!(code_of(tokens::rotate(&world.app, &scope, "made-up").await), "identity.token_invalid");
    for (tenant, kind, token) in [
        (&other, Customer, pair.access_token.as_str()),
        (&tenant, identity::UserKind::Staff, pair.access_token.as_str()),
        (&tenant, Customer, pair.refresh_token.as_str()),
        (&tenant, Customer, ""),
    ] {
        assert_eq!(code_of(authenticator::by_bearer(&world.app, tenant, kind, token, Uuid::now_v7()).await), "identity.token_invalid");
    }
}

#[tokio::test]
async fn nobody_signs_the_claims_of_another() {
    let world = World::new();
    let tenant = world.tenant().await;
    let scope = world.system(&tenant);
    let mut tokens = Vec::new();
    for email in ["asha@example.com", "mallory@example.com"] {
        let user = world.user(&tenant, Customer, email).await;
        tokens.push(accounts::open_application(&world.app, &scope, user, &origin()).await.unwrap().access_token);
    }
    let (claims, _) = tokens[0].rsplit_once('.').unwrap();
    let (_, signature) = tokens[1].rsplit_once('.').unwrap();
    let forged = format!("{claims}.{signature}");
    assert_eq!(code_of(authenticator::by_bearer(&world.app, &tenant, Customer, &forged, Uuid::now_v7()).await), "identity.token_invalid");
}

#[tokio::test]
async fn an_access_token_ends_after_a_quarter_of_an_hour() {
    let world = World::new();
    let tenant = world.tenant().await;
    let user = world.user(&tenant, Customer, "asha@example.com").await;
    let pair = accounts::open_application(&world.app, &world.system(&tenant), user, &origin()).await.unwrap();
    world.pass(TimeDelta::seconds(899));
    authenticator::by_bearer(&world.app, &tenant, Customer, &pair.access_token, Uuid::now_v7()).await.unwrap();
    world.pass(TimeDelta::seconds(1));
    let late = authenticator::by_bearer(&world.app, &tenant, Customer, &pair.access_token, Uuid::now_v7()).await;
    assert_eq!(code_of(late), "identity.token_invalid");
}
