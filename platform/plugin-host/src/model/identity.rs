//! Records of the identity interface.

use serde::{Deserialize, Serialize};

use super::{Account, Fields, File, Party};

/// What a person agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Milliseconds since 1970.
    pub given_ms: u64,
    /// What for.
    pub purpose: String,
    /// Which text was agreed to.
    pub text_version: String,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// Asks for one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// national-id, passport, alien-card, tax-pin, phone, bank-account, document, selfie, company or vehicle.
    pub kind: String,
    /// ISO 3166.
    pub country: String,
    /// What is claimed.
    pub subject: Party,
    /// An account to be checked.
    pub account: Option<Account>,
    /// selfie, liveness, id-front, id-back, document.
    #[serde(default)]
    pub files: Vec<File>,
    /// What the person agreed to.
    pub consent: Option<Consent>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// What a check says of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchedField {
    /// Which one.
    pub name: String,
    /// match, partial, no-match or not-checked.
    pub outcome: String,
    /// The register's own.
    pub value: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// What a check says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckResult {
    /// The provider's name of it.
    pub provider_ref: Option<String>,
    /// pending, done or unavailable; anything else is pending.
    pub state: String,
    /// match, partial, no-match, not-found or review; anything else is review.
    pub verdict: Option<String>,
    /// 0 to 100.
    pub confidence: Option<u8>,
    /// Field by field.
    #[serde(default)]
    pub fields: Vec<MatchedField>,
    /// The provider's code.
    pub code: Option<String>,
    /// The provider's words.
    pub message: Option<String>,
    /// What proves it.
    #[serde(default)]
    pub evidence: Vec<File>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}
