//! Fleets over HTTP: customers price and order cover for their own vehicles, staff for a customer's.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::NaiveDate;
use crm::CustomerId;
use kernel::{
    App, AppError, AppResult, TenantTx,
    http::{Customer, Json, Once, Path, Staff, error::ErrorBody},
    idempotency::IdempotencyKey,
    money::Money,
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::{Fleet, FleetRow, Outcome, PlaceFleet, Told, Verdict, reading::EXTRAS, service};
use crate::{
    agreement,
    catalogue::ProductId,
    law::Law,
    orders::{self, OrderStatus},
    plans::Plan,
    rating::{Decline, Line},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Customer, routes!(judge_own))
        .api(Access::Customer, routes!(place_own))
        .api(Access::Staff(orders::PLACE), routes!(judge))
        .api(Access::Staff(orders::PLACE), routes!(place))
}

/// The vehicles, as rows or as a file, and the product that shall cover them.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct FleetInput {
    product: ProductId,
    /// At most 100.
    #[serde(default)]
    rows: Vec<FleetRow>,
    /// In place of rows: a CSV file or an Excel workbook (.xlsx) of at most 64 KiB, in base64. Its columns are headed by the questions or
    /// their keys, and `extras`.
    #[serde(default)]
    file: Option<String>,
}

/// As [`FleetInput`], with what it was shown to cost.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct FleetOrderInput {
    product: ProductId,
    /// At most 100.
    #[serde(default)]
    rows: Vec<FleetRow>,
    /// In place of rows, as it was judged.
    #[serde(default)]
    file: Option<String>,
    /// What the rows that have a price were shown to come to, in minor units; nothing is ordered if they come to something else by now.
    expected_payable: i64,
    /// Leaves out the rows that have no price. Otherwise one of them stops all.
    #[serde(default)]
    leave_out: bool,
    /// First day of cover; today if not given.
    #[serde(default)]
    starts_on: Option<NaiveDate>,
    /// In how many parts to pay; all at once if not given.
    #[serde(default)]
    plan: Plan,
    /// Of a customer who orders: the words in which they agreed that their data may be used for it. Whoever agreed before, here, on a page
    /// or by `/customers/me/consents`, need not again. Staff note a consent with the customer.
    #[serde(default)]
    consent: Option<String>,
}

kernel::text_enum! {
    /// What a row comes to.
    pub enum VerdictKind {
        Priced = "priced",
        Declined = "declined",
        Wrong = "wrong",
    }
}

/// What one row comes to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct VerdictView {
    /// Of a file as spreadsheet programs count, the heading included; of rows from one on.
    line: usize,
    /// As it was sent; empty if it was not.
    plate: String,
    verdict: VerdictKind,
    payable: Option<Money>,
    breakdown: Vec<Line>,
    declined: Vec<Decline>,
    /// Codes of what is wrong, by question.
    errors: BTreeMap<String, Vec<String>>,
}

impl VerdictView {
    fn of(verdict: Verdict) -> Self {
        let mut view = Self {
            line: verdict.line,
            plate: verdict.plate,
            verdict: VerdictKind::Priced,
            payable: None,
            breakdown: Vec::new(),
            declined: Vec::new(),
            errors: BTreeMap::new(),
        };
        match verdict.outcome {
            Outcome::Priced(premium) => {
                view.payable = Some(premium.payable);
                view.breakdown = premium.lines;
            }
            Outcome::Declined(declined) => {
                view.verdict = VerdictKind::Declined;
                view.declined = declined;
            }
            Outcome::Wrong(faults) => {
                view.verdict = VerdictKind::Wrong;
                for fault in faults {
                    view.errors.entry(fault.field.into_owned()).or_default().push(fault.code.into_owned());
                }
            }
        }
        view
    }
}

/// Vehicles with a verdict for every row.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FleetView {
    product: ProductId,
    /// Every row has a price.
    whole: bool,
    /// What the rows that have a price come to.
    payable: Money,
    verdicts: Vec<VerdictView>,
}

impl FleetView {
    fn of(fleet: Fleet) -> Self {
        Self {
            product: fleet.product.id,
            whole: fleet.is_whole(),
            payable: fleet.payable,
            verdicts: fleet.verdicts.into_iter().map(VerdictView::of).collect(),
        }
    }
}

/// The order, and the rows that were left out of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FleetOrder {
    order: OrderStatus,
    left_out: Vec<VerdictView>,
}

/// The bytes of the file, if one was sent in place of rows.
fn decoded(rows: &[FleetRow], file: Option<&str>) -> AppResult<Option<Vec<u8>>> {
    let Some(file) = file else { return Ok(None) };
    let bytes = STANDARD.decode(file).ok().filter(|_| rows.is_empty());
    bytes.map(Some).ok_or_else(|| AppError::field("file", "field-invalid"))
}

