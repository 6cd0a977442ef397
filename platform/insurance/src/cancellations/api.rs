//! Ending policies over HTTP: staff work out and cancel; customers ask, and see what was agreed.

use axum::extract::State;
use chrono::NaiveDate;
use kernel::{
    App, AppResult,
    http::{Customer, Json, Once, Path, Query, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::{AskedBy, Calculation, Cancel, Cancellation, CancellationRequest, requests, service};
use crate::{
    law::Law,
    policies::{self, CANCEL, PolicyId, READ},
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(READ), routes!(work_out))
        .api(Access::Staff(CANCEL), routes!(cancel))
        .api(Access::Staff(CANCEL), routes!(decline))
        .api(Access::Customer, routes!(mine))
        .api(Access::Customer, routes!(ask))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct End {
    /// The first day without cover; today if not given.
    from: Option<NaiveDate>,
    asked_by: Option<AskedBy>,
}

#[utoipa::path(get, path = "/admin/policies/{id}/cancellation", tag = "Policies", summary = "Work out what ending a policy gives back",
    params(("id" = PolicyId, Path), End),
    responses((status = 200, body = Calculation), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn work_out(State(app): State<App>, staff: Staff, Path(id): Path<PolicyId>, Query(end): Query<End>) -> AppResult<Json<Calculation>> {
    let law = Law::of(&app, &staff.scope.tenant)?;
    let mut tx = staff.begin_read().await?;
    let policy = policies::service::get(&mut tx, id).await?;
    let from = end.from.unwrap_or_else(|| staff.scope.today());
    Ok(Json(service::work_out(&mut tx, &law, &policy, end.asked_by.unwrap_or(AskedBy::Customer), from).await?))
}

#[utoipa::path(post, path = "/admin/policies/{id}/cancel", tag = "Policies", summary = "Cancel a policy",
    description = "Cover ends before the given day; what is given back becomes the customer's credit, and a letter is sent. Its documents answer `cancelled` once the day has come.",
    params(("id" = PolicyId, Path), ("Idempotency-Key" = String, Header)), request_body = Cancel,
    responses((status = 200, body = Cancellation), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 412, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn cancel(State(app): State<App>, staff: Staff, Path(id): Path<PolicyId>, request: Once<Cancel>) -> AppResult<StoredAnswer> {
    let law = Law::of(&app, &staff.scope.tenant)?;
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let agreed = service::cancel(&mut tx, &law, id, &request.body).await?;
    tx.commit_with(&request.key, 200, &agreed).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Declined {
    /// What the customer is told.
    reason: String,
}

#[utoipa::path(post, path = "/admin/policies/{id}/cancellation/decline", tag = "Policies", summary = "Decline a customer's wish to cancel",
    params(("id" = PolicyId, Path)), request_body = Declined,
    responses((status = 200, body = EndOfPolicy), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn decline(staff: Staff, Path(id): Path<PolicyId>, Json(input): Json<Declined>) -> AppResult<Json<EndOfPolicy>> {
    let mut tx = staff.begin_write().await?;
    requests::decline(&mut tx, id, &input.reason).await?;
    let end = EndOfPolicy { request: requests::newest_request(&mut tx, id).await?, agreed: None };
    tx.commit().await?;
    Ok(Json(end))
}

/// How it stands with a policy's end.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EndOfPolicy {
    /// The customer's newest wish.
    request: Option<CancellationRequest>,
    agreed: Option<Cancellation>,
}

#[utoipa::path(get, path = "/policies/my-policies/{id}/cancellation", tag = "Policies", summary = "How it stands with the end of my policy",
    params(("id" = PolicyId, Path)), responses((status = 200, body = EndOfPolicy), (status = 404, body = ErrorBody)))]
async fn mine(caller: Customer, Path(id): Path<PolicyId>) -> AppResult<Json<EndOfPolicy>> {
    let mut tx = caller.begin_read().await?;
    policies::service::get(&mut tx, id).await?;
    Ok(Json(EndOfPolicy { request: requests::newest_request(&mut tx, id).await?, agreed: service::of_policy(&mut tx, id).await? }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// The first day without cover.
    from: NaiveDate,
    reason: String,
}

#[utoipa::path(post, path = "/policies/my-policies/{id}/cancellation", tag = "Policies", summary = "Ask for the end of my policy",
    description = "Nothing ends by this: the brokerage works out what is given back and agrees or declines.", params(("id" = PolicyId, Path)), request_body = Wish,
    responses((status = 200, body = EndOfPolicy), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn ask(caller: Customer, Path(id): Path<PolicyId>, Json(wish): Json<Wish>) -> AppResult<Json<EndOfPolicy>> {
    let mut tx = caller.begin_write().await?;
    requests::ask(&mut tx, id, wish.from, &wish.reason).await?;
    let end = EndOfPolicy { request: requests::newest_request(&mut tx, id).await?, agreed: None };
    tx.commit().await?;
    Ok(Json(end))
}
