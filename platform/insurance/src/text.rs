//! Text that people read, as data: one wording per language.

use std::collections::BTreeMap;

use kernel::{error::Fields, i18n::FALLBACK};
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
    /// The wordings without surrounding spaces and empty ones, none longer than `max`; what is wrong is noted for `field`.
    #[must_use]
    pub fn kept(self, fields: &mut Fields, field: &'static str, max: usize) -> Self {
        let wordings = self.0.into_iter().filter(|(locale, _)| locale.len() <= 12).take(20);
        Self(wordings.map(|(locale, text)| (locale, fields.optional_text(field, &text, max))).filter(|(_, text)| !text.is_empty()).collect())
    }
    /// As [`LocalText::kept`], and the English wording must be there.
    #[must_use]
    pub fn written(self, fields: &mut Fields, field: &'static str, max: usize) -> Self {
        let text = self.kept(fields, field, max);
        if !text.0.contains_key(FALLBACK) {
            fields.add(field, "field-required");
        }
        text
    }
    /// Notes a complaint where two texts that belong together are not in the same languages.
    pub fn same_languages(fields: &mut Fields, first: (&'static str, &Self), second: (&'static str, &Self)) {
        for (name, text, other) in [(first.0, first.1, second.1), (second.0, second.1, first.1)] {
            if other.0.keys().any(|locale| locale != FALLBACK && !text.0.contains_key(locale)) {
                fields.add(name, "field-language-missing");
            }
        }
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
    fn texts_that_belong_together_are_in_the_same_languages() {
        let both = LocalText(BTreeMap::from([("en".into(), "Cover".into()), ("sw".into(), "Bima".into())]));
        let mut fields = Fields::new();
        LocalText::same_languages(&mut fields, ("heading", &both), ("body", &both.clone()));
        assert!(fields.is_empty());
        LocalText::same_languages(&mut fields, ("heading", &both), ("body", &LocalText::en("Yes")));
        let error = fields.finish().unwrap_err();
        assert_eq!(error.fields.iter().map(|field| (&*field.field, &*field.code)).collect::<Vec<_>>(), [("body", "field-language-missing")]);
    }

    #[test]
    fn a_wording_falls_back_to_the_language_and_then_to_english() {
        let text = LocalText(BTreeMap::from([("en".into(), "Cover".into()), ("sw".into(), "Bima".into())]));
        assert_eq!([text.get("sw-KE"), text.get("fr"), LocalText::default().get("en")], ["Bima", "Cover", ""]);
    }
}
