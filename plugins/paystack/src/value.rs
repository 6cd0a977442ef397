//! Values as the provider writes them: numbers that are texts elsewhere, texts that are empty, objects that are empty lists.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Money;

/// The least that can be collected in each currency that is taken, in minor units.
const LEAST: [(&str, i64); 5] = [("KES", 300), ("NGN", 5_000), ("GHS", 10), ("ZAR", 100), ("USD", 200)];

/// A text, or a number as text; none for anything else and for an empty text. Ids have up to 64 bits and are never read as numbers.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned),
        _ => None,
    }
}

/// Minor units: a whole number, or the digits of one as text.
pub fn minor(value: &Value) -> Option<i64> {
    text(value)?.parse().ok()
}

/// Whether a currency is taken, and an amount of it is one that the provider collects.
///
/// # Errors
/// `rejected` `amount`.
pub fn collectable(money: &Money) -> Result<(), PluginError> {
    let least = LEAST.iter().find(|(code, _)| *code == money.currency).map(|(_, least)| *least);
    match least {
        None => Err(PluginError::rejected("amount", format!("{} is not taken", money.currency))),
        Some(least) if money.minor < least => Err(PluginError::rejected("amount", format!("at least {least} minor units of {}", money.currency))),
        Some(_) => Ok(()),
    }
}

/// Whether a text may stand in a path as a name of ours or the provider's.
pub fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn amounts_are_whole_numbers_or_their_digits() {
        assert_eq!(minor(&json!(245_000)), Some(245_000));
        assert_eq!(minor(&json!("245000")), Some(245_000));
        for wrong in [json!(2450.5), json!("2450.50"), json!(null), json!(""), json!([]), json!({})] {
            assert_eq!(minor(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ids_keep_all_their_digits() {
        let read: Value = serde_json::from_str("18446744073709551615").expect("a number");
        assert_eq!(text(&read).as_deref(), Some("18446744073709551615"));
    }

    #[test]
    fn each_currency_has_its_least() {
        let money = |minor: i64, currency: &str| Money { minor, currency: currency.into() };
        assert!(collectable(&money(300, "KES")).is_ok());
        for refused in [money(299, "KES"), money(4_999, "NGN"), money(100_000, "NAD"), money(-300, "KES")] {
            assert!(matches!(collectable(&refused), Err(PluginError::Rejected(r)) if r.code == "amount"), "{refused:?}");
        }
    }

    #[test]
    fn what_could_lead_elsewhere_is_no_name() {
        assert!(is_name("payment-0000000001") && is_name("T_1.a=b"));
        for wrong in ["", "a/b", "a?b", "../a", "a b", "a%2fb"] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
