//! What is to be issued, and what others hear of it.

use kernel::events::EventData;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    register::{DocumentId, DocumentKind, Subject},
    verification::PublicFacts,
};

/// One document to be issued.
#[derive(Debug, Clone)]
pub struct IssueRequest {
    /// The tenant's template: `risk-note.typ`.
    pub template: &'static str,
    pub kind: DocumentKind,
    /// Prefix of its numbers: `RN`.
    pub series: &'static str,
    pub subject: Subject,
    /// 1 for the first issue of this kind for the subject; a higher one replaces the lower ones.
    pub revision: i32,
    /// In whose portal it is shown.
    pub customer: Option<Uuid>,
    /// The heading.
    pub title: String,
    pub subtitle: Option<String>,
    /// What the template prints, an object without `brand`, `document`, `verification` and `language`: those are added here.
    pub data: serde_json::Map<String, serde_json::Value>,
    /// What the verification page tells anybody who has the code.
    pub facts: PublicFacts,
}

/// A document was issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Issued {
    pub document: DocumentId,
    pub kind: DocumentKind,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub revision: i32,
}

impl EventData for Issued {
    const TYPE: &'static str = "document.issued";
    const AGGREGATE: &'static str = "document";
    fn aggregate_id(&self) -> Uuid {
        self.document.0
    }
}
