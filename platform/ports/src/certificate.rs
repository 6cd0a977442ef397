//! Proof of cover out of a register, through the plugin that speaks with it.

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::{AppResult, Scope, money::Money};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    PortError,
    provider::{Errand, Paper, Party},
    words::words,
};

words! {
    /// A certificate as the register has it.
    CertificateState {
        Issued = "issued",
        /// Staff have to settle a doubt first.
        NeedsConfirmation = "needs-confirmation",
        Cancelled = "cancelled",
        Expired = "expired",
        /// Also every word that is not known.
        NotValid = "not-valid",
    }
}

/// Asks for a certificate.
#[derive(Debug, Clone)]
pub struct CertificateWish {
    pub errand: Errand,
    /// The register's own codes, out of the product's settings.
    pub kind: String,
    pub cover: String,
    pub insurer: String,
    pub policy_number: String,
    /// First and last day of cover.
    pub starts: NaiveDate,
    pub ends: NaiveDate,
    pub sum_insured: Option<Money>,
    pub insured: Party,
    /// What is insured, by the product's schema.
    pub risk: Value,
}

/// An objection of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `double-cover`, `registry-mismatch`, `gap`, `data`, `stock`, or the register's own.
    pub code: String,
    pub message: String,
    /// Nothing is issued because of it.
    pub is_blocking: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredCertificate {
    pub provider_ref: Option<String>,
    pub number: Option<String>,
    pub state: CertificateState,
    pub policy_number: Option<String>,
    pub insurer: Option<String>,
    /// Registration and chassis as the register has them.
    pub subject: Vec<(String, String)>,
    pub starts: Option<NaiveDate>,
    pub ends: Option<NaiveDate>,
    pub findings: Vec<Finding>,
}

/// How staff settle a doubt of the register.
#[derive(Debug, Clone)]
pub struct Settlement {
    pub errand: Errand,
    pub provider_ref: String,
    pub is_approved: bool,
    /// Who answers for it; the register puts the name on record.
    pub by: String,
    /// `logbook-verified`, `vehicle-inspected`.
    pub facts: Vec<(String, bool)>,
    pub comment: String,
}

/// Called from jobs only, never inside a transaction. What changes something answers `UnknownOutcome` when in doubt.
#[async_trait]
pub trait CertificateRegister: Send + Sync {
    /// Live installations that issue certificates, the oldest first.
    async fn registers(&self, scope: &Scope) -> AppResult<Vec<Uuid>>;
    /// What `issue` would meet; issues nothing.
    async fn precheck(&self, scope: &Scope, wish: CertificateWish) -> Result<Vec<Finding>, PortError>;
    async fn issue(&self, scope: &Scope, wish: CertificateWish) -> Result<RegisteredCertificate, PortError>;
    async fn settle(&self, scope: &Scope, settlement: Settlement) -> Result<RegisteredCertificate, PortError>;
    /// What the register holds under a number, or about a vehicle (`registration`, `chassis`).
    async fn look_up(
        &self,
        scope: &Scope,
        installation: Uuid,
        number: Option<String>,
        subject: Vec<(String, String)>,
    ) -> Result<Vec<RegisteredCertificate>, PortError>;
    /// The certificate to be printed.
    async fn document(&self, scope: &Scope, installation: Uuid, number: String) -> Result<Paper, PortError>;
    /// `reason`: `not-taken-up`, `sold`, `insured-request`, `non-payment`, `fraud`, `kyc`, `written-off`, `stolen`, `data-error`.
    async fn cancel(&self, scope: &Scope, errand: Errand, number: String, reason: String) -> Result<RegisteredCertificate, PortError>;
}
