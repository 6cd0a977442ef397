//! Payment methods.

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
