//! From consent to live, and what nobody gets to see.

use std::collections::BTreeMap;

use chrono::Duration;
use integrations::{
    calls::{self, CallFilter},
    hooks::PollProviders,
    installs::{self, ConfigInput, FieldKind, FieldState, Health, InstallMode, InstallState, Migration, NewInstallation, SettingsMode},
};
use kernel::{AppError, Kind, jobs::Job, paging::PageRequest};
use simulators::daraja::Profile;

use crate::world::{Wired, good, merchant};

fn fields(error: &AppError) -> Vec<(String, String)> {
    let mut fields: Vec<_> = error.fields.iter().map(|field| (field.field.to_string(), field.code.to_string())).collect();
    fields.sort();
    fields
}

#[tokio::test]
async fn installing_takes_agreement_to_everything_and_keeps_who_agreed() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let mut accepted = wired.all_permissions(&staff).await;
    let last = accepted.pop_last().unwrap();
    let mut tx = staff.begin_write().await.unwrap();
    let partly = NewInstallation { plugin: wired.plugin.clone(), accepted: accepted.clone() };
    assert!(installs::install(&wired.integrations, &mut tx, &partly).await.unwrap_err().is("plugin.consent_incomplete"));
    drop(tx);

    let id = wired.install(&staff).await;
    accepted.insert(last);
    let view = wired.view(&staff, id).await.unwrap();
    assert_eq!(view.installation.mode, InstallMode::Test);
    assert_eq!(view.consent.permissions.len(), accepted.len());
    assert_eq!(view.consent.agreed_by, staff.actor.to_string());
    let mut tx = staff.begin_write().await.unwrap();
    let again = NewInstallation { plugin: wired.plugin.clone(), accepted };
    assert!(installs::install(&wired.integrations, &mut tx, &again).await.unwrap_err().is("plugin.already_installed"));
}

#[tokio::test]
async fn settings_that_do_not_fit_are_answered_beside_their_fields() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    let error = wired.configure(&staff, id, SettingsMode::Live, ConfigInput::default()).await.unwrap_err();
    assert_eq!(error.kind, Kind::Invalid);
    let required = |field: &str| (field.to_owned(), "setting-required".to_owned());
    assert_eq!(fields(&error), [required("consumer_key"), required("consumer_secret"), required("passkey"), required("shortcode")]);

    let form = BTreeMap::from([("shortcode", "12"), ("transaction_type", "cash"), ("consumer_key", "k"), ("consumer_secret", "s"), ("passkey", "p")]);
    let form = form.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let mut tx = staff.begin_read().await.unwrap();
    let input = ConfigInput::from_form(&wired.integrations, &mut tx, id, SettingsMode::Live, &form).await.unwrap();
    drop(tx);
    let error = wired.configure(&staff, id, SettingsMode::Live, input).await.unwrap_err();
    assert_eq!(fields(&error), [("shortcode".to_owned(), "setting-form".to_owned()), ("transaction_type".to_owned(), "setting-choice".to_owned())]);
    assert_eq!(wired.view(&staff, id).await.unwrap().live.version, 0, "nothing was stored");
}

