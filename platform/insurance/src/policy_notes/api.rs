//! Notes over HTTP, for staff.

use kernel::{
    AppResult,
    http::{Json, Once, Path, Staff, error::ErrorBody},
    idempotency::StoredAnswer,
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::{PolicyNote, WRITE, service};
use crate::policies::{self, PolicyId, READ};

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(READ), routes!(list)).api(Access::Staff(WRITE), routes!(add))
}

#[utoipa::path(get, path = "/admin/policies/{id}/notes", tag = "Policies", summary = "List what staff wrote about a policy",
    params(("id" = PolicyId, Path)), responses((status = 200, body = Vec<PolicyNote>), (status = 404, body = ErrorBody)))]
async fn list(staff: Staff, Path(id): Path<PolicyId>) -> AppResult<Json<Vec<PolicyNote>>> {
    let mut tx = staff.begin_read().await?;
    policies::service::get(&mut tx, id).await?;
    Ok(Json(service::of_policy(&mut tx, id).await?))
}

#[derive(Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewNote {
    text: String,
}

#[utoipa::path(post, path = "/admin/policies/{id}/notes", tag = "Policies", summary = "Write a note about a policy",
    params(("id" = PolicyId, Path), ("Idempotency-Key" = String, Header)), request_body = NewNote,
    responses((status = 201, body = PolicyNote), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn add(staff: Staff, Path(id): Path<PolicyId>, request: Once<NewNote>) -> AppResult<StoredAnswer> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = tx.claim_key(&request.key).await? {
        return Ok(answer);
    }
    let note = service::add(&mut tx, id, &request.body.text).await?;
    tx.commit_with(&request.key, 201, &note).await
}
