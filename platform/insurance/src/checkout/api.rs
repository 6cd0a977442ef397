//! Checkout in one call, for applications. Pages go step by step through [`super::service`].

use std::collections::BTreeSet;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{
    App, AppResult,
    http::{Anyone, Customer, Json, Once, Query, error::ErrorBody},
    routes::{Access, Routes},
};
use ledger::payments::{self, PayerInput, PaymentStatus, Start};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::service;
use crate::{
    cart::CartItemId,
    orders::{self, OrderStatus, PAYABLE, PlaceOrder},
    plans::{Plan, PlanOption},
};

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Customer, routes!(check_out)).api(Access::Public, routes!(list_plans))
}

/// What to buy and how to pay.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CheckoutInput {
    /// Of the cart; everything in it if not given.
    #[serde(default)]
    cart_items: Option<BTreeSet<CartItemId>>,
    /// First day of cover for items without a day of their own; today if not given.
    #[serde(default)]
    starts_on: Option<NaiveDate>,
    /// In how many parts to pay; all at once if not given.
    #[serde(default)]
    plan: Plan,
    /// One of the methods on offer; without one the order is placed and paid for later.
    #[serde(default)]
    payment_method: Option<String>,
    /// What the items were shown to cost, in minor units; nothing is ordered if they cost something else by now.
    #[serde(default)]
    expected_payable: Option<i64>,
    #[serde(default)]
    payment_phone: Option<String>,
    #[serde(default)]
    payment_email: Option<String>,
}

/// The order, and the payment that was started for it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
struct CheckoutResult {
    order: OrderStatus,
    payment: Option<PaymentStatus>,
}

/// The first day of cover of items without a day of their own.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct PlansQuery {
    /// Today if not given.
    #[serde(default)]
    starts_on: Option<NaiveDate>,
}

#[utoipa::path(get, path = "/checkout/plans", tag = "Cart", summary = "Plans by which the cart can be paid", params(PlansQuery),
    responses((status = 200, body = Vec<PlanOption>)))]
async fn list_plans(caller: Anyone, Query(query): Query<PlansQuery>) -> AppResult<Json<Vec<PlanOption>>> {
    let mut tx = caller.begin_read().await?;
    let starts_on = query.starts_on.unwrap_or_else(|| tx.scope().today());
    Ok(Json(service::plans(&mut tx, starts_on).await?))
}

#[utoipa::path(post, path = "/checkout", tag = "Cart", summary = "Buy what is in the cart",
    description = "Places an order and starts its payment. Wants an `Idempotency-Key`: the same request again gives the first answer. Where the insurer collects, no payment is started; the answer says how to pay the insurer.",
    request_body = CheckoutInput,
    responses((status = 201, body = CheckoutResult), (status = 400, body = ErrorBody),
        (status = 409, description = "`cart.empty`, `quote.expired`, `product.withdrawn`, `order.already_placed`, `order.collection_not_chosen`, `order.plan_not_offered`, `payment.method_unavailable`", body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn check_out(State(app): State<App>, caller: Customer, Once { key, body }: Once<CheckoutInput>) -> AppResult<Response> {
    let method = match &body.payment_method {
        Some(method) => Some(payments::service::choose(&app, &caller.scope, method).await?),
        None => None,
    };
    let mut tx = caller.begin_write().await?;
    if let Some(answer) = tx.claim_key(&key).await? {
        return Ok(answer.into_response());
    }
    let starts_on = body.starts_on.unwrap_or_else(|| tx.scope().today());
    let order =
        orders::service::place_order(&mut tx, PlaceOrder { items: body.cart_items, starts_on, plan: body.plan, expected: body.expected_payable })
            .await?;
    let mut payment = None;
    if let (Some(method), true) = (method, order.collects()) {
        let start = Start {
            method,
            payable_kind: PAYABLE.to_owned(),
            payable_id: order.id.0,
            amount: None,
            payer: PayerInput { name: None, phone: body.payment_phone, email: body.payment_email },
            description: order.number.clone(),
            return_url: None,
        };
        payment = Some(payments::service::start(&mut tx, start).await?.status());
    }
    let status = orders::service::status(&mut tx, order.id).await?;
    let answer = tx.commit_with(&key, 201, &CheckoutResult { order: status, payment }).await?;
    Ok(answer.into_response())
}
