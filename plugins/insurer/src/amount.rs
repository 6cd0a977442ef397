//! Decimals on the wire against minor units in the platform. Exact: digits are counted, never a binary float.

use serde_json::Value;
use wakala_plugin_sdk::host::types::Money;

/// Decimals of a currency (ISO 4217), of those that East and Southern Africa trade in.
fn decimals(currency: &str) -> usize {
    match currency {
        "UGX" | "RWF" | "BIF" => 0,
        _ => 2,
    }
}

/// `850000.00`.
pub fn written(money: &Money) -> String {
    let decimals = decimals(&money.currency);
    let sign = if money.minor < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", money.minor.unsigned_abs(), width = decimals + 1);
    let (whole, cents) = digits.split_at(digits.len() - decimals);
    if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{cents}") }
}

/// An amount written as text or number; none if it is missing or not exact in the currency.
pub fn read(value: &Value, currency: &str) -> Option<Money> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let decimals = decimals(currency);
    let (kept, beyond) = cents.split_at_checked(decimals).unwrap_or((cents, ""));
    if whole.is_empty() || digits.ends_with('.') || !all_digits(whole) || !all_digits(cents) || beyond.bytes().any(|b| b != b'0') {
        return None;
    }
    let minor: i64 = format!("{whole}{kept:0<decimals$}").parse().ok()?;
    Some(Money { minor: if negative { -minor } else { minor }, currency: currency.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn money(minor: i64, currency: &str) -> Money {
        Money { minor, currency: currency.into() }
    }

    #[test]
    fn amounts_are_written_and_read_exactly() {
        for (minor, currency, text) in
            [(3_419_300, "KES", "34193.00"), (7, "KES", "0.07"), (-150_025, "KES", "-1500.25"), (850_000, "UGX", "850000"), (0, "KES", "0.00")]
        {
            assert_eq!(written(&money(minor, currency)), text);
            assert_eq!(read(&json!(text), currency), Some(money(minor, currency)), "{text}");
        }
        let number: Value = serde_json::from_str("90071992547409.93").expect("a number");
        assert_eq!(read(&number, "KES"), Some(money(9_007_199_254_740_993, "KES")));
        assert_eq!(read(&json!(34193), "KES"), Some(money(3_419_300, "KES")));
        assert_eq!(read(&json!("12.5"), "KES"), Some(money(1_250, "KES")));
        assert_eq!(read(&json!("12.500"), "KES"), Some(money(1_250, "KES")));
    }

    #[test]
    fn what_is_not_an_exact_amount_is_not_guessed() {
        for text in ["", "-", "1.", ".5", "1.005", "1e3", "1,000.00", "KES 5", "99999999999999999999"] {
            assert_eq!(read(&json!(text), "KES"), None, "{text}");
        }
        assert_eq!(read(&json!("1.5"), "UGX"), None);
        assert_eq!(read(&json!(null), "KES"), None);
        assert_eq!(read(&json!(true), "KES"), None);
    }
}
