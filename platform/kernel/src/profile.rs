//! How a tenant presents itself: on its portal, in mails and on documents.

use serde::{Deserialize, Serialize};

use crate::settings::Setting;

/// Company, contact and brand. Empty texts are not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Profile {
    /// Name on documents; the directory's name while empty.
    pub legal_name: String,
    /// The regulator's licence, as printed in the footer and on every document.
    pub licence_number: String,
    pub registration_number: String,
    pub tax_number: String,
    pub email: String,
    /// E.164.
    pub phone: String,
    pub address: String,
    pub website: String,
    /// `#rrggbb`; the platform's neutral colour while empty. Pages and documents repair its contrast.
    pub brand_colour: String,
    /// Path of the logo in the tenant's part of the object store: a PNG that was decoded and encoded again.
    pub logo_path: Option<String>,
    /// Shown under the name on the home page.
    pub tagline: String,
    /// Where else the firm is found: `https` addresses, shown in the portal's footer.
    pub elsewhere: Vec<String>,
}

impl Setting for Profile {
    const KEY: &'static str = "tenancy.profile";
}
