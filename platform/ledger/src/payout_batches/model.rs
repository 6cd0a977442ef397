//! Batches, what is in them, and what banks answer.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::money::Money;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{bank_accounts::BankAccountId, columns::words, payouts::PayoutId};

kernel::id!(/** Identifies a file of payouts for a bank. */ BatchId);

words! {
    BatchState {
        /// The bank has not answered of all of it.
        Open = "open",
        /// The bank has said something final of each payout.
        Settled = "settled",
        /// The bank was never given the file.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What became of a payout in this batch.
    Outcome {
        Open = "open",
        Paid = "paid",
        Failed = "failed",
        Withdrawn = "withdrawn",
    }
}

/// What a file is made of.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// From which it is paid.
    pub account: BankAccountId,
    pub payouts: Vec<PayoutId>,
    pub execute_on: NaiveDate,
}

#[derive(Debug, Clone)]
pub struct Batch {
    pub id: BatchId,
    /// `PB-2026-00003`, by which the bank names the file.
    pub number: String,
    pub account: BankAccountId,
    pub execute_on: NaiveDate,
    pub state: BatchState,
    pub payout_count: i32,
    pub total: Money,
    pub created_by: Uuid,
    pub withdrawn_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// A payout in a batch.
#[derive(Debug, Clone)]
pub struct BatchItem {
    pub id: Uuid,
    pub payout: PayoutId,
    /// By which the bank names it.
    pub reference: String,
    pub payee: String,
    pub amount: Money,
    pub outcome: Outcome,
    /// The bank's id of the transfer.
    pub receipt: Option<String>,
    pub reason: Option<String>,
}

/// A batch with its payouts, and the answers to it, the newest first.
#[derive(Debug, Clone)]
pub struct BatchRecord {
    pub batch: Batch,
    pub items: Vec<BatchItem>,
    pub answers: Vec<ResultFile>,
}

/// An answer as it was taken.
#[derive(Debug, Clone)]
pub struct ResultFile {
    pub file_name: String,
    pub lines: Vec<ResultLine>,
    pub uploaded_by: Uuid,
    pub at: DateTime<Utc>,
}

impl ResultFile {
    /// How many lines had this verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.lines.iter().filter(|line| line.verdict == verdict).count()
    }
}

/// A line of an answer and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultLine {
    pub row: usize,
    pub reference: String,
    /// The bank's own word.
    pub status: String,
    pub reason: Option<String>,
    pub verdict: Verdict,
}

words! {
    /// What a line of an answer did.
    Verdict {
        Paid = "paid",
        Failed = "failed",
        /// The bank has not said anything final.
        Pending = "pending",
        /// It says what was known.
        Unchanged = "unchanged",
        /// The opposite was taken before; nothing changes.
        Contradicts = "contradicts",
        /// No payout of this batch has the reference; nothing changes.
        UnknownReference = "unknown_reference",
        /// A word that nobody explained; nothing changes.
        UnknownWord = "unknown_word",
        /// Another amount than the payout's; nothing changes.
        AmountDiffers = "amount_differs",
    }
}
