//! What can go wrong with orders.

use kernel::{Failure, Kind};

use super::OrderState;

#[derive(Debug, thiserror::Error)]
pub enum OrderFailure {
    #[error("no such order")]
    NotFound,
    #[error("an order for this risk exists: {0}")]
    AlreadyPlaced(String),
    #[error("the order is {0}")]
    WrongState(OrderState),
    #[error("a payment for the order is under way")]
    PaymentPending,
    #[error("money was received for the order")]
    MoneyReceived,
    #[error("the premium of this order is collected by the brokerage")]
    NotAtInsurer,
    #[error("the premium of this order is collected by the insurer")]
    AtInsurer,
    #[error("nothing in the order may be paid by this plan")]
    PlanNotOffered,
    #[error("the price is no longer what was shown")]
    PriceChanged,
}

impl Failure for OrderFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            _ => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "order.not_found",
            Self::AlreadyPlaced(_) => "order.already_placed",
            Self::WrongState(_) => "order.wrong_state",
            Self::PaymentPending => "order.payment_pending",
            Self::MoneyReceived => "order.money_received",
            Self::NotAtInsurer => "order.not_at_insurer",
            Self::AtInsurer => "order.at_insurer",
            Self::PlanNotOffered => "order.plan_not_offered",
            Self::PriceChanged => "order.price_changed",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::AlreadyPlaced(number) => vec![("number", number.clone())],
            Self::WrongState(state) => vec![("state", state.to_string())],
            _ => Vec::new(),
        }
    }
}
