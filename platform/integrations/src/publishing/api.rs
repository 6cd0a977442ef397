//! `/publishing`: for a tenant that publishes plugins. `wakala-plugin publish` speaks it.

use axum::{body::Body, extract::State, http::StatusCode};
use kernel::{
    App, AppError, AppResult, Kind,
    http::{Json, Path, Staff},
    routes::{Access, Routes},
};
use plugin_host::package::LARGEST;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;
use uuid::Uuid;

use super::{AccountView, SubmissionLine, SubmissionView, VersionView, account, own, versions};
use crate::{PUBLISH, catalogue, figures::VersionFigures};

/// A package's files, and the archive around them.
const PACKAGE: usize = LARGEST + (1 << 20);

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(PUBLISH), routes!(get_account))
        .api(Access::Staff(PUBLISH), routes!(put_account))
        .api(Access::Staff(PUBLISH), routes!(add_key))
        .api(Access::Staff(PUBLISH), routes!(revoke_key))
        .api(Access::Staff(PUBLISH), routes!(list_submissions))
        .api(Access::Staff(PUBLISH), routes!(hand_in))
        .api(Access::Staff(PUBLISH), routes!(get_submission))
        .api(Access::Staff(PUBLISH), routes!(submit))
        .api(Access::Staff(PUBLISH), routes!(put_on_list))
        .api(Access::Staff(PUBLISH), routes!(withdraw))
        .api(Access::Staff(PUBLISH), routes!(list_versions))
        .api(Access::Staff(PUBLISH), routes!(get_version))
        .api(Access::Staff(PUBLISH), routes!(offer))
        .api(Access::Staff(PUBLISH), routes!(take_back))
}

async fn shown_account(app: &App, staff: &Staff) -> AppResult<Json<AccountView>> {
    Ok(Json(account::get(app, &staff.scope).await?))
}

async fn shown(app: &App, staff: &Staff, id: Uuid) -> AppResult<Json<SubmissionView>> {
    Ok(Json(own::get(app, &staff.scope, id).await?))
}

#[utoipa::path(get, path = "/publishing/account", tag = "Publishing", summary = "The publisher that this tenant is, with its keys",
    responses((status = 200, body = AccountView), (status = 409, description = "publisher.none")))]
async fn get_account(State(app): State<App>, staff: Staff) -> AppResult<Json<AccountView>> {
    shown_account(&app, &staff).await
}

/// What a publisher says of itself.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountInput {
    /// 3 to 60 of a-z, 0-9 and hyphen; manifests name it, and it never changes.
    #[schema(example = "acme")]
    pub handle: String,
    pub name: String,
    /// An address of mail or of a page, where tenants find help.
    #[serde(default)]
    pub support: String,
}

#[utoipa::path(put, path = "/publishing/account", tag = "Publishing", summary = "Become a publisher, or change what is said of it",
    request_body = AccountInput,
    responses((status = 200, body = AccountView), (status = 409, description = "publisher.handle_taken, publisher.handle_fixed"), (status = 422)))]
async fn put_account(State(app): State<App>, staff: Staff, Json(input): Json<AccountInput>) -> AppResult<Json<AccountView>> {
    let said = account::Said { handle: &input.handle, name: &input.name, support: &input.support };
    account::put(&app, &staff.scope, said).await?;
    shown_account(&app, &staff).await
}

/// A key that `wakala-plugin key` made: the public half.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyInput {
    #[schema(example = "ed25519:3m7YbF0yC2Zt8c9Vh1jv2m8oX0Zr5a6Qb7u1d2e3f4g=")]
    pub public_key: String,
    /// Where it lies, for whoever has to replace it.
    pub name: String,
}

#[utoipa::path(post, path = "/publishing/keys", tag = "Publishing", summary = "Add a key that signs packages", request_body = KeyInput,
    responses((status = 201, body = AccountView), (status = 409, description = "publisher.none, publisher_key.taken, publisher_key.too_many"), (status = 422)))]
async fn add_key(State(app): State<App>, staff: Staff, Json(input): Json<KeyInput>) -> AppResult<(StatusCode, Json<AccountView>)> {
    account::add_key(&app, &staff.scope, &input.public_key, &input.name).await?;
    Ok((StatusCode::CREATED, shown_account(&app, &staff).await?))
}

