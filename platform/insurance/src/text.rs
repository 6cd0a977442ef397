//! Text that people read, as data: one wording per language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `{locale: text}`; English is always there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(example = json!({"en": "Basic premium"}))]
pub struct LocalText(pub BTreeMap<String, String>);

impl LocalText {
    #[must_use]
    pub fn en(text: &str) -> Self {
        Self(BTreeMap::from([("en".to_owned(), text.to_owned())]))
    }
    /// The wording for a BCP 47 locale, for its language, or in English.
    #[must_use]
    pub fn get(&self, locale: &str) -> &str {
        let language = locale.split('-').next().unwrap_or_default();
        [locale, language, "en"].into_iter().find_map(|name| self.0.get(name)).map_or("", String::as_str)
    }
    /// Whether an English wording exists and no wording is empty.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.0.contains_key("en") && self.0.values().all(|text| !text.trim().is_empty())
    }
}

/// A code for a name: lower-case letters and digits, joined by hyphens, at most `max` characters. Empty where nothing of the name
/// can stand in one.
#[must_use]
pub fn code_of(name: &str, max: usize) -> String {
    let mut code = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            code.push(c.to_ascii_lowercase());
        } else if !code.is_empty() && !code.ends_with('-') {
            code.push('-');
        }
    }
    code.truncate(max);
    code.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_made_of_what_can_stand_in_one() {
        assert_eq!(code_of("  Mfano & Sons (Motor) ", 40), "mfano-sons-motor");
        assert_eq!((code_of("abc def", 4), code_of("—", 40)), ("abc".to_owned(), String::new()));
    }

    #[test]
    fn a_wording_falls_back_to_the_language_and_then_to_english() {
        let text = LocalText(BTreeMap::from([("en".into(), "Cover".into()), ("sw".into(), "Bima".into())]));
        assert_eq!([text.get("sw-KE"), text.get("fr"), LocalText::default().get("en")], ["Bima", "Cover", ""]);
    }
}
