//! The books of providers and banks against ours. Owns statement imports and their lines. What holds: a row that cannot be read is listed
//! and keeps no other from being taken; a line is stored once, however often and in whatever overlap its file is imported, and waits until
//! it is judged; a matched line names the journal entry that moved the same
//! amount; everything else is a difference with a reason, until staff resolve it; per day, the statement's sum is what the journal moved
//! plus the differences, to the last unit. Statement lines are proof: they settle payments whose outcome was not known or believed lost.

pub mod api;
pub mod arrivals;
mod batches;
mod books;
mod daily;
mod decisions;
mod earlier_names;
mod error;
pub mod formats;
mod intake;
mod jobs;
mod matching;
mod model;
mod service;
pub(crate) mod store;
mod traces;
mod transit;

pub use arrivals::ArrivedPayments;
pub(crate) use arrivals::settle_arrival;
pub use books::{Book, BookKind, books, find as find_book};
pub use daily::FetchStatements;
pub(crate) use decisions::{Goes, put_off};
pub use decisions::{approve, book_difference, decide_missing, get as get_decision, get_missing, list as decisions, missing, refuse, resolve};
pub use error::StatementError;
pub use intake::{Import, MAX_LINES, import, read};
pub use jobs::{MatchStatement, go_on, stopped};
pub use model::{
    BookAs, DayStatus, DecidedAs, Decision, DecisionFilter, DecisionId, DecisionState, Difference, ImportFilter, ImportId, LineFilter, LineState,
    MissingAtProvider, MissingFilter, MissingPayment, StatementImport, StatementImportRecord, StatementImported, StatementLineId, StatementLineView,
    UnreadRow, Unreadable,
};
pub(crate) use model::{NewLine, provider_state};
pub(crate) use service::settle_debt;
pub use service::{days, get_line, lines, list, record};