#[utoipa::path(post, path = "/publishing/keys/{id}/revoke", tag = "Publishing", summary = "Take a key out of use",
    description = "Packages that it signed stay as they are; withdraw versions that should not run.", params(("id" = Uuid, Path)),
    responses((status = 200, body = AccountView), (status = 404, description = "publisher_key.not_found"),
        (status = 409, description = "publisher.none")))]
async fn revoke_key(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<AccountView>> {
    account::revoke_key(&app, &staff.scope, id).await?;
    shown_account(&app, &staff).await
}

/// Packages of this publisher, the latest touched first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Submissions {
    pub count: usize,
    pub results: Vec<SubmissionLine>,
}

#[utoipa::path(get, path = "/publishing/submissions", tag = "Publishing", summary = "Packages that were handed in",
    responses((status = 200, body = Submissions), (status = 409, description = "publisher.none")))]
async fn list_submissions(State(app): State<App>, staff: Staff) -> AppResult<Json<Submissions>> {
    let results = own::list(&app, &staff.scope).await?;
    Ok(Json(Submissions { count: results.len(), results }))
}

#[utoipa::path(post, path = "/publishing/submissions", tag = "Publishing", summary = "Hand in a signed package",
    description = "The file that `wakala-plugin pack` and `sign` made. Another package of the same version takes the place of the one before, until it is listed.",
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = SubmissionView),
        (status = 409, description = "publisher.none, submission.name_taken, submission.version_published, submission.version_lower"),
        (status = 413), (status = 422, description = "submission.refused, submission.unknown_key, submission.other_publisher")))]
async fn hand_in(State(app): State<App>, staff: Staff, body: Body) -> AppResult<(StatusCode, Json<SubmissionView>)> {
    let too_large = |_| AppError::new(Kind::TooLarge, "too_large").with("limit", PACKAGE.to_string());
    let archive = axum::body::to_bytes(body, PACKAGE).await.map_err(too_large)?;
    let id = own::hand_in(&app, &staff.scope, &archive).await?;
    Ok((StatusCode::CREATED, shown(&app, &staff, id).await?))
}

#[utoipa::path(get, path = "/publishing/submissions/{id}", tag = "Publishing", summary = "A package with what was found in it",
    params(("id" = Uuid, Path)), responses((status = 200, body = SubmissionView), (status = 404),
        (status = 409, description = "publisher.none")))]
async fn get_submission(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<SubmissionView>> {
    shown(&app, &staff, id).await
}

#[utoipa::path(post, path = "/publishing/submissions/{id}/submit", tag = "Publishing", summary = "Ask for the review of a package",
    params(("id" = Uuid, Path)), responses((status = 200, body = SubmissionView), (status = 404), (status = 409, description = "publisher.none, submission.state")))]
async fn submit(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<SubmissionView>> {
    own::submit(&app, &staff.scope, id).await?;
    shown(&app, &staff, id).await
}

#[utoipa::path(post, path = "/publishing/submissions/{id}/list", tag = "Publishing", summary = "Put an approved package into the catalogue",
    params(("id" = Uuid, Path)), responses((status = 200, body = SubmissionView), (status = 404),
        (status = 409, description = "submission.state, submission.version_lower")))]
async fn put_on_list(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Json<SubmissionView>> {
    own::put_on_list(&app, &staff.scope, id).await?;
    shown(&app, &staff, id).await
}

/// Why a version is withdrawn, and how far.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// `deprecated`: no new installations; `yanked`: those who run it are warned as well; `revoked`: never runs again, nowhere.
    pub state: catalogue::VersionState,
    pub reason: String,
}

#[utoipa::path(post, path = "/publishing/plugins/{plugin}/versions/{version}/withdraw", tag = "Publishing", summary = "Withdraw a listed version",
    description = "Only the platform offers a version again.",
    params(("plugin" = String, Path, description = "Reverse domain name"), ("version" = String, Path)), request_body = Withdrawal,
    responses((status = 204), (status = 404, description = "plugin.not_found"),
        (status = 409, description = "publisher.none, plugin.state"), (status = 422)))]
