//! `/admin/policy-types/{id}/draft`: work on a product's terms, see what they would change, publish them.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    App, AppError, AppResult,
    http::{Json, Path, Query, Staff, error::ErrorBody},
    routes::{Access, Routes},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::{Draft, PRICE, Preview, PreviewRow, Publish, READ, service};
use crate::{
    catalogue::{ProductId, ProductVersion, ProductVersionId, Terms, VersionLine},
    law::Law,
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Staff(READ), routes!(versions))
        .api(Access::Staff(PRICE), routes!(get))
        .api(Access::Staff(PRICE), routes!(save))
        .api(Access::Staff(PRICE), routes!(save_figures))
        .api(Access::Staff(PRICE), routes!(discard))
        .api(Access::Staff(PRICE), routes!(preview))
        .api(Access::Staff(PRICE), routes!(publish))
        .api(Access::Staff(PRICE), routes!(take_back))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DraftView {
    pub product: ProductId,
    /// Counts on from one draft to the next, also while nothing is drafted; 0 until anything ever was.
    pub version: i32,
    pub saved_at: Option<DateTime<Utc>>,
    pub saved_by: Option<String>,
    /// Whether publishing would change anything.
    pub changed: bool,
    #[schema(value_type = Object)]
    pub terms: serde_json::Value,
}

impl DraftView {
    fn of(draft: Draft) -> AppResult<Self> {
        let changed = draft.is_changed();
        let (saved_at, saved_by) = draft.saved.map(|saved| (saved.at, saved.by)).unzip();
        let terms = serde_json::to_value(draft.terms).map_err(AppError::internal)?;
        Ok(Self { product: draft.product_id, version: draft.version, saved_at, saved_by, changed, terms })
    }
}

/// Terms to keep as the draft.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftInput {
    /// The version that was read, also where nothing was drafted.
    pub version: i32,
    #[schema(value_type = Object)]
    pub terms: Terms,
}

/// Figures to change in the draft: `{"basic_premium.percent": "4.25"}`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FiguresInput {
    /// The version that was read, also where nothing was drafted.
    pub version: i32,
    pub figures: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PreviewFor {
    /// The day from which the draft would count; today if it is not given.
    pub effective_from: Option<NaiveDate>,
}

/// Which draft is meant.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DraftVersion {
    /// The version of the draft that was read.
    pub version: i32,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PreviewView {
    pub dearer: usize,
    pub cheaper: usize,
    pub unchanged: usize,
    pub newly_declined: usize,
    pub newly_accepted: usize,
    /// Quotes whose answers the draft's form cannot read.
    pub unreadable: usize,
    /// A fraction: 0.05 where all quotes together would cost 5 % more.
    #[schema(value_type = Option<String>)]
    pub change: Option<Decimal>,
    pub quotes: Vec<PreviewRow>,
}

impl From<Preview> for PreviewView {
    fn from(p: Preview) -> Self {
        Self {
            dearer: p.dearer,
            cheaper: p.cheaper,
            unchanged: p.unchanged,
            newly_declined: p.newly_declined,
            newly_accepted: p.newly_accepted,
            unreadable: p.unreadable,
            change: p.change,
            quotes: p.rows,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct VersionView {
    pub id: ProductVersionId,
    pub number: i32,
    pub effective_from: NaiveDate,
}

impl From<ProductVersion> for VersionView {
    fn from(v: ProductVersion) -> Self {
        Self { id: v.id, number: v.number, effective_from: v.effective_from }
    }
}

/// A version among the others of its product.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct VersionLineView {
    pub id: ProductVersionId,
    pub number: i32,
    pub effective_from: NaiveDate,
    pub reason: String,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
}

impl From<VersionLine> for VersionLineView {
    fn from(v: VersionLine) -> Self {
        Self { id: v.id, number: v.number, effective_from: v.effective_from, reason: v.reason, created_at: v.created_at, created_by: v.created_by }
    }
}

#[utoipa::path(get, path = "/admin/policy-types/{id}/versions", tag = "Catalogue", summary = "The versions of a product's terms, the last one first",
    params(("id" = ProductId, Path)), responses((status = 200, body = Vec<VersionLineView>), (status = 404, body = ErrorBody)))]
async fn versions(staff: Staff, Path(id): Path<ProductId>) -> AppResult<Json<Vec<VersionLineView>>> {
    let mut tx = staff.begin_read().await?;
    crate::catalogue::service::product(&mut tx, id).await?;
    let versions = crate::catalogue::service::versions(&mut tx, id).await?;
    Ok(Json(versions.into_iter().map(VersionLineView::from).collect()))
}