fn told<'a>(rows: &'a [FleetRow], file: Option<&'a [u8]>) -> Told<'a> {
    file.map_or(Told::Rows(rows), |bytes| Told::Sheet { bytes, extras: EXTRAS })
}

#[utoipa::path(post, path = "/fleets/verdicts", tag = "Fleets", summary = "Price my vehicles",
    description = "Says for every row what it costs or what is wrong with it. Nothing is written.", request_body = FleetInput,
    responses((status = 200, body = FleetView), (status = 404, body = ErrorBody), (status = 409, description = "`product.withdrawn`", body = ErrorBody),
        (status = 413, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn judge_own(State(app): State<App>, caller: Customer, Json(input): Json<FleetInput>) -> AppResult<Json<FleetView>> {
    let law = Law::of(&app, caller.tenant())?;
    let file = decoded(&input.rows, input.file.as_deref())?;
    let mut tx = caller.begin_read().await?;
    let fleet = service::judge(&mut tx, &law, input.product, told(&input.rows, file.as_deref())).await?;
    Ok(Json(FleetView::of(fleet)))
}

#[utoipa::path(post, path = "/admin/fleets/verdicts", tag = "Fleets", summary = "Price a customer's vehicles",
    description = "Says for every row what it costs or what is wrong with it. Nothing is written.", request_body = FleetInput,
    responses((status = 200, body = FleetView), (status = 404, body = ErrorBody), (status = 409, description = "`product.withdrawn`", body = ErrorBody),
        (status = 413, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn judge(State(app): State<App>, staff: Staff, Json(input): Json<FleetInput>) -> AppResult<Json<FleetView>> {
    let law = Law::of(&app, staff.tenant())?;
    let file = decoded(&input.rows, input.file.as_deref())?;
    let mut tx = staff.begin_read().await?;
    let fleet = service::judge(&mut tx, &law, input.product, told(&input.rows, file.as_deref())).await?;
    Ok(Json(FleetView::of(fleet)))
}

#[utoipa::path(post, path = "/fleets", tag = "Fleets", summary = "Order cover for my vehicles",
    description = "Places one order with a cover for each vehicle, for a customer who agreed to the use of personal data: before, or in the same request by `consent`. Wants an `Idempotency-Key`: the same request again gives the first answer.",
    request_body = FleetOrderInput,
    responses((status = 201, body = FleetOrder), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, description = "`fleet.not_whole`, `fleet.price_changed`, `product.withdrawn`, `order.collection_not_chosen`, `order.plan_not_offered`", body = ErrorBody),
        (status = 413, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn place_own(State(app): State<App>, caller: Customer, Once { key, body }: Once<FleetOrderInput>) -> AppResult<Response> {
    let law = Law::of(&app, caller.tenant())?;
    let tx = caller.begin_write().await?;
    let customer = tx.scope().customer().ok_or_else(AppError::unauthenticated)?;
    order(tx, &law, &key, customer.into(), &body).await
}

#[utoipa::path(post, path = "/customers/{id}/fleets", tag = "Fleets", summary = "Order cover for a customer's vehicles",
    description = "Places one order with a cover for each vehicle. Wants an `Idempotency-Key`: the same request again gives the first answer.",
    params(("id" = CustomerId, Path)), request_body = FleetOrderInput,
    responses((status = 201, body = FleetOrder), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, description = "`fleet.not_whole`, `fleet.price_changed`, `product.withdrawn`, `order.collection_not_chosen`, `order.plan_not_offered`", body = ErrorBody),
        (status = 413, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn place(State(app): State<App>, staff: Staff, Path(id): Path<CustomerId>, Once { key, body }: Once<FleetOrderInput>) -> AppResult<Response> {
    if body.consent.is_some() {
        return Err(AppError::field("consent", "field-invalid"));
    }
    let law = Law::of(&app, staff.tenant())?;
    let tx = staff.begin_write().await?;
    order(tx, &law, &key, id, &body).await
}

async fn order(mut tx: TenantTx, law: &Law, key: &IdempotencyKey, customer: CustomerId, input: &FleetOrderInput) -> AppResult<Response> {
    let file = decoded(&input.rows, input.file.as_deref())?;
    if let Some(answer) = tx.claim_key(key).await? {
        return Ok(answer.into_response());
    }
    if tx.scope().customer().is_some() {
        agreement::need(&mut tx, customer, "fleet order", input.consent.as_deref()).await?;
    }
    let place = PlaceFleet {
        product: input.product,
        told: told(&input.rows, file.as_deref()),
        expected: input.expected_payable,
        starts_on: input.starts_on.unwrap_or_else(|| tx.scope().today()),
        plan: input.plan,
        leave_out: input.leave_out,
    };
    let placed = service::place(&mut tx, law, customer, place).await?;
    let status = orders::service::status(&mut tx, placed.order.id).await?;
    let left_out = placed.left_out.into_iter().map(VerdictView::of).collect();
    let answer = tx.commit_with(key, 201, &FleetOrder { order: status, left_out }).await?;
    Ok(answer.into_response())
}
