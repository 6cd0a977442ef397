//! Documents: files that people upload, PDFs that the platform issues, and their verification.
//!
//! What always holds: an uploaded file is what its bytes say and nothing else is kept
//! ([`images`]); an issued document is made only from its template, its data and named assets
//! ([`render`]); each carries a code that anybody can check and nobody can guess
//! ([`verify_code`], [`qr`]).

pub mod amount_words;
pub mod images;
pub mod qr;
pub mod render;
pub mod verify_code;
