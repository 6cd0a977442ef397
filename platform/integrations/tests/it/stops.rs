//! Stopping plugins, and withdrawing versions. The catalogue is shared by all tests, so nothing here stops everything for good.

use std::time::{Duration, Instant};

use integrations::{
    catalogue::{self, Reach, VersionState},
    hooks::HandleWebhook,
    installs::{self, CheckHealth, Health, SettingsMode},
};
use kernel::{
    jobs::{Job, JobCx},
    platform_tx::PlatformTx,
};
use ports::{PortError, payment::PaymentGateway};
use simulators::daraja::{Ack, Answer, Plan, Profile, Rule};

use crate::world::{Wired, good, request};

const BY: &str = "A. Operator";

#[tokio::test]
async fn what_is_stopped_for_a_tenant_runs_for_the_others_and_again_afterwards() {
    let wired = Wired::new().await;
    let (a, b) = (wired.world.brokerage().await, wired.world.brokerage().await);
    let (of_a, of_b) = (wired.live(&a).await, wired.live(&b).await);
    let (staff_a, staff_b) = (wired.world.staff(&a), wired.world.staff(&b));
    let reach = Reach { tenant: Some(a.clone()), ..Reach::default() };
    let stop = catalogue::stop(&wired.world.app, &reach, BY, "asks for too much").await.unwrap();

    let refused = installs::check(&wired.integrations, &staff_a, of_a, SettingsMode::Live).await.unwrap_err();
    assert!(refused.is("plugin.stopped"), "{refused:?}");
    assert!(wired.view(&staff_a, of_a).await.unwrap().stopped && !wired.view(&staff_b, of_b).await.unwrap().stopped);
    let refused = wired.integrations.collect(&wired.world.system(&a), request(of_a)).await;
    assert!(matches!(refused, Err(PortError::Retryable { .. })), "nothing left, so it may be tried later: {refused:?}");
    assert!(wired.integrations.methods(&wired.world.visitor(&a)).await.unwrap().is_empty(), "checkout does not offer it");
    assert!(installs::check(&wired.integrations, &staff_b, of_b, SettingsMode::Live).await.unwrap().passed);

    catalogue::resume(&wired.world.app, stop, BY).await.unwrap();
    assert!(installs::check(&wired.integrations, &staff_a, of_a, SettingsMode::Live).await.unwrap().passed);
    assert!(catalogue::resume(&wired.world.app, stop, BY).await.unwrap_err().is("plugin_stop.not_found"));
}

#[tokio::test]
async fn what_arrives_while_a_plugin_is_stopped_is_kept_and_read_once_it_may_run_again() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (scope, id) = (wired.world.system(&tenant), wired.live(&tenant).await);
    wired.daraja.script(Rule::phone("254700000101", Plan::answer(Answer::Approve)));
    let asked = wired.integrations.collect(&scope, request(id)).await.unwrap();
    let reach = Reach { tenant: Some(tenant.clone()), ..Reach::default() };
    let stop = catalogue::stop(&wired.world.app, &reach, BY, "asks for too much").await.unwrap();
    wired.daraja.delivered(&asked.provider_ref.unwrap(), 1).await.unwrap();
    let last = JobCx { attempt: HandleWebhook::ATTEMPTS, ..wired.context(&tenant) };
    for delivery in wired.waiting(&tenant).await {
        HandleWebhook { delivery }.run(last.clone()).await.unwrap();
    }
    assert_eq!((wired.waiting(&tenant).await.len(), wired.reported(&tenant).await.len()), (1, 0), "however long the stop lasts");

    catalogue::resume(&wired.world.app, stop, BY).await.unwrap();
    for result in wired.handle_all(&tenant).await {
        result.unwrap();
    }
    assert_eq!((wired.waiting(&tenant).await.len(), wired.reported(&tenant).await.len()), (0, 1));
}

#[tokio::test]
async fn tenants_are_told_once_that_what_they_run_was_stopped_and_that_it_works_again() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (staff, id) = (wired.world.staff(&tenant), wired.live(&tenant).await);
    let reach = Reach { tenant: Some(tenant.clone()), ..Reach::default() };
    let stop = catalogue::stop(&wired.world.app, &reach, BY, "asks for too much").await.unwrap();
    for _ in 0..2 {
        CheckHealth {}.run(wired.context(&tenant)).await.unwrap();
    }
    assert_eq!(wired.view(&staff, id).await.unwrap().installation.health, Health::Down);
    catalogue::resume(&wired.world.app, stop, BY).await.unwrap();
    assert!(installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap().passed);
    let mut tx = wired.world.system(&tenant).begin_read().await.unwrap();
    let told: Vec<String> =
        sqlx::query_scalar("select data ->> 'health' from events where tenant_id = $1 and type = 'integration.health_changed' order by sequence")
            .bind(tenant.id.0)
            .fetch_all(tx.conn())
            .await
            .unwrap();
    assert_eq!(told.iter().rev().take(2).rev().map(String::as_str).collect::<Vec<_>>(), ["down", "healthy"]);
    assert_eq!(told.iter().filter(|health| *health == "down").count(), 1);
}

