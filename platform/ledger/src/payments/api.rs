//! Payments over HTTP: customers start and follow theirs, staff see all and settle what no call can settle.

use axum::extract::State;
use kernel::{
    App, AppResult,
    http::{Customer, Json, Once, Path, Query, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    money::Money,
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::Deserialize;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{
    PayerInput, PaymentFilter, PaymentId, PaymentRecord, PaymentStatus, PaymentView,
    service::{self, Decision, Start},
};
use crate::permissions::{PAYMENT_READ, PAYMENT_SETTLE};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Initiate {
    /// `order`.
    payable_kind: String,
    payable_id: Uuid,
    /// All that is owed if not given.
    #[serde(default)]
    amount: Option<Money>,
    #[serde(default)]
    payer: PayerInput,
}

/// Asks the payer for money by this method, once per `Idempotency-Key`. The answer comes before the provider has been asked: follow
/// the payment's status.
#[utoipa::path(post, path = "/payments/{method}/initiate", tag = "payments", params(("method" = String, Path), ("Idempotency-Key" = String, Header)),
    request_body = Initiate,
    responses((status = 202, body = PaymentStatus), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn initiate(State(app): State<App>, who: Customer, Path(method): Path<String>, request: Once<Initiate>) -> AppResult<StoredAnswer> {
    let method = service::choose(&app, &who.scope, &method).await?;
    let body = request.body;
    let mut tx = who.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let start = Start {
        method,
        payable_kind: body.payable_kind,
        payable_id: body.payable_id,
        amount: body.amount,
        payer: body.payer,
        description: who.tenant().name.clone(),
        return_url: None,
    };
    let payment = service::start(&mut tx, start).await?;
    tx.commit_with(&request.key, 202, &payment.status()).await
}

/// Where a payment stands.
#[utoipa::path(get, path = "/payments/{method}/status/{id}", tag = "payments", params(("method" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = PaymentStatus), (status = 404, body = ErrorBody)))]
async fn payment_status(who: Customer, Path((method, id)): Path<(String, PaymentId)>) -> AppResult<Json<PaymentStatus>> {
    let mut tx = who.begin_read().await?;
    let status = service::status(&mut tx, id).await?;
    if status.method == method { Ok(Json(status)) } else { Err(kernel::AppError::not_found()) }
}

/// The customer's own payments, newest first.
#[utoipa::path(get, path = "/payments", tag = "payments", params(PageRequest), responses((status = 200, body = Page<PaymentStatus>)))]
async fn my_payments(who: Customer, Query(page): Query<PageRequest>) -> AppResult<Json<Page<PaymentStatus>>> {
    let customer = who.scope.customer().ok_or_else(kernel::AppError::unauthenticated)?;
    let mut tx = who.begin_read().await?;
    Ok(Json(service::list_of_customer(&mut tx, customer, &PaymentFilter::default(), &page).await?))
}

/// All payments, newest first. `search` takes our reference or an id of the provider's.
#[utoipa::path(get, path = "/ledger/payments", tag = "ledger", params(PaymentFilter, PageRequest),
    responses((status = 200, body = Page<PaymentView>), (status = 403, body = ErrorBody)))]
async fn list_payments(who: Staff, Query(filter): Query<PaymentFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<PaymentView>>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::list(&mut tx, &filter, &page).await?))
}

/// One payment with its history and what it paid.
#[utoipa::path(get, path = "/ledger/payments/{id}", tag = "ledger", params(("id" = Uuid, Path)),
    responses((status = 200, body = PaymentRecord), (status = 404, body = ErrorBody)))]
async fn payment_record(who: Staff, Path(id): Path<PaymentId>) -> AppResult<Json<PaymentRecord>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::record(&mut tx, id).await?))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Settle {
    /// Whether the money is with us.
    received: bool,
    /// The provider's receipt; required when received.
    #[serde(default)]
    receipt: Option<String>,
    /// If another amount came than was asked for.
    #[serde(default)]
    amount: Option<Money>,
    /// Kept in the audit.
    reason: String,
}

/// Settles a payment whose outcome is unknown.
#[utoipa::path(post, path = "/ledger/payments/{id}/settle", tag = "ledger", params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    request_body = Settle,
    responses((status = 200, body = PaymentView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn settle_payment(who: Staff, Path(id): Path<PaymentId>, request: Once<Settle>) -> AppResult<StoredAnswer> {
    let body = request.body;
    let mut tx = who.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let decision =
        if body.received { Decision::Received { receipt: body.receipt.unwrap_or_default(), amount: body.amount } } else { Decision::NotReceived };
    let payment = service::settle(&mut tx, id, decision, &body.reason).await?;
    let view = payment.view(who.scope.now());
    tx.commit_with(&request.key, 200, &view).await
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Customer, routes!(initiate))
        .api(Access::Customer, routes!(payment_status))
        .api(Access::Customer, routes!(my_payments))
        .api(Access::Staff(PAYMENT_READ), routes!(list_payments))
        .api(Access::Staff(PAYMENT_READ), routes!(payment_record))
        .api(Access::Staff(PAYMENT_SETTLE), routes!(settle_payment))
}
