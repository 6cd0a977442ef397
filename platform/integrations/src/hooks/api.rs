//! `/hooks/{token}`, where providers call, and `/integrations/deliveries`, where staff see that they did.

use kernel::{
    AppResult,
    http::{Json, Query, Staff},
    paging::{Page, PageRequest},
    routes::{Access, Face, Routes},
};
use utoipa_axum::routes;

use super::{DeliveryFilter, DeliveryLine, receive, receive_below};
use crate::READ;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Face::Hook, "/hooks/{token}", Access::Public, receive)
        .post(Face::Hook, "/hooks/{token}", Access::Public, receive)
        .get(Face::Hook, "/hooks/{token}/{*rest}", Access::Public, receive_below)
        .post(Face::Hook, "/hooks/{token}/{*rest}", Access::Public, receive_below)
        .api(Access::Staff(READ), routes!(list))
}

#[utoipa::path(get, path = "/integrations/deliveries", tag = "Integrations", summary = "What providers sent, newest first",
    params(PageRequest, DeliveryFilter), responses((status = 200, body = Page<DeliveryLine>)))]
async fn list(staff: Staff, Query(page): Query<PageRequest>, Query(filter): Query<DeliveryFilter>) -> AppResult<Json<Page<DeliveryLine>>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(super::list(&mut tx, &page, &filter).await?))
}
