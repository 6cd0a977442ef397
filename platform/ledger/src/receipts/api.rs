//! Unmatched receipts, for staff.

use kernel::{
    AppResult,
    http::{Json, Once, Path, Query, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::Deserialize;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{ReceiptFilter, ReceiptId, UnmatchedReceipt, service};
use crate::permissions::{PAYMENT_READ, PAYMENT_SETTLE};

/// Money that providers report and that belongs to no payment, newest first.
#[utoipa::path(get, path = "/ledger/unmatched-receipts", tag = "ledger", params(ReceiptFilter, PageRequest),
    responses((status = 200, body = Page<UnmatchedReceipt>), (status = 403, body = ErrorBody)))]
async fn list_receipts(who: Staff, Query(filter): Query<ReceiptFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<UnmatchedReceipt>>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::list(&mut tx, &filter, &page).await?))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct AssignReceipt {
    customer: Uuid,
    reason: String,
}

/// Books a receipt as credit of a customer.
#[utoipa::path(post, path = "/ledger/unmatched-receipts/{id}/assign", tag = "ledger", params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    request_body = AssignReceipt,
    responses((status = 200, body = UnmatchedReceipt), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn assign_receipt(who: Staff, Path(id): Path<ReceiptId>, request: Once<AssignReceipt>) -> AppResult<StoredAnswer> {
    let mut tx = who.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let receipt = service::assign(&mut tx, id, request.body.customer, &request.body.reason).await?;
    tx.commit_with(&request.key, 200, &receipt).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SettleReceipt {
    /// Of a debt, as its payer would type it.
    reference: String,
    reason: String,
}

/// Books a receipt from a statement as a payment of a debt.
#[utoipa::path(post, path = "/ledger/unmatched-receipts/{id}/settle", tag = "ledger", params(("id" = ReceiptId, Path), ("Idempotency-Key" = String, Header)),
    request_body = SettleReceipt,
    responses((status = 200, body = UnmatchedReceipt), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn settle_receipt(who: Staff, Path(id): Path<ReceiptId>, request: Once<SettleReceipt>) -> AppResult<StoredAnswer> {
    let mut tx = who.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    service::assign_to_debt(&mut tx, id, &request.body.reference, &request.body.reason).await?;
    let receipt = service::get(&mut tx, id).await?;
    tx.commit_with(&request.key, 200, &receipt).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct DismissReceipt {
    reason: String,
}

/// Takes a receipt off the list without booking anything.
#[utoipa::path(post, path = "/ledger/unmatched-receipts/{id}/dismiss", tag = "ledger", params(("id" = Uuid, Path)), request_body = DismissReceipt,
    responses((status = 200, body = UnmatchedReceipt), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn dismiss_receipt(who: Staff, Path(id): Path<ReceiptId>, Json(body): Json<DismissReceipt>) -> AppResult<Json<UnmatchedReceipt>> {
    let mut tx = who.begin_write().await?;
    let receipt = service::dismiss(&mut tx, id, &body.reason).await?;
    tx.commit().await?;
    Ok(Json(receipt))
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(PAYMENT_READ), routes!(list_receipts))
        .api(Access::Staff(PAYMENT_SETTLE), routes!(assign_receipt))
        .api(Access::Staff(PAYMENT_SETTLE), routes!(settle_receipt))
        .api(Access::Staff(PAYMENT_SETTLE), routes!(dismiss_receipt))
}
