//! Links by which orders are paid, over HTTP for staff.

use axum::extract::State;
use chrono::{DateTime, Utc};
use kernel::{
    App, AppResult, ReadTx, Scope,
    http::{Json, Once, Path, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    routes::{Access, Routes},
};
use ledger::{
    pay_links::{self, PayLink, PayLinkId, PayLinkState},
    permissions::PAY_LINK,
    receivables,
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::url;
use crate::orders::{self, OrderId, PAYABLE};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(PAY_LINK), routes!(make_link))
        .api(Access::Staff(PAY_LINK), routes!(links_of_order))
        .api(Access::Staff(PAY_LINK), routes!(withdraw_link))
}

/// A link by which what is owed for an order is paid without logging in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PayLinkView {
    id: PayLinkId,
    state: PayLinkState,
    /// As long as it leads somewhere.
    address: Option<String>,
    expires_at: DateTime<Utc>,
    opened_at: Option<DateTime<Utc>>,
    times_opened: i32,
    created_at: DateTime<Utc>,
}

async fn view(app: &App, scope: &Scope, tx: &mut ReadTx, link: PayLink) -> AppResult<PayLinkView> {
    let owed = receivables::of_payable(tx, &link.payable_kind, link.payable_id).await?;
    let state = link.state(&owed, scope.now());
    let leads = matches!(state, PayLinkState::Sent | PayLinkState::Opened);
    Ok(PayLinkView {
        id: link.id,
        state,
        address: leads.then(|| url(app, scope, link.id)),
        expires_at: link.expires_at,
        opened_at: link.opened_at,
        times_opened: link.times_opened,
        created_at: link.created_at,
    })
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLink {
    /// How long it leads somewhere: from 1 to 30.
    days: i64,
}

#[utoipa::path(post, path = "/admin/orders/{id}/pay-links", tag = "Orders", summary = "Make a link by which an order is paid",
    params(("id" = OrderId, Path), ("Idempotency-Key" = String, Header)), request_body = NewLink,
    responses((status = 200, body = PayLinkView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn make_link(State(app): State<App>, staff: Staff, Path(id): Path<OrderId>, request: Once<NewLink>) -> AppResult<StoredAnswer> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let order = orders::service::get(&mut tx, id).await?;
    let link = pay_links::make(&mut tx, &app.signer, PAYABLE, id.0, &order.number, request.body.days).await?;
    let view = view(&app, &staff.scope, &mut tx, link).await?;
    tx.commit_with(&request.key, 200, &view).await
}

#[utoipa::path(get, path = "/admin/orders/{id}/pay-links", tag = "Orders", summary = "Links by which an order is paid, newest first",
    params(("id" = OrderId, Path)), responses((status = 200, body = Vec<PayLinkView>), (status = 404, body = ErrorBody)))]
async fn links_of_order(State(app): State<App>, staff: Staff, Path(id): Path<OrderId>) -> AppResult<Json<Vec<PayLinkView>>> {
    let mut tx = staff.begin_read().await?;
    orders::service::get(&mut tx, id).await?;
    let mut views = Vec::new();
    for link in pay_links::of_payable(&mut tx, id.0).await? {
        views.push(view(&app, &staff.scope, &mut tx, link).await?);
    }
    Ok(Json(views))
}

#[utoipa::path(post, path = "/admin/pay-links/{id}/withdraw", tag = "Orders", summary = "End a link at once",
    params(("id" = PayLinkId, Path)), responses((status = 200, body = PayLinkView), (status = 404, body = ErrorBody)))]
async fn withdraw_link(State(app): State<App>, staff: Staff, Path(id): Path<PayLinkId>) -> AppResult<Json<PayLinkView>> {
    let mut tx = staff.begin_write().await?;
    pay_links::withdraw(&mut tx, id).await?;
    let link = pay_links::get(&mut tx, id).await?;
    let view = view(&app, &staff.scope, &mut tx, link).await?;
    tx.commit().await?;
    Ok(Json(view))
}
