//! A publisher's versions in the catalogue: how they do, whom they are offered to, and the way back to the one before.

use std::collections::BTreeMap;

use chrono::{Days, Utc};
use kernel::{App, AppResult, Scope, error::Fields, platform_tx::PlatformTx};
use serde::Serialize;
use uuid::Uuid;

use super::own::begin;
use crate::{
    IntegrationFailure,
    catalogue::{self, store::OwnVersion},
    figures::{self, SampleView, VersionFigures, WINDOW},
};

/// A version with everything that its publisher may know of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct VersionView {
    #[serde(flatten)]
    pub figures: VersionFigures,
    /// What is offered in its place once it is taken back; none if there is nothing.
    pub before: Option<String>,
    /// The latest failing calls that offices let the publisher read.
    pub samples: Vec<SampleView>,
}

/// Versions of the caller's plugins, the newest first.
pub async fn versions(app: &App, scope: &Scope) -> AppResult<Vec<VersionFigures>> {
    let (mut tx, publisher) = begin(app, scope).await?;
    let own = catalogue::store::list_own(&mut tx, publisher.id, None).await?;
    counted(&mut tx, own, scope.tenant.id.0).await
}

/// One of them, or `plugin.not_found`.
pub async fn version(app: &App, scope: &Scope, plugin: &str, version: &str) -> AppResult<VersionView> {
    let (mut tx, publisher) = begin(app, scope).await?;
    let own = catalogue::store::list_own(&mut tx, publisher.id, Some((plugin, version))).await?;
    let id = own.first().ok_or(IntegrationFailure::PluginNotFound)?.id;
    let before = catalogue::store::version_before(tx.conn(), id).await?;
    let samples = figures::store::list_samples(&mut tx, id, Utc::now() - WINDOW).await?;
    let figures = counted(&mut tx, own, scope.tenant.id.0).await?.pop().ok_or(IntegrationFailure::PluginNotFound)?;
    Ok(VersionView { figures, before, samples })
}

/// The calls of each. What the publisher's own office does is no secret to it.
async fn counted(tx: &mut PlatformTx, own: Vec<OwnVersion>, tenant: Uuid) -> AppResult<Vec<VersionFigures>> {
    let ids: Vec<Uuid> = own.iter().map(|version| version.id).collect();
    // Today is one of the seven days.
    let since = (Utc::now() - WINDOW).date_naive() + Days::new(1);
    let mut shares: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
    for (version, share) in figures::store::list_shares(tx, &ids, since).await? {
        shares.entry(version).or_default().push(share);
    }
    let callers = figures::store::list_callers(tx, &ids, since, tenant).await?;
    let view = |version: OwnVersion| {
        let hidden = callers.iter().find(|callers| callers.version_id == version.id).map_or(0, |callers| callers.hidden);
        VersionFigures {
            calls: figures::figures(&shares.remove(&version.id).unwrap_or_default(), hidden),
            plugin: version.plugin,
            version: version.version,
            state: version.state,
            share: version.share,
            published_at: version.published_at,
            taken_back_at: version.taken_back_at,
            installed: version.installed,
            live: version.live,
        }
    };
    Ok(own.into_iter().map(view).collect())
}

/// Offers a listed version to so many of a hundred offices, always the same ones first. Who runs it already keeps it.
///
/// # Errors
/// `plugin.not_found`, `plugin.state`, `plugin.share_limited`; 422 for a share that is none.
pub async fn offer(app: &App, scope: &Scope, plugin: &str, version: &str, share: i64) -> AppResult<()> {
    let mut fields = Fields::new();
    let share = fields.check("share", u8::try_from(share).ok().filter(|share| *share <= 100), "field-share");
    fields.finish()?;
    let (mut tx, publisher) = begin(app, scope).await?;
    catalogue::offer_own(&mut tx, publisher.id, plugin, version, share.unwrap_or_default(), &scope.actor.to_string()).await?;
    tx.commit().await
}

/// Takes a version back: it is offered to nobody any more, and installations that came to it by an upgrade go back to what they ran before.
///
/// # Errors
/// `plugin.not_found`, `plugin.state`, `installation.no_way_back`; 422 without a reason.
pub async fn take_back(app: &App, scope: &Scope, plugin: &str, version: &str, reason: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let reason = fields.line("reason", reason, 500);
    fields.finish()?;
    let (mut tx, publisher) = begin(app, scope).await?;
    catalogue::take_back(&mut tx, publisher.id, plugin, version, &scope.actor.to_string(), &reason).await?;
    tx.commit().await
}
