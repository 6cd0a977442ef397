//! Budgets, and what is left of them.

use kernel::{money::Money, text_enum};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What there is a limit of.
    pub enum Limit {
        Calls = "calls",
        Messages = "messages",
        Money = "money",
    }
}

/// What one call spends beside itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Spend {
    pub messages: u32,
    pub money: Option<Money>,
}

/// The limits of a day; none where there is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Budget {
    pub calls: Option<i64>,
    pub messages: Option<i64>,
    pub money_minor: Option<i64>,
    pub currency: String,
    pub version: i32,
}

/// What was spent in a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub calls: i64,
    pub messages: i64,
    pub money_minor: i64,
    pub refused: i64,
}

/// The limits of a day, and what was spent today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BudgetView {
    pub calls: Option<i64>,
    pub messages: Option<i64>,
    /// Of what is asked for, paid out and given back.
    pub money: Option<Money>,
    pub calls_today: i64,
    pub messages_today: i64,
    pub money_today: Money,
    /// Calls that were refused today because a limit was reached.
    pub refused_today: i64,
    /// To be sent back when changing; 0 while there is no budget.
    pub version: i32,
}

/// New limits. Empty: no limit.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BudgetInput {
    pub calls: Option<i64>,
    pub messages: Option<i64>,
    /// In the tenant's currency.
    pub money: Option<Money>,
    /// Version that was read; `installation.changed` if there is a newer one.
    pub version: i32,
}