#[tokio::test]
async fn what_was_given_up_is_read_when_somebody_has_it_tried_again() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (scope, id) = (wired.world.system(&tenant), wired.live(&tenant).await);
    wired.daraja.script(Rule::phone("254700000101", Plan::answer(Answer::Approve)));
    let asked = wired.integrations.collect(&scope, request(id)).await.unwrap();
    wired.daraja.delivered(&asked.provider_ref.unwrap(), 1).await.unwrap();
    let delivery = wired.waiting(&tenant).await[0];
    let mut tx = scope.begin_write().await.unwrap();
    sqlx::query("update webhook_deliveries set state = 'failed', error = 'trap', handled_at = now() where tenant_id = $1 and id = $2")
        .bind(tenant.id.0)
        .bind(delivery)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for _ in 0..2 {
        HandleWebhook { delivery }.run(wired.context(&tenant)).await.unwrap();
    }
    assert_eq!(wired.reported(&tenant).await.len(), 1, "once");
}

#[tokio::test]
async fn a_stop_reaches_a_plugin_or_one_of_its_versions() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let (staff, id) = (wired.world.staff(&tenant), wired.live(&tenant).await);
    let plugin = Some(wired.plugin.clone());
    for version in [None, Some("1.0.0".to_owned())] {
        let stop = catalogue::stop(&wired.world.app, &Reach { plugin: plugin.clone(), version, tenant: None }, BY, "misbehaves").await.unwrap();
        assert!(catalogue::list_stops(&wired.world.app).await.unwrap().iter().any(|line| line.id == stop && line.plugin == plugin));
        assert!(installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap_err().is("plugin.stopped"));
        catalogue::resume(&wired.world.app, stop, BY).await.unwrap();
    }
    let nothing = Reach { plugin, version: Some("9.9.9".to_owned()), tenant: None };
    assert!(catalogue::stop(&wired.world.app, &nothing, BY, "misbehaves").await.unwrap_err().is("plugin.not_found"));
}

#[tokio::test]
async fn a_stop_that_names_nothing_reaches_everything() {
    let wired = Wired::new().await;
    // Seen by this transaction alone.
    let mut tx = PlatformTx::begin(&wired.world.app.db, "test").await.unwrap();
    sqlx::query("insert into plugin_stops (id, reason, stopped_by, stopped_at) values (gen_random_uuid(), 'all', 'test', now())")
        .execute(tx.conn())
        .await
        .unwrap();
    let reached: bool =
        sqlx::query_scalar("select plugin_stopped(gen_random_uuid(), gen_random_uuid(), gen_random_uuid())").fetch_one(tx.conn()).await.unwrap();
    assert!(reached);
}

#[tokio::test]
async fn a_call_under_way_ends_within_a_second_and_its_outcome_is_unknown() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    wired.daraja.script(Rule::next(Plan { ack: Ack::Slow { ms: 20_000 }, ..Plan::answer(Answer::Approve) }));
    let (integrations, scope) = (wired.integrations.clone(), wired.world.system(&tenant));
    let before = wired.daraja.book().prompts.len();
    let call = tokio::spawn(async move { integrations.collect(&scope, request(id)).await });
    while wired.daraja.book().prompts.len() == before {
        assert!(!call.is_finished(), "the provider was not asked");
        tokio::task::yield_now().await;
    }
    let stopped = Instant::now();
    catalogue::stop(&wired.world.app, &Reach { plugin: Some(wired.plugin.clone()), ..Reach::default() }, BY, "misbehaves").await.unwrap();
    let outcome = call.await.unwrap();
    assert!(stopped.elapsed() < Duration::from_secs(2), "{:?}", stopped.elapsed());
    assert!(matches!(outcome, Err(PortError::UnknownOutcome(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_revoked_version_never_runs_again() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    wired.configure(&staff, id, SettingsMode::Test, good(Profile::Sandbox)).await.unwrap();
    let mark = |state| catalogue::mark(&wired.world.app, &wired.plugin, "1.0.0", state, BY, "sends what it should not");
    mark(VersionState::Revoked).await.unwrap();
    assert!(installs::check(&wired.integrations, &staff, id, SettingsMode::Test).await.unwrap_err().is("plugin.revoked"));
    assert_eq!(wired.view(&staff, id).await.unwrap().version_state, VersionState::Revoked, "its tenants see why");
    assert!(mark(VersionState::Listed).await.unwrap_err().is("plugin.state"));
}
