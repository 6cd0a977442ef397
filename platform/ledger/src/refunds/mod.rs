//! Money that goes back to customers. A refund is part of one credit: the credit's row counts what was asked for, so that never more
//! goes back than there was, however many ask at once. Above the tenant's limit a second person approves; the database refuses the
//! first. Paid is what staff paid by hand, with its reference; the books move at that moment, from the customer's credit to where the
//! money was taken from. What is not paid returns to the credit. A credit that turns out to be nothing stops its refunds, and what was
//! paid of it is owed under the payable `("refund", id)`.
//!
//! Instead of by hand an approved refund may be paid by a payout. While there is one, nothing else pays the refund or returns it.

pub mod api;
mod error;
mod model;
mod payout;
mod service;
mod store;

pub use error::RefundError;
pub use model::{
    NewRefund, Paid, Refund, RefundApproved, RefundFilter, RefundId, RefundMethod, RefundPaid, RefundRequested, RefundReturned, RefundRules,
    RefundState,
};
pub use payout::{DEBT, pay_out, payout_of};
pub(crate) use payout::{came_back, check_balance, paid_out};
pub(crate) use service::stop;
pub use service::{approve, get, list, of_credit, pay, request, take_back};
