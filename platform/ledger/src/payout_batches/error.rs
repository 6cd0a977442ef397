//! Why a batch was not made, or an answer not taken.

use kernel::{AppError, Failure, Kind};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    #[error("a payout is no longer ready to be sent, or is in another batch")]
    PayoutTaken,
    #[error("a payout is in another currency than the account")]
    Currency,
    #[error("a payout goes back by the payment with which the money came")]
    NotByBank,
    #[error("the bank account is closed")]
    AccountClosed,
    #[error("too many payouts for one file")]
    TooMany { max: usize },
    #[error("the batch is in another state")]
    WrongState,
    #[error("the bank has answered already")]
    Answered,
    #[error("the batch was changed since it was read")]
    Changed,
}

impl Failure for BatchError {
    fn kind(&self) -> Kind {
        match self {
            Self::PayoutTaken | Self::Currency | Self::NotByBank | Self::AccountClosed | Self::WrongState | Self::Answered => Kind::Conflict,
            Self::TooMany { .. } => Kind::Invalid,
            Self::Changed => Kind::Precondition,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::PayoutTaken => "payout_batch.payout_taken",
            Self::Currency => "payout_batch.currency",
            Self::NotByBank => "payout_batch.not_by_bank",
            Self::AccountClosed => "payout_batch.account_closed",
            Self::TooMany { .. } => "payout_batch.too_many",
            Self::WrongState => "payout_batch.wrong_state",
            Self::Answered => "payout_batch.answered",
            Self::Changed => "payout_batch.changed",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooMany { max } => vec![("max", max.to_string())],
            _ => Vec::new(),
        }
    }
}

/// Why an answer was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    #[error("nobody said which columns the file has")]
    NoMapping,
    #[error("the file has no lines")]
    NoLines,
    #[error("the file has too many lines")]
    TooLong(usize),
    #[error("row {0} is not as the format wants it")]
    Row(usize),
    #[error("the file declares entities")]
    Declares,
    /// It names the message that it answers, and that is another batch.
    #[error("the file answers {0}")]
    OtherBatch(String),
}

impl From<AnswerError> for AppError {
    fn from(error: AnswerError) -> Self {
        let (kind, code) = match error {
            AnswerError::NoMapping => (Kind::Invalid, "payout_answer.no_mapping"),
            AnswerError::NoLines => (Kind::Invalid, "payout_answer.no_lines"),
            AnswerError::TooLong(_) => (Kind::TooLarge, "payout_answer.too_long"),
            AnswerError::Row(_) => (Kind::Invalid, "payout_answer.row_unreadable"),
            AnswerError::Declares => (Kind::Invalid, "payout_answer.declares_entities"),
            AnswerError::OtherBatch(_) => (Kind::Invalid, "payout_answer.other_batch"),
        };
        let refused = AppError::new(kind, code);
        match error {
            AnswerError::TooLong(max) => refused.with("max", max.to_string()),
            AnswerError::Row(row) => refused.with("row", row.to_string()),
            AnswerError::OtherBatch(found) => refused.with("found", found),
            _ => refused,
        }
    }
}
