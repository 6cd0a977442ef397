//! Lists by keyset: a page starts after a row, never at an offset, so that page 1,000 costs what page 1 costs. Ids are UUIDv7,
//! so the order of ids is the order of making; lists show the newest first unless they are asked for another order.

mod cursor;
mod list;
mod long_lists;
mod request;

use serde::Serialize;

pub use list::List;
pub(crate) use long_lists::LongLists;
pub use request::{Chosen, PageRequest};

pub const DEFAULT_SIZE: u16 = 20;
pub const MAX_SIZE: u16 = 100;
/// Counts are exact up to here.
pub const MAX_COUNT: i64 = 10_000;

/// One page of a list. `next` and `previous` are cursors.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// Rows of the whole list, exact up to 10,000.
    pub count: i64,
    /// There are more than `count` rows.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub count_exceeded: bool,
    pub next: Option<String>,
    pub previous: Option<String>,
    pub results: Vec<T>,
}

impl<T> Page<T> {
    /// A list that is one page.
    #[must_use]
    pub fn whole(results: Vec<T>) -> Self {
        Self { count: i64::try_from(results.len()).unwrap_or(i64::MAX), count_exceeded: false, next: None, previous: None, results }
    }
    /// The same page with every row converted.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            count: self.count,
            count_exceeded: self.count_exceeded,
            next: self.next,
            previous: self.previous,
            results: self.results.into_iter().map(convert).collect(),
        }
    }
}

/// The upper end of a prefix search on a C-collated column: every text that starts with `prefix` is at least `prefix` and less
/// than this.
#[must_use]
pub fn prefix_end(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}
