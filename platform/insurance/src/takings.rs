//! Taking money by hand over HTTP, for an order or on a customer's account. What becomes of it is the ledger's.

use axum::extract::State;
use chrono::NaiveDate;
use crm::customers::{self, CustomerId};
use kernel::{
    App, AppResult, Scope,
    http::{Once, Path, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    money::Money,
    routes::{Access, Routes},
};
use ledger::{
    permissions::TAKING_TAKE,
    takings::{self, TakingError, TakingInput, TakingMethod, Target, api::TakingView},
};
use serde::Deserialize;
use utoipa_axum::routes;

use crate::orders::{self, OrderId, PAYABLE};

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(TAKING_TAKE), routes!(take_for_order)).api(Access::Staff(TAKING_TAKE), routes!(take_for_customer))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TakeMoney {
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
    fn input(self, app: &App, scope: &Scope, about: String) -> AppResult<TakingInput> {
        if self.amount.currency != scope.tenant.currency {
            return Err(TakingError::CurrencyDiffers.into());
        }
        let title = format!("taking-method-{}", self.method.as_str().replace('_', "-"));
        Ok(TakingInput {
            method: self.method.as_str().to_owned(),
            method_title: app.texts.find(&scope.locale, &title, &[]).unwrap_or_default(),
            about,
            amount: self.amount.figure(),
            reference: self.reference,
            bank: self.bank,
            cheque_date: self.cheque_date.map(|day| day.to_string()).unwrap_or_default(),
            payer_name: self.payer_name,
            note: self.note,
        })
    }
}

#[utoipa::path(post, path = "/admin/orders/{id}/takings", tag = "Orders", summary = "Take money for an order by hand",
    description = "It counts at once, above the firm's limit once a second person approved it, and a cheque dated ahead when it is deposited.",
    params(("id" = OrderId, Path), ("Idempotency-Key" = String, Header)), request_body = TakeMoney,
    responses((status = 200, body = TakingView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn take_for_order(State(app): State<App>, staff: Staff, Path(id): Path<OrderId>, request: Once<TakeMoney>) -> AppResult<StoredAnswer> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let order = orders::service::get(&mut tx, id).await?;
    let input = request.body.input(&app, &staff.scope, order.number)?;
    let taking = TakingView::from(takings::take(&mut tx, Target::Payable { kind: PAYABLE, id: id.0 }, &input).await?);
    tx.commit_with(&request.key, 200, &taking).await
}

#[utoipa::path(post, path = "/admin/customers/{id}/takings", tag = "Orders", summary = "Take money on a customer's account by hand",
    description = "It becomes the customer's credit.",
    params(("id" = CustomerId, Path), ("Idempotency-Key" = String, Header)), request_body = TakeMoney,
    responses((status = 200, body = TakingView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn take_for_customer(State(app): State<App>, staff: Staff, Path(id): Path<CustomerId>, request: Once<TakeMoney>) -> AppResult<StoredAnswer> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let customer = customers::service::get(&mut tx, id).await?;
    let input = request.body.input(&app, &staff.scope, customer.number)?;
    let taking = TakingView::from(takings::take(&mut tx, Target::Account { customer: id.0 }, &input).await?);
    tx.commit_with(&request.key, 200, &taking).await
}
