//! Jobs that were given up, for staff.

use serde::Deserialize;
use utoipa_axum::routes;

use super::{DeadLetter, DeadLetterFilter, DeadLetterId, READ, SETTLE, service};
use crate::{
    AppResult,
    http::{Json, Path, Query, Staff, error::ErrorBody},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(READ), routes!(list))
        .api(Access::Staff(READ), routes!(get))
        .api(Access::Staff(SETTLE), routes!(retry))
        .api(Access::Staff(SETTLE), routes!(dismiss))
}

#[utoipa::path(get, path = "/admin/dead-letters", tag = "Work", summary = "List background work that was given up",
    params(DeadLetterFilter, PageRequest), responses((status = 200, body = Page<DeadLetter>)))]
async fn list(staff: Staff, Query(filter): Query<DeadLetterFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<DeadLetter>>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::list(&mut tx, &filter, &[], &page).await?))
}

#[utoipa::path(get, path = "/admin/dead-letters/{id}", tag = "Work", summary = "Read what was given up", params(("id" = DeadLetterId, Path)),
    responses((status = 200, body = DeadLetter), (status = 404, body = ErrorBody)))]
async fn get(staff: Staff, Path(id): Path<DeadLetterId>) -> AppResult<Json<DeadLetter>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::get(&mut tx, id).await?))
}

#[utoipa::path(post, path = "/admin/dead-letters/{id}/retry", tag = "Work", summary = "Try it again", params(("id" = DeadLetterId, Path)),
    responses((status = 200, body = DeadLetter), (status = 404, body = ErrorBody), (status = 409, description = "`dead_letter.settled`", body = ErrorBody)))]
async fn retry(staff: Staff, Path(id): Path<DeadLetterId>) -> AppResult<Json<DeadLetter>> {
    let mut tx = staff.begin_write().await?;
    service::retry(&mut tx, id).await?;
    let letter = service::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(letter))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct Dismissal {
    /// Why nobody needs it any more.
    reason: String,
}

#[utoipa::path(post, path = "/admin/dead-letters/{id}/dismiss", tag = "Work", summary = "Take it off the list for good",
    params(("id" = DeadLetterId, Path)), request_body = Dismissal,
    responses((status = 200, body = DeadLetter), (status = 404, body = ErrorBody), (status = 409, description = "`dead_letter.settled`", body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn dismiss(staff: Staff, Path(id): Path<DeadLetterId>, Json(body): Json<Dismissal>) -> AppResult<Json<DeadLetter>> {
    let mut tx = staff.begin_write().await?;
    service::dismiss(&mut tx, id, &body.reason).await?;
    let letter = service::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(letter))
}
