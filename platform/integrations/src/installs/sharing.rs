//! Whether the publisher of a plugin may read calls that failed. Nobody shares unless somebody says so.

use chrono::Utc;
use kernel::{App, AppResult, Scope, audit::Change, platform_tx::PlatformTx};
use uuid::Uuid;

use super::store;
use crate::figures;

/// Lets the publisher read failing calls from now on, or no more: then those that it could read are removed as well.
pub async fn share(app: &App, scope: &Scope, id: Uuid, shared: bool) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let before = store::lock(&mut tx, id).await?.shared_since;
    if before.is_some() != shared {
        store::set_shared(&mut tx, id, shared.then(Utc::now)).await?;
        tx.audit(Change::of("integrations.plugin.share", "plugin_installation", id).change("shared", before.is_some(), shared)).await?;
    }
    tx.commit().await?;
    if !shared {
        // Also if it was so before: the last time this may have failed.
        let mut tx = PlatformTx::begin(&app.db, "integrations.figures").await?;
        figures::store::delete_samples_of(&mut tx, id).await?;
        tx.commit().await?;
    }
    Ok(())
}
