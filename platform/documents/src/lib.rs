//! Documents: files that people upload, PDFs that the platform issues, and their verification.
//!
//! What always holds: an uploaded file is what its bytes say and nothing else is kept
//! ([`images`]); an issued document is made only from its template, its data and named assets
//! ([`render`]), once per subject, kind and revision ([`issued`]); each carries a code that anybody
//! can check and nobody can guess ([`verify_code`], [`qr`], [`verification`]); every object of a
//! tenant lies below the tenant's own prefix ([`store`]) and is opened only through its row in the
//! [`register`].

pub mod amount_words;
pub mod comparison;
pub mod files;
pub mod images;
pub mod issued;
mod paths;
mod personal;
pub mod qr;
pub mod register;
pub mod render;
pub mod scanner;
pub mod sheets;
pub mod store;
mod templates;
pub mod variants;
pub mod verification;
pub mod verify_code;

pub use files::NewUpload;
pub use issued::{IssueRequest, Issued, issue};
pub use register::{
    Document, DocumentGroup, DocumentId, DocumentKind, DocumentState, DocumentUploaded, DocumentVerified, DocumentView, DownloadLink, Subject,
};
pub use verification::{PublicFacts, Verdict, Verification};

use std::{sync::Arc, time::Duration};

use kernel::{
    jobs::Schedule,
    module::{Module, Permission, Retention},
};

/// Seeing and opening documents of all customers.
pub const READ: &str = "documents.document.read";
/// Marking an upload as checked.
pub const VERIFY: &str = "documents.document.verify";

/// See [`Module`].
#[must_use]
pub fn module() -> Module {
    let mut routes = register::api::routes();
    routes.extend(verification::api::routes());
    Module {
        name: "documents",
        permissions: &[Permission { code: READ, sensitive: false }, Permission { code: VERIFY, sensitive: false }],
        routes,
        schedules: vec![
            Schedule::every::<register::jobs::EraseRemoved>(Duration::from_secs(6 * 60 * 60)).for_tenants(register::jobs::REMOVED),
            Schedule::every::<files::ScanHeld>(Duration::from_secs(2 * 60)).for_tenants(files::HELD_AT),
        ],
        personal_data: vec![Arc::new(personal::Papers)],
        pack_loaders: vec![templates::LOADER],
        retention: &[
            Retention {
                table: "documents",
                keep: "issued: as the law of contracts and taxes says; uploads: as the customer, or 30 days after the sender removed them",
                job: Some(register::jobs::ERASE),
            },
            Retention { table: "document_templates", keep: "while the tenant lives", job: None },
        ],
        ..Module::default()
    }
}
