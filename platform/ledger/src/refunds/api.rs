//! Refunds over HTTP, for staff.

use chrono::NaiveDate;
use kernel::{
    AppResult,
    http::{Json, Once, Path, Query, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    money::Money,
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::Deserialize;
use utoipa_axum::routes;

use super::{NewRefund, Paid, Refund, RefundFilter, RefundId, RefundMethod, service};
use crate::{
    credits::{self, CreditId},
    permissions::{PAYMENT_READ, REFUND_APPROVE, REFUND_PAY, REFUND_REQUEST},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(PAYMENT_READ), routes!(list_refunds))
        .api(Access::Staff(REFUND_REQUEST), routes!(request_refund))
        .api(Access::Staff(REFUND_APPROVE), routes!(approve_refund))
        .api(Access::Staff(REFUND_PAY), routes!(pay_refund))
        .api(Access::Staff(REFUND_REQUEST), routes!(return_refund))
}

/// Refunds, newest first. `search` takes a whole number or reference.
#[utoipa::path(get, path = "/ledger/refunds", tag = "ledger", params(RefundFilter, PageRequest),
    responses((status = 200, body = Page<Refund>), (status = 403, body = ErrorBody)))]
async fn list_refunds(who: Staff, Query(filter): Query<RefundFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<Refund>>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::list(&mut tx, &filter, &page).await?))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    credit: CreditId,
    /// In minor units; all that is left of the credit if not given.
    amount_minor: Option<i64>,
    reason: String,
}

/// Asks for a credit to go back to its customer. Above the tenant's limit a second person has to approve.
#[utoipa::path(post, path = "/ledger/refunds", tag = "ledger", params(("Idempotency-Key" = String, Header)), request_body = Wanted,
    responses((status = 200, body = Refund), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn request_refund(who: Staff, request: Once<Wanted>) -> AppResult<StoredAnswer> {
    let wanted = request.body;
    let mut tx = who.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let left = credits::get(&mut tx, wanted.credit).await?.left();
    let amount = wanted.amount_minor.map_or(left, |minor| Money::new(minor, left.currency));
    let refund = service::request(&mut tx, NewRefund { credit: wanted.credit, amount, reason: wanted.reason }).await?;
    tx.commit_with(&request.key, 200, &refund).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Seen {
    /// The refund's version that was read.
    version: i32,
}

/// Agrees to a refund that somebody else asked for.
#[utoipa::path(post, path = "/ledger/refunds/{id}/approve", tag = "ledger", params(("id" = RefundId, Path)), request_body = Seen,
    responses((status = 200, body = Refund), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 412, body = ErrorBody)))]
async fn approve_refund(who: Staff, Path(id): Path<RefundId>, Json(seen): Json<Seen>) -> AppResult<Json<Refund>> {
    let mut tx = who.begin_write().await?;
    let refund = service::approve(&mut tx, id, seen.version).await?;
    tx.commit().await?;
    Ok(Json(refund))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PaidBody {
    /// The refund's version that was read.
    version: i32,
    method: RefundMethod,
    /// Of the transfer, or the number of the voucher.
    reference: String,
    /// Today if not given.
    on: Option<NaiveDate>,
}

/// Records that an approved refund was paid by hand.
#[utoipa::path(post, path = "/ledger/refunds/{id}/pay", tag = "ledger", params(("id" = RefundId, Path), ("Idempotency-Key" = String, Header)), request_body = PaidBody,
    responses((status = 200, body = Refund), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 412, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn pay_refund(who: Staff, Path(id): Path<RefundId>, request: Once<PaidBody>) -> AppResult<StoredAnswer> {
    let body = request.body;
    let mut tx = who.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let paid = Paid { method: body.method, reference: body.reference, on: body.on.unwrap_or_else(|| who.scope.today()) };
    let refund = service::pay(&mut tx, id, body.version, &paid).await?;
    tx.commit_with(&request.key, 200, &refund).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NotPaid {
    /// The refund's version that was read.
    version: i32,
    reason: String,
}

/// Gives the money of an unpaid refund back to the customer's credit.
#[utoipa::path(post, path = "/ledger/refunds/{id}/return", tag = "ledger", params(("id" = RefundId, Path)), request_body = NotPaid,
    responses((status = 200, body = Refund), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 412, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn return_refund(who: Staff, Path(id): Path<RefundId>, Json(body): Json<NotPaid>) -> AppResult<Json<Refund>> {
    let mut tx = who.begin_write().await?;
    let refund = service::take_back(&mut tx, id, body.version, &body.reason).await?;
    tx.commit().await?;
    Ok(Json(refund))
}
