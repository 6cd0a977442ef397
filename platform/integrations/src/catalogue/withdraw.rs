//! What becomes of a version after it was listed. Its content never changes; whether it may be installed and run does.

use chrono::Utc;
use kernel::{App, AppResult, platform_tx::PlatformTx};
use uuid::Uuid;

use super::{
    VersionState,
    store::{self, LockedVersion},
};
use crate::IntegrationFailure;

impl VersionState {
    /// Revoking is for good: a mended plugin is a new version.
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        match self {
            Self::Listed => matches!(next, Self::Deprecated | Self::Yanked | Self::Revoked),
            Self::Deprecated => matches!(next, Self::Listed | Self::Yanked | Self::Revoked),
            Self::Yanked => matches!(next, Self::Listed | Self::Revoked),
            Self::Revoked => false,
        }
    }
}

/// Who changes the state of a version, and why.
struct Act<'a> {
    /// Only a version of this publisher; any, for the platform.
    publisher: Option<Uuid>,
    by: &'a str,
    reason: &'a str,
}

/// Withdraws a version or offers it again, as the platform. `plugin.not_found`, or `plugin.state` where that cannot follow. Calls of a
/// revoked version that are under way end within a second.
pub async fn mark(app: &App, plugin: &str, version: &str, next: VersionState, by: &str, reason: &str) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.withdraw").await?;
    change(&mut tx, plugin, version, next, Act { publisher: None, by, reason }).await?;
    tx.commit().await
}

/// The same for a publisher, of its own versions only. The caller commits.
pub(crate) async fn withdraw(
    tx: &mut PlatformTx,
    publisher: Uuid,
    plugin: &str,
    version: &str,
    next: VersionState,
    by: &str,
    reason: &str,
) -> AppResult<()> {
    change(tx, plugin, version, next, Act { publisher: Some(publisher), by, reason }).await
}

async fn change(tx: &mut PlatformTx, plugin: &str, version: &str, next: VersionState, act: Act<'_>) -> AppResult<()> {
    let LockedVersion { id, state, .. } = store::lock_version(tx, act.publisher, plugin, version).await?.ok_or(IntegrationFailure::PluginNotFound)?;
    if !state.can_become(next) {
        return Err(IntegrationFailure::NotNow(state.as_str()).into());
    }
    store::set_state(tx, id, next).await?;
    store::raise_generation(tx).await?;
    tx.record(act.by, &format!("{plugin} {version} is {next}: {}", act.reason)).await?;
    tracing::warn!(
        plugin.id = plugin,
        plugin.version = version,
        state = next.as_str(),
        by = act.by,
        reason = act.reason,
        "a version changes its state"
    );
    Ok(())
}

/// Offers a listed version to so many of a hundred tenants, always the same ones first; the others keep being offered the one before.
/// Who runs it already keeps it, and its publisher may offer it to fewer but not to more. `plugin.not_found`, `plugin.state` for a version
/// that is not listed.
pub async fn offer(app: &App, plugin: &str, version: &str, share: u8, by: &str, reason: &str) -> AppResult<()> {
    let mut tx = PlatformTx::begin(&app.db, "integrations.offer").await?;
    share_out(&mut tx, plugin, version, share, Act { publisher: None, by, reason }).await?;
    tx.commit().await
}

/// The same for a publisher, of its own versions only; `plugin.share_limited` above what the platform said last. The caller commits.
pub(crate) async fn offer_own(tx: &mut PlatformTx, publisher: Uuid, plugin: &str, version: &str, share: u8, by: &str) -> AppResult<()> {
    share_out(tx, plugin, version, share, Act { publisher: Some(publisher), by, reason: "as its publisher says" }).await
}

async fn share_out(tx: &mut PlatformTx, plugin: &str, version: &str, share: u8, act: Act<'_>) -> AppResult<()> {
    let share = i32::from(share.min(100));
    let locked = store::lock_version(tx, act.publisher, plugin, version).await?.ok_or(IntegrationFailure::PluginNotFound)?;
    let LockedVersion { id, state, share_limit } = locked;
    if state != VersionState::Listed {
        return Err(IntegrationFailure::NotNow(state.as_str()).into());
    }
    if act.publisher.is_none() {
        store::set_share_limit(tx, id, share).await?;
    } else if share > share_limit {
        return Err(IntegrationFailure::ShareLimited(share_limit).into());
    }
    store::set_share(tx, id, share).await?;
    tx.record(act.by, &format!("{plugin} {version} is offered to {share} of 100 tenants: {}", act.reason)).await
}

/// Takes a version of a publisher back: nobody is offered it any more, and installations that came to it from another one go back there
/// within minutes. `plugin.state` for a version that was revoked, `installation.no_way_back` if no earlier one is offered. The caller
/// commits.
pub(crate) async fn take_back(tx: &mut PlatformTx, publisher: Uuid, plugin: &str, version: &str, by: &str, reason: &str) -> AppResult<()> {
    let locked = store::lock_version(tx, Some(publisher), plugin, version).await?.ok_or(IntegrationFailure::PluginNotFound)?;
    let LockedVersion { id, state, .. } = locked;
    store::version_before(tx.conn(), id).await?.ok_or(IntegrationFailure::NoWayBack)?;
    if state != VersionState::Yanked {
        change(tx, plugin, version, VersionState::Yanked, Act { publisher: Some(publisher), by, reason }).await?;
    }
    store::set_taken_back(tx, id, Utc::now()).await?;
    tx.record(by, &format!("{plugin} {version} is taken back: {reason}")).await
}

#[cfg(test)]
mod tests {
    use super::VersionState::{Deprecated, Listed, Revoked, Yanked};

    #[test]
    fn what_was_revoked_stays_so() {
        assert!([Listed, Deprecated, Yanked].iter().all(|next| !Revoked.can_become(*next)));
        assert!([Listed, Deprecated, Yanked].iter().all(|state| state.can_become(Revoked)));
    }

    #[test]
    fn what_was_yanked_in_error_can_be_offered_again() {
        assert!(Listed.can_become(Yanked) && Yanked.can_become(Listed));
    }
}
