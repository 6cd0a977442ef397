//! What anybody may learn who holds a document: whether its code is in this tenant's register and still counts, and the few facts
//! that let a policeman or a garage compare the paper with the answer. Names are initials, plates are masked.
//!
//! What always holds: the answer has no personal data beyond [`PublicFacts`], which whoever issued the document chose; a code that
//! is mistyped, invented or another tenant's gets the same answer: unknown.

pub mod api;
mod masks;

use chrono::NaiveDate;
use kernel::{AppError, AppResult, Scope};
use serde::{Deserialize, Serialize};

pub use masks::{initials, masked_plate};

use crate::{
    register::{DocumentKind, DocumentState, store},
    verify_code::VerifyCode,
};

/// What is told to anybody, stored with the document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PublicFacts {
    /// What it is about: `Comprehensive motor cover`.
    pub what: String,
    /// Filled in with the document's number.
    pub number: String,
    pub policy_number: Option<String>,
    pub insurer: Option<String>,
    /// The insurer's own certificate, once it is known.
    pub insurer_certificate: Option<String>,
    /// Initials only; see [`initials`].
    pub holder: Option<String>,
    /// See [`masked_plate`].
    pub plate: Option<String>,
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
    /// The last day that was agreed since, where it is before the one that the paper says.
    pub ends_early: Option<NaiveDate>,
    /// Of a receipt: `KSh 45,243`.
    pub amount: Option<String>,
}

/// Whether a document counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// We issued it, and what it says holds; a period that has not begun yet is part of what it says.
    Genuine,
    /// We issued it, and took it back.
    Cancelled,
    /// We issued it; its period is over.
    Expired,
    /// No document of ours has this code.
    Unknown,
}

/// The answer of the verification page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Verification {
    pub verdict: Verdict,
    /// As printed, if it is a code at all.
    pub code: Option<String>,
    pub kind: Option<DocumentKind>,
    pub what: Option<String>,
    pub number: Option<String>,
    pub policy_number: Option<String>,
    pub insurer: Option<String>,
    pub insurer_certificate: Option<String>,
    /// Initials.
    pub holder: Option<String>,
    /// Masked.
    pub plate: Option<String>,
    pub from: Option<NaiveDate>,
    /// The last day, as it was agreed last.
    pub to: Option<NaiveDate>,
    /// The paper says a later last day.
    pub shortened: bool,
    pub amount: Option<String>,
    pub issued_on: Option<NaiveDate>,
    pub cancelled_on: Option<NaiveDate>,
    /// A newer issue of the same document exists; the facts are the newer one's.
    pub replaced: bool,
}

impl Verification {
    fn unknown(code: Option<String>) -> Self {
        Self {
            verdict: Verdict::Unknown,
            code,
            kind: None,
            what: None,
            number: None,
            policy_number: None,
            insurer: None,
            insurer_certificate: None,
            holder: None,
            plate: None,
            from: None,
            to: None,
            shortened: false,
            amount: None,
            issued_on: None,
            cancelled_on: None,
            replaced: false,
        }
    }
}

/// Looks a typed or scanned code up in the scope's tenant. Open to everybody: whoever asks, the register is read by the system,
/// and only the public facts leave it.
pub async fn verify(scope: &Scope, typed: &str) -> AppResult<Verification> {
    let Ok(code) = typed.parse::<VerifyCode>() else { return Ok(Verification::unknown(None)) };
    let mut tx = scope.as_system("documents.verification").begin_read().await?;
    let found = store::find_by_code(&mut tx, &code.canonical()).await?;
    drop(tx);
    let Some(found) = found else { return Ok(Verification::unknown(Some(code.to_string()))) };
    let facts: PublicFacts = found.facts.map(serde_json::from_value).transpose().map_err(AppError::internal)?.unwrap_or_default();
    let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&scope.tenant.time_zone).date_naive();
    let to = facts.ends_early.or(facts.to);
    Ok(Verification {
        verdict: verdict(found.state, to, scope.today()),
        code: Some(code.to_string()),
        kind: Some(found.kind),
        what: Some(facts.what),
        number: found.number,
        policy_number: facts.policy_number,
        insurer: facts.insurer,
        insurer_certificate: facts.insurer_certificate,
        holder: facts.holder,
        plate: facts.plate,
        from: facts.from,
        to,
        shortened: facts.ends_early.is_some(),
        amount: facts.amount,
        issued_on: found.issued_at.map(day),
        cancelled_on: found.cancelled_at.map(day),
        replaced: found.state == DocumentState::Replaced,
    })
}

fn verdict(state: DocumentState, to: Option<NaiveDate>, today: NaiveDate) -> Verdict {
    match state {
        DocumentState::Cancelled => Verdict::Cancelled,
        DocumentState::Preparing | DocumentState::Removed | DocumentState::Erased | DocumentState::Held | DocumentState::Refused => Verdict::Unknown,
        DocumentState::Current | DocumentState::Replaced if to.is_some_and(|to| to < today) => Verdict::Expired,
        DocumentState::Current | DocumentState::Replaced => Verdict::Genuine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_ends_with_its_last_day() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        assert_eq!(verdict(DocumentState::Current, Some(day(23)), day(23)), Verdict::Genuine);
        assert_eq!(verdict(DocumentState::Current, Some(day(22)), day(23)), Verdict::Expired);
        assert_eq!(verdict(DocumentState::Replaced, None, day(23)), Verdict::Genuine);
        assert_eq!(verdict(DocumentState::Cancelled, Some(day(22)), day(23)), Verdict::Cancelled, "taken back outweighs run out");
    }
}
