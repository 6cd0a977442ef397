//! The law in memory.

use chrono::NaiveDate;
use kernel::{
    App, AppError, AppResult, Tenant,
    calendar::HolidayCalendar,
    identifiers::IdentifierKind,
    money::{Money, MoneyError, Rounding},
};
use serde::{Deserialize, Serialize};

use super::{CancellationLaw, PlateFormats};
use crate::{
    figures::{Amount, Percent},
    text::LocalText,
};

/// The law layer of one pack.
#[derive(Debug, Clone)]
pub struct Law {
    /// Oldest first.
    pub(super) premium: Vec<PremiumLaw>,
    /// Oldest first.
    pub(super) cancellation: Vec<CancellationLaw>,
    pub holidays: HolidayCalendar,
    pub identifiers: Vec<Identifier>,
    pub plates: PlateFormats,
}

impl Law {
    /// The law of the tenant's pack.
    pub fn of(app: &App, tenant: &Tenant) -> AppResult<Self> {
        let pack = app.packs.get(&tenant.pack).ok_or_else(|| AppError::internal(format!("no pack named {:?}", tenant.pack)))?;
        Ok(Self::read(pack)?)
    }
    /// What is in force on a day.
    pub fn premium_on(&self, day: NaiveDate) -> AppResult<&PremiumLaw> {
        self.premium.iter().rev().find(|law| law.from <= day).ok_or_else(|| AppError::internal(format!("no premium law on {day}")))
    }
    /// A version that a decision named.
    pub fn premium_version(&self, id: &str) -> AppResult<&PremiumLaw> {
        self.premium.iter().find(|law| law.id == id).ok_or_else(|| AppError::internal(format!("no premium law named {id:?}")))
    }
    pub fn premium_versions(&self) -> &[PremiumLaw] {
        &self.premium
    }
}

/// What the law adds to a premium from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PremiumLaw {
    /// Never reused: `ke-premium-2024`.
    pub id: String,
    #[serde(deserialize_with = "super::file::date")]
    pub from: NaiveDate,
    #[serde(rename = "levy")]
    pub levies: Vec<Levy>,
    pub payable: Payable,
    #[serde(rename = "commission_limit", default)]
    pub commission_limits: Vec<CommissionLimit>,
}

impl PremiumLaw {
    #[must_use]
    pub fn levy(&self, code: &str) -> Option<&Levy> {
        self.levies.iter().find(|levy| levy.code == code)
    }
    /// The highest commission on a class of business; none where the law is not known to limit it.
    #[must_use]
    pub fn commission_limit(&self, line: &str) -> Option<Percent> {
        self.commission_limits.iter().find(|limit| limit.line == line).map(|limit| limit.percent)
    }
}

/// A levy or a duty.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Levy {
    pub code: String,
    pub kind: LevyKind,
    pub title: LocalText,
    pub charge: Charge,
    /// Where the figure comes from.
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LevyKind {
    Levy,
    Duty,
}

/// How much.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Charge {
    Portion { percent: Percent, of: OfPremium, rounding: Rounding },
    Fixed { amount: Amount },
}

/// The one base that levies know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfPremium {
    Premium,
}

/// How the sum to pay is rounded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payable {
    /// Of the line that shows the difference.
    pub title: LocalText,
    /// In major units: 1 for whole shillings.
    pub unit: Amount,
    pub rounding: Rounding,
    pub source: String,
}

impl Payable {
    pub fn round(&self, total: Money) -> Result<Money, MoneyError> {
        total.round_to(self.unit.in_currency(total.currency)?.minor, self.rounding)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommissionLimit {
    pub line: String,
    pub percent: Percent,
    pub source: String,
}

/// A kind of number that identifies people or firms in the country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    pub kind: IdentifierKind,
    pub holder: Holder,
    pub title: LocalText,
    pub example: String,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    Person,
    Organisation,
    Both,
}
