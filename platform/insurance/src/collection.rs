//! Who collects the premium. The principal officer chooses before anything is sold; orders keep the choice they were placed under,
//! and postings, payment and start of cover follow it.

use std::collections::BTreeMap;

use kernel::{AppResult, Failure, Kind, ReadTx, settings::Setting};
use serde::{Deserialize, Serialize};

/// How premium travels from the customer to the insurer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum CollectionMode {
    /// The customer pays the insurer. No money passes through the brokerage; staff confirm the insurer's receipt, then cover starts.
    InsurerCollects,
    /// The brokerage collects and remits within so many days.
    CollectAndRemit { days: u16 },
    /// The brokerage collects; the insurer gives it credit for so many days.
    Credit { days: u16 },
}

impl CollectionMode {
    /// The stored name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InsurerCollects => "insurer_collects",
            Self::CollectAndRemit { .. } => "collect_and_remit",
            Self::Credit { .. } => "credit",
        }
    }
    /// Whether the customer's money comes to the brokerage.
    #[must_use]
    pub fn collects(self) -> bool {
        self != Self::InsurerCollects
    }
}

/// The tenant's choice, none until it was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Collection {
    pub mode: Option<CollectionMode>,
    /// How customers pay each insurer, by the insurer's code; shown with our reference where the insurer collects.
    pub pay_instructions: BTreeMap<String, String>,
}

impl Setting for Collection {
    const KEY: &'static str = "insurance.collection_mode";
}

/// Nothing is sold before the mode was chosen.
#[derive(Debug, thiserror::Error)]
#[error("the tenant has not chosen who collects premium")]
pub struct CollectionNotChosen;

impl Failure for CollectionNotChosen {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
    fn code(&self) -> &'static str {
        "order.collection_not_chosen"
    }
}

/// The mode in force.
///
/// # Errors
/// `order.collection_not_chosen`.
pub async fn mode(tx: &mut ReadTx) -> AppResult<CollectionMode> {
    Ok(tx.setting::<Collection>().await?.value.mode.ok_or(CollectionNotChosen)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_stored_with_its_days_and_none_is_none() {
        let stored = serde_json::json!({"mode": {"mode": "collect_and_remit", "days": 30}});
        let choice: Collection = serde_json::from_value(stored).unwrap();
        assert_eq!(choice.mode, Some(CollectionMode::CollectAndRemit { days: 30 }));
        assert_eq!(serde_json::from_str::<Collection>("{}").unwrap().mode, None);
        assert!(serde_json::from_str::<Collection>(r#"{"mode": {"mode": "somehow"}}"#).is_err());
    }
}
