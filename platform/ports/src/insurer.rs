//! Asking insurers for prices, cover and claims through their plugins. Registers that issue certificates are in [`crate::certificate`].

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AppResult, Scope, money::Money};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    PortError,
    provider::{Errand, Paper, Part, Party},
    words::words,
};

words! {
    /// What an insurer says to a risk.
    OfferState {
        Quoted = "quoted",
        /// Somebody at the insurer decides; also every word that is not known.
        Referred = "referred",
        Declined = "declined",
    }
}

words! {
    /// A policy as its insurer has it.
    CoverState {
        /// Also every word that is not known.
        Pending = "pending",
        Referred = "referred",
        Active = "active",
        Suspended = "suspended",
        Lapsed = "lapsed",
        Cancelled = "cancelled",
        Expired = "expired",
        Declined = "declined",
    }
}

words! {
    /// A claim as its insurer has it.
    ClaimState {
        Notified = "notified",
        /// Also every word that is not known.
        InReview = "in-review",
        /// The insurer wants more papers.
        MoreWanted = "more-wanted",
        Approved = "approved",
        Paid = "paid",
        Declined = "declined",
        Withdrawn = "withdrawn",
    }
}

/// Asks for a price, without obligation.
#[derive(Debug, Clone)]
pub struct QuoteWish {
    pub errand: Errand,
    /// The insurer's own codes, out of the product's settings.
    pub product: String,
    pub cover: String,
    /// First and last day of cover.
    pub starts: NaiveDate,
    pub ends: NaiveDate,
    pub currency: String,
    pub sum_insured: Option<Money>,
    pub insured: Party,
    /// What is insured, and what was answered about it, by the product's schema.
    pub risk: Value,
    pub answers: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub provider_ref: String,
    pub state: OfferState,
    /// What the customer pays.
    pub total: Option<Money>,
    /// `basic`, `training-levy`, `commission` and so on; a commission is negative.
    pub parts: Vec<Part>,
    pub expires_at: Option<DateTime<Utc>>,
    pub reasons: Vec<String>,
    pub papers: Vec<Paper>,
}

/// Makes cover of an offer.
#[derive(Debug, Clone)]
pub struct BindWish {
    pub errand: Errand,
    pub offer_ref: String,
    /// Our number of the policy.
    pub reference: String,
    /// What the customer agreed to.
    pub total: Money,
    /// Our payment, where the insurer wants proof of it.
    pub payment_reference: Option<String>,
    pub insured: Party,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    pub provider_ref: String,
    /// The insurer's number, once there is one.
    pub number: Option<String>,
    pub state: CoverState,
    pub starts: Option<NaiveDate>,
    pub ends: Option<NaiveDate>,
    pub total: Option<Money>,
    /// `schedule`, `certificate`, `wording`, `endorsement`, `invoice`.
    pub papers: Vec<Paper>,
}

/// First notice of a loss.
#[derive(Debug, Clone)]
pub struct ClaimNotice {
    pub errand: Errand,
    pub policy_ref: String,
    pub policy_number: String,
    /// Our number of the claim.
    pub reference: String,
    /// `collision`, `theft`, `fire`, `glass`, `injury`, `death`, `illness`, `property`, `liability`.
    pub kind: String,
    pub occurred_at: DateTime<Utc>,
    pub place: String,
    pub description: String,
    pub estimate: Option<Money>,
    /// What the product asks for.
    pub details: Value,
    /// `photo`, `police-abstract`, `invoice`, `medical`, `other`.
    pub papers: Vec<Paper>,
}

/// What the insurer wanted besides.
#[derive(Debug, Clone)]
pub struct ClaimSupplement {
    pub errand: Errand,
    pub provider_ref: String,
    pub note: String,
    pub papers: Vec<Paper>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub provider_ref: String,
    pub number: Option<String>,
    pub state: ClaimState,
    pub approved: Option<Money>,
    pub paid: Option<Money>,
    pub message: Option<String>,
}

/// Names something at the insurer: by its own name, or by ours where an answer was lost.
#[derive(Debug, Clone)]
pub struct InsurerRef {
    pub installation: Uuid,
    pub provider_ref: Option<String>,
    pub reference: String,
}

/// Called from jobs only, never inside a transaction. What changes something answers `UnknownOutcome` when in doubt.
#[async_trait]
pub trait InsurerGateway: Send + Sync {
    /// Live installations of insurers, the oldest first.
    async fn insurers(&self, scope: &Scope) -> AppResult<Vec<Uuid>>;
    async fn quote(&self, scope: &Scope, wish: QuoteWish) -> Result<Vec<Offer>, PortError>;
    async fn bind(&self, scope: &Scope, wish: BindWish) -> Result<Cover, PortError>;
    /// The insurer's present word; changes nothing.
    async fn cover(&self, scope: &Scope, named: InsurerRef) -> Result<Cover, PortError>;
    async fn notify(&self, scope: &Scope, notice: ClaimNotice) -> Result<Claim, PortError>;
    async fn supply(&self, scope: &Scope, supplement: ClaimSupplement) -> Result<Claim, PortError>;
    /// The insurer's present word; changes nothing.
    async fn claim(&self, scope: &Scope, named: InsurerRef) -> Result<Claim, PortError>;
}
