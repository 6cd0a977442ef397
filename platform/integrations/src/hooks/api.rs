//! `/hooks/{token}`, where providers call, and `/integrations/deliveries`, where staff see that they did.

use axum::http::StatusCode;
use kernel::{
    AppResult,
    http::{Json, Path, Query, Staff},
    paging::{Page, PageRequest},
    routes::{Access, Face, Routes},
};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{DeliveryFilter, DeliveryLine, receive, receive_below};
use crate::{MANAGE, READ};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Face::Hook, "/hooks/{token}", Access::Public, receive)
        .post(Face::Hook, "/hooks/{token}", Access::Public, receive)
        .get(Face::Hook, "/hooks/{token}/{*rest}", Access::Public, receive_below)
        .post(Face::Hook, "/hooks/{token}/{*rest}", Access::Public, receive_below)
        .api(Access::Staff(READ), routes!(list))
        .api(Access::Staff(MANAGE), routes!(read_again))
}

#[utoipa::path(get, path = "/integrations/deliveries", tag = "Integrations", summary = "What providers sent, newest first",
    params(PageRequest, DeliveryFilter), responses((status = 200, body = Page<DeliveryLine>)))]
async fn list(staff: Staff, Query(page): Query<PageRequest>, Query(filter): Query<DeliveryFilter>) -> AppResult<Json<Page<DeliveryLine>>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(super::list(&mut tx, &page, &filter).await?))
}

#[utoipa::path(post, path = "/integrations/deliveries/{id}/read-again", tag = "Integrations", summary = "Have a delivery that was refused or given up read again",
    description = "While its contents are kept. Reports that were taken before do not count twice.",
    params(("id" = Uuid, Path)), responses((status = 204), (status = 404), (status = 409, description = "delivery.not_readable")))]
async fn read_again(staff: Staff, Path(id): Path<Uuid>) -> AppResult<StatusCode> {
    let mut tx = staff.scope.elevated().begin_write().await?;
    super::read_again(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