#[tokio::test]
async fn a_secret_is_written_only() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    wired.configure(&staff, id, SettingsMode::Test, good(Profile::Sandbox)).await.unwrap();
    let check = installs::check(&wired.integrations, &staff, id, SettingsMode::Test).await.unwrap();
    assert!(check.passed, "{check:?}");

    let view = wired.view(&staff, id).await.unwrap();
    let field = |key: &str| view.test.form.fields.iter().find(|field| field.key == key).unwrap();
    assert!(matches!(field("passkey").state, FieldState::Set { .. }) && field("passkey").kind == FieldKind::Secret);
    assert_eq!(field("shortcode").state, FieldState::Value { text: "600112".into() });
    assert_eq!(field("transaction_type").kind, FieldKind::Choice);
    assert!(view.test.form.fields.iter().all(|field| field.key != "access"), "nobody types what the host obtains");
    assert!(view.live.form.fields.iter().all(|field| field.state == FieldState::Empty), "test and live are apart");

    let merchant = merchant(Profile::Sandbox);
    let mut seen = serde_json::to_string(&view).unwrap();
    let mut tx = wired.world.system(&tenant).begin_read().await.unwrap();
    for table in
        ["plugin_installations", "plugin_configurations", "plugin_secrets", "plugin_kv", "plugin_calls", "audit_entries", "audit_values", "events"]
    {
        let sql = format!("select coalesce(string_agg(t::text, ' '), '') from {table} t where tenant_id = $1");
        let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(tenant.id.0).fetch_one(tx.conn()).await.unwrap();
        seen.push_str(&rows);
    }
    let hexed = |text: &str| text.bytes().map(|b| format!("{b:02x}")).collect::<String>();
    for secret in [&merchant.passkey, &merchant.consumer_key, &merchant.consumer_secret] {
        assert!(!seen.contains(secret.as_str()) && !seen.contains(&hexed(secret)), "a secret can be read");
    }
    let kept: i64 = sqlx::query_scalar("select count(*) from plugin_kv where tenant_id = $1 and area = 'token'")
        .bind(tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert_eq!(kept, 1, "the access token is kept for the next call");
}

#[tokio::test]
async fn a_secret_that_is_not_sent_again_stays_and_new_credentials_drop_old_tokens() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    wired.configure(&staff, id, SettingsMode::Test, good(Profile::Sandbox)).await.unwrap();
    installs::check(&wired.integrations, &staff, id, SettingsMode::Test).await.unwrap();
    let stale = ConfigInput { version: Some(0), ..good(Profile::Sandbox) };
    assert!(wired.configure(&staff, id, SettingsMode::Test, stale).await.unwrap_err().is("installation.changed"));
    let plain_only = ConfigInput { secrets: BTreeMap::new(), version: Some(1), ..good(Profile::Sandbox) };
    wired.configure(&staff, id, SettingsMode::Test, plain_only).await.unwrap();
    let mut tx = wired.world.system(&tenant).begin_read().await.unwrap();
    let kept: i64 = sqlx::query_scalar("select count(*) from plugin_kv where tenant_id = $1").bind(tenant.id.0).fetch_one(tx.conn()).await.unwrap();
    assert_eq!(kept, 0);
    drop(tx);
    assert!(installs::check(&wired.integrations, &staff, id, SettingsMode::Test).await.unwrap().passed, "the secrets are still there");
}

#[tokio::test]
async fn only_checked_live_settings_go_live_and_a_change_has_to_be_checked_again() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.install(&staff).await;
    let go_live = || installs::go_live(&wired.integrations, &staff, id);
    assert!(go_live().await.unwrap_err().is("installation.not_checked"));

    let mut wrong = good(Profile::Production);
    wrong.secrets.insert("passkey".into(), "not-the-passkey".into());
    wired.configure(&staff, id, SettingsMode::Live, wrong).await.unwrap();
    let check = installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap();
    assert_eq!((check.passed, check.field.as_deref()), (false, Some("passkey")), "{check:?}");
    let view = wired.view(&staff, id).await.unwrap();
    assert_eq!((view.installation.health, view.installation.state), (Health::Down, InstallState::Attention));
    assert!(go_live().await.unwrap_err().is("installation.not_checked"));

    wired.configure(&staff, id, SettingsMode::Live, good(Profile::Production)).await.unwrap();
    assert!(go_live().await.unwrap_err().is("installation.not_checked"), "the failed check was of other settings");
    let check = installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap();
    assert!(check.passed && check.summary.contains("600111"), "{check:?}");
    go_live().await.unwrap();
    let view = wired.view(&staff, id).await.unwrap();
    assert_eq!(
        (view.installation.mode, view.installation.state, view.installation.health),
        (InstallMode::Live, InstallState::Active, Health::Healthy)
    );

    wired.configure(&staff, id, SettingsMode::Live, good(Profile::Production)).await.unwrap();
    assert!(!wired.view(&staff, id).await.unwrap().may_go_live);
    installs::disable(&wired.integrations, &staff, id).await.unwrap();
    assert_eq!(wired.view(&staff, id).await.unwrap().installation.mode, InstallMode::Disabled);
}

