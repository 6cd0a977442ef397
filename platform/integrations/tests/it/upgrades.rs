//! New versions: offered to a part of the tenants first, and given up again when they fail.

use std::{collections::BTreeSet, sync::Arc};

use integrations::{
    catalogue,
    installs::{self, FieldState, GuardUpgrades, InstallState, Migration, SettingChange, SettingsMode},
};
use kernel::{Tenant, jobs::Job};
use simulators::daraja::Profile;
use uuid::Uuid;

use crate::world::{Wired, good};

const BY: &str = "A. Operator";

/// Publishes 1.1.0, which reports one thing more and another one no longer, and takes it.
async fn upgraded(wired: &Wired, tenant: &Arc<Tenant>) -> Uuid {
    let staff = wired.world.staff(tenant);
    let id = wired.live(tenant).await;
    wired.write_bundle_with("1.1.0", |manifest| manifest.replace("\"account.balance\"", "\"payment.disputed\""));
    catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
    let update = wired.view(&staff, id).await.unwrap().update.unwrap();
    let accepted = update.permissions.into_iter().map(|permission| permission.key).collect();
    let mut tx = staff.begin_write().await.unwrap();
    installs::upgrade(&wired.integrations, &mut tx, id, &accepted, &Migration::default()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Calls of the present version with this outcome.
async fn calls(wired: &Wired, tenant: &Arc<Tenant>, outcome: &str, count: usize) {
    let mut tx = wired.world.system(tenant).begin_write().await.unwrap();
    for _ in 0..count {
        sqlx::query(
            "insert into plugin_calls (tenant_id, id, installation_id, version_id, action, mode, attempt, correlation_id, outcome, request, duration_us,
               queued_us, cpu_us, memory_bytes, host_calls, at)
             select tenant_id, $2, id, version_id, 'collect', 'live', 1, 'test', $3, '{}', 1, 1, 1, 1, 1, clock_timestamp()
             from plugin_installations where tenant_id = $1",
        )
        .bind(tenant.id.0)
        .bind(Uuid::now_v7())
        .bind(outcome)
        .execute(tx.conn())
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn somebody_can_go_back_to_the_version_before_and_to_what_was_agreed_then() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = upgraded(&wired, &tenant).await;
    let view = wired.view(&staff, id).await.unwrap();
    assert_eq!((view.installation.plugin_version.as_str(), view.previous.unwrap().version.as_str()), ("1.1.0", "1.0.0"));
    assert!(view.consent.permissions.iter().any(|permission| permission.key == "report:payment.disputed"));

    let mut tx = staff.begin_write().await.unwrap();
    installs::roll_back(&wired.integrations, &mut tx, id).await.unwrap();
    assert!(installs::roll_back(&wired.integrations, &mut tx, id).await.unwrap_err().is("installation.no_way_back"));
    tx.commit().await.unwrap();
    let view = wired.view(&staff, id).await.unwrap();
    assert_eq!((view.installation.plugin_version.as_str(), view.previous.is_none(), view.may_go_live), ("1.0.0", true, false));
    assert!(view.consent.permissions.iter().all(|permission| permission.key != "report:payment.disputed"));
    let update = view.update.unwrap();
    assert_eq!((update.permissions[0].key.as_str(), update.dropped[0].key.as_str()), ("report:payment.disputed", "report:account.balance"));
    assert!(installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap().passed);
}

#[tokio::test]
async fn a_version_that_asks_for_more_settings_is_taken_outside_of_live_mode_and_completed_there() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.live(&tenant).await;
    wired.write_bundle_with("1.1.0", |manifest| format!("{manifest}\n[config.branch]\ntype = \"string\"\ntitle = \"Branch\"\n"));
    catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
    let upgrade = async || {
        let mut tx = staff.begin_write().await?;
        installs::upgrade(&wired.integrations, &mut tx, id, &BTreeSet::new(), &Migration::default()).await?;
        tx.commit().await
    };
    let refused = upgrade().await.unwrap_err();
    assert!(refused.is("installation.needs_settings") && refused.params == [("fields", "Branch".to_owned())], "{refused:?}");

    installs::use_test_mode(&wired.integrations, &staff, id).await.unwrap();
    upgrade().await.unwrap();
    let view = wired.view(&staff, id).await.unwrap();
    assert_eq!((view.installation.plugin_version.as_str(), view.may_go_live), ("1.1.0", false));
    let kept = |key: &str| view.live.form.fields.iter().find(|field| field.key == key).map(|field| field.state.clone());
    assert_eq!(kept("branch"), Some(FieldState::Empty));
    assert!(matches!(kept("shortcode"), Some(FieldState::Value { .. })), "what was there is still there");
    assert!(installs::go_live(&wired.integrations, &staff, id).await.unwrap_err().is("installation.not_checked"));
}

#[tokio::test]
async fn a_version_that_fails_too_often_is_given_up_by_itself() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = upgraded(&wired, &tenant).await;
    let now = wired.world.app.clock.now();
    assert!(testkit::is_due(&wired.world.app.db, &integrations::module(), GuardUpgrades::NAME, &tenant, now).await);
    calls(&wired, &tenant, "ok", 16).await;
    calls(&wired, &tenant, "unknown", 3).await;
    GuardUpgrades {}.run(wired.context(&tenant)).await.unwrap();
    assert_eq!(wired.view(&staff, id).await.unwrap().installation.plugin_version, "1.1.0", "too few calls to judge by");

    calls(&wired, &tenant, "failed", 2).await;
    GuardUpgrades {}.run(wired.context(&tenant)).await.unwrap();
    let line = wired.view(&staff, id).await.unwrap().installation;
    assert_eq!((line.plugin_version.as_str(), line.state), ("1.0.0", InstallState::Attention));
    assert!(line.attention.unwrap().contains("1.1.0"));
    let mut tx = wired.world.system(&tenant).begin_read().await.unwrap();
    let told: serde_json::Value = sqlx::query_scalar("select data from events where tenant_id = $1 and type = 'integration.rolled_back'")
        .bind(tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert_eq!((told["from"].as_str(), told["to"].as_str(), told["automatic"].as_bool()), (Some("1.1.0"), Some("1.0.0"), Some(true)));
    drop(tx);
    assert!(!testkit::is_due(&wired.world.app.db, &integrations::module(), GuardUpgrades::NAME, &tenant, now).await);
}

#[tokio::test]
async fn a_new_version_is_offered_to_a_share_of_the_tenants_first() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.live(&tenant).await;
    wired.write_bundle("1.1.0");
    catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
    let mut tx = staff.begin_read().await.unwrap();
    let place: i32 = sqlx::query_scalar("select plugin_place(tenant_id, plugin_id) from plugin_installations where tenant_id = $1 and id = $2")
        .bind(tenant.id.0)
        .bind(id)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    drop(tx);
    let place = u8::try_from(place).unwrap();
    for (share, offered) in [(0, false), (place, false), (place + 1, true), (100, true)] {
        catalogue::offer(&wired.world.app, &wired.plugin, "1.1.0", share, BY, "carefully").await.unwrap();
        assert_eq!(wired.view(&staff, id).await.unwrap().update.is_some(), offered, "{share} of 100, at {place}");
    }
    catalogue::mark(&wired.world.app, &wired.plugin, "1.1.0", catalogue::VersionState::Yanked, BY, "slow").await.unwrap();
    assert!(catalogue::offer(&wired.world.app, &wired.plugin, "1.1.0", 5, BY, "again").await.unwrap_err().is("plugin.state"));
}