async fn withdraw(
    State(app): State<App>,
    staff: Staff,
    Path((plugin, version)): Path<(String, String)>,
    Json(input): Json<Withdrawal>,
) -> AppResult<StatusCode> {
    let mut fields = kernel::error::Fields::new();
    let reason = fields.line("reason", &input.reason, 500);
    if input.state == catalogue::VersionState::Listed {
        fields.add("state", "field-invalid");
    }
    fields.finish()?;
    own::withdraw(&app, &staff.scope, &plugin, &version, input.state, &reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Versions in the catalogue, the newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PublishedVersions {
    pub count: usize,
    pub results: Vec<VersionFigures>,
}

#[utoipa::path(get, path = "/publishing/versions", tag = "Publishing", summary = "Versions of this publisher, and how they do",
    description = "Live calls of the last seven days, at most two hours old; they are told in sum over three offices or more, or where all offices share.",
    responses((status = 200, body = PublishedVersions), (status = 409, description = "publisher.none")))]
async fn list_versions(State(app): State<App>, staff: Staff) -> AppResult<Json<PublishedVersions>> {
    let results = versions::versions(&app, &staff.scope).await?;
    Ok(Json(PublishedVersions { count: results.len(), results }))
}

async fn shown_version(app: &App, staff: &Staff, plugin: &str, version: &str) -> AppResult<Json<VersionView>> {
    Ok(Json(versions::version(app, &staff.scope, plugin, version).await?))
}

#[utoipa::path(get, path = "/publishing/plugins/{plugin}/versions/{version}", tag = "Publishing", summary = "A version, with failing calls that offices share",
    params(("plugin" = String, Path, description = "Reverse domain name"), ("version" = String, Path)),
    responses((status = 200, body = VersionView), (status = 404, description = "plugin.not_found"), (status = 409, description = "publisher.none")))]
async fn get_version(State(app): State<App>, staff: Staff, Path((plugin, version)): Path<(String, String)>) -> AppResult<Json<VersionView>> {
    shown_version(&app, &staff, &plugin, &version).await
}

/// To how many a version is offered.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareInput {
    /// Of a hundred offices, how many.
    #[schema(minimum = 0, maximum = 100)]
    pub share: i64,
}

#[utoipa::path(put, path = "/publishing/plugins/{plugin}/versions/{version}/share", tag = "Publishing", summary = "Offer a listed version to a part of the offices",
    description = "Always to the same ones first; the others keep being offered the version before. Who runs it already keeps it.",
    params(("plugin" = String, Path, description = "Reverse domain name"), ("version" = String, Path)), request_body = ShareInput,
    responses((status = 200, body = VersionView), (status = 404, description = "plugin.not_found"),
        (status = 409, description = "publisher.none, plugin.state, plugin.share_limited"), (status = 422)))]
async fn offer(
    State(app): State<App>,
    staff: Staff,
    Path((plugin, version)): Path<(String, String)>,
    Json(input): Json<ShareInput>,
) -> AppResult<Json<VersionView>> {
    versions::offer(&app, &staff.scope, &plugin, &version, input.share).await?;
    shown_version(&app, &staff, &plugin, &version).await
}

/// Why a version is taken back.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeBackInput {
    pub reason: String,
}

#[utoipa::path(post, path = "/publishing/plugins/{plugin}/versions/{version}/take-back", tag = "Publishing", summary = "Go back to the version before",
    description = "Nobody is offered the version any more, and installations that came to it by an upgrade go back to what they ran before, within minutes.",
    params(("plugin" = String, Path, description = "Reverse domain name"), ("version" = String, Path)), request_body = TakeBackInput,
    responses((status = 200, body = VersionView), (status = 404, description = "plugin.not_found"),
        (status = 409, description = "publisher.none, plugin.state, installation.no_way_back"), (status = 422)))]
async fn take_back(
    State(app): State<App>,
    staff: Staff,
    Path((plugin, version)): Path<(String, String)>,
    Json(input): Json<TakeBackInput>,
) -> AppResult<Json<VersionView>> {
    versions::take_back(&app, &staff.scope, &plugin, &version, &input.reason).await?;
    shown_version(&app, &staff, &plugin, &version).await
}
