//! Reading the call log.

use kernel::{
    AppError, AppResult, ReadTx,
    paging::{Page, PageRequest},
};
use uuid::Uuid;

use super::{CallDetail, CallFilter, CallLine, replay, store};
use crate::IntegrationFailure;

/// Newest first; a search finds calls by a whole reference in what was asked or answered.
pub async fn list(tx: &mut ReadTx, request: &PageRequest, filter: &CallFilter) -> AppResult<Page<CallLine>> {
    store::list_calls(tx, request, filter).await
}

/// Actions that were recorded, for a filter.
pub async fn actions(tx: &mut ReadTx) -> AppResult<Vec<String>> {
    store::list_actions(tx).await
}

/// One call, or [`IntegrationFailure::CallNotFound`].
pub async fn get(tx: &mut ReadTx, id: Uuid) -> AppResult<CallDetail> {
    let row = store::find_call(tx, id).await?.ok_or(IntegrationFailure::CallNotFound)?;
    let replays = store::list_replays(tx, id).await?;
    Ok(CallDetail {
        replayable: replay::is_replayable(&row),
        replays,
        call: CallLine {
            id: row.id,
            installation_id: row.installation_id,
            action: row.action,
            mode: row.mode,
            attempt: row.attempt,
            outcome: row.outcome,
            error: row.error,
            duration_us: row.duration_us,
            at: row.at,
        },
        correlation_id: row.correlation_id,
        request: row.request,
        response: row.response,
        exchanges: serde_json::from_value(row.exchanges).map_err(AppError::internal)?,
        logs: serde_json::from_value(row.logs).map_err(AppError::internal)?,
        queued_us: row.queued_us,
        cpu_us: row.cpu_us,
        memory_bytes: row.memory_bytes,
        host_calls: row.host_calls,
        version: row.version,
        fuel: row.fuel,
        timeline: serde_json::from_value(row.timeline).map_err(AppError::internal)?,
    })
}
