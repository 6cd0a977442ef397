//! `/integrations/installations/{id}/circuit`: trying again before the wait is over.

use axum::extract::State;
use kernel::{
    App, AppResult,
    http::{Json, Path, Staff},
    routes::{Access, Routes},
};
use utoipa_axum::routes;
use uuid::Uuid;

use super::service;
use crate::{
    Integrations, MANAGE,
    installs::{self, InstallationView},
};

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(MANAGE), routes!(close_circuit))
}

#[utoipa::path(delete, path = "/integrations/installations/{id}/circuit", tag = "Integrations", summary = "Call the plugin again at once",
    params(("id" = Uuid, Path)), responses((status = 200, body = InstallationView), (status = 404)))]
async fn close_circuit(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<InstallationView>> {
    let mut tx = staff.begin_write().await?;
    service::close(&mut tx, id).await?;
    let view = installs::get(&*Integrations::of(&app)?, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(view))
}
