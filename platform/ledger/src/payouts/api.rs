//! Payouts over HTTP, for staff. Where money goes is said on the pages, where whoever says it proves to be there.

use kernel::{
    AppResult,
    http::{Json, Path, Query, Staff, error::ErrorBody},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::Deserialize;
use utoipa_axum::routes;

use super::{Payout, PayoutFilter, PayoutId, service};
use crate::permissions::{PAYMENT_READ, PAYOUT_APPROVE, PAYOUT_REQUEST};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(PAYMENT_READ), routes!(list_payouts))
        .api(Access::Staff(PAYMENT_READ), routes!(get_payout))
        .api(Access::Staff(PAYOUT_APPROVE), routes!(approve_payout))
        .api(Access::Staff(PAYOUT_REQUEST), routes!(withdraw_payout))
}

/// Payouts, newest first. `search` takes a whole number.
#[utoipa::path(get, path = "/ledger/payouts", tag = "ledger", params(PayoutFilter, PageRequest),
    responses((status = 200, body = Page<Payout>), (status = 403, body = ErrorBody)))]
async fn list_payouts(who: Staff, Query(filter): Query<PayoutFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<Payout>>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::list(&mut tx, &filter, &page).await?))
}

/// One payout.
#[utoipa::path(get, path = "/ledger/payouts/{id}", tag = "ledger", params(("id" = PayoutId, Path)),
    responses((status = 200, body = Payout), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn get_payout(who: Staff, Path(id): Path<PayoutId>) -> AppResult<Json<Payout>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::get(&mut tx, id).await?))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SeenPayout {
    /// The payout's version that was read.
    version: i32,
}

/// Agrees to a payout that somebody else asked for.
#[utoipa::path(post, path = "/ledger/payouts/{id}/approve", tag = "ledger", params(("id" = PayoutId, Path)), request_body = SeenPayout,
    responses((status = 200, body = Payout), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 412, body = ErrorBody)))]
async fn approve_payout(who: Staff, Path(id): Path<PayoutId>, Json(seen): Json<SeenPayout>) -> AppResult<Json<Payout>> {
    let mut tx = who.begin_write().await?;
    let payout = service::approve(&mut tx, id, seen.version).await?;
    tx.commit().await?;
    Ok(Json(payout))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct GivenUp {
    /// The payout's version that was read.
    version: i32,
    reason: String,
}

/// Gives up a payout that is not under way.
#[utoipa::path(post, path = "/ledger/payouts/{id}/withdraw", tag = "ledger", params(("id" = PayoutId, Path)), request_body = GivenUp,
    responses((status = 200, body = Payout), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 412, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn withdraw_payout(who: Staff, Path(id): Path<PayoutId>, Json(body): Json<GivenUp>) -> AppResult<Json<Payout>> {
    let mut tx = who.begin_write().await?;
    let payout = service::withdraw(&mut tx, id, body.version, &body.reason).await?;
    tx.commit().await?;
    Ok(Json(payout))
}
