//! Approval over HTTP, for staff.

use axum::extract::State;
use kernel::{
    App, AppResult,
    http::{Json, Once, Path, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    routes::{Access, Routes},
};
use serde::Deserialize;
use utoipa_axum::routes;

use super::{APPROVE, service};
use crate::{
    cancellations::Cancellation,
    law::Law,
    policies::{self, PolicyId, PolicyRecord},
};

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(APPROVE), routes!(approve)).api(Access::Staff(APPROVE), routes!(decline))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Approved {
    /// The policy's version that was read.
    version: i32,
}

#[utoipa::path(post, path = "/admin/policies/{id}/approve", tag = "Policies", summary = "Approve a policy that waits for it",
    description = "Its documents are issued and mailed.", params(("id" = PolicyId, Path)), request_body = Approved,
    responses((status = 200, body = PolicyRecord), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 412, body = ErrorBody)))]
async fn approve(staff: Staff, Path(id): Path<PolicyId>, Json(approved): Json<Approved>) -> AppResult<Json<PolicyRecord>> {
    let mut tx = staff.begin_write().await?;
    service::approve(&mut tx, id, approved.version).await?;
    let record = policies::service::record(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(record))
}

#[derive(Debug, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DeclinedCover {
    /// The policy's version that was read.
    version: i32,
    /// What the customer is told.
    reason: String,
}

#[utoipa::path(post, path = "/admin/policies/{id}/decline", tag = "Policies", summary = "Decline a policy that waits for approval",
    description = "It never counted: everything is given back, and a refund is asked for.",
    params(("id" = PolicyId, Path), ("Idempotency-Key" = String, Header)), request_body = DeclinedCover,
    responses((status = 200, body = Cancellation), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 412, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn decline(State(app): State<App>, staff: Staff, Path(id): Path<PolicyId>, request: Once<DeclinedCover>) -> AppResult<StoredAnswer> {
    let law = Law::of(&app, &staff.scope.tenant)?;
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let agreed = service::decline(&mut tx, &law, id, request.body.version, &request.body.reason).await?;
    tx.commit_with(&request.key, 200, &agreed).await
}
