//! What can go wrong with the portal's content.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum SiteFailure {
    #[error("no such entry")]
    EntryNotFound,
    #[error("the entry was changed since it was read")]
    EntryChanged,
    #[error("no such page")]
    PageNotFound,
    #[error("the page was changed since it was read")]
    PageChanged,
    #[error("the list is as long as it may be")]
    Full,
}

impl Failure for SiteFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::EntryNotFound | Self::PageNotFound => Kind::NotFound,
            Self::EntryChanged | Self::PageChanged => Kind::Precondition,
            Self::Full => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::EntryNotFound => "site.entry_not_found",
            Self::EntryChanged => "site.entry_changed",
            Self::PageNotFound => "site.page_not_found",
            Self::PageChanged => "site.page_changed",
            Self::Full => "site.full",
        }
    }
}
