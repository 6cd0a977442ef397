//! A document as the register knows it.

use chrono::{DateTime, Utc};
use kernel::events::EventData;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

kernel::id!(/** Identifies a document of a tenant. */ DocumentId);

kernel::text_enum! {
    pub enum Origin {
        /// Made by the platform from a template.
        Issued = "issued",
        /// Sent by a customer, or by staff for one.
        Uploaded = "uploaded",
    }
}

kernel::text_enum! {
    /// What a document is.
    pub enum DocumentKind {
        Certificate = "certificate",
        RiskNote = "risk_note",
        Receipt = "receipt",
        CancellationLetter = "cancellation_letter",
        DebitNote = "debit_note",
        /// What a customer was charged and paid in a period.
        Statement = "statement",
        /// Which premium a transfer to an insurer is for.
        RemittanceAdvice = "remittance_advice",
        IdCopy = "id_copy",
        KraPin = "kra_pin",
        Logbook = "logbook",
        ValuationReport = "valuation_report",
        /// A file of the insurer, as staff received it.
        InsurerDocument = "insurer_document",
        Photo = "photo",
        Other = "other",
    }
}

impl DocumentKind {
    /// Kinds that customers send.
    pub const UPLOADS: [Self; 6] = [Self::IdCopy, Self::KraPin, Self::Logbook, Self::ValuationReport, Self::Photo, Self::Other];

    /// Key of its name in the texts.
    #[must_use]
    pub fn text_key(self) -> String {
        format!("document-kind-{}", self.as_str())
    }
}

kernel::text_enum! {
    pub enum DocumentState {
        /// Number and code are taken; the file is being made.
        Preparing = "preparing",
        Current = "current",
        /// A later revision of the same document counts.
        Replaced = "replaced",
        /// What it says holds no longer.
        Cancelled = "cancelled",
        /// Its sender took it back, and may still change that.
        Removed = "removed",
        /// Its file is deleted.
        Erased = "erased",
        /// Sent while nobody could scan it; given to nobody.
        Held = "held",
        /// A virus was in it; its file is deleted.
        Refused = "refused",
    }
}

impl DocumentState {
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        use DocumentState::{Cancelled, Current, Erased, Held, Preparing, Refused, Removed, Replaced};
        matches!(
            (self, next),
            (Preparing, Current)
                | (Current, Replaced | Cancelled | Removed)
                | (Replaced, Cancelled)
                | (Removed, Current | Erased)
                | (Held, Current | Refused | Removed)
                | (Refused, Removed)
        )
    }
}

kernel::text_enum! {
    /// How a customer looks for documents.
    pub enum DocumentGroup {
        /// What shows and explains cover.
        Policies = "policies",
        Receipts = "receipts",
        /// What the customer sent.
        Uploads = "uploads",
    }
}

/// What a document is about: `("policy", id)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    pub kind: &'static str,
    pub id: Uuid,
}

impl Subject {
    #[must_use]
    pub fn new(kind: &'static str, id: impl Into<Uuid>) -> Self {
        Self { kind, id: id.into() }
    }
}

/// A row of the register.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Document {
    pub id: DocumentId,
    pub origin: Origin,
    pub kind: DocumentKind,
    pub customer_id: Option<Uuid>,
    pub subject_kind: Option<String>,
    pub subject_id: Option<Uuid>,
    pub revision: i32,
    /// Our number of an issued document: `RN-2026-00123`.
    pub number: Option<String>,
    pub title: String,
    pub file_name: String,
    /// Below the tenant's prefix in the object store.
    pub path: String,
    pub mime: String,
    /// None while it is being prepared.
    pub size_bytes: Option<i64>,
    pub state: DocumentState,
    /// Since when its sender no longer wants it here.
    pub removed_at: Option<DateTime<Utc>>,
    pub verified_at: Option<DateTime<Utc>>,
    /// Without separators.
    pub verification_code: Option<String>,
    pub issued_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// A document as lists and records show it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DocumentView {
    pub id: DocumentId,
    pub origin: Origin,
    pub kind: DocumentKind,
    pub customer_id: Option<Uuid>,
    pub subject_kind: Option<String>,
    pub subject_id: Option<Uuid>,
    pub revision: i32,
    #[schema(example = "RN-2026-00123")]
    pub number: Option<String>,
    pub title: String,
    pub file_name: String,
    pub mime: String,
    pub size_bytes: Option<i64>,
    pub state: DocumentState,
    /// Staff compared it with what it should show.
    pub is_verified: bool,
    /// What a person types on the verification page, in groups of four.
    pub verification_code: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl From<Document> for DocumentView {
    fn from(document: Document) -> Self {
        let code = document.verification_code.as_deref().and_then(|code| code.parse::<crate::verify_code::VerifyCode>().ok());
        Self {
            id: document.id,
            origin: document.origin,
            kind: document.kind,
            customer_id: document.customer_id,
            subject_kind: document.subject_kind,
            subject_id: document.subject_id,
            revision: document.revision,
            number: document.number,
            title: document.title,
            file_name: document.file_name,
            mime: document.mime,
            size_bytes: document.size_bytes,
            state: document.state,
            is_verified: document.verified_at.is_some(),
            verification_code: code.map(|code| code.to_string()),
            created_at: document.created_at,
        }
    }
}

/// A customer's file was taken into the register.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DocumentUploaded {
    pub document: DocumentId,
    pub customer: Uuid,
    pub kind: DocumentKind,
    /// The customer sent it, not staff.
    pub by_customer: bool,
}

/// Staff compared an upload with what it should show.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DocumentVerified {
    pub document: DocumentId,
    pub customer: Option<Uuid>,
    pub kind: DocumentKind,
}

impl EventData for DocumentUploaded {
    const TYPE: &'static str = "document.uploaded";
    const AGGREGATE: &'static str = "document";
    fn aggregate_id(&self) -> Uuid {
        self.document.0
    }
}

impl EventData for DocumentVerified {
    const TYPE: &'static str = "document.verified";
    const AGGREGATE: &'static str = "document";
    fn aggregate_id(&self) -> Uuid {
        self.document.0
    }
}

/// An address that opens the file without credentials, for a short while.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DownloadLink {
    pub url: String,
    pub file_name: String,
    pub expires_at: DateTime<Utc>,
}

/// Narrows the list of documents.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DocumentFilter {
    pub kind: Option<DocumentKind>,
    pub group: Option<DocumentGroup>,
    pub origin: Option<Origin>,
    /// Everything but what was removed, if not given.
    pub state: Option<DocumentState>,
    /// Whether staff compared it with what it should show.
    pub verified: Option<bool>,
    pub customer: Option<Uuid>,
    pub subject: Option<Uuid>,
}

#[cfg(test)]
mod tests {
    use super::DocumentState::{Cancelled, Current, Erased, Preparing, Removed, Replaced};

    #[test]
    fn what_was_removed_comes_back_until_it_is_erased() {
        assert!(Current.can_become(Removed) && Removed.can_become(Current) && Removed.can_become(Erased));
        assert!(!Erased.can_become(Current) && !Current.can_become(Erased));
    }

    #[test]
    fn a_cancelled_document_never_counts_again() {
        for next in [Preparing, Current, Replaced] {
            assert!(!Cancelled.can_become(next));
        }
        assert!(Replaced.can_become(Cancelled), "an old revision of a cancelled policy is cancelled too");
        assert!(!Preparing.can_become(Cancelled), "a document is finished before it is cancelled");
    }
}
