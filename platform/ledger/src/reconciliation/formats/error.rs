//! Why a file was not read.

use kernel::{AppError, Kind};

use crate::reconciliation::{UnreadRow, Unreadable};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    #[error("the file is of none of the formats")]
    Unknown,
    #[error("nobody said which columns the file has")]
    NoMapping,
    #[error("the file has no movements")]
    NoLines,
    #[error("row {0} has no date of the format")]
    Date(usize),
    #[error("row {0} has no amount")]
    Amount(usize),
    #[error("row {0} is not as the format wants it")]
    Row(usize),
    #[error("day and month stand the other way round, from row {0} on")]
    Turned(usize),
    /// Whole rows stand inside a cell.
    #[error("a quote in row {0} is not closed")]
    Quote(usize),
    #[error("the statement is in {0}")]
    Currency(String),
    #[error("the statement is of account {0}")]
    Account(String),
    /// Opening balance and movements do not make the closing balance: something is missing.
    #[error("the movements do not add up to the closing balance")]
    Sums,
    /// A document type or an entity: never part of a statement, often an attack.
    #[error("the file declares entities")]
    Declares,
    #[error("the file has too many movements")]
    TooLong(usize),
}

impl FormatError {
    /// The one row that is wrong; none if the whole file is.
    #[must_use]
    pub fn row(&self) -> Option<UnreadRow> {
        let (row, why) = match self {
            Self::Date(row) => (row, Unreadable::Date),
            Self::Amount(row) => (row, Unreadable::Amount),
            Self::Row(row) => (row, Unreadable::Form),
            _ => return None,
        };
        Some(UnreadRow { row: u32::try_from(*row).unwrap_or(u32::MAX), why })
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "statement.format_unknown",
            Self::NoMapping => "statement.no_mapping",
            Self::NoLines => "statement.no_lines",
            Self::Date(_) => "statement.row_date",
            Self::Amount(_) => "statement.row_amount",
            Self::Row(_) => "statement.row_unreadable",
            Self::Turned(_) => "statement.days_turned",
            Self::Quote(_) => "statement.quote_open",
            Self::Currency(_) => "statement.other_currency",
            Self::Account(_) => "statement.other_account",
            Self::Sums => "statement.sums_differ",
            Self::Declares => "statement.declares_entities",
            Self::TooLong(_) => "statement.too_long",
        }
    }
}

impl From<FormatError> for AppError {
    fn from(error: FormatError) -> Self {
        let kind = if matches!(error, FormatError::TooLong(_)) { Kind::TooLarge } else { Kind::Invalid };
        let refused = AppError::new(kind, error.code());
        match error {
            FormatError::Date(row) | FormatError::Amount(row) | FormatError::Row(row) | FormatError::Turned(row) | FormatError::Quote(row) => {
                refused.with("row", row.to_string())
            }
            FormatError::Currency(found) | FormatError::Account(found) => refused.with("found", found),
            FormatError::TooLong(max) => refused.with("max", max.to_string()),
            _ => refused,
        }
    }
}
