//! The register of documents: what each is, whose it is, where its bytes lie, whether it counts.
//!
//! What always holds: a customer sees only own documents, and none that is still being made; an object is reached only through its
//! row, after the permission check; a row is never deleted. What a customer sent it may take back while nobody relied on it, and
//! change its mind until the file is erased.

pub mod api;
pub mod archive;
mod error;
pub mod jobs;
mod model;
pub mod service;
pub(crate) mod store;

pub use error::DocumentFailure;
pub use model::{
    Document, DocumentFilter, DocumentGroup, DocumentId, DocumentKind, DocumentState, DocumentUploaded, DocumentVerified, DocumentView, DownloadLink,
    Origin, Subject,
};
