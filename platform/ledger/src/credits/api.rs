//! Credits, for staff.

use kernel::{
    AppResult,
    http::{Json, Path, Query, Staff, error::ErrorBody},
    money::Money,
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Credit, CreditFilter, CreditId, service};
use crate::permissions::{PAYMENT_READ, PAYMENT_SETTLE};

/// Money of customers that bought nothing, newest first, with the reason.
#[utoipa::path(get, path = "/ledger/credits", tag = "ledger", params(CreditFilter, PageRequest),
    responses((status = 200, body = Page<Credit>), (status = 403, body = ErrorBody)))]
async fn list_credits(who: Staff, Query(filter): Query<CreditFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<Credit>>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::list(&mut tx, &filter, &page).await?))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BalancesView {
    customer: Uuid,
    /// What we owe the customer, by currency.
    balances: Vec<Money>,
}

/// What we owe one customer.
#[utoipa::path(get, path = "/ledger/customers/{id}/balance", tag = "ledger", params(("id" = Uuid, Path)),
    responses((status = 200, body = BalancesView), (status = 403, body = ErrorBody)))]
async fn customer_balance(who: Staff, Path(customer): Path<Uuid>) -> AppResult<Json<BalancesView>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(BalancesView { customer, balances: service::balances(&mut tx, customer).await? }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct HandleCredit {
    /// How it was used or returned.
    reason: String,
}

/// Takes a credit off the list.
#[utoipa::path(post, path = "/ledger/credits/{id}/handle", tag = "ledger", params(("id" = Uuid, Path)), request_body = HandleCredit,
    responses((status = 200, body = serde_json::Value), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn handle_credit(who: Staff, Path(id): Path<CreditId>, Json(body): Json<HandleCredit>) -> AppResult<Json<serde_json::Value>> {
    let mut tx = who.begin_write().await?;
    service::handle(&mut tx, id, &body.reason).await?;
    tx.commit().await?;
    Ok(Json(serde_json::json!({ "state": "handled" })))
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(PAYMENT_READ), routes!(list_credits))
        .api(Access::Staff(PAYMENT_READ), routes!(customer_balance))
        .api(Access::Staff(PAYMENT_SETTLE), routes!(handle_credit))
}
