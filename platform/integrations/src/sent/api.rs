//! `/integrations/messages`: what became of messages that went out by plugins.

use kernel::{
    AppResult,
    http::{Json, Query, Staff},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use utoipa_axum::routes;

use super::{SentFilter, SentLine, service};
use crate::READ;

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(READ), routes!(list_sent))
}

#[utoipa::path(get, path = "/integrations/messages", tag = "Integrations", summary = "What became of messages that plugins sent, newest first",
    params(PageRequest, SentFilter), responses((status = 200, body = Page<SentLine>)))]
async fn list_sent(staff: Staff, Query(page): Query<PageRequest>, Query(filter): Query<SentFilter>) -> AppResult<Json<Page<SentLine>>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::list(&mut tx, &page, &filter).await?))
}
