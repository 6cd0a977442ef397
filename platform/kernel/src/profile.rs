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
    /// Square; in tabs of browsers and on home screens. The platform's own while there is none.
    pub icon: Option<BrandPicture>,
    /// The logo where the ground is dark; the other one while there is none.
    pub dark_logo: Option<BrandPicture>,
    /// Shown under the name on the home page.
    pub tagline: String,
    /// Where else the firm is found: `https` addresses, shown in the portal's footer.
    pub elsewhere: Vec<String>,
}

/// A picture of the brand, as it is served: its files lie under its hash, one for each width.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BrandPicture {
    pub hash: String,
    /// Ending of the files.
    pub format: String,
    /// From narrow to wide.
    pub widths: Vec<i32>,
}

impl BrandPicture {
    /// The narrowest file that is at least so wide, or the widest there is.
    #[must_use]
    pub fn href(&self, width: i32) -> String {
        let fitting = self.widths.iter().find(|own| **own >= width).or(self.widths.last()).copied().unwrap_or(width);
        format!("/images/{}/{fitting}.{}", self.hash, self.format)
    }
}

impl Setting for Profile {
    const KEY: &'static str = "tenancy.profile";
}
