//! Pictures and whose they are.

use std::collections::HashMap;

use kernel::{profile::BrandPicture, tenant::TenantId};
use uuid::Uuid;

use crate::text::LocalText;

kernel::text_enum! {
    /// What a picture is of.
    pub enum OwnerKind {
        Product = "product",
        /// Its logo.
        Insurer = "insurer",
        /// Its icon.
        Category = "category",
        /// In front on the start page.
        Front = "front",
        /// Of the firm, square.
        Icon = "icon",
        /// Of the firm, for dark ground.
        DarkLogo = "dark-logo",
    }
}

impl OwnerKind {
    /// Whether it is part of the brand, which every page of every face shows.
    #[must_use]
    pub fn is_brand(self) -> bool {
        matches!(self, Self::Icon | Self::DarkLogo)
    }
}

/// What a picture is of: one product, insurer or category, or the firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner {
    pub kind: OwnerKind,
    pub id: Uuid,
}

impl Owner {
    pub fn product(id: impl Into<Uuid>) -> Self {
        Self { kind: OwnerKind::Product, id: id.into() }
    }
    pub fn insurer(id: impl Into<Uuid>) -> Self {
        Self { kind: OwnerKind::Insurer, id: id.into() }
    }
    pub fn category(id: impl Into<Uuid>) -> Self {
        Self { kind: OwnerKind::Category, id: id.into() }
    }
    /// A picture of the firm itself.
    #[must_use]
    pub fn firm(kind: OwnerKind, tenant: TenantId) -> Self {
        Self { kind, id: tenant.0 }
    }
}

/// All pictures of a tenant by what they are of.
pub type Pictures = HashMap<Owner, Picture>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub owner: Owner,
    /// What a reader who cannot see it is told; empty where it only decorates.
    pub alt: LocalText,
    /// Of what was uploaded, in hex.
    pub hash: String,
    /// Ending of the files that every browser reads.
    pub format: String,
    /// From narrow to wide.
    pub widths: Vec<i32>,
    /// Of the original.
    pub width: i32,
    pub height: i32,
    pub version: i32,
}

impl From<&Picture> for BrandPicture {
    fn from(picture: &Picture) -> Self {
        Self { hash: picture.hash.clone(), format: picture.format.clone(), widths: picture.widths.clone() }
    }
}

impl Picture {
    /// Where the portal serves one of its files.
    #[must_use]
    pub fn href(&self, width: i32, extension: &str) -> String {
        format!("/images/{}/{width}.{extension}", self.hash)
    }
}
