//! How an answered prompt ends: result codes, and their two texts (callback and query differ).

use serde::{Deserialize, Serialize};

use super::script::Answer;

/// Largest amount of one transaction, in whole shillings.
pub(crate) const TRANSACTION_LIMIT: u64 = 250_000;

/// A result code with the prose that goes with it in each channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Result code; almost always a number.
    pub code: String,
    /// Text in callbacks.
    pub callback_text: String,
    /// Text in query answers.
    pub query_text: String,
}

impl Outcome {
    fn new(code: &str, callback_text: &str, query_text: &str) -> Self {
        Self { code: code.to_owned(), callback_text: callback_text.to_owned(), query_text: query_text.to_owned() }
    }

    /// Whether money moved.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        self.code == "0"
    }

    /// Result code as JSON: a number where it is one.
    pub(crate) fn code_json(&self) -> serde_json::Value {
        self.code.parse::<i64>().map_or_else(|_| self.code.clone().into(), Into::into)
    }

    pub(crate) fn locked() -> Self {
        let text = "Unable to lock subscriber, a transaction is already in process for the current subscriber";
        Self::new("1001", text, text)
    }

    pub(crate) fn not_sent() -> Self {
        Self::new("1025", "An error occurred while sending a push request", "Error occurred while sending a push request.")
    }

    pub(crate) fn above_maximum() -> Self {
        let text = "Declined due to limit rule: greater than the maximum transaction amount.";
        Self::new("3", text, text)
    }

    pub(crate) fn above_daily_limit() -> Self {
        let text = "Declined due to limit rule: would exceed daily transfer limit.";
        Self::new("4", text, text)
    }
}

impl From<&Answer> for Outcome {
    fn from(answer: &Answer) -> Self {
        match answer {
            Answer::Approve => Self::new("0", "The service request is processed successfully.", "The service request is processed successfully"),
            Answer::Cancel => Self::new("1032", "Request cancelled by user", "[STK_CB - ]Request cancelled by user"),
            Answer::WrongPin => Self::new("2001", "The initiator information is invalid.", "[MpesaCB - ]The initiator information is invalid."),
            Answer::InsufficientFunds => {
                Self::new("1", "The balance is insufficient for the transaction.", "The balance is insufficient for the transaction")
            }
            Answer::TimeOut => Self::new("1037", "DS timeout user cannot be reached", "No response from user."),
            Answer::Other { code, text } => Self::new(code, text, text),
        }
    }
}
