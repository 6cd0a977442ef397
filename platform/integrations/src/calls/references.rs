//! What a call is found by: the references in what was asked and answered. Long numbers in them are masked as everywhere, and so is
//! what somebody searches for: a telephone number finds the calls with one that looks the same masked.

use serde_json::Value;

use crate::mask;

/// References of one call.
const MOST: usize = 40;
/// Letters of a reference.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=80;

/// The texts of masked values that look like references, and `own`, each once.
pub(super) fn of<'a>(own: impl IntoIterator<Item = &'a str>, values: &[&Value]) -> Vec<String> {
    let mut found: Vec<String> = own.into_iter().map(sought).collect();
    values.iter().for_each(|value| walk(value, &mut found));
    found.sort();
    found.dedup();
    found
}

/// A reference as it is kept and compared.
pub(super) fn sought(text: &str) -> String {
    mask::numbers(text).to_lowercase()
}

fn walk(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if found.len() < MOST && is_reference(text) => found.push(text.to_lowercase()),
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| walk(field, found)),
        _ => {}
    }
}

/// One word with a digit in it that is no address of mail.
fn is_reference(text: &str) -> bool {
    LENGTHS.contains(&text.chars().count()) && text.contains(|c: char| c.is_ascii_digit()) && !text.contains(|c: char| c.is_whitespace() || c == '@')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_words_with_digits_and_sentences_are_not() {
        let asked = json!({ "reference": "POL-0012", "phone": "+254***01", "amount": 1500 });
        let answered = json!({ "told": ["paid 12 times", "WS_CO9", "asha7@example.com"] });
        assert_eq!(of(["0198-A"], &[&asked, &answered]), ["+254***01", "0198-a", "pol-0012", "ws_co9"]);
        assert_eq!(sought("+254700000101"), "+254***01");
    }

    #[test]
    fn a_flood_of_references_is_cut_off() {
        let many: Vec<String> = (1000..2000).map(|n| format!("R{n}")).collect();
        assert_eq!(of([], &[&json!(many)]).len(), MOST);
    }
}
