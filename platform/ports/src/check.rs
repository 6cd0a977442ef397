//! Checking whether somebody or something is what it claims to be, with whichever plugins the tenant has live for it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{AppResult, Scope};
use uuid::Uuid;

use crate::{
    PortError,
    provider::{Account, Errand, Paper, Party},
    words::words,
};

words! {
    /// What is checked.
    CheckKind {
        NationalId = "national-id",
        Passport = "passport",
        AlienCard = "alien-card",
        TaxPin = "tax-pin",
        Phone = "phone",
        BankAccount = "bank-account",
        Document = "document",
        Selfie = "selfie",
        Company = "company",
        Vehicle = "vehicle",
    }
}

words! {
    /// What a check came to.
    Verdict {
        Match = "match",
        /// Some of it matches.
        Partial = "partial",
        NoMatch = "no-match",
        /// The register does not know it.
        NotFound = "not-found",
        /// Somebody has to look; also every word that is not known.
        Review = "review",
    }
}

/// A check that a live installation offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedCheck {
    pub installation: Uuid,
    pub kind: CheckKind,
}

/// What the person agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub at: DateTime<Utc>,
    pub purpose: String,
    pub text_version: String,
}

/// One check; it costs money each time.
#[derive(Debug, Clone)]
pub struct Check {
    pub errand: Errand,
    pub kind: CheckKind,
    /// ISO 3166.
    pub country: String,
    /// What is claimed.
    pub subject: Party,
    pub account: Option<Account>,
    /// `selfie`, `liveness`, `id-front`, `id-back`, `document`.
    pub papers: Vec<Paper>,
    pub consent: Option<Consent>,
}

/// Names a check that was begun.
#[derive(Debug, Clone)]
pub struct CheckRef {
    pub installation: Uuid,
    /// Key of its errand.
    pub key: String,
    pub provider_ref: Option<String>,
}

/// What a check says of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedField {
    pub name: String,
    /// `match`, `partial`, `no-match`, `not-checked`.
    pub outcome: String,
    /// The register's own, where it may be kept.
    pub value: Option<String>,
}

/// How far a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Pending,
    /// The source does not answer at present.
    Unavailable,
    Done(Verdict),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    pub provider_ref: Option<String>,
    pub progress: Progress,
    /// 0 to 100, where the provider says so.
    pub confidence: Option<u8>,
    pub fields: Vec<MatchedField>,
    /// The provider's own code and text, for staff and logs.
    pub code: Option<String>,
    pub message: Option<String>,
    /// What proves it: `photo`, `report`, `response`.
    pub evidence: Vec<Paper>,
}

#[async_trait]
pub trait Checker: Send + Sync {
    /// What can be checked now, by live installations only.
    async fn offers(&self, scope: &Scope) -> AppResult<Vec<OfferedCheck>>;
    /// Makes one check. Called from jobs only, never inside a transaction. "No" is a result.
    async fn run(&self, scope: &Scope, check: Check) -> Result<CheckResult, PortError>;
    /// The result of a check that is pending, or whose answer was lost.
    async fn result(&self, scope: &Scope, check: CheckRef) -> Result<CheckResult, PortError>;
}
