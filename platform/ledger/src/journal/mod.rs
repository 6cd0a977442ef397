//! The journal: double entry. Owns entries and their lines; balances are always derived from them. What holds: the lines of an
//! entry sum to zero per currency, here and once more in the database at commit; nothing is changed or removed, a correction is an
//! entry that reverses another; one cause (type and id) posts once. Everything in the platform that moves money posts here.

pub mod api;
mod error;
mod model;
mod service;
mod store;

pub use error::JournalError;
pub use model::{
    AccountBalance, AccountLine, AccountStatement, Entry, EntryFilter, EntryId, EntryLine, EntryRecord, EntryRow, Line, TrialBalance, TrialBalanceRow,
};
pub(crate) use service::post_closing;
pub use service::{
    account_statement, balance, balances, balances_on, entries, entry, find_by_source, kinds, lines_between, post, reverse, trial_balance,
};
