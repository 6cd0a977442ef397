//! Reviews and what they come to.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{catalogue::ProductId, policies::PolicyId, text::LocalText};

kernel::id!(/** Identifies a review. */ ReviewId);

kernel::text_enum! {
    pub enum ReviewState {
        /// For staff to look at.
        Waiting = "waiting",
        Published = "published",
        Hidden = "hidden",
    }
}

/// A customer's review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub id: ReviewId,
    pub product: ProductId,
    pub policy: PolicyId,
    pub customer_id: Uuid,
    /// 1 to 5.
    pub rating: i16,
    pub body: String,
    /// `Asha M.`
    pub author: String,
    pub state: ReviewState,
    /// Why it is hidden.
    pub reason: String,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A review as its writer gives it.
#[derive(Debug, Clone, Default)]
pub struct ReviewInput {
    pub rating: i16,
    pub body: String,
}

/// A line of the staff's list.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct ReviewRow {
    pub id: ReviewId,
    #[sqlx(json)]
    pub product_name: LocalText,
    pub insurer_name: String,
    pub author: String,
    pub rating: i16,
    pub body: String,
    pub state: ReviewState,
    pub updated_at: DateTime<Utc>,
}

/// What the published reviews of a product come to; there is at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating {
    pub count: i64,
    pub sum: i64,
}

impl Rating {
    /// To one place.
    #[must_use]
    pub fn average(&self) -> Decimal {
        (Decimal::from(self.sum) / Decimal::from(self.count.max(1))).round_dp(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_is_rounded_to_one_place() {
        assert_eq!(Rating { count: 3, sum: 13 }.average().to_string(), "4.3");
        assert_eq!(Rating { count: 2, sum: 10 }.average().normalize().to_string(), "5");
    }
}
