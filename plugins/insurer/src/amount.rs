//! Amounts of the insurer's JSON.

use serde_json::Value;
use wakala_plugin_sdk::amounts;
use wakala_plugin_sdk::host::types::Money;

/// An amount written as text or number; none if it is missing or not exact in the currency.
pub fn read(value: &Value, currency: &str) -> Option<Money> {
    match value {
        Value::String(text) => amounts::read(text, currency),
        Value::Number(number) => amounts::read(&number.to_string(), currency),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_amount_is_a_text_or_a_number_and_exact() {
        let kes = |minor| Some(Money { minor, currency: "KES".into() });
        assert_eq!(read(&json!("34193.00"), "KES"), kes(3_419_300));
        assert_eq!(read(&json!(34193), "KES"), kes(3_419_300));
        let number: Value = serde_json::from_str("90071992547409.93").expect("a number");
        assert_eq!(read(&number, "KES"), kes(9_007_199_254_740_993));
        for wrong in [json!("1.005"), json!("KES 5"), json!(null), json!(true)] {
            assert_eq!(read(&wrong, "KES"), None, "{wrong}");
        }
    }
}
