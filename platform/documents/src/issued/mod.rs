//! Documents that the platform issues: PDFs from the tenant's templates, numbered, with a code that anybody can check.
//!
//! What always holds: one subject, kind and revision gives one document, whatever crashes in between: number and code are taken in
//! a first transaction, the file is made and stored outside of any, a last transaction lets it count. A repeat finishes what an
//! earlier attempt began. Called from jobs, as `system`.

mod letterhead;
mod request;
mod service;
pub mod wording;

pub use request::{IssueRequest, Issued};
pub use service::issue;
pub(crate) use service::{failure, logo, renderer};
