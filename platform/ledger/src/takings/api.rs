//! Money taken by hand over HTTP, for staff. Taking it is where orders and customers are known.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppResult,
    http::{Json, Once, Path, Query, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    money::Money,
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Taking, TakingFilter, TakingId, TakingMethod, TakingState, service};
use crate::{
    payments::PaymentId,
    permissions::{PAYMENT_READ, TAKING_APPROVE, TAKING_TAKE},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(PAYMENT_READ), routes!(list_takings))
        .api(Access::Staff(PAYMENT_READ), routes!(taking))
        .api(Access::Staff(TAKING_APPROVE), routes!(approve_taking))
        .api(Access::Staff(TAKING_APPROVE), routes!(refuse_taking))
        .api(Access::Staff(TAKING_TAKE), routes!(deposit_cheque))
        .api(Access::Staff(TAKING_TAKE), routes!(clear_cheque))
        .api(Access::Staff(TAKING_TAKE), routes!(bounce_cheque))
}

/// Money that staff took by hand.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TakingView {
    pub id: TakingId,
    #[schema(example = "TK-2026-00042")]
    pub number: String,
    pub customer: Uuid,
    /// What it is for; none for money on account.
    pub payable_kind: Option<String>,
    pub payable_id: Option<Uuid>,
    pub about: String,
    pub method: TakingMethod,
    pub amount: Money,
    pub reference: Option<String>,
    pub bank: String,
    pub cheque_date: Option<NaiveDate>,
    pub payer_name: Option<String>,
    pub note: Option<String>,
    /// The business day on which it was taken.
    pub received_on: NaiveDate,
    pub state: TakingState,
    pub taken_by: Uuid,
    pub decided_by: Option<Uuid>,
    /// Why it was refused, or bounced.
    pub reason: Option<String>,
    /// Once it counts.
    pub payment: Option<PaymentId>,
    pub created_at: DateTime<Utc>,
}

impl From<Taking> for TakingView {
    fn from(taking: Taking) -> Self {
        let (payable_kind, payable_id) = taking.payable.unzip();
        Self {
            id: taking.id,
            number: taking.number,
            customer: taking.customer,
            payable_kind,
            payable_id,
            about: taking.about,
            method: taking.method,
            amount: taking.amount,
            reference: taking.reference,
            bank: taking.bank,
            cheque_date: taking.cheque_date,
            payer_name: taking.payer_name,
            note: taking.note,
            received_on: taking.received_on,
            state: taking.state,
            taken_by: taking.taken_by,
            decided_by: taking.decided_by,
            reason: taking.reason,
            payment: taking.payment,
            created_at: taking.created_at,
        }
    }
}

/// Money by hand, newest first. `search` takes a number or a reference.
#[utoipa::path(get, path = "/ledger/takings", tag = "ledger", params(TakingFilter, PageRequest),
    responses((status = 200, body = Page<TakingView>), (status = 403, body = ErrorBody)))]
async fn list_takings(who: Staff, Query(filter): Query<TakingFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<TakingView>>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::list(&mut tx, &filter, &page).await?.map(TakingView::from)))
}

/// One taking.
#[utoipa::path(get, path = "/ledger/takings/{id}", tag = "ledger", params(("id" = TakingId, Path)),
    responses((status = 200, body = TakingView), (status = 404, body = ErrorBody)))]
async fn taking(who: Staff, Path(id): Path<TakingId>) -> AppResult<Json<TakingView>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::get(&mut tx, id).await?.into()))
}

/// Lets money above the limit count. Whoever took it may not.
#[utoipa::path(post, path = "/ledger/takings/{id}/approve", tag = "ledger", params(("id" = TakingId, Path)),
    responses((status = 200, body = TakingView), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn approve_taking(who: Staff, Path(id): Path<TakingId>) -> AppResult<Json<TakingView>> {
    let mut tx = who.begin_write().await?;
    let taking = service::approve(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(taking.into()))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TakingReason {
    /// Kept in the audit.
    reason: String,
}

/// Lets money above the limit not count. Whoever took it may not.
#[utoipa::path(post, path = "/ledger/takings/{id}/refuse", tag = "ledger", params(("id" = TakingId, Path)), request_body = TakingReason,
    responses((status = 200, body = TakingView), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn refuse_taking(who: Staff, Path(id): Path<TakingId>, Json(body): Json<TakingReason>) -> AppResult<Json<TakingView>> {
    let mut tx = who.begin_write().await?;
    let taking = service::refuse(&mut tx, id, &body.reason).await?;
    tx.commit().await?;
    Ok(Json(taking.into()))
}

/// Notes that a cheque went to the bank; one that was held counts from now on.
#[utoipa::path(post, path = "/ledger/takings/{id}/deposit", tag = "ledger", params(("id" = TakingId, Path)),
    responses((status = 200, body = TakingView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn deposit_cheque(who: Staff, Path(id): Path<TakingId>) -> AppResult<Json<TakingView>> {
    let mut tx = who.begin_write().await?;
    let taking = service::deposit(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(taking.into()))
}

/// Notes that the bank paid a cheque.
#[utoipa::path(post, path = "/ledger/takings/{id}/clear", tag = "ledger", params(("id" = TakingId, Path)),
    responses((status = 200, body = TakingView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn clear_cheque(who: Staff, Path(id): Path<TakingId>) -> AppResult<Json<TakingView>> {
    let mut tx = who.begin_write().await?;
    let taking = service::clear(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(taking.into()))
}

/// Notes that the bank did not pay a cheque: what it had paid is owed again.
#[utoipa::path(post, path = "/ledger/takings/{id}/bounce", tag = "ledger", params(("id" = TakingId, Path), ("Idempotency-Key" = String, Header)),
    request_body = TakingReason,
    responses((status = 200, body = TakingView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn bounce_cheque(who: Staff, Path(id): Path<TakingId>, request: Once<TakingReason>) -> AppResult<StoredAnswer> {
    let mut tx = who.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let taking = TakingView::from(service::bounce(&mut tx, id, &request.body.reason).await?);
    tx.commit_with(&request.key, 200, &taking).await
}
