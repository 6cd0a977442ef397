//! What an errand is, and how far it came.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::frame::Format;

kernel::id!(/** Identifies an errand. */ ErrandId);

kernel::text_enum! {
    pub(crate) enum ErrandState {
        Waiting = "waiting",
        Running = "running",
        Done = "done",
        Stopped = "stopped",
        /// It came to an end that it was not meant to; `failure` says why.
        Failed = "failed",
    }
}

impl ErrandState {
    /// Nothing happens any more.
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Stopped | Self::Failed)
    }
}

kernel::text_enum! {
    /// What became of a row.
    pub(crate) enum Verdict {
        Waiting = "waiting",
        Done = "done",
        Refused = "refused",
    }
}

/// What is to be done with the list.
#[derive(Debug, Clone)]
pub(crate) enum Wish {
    /// A file of its rows, in these columns.
    File { format: Format, columns: Vec<String> },
    /// This form is sent to this path, for each of its rows.
    Act { path: String, form: Vec<(String, String)> },
}

#[derive(Debug, Clone)]
pub(crate) struct NewErrand {
    /// In the words of whoever asks.
    pub(crate) title: String,
    /// The path of the list, and what its address asks for.
    pub(crate) list: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) wish: Wish,
}

impl NewErrand {
    pub(crate) fn file(title: String, list: &str, query: Vec<(String, String)>, format: Format, columns: Vec<String>) -> Self {
        Self { title, list: list.to_owned(), query, wish: Wish::File { format, columns } }
    }
    pub(crate) fn act(title: String, list: &str, query: Vec<(String, String)>, path: &str, form: Vec<(String, String)>) -> Self {
        Self { title, list: list.to_owned(), query, wish: Wish::Act { path: path.to_owned(), form } }
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Errand {
    pub(crate) id: ErrandId,
    /// Who asked.
    pub(crate) user: Uuid,
    pub(crate) asked: NewErrand,
    pub(crate) state: ErrandState,
    /// Where the next page of the list begins, in how many parts it was read, how many rows, and whether to the end.
    pub(crate) cursor: Option<String>,
    pub(crate) parts: i32,
    pub(crate) rows: i32,
    pub(crate) gathered: bool,
    pub(crate) file_bytes: Option<i64>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) failure: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

impl Errand {
    /// The format of the file that it makes; none for an act.
    pub(crate) fn format(&self) -> Option<Format> {
        match self.asked.wish {
            Wish::File { format, .. } => Some(format),
            Wish::Act { .. } => None,
        }
    }
    /// Where its file lies in the object store.
    pub(crate) fn file_path(&self) -> Option<String> {
        Some(format!("errands/{}/file.{}", self.id, self.format()?))
    }
    /// Where a part of it lies until the file is made.
    pub(crate) fn part_path(&self, part: i32) -> String {
        format!("errands/{}/part-{part}.json", self.id)
    }
    /// The file can be had.
    pub(crate) fn has_file(&self) -> bool {
        self.state == ErrandState::Done && self.file_bytes.is_some()
    }
}

/// How many rows of an act came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) waiting: i64,
    pub(crate) done: i64,
    pub(crate) refused: i64,
}

/// What became of a row, for whoever reads the report.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    pub(crate) row: Uuid,
    pub(crate) name: String,
    pub(crate) href: String,
    /// None: done.
    pub(crate) refused: Option<String>,
}

/// A line of the report.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Line {
    pub(crate) id: Uuid,
    pub(crate) state: Verdict,
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) reason: String,
}
