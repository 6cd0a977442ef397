//! General settings over HTTP.

use kernel::{
    AppResult,
    http::{IfMatch, Json, Staff, Versioned, error::ErrorBody},
    profile::Profile,
    routes::{Access, Routes},
};
use serde::Serialize;
use utoipa_axum::routes;

use super::service::{self, ProfilePatch, SettingVersion};
use crate::permissions;

/// Company, contact and brand of the tenant.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct GeneralView {
    /// The label of the host names.
    #[schema(example = "mfano")]
    slug: String,
    /// Name in the directory.
    name: String,
    #[schema(example = "KE")]
    country: String,
    #[schema(example = "KES")]
    currency: String,
    legal_name: String,
    licence_number: String,
    registration_number: String,
    tax_number: String,
    email: String,
    /// E.164.
    phone: String,
    address: String,
    website: String,
    /// `#rrggbb`, empty for the platform's own.
    brand_colour: String,
    tagline: String,
    has_logo: bool,
}

impl GeneralView {
    fn new(tenant: &kernel::Tenant, profile: Profile) -> Self {
        Self {
            slug: tenant.slug.clone(),
            name: tenant.name.clone(),
            country: tenant.country.clone(),
            currency: tenant.currency.code().to_owned(),
            legal_name: profile.legal_name,
            licence_number: profile.licence_number,
            registration_number: profile.registration_number,
            tax_number: profile.tax_number,
            email: profile.email,
            phone: profile.phone,
            address: profile.address,
            website: profile.website,
            brand_colour: profile.brand_colour,
            tagline: profile.tagline,
            has_logo: profile.logo_path.is_some(),
        }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().api(Access::Staff(permissions::SETTINGS_READ), routes!(show)).api(Access::Staff(permissions::SETTINGS_CHANGE), routes!(patch))
}

/// The settings with their version in `ETag`.
#[utoipa::path(get, path = "/admin/settings/general", tag = "Settings", summary = "Show general settings",
    responses((status = 200, body = GeneralView, headers(("etag" = String, description = "The version"))), (status = 403, body = ErrorBody)))]
async fn show(caller: Staff) -> AppResult<Versioned<Json<GeneralView>>> {
    let mut tx = caller.begin_read().await?;
    let profile = service::get(&mut tx).await?;
    Ok(Versioned { version: profile.version, body: Json(GeneralView::new(caller.tenant(), profile.value)) })
}

/// Changes some settings. `If-Match` names the version that was read: without it 428, with an older one 412.
#[utoipa::path(patch, path = "/admin/settings/general", tag = "Settings", summary = "Change general settings",
    params(("if-match" = String, Header, description = "The `ETag` of the settings that were read")), request_body = ProfilePatch,
    responses((status = 200, body = GeneralView, headers(("etag" = String, description = "The new version"))), (status = 403, body = ErrorBody),
        (status = 412, body = ErrorBody), (status = 422, body = ErrorBody), (status = 428, body = ErrorBody)))]
async fn patch(caller: Staff, IfMatch(version): IfMatch, Json(body): Json<ProfilePatch>) -> AppResult<Versioned<Json<GeneralView>>> {
    let mut tx = caller.begin_write().await?;
    let profile = service::change(&mut tx, &body, SettingVersion::Expected(version)).await?;
    tx.commit().await?;
    Ok(Versioned { version: profile.version, body: Json(GeneralView::new(caller.tenant(), profile.value)) })
}
