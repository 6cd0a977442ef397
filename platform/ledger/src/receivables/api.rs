//! What is owed, for staff.

use kernel::{
    AppResult,
    http::{Json, Query, Staff, error::ErrorBody},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use utoipa_axum::routes;

use super::{Receivable, ReceivableFilter, service};
use crate::permissions::RECEIVABLE_READ;

/// What customers owe, newest first. `search` takes a reference as anybody would type it.
#[utoipa::path(get, path = "/ledger/receivables", tag = "ledger", params(ReceivableFilter, PageRequest),
    responses((status = 200, body = Page<Receivable>), (status = 403, body = ErrorBody)))]
async fn list_receivables(who: Staff, Query(filter): Query<ReceivableFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<Receivable>>> {
    let mut tx = who.begin_read().await?;
    Ok(Json(service::list(&mut tx, &filter, &page).await?))
}

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(RECEIVABLE_READ), routes!(list_receivables))
}
