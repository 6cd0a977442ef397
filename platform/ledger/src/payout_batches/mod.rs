//! Payouts as a file for a bank, and what the bank answers. What holds: a payout is in one batch until it failed there or the batch was
//! withdrawn, which the database checks too; what a batch pays is fixed when it is made; each line of an answer settles its payout or
//! says why it does not, and the same answer twice changes nothing the second time.
//!
//! The file is pain.001.001.09 or CSV in the layout that was said for the account. Of pain.001 it is version 9 because that one can pay
//! to a telephone number as the creditor's proxy; answers are read in every version of pain.002.

mod answers;
mod error;
mod layout;
mod model;
mod pain001;
mod pain002;
mod service;
mod store;
mod table;

pub use answers::{ResultMapping, guess};
pub use error::BatchError;
pub use layout::{Layout, LayoutColumn, LayoutField};
pub use model::{Batch, BatchId, BatchItem, BatchRecord, BatchState, NewBatch, Outcome, ResultFile, ResultLine, Verdict};
pub use service::{
    MAX_PAYOUTS, create, csv, get, layout, list, of_payout, pain001, record, result_mapping, save_layout, save_result_mapping, take_answer, withdraw,
};
