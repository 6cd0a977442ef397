//! Records of the insurance interface.

use serde::{Deserialize, Serialize};

use super::{Fields, File, Money, Party};

/// A part of a premium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PremiumPart {
    /// basic, training-levy, compensation-fund, stamp-duty, discount, fee, commission, or the insurer's own.
    pub kind: String,
    /// Negative for a commission.
    pub amount: Money,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// What the insurer offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// The provider's name of it.
    pub provider_ref: String,
    /// quoted, referred or declined; anything else is referred.
    pub state: String,
    /// What the customer pays.
    pub total: Option<Money>,
    /// What the total is made of.
    #[serde(default)]
    pub parts: Vec<PremiumPart>,
    /// Milliseconds since 1970.
    pub expires_ms: Option<u64>,
    /// The insurer's reasons.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// Documents.
    #[serde(default)]
    pub files: Vec<File>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A policy as the insurer has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The provider's name of it.
    pub provider_ref: String,
    /// None until the insurer gives one.
    pub number: Option<String>,
    /// pending, referred, active, suspended, lapsed, cancelled, expired or declined; anything else is pending.
    pub state: String,
    /// First day of cover.
    pub starts: Option<String>,
    /// Last day of cover.
    pub ends: Option<String>,
    /// What the customer pays.
    pub total: Option<Money>,
    /// Documents.
    #[serde(default)]
    pub files: Vec<File>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// Asks for a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuoteRequest {
    /// The provider's code of the product.
    pub product: String,
    /// The provider's code of the cover.
    pub cover: String,
    /// First day of cover.
    pub starts: String,
    /// Last day of cover.
    pub ends: String,
    /// ISO 4217.
    pub currency: String,
    /// What it is insured for.
    pub sum_insured: Option<Money>,
    /// Who is insured.
    pub insured: Party,
    /// What is insured, as JSON.
    #[serde(with = "crate::model::written::document")]
    pub risk: String,
    /// What the customer answered, as JSON.
    #[serde(with = "crate::model::written::document")]
    pub answers: String,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// Turns an offer into cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BindRequest {
    /// The offer.
    pub offer_ref: String,
    /// Ours.
    pub reference: String,
    /// What the customer agreed to.
    pub total: Money,
    /// Our payment.
    pub payment_reference: Option<String>,
    /// Who is insured.
    pub insured: Party,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A change of a policy in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The provider's name of the policy.
    pub policy_ref: String,
    /// Ours.
    pub reference: String,
    /// From this day on.
    pub effective: String,
    /// What is insured, as JSON.
    #[serde(with = "crate::model::written::document")]
    pub risk: String,
    /// What it is insured for.
    pub sum_insured: Option<Money>,
    /// Why.
    pub reason: String,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// First notice of a loss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The provider's name of the policy.
    pub policy_ref: String,
    /// Number of the policy.
    pub policy_number: String,
    /// Ours.
    pub reference: String,
    /// collision, theft, fire, glass, injury, death, illness, property or liability.
    pub kind: String,
    /// Milliseconds since 1970.
    pub occurred_ms: u64,
    /// Where.
    pub place: String,
    /// In words.
    pub description: String,
    /// What it may cost.
    pub estimate: Option<Money>,
    /// What the product asks for, as JSON.
    #[serde(with = "crate::model::written::document")]
    pub details: String,
    /// photo, police-abstract, invoice, medical, other.
    #[serde(default)]
    pub files: Vec<File>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A claim as the insurer has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The provider's name of it.
    pub provider_ref: String,
    /// The provider's number.
    pub number: Option<String>,
    /// notified, in-review, more-wanted, approved, paid, declined or withdrawn; anything else is in-review.
    pub state: String,
    /// What was granted.
    pub approved: Option<Money>,
    /// What was paid.
    pub paid: Option<Money>,
    /// The provider's words.
    pub message: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// Asks for proof of cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateRequest {
    /// The register's code of the certificate.
    pub kind: String,
    /// The provider's code of the cover.
    pub cover: String,
    /// The register's code of the underwriter.
    pub insurer: String,
    /// Number of the policy.
    pub policy_number: String,
    /// First day of cover.
    pub starts: String,
    /// Last day of cover.
    pub ends: String,
    /// What it is insured for.
    pub sum_insured: Option<Money>,
    /// Who is insured.
    pub insured: Party,
    /// What is insured, as JSON.
    #[serde(with = "crate::model::written::document")]
    pub risk: String,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// An objection of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// double-cover, registry-mismatch, gap, data, stock, or the register's own.
    pub code: String,
    /// The provider's words.
    pub message: String,
    /// Whether nothing is issued because of it.
    pub blocking: bool,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// Proof of cover as the register has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The provider's name of it.
    pub provider_ref: Option<String>,
    /// The provider's number.
    pub number: Option<String>,
    /// issued, needs-confirmation, cancelled, expired or not-valid; anything else is not-valid.
    pub state: String,
    /// Number of the policy.
    pub policy_number: Option<String>,
    /// The underwriter.
    pub insurer: Option<String>,
    /// What is insured, as the register has it.
    #[serde(default, with = "crate::model::written::fields")]
    pub subject: Fields,
    /// First day of cover.
    pub starts: Option<String>,
    /// Last day of cover.
    pub ends: Option<String>,
    /// What the register objects to.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// How staff settle a doubt of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// Whether it is to be issued.
    pub approved: bool,
    /// Who answers for it.
    pub by: String,
    /// What was made sure of, each true or false.
    #[serde(default, with = "crate::model::written::fields")]
    pub facts: Fields,
    /// In words.
    pub comment: String,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}
