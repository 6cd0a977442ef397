//! Orders over HTTP: customers see, pay for and cancel their own; staff see all and confirm what insurers received.

use axum::extract::State;
use kernel::{
    App, AppResult,
    access::Access as Viewed,
    http::{Customer, Json, Path, Query, Staff, error::ErrorBody},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::Serialize;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{CONFIRM_RECEIPT, Confirmation, OrderFilter, OrderId, OrderRecord, OrderRow, OrderState, OrderStatus, READ, service};
use kernel::money::{Currency, Money};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Customer, routes!(mine))
        .api(Access::Customer, routes!(get))
        .api(Access::Customer, routes!(cancel))
        .api(Access::Staff(READ), routes!(list))
        .api(Access::Staff(READ), routes!(record))
        .api(Access::Staff(CONFIRM_RECEIPT), routes!(confirm_receipt))
}

/// A line of a list of orders.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrderRowView {
    pub id: OrderId,
    #[schema(example = "ORD-2026-00042")]
    pub number: String,
    pub customer: Uuid,
    pub customer_name: String,
    pub state: OrderState,
    pub collection_mode: String,
    pub payable: Option<Money>,
    pub lines: i64,
    pub valid_until: chrono::NaiveDate,
    pub paid_at: Option<chrono::DateTime<chrono::Utc>>,
    pub created_at: chrono::DateTime<chrono::Utc>,
}

impl From<OrderRow> for OrderRowView {
    fn from(row: OrderRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            customer: row.customer_id,
            customer_name: row.customer_name,
            state: row.state,
            collection_mode: row.collection_mode,
            payable: Currency::from_code(&row.currency).ok().map(|currency| Money::new(row.payable_minor, currency)),
            lines: row.lines,
            valid_until: row.valid_until,
            paid_at: row.paid_at,
            created_at: row.created_at,
        }
    }
}

#[utoipa::path(get, path = "/orders", tag = "Orders", summary = "My orders", params(PageRequest), responses((status = 200, body = Page<OrderRowView>)))]
async fn mine(caller: Customer, Query(page): Query<PageRequest>) -> AppResult<Json<Page<OrderRowView>>> {
    let mut tx = caller.begin_read().await?;
    Ok(Json(service::list_own(&mut tx, &page).await?.map(OrderRowView::from)))
}

#[utoipa::path(get, path = "/orders/{id}", tag = "Orders", summary = "One of my orders", params(("id" = OrderId, Path)),
    responses((status = 200, body = OrderStatus), (status = 404, body = ErrorBody)))]
async fn get(caller: Customer, Path(id): Path<OrderId>) -> AppResult<Json<OrderStatus>> {
    let mut tx = caller.begin_read().await?;
    Ok(Json(service::status(&mut tx, id).await?))
}

#[utoipa::path(post, path = "/orders/{id}/cancel", tag = "Orders", summary = "Cancel an order that is not paid", params(("id" = OrderId, Path)),
    responses((status = 200, body = OrderStatus), (status = 404, body = ErrorBody), (status = 409, description = "`order.wrong_state`, `order.payment_pending`, `order.money_received`", body = ErrorBody)))]
async fn cancel(caller: Customer, Path(id): Path<OrderId>) -> AppResult<Json<OrderStatus>> {
    Ok(Json(cancel_own(&caller.scope, id).await?))
}

/// Cancels an order of the customer whose scope it is.
///
/// # Errors
/// As [`service::cancel`]; `order.not_found`.
pub async fn cancel_own(scope: &kernel::Scope, id: OrderId) -> AppResult<OrderStatus> {
    let mut tx = scope.begin_read().await?;
    service::get(&mut tx, id).await?;
    drop(tx);
    // What is owed is closed by the system: a customer cannot write to the ledger.
    let mut tx = scope.as_system("insurance.order.cancel").begin_write().await?;
    service::cancel(&mut tx, id, "cancelled by the customer").await?;
    tx.commit().await?;
    let mut tx = scope.begin_read().await?;
    service::status(&mut tx, id).await
}

#[utoipa::path(get, path = "/admin/orders", tag = "Orders", summary = "List orders", params(OrderFilter, PageRequest),
    responses((status = 200, body = Page<OrderRowView>)))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(filter): Query<OrderFilter>,
    Query(page): Query<PageRequest>,
) -> AppResult<Json<Page<OrderRowView>>> {
    let mut tx = staff.begin_read().await?;
    let found = service::list(&mut tx, &filter, &page).await?.map(OrderRowView::from);
    drop(tx);
    let rows = i32::try_from(found.results.len()).unwrap_or(i32::MAX);
    app.access.record(&staff.scope, Viewed { object_type: "order", object_id: None, query: page.search_text(), rows }).await?;
    Ok(Json(found))
}

#[utoipa::path(get, path = "/admin/orders/{id}", tag = "Orders", summary = "Read an order", params(("id" = OrderId, Path)),
    responses((status = 200, body = OrderRecord), (status = 404, body = ErrorBody)))]
async fn record(State(app): State<App>, staff: Staff, Path(id): Path<OrderId>) -> AppResult<Json<OrderRecord>> {
    let mut tx = staff.begin_read().await?;
    let record = service::record(&mut tx, id).await?;
    drop(tx);
    app.access.record(&staff.scope, Viewed { object_type: "order", object_id: Some(id.0), query: None, rows: 1 }).await?;
    Ok(Json(record))
}

#[utoipa::path(post, path = "/admin/orders/{id}/confirm-receipt", tag = "Orders", summary = "Confirm that the insurer has the premium",
    description = "Only where the insurer collects. Policies are issued, and cover starts.", params(("id" = OrderId, Path)), request_body = Confirmation,
    responses((status = 200, body = OrderRecord), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn confirm_receipt(staff: Staff, Path(id): Path<OrderId>, Json(confirmation): Json<Confirmation>) -> AppResult<Json<OrderRecord>> {
    let mut tx = staff.begin_write().await?;
    service::confirm_receipt(&mut tx, id, &confirmation).await?;
    let record = service::record(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(record))
}
