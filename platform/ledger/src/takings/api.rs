//! Money taken by hand over HTTP, for staff.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    App, AppError, AppResult, ReadTx, Scope,
    http::{Json, Once, Path, Query, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    money::Money,
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Taking, TakingError, TakingFilter, TakingId, TakingInput, TakingMethod, TakingState, Target, service};
use crate::{
    payments::PaymentId,
    permissions::{PAYMENT_READ, TAKING_APPROVE, TAKING_TAKE},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(PAYMENT_READ), routes!(list_takings))
        .api(Access::Staff(PAYMENT_READ), routes!(taking))
        .api(Access::Staff(TAKING_TAKE), routes!(take_money))
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

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TakeMoney {
    /// `order`, with its id; neither for money on a customer's account.
    payable_kind: Option<String>,
    payable_id: Option<Uuid>,
    /// On whose account, who has owed something or has credit. Who owes for a payable is known.
    customer: Option<Uuid>,
    /// What it is for, in words: the order's number.
    about: String,
    method: TakingMethod,
    /// In the firm's currency.
    amount: Money,
    /// Number of the cheque, reference of the transfer, code of the message; cash has none.
    #[serde(default)]
    reference: String,
    #[serde(default)]
    bank: String,
    /// Of a cheque.
    cheque_date: Option<NaiveDate>,
    /// Who paid, if it was not the customer.
    #[serde(default)]
    payer_name: String,
    #[serde(default)]
    note: String,
}

impl TakeMoney {
    async fn target(&self, tx: &mut ReadTx) -> AppResult<Target> {
        match (&self.payable_kind, self.payable_id, self.customer) {
            (Some(kind), Some(id), None) => Ok(Target::Payable { kind: kind.clone(), id }),
            (None, None, Some(customer)) => {
                let known = service::is_in_the_books(tx, customer).await?;
                if known { Ok(Target::Account { customer }) } else { Err(AppError::field("customer", "field-invalid")) }
            }
            _ => Err(AppError::field("customer", "field-invalid")),
        }
    }

    fn input(self, app: &App, scope: &Scope) -> AppResult<TakingInput> {
        if self.amount.currency != scope.tenant.currency {
            return Err(TakingError::CurrencyDiffers.into());
        }
        let title = format!("taking-method-{}", self.method.as_str().replace('_', "-"));
        Ok(TakingInput {
            method: self.method.as_str().to_owned(),
            method_title: app.texts.find(&scope.locale, &title, &[]).unwrap_or_default(),
            about: self.about,
            amount: self.amount.figure(),
            reference: self.reference,
            bank: self.bank,
            cheque_date: self.cheque_date.map(|day| day.to_string()).unwrap_or_default(),
            payer_name: self.payer_name,
            note: self.note,
        })
    }
}

/// Takes money for an order, or on a customer's account. It counts at once, above the firm's limit once a second person approved it,
/// and a cheque dated ahead when it is deposited.
#[utoipa::path(post, path = "/ledger/takings", tag = "ledger", params(("Idempotency-Key" = String, Header)), request_body = TakeMoney,
    responses((status = 200, body = TakingView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn take_money(State(app): State<App>, who: Staff, request: Once<TakeMoney>) -> AppResult<StoredAnswer> {
    let mut tx = who.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let target = request.body.target(&mut tx).await?;
    let input = request.body.input(&app, &who.scope)?;
    let taking = TakingView::from(service::take(&mut tx, target, &input).await?);
    tx.commit_with(&request.key, 200, &taking).await
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
