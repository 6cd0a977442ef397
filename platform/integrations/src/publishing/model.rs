//! Publishers and what they handed in.

use chrono::{DateTime, Utc};
use kernel::text_enum;
use serde::Serialize;
use uuid::Uuid;

use crate::catalogue::PermissionView;

text_enum! {
    /// How far a package is. What becomes of it after it was listed is the state of its version in the catalogue.
    pub enum SubmissionState {
        /// Handed in; the publisher may still put another one in its place.
        Draft = "draft",
        /// Waits for its review.
        Submitted = "submitted",
        Rejected = "rejected",
        /// May be listed.
        Approved = "approved",
        /// In the catalogue.
        Listed = "listed",
    }
}

impl SubmissionState {
    /// Another package under the same version always begins anew, unless this one is listed.
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        match self {
            Self::Draft => matches!(next, Self::Draft | Self::Submitted),
            Self::Submitted => matches!(next, Self::Draft | Self::Approved | Self::Rejected),
            Self::Rejected => next == Self::Draft,
            Self::Approved => matches!(next, Self::Draft | Self::Listed),
            Self::Listed => false,
        }
    }
}

/// A publisher's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AccountView {
    /// As manifests name the publisher.
    #[schema(example = "acme")]
    pub handle: String,
    pub name: String,
    /// Where tenants find help.
    pub support: Option<String>,
    pub keys: Vec<KeyView>,
    pub created_at: DateTime<Utc>,
}

/// A key that signs packages. The secret half never leaves the publisher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct KeyView {
    pub id: Uuid,
    #[schema(example = "ed25519:3m7YbF0yC2Zt8c9Vh1jv2m8oX0Zr5a6Qb7u1d2e3f4g=")]
    pub public_key: String,
    pub name: String,
    pub added_at: DateTime<Utc>,
    /// Signs nothing new since then.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A line of the list of packages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SubmissionLine {
    pub id: Uuid,
    pub publisher: String,
    /// The plugin's reverse domain name.
    pub plugin: String,
    pub version: String,
    pub state: SubmissionState,
    /// Whether the machine passed it, once it looked.
    pub report_passed: Option<bool>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

/// A package with what was found in it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SubmissionView {
    #[serde(flatten)]
    pub submission: SubmissionLine,
    pub title: String,
    pub kind: String,
    /// The package's name by its content.
    pub package_sha256: String,
    pub package_bytes: i64,
    pub publisher_key: String,
    pub permissions: PermissionChange,
    /// What the machine found, once it looked.
    pub report: Option<serde_json::Value>,
    pub reviewed_at: Option<DateTime<Utc>>,
    /// The reviewer's words.
    pub review_note: Option<String>,
}

/// What a package asks for, compared with the newest version of its plugin in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PermissionChange {
    /// The version it is compared with; none for the first one.
    pub since: Option<String>,
    pub added: Vec<PermissionView>,
    pub removed: Vec<PermissionView>,
    pub kept: Vec<PermissionView>,
}

#[cfg(test)]
mod tests {
    use super::SubmissionState::{Approved, Draft, Listed, Rejected, Submitted};

    #[test]
    fn only_what_was_approved_is_listed_and_only_what_waits_is_approved() {
        for state in [Draft, Submitted, Rejected, Approved, Listed] {
            assert_eq!(state.can_become(Listed), state == Approved, "{state}");
            assert_eq!(state.can_become(Approved), state == Submitted, "{state}");
        }
    }

    #[test]
    fn another_package_may_take_the_place_of_all_but_a_listed_one() {
        for state in [Draft, Submitted, Rejected, Approved, Listed] {
            assert_eq!(state.can_become(Draft), state != Listed, "{state}");
        }
    }
}