#[tokio::test]
async fn health_is_checked_for_live_installations_and_every_call_is_logged() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.live(&tenant).await;
    let mut tx = wired.world.system(&tenant).begin_write().await.unwrap();
    sqlx::query("update plugin_installations set health_at = health_at - interval '1 hour', health = 'unknown' where tenant_id = $1")
        .bind(tenant.id.0)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    // What went live a moment ago is looked at with every tick.
    wired.world.app.clock.advance(Duration::minutes(10));
    let now = wired.world.app.clock.now();
    let is_due = async |now| testkit::is_due(&wired.world.app.db, &integrations::module(), installs::CheckHealth::NAME, &tenant, now).await;
    assert!(is_due(now).await);
    installs::CheckHealth {}.run(wired.context(&tenant)).await.unwrap();
    assert_eq!(wired.view(&staff, id).await.unwrap().installation.health, Health::Healthy);
    assert!(!is_due(now + Duration::minutes(4)).await && is_due(now + Duration::minutes(5)).await, "as often as the manifest asks");

    let is_polled = async |now| testkit::is_due(&wired.world.app.db, &integrations::module(), PollProviders::NAME, &tenant, now).await;
    assert!(is_polled(now).await);
    PollProviders {}.run(wired.context(&tenant)).await.unwrap();
    assert!(!is_polled(now + Duration::minutes(14)).await && is_polled(now + Duration::minutes(15)).await, "as often as the manifest asks");

    let mut tx = staff.begin_read().await.unwrap();
    let log = calls::list(&mut tx, &PageRequest::default(), &CallFilter { installation: Some(id), ..CallFilter::default() }).await.unwrap();
    let actions: Vec<&str> = log.results.iter().map(|call| call.action.as_str()).collect();
    assert_eq!(actions, ["poll", "check", "activate", "check"]);
    let detail = calls::get(&mut tx, log.results[3].id).await.unwrap();
    assert!(detail.exchanges.iter().any(|exchange| exchange.path == "/oauth/v1/generate" || exchange.path.contains("stkpushquery")), "{detail:?}");
    assert!(detail.call.duration_us > 0 && detail.cpu_us > 0 && detail.memory_bytes > 0);
}

#[tokio::test]
async fn a_newer_version_is_taken_with_consent_to_what_it_asks_for_beyond() {
    let wired = Wired::new().await;
    let tenant = wired.world.brokerage().await;
    let staff = wired.world.staff(&tenant);
    let id = wired.live(&tenant).await;
    let upgrade = async |accepted: &[&str]| {
        let mut tx = staff.begin_write().await?;
        let accepted = accepted.iter().map(|key| (*key).to_owned()).collect();
        installs::upgrade(&wired.integrations, &mut tx, id, &accepted, &Migration::default()).await?;
        tx.commit().await
    };
    assert!(upgrade(&[]).await.unwrap_err().is("installation.up_to_date"));
    wired.write_bundle("1.1.0");
    let manifest = wired.folder.join("plugin/plugin.toml");
    let wider = std::fs::read_to_string(&manifest)
        .unwrap()
        .replace("reports = [\"payment.updated\",", "reports = [\"payment.updated\", \"payment.disputed\",");
    std::fs::write(&manifest, wider).unwrap();
    integrations::catalogue::publish_bundle(&wired.world.app, &wired.folder).await.unwrap();
    let update = wired.view(&staff, id).await.unwrap().update.unwrap();
    assert_eq!((update.version.as_str(), update.permissions[0].key.as_str()), ("1.1.0", "report:payment.disputed"));
    assert!(upgrade(&[]).await.unwrap_err().is("plugin.consent_incomplete"));
    upgrade(&["report:payment.disputed"]).await.unwrap();
    let view = wired.view(&staff, id).await.unwrap();
    assert_eq!((view.installation.plugin_version.as_str(), view.update.is_none(), view.may_go_live), ("1.1.0", true, false));
    assert!(view.consent.permissions.iter().any(|permission| permission.key == "report:payment.disputed"));
    assert!(installs::check(&wired.integrations, &staff, id, SettingsMode::Live).await.unwrap().passed);
}
