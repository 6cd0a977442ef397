//! A checkout and its steps.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::{orders::OrderId, plans::Plan};

kernel::id!(/** Identifies a purchase under way. */ CheckoutId);

kernel::text_enum! {
    /// The step that is next.
    pub enum CheckoutStep {
        /// Who buys, and from which day.
        Details = "details",
        /// Papers that the insurer wants; may be left for later.
        Documents = "documents",
        Payment = "payment",
        /// The order is placed.
        Confirmation = "confirmation",
    }
}

impl CheckoutStep {
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        use CheckoutStep::{Confirmation, Details, Documents, Payment};
        // Until the order is placed, every earlier step may be taken again.
        matches!((self, next), (Details | Documents | Payment, Documents) | (Documents | Payment, Payment | Details) | (Payment, Confirmation))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Checkout {
    pub id: CheckoutId,
    #[serde(skip)]
    pub visitor: Option<Uuid>,
    pub customer: Option<Uuid>,
    pub step: CheckoutStep,
    /// First day of cover for items without a day of their own.
    pub starts_on: Option<NaiveDate>,
    /// In how many parts it will be paid.
    pub plan: Plan,
    pub order: Option<OrderId>,
}

#[cfg(test)]
mod tests {
    use super::CheckoutStep::{self, Confirmation, Details, Documents, Payment};

    #[test]
    fn steps_go_forward_one_by_one_and_back_until_the_order_is_placed() {
        assert!(Details.can_become(Documents) && Documents.can_become(Payment) && Payment.can_become(Confirmation));
        assert!(!Details.can_become(Payment) && !Documents.can_become(Confirmation));
        assert!(Payment.can_become(Details) && Payment.can_become(Documents));
        for next in CheckoutStep::ALL {
            assert!(!Confirmation.can_become(*next));
        }
    }
}
