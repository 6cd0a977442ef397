//! The brokerage's own accounts at banks. Owns the accounts and how each bank's CSV statements are read. What holds: the code of an
//! account never changes, since the journal and statements name it; currency and number name one account. In the journal a bank
//! account is a clearing account like that of a payment method, so that one reconciliation serves both.

mod error;
mod model;
mod service;
mod store;

pub use error::BankAccountError;
pub use model::{BankAccount, BankAccountId, BankAccountInput, BankAccountState};
pub use service::{create, find_by_code, get, list, mapping, save_mapping, update};
