//! Use cases. The caller commits.

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    paging::{Page, PageRequest},
};
use uuid::Uuid;

use super::{
    error::ErrandFailure,
    job::RunErrand,
    model::{Errand, ErrandId, ErrandState, Line, NewErrand, Settled, Tally, Verdict},
    store,
};

/// Errands of one person under way at a time.
const MOST_UNDER_WAY: i64 = 3;

fn reader(tx: &ReadTx) -> AppResult<Uuid> {
    tx.scope().user().ok_or_else(AppError::forbidden)
}

/// Wants the errand done for whoever asks.
///
/// # Errors
/// [`ErrandFailure::TooMany`].
pub(crate) async fn begin(tx: &mut TenantTx, new: &NewErrand) -> AppResult<ErrandId> {
    let user = reader(tx)?;
    if store::count_under_way(tx, user).await? >= MOST_UNDER_WAY {
        return Err(ErrandFailure::TooMany(MOST_UNDER_WAY).into());
    }
    let id = ErrandId::new();
    store::insert(tx, id, user, new).await?;
    let query = serde_json::to_value(&new.query).map_err(AppError::internal)?;
    tx.audit(Change::of("office.errand.begin", "errand", id.0).set("what", new.title.as_str()).set("list", new.list.as_str()).set("query", query))
        .await?;
    tx.enqueue(&RunErrand { errand: id }).await?;
    Ok(id)
}

/// An errand of the reader's own.
///
/// # Errors
/// `not_found`, also for somebody else's.
pub(super) async fn get(tx: &mut ReadTx, id: ErrandId) -> AppResult<(Errand, Tally)> {
    let errand = store::find(tx, id).await?.ok_or_else(AppError::not_found)?;
    let tally = store::tally(tx, id).await?;
    Ok((errand, tally))
}

pub(super) async fn list(tx: &mut ReadTx, request: &PageRequest) -> AppResult<Page<Errand>> {
    let user = reader(tx)?;
    store::list(tx, user, request).await
}

/// What became of its rows, one by one.
pub(super) async fn lines(tx: &mut ReadTx, id: ErrandId, state: Option<Verdict>, request: &PageRequest) -> AppResult<Page<Line>> {
    store::list_lines(tx, id, state, request).await
}

/// Lets nothing more happen; what is done stays done. False if it was over.
pub(super) async fn stop(tx: &mut TenantTx, id: ErrandId) -> AppResult<bool> {
    get(tx, id).await?;
    let stopped = store::update_over(tx, id, ErrandState::Stopped, None).await?;
    if stopped {
        tx.audit(Change::of("office.errand.stop", "errand", id.0)).await?;
    }
    Ok(stopped)
}

/// Writes down what became of a row, in the transaction of what was done with it. False if that was written before: then what this
/// transaction did must not stay.
pub(crate) async fn settle(tx: &mut TenantTx, id: ErrandId, settled: &Settled) -> AppResult<bool> {
    store::update_line(tx, id, settled).await
}
