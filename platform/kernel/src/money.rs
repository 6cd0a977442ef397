//! Money: whole minor units with a currency. Rates are decimals; a binary float never holds either.

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

/// A currency of ISO 4217 that the platform knows, with the number of its decimal places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: &'static str,
    exponent: u32,
    symbol: &'static str,
}

/// ISO 4217 codes with their minor unit ("exponent"), as listed by the standard's table A.1.
const CURRENCIES: &[Currency] = &[
    Currency { code: "KES", exponent: 2, symbol: "KSh" },
    Currency { code: "NAD", exponent: 2, symbol: "N$" },
    Currency { code: "ZAR", exponent: 2, symbol: "R" },
    Currency { code: "UGX", exponent: 0, symbol: "USh" },
    Currency { code: "TZS", exponent: 2, symbol: "TSh" },
    Currency { code: "RWF", exponent: 0, symbol: "FRw" },
    Currency { code: "USD", exponent: 2, symbol: "$" },
    Currency { code: "EUR", exponent: 2, symbol: "€" },
    Currency { code: "GBP", exponent: 2, symbol: "£" },
];

impl Currency {
    pub const KES: Currency = CURRENCIES[0];
    pub const NAD: Currency = CURRENCIES[1];
    pub const ZAR: Currency = CURRENCIES[2];

    /// Looks a currency up by its three capital letters.
    pub fn from_code(code: &str) -> Result<Self, UnknownCurrency> {
        CURRENCIES.iter().copied().find(|c| c.code == code).ok_or_else(|| UnknownCurrency(code.chars().take(8).collect()))
    }
    #[must_use]
    pub fn code(self) -> &'static str {
        self.code
    }
    /// Decimal places: 2 for KES, 0 for UGX.
    #[must_use]
    pub fn exponent(self) -> u32 {
        self.exponent
    }
    #[must_use]
    pub fn symbol(self) -> &'static str {
        self.symbol
    }
    /// Minor units in one major unit: 100 for KES.
    #[must_use]
    pub fn minor_per_major(self) -> i64 {
        10_i64.pow(self.exponent)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let code = String::deserialize(d)?;
        Currency::from_code(&code).map_err(serde::de::Error::custom)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown currency {0:?}")]
pub struct UnknownCurrency(String);

/// An amount. `minor` counts the currency's smallest units: KES 1,500.00 is 150000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Money {
    pub minor: i64,
    #[schema(value_type = String, example = "KES")]
    pub currency: Currency,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("amounts in different currencies: {0} and {1}")]
    CurrencyMismatch(Currency, Currency),
    #[error("amount out of range")]
    OutOfRange,
}

/// How a computed amount becomes whole units. Named at each use, because it is a business decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest; a tie goes to the even neighbour.
    HalfEven,
    /// To the nearest; a tie goes away from zero.
    HalfUp,
    /// Toward negative infinity.
    Down,
    /// Toward positive infinity.
    Up,
}

impl Rounding {
    fn strategy(self) -> RoundingStrategy {
        match self {
            Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::Down => RoundingStrategy::ToNegativeInfinity,
            Rounding::Up => RoundingStrategy::ToPositiveInfinity,
        }
    }
}

impl Money {
    #[must_use]
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.minor == 0
    }
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.minor > 0
    }

    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_add(other.minor).map(|minor| Money { minor, ..self }).ok_or(MoneyError::OutOfRange)
    }
    pub fn checked_sub(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_sub(other.minor).map(|minor| Money { minor, ..self }).ok_or(MoneyError::OutOfRange)
    }
    /// So many times this amount.
    pub fn checked_mul(self, times: i64) -> Result<Money, MoneyError> {
        self.minor.checked_mul(times).map(|minor| Money { minor, ..self }).ok_or(MoneyError::OutOfRange)
    }
    /// The sum of amounts in one currency; zero of `currency` when there are none.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Money>) -> Result<Money, MoneyError> {
        amounts.into_iter().try_fold(Money::zero(currency), Money::checked_add)
    }
    /// `rate` of this amount, rounded to a whole minor unit. `rate` is a fraction: 0.2 % is `0.002`.
    pub fn portion(self, rate: Decimal, rounding: Rounding) -> Result<Money, MoneyError> {
        let exact = Decimal::from(self.minor).checked_mul(rate).ok_or(MoneyError::OutOfRange)?;
        let minor = exact.round_dp_with_strategy(0, rounding.strategy()).to_i64().ok_or(MoneyError::OutOfRange)?;
        Ok(Money { minor, ..self })
    }
    /// Rounded to a multiple of `unit` minor units (100 for whole shillings).
    pub fn round_to(self, unit: i64, rounding: Rounding) -> Result<Money, MoneyError> {
        let unit = Decimal::from(unit.max(1));
        let units = Decimal::from(self.minor).checked_div(unit).ok_or(MoneyError::OutOfRange)?;
        let rounded = units.round_dp_with_strategy(0, rounding.strategy()).checked_mul(unit).ok_or(MoneyError::OutOfRange)?;
        rounded.to_i64().map(|minor| Money { minor, ..self }).ok_or(MoneyError::OutOfRange)
    }
    /// The amount in major units: 1500.00 for KES 150000.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent)
    }
    /// Reads major units; more decimal places than the currency has are an error, never rounded.
    pub fn from_decimal(value: Decimal, currency: Currency) -> Result<Money, MoneyError> {
        let scaled = value.checked_mul(Decimal::from(currency.minor_per_major())).ok_or(MoneyError::OutOfRange)?;
        if !scaled.fract().is_zero() {
            return Err(MoneyError::OutOfRange);
        }
        scaled.to_i64().map(|minor| Money { minor, currency }).ok_or(MoneyError::OutOfRange)
    }
    /// Reads what a person types: digits, an optional decimal point, commas or spaces between thousands.
    pub fn parse(text: &str, currency: Currency) -> Option<Money> {
        let plain: String = text.trim().chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '_')).collect();
        let plain = plain.strip_prefix(currency.code).or_else(|| plain.strip_prefix(currency.symbol)).unwrap_or(&plain);
        if plain.is_empty() || !plain.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-') {
            return None;
        }
        Money::from_decimal(plain.parse().ok()?, currency).ok()
    }
    /// The figure without its currency: `1,500.00`.
    #[must_use]
    pub fn figure(self) -> String {
        let negative = self.minor < 0;
        let minor = self.minor.unsigned_abs();
        let per_major = self.currency.minor_per_major().unsigned_abs();
        let (major, rest) = (minor / per_major, minor % per_major);
        let digits = major.to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 4);
        if negative {
            out.push('-');
        }
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(c);
        }
        if self.currency.exponent > 0 {
            out.push_str(&format!(".{rest:0width$}", width = self.currency.exponent as usize));
        }
        out
    }
    /// The figure as people are told it: cents only where there are some.
    #[must_use]
    pub fn short(self) -> String {
        let figure = self.figure();
        figure.strip_suffix(".00").map_or_else(|| figure.clone(), str::to_owned)
    }
    fn same_currency(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::CurrencyMismatch(self.currency, other.currency)) }
    }
}

