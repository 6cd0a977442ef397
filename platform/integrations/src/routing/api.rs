//! `/integrations/routes`: which payment plugin takes which payments.

use axum::{extract::State, http::StatusCode};
use kernel::{
    App, AppResult,
    http::{IfMatch, Json, Path, Staff},
    routes::{Access, Routes},
};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{RouteInput, RouteView, service};
use crate::{Integrations, MANAGE, READ};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(READ), routes!(list_routes))
        .api(Access::Staff(MANAGE), routes!(create_route))
        .api(Access::Staff(MANAGE), routes!(change_route))
        .api(Access::Staff(MANAGE), routes!(remove_route))
}

#[utoipa::path(get, path = "/integrations/routes", tag = "Integrations", summary = "Rules for payments, in the order in which they count",
    responses((status = 200, body = Vec<RouteView>)))]
async fn list_routes(staff: Staff) -> AppResult<Json<Vec<RouteView>>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::list(&mut tx).await?))
}

#[utoipa::path(post, path = "/integrations/routes", tag = "Integrations", summary = "Add a rule for payments", request_body = RouteInput,
    responses((status = 201, body = RouteView), (status = 409, description = "route.too_many"), (status = 422)))]
async fn create_route(State(app): State<App>, staff: Staff, Json(input): Json<RouteInput>) -> AppResult<(StatusCode, Json<RouteView>)> {
    let mut tx = staff.begin_write().await?;
    let id = service::create(&*Integrations::of(&app)?, &mut tx, input).await?;
    let route = service::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(route)))
}

#[utoipa::path(put, path = "/integrations/routes/{id}", tag = "Integrations", summary = "Replace a rule at the version named by `If-Match`",
    params(("id" = Uuid, Path)), request_body = RouteInput,
    responses((status = 200, body = RouteView), (status = 404), (status = 412, description = "route.changed"), (status = 422), (status = 428)))]
async fn change_route(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<Uuid>,
    IfMatch(version): IfMatch,
    Json(input): Json<RouteInput>,
) -> AppResult<Json<RouteView>> {
    let mut tx = staff.begin_write().await?;
    service::change(&*Integrations::of(&app)?, &mut tx, id, version, input).await?;
    let route = service::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(route))
}

#[utoipa::path(delete, path = "/integrations/routes/{id}", tag = "Integrations", summary = "Remove a rule at the version named by `If-Match`",
    params(("id" = Uuid, Path)), responses((status = 204), (status = 404), (status = 412, description = "route.changed"), (status = 428)))]
async fn remove_route(staff: Staff, Path(id): Path<Uuid>, IfMatch(version): IfMatch) -> AppResult<StatusCode> {
    let mut tx = staff.begin_write().await?;
    service::remove(&mut tx, id, version).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
