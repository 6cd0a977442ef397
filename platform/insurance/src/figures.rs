//! Figures as they stand in tables of rates: percentages and amounts in major units, exact.

use kernel::money::{Currency, Money, MoneyError, Rounding};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A percentage from 0 to 100, written as people write it: `"4.5"` is 4.5 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(Decimal);

impl Percent {
    /// None outside 0 to 100.
    #[must_use]
    pub fn new(percent: Decimal) -> Option<Self> {
        (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&percent).then(|| Self(percent.normalize()))
    }
    /// Reads digits with a decimal point; none for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        decimal(text).and_then(Self::new)
    }
    /// 0.045 for 4.5 %.
    #[must_use]
    pub fn fraction(self) -> Decimal {
        (self.0 / Decimal::ONE_HUNDRED).normalize()
    }
    /// This part of an amount.
    pub fn of(self, amount: Money, rounding: Rounding) -> Result<Money, MoneyError> {
        amount.portion(self.fraction(), rounding)
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("not a percentage from 0 to 100: {text:?}")))
    }
}

/// An amount of at least zero in major units of the tenant's currency: `"2500"` is KES 2,500.00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(Decimal);

impl Amount {
    /// None for a negative amount.
    #[must_use]
    pub fn new(major: Decimal) -> Option<Self> {
        (major >= Decimal::ZERO).then(|| Self(major.normalize()))
    }
    /// Reads digits with a decimal point; none for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        decimal(text).and_then(Self::new)
    }
    /// An error if it has more decimal places than the currency, or is too large.
    pub fn in_currency(self, currency: Currency) -> Result<Money, MoneyError> {
        Money::from_decimal(self.0, currency)
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("not an amount: {text:?}")))
    }
}

/// Digits and a decimal point; no exponent, no sign, no separators.
fn decimal(text: &str) -> Option<Decimal> {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.').then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_written_as_people_write_it() {
        let rate: Percent = serde_json::from_str("\"4.50\"").unwrap();
        assert_eq!(rate.fraction().to_string(), "0.045");
        assert_eq!(serde_json::to_string(&rate).unwrap(), "\"4.5\"");
        for bad in ["\"-1\"", "\"100.01\"", "\"4,5\"", "\"1e1\"", "\"\"", "\"4.5%\""] {
            assert!(serde_json::from_str::<Percent>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_amount_has_no_more_places_than_its_currency() {
        let amount: Amount = serde_json::from_str("\"2500.5\"").unwrap();
        assert_eq!(amount.in_currency(Currency::KES), Ok(Money::new(250_050, Currency::KES)));
        let fine: Amount = serde_json::from_str("\"0.001\"").unwrap();
        assert!(fine.in_currency(Currency::KES).is_err());
    }
}
