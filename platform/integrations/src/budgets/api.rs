//! `/integrations/installations/{id}/budget`: what an installation may spend in a day.

use axum::extract::State;
use kernel::{
    App, AppResult,
    http::{Json, Path, Staff},
    routes::{Access, Routes},
};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{BudgetInput, service};
use crate::{
    Integrations, MANAGE,
    installs::{self, InstallationView},
};

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(MANAGE), routes!(set_budget))
}

#[utoipa::path(put, path = "/integrations/installations/{id}/budget", tag = "Integrations", summary = "Replace the limits of a day",
    params(("id" = Uuid, Path)), request_body = BudgetInput,
    responses((status = 200, body = InstallationView), (status = 404), (status = 412, description = "installation.changed"), (status = 422)))]
async fn set_budget(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, Json(input): Json<BudgetInput>) -> AppResult<Json<InstallationView>> {
    let mut tx = staff.begin_write().await?;
    service::set(&mut tx, id, input).await?;
    let view = installs::get(&*Integrations::of(&app)?, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(view))
}