/// Publishes a version of the plugin with another manifest.
async fn offer(wired: &Wired, version: &str, change: impl FnOnce(String) -> String) {
    wired.write_bundle_with(version, change);
    catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
}

const BRANCH: &str = "\n[config.branch]\ntype = \"string\"\ntitle = \"Branch\"\noptional = true\n";
const CONVERTS: (&str, &str) = ("config_migration = false", "config_migration = true");

/// Live on 1.0.0 with a setting that later versions do not know.
async fn with_branch(wired: &Wired, tenant: &Arc<Tenant>) -> Uuid {
    let staff = wired.world.staff(tenant);
    offer(wired, "1.0.0", |manifest| format!("{manifest}{BRANCH}")).await;
    let id = wired.live(tenant).await;
    let mut input = good(Profile::Production);
    input.settings.insert("branch".into(), "Kisumu".into());
    wired.configure(&staff, id, SettingsMode::Live, input).await.unwrap();
    id
}

/// As in the database: what the form does not know is not shown.
async fn stored(wired: &Wired, tenant: &Arc<Tenant>) -> serde_json::Value {
    let mut tx = wired.world.system(tenant).begin_read().await.unwrap();
    let query = "select settings from plugin_configurations where tenant_id = $1 and mode = 'live'";
    sqlx::query_scalar(query).bind(tenant.id.0).fetch_one(tx.conn()).await.unwrap()
}