/// `KSh 1,500` or `KSh 1,500.50`, below zero `−KSh 1,500`, never breaking: how people are told an amount, on pages, in messages and on documents.
/// Columns of figures name the currency's symbol in their heading and have every decimal place, see [`Money::figure`].
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figure = self.short();
        match figure.strip_prefix('-') {
            Some(figure) => write!(f, "\u{2212}{}\u{a0}{figure}", self.currency.symbol),
            None => write!(f, "{}\u{a0}{figure}", self.currency.symbol),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kes(minor: i64) -> Money {
        Money::new(minor, Currency::KES)
    }

    #[test]
    fn a_figure_shows_thousands_and_all_decimal_places() {
        assert_eq!([kes(150_000_005).figure(), kes(150_000_000).figure(), kes(-5).figure()], ["1,500,000.05", "1,500,000.00", "-0.05"]);
        assert_eq!(Money::new(1_234, Currency::from_code("UGX").unwrap()).figure(), "1,234");
    }

    #[test]
    fn people_are_told_symbol_and_figure_and_cents_only_where_there_are_some() {
        assert_eq!([kes(150_000_000).to_string(), kes(150_000_005).to_string()], ["KSh\u{a0}1,500,000", "KSh\u{a0}1,500,000.05"]);
        assert_eq!(Money::new(125_050, Currency::NAD).to_string(), "N$\u{a0}1,250.50");
        assert_eq!(kes(-15_000_000).to_string(), "\u{2212}KSh\u{a0}150,000");
        assert_eq!(Money::new(1_200, Currency::from_code("UGX").unwrap()).to_string(), "USh\u{a0}1,200");
    }

    #[test]
    fn what_people_type_is_read_and_nonsense_is_not() {
        assert_eq!(Money::parse(" 1,500,000 ", Currency::KES), Some(kes(150_000_000)));
        assert_eq!(Money::parse("KES 12.5", Currency::KES), Some(kes(1_250)));
        for bad in ["", "abc", "1.234", "1e9", "--1", "99999999999999999999999999999999"] {
            assert_eq!(Money::parse(bad, Currency::KES), None, "{bad}");
        }
    }

    /// The worked premium of a public Kenyan guide: 45,000 at 0.2 % and 0.25 % gives 90.00 and 112.50.
    #[test]
    fn levies_are_portions_of_the_premium() {
        let premium = kes(4_500_000);
        assert_eq!(premium.portion("0.002".parse().unwrap(), Rounding::HalfEven), Ok(kes(9_000)));
        assert_eq!(premium.portion("0.0025".parse().unwrap(), Rounding::HalfEven), Ok(kes(11_250)));
    }

    #[test]
    fn whole_shillings_round_a_tie_as_named() {
        assert_eq!(kes(4_524_250).round_to(100, Rounding::HalfUp), Ok(kes(4_524_300)));
        assert_eq!(kes(4_524_250).round_to(100, Rounding::HalfEven), Ok(kes(4_524_200)));
    }

    #[test]
    fn currencies_do_not_mix_and_overflow_is_an_error() {
        assert!(kes(1).checked_add(Money::new(1, Currency::NAD)).is_err());
        assert_eq!(kes(i64::MAX).checked_add(kes(1)), Err(MoneyError::OutOfRange));
    }

    proptest! {
        #[test]
        fn a_rounded_amount_is_a_multiple_within_one_unit(minor in -1_000_000_000_000i64..1_000_000_000_000, unit in 1i64..1000) {
            let rounded = kes(minor).round_to(unit, Rounding::HalfUp).unwrap();
            prop_assert_eq!(rounded.minor % unit, 0);
            prop_assert!((rounded.minor - minor).abs() <= unit);
        }

        #[test]
        fn a_printed_amount_reads_back(minor in 0i64..1_000_000_000_000) {
            prop_assert_eq!(Money::parse(&kes(minor).to_string(), Currency::KES), Some(kes(minor)));
        }
    }
}