#[utoipa::path(get, path = "/admin/policy-types/{id}/draft", tag = "Catalogue", summary = "The draft of a product's terms",
    description = "What is in force, where nothing is drafted.", params(("id" = ProductId, Path)),
    responses((status = 200, body = DraftView), (status = 404, body = ErrorBody)))]
async fn get(staff: Staff, Path(id): Path<ProductId>) -> AppResult<Json<DraftView>> {
    let mut tx = staff.begin_read().await?;
    Ok(Json(DraftView::of(service::draft(&mut tx, id).await?)?))
}

#[utoipa::path(put, path = "/admin/policy-types/{id}/draft", tag = "Catalogue", summary = "Keep terms as the draft", params(("id" = ProductId, Path)),
    request_body = DraftInput, responses((status = 200, body = DraftView), (status = 412, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn save(State(app): State<App>, staff: Staff, Path(id): Path<ProductId>, Json(input): Json<DraftInput>) -> AppResult<Json<DraftView>> {
    let law = Law::of(&app, staff.tenant())?;
    let mut tx = staff.begin_write().await?;
    let draft = service::save(&mut tx, &law, id, input.version, input.terms).await?;
    tx.commit().await?;
    Ok(Json(DraftView::of(draft)?))
}

#[utoipa::path(patch, path = "/admin/policy-types/{id}/draft", tag = "Catalogue", summary = "Change figures of the draft", params(("id" = ProductId, Path)),
    request_body = FiguresInput, responses((status = 200, body = DraftView), (status = 412, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn save_figures(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ProductId>,
    Json(input): Json<FiguresInput>,
) -> AppResult<Json<DraftView>> {
    let law = Law::of(&app, staff.tenant())?;
    let mut tx = staff.begin_write().await?;
    let draft = service::save_figures(&mut tx, &law, id, input.version, &input.figures).await?;
    tx.commit().await?;
    Ok(Json(DraftView::of(draft)?))
}

#[utoipa::path(delete, path = "/admin/policy-types/{id}/draft", tag = "Catalogue", summary = "Discard the draft", params(("id" = ProductId, Path), DraftVersion),
    responses((status = 204), (status = 404, body = ErrorBody), (status = 412, body = ErrorBody)))]
async fn discard(staff: Staff, Path(id): Path<ProductId>, Query(wanted): Query<DraftVersion>) -> AppResult<StatusCode> {
    let mut tx = staff.begin_write().await?;
    service::discard(&mut tx, id, wanted.version).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/admin/policy-types/{id}/draft/preview", tag = "Catalogue", summary = "What past quotes would cost by the draft",
    description = "The newest 200 quotes of the product, priced by the terms in force and by the draft under the same law.",
    params(("id" = ProductId, Path), PreviewFor),
    responses((status = 200, body = PreviewView), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn preview(State(app): State<App>, staff: Staff, Path(id): Path<ProductId>, Query(wanted): Query<PreviewFor>) -> AppResult<Json<PreviewView>> {
    let law = Law::of(&app, staff.tenant())?;
    let mut tx = staff.begin_read().await?;
    let day = wanted.effective_from.unwrap_or_else(|| tx.scope().today());
    Ok(Json(service::preview(&mut tx, &law, id, day).await?.into()))
}

#[utoipa::path(post, path = "/admin/policy-types/{id}/draft/publish", tag = "Catalogue", summary = "Publish the draft from a day on",
    description = "Quotes made before keep the terms that priced them.", params(("id" = ProductId, Path)), request_body = Publish,
    responses((status = 201, body = VersionView), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 412, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn publish(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ProductId>,
    Json(input): Json<Publish>,
) -> AppResult<(StatusCode, Json<VersionView>)> {
    let law = Law::of(&app, staff.tenant())?;
    let mut tx = staff.begin_write().await?;
    let version = service::publish(&mut tx, &law, id, input).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(version.into())))
}

/// Why it is done.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeBack {
    pub reason: String,
}

#[utoipa::path(post, path = "/admin/policy-types/{id}/versions/{version}/take-back", tag = "Catalogue", summary = "Take back a planned version",
    description = "The terms of the day before count on; the planned ones stay in the history.", params(("id" = ProductId, Path), ("version" = ProductVersionId, Path)),
    request_body = TakeBack, responses((status = 201, body = VersionView), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn take_back(
    staff: Staff,
    Path((id, version)): Path<(ProductId, ProductVersionId)>,
    Json(input): Json<TakeBack>,
) -> AppResult<(StatusCode, Json<VersionView>)> {
    let mut tx = staff.begin_write().await?;
    let version = service::take_back(&mut tx, id, version, &input.reason).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(version.into())))
}
