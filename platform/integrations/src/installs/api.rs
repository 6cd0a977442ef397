//! `/integrations/installations`: install with consent, configure, check, switch to live and off.

use std::collections::BTreeSet;

use axum::{extract::State, http::StatusCode};
use kernel::{
    App, AppResult,
    http::{Json, Path, Query, Staff},
    paging::{Page, PageRequest},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{
    CheckView, ConfigInput, ErasureView, InstallationLine, InstallationView, NewInstallation, SettingsMode, Trial, TrialInput, lifecycle, rollback,
    service, sharing,
};
use crate::{Integrations, MANAGE, READ};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(READ), routes!(list))
        .api(Access::Staff(MANAGE), routes!(install))
        .api(Access::Staff(READ), routes!(get))
        .api(Access::Staff(MANAGE), routes!(configure))
        .api(Access::Staff(MANAGE), routes!(upgrade))
        .api(Access::Staff(MANAGE), routes!(roll_back))
        .api(Access::Staff(MANAGE), routes!(check))
        .api(Access::Staff(MANAGE), routes!(try_out))
        .api(Access::Staff(MANAGE), routes!(go_live))
        .api(Access::Staff(MANAGE), routes!(use_test_mode))
        .api(Access::Staff(MANAGE), routes!(disable))
        .api(Access::Staff(MANAGE), routes!(hold))
        .api(Access::Staff(MANAGE), routes!(resume))
        .api(Access::Staff(MANAGE), routes!(share))
        .api(Access::Staff(READ), routes!(erasure))
        .api(Access::Staff(MANAGE), routes!(uninstall))
}

async fn shown(app: &App, staff: &Staff, id: Uuid) -> AppResult<Json<InstallationView>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::get(&*Integrations::of(app)?, &mut tx, id).await?))
}

#[utoipa::path(get, path = "/integrations/installations", tag = "Integrations", summary = "Installed plugins", params(PageRequest),
    responses((status = 200, body = Page<InstallationLine>)))]
async fn list(State(app): State<App>, staff: Staff, Query(page): Query<PageRequest>) -> AppResult<Json<Page<InstallationLine>>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(service::list(&*Integrations::of(&app)?, &mut tx, &page).await?))
}

#[utoipa::path(post, path = "/integrations/installations", tag = "Integrations", summary = "Install a plugin and agree to its permissions",
    request_body = NewInstallation,
    responses((status = 201, body = InstallationView), (status = 409, description = "plugin.already_installed, plugin.not_offered"),
        (status = 422, description = "plugin.consent_incomplete")))]
async fn install(State(app): State<App>, staff: Staff, Json(new): Json<NewInstallation>) -> AppResult<(StatusCode, Json<InstallationView>)> {
    let mut tx = staff.begin_write().await?;
    let id = service::install(&*Integrations::of(&app)?, &mut tx, &new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, shown(&app, &staff, id).await?))
}

#[utoipa::path(get, path = "/integrations/installations/{id}", tag = "Integrations", summary = "An installation with its consent and settings forms",
    params(("id" = Uuid, Path)), responses((status = 200, body = InstallationView), (status = 404)))]
async fn get(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<InstallationView>> {
    shown(&app, &staff, id).await
}

#[utoipa::path(put, path = "/integrations/installations/{id}/settings/{mode}", tag = "Integrations", summary = "Replace the settings of one mode",
    description = "Secrets are written only: what is not sent stays as it is.", params(("id" = Uuid, Path), ("mode" = SettingsMode, Path)),
    request_body = ConfigInput,
    responses((status = 200, body = InstallationView), (status = 404), (status = 412, description = "installation.changed"), (status = 422)))]
async fn configure(
    State(app): State<App>,
    staff: Staff,
    Path((id, mode)): Path<(Uuid, SettingsMode)>,
    Json(input): Json<ConfigInput>,
) -> AppResult<Json<InstallationView>> {
    let mut tx = staff.begin_write().await?;
    service::configure(&*Integrations::of(&app)?, &mut tx, id, mode, input).await?;
    tx.commit().await?;
    shown(&app, &staff, id).await
}

#[utoipa::path(post, path = "/integrations/installations/{id}/check/{mode}", tag = "Integrations", summary = "Prove the settings of one mode to the provider",
    description = "Answers 200 also if the check did not pass: the report says what is wrong.",
    params(("id" = Uuid, Path), ("mode" = SettingsMode, Path)), responses((status = 200, body = CheckView), (status = 404)))]
async fn check(State(app): State<App>, staff: Staff, Path((id, mode)): Path<(Uuid, SettingsMode)>) -> AppResult<Json<CheckView>> {
    Ok(Json(lifecycle::check(&*Integrations::of(&app)?, &staff.scope, id, mode).await?))
}

/// What is tried, and how.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTrial {
    pub trial: Trial,
    #[serde(default)]
    pub input: TrialInput,
}

/// Where the answer stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Tried {
    /// Of `/integrations/calls`.
    pub call: Uuid,
}

#[utoipa::path(post, path = "/integrations/installations/{id}/try/{mode}", tag = "Integrations", summary = "Try one ability of the plugin",
    description = "What has an effect is tried with the test settings only. Answers 200 whatever came of it: the call's entry in the log says it.",
    params(("id" = Uuid, Path), ("mode" = SettingsMode, Path)), request_body = NewTrial,
    responses((status = 200, body = Tried), (status = 404), (status = 422)))]
async fn try_out(
    State(app): State<App>,
    staff: Staff,
    Path((id, mode)): Path<(Uuid, SettingsMode)>,
    Json(new): Json<NewTrial>,
) -> AppResult<Json<Tried>> {
    let call = Integrations::of(&app)?.try_out(&staff.scope, id, mode, new.trial, new.input, Uuid::now_v7()).await?;
    Ok(Json(Tried { call }))
}

