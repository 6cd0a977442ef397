//! Payment methods.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

/// A way to pay that the plugin offers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentMethod {
    /// Name within the plugin: `wallet`.
    pub name: String,
    /// Shown to payers; the name if absent.
    pub title: Option<String>,
    /// ISO 4217 codes.
    pub currencies: Vec<String>,
    /// Amounts must be a multiple of this, in minor units: 100 means whole shillings.
    #[serde(default = "one")]
    pub smallest_unit: i64,
    /// Smallest amount in minor units.
    pub min: i64,
    /// Largest amount in minor units.
    pub max: i64,
    /// What must be known of the payer.
    #[serde(default)]
    pub payer: Vec<PayerFact>,
    /// Numbers to which payers send money without having been asked; the plugin reports it as `payment.arrived`.
    #[serde(default)]
    pub direct: Vec<Direct>,
}

/// A number to which payers send money by themselves, as the tenant's settings have it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direct {
    /// What it is.
    pub kind: DirectKind,
    /// The plain setting that holds it.
    pub setting: String,
    /// Plain settings with the values that they must have for the number to be shown.
    #[serde(default)]
    pub when: BTreeMap<String, Vec<String>>,
}

/// What payers know a number as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DirectKind {
    /// Asks for an account: our reference.
    Paybill,
    /// Takes no reference.
    Till,
    /// With our reference as what it is for.
    BankAccount,
}

impl DirectKind {
    /// As in the manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paybill => "paybill",
            Self::Till => "till",
            Self::BankAccount => "bank-account",
        }
    }
}

impl Direct {
    /// The number that these settings give, if they have it shown. Settings are as plugins read them, defaults filled in.
    #[must_use]
    pub fn number(&self, settings: &HashMap<String, String>) -> Option<String> {
        let holds = |(key, values): (&String, &Vec<String>)| settings.get(key).is_some_and(|value| values.contains(value));
        let number = settings.get(&self.setting).map(|number| number.trim())?;
        (!number.is_empty() && self.when.iter().all(holds)).then(|| number.to_owned())
    }
}

/// Something the host has to know of a payer before it calls `collect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PayerFact {
    /// E.164 phone number.
    Phone,
    /// E-mail address.
    Email,
    /// Full name.
    Name,
}

fn one() -> i64 {
    1
}

impl PaymentMethod {
    /// Whether this amount in minor units of `currency` can be asked for.
    #[must_use]
    pub fn accepts(&self, minor: i64, currency: &str) -> bool {
        self.currencies.iter().any(|c| c == currency) && (self.min..=self.max).contains(&minor) && minor % self.smallest_unit == 0
    }
}