#[tokio::test]
async fn a_version_turns_settings_into_its_own_shape_and_the_way_back_brings_them_back() {
    let wired = Wired::unpublished().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = with_branch(&wired, &tenant).await;
    offer(&wired, "1.1.0", |manifest| manifest.replace(CONVERTS.0, CONVERTS.1)).await;

    let migration = installs::migrate(&wired.integrations, &staff, id).await.unwrap();
    let gone = SettingChange { mode: SettingsMode::Live, title: "Branch".into(), before: Some("Kisumu".into()), after: None };
    assert_eq!(migration.changes().collect::<Vec<_>>(), [&gone]);
    let mut tx = staff.begin_write().await.unwrap();
    let unasked = installs::upgrade(&wired.integrations, &mut tx, id, &BTreeSet::new(), &Migration::default()).await.unwrap_err();
    assert!(unasked.is("installation.changed"), "nothing is taken over without the version having been asked");
    drop(tx);
    let before = stored(&wired, &tenant).await;
    let mut tx = staff.begin_write().await.unwrap();
    installs::upgrade(&wired.integrations, &mut tx, id, &BTreeSet::new(), &migration).await.unwrap();
    tx.commit().await.unwrap();
    let after = stored(&wired, &tenant).await;
    assert_eq!((after.get("branch"), after.get("shortcode")), (None, before.get("shortcode")));

    let mut tx = staff.begin_write().await.unwrap();
    installs::roll_back(&wired.integrations, &mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stored(&wired, &tenant).await, before);
}

#[tokio::test]
async fn settings_that_changed_since_they_were_turned_are_not_taken_over() {
    let wired = Wired::unpublished().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = with_branch(&wired, &tenant).await;
    offer(&wired, "1.1.0", |manifest| manifest.replace(CONVERTS.0, CONVERTS.1)).await;
    let migration = installs::migrate(&wired.integrations, &staff, id).await.unwrap();
    wired.configure(&staff, id, SettingsMode::Live, good(Profile::Production)).await.unwrap();
    let mut tx = staff.begin_write().await.unwrap();
    let refused = installs::upgrade(&wired.integrations, &mut tx, id, &BTreeSet::new(), &migration).await.unwrap_err();
    assert!(refused.is("installation.changed"), "{refused:?}");
}

#[tokio::test]
async fn a_version_that_makes_nothing_fitting_of_the_settings_is_not_taken_and_says_what_is_wrong() {
    let wired = Wired::unpublished().await;
    let tenant = wired.world.brokerage().await;
    let id = with_branch(&wired, &tenant).await;
    let numbered = BRANCH.replace("string", "integer");
    offer(&wired, "1.1.0", |manifest| format!("{}{numbered}", manifest.replace(CONVERTS.0, CONVERTS.1))).await;
    let refused = installs::migrate(&wired.integrations, &wired.world.staff(&tenant), id).await.unwrap_err();
    assert!(refused.is("installation.not_migrated") && refused.params == [("reason", "Branch".to_owned())], "{refused:?}");
}

#[tokio::test]
async fn a_version_that_only_follows_some_is_offered_after_the_one_between() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.live(&tenant).await;
    offer(&wired, "1.1.0", |manifest| manifest).await;
    offer(&wired, "2.0.0", |manifest| manifest.replace("[upgrade]", "[upgrade]\nfrom = \">=1.1\"").replace("breaking = false", "breaking = true"))
        .await;
    for (version, breaking) in [("1.1.0", false), ("2.0.0", true)] {
        let update = wired.view(&staff, id).await.unwrap().update.unwrap();
        assert_eq!((update.version.as_str(), update.breaking), (version, breaking));
        let mut tx = staff.begin_write().await.unwrap();
        installs::upgrade(&wired.integrations, &mut tx, id, &BTreeSet::new(), &Migration::default()).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert!(wired.view(&staff, id).await.unwrap().update.is_none());
}
