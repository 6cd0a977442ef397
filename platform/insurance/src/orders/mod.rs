//! Orders: offers frozen into lines, to be paid and fulfilled. A line keeps everything it will be issued from, so that neither an
//! expired quote nor a withdrawn product changes what was bought. Where the brokerage collects, each line has one receivable of
//! the payable `("order", id)`; where the insurer collects there is none, and staff confirm the insurer's receipt. A risk has one
//! order that is open or done. What is not paid by the end of its quotes expires, unless money is under way.

pub mod api;
mod error;
pub mod jobs;
mod model;
pub mod rules;
pub mod service;
pub(crate) mod store;
mod views;

pub use error::OrderFailure;
pub use model::{
    LineState, Order, OrderChanged, OrderId, OrderLine, OrderLineId, OrderPlaced, OrderRow, OrderState, PlaceOrder, ReceiptConfirmed, Wanted,
};
pub use service::{Confirmation, OrderFilter};
pub use views::{LineView, OrderRecord, OrderStatus, OrderView, PayAtInsurer};

/// Kind of the payable under which the ledger knows an order.
pub const PAYABLE: &str = "order";

pub const READ: &str = "insurance.order.read";
/// Selling at the desk: quotes, cart and order for a customer.
pub const PLACE: &str = "insurance.order.place";
/// Saying that the insurer has the money: cover starts.
pub const CONFIRM_RECEIPT: &str = "insurance.order.confirm_receipt";
/// Putting right what did not go by itself.
pub const SETTLE_TASK: &str = "insurance.order.settle_task";
