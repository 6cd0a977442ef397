//! What publishers learn of how their versions do, and what they do not learn.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{Duration, Utc};
use integrations::{
    catalogue::{self, VersionState},
    figures::{CallFigures, TallyCalls},
    installs::{self, GuardUpgrades, Migration},
    publishing::{self, VersionView},
};
use kernel::{Tenant, jobs::Job};
use uuid::Uuid;

use crate::{publishing::House, world::Wired};

/// The id of a call that ended so many minutes ago.
fn ended(minutes: i64) -> Uuid {
    let at = Utc::now() - Duration::minutes(minutes);
    let random = Uuid::new_v4().as_u128() & ((1 << 62) - 1);
    Uuid::from_u128(u128::from(at.timestamp_millis().unsigned_abs()) << 80 | 0x7 << 76 | 0b10 << 62 | random)
}

/// Live calls of the tenant's installation, one for each outcome, that took a tenth of a second and ended ten minutes ago.
async fn calls(wired: &Wired, tenant: &Arc<Tenant>, outcomes: &[&str]) {
    let mut tx = wired.world.system(tenant).begin_write().await.unwrap();
    for outcome in outcomes {
        sqlx::query(
            "insert into plugin_calls (tenant_id, id, installation_id, version_id, action, mode, attempt, correlation_id, outcome, error, request,
               logs, duration_us, queued_us, cpu_us, memory_bytes, host_calls, broke_off, at)
             select tenant_id, $2, id, version_id, 'collect', 'live', 1, 'test', $3, 'no answer', '{}',
               '[{\"level\": \"warn\", \"message\": \"asked\", \"values\": [], \"at_ms\": 1}]', 99999, 1, 1, 1, 1, $3 = 'failed', clock_timestamp() - interval '10 minutes'
             from plugin_installations where tenant_id = $1",
        )
        .bind(tenant.id.0)
        .bind(ended(10))
        .bind(outcome)
        .execute(tx.conn())
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

/// A tenant with the plugin at work. The calls that set it up are too young to be counted.
async fn office(wired: &Wired) -> (Arc<Tenant>, Uuid) {
    let tenant = wired.world.brokerage().await;
    let id = wired.live(&tenant).await;
    (tenant, id)
}

async fn tally(wired: &Wired, tenants: &[&Arc<Tenant>]) {
    for tenant in tenants {
        TallyCalls {}.run(wired.context(tenant)).await.unwrap();
    }
}

async fn view(wired: &Wired, house: &House, version: &str) -> VersionView {
    publishing::version(&wired.world.app, &house.staff, &wired.plugin, version).await.unwrap()
}

#[tokio::test]
async fn a_publisher_reads_sums_over_three_offices_and_nothing_of_fewer() {
    let wired = Wired::unpublished().await;
    let house = House::new(&wired).await;
    house.publish(&wired, &house.package(&wired, "1.0.0", |manifest| manifest)).await;
    let ((first, _), (second, _), (third, _)) = (office(&wired).await, office(&wired).await, office(&wired).await);
    calls(&wired, &first, &["ok", "ok", "failed"]).await;
    calls(&wired, &second, &["unknown", "rejected"]).await;
    tally(&wired, &[&first, &second]).await;
    let few = view(&wired, &house, "1.0.0").await.figures;
    assert_eq!((few.installed, few.live, few.share, few.state, few.calls), (3, 3, 100, VersionState::Listed, None));

    calls(&wired, &third, &["ok"]).await;
    // What was counted is not counted again.
    tally(&wired, &[&first, &second, &third]).await;
    let told = CallFigures { calls: 6, failures: 2, traps: 1, p95_us: Some(100_000) };
    assert_eq!(view(&wired, &house, "1.0.0").await.figures.calls, Some(told));
    assert_eq!(publishing::versions(&wired.world.app, &house.staff).await.unwrap()[0].calls, Some(told));
    let stranger = House::new(&wired).await;
    assert!(publishing::versions(&wired.world.app, &stranger.staff).await.unwrap().is_empty());
    let other = publishing::version(&wired.world.app, &stranger.staff, &wired.plugin, "1.0.0").await;
    assert!(other.unwrap_err().is("plugin.not_found"));
}

#[tokio::test]
async fn only_offices_that_say_so_show_failing_calls_and_only_as_long_as_they_do() {
    let wired = Wired::unpublished().await;
    let house = House::new(&wired).await;
    house.publish(&wired, &house.package(&wired, "1.0.0", |manifest| manifest)).await;
    let ((tenant, id), (silent, _)) = (office(&wired).await, office(&wired).await);
    let (app, staff) = (&wired.world.app, wired.world.staff(&tenant));
    assert_eq!(wired.view(&staff, id).await.unwrap().shared_since, None, "nobody shares who did not say so");
    assert!(installs::share(app, &wired.world.staff(&silent), id, true).await.unwrap_err().is("installation.not_found"));
    installs::share(app, &staff, id, true).await.unwrap();
    // As if it had shared for an hour.
    let mut tx = wired.world.system(&tenant).begin_write().await.unwrap();
    sqlx::query("update plugin_installations set shared_since = now() - interval '1 hour' where tenant_id = $1")
        .bind(tenant.id.0)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    calls(&wired, &tenant, &["failed", "ok"]).await;
    tally(&wired, &[&tenant]).await;
    let shown = view(&wired, &house, "1.0.0").await;
    assert_eq!(shown.figures.calls.map(|calls| (calls.calls, calls.failures)), Some((2, 1)), "all who call share");
    assert_eq!(shown.samples.iter().map(|sample| (sample.error.as_deref(), sample.logs.len())).collect::<Vec<_>>(), [(Some("no answer"), 1)]);

    calls(&wired, &silent, &["failed"]).await;
    tally(&wired, &[&silent]).await;
    let shown = view(&wired, &house, "1.0.0").await;
    assert_eq!((shown.figures.calls, shown.samples.len()), (None, 1), "one of two keeps its calls to itself");

    installs::share(app, &staff, id, false).await.unwrap();
    installs::share(app, &staff, id, true).await.unwrap();
    assert!(view(&wired, &house, "1.0.0").await.samples.is_empty(), "what was shown is gone for good");
}

#[tokio::test]
async fn a_publisher_offers_its_version_to_as_many_as_it_likes() {
    let wired = Wired::unpublished().await;
    let (house, other) = (House::new(&wired).await, House::new(&wired).await);
    let app = &wired.world.app;
    house.publish(&wired, &house.package(&wired, "1.0.0", |manifest| manifest)).await;
    let offer = |scope, share| publishing::offer(app, scope, &wired.plugin, "1.0.0", share);
    offer(&house.staff, 10).await.unwrap();
    assert_eq!(view(&wired, &house, "1.0.0").await.figures.share, 10);
    assert!(offer(&house.staff, 101).await.unwrap_err().is("validation_error"));
    assert!(offer(&house.staff, -1).await.unwrap_err().is("validation_error"));
    assert!(offer(&other.staff, 100).await.unwrap_err().is("plugin.not_found"));
    assert_eq!(view(&wired, &house, "1.0.0").await.figures.share, 10);

    catalogue::offer(app, &wired.plugin, "1.0.0", 30, "A. Operator", "it is slow").await.unwrap();
    assert!(offer(&house.staff, 31).await.unwrap_err().is("plugin.share_limited"), "the platform said no more than 30");
    offer(&house.staff, 5).await.unwrap();
    offer(&house.staff, 30).await.unwrap();
    catalogue::offer(app, &wired.plugin, "1.0.0", 100, "A. Operator", "mended").await.unwrap();
    offer(&house.staff, 90).await.unwrap();
    assert_eq!(view(&wired, &house, "1.0.0").await.figures.share, 90);
}

#[tokio::test]
async fn offices_leave_a_version_that_its_publisher_takes_back() {
    let wired = Wired::unpublished().await;
    let house = House::new(&wired).await;
    let app = &wired.world.app;
    house.publish(&wired, &house.package(&wired, "1.0.0", |manifest| manifest)).await;
    let take_back = |version| publishing::take_back(app, &house.staff, &wired.plugin, version, "it forgets receipts");
    assert!(take_back("1.0.0").await.unwrap_err().is("installation.no_way_back"));
    let (tenant, id) = office(&wired).await;
    house.publish(&wired, &house.package(&wired, "1.1.0", |manifest| manifest)).await;
    let staff = wired.world.staff(&tenant);
    let mut tx = staff.begin_write().await.unwrap();
    installs::upgrade(&wired.integrations, &mut tx, id, &BTreeSet::new(), &Migration::default()).await.unwrap();
    // Nobody looks at it any more but for this.
    sqlx::query("update plugin_installations set upgraded_at = now() - interval '5 days' where tenant_id = $1")
        .bind(tenant.id.0)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let due = async || testkit::is_due(&app.db, &integrations::module(), GuardUpgrades::NAME, &tenant, app.clock.now()).await;
    assert!(!due().await);

    assert_eq!(view(&wired, &house, "1.1.0").await.before.as_deref(), Some("1.0.0"));
    take_back("1.1.0").await.unwrap();
    assert!(due().await);
    GuardUpgrades {}.run(wired.context(&tenant)).await.unwrap();
    let line = wired.view(&staff, id).await.unwrap().installation;
    assert_eq!(line.plugin_version, "1.0.0");
    assert!(line.attention.unwrap().contains("its publisher took it back"));
    assert!(!due().await);
    let taken = view(&wired, &house, "1.1.0").await.figures;
    assert_eq!((taken.state, taken.taken_back_at.is_some(), taken.installed), (VersionState::Yanked, true, 0));
    let mut tx = staff.begin_read().await.unwrap();
    assert_eq!(catalogue::get(&wired.integrations, &mut tx, &wired.plugin).await.unwrap().plugin.version, "1.0.0");
}
