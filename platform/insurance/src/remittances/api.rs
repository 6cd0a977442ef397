//! Premium held and remittances over HTTP, for staff.

use axum::extract::State;
use chrono::NaiveDate;
use kernel::{
    App, AppResult,
    access::Access as Viewed,
    http::{Json, Once, Path, Query, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::Deserialize;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{DueLine, Held, PAY, READ, Remittance, RemittanceId, RemittanceRecord, RemittanceState, service};
use crate::insurers::InsurerId;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(READ), routes!(held))
        .api(Access::Staff(READ), routes!(due_lines))
        .api(Access::Staff(READ), routes!(list))
        .api(Access::Staff(READ), routes!(record))
        .api(Access::Staff(PAY), routes!(create))
        .api(Access::Staff(PAY), routes!(pay))
        .api(Access::Staff(PAY), routes!(discard))
        .api(Access::Staff(PAY), routes!(reverse))
}

#[utoipa::path(get, path = "/admin/premium-held", tag = "Remittances", summary = "How premium stands with each insurer",
    responses((status = 200, body = Vec<Held>), (status = 403, body = ErrorBody)))]
async fn held(staff: Staff) -> AppResult<Json<Vec<Held>>> {
    Ok(Json(service::held(&mut staff.begin_read().await?).await?))
}

#[utoipa::path(get, path = "/admin/premium-held/{insurer}", tag = "Remittances", summary = "Postings of premium that no remittance has",
    description = "Oldest first; at most 200, which is what one remittance may have.",
    params(("insurer" = InsurerId, Path)), responses((status = 200, body = Vec<DueLine>), (status = 404, body = ErrorBody)))]
async fn due_lines(State(app): State<App>, staff: Staff, Path(insurer): Path<InsurerId>) -> AppResult<Json<Vec<DueLine>>> {
    let lines = service::due_lines(&mut staff.begin_read().await?, insurer).await?;
    let rows = i32::try_from(lines.len()).unwrap_or(i32::MAX);
    app.access.record(&staff.scope, Viewed { object_type: "policy", object_id: None, query: None, rows }).await?;
    Ok(Json(lines))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct RemittanceFilter {
    state: Option<RemittanceState>,
}

#[utoipa::path(get, path = "/admin/remittances", tag = "Remittances", summary = "Remittances, newest first",
    description = "`search` takes a number or the bank's reference.", params(RemittanceFilter, PageRequest),
    responses((status = 200, body = Page<Remittance>), (status = 403, body = ErrorBody)))]
async fn list(staff: Staff, Query(filter): Query<RemittanceFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<Remittance>>> {
    Ok(Json(service::list(&mut staff.begin_read().await?, filter.state, &page).await?))
}

#[utoipa::path(get, path = "/admin/remittances/{id}", tag = "Remittances", summary = "One remittance with its lines",
    params(("id" = RemittanceId, Path)), responses((status = 200, body = RemittanceRecord), (status = 404, body = ErrorBody)))]
async fn record(State(app): State<App>, staff: Staff, Path(id): Path<RemittanceId>) -> AppResult<Json<RemittanceRecord>> {
    let record = service::record(&mut staff.begin_read().await?, id).await?;
    app.access.record(&staff.scope, Viewed { object_type: "remittance", object_id: Some(id.0), query: None, rows: 1 }).await?;
    Ok(Json(record))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRemittance {
    insurer: InsurerId,
    /// `journal_line` of the postings; at most 200.
    postings: Vec<Uuid>,
}

#[utoipa::path(post, path = "/admin/remittances", tag = "Remittances", summary = "Set postings of premium aside for an insurer",
    params(("Idempotency-Key" = String, Header)), request_body = NewRemittance,
    responses((status = 200, body = Remittance), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn create(staff: Staff, request: Once<NewRemittance>) -> AppResult<StoredAnswer> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let remittance = service::create(&mut tx, request.body.insurer, &request.body.postings).await?;
    tx.commit_with(&request.key, 200, &remittance).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PaidRemittance {
    bank_reference: String,
    /// Today if not given.
    paid_on: Option<NaiveDate>,
}

#[utoipa::path(post, path = "/admin/remittances/{id}/pay", tag = "Remittances", summary = "Book that a remittance left the bank",
    params(("id" = RemittanceId, Path), ("Idempotency-Key" = String, Header)), request_body = PaidRemittance,
    responses((status = 200, body = RemittanceRecord), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn pay(staff: Staff, Path(id): Path<RemittanceId>, request: Once<PaidRemittance>) -> AppResult<StoredAnswer> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let day = request.body.paid_on.unwrap_or_else(|| staff.scope.today());
    service::pay(&mut tx, id, &request.body.bank_reference, day).await?;
    let record = service::record(&mut tx, id).await?;
    tx.commit_with(&request.key, 200, &record).await
}

#[utoipa::path(post, path = "/admin/remittances/{id}/discard", tag = "Remittances", summary = "Give a draft up",
    params(("id" = RemittanceId, Path)),
    responses((status = 200, body = RemittanceRecord), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn discard(staff: Staff, Path(id): Path<RemittanceId>) -> AppResult<Json<RemittanceRecord>> {
    let mut tx = staff.begin_write().await?;
    service::discard(&mut tx, id).await?;
    let record = service::record(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(record))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReversedRemittance {
    /// Kept in the audit.
    reason: String,
}

#[utoipa::path(post, path = "/admin/remittances/{id}/reverse", tag = "Remittances", summary = "Take a paid remittance back",
    params(("id" = RemittanceId, Path), ("Idempotency-Key" = String, Header)), request_body = ReversedRemittance,
    responses((status = 200, body = RemittanceRecord), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn reverse(staff: Staff, Path(id): Path<RemittanceId>, request: Once<ReversedRemittance>) -> AppResult<StoredAnswer> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    service::reverse(&mut tx, id, &request.body.reason).await?;
    let record = service::record(&mut tx, id).await?;
    tx.commit_with(&request.key, 200, &record).await
}
