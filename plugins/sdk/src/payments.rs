//! Payment plugins: the traits to implement and the values they speak in.

/// Required: collect and query.
pub mod gateway {
    pub use crate::bindings::gateway::exports::wakala::payments::gateway::*;
}
/// Optional: giving back a received payment.
pub mod refunds {
    pub use crate::bindings::refunds::exports::wakala::payments::refunds::*;
}
/// Optional: paying out.
pub mod payouts {
    pub use crate::bindings::payouts::exports::wakala::payments::payouts::*;
}
/// Optional: the provider's own book, for reconciliation.
pub mod statements {
    pub use crate::bindings::statements::exports::wakala::payments::statements::*;
}
/// Optional: forgetting a means of payment that the provider keeps.
pub mod vault {
    pub use crate::bindings::vault::exports::wakala::payments::vault::*;
}

pub use crate::bindings::payment_types::wakala::payments::types::{Action, Outcome, PaymentRef};
