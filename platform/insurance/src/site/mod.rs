//! What the brokerage says on its portal beside its products: voices of customers, questions with answers, pages such as terms and
//! privacy, the words of the start page, and
//! which products stand in front. Everybody reads what is published; staff write it. A published page never changes:
//! a new wording is a new version, and what people agreed to stays readable.

pub mod entries;
pub mod error;
pub mod featured;
pub mod front;
pub mod model;
pub mod pages;
mod store;

pub use crate::permissions::{CHANGE, READ};
pub use error::SiteFailure;
pub use featured::Featured;
pub use front::Front;
pub use model::{Direction, EntryId, EntryInput, EntryKind, EntryState, PageCode, PageId, PageInput, SiteEntry, SitePage};
