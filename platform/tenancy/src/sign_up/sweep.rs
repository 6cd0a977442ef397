//! Finishes sign-ups whose process died in the middle, and forgets those that nobody finished.

use chrono::{TimeDelta, Utc};
use kernel::{App, AppResult, platform_tx::PlatformTx};

use super::{open, store};

/// A sign-up that somebody is waiting for is left to that request.
const LEFT_ALONE: TimeDelta = TimeDelta::minutes(1);
const UNOPENED_KEPT: TimeDelta = TimeDelta::days(2);
const COMPLETED_KEPT: TimeDelta = TimeDelta::days(30);

/// Called at start and every few minutes; safe to run on several nodes at once. Gives how many tenants it finished.
pub async fn sweep(app: &App) -> AppResult<usize> {
    let now = Utc::now();
    let mut tx = PlatformTx::begin(&app.db, "tenancy.sign_up.sweep").await?;
    let unfinished = store::list_unfinished(&mut tx, now - LEFT_ALONE).await?;
    let deleted = store::delete_old(&mut tx, now - UNOPENED_KEPT, now - COMPLETED_KEPT).await?;
    tx.commit().await?;
    if deleted > 0 {
        tracing::info!(deleted, "old sign-ups were deleted");
    }
    let mut finished = 0;
    for id in unfinished {
        match open::finish(app, id).await {
            Ok(tenant) => {
                finished += 1;
                tracing::info!(tenant.id = %tenant.id, "an interrupted sign-up was finished");
            }
            // The others are not held up by one that cannot be finished.
            Err(error) => tracing::error!(error = kernel::http::error::chain(&error), "a sign-up could not be finished"),
        }
    }
    Ok(finished)
}
