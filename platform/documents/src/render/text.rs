//! Cleans the strings of a document's data. Text from people must not steer the page: control
//! characters go, and so do the direction overrides that make a number or a name read as another.

use serde_json::Value;

/// Removes from every string and key what cannot be printed or reorders its neighbours.
/// Line feeds stay; tabs become spaces.
pub(super) fn printable(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(text)),
        Value::Array(items) => Value::Array(items.into_iter().map(printable).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(key, value)| (clean(key), printable(value))).collect()),
        other => other,
    }
}

fn clean(text: String) -> String {
    if !text.chars().any(|c| c == '\t' || is_unwanted(c)) {
        return text;
    }
    text.replace('\t', " ").chars().filter(|c| !is_unwanted(*c)).collect()
}

fn is_unwanted(c: char) -> bool {
    let direction = matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let invisible = matches!(c, '\u{FEFF}' | '\u{FFFC}' | '\u{E0000}'..='\u{E007F}');
    direction || invisible || (c.is_control() && c != '\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn direction_overrides_and_control_characters_are_removed_everywhere() {
        let cleaned = printable(json!({
            "name": "A\u{202E}321\u{0000}B\u{0007}",
            "list": ["one\ttwo", {"k\u{2066}ey": "line\nline"}],
            "count": 3,
        }));
        assert_eq!(cleaned, json!({"name": "A321B", "list": ["one two", {"key": "line\nline"}], "count": 3}));
    }

    #[test]
    fn ordinary_text_of_any_script_is_left_alone() {
        let text = json!("Wanjikũ Müller-Ngũgĩ, محمد, Ελένη, 李娜, $5 #1 *x*");
        assert_eq!(printable(text.clone()), text);
    }
}
