//! The way back to the version before: by hand, or by itself when the new one fails too often.

use std::time::Duration;

use async_trait::async_trait;
use chrono::Utc;
use kernel::{
    AppError, AppResult, Scope, TenantTx,
    audit::Change,
    jobs::{Job, JobCx, JobResult, Queue},
};
use plugin_host::manifest::Mode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{RolledBack, health, store};
use crate::{
    IntegrationFailure, Integrations, calls,
    catalogue::{self, PermissionView, VersionState},
};

/// How long a new version is watched, and what it is compared with.
const WATCHED: chrono::Duration = chrono::Duration::days(1);
/// Live installations that were upgraded lately, and those whose version was taken back. Calls are of real time.
pub(crate) const UPGRADED: &str = "select distinct i.tenant_id from plugin_installations i join plugin_versions v on v.id = i.version_id
    where i.mode in ('live', 'held') and (i.upgraded_at > now() - interval '1 day' or (i.upgraded_at is not null and v.taken_back_at is not null))";

/// How calls of a version went.
#[derive(Debug, Clone, Copy)]
struct Tally {
    calls: i64,
    failures: i64,
}

/// Whether a new version fails too often: in a fifth of at least twenty calls, and in more than twice as many as the one before.
fn fails(before: Tally, since: Tally) -> bool {
    let enough = since.calls >= 20 && since.failures.saturating_mul(5) >= since.calls;
    let worse = since.failures.saturating_mul(before.calls) > before.failures.saturating_mul(since.calls).saturating_mul(2);
    enough && (before.calls == 0 || worse)
}

/// Goes back to the version before the last upgrade, with what was agreed to then. Settings stay as they are, unless the upgrade
/// gave them another shape: then they are as before it. They count as unchecked.
/// `installation.no_way_back`; `plugin.revoked` for a version that does not run any more.
pub async fn roll_back(integrations: &Integrations, tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    go_back(integrations, tx, id, None).await.map(drop)
}

/// With the reason where nobody asked for it. Says from which version to which.
async fn go_back(integrations: &Integrations, tx: &mut TenantTx, id: Uuid, reason: Option<&str>) -> AppResult<(String, String)> {
    let row = store::lock(tx, id).await?;
    let previous = row.previous_version_id.ok_or(IntegrationFailure::NoWayBack)?;
    if catalogue::store::version_state(tx, previous).await? == VersionState::Revoked {
        return Err(IntegrationFailure::Revoked.into());
    }
    let (new, old) = (integrations.package(tx, row.version_id).await?, integrations.package(tx, previous).await?);
    let agreed: Vec<PermissionView> = serde_json::from_value(store::get_consent(tx, id, previous).await?.permissions).map_err(AppError::internal)?;
    let granted: Vec<String> = agreed.into_iter().map(|permission| permission.key).collect();
    let now = tx.scope().now();
    for mode in [Mode::Test, Mode::Live] {
        let kept = store::get_configuration(tx, id, mode).await?;
        if kept.version > 0 {
            let settings = kept.settings_before.as_ref().unwrap_or(&kept.settings);
            store::put_configuration(tx, id, mode, settings, &kept.approved_hosts, now).await?;
            store::keep_settings_before(tx, id, mode, None).await?;
        }
    }
    store::set_version(tx, id, previous, &granted, None, now).await?;
    health::end_rests(tx).await?;
    let (from, to) = (new.manifest.version.clone(), old.manifest.version.clone());
    let change =
        Change::of("integrations.plugin.roll_back", "plugin_installation", id).change("version", from.clone(), to.clone()).set("granted", granted);
    tx.audit(match reason {
        Some(reason) => change.because(reason),
        None => change,
    })
    .await?;
    let event =
        RolledBack { installation: id, plugin: old.manifest.display.name.clone(), from: from.clone(), to: to.clone(), automatic: reason.is_some() };
    tx.emit(&event).await?;
    Ok((from, to))
}

/// Goes back where a new version fails too often, or its publisher took it back.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct GuardUpgrades {}

#[async_trait]
impl Job for GuardUpgrades {
    const NAME: &'static str = "integrations.upgrade.guard";
    const QUEUE: Queue = Queue::Bulk;
    const ATTEMPTS: u32 = 1;
    const TIMEOUT: Duration = Duration::from_secs(120);

    fn unique_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let integrations = Integrations::of(&cx.app)?;
        let mut tx = cx.scope.begin_read().await?;
        let upgraded = store::list_upgraded(&mut tx, Utc::now() - WATCHED).await?;
        drop(tx);
        for installation in upgraded {
            guard(&integrations, &cx.scope, &installation).await?;
        }
        Ok(())
    }
}

/// Why somebody should go back, if there is a reason.
async fn reason(tx: &mut TenantTx, upgraded: &store::Upgraded) -> AppResult<Option<String>> {
    if upgraded.taken_back {
        return Ok(Some("its publisher took it back".to_owned()));
    }
    let (id, at) = (upgraded.id, upgraded.upgraded_at);
    let (calls, failures) = calls::store::count_calls(tx, id, upgraded.previous_version_id, at - WATCHED, at).await?;
    let before = Tally { calls, failures };
    let (calls, failures) = calls::store::count_calls(tx, id, upgraded.version_id, at, Utc::now()).await?;
    Ok(fails(before, Tally { calls, failures }).then(|| format!("{failures} of {calls} calls failed")))
}

async fn guard(integrations: &Integrations, scope: &Scope, upgraded: &store::Upgraded) -> AppResult<()> {
    let id = upgraded.id;
    let mut tx = scope.begin_write().await?;
    let Some(reason) = reason(&mut tx, upgraded).await? else { return Ok(()) };
    // Somebody may have gone on, or back, meanwhile.
    if store::lock(&mut tx, id).await?.version_id != upgraded.version_id {
        return Ok(());
    }
    match go_back(integrations, &mut tx, id, Some(reason.as_str())).await {
        Ok((from, to)) => {
            let words = format!("Version {from} was replaced by {to} again: {reason}.");
            store::set_attention(&mut tx, id, &words, Utc::now()).await?;
            tracing::warn!(tenant.id = %scope.tenant.id, installation.id = %id, from, to, reason, "a plugin goes back to the version before");
            tx.commit().await
        }
        // There is nothing better to run; health checks and the log tell.
        Err(error) if error.is("plugin.revoked") || error.is("plugin.damaged") => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(before: (i64, i64), since: (i64, i64)) -> bool {
        let tally = |(calls, failures)| Tally { calls, failures };
        fails(tally(before), tally(since))
    }

    #[test]
    fn a_new_version_goes_when_it_fails_often_and_more_than_the_one_before() {
        assert!(judged((100, 0), (20, 4)));
        assert!(judged((0, 0), (20, 20)), "nothing is known of the one before");
        assert!(!judged((100, 0), (19, 19)), "too few calls to judge by");
        assert!(!judged((100, 0), (20, 3)), "less than a fifth");
        assert!(!judged((100, 40), (100, 60)), "the one before was not much better");
        assert!(judged((100, 25), (100, 60)));
        assert!(!judged((i64::MAX, i64::MAX), (i64::MAX, i64::MAX)));
    }
}
