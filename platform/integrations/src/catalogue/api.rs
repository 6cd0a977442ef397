//! `/integrations/plugins`: what can be installed.

use axum::extract::State;
use kernel::{
    App, AppResult,
    http::{Json, Path, Query, Staff},
    routes::{Access, Routes},
};
use serde::Serialize;
use utoipa_axum::routes;

use super::{PluginDetail, PluginLine, Wish, service};
use crate::{Integrations, READ};

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(READ), routes!(list)).api(Access::Staff(READ), routes!(get))
}

/// The whole catalogue: it is short.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Catalogue {
    pub count: usize,
    pub results: Vec<PluginLine>,
}

#[utoipa::path(get, path = "/integrations/plugins", tag = "Integrations", summary = "Plugins that can be installed", params(Wish),
    responses((status = 200, body = Catalogue)))]
async fn list(State(app): State<App>, staff: Staff, Query(wish): Query<Wish>) -> AppResult<Json<Catalogue>> {
    let integrations = Integrations::of(&app)?;
    let mut tx = staff.begin_read().await?;
    let mut results = service::list(&integrations, &mut tx).await?;
    results.retain(|line| wish.fits(line));
    Ok(Json(Catalogue { count: results.len(), results }))
}

#[utoipa::path(get, path = "/integrations/plugins/{plugin}", tag = "Integrations", summary = "A plugin and the permissions it asks for",
    params(("plugin" = String, Path, description = "Reverse domain name")), responses((status = 200, body = PluginDetail), (status = 404)))]
async fn get(State(app): State<App>, staff: Staff, Path(plugin): Path<String>) -> AppResult<Json<PluginDetail>> {
    let integrations = Integrations::of(&app)?;
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::get(&integrations, &mut tx, &plugin).await?))
}
