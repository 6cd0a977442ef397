//! The register of documents: what each is, whose it is, where its bytes lie, whether it counts.
//!
//! What always holds: a customer sees only own documents, and none that is still being made; an object is reached only through its
//! row, by an address made after the permission check; a row is never removed.

pub mod api;
mod error;
mod model;
pub mod service;
pub(crate) mod store;

pub use error::DocumentFailure;
pub use model::{
    Document, DocumentFilter, DocumentId, DocumentKind, DocumentState, DocumentUploaded, DocumentVerified, DocumentView, DownloadLink, Origin,
    Subject,
};
