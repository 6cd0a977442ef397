//! Links by which debts are paid, over HTTP for staff.

use axum::extract::State;
use chrono::{DateTime, Utc};
use kernel::{
    App, AppResult, ReadTx, Scope,
    http::{Json, Once, Path, Query, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{PayLink, PayLinkId, PayLinkState, service, url};
use crate::{permissions::PAY_LINK, receivables};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(PAY_LINK), routes!(make_link))
        .api(Access::Staff(PAY_LINK), routes!(list_links))
        .api(Access::Staff(PAY_LINK), routes!(withdraw_link))
}

/// A link by which what is owed for a payable is paid without logging in.
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
struct NewPayLink {
    /// `order`.
    payable_kind: String,
    payable_id: Uuid,
    /// What is paid, as its papers call it: the order's number.
    label: String,
    /// How long it leads somewhere: from 1 to 30.
    days: i64,
}

/// Makes a link by which what is owed is paid.
#[utoipa::path(post, path = "/ledger/pay-links", tag = "ledger", params(("Idempotency-Key" = String, Header)), request_body = NewPayLink,
    responses((status = 200, body = PayLinkView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn make_link(State(app): State<App>, who: Staff, request: Once<NewPayLink>) -> AppResult<StoredAnswer> {
    let wanted = &request.body;
    let mut tx = who.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let link = service::make(&mut tx, &app.signer, &wanted.payable_kind, wanted.payable_id, &wanted.label, wanted.days).await?;
    let view = view(&app, &who.scope, &mut tx, link).await?;
    tx.commit_with(&request.key, 200, &view).await
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OfPayable {
    payable_id: Uuid,
}

/// The links for a payable, newest first.
#[utoipa::path(get, path = "/ledger/pay-links", tag = "ledger", params(OfPayable), responses((status = 200, body = Vec<PayLinkView>)))]
async fn list_links(State(app): State<App>, who: Staff, Query(of): Query<OfPayable>) -> AppResult<Json<Vec<PayLinkView>>> {
    let mut tx = who.begin_read().await?;
    let mut views = Vec::new();
    for link in service::of_payable(&mut tx, of.payable_id).await? {
        views.push(view(&app, &who.scope, &mut tx, link).await?);
    }
    Ok(Json(views))
}

/// Ends a link at once.
#[utoipa::path(post, path = "/ledger/pay-links/{id}/withdraw", tag = "ledger", params(("id" = PayLinkId, Path)),
    responses((status = 200, body = PayLinkView), (status = 404, body = ErrorBody)))]
async fn withdraw_link(State(app): State<App>, who: Staff, Path(id): Path<PayLinkId>) -> AppResult<Json<PayLinkView>> {
    let mut tx = who.begin_write().await?;
    service::withdraw(&mut tx, id).await?;
    let link = service::get(&mut tx, id).await?;
    let view = view(&app, &who.scope, &mut tx, link).await?;
    tx.commit().await?;
    Ok(Json(view))
}
