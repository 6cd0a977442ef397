//! Values as the provider writes them: names in two spellings, numbers that are texts elsewhere, amounts in major units, days with or
//! without a time.

use serde_json::Value;
use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::{PluginError, amounts};

/// Of the currencies that merchants have, all with cents.
const CURRENCY: &str = "NAD";

/// A field by its documented name; some messages begin names with a small letter.
pub fn field<'v>(record: &'v Value, name: &str) -> &'v Value {
    match record.get(name) {
        Some(found) => found,
        None => {
            let mut small = name.to_owned();
            if let Some(first) = small.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            record.get(small).unwrap_or(&Value::Null)
        }
    }
}

/// A field that is a text or a number, as text; never empty.
pub fn text(record: &Value, name: &str) -> Option<String> {
    match field(record, name) {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned),
        _ => None,
    }
}

/// A field that is an amount in major units, as minor units.
pub fn minor(record: &Value, name: &str) -> Option<i64> {
    minor_units(&text(record, name)?)
}

/// `450`, `450.5`, `1,450.00` as minor units; none for anything else, nor for less than nothing.
pub fn minor_units(text: &str) -> Option<i64> {
    amounts::read(text, CURRENCY).map(|money| money.minor).filter(|minor| *minor >= 0)
}

/// A day; a time behind it is dropped.
pub fn day(record: &Value, name: &str) -> Option<String> {
    text(record, name).and_then(|text| text.get(..10).map(str::to_owned)).filter(|day| is_day(day))
}

/// Whether a text looks like `2026-10-25`.
pub fn is_day(text: &str) -> bool {
    text.len() == 10 && text.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

/// An amount as the provider takes it: a decimal in major units.
///
/// # Errors
/// `rejected` `amount` for another currency or nothing.
pub fn major(money: &Money, currency: &str) -> Result<Value, PluginError> {
    if money.currency != currency {
        return Err(PluginError::rejected("amount", format!("only {currency} is collected")));
    }
    if money.minor <= 0 {
        return Err(PluginError::rejected("amount", "an instalment is more than nothing"));
    }
    let decimal = amounts::written(money);
    Ok(serde_json::from_str(&decimal).unwrap_or(Value::String(decimal)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_begin_with_a_great_or_a_small_letter() {
        assert_eq!(text(&json!({ "ResponseCode": "01" }), "ResponseCode").as_deref(), Some("01"));
        assert_eq!(text(&json!({ "responseCode": 1 }), "ResponseCode").as_deref(), Some("1"));
        assert_eq!(text(&json!({ "ResponseCode": " " }), "ResponseCode"), None);
        assert_eq!(text(&json!([]), "ResponseCode"), None);
    }

    #[test]
    fn amounts_are_read_exactly() {
        for (text, minor) in [("450.00", 45_000), ("450", 45_000), ("1,450.00", 145_000)] {
            assert_eq!(minor_units(text), Some(minor), "{text}");
        }
        for text in ["450.005", "-5", "N$ 5"] {
            assert_eq!(minor_units(text), None, "{text}");
        }
        let read: Value = serde_json::from_str(r#"{"InstalmentAmount":1200.10}"#).expect("JSON");
        assert_eq!(minor(&read, "InstalmentAmount"), Some(120_010));
    }

    #[test]
    fn amounts_are_written_as_decimals_of_the_merchants_currency() {
        let money = |minor: i64, currency: &str| Money { minor, currency: currency.into() };
        assert_eq!(major(&money(45_005, "NAD"), "NAD").map(|value| value.to_string()).ok().as_deref(), Some("450.05"));
        for wrong in [money(45_000, "ZAR"), money(0, "NAD"), money(-1, "NAD")] {
            assert!(matches!(major(&wrong, "NAD"), Err(PluginError::Rejected(r)) if r.code == "amount"));
        }
    }

    #[test]
    fn a_day_may_have_a_time_behind_it() {
        assert_eq!(day(&json!({ "D": "2026-10-25" }), "D").as_deref(), Some("2026-10-25"));
        assert_eq!(day(&json!({ "D": "2026-10-25 14:30" }), "D").as_deref(), Some("2026-10-25"));
        for wrong in ["25-10-2026", "2026/10/25", "soon", ""] {
            assert_eq!(day(&json!({ "D": wrong }), "D"), None, "{wrong}");
        }
    }
}
