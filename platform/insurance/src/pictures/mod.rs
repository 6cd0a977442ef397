//! Pictures of products, insurers and categories, and of the firm itself. What is uploaded is decoded within limits and encoded anew, so that nothing but a
//! picture is ever kept; its files lie in the object store by the hash of their content and are served for ever under the same
//! address. Everybody reads them, staff change them.

pub mod error;
pub mod model;
pub mod service;
mod store;

pub use crate::permissions::{CHANGE, READ};
pub use error::PictureFailure;
pub use model::{Owner, OwnerKind, Picture, Pictures};
