//! What money buys: from a paid order to policies, postings, documents and one mail.
//!
//! What always holds, whatever crashes in between: each line becomes one policy, in one transaction with its journal entry and its
//! event; a line that cannot be issued becomes the customer's credit and a task for staff, and does not hold up the others; each
//! payment has one receipt and each policy's version one document; each order has one mail. Every step reads what is done and does
//! the rest, so that running it again is harmless.
//!
//! Steps: [`FulfilOrders`] hears of money; [`OrderDocuments`] issues receipts and policy documents; [`OrderMail`] sends them;
//! [`PolicyDocuments`] issues a policy's document anew; [`ApprovedDocuments`] issues and mails what had to be approved first.

pub mod api;
mod approved;
mod data;
mod documents_job;
mod error;
mod handling;
mod instalments;
mod issue;
mod late;
mod mail;
mod payment_receipt;
mod postings;
mod receipts;
mod store;
mod subscriber;

pub use approved::ApprovedDocuments;
pub use data::document_kind;
pub use documents_job::{OrderDocuments, PolicyDocuments};
pub use error::TaskError;
pub use handling::{NewTask, assign_task, create_task, hold_task, reopen_task, settle_task, take_task, task, tasks, tasks_of_order};
pub(crate) use instalments::is_posted;
pub use issue::fulfil;
pub(crate) use late::LATE;
pub use late::WatchInstalments;
pub use mail::OrderMail;
pub use payment_receipt::{PaymentReceipt, ReceiptMail, receipt};
pub(crate) use postings::levy_account;
pub(crate) use store::settle_task_of;
pub use store::{Assignment, Task, TaskAssigned, TaskFilter, TaskId, TaskKind, TaskOpened, TaskRow, TaskState};
pub use subscriber::{FulfilOrders, ReversedPayments};
