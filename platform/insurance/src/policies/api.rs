//! Policies over HTTP: customers see their own; staff see all and enter certificates.

use axum::extract::State;
use kernel::{
    App, AppResult,
    access::Access as Viewed,
    http::{Customer, Json, Path, Query, Staff, error::ErrorBody},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use utoipa_axum::routes;

use super::{CERTIFY, Certificate, PolicyCard, PolicyFilter, PolicyId, PolicyRecord, READ, service};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Customer, routes!(mine))
        .api(Access::Customer, routes!(my_policy))
        .api(Access::Staff(READ), routes!(list))
        .api(Access::Staff(READ), routes!(record))
        .api(Access::Staff(CERTIFY), routes!(certify))
}

#[utoipa::path(get, path = "/policies/my-policies", tag = "Policies", summary = "My policies", params(PolicyFilter, PageRequest),
    responses((status = 200, body = Page<PolicyCard>)))]
async fn mine(caller: Customer, Query(filter): Query<PolicyFilter>, Query(page): Query<PageRequest>) -> AppResult<Json<Page<PolicyCard>>> {
    let mut tx = caller.begin_read().await?;
    Ok(Json(service::list_own(&mut tx, &filter, &page).await?.map(PolicyCard::from)))
}

#[utoipa::path(get, path = "/policies/my-policies/{id}", tag = "Policies", summary = "One of my policies", params(("id" = PolicyId, Path)),
    responses((status = 200, body = PolicyRecord), (status = 404, body = ErrorBody)))]
async fn my_policy(caller: Customer, Path(id): Path<PolicyId>) -> AppResult<Json<PolicyRecord>> {
    let mut tx = caller.begin_read().await?;
    Ok(Json(service::record(&mut tx, id).await?))
}

#[utoipa::path(get, path = "/admin/policies", tag = "Policies", summary = "List policies", params(PolicyFilter, PageRequest),
    responses((status = 200, body = Page<PolicyCard>)))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(filter): Query<PolicyFilter>,
    Query(page): Query<PageRequest>,
) -> AppResult<Json<Page<PolicyCard>>> {
    let mut tx = staff.begin_read().await?;
    let found = service::list(&mut tx, &filter, &page).await?.map(PolicyCard::from);
    drop(tx);
    let rows = i32::try_from(found.results.len()).unwrap_or(i32::MAX);
    app.access.record(&staff.scope, Viewed { object_type: "policy", object_id: None, query: page.search_text(), rows }).await?;
    Ok(Json(found))
}

#[utoipa::path(get, path = "/admin/policies/{id}", tag = "Policies", summary = "Read a policy", params(("id" = PolicyId, Path)),
    responses((status = 200, body = PolicyRecord), (status = 404, body = ErrorBody)))]
async fn record(State(app): State<App>, staff: Staff, Path(id): Path<PolicyId>) -> AppResult<Json<PolicyRecord>> {
    let mut tx = staff.begin_read().await?;
    let record = service::record(&mut tx, id).await?;
    drop(tx);
    app.access.record(&staff.scope, Viewed { object_type: "policy", object_id: Some(id.0), query: None, rows: 1 }).await?;
    Ok(Json(record))
}

#[utoipa::path(post, path = "/admin/policies/{id}/certificate", tag = "Policies", summary = "Enter the insurer's certificate",
    description = "The policy's document is issued anew with it.", params(("id" = PolicyId, Path)), request_body = Certificate,
    responses((status = 200, body = PolicyRecord), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 412, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn certify(staff: Staff, Path(id): Path<PolicyId>, Json(certificate): Json<Certificate>) -> AppResult<Json<PolicyRecord>> {
    let mut tx = staff.begin_write().await?;
    service::certify(&mut tx, id, &certificate).await?;
    let record = service::record(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(record))
}
