//! Premium on its way to insurers. Owns what was agreed with each insurer about it, and remittances: batches of premium held that are
//! paid by one transfer. What holds: a posting of premium held is in one live remittance at most; a remittance is paid once, by one
//! entry that balances, and is never changed after that; taking it back reverses the entry and frees its lines; while a payout of it is
//! under way nothing else pays it. What is due is derived from the journal, so that whatever else posts premium held (a cancellation,
//! a correction) is remitted with it.

mod advice;
pub(crate) mod api;
mod bordereau;
mod error;
mod model;
mod payout;
pub mod service;
mod store;

pub use advice::advice;
pub use bordereau::bordereau;
pub use error::RemittanceError;
pub use model::{Agreement, DueLine, Held, Remittance, RemittanceId, RemittanceLine, RemittanceRecord, RemittanceState};
pub use payout::DEBT;
pub(crate) use payout::RemittancePayouts;

pub const READ: &str = "insurance.remittance.read";
/// Making batches, saying that they were paid, and taking them back.
pub const PAY: &str = "insurance.remittance.pay";
