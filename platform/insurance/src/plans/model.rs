//! The plans, what a tenant allows, and what a customer is shown.

use chrono::NaiveDate;
use kernel::{money::Money, settings::Setting};
use serde::{Deserialize, Serialize};

use crate::figures::{Amount, Percent};

kernel::text_enum! {
    /// In how many parts an order is paid.
    #[derive(Default)]
    pub enum Plan {
        #[default]
        Full = "full",
        Two = "two",
        Three = "three",
        /// One part for each month of cover.
        Monthly = "monthly",
    }
}

impl Plan {
    /// How many parts a cover of so many months is paid in.
    #[must_use]
    pub fn parts(self, term_months: u32) -> u32 {
        match self {
            Self::Full => 1,
            Self::Two => 2,
            Self::Three => 3,
            Self::Monthly => term_months,
        }
    }
}

/// How a tenant offers one of the plans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanTerms {
    pub offered: bool,
    /// Part of the premium that is due before cover; equal parts if none.
    #[schema(value_type = Option<String>, example = "40")]
    pub first: Option<Percent>,
}

/// What the tenant allows; an insurer may allow less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PaymentPlans {
    pub two: PlanTerms,
    pub three: PlanTerms,
    pub monthly: PlanTerms,
    /// The least premium of a cover that may be divided, in the tenant's currency.
    #[schema(value_type = Option<String>, example = "10000")]
    pub least_premium: Option<Amount>,
    /// Days after which an unpaid instalment is a task for staff.
    pub grace_days: u16,
}

impl Default for PaymentPlans {
    fn default() -> Self {
        let offered = |first| PlanTerms { offered: true, first };
        Self {
            two: offered(None),
            three: offered(Percent::new(40.into())),
            monthly: offered(None),
            least_premium: Amount::new(5_000.into()),
            grace_days: 7,
        }
    }
}

impl Setting for PaymentPlans {
    const KEY: &'static str = "insurance.payment_plans";
}

impl PaymentPlans {
    /// None for a plan that is not offered. Paying in full always is.
    #[must_use]
    pub fn terms(&self, plan: Plan) -> Option<&PlanTerms> {
        let terms = match plan {
            Plan::Full => return None,
            Plan::Two => &self.two,
            Plan::Three => &self.three,
            Plan::Monthly => &self.monthly,
        };
        terms.offered.then_some(terms)
    }
}

/// One part of the price of a cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instalment {
    /// Counts from one.
    pub number: i16,
    pub due_on: NaiveDate,
    pub amount: Money,
}

/// What is due on a day, over all covers of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Due {
    pub due_on: NaiveDate,
    pub amount: Money,
    /// Still to be paid of it.
    pub outstanding: Money,
}

/// A plan that a cart can be paid by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlanOption {
    pub plan: Plan,
    /// To be paid before cover.
    pub now: Money,
    /// The rest, by the day on which it is due.
    pub later: Vec<Due>,
    /// Some covers in the cart are paid in full all the same.
    pub partly: bool,
}
