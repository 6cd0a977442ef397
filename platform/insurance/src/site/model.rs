//! Entries and pages.

use chrono::{DateTime, Utc};

use crate::{catalogue::ProductId, text::LocalText};

kernel::id!(/** Identifies an entry of the portal. */ EntryId);
kernel::id!(/** Identifies one version of a page. */ PageId);

kernel::text_enum! {
    /// What an entry is.
    pub enum EntryKind {
        /// Somebody's words about the brokerage.
        Testimonial = "testimonial",
        Question = "question",
    }
}

kernel::text_enum! {
    pub enum EntryState {
        Draft = "draft",
        Published = "published",
    }
}

/// A testimonial or a question, in its place among those of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteEntry {
    pub id: EntryId,
    pub kind: EntryKind,
    /// The product whose page a question stands on; none: the start page.
    pub product: Option<ProductId>,
    /// Who speaks, or what is asked.
    pub heading: LocalText,
    /// What is said, or answered.
    pub body: LocalText,
    pub position: i32,
    pub state: EntryState,
    /// Since when it is deleted.
    pub archived_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

/// An entry as people write it.
#[derive(Debug, Clone, Default)]
pub struct EntryInput {
    pub heading: LocalText,
    pub body: LocalText,
}

/// Towards the beginning of the list, or its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

kernel::text_enum! {
    /// The pages that a portal has; each has a wording of the platform's until the brokerage publishes its own.
    pub enum PageCode {
        About = "about",
        Complaints = "complaints",
        Terms = "terms",
        Privacy = "privacy",
        Cookies = "cookies",
    }
}

impl PageCode {
    /// The parts of the platform's own wording: each has the texts `portal-{code}-{part}-title` and `-text`.
    #[must_use]
    pub fn parts(self) -> &'static [&'static str] {
        match self {
            Self::About => &["who", "how"],
            Self::Complaints => &["write", "answer", "regulator"],
            Self::Terms => &["who", "price", "pay", "cancel", "complain"],
            Self::Privacy => &["what", "why", "who", "long", "rights"],
            Self::Cookies => &["which", "none", "off"],
        }
    }
}

/// One wording of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePage {
    pub id: PageId,
    pub code: PageCode,
    pub number: i32,
    pub title: LocalText,
    /// Markdown.
    pub body: LocalText,
    /// None: it is being written.
    pub published_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

/// A page as people write it.
#[derive(Debug, Clone, Default)]
pub struct PageInput {
    pub title: LocalText,
    pub body: LocalText,
}