#[utoipa::path(post, path = "/integrations/installations/{id}/go-live", tag = "Integrations", summary = "Work with the live settings",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = InstallationView), (status = 404), (status = 409, description = "installation.not_checked, installation.not_activated")))]
async fn go_live(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<InstallationView>> {
    lifecycle::go_live(&*Integrations::of(&app)?, &staff.scope, id).await?;
    shown(&app, &staff, id).await
}

#[utoipa::path(post, path = "/integrations/installations/{id}/use-test-mode", tag = "Integrations", summary = "Go back to the test settings",
    params(("id" = Uuid, Path)), responses((status = 200, body = InstallationView), (status = 404)))]
async fn use_test_mode(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<InstallationView>> {
    lifecycle::use_test_mode(&*Integrations::of(&app)?, &staff.scope, id).await?;
    shown(&app, &staff, id).await
}

#[utoipa::path(post, path = "/integrations/installations/{id}/disable", tag = "Integrations", summary = "Switch an installation off",
    params(("id" = Uuid, Path)), responses((status = 200, body = InstallationView), (status = 404)))]
async fn disable(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<InstallationView>> {
    lifecycle::disable(&*Integrations::of(&app)?, &staff.scope, id).await?;
    shown(&app, &staff, id).await
}

#[utoipa::path(post, path = "/integrations/installations/{id}/hold", tag = "Integrations", summary = "Hold a live installation",
    description = "Nothing goes out, and what arrives is kept unread until the installation goes on.", params(("id" = Uuid, Path)),
    responses((status = 200, body = InstallationView), (status = 404), (status = 409, description = "installation.not_live")))]
async fn hold(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<InstallationView>> {
    let mut tx = staff.begin_write().await?;
    lifecycle::hold(&*Integrations::of(&app)?, &mut tx, id).await?;
    tx.commit().await?;
    shown(&app, &staff, id).await
}

#[utoipa::path(post, path = "/integrations/installations/{id}/resume", tag = "Integrations", summary = "Let a held installation go on",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = InstallationView), (status = 404), (status = 409, description = "installation.not_held")))]
async fn resume(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<InstallationView>> {
    let mut tx = staff.begin_write().await?;
    lifecycle::resume(&*Integrations::of(&app)?, &mut tx, id).await?;
    tx.commit().await?;
    shown(&app, &staff, id).await
}

/// Whether the publisher may read calls that failed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SharingInput {
    pub shared: bool,
}

#[utoipa::path(put, path = "/integrations/installations/{id}/sharing", tag = "Integrations", summary = "Let the publisher read calls that fail, or no more",
    description = "Error and log lines of live calls that fail from now on, masked as in the call log, without the office's name. Whoever shares no more takes back what was shared.",
    params(("id" = Uuid, Path)), request_body = SharingInput, responses((status = 200, body = InstallationView), (status = 404)))]
async fn share(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, Json(input): Json<SharingInput>) -> AppResult<Json<InstallationView>> {
    sharing::share(&app, &staff.scope, id, input.shared).await?;
    shown(&app, &staff, id).await
}

#[utoipa::path(get, path = "/integrations/installations/{id}/erasure", tag = "Integrations", summary = "What uninstalling would erase",
    params(("id" = Uuid, Path)), responses((status = 200, body = ErasureView)))]
async fn erasure(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<ErasureView>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(lifecycle::erasure(&*Integrations::of(&app)?, &mut tx, id).await?))
}

#[utoipa::path(delete, path = "/integrations/installations/{id}", tag = "Integrations", summary = "Uninstall a plugin and erase what it kept",
    params(("id" = Uuid, Path)),
    responses((status = 200, description = "What was erased", body = ErasureView), (status = 404),
        (status = 409, description = "installation.still_on, installation.under_way")))]
async fn uninstall(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<ErasureView>> {
    let mut tx = staff.begin_write().await?;
    let erased = lifecycle::uninstall(&*Integrations::of(&app)?, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(erased))
}

/// Permissions beyond the present version's.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Upgrade {
    pub accepted: BTreeSet<String>,
}

#[utoipa::path(post, path = "/integrations/installations/{id}/upgrade", tag = "Integrations", summary = "Take the newest version",
    params(("id" = Uuid, Path)), request_body = Upgrade,
    responses((status = 200, body = InstallationView), (status = 404), (status = 409, description = "installation.up_to_date, installation.not_migrated, installation.needs_settings, installation.changed"),
        (status = 422, description = "plugin.consent_incomplete")))]
async fn upgrade(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, Json(body): Json<Upgrade>) -> AppResult<Json<InstallationView>> {
    let integrations = Integrations::of(&app)?;
    let migration = super::migrate(&integrations, &staff.scope, id).await?;
    let mut tx = staff.begin_write().await?;
    super::upgrade(&integrations, &mut tx, id, &body.accepted, &migration).await?;
    tx.commit().await?;
    shown(&app, &staff, id).await
}

#[utoipa::path(post, path = "/integrations/installations/{id}/roll-back", tag = "Integrations", summary = "Go back to the version before the last upgrade",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = InstallationView), (status = 404), (status = 409, description = "installation.no_way_back, plugin.revoked")))]
async fn roll_back(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<InstallationView>> {
    let mut tx = staff.begin_write().await?;
    rollback::roll_back(&*Integrations::of(&app)?, &mut tx, id).await?;
    tx.commit().await?;
    shown(&app, &staff, id).await
}
