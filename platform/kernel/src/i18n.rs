//! Texts that people read, in Fluent. English is complete; another language falls back to it, key by key.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{Datelike, NaiveDate};
use fluent_bundle::{FluentResource, concurrent::FluentBundle};
use fluent_syntax::ast::Entry;

use crate::wordings::{Wordings, with_gaps};

pub use fluent_bundle::{FluentArgs, FluentValue};

/// The texts of all languages; cheap to clone.
#[derive(Clone)]
pub struct Texts {
    bundles: Arc<HashMap<String, FluentBundle<FluentResource>>>,
    /// By language.
    keys: Arc<BTreeMap<String, BTreeSet<String>>>,
    /// A tenant's own words, which come before ours.
    own: Arc<Wordings>,
}

pub const FALLBACK: &str = "en";

#[derive(Debug, thiserror::Error)]
#[error("texts of {locale}: {what}")]
pub struct TextsError {
    locale: String,
    what: String,
}

impl Texts {
    /// `sources` are pairs of language and Fluent text; several files of one language add up.
    pub fn from_sources(sources: impl IntoIterator<Item = (String, String)>) -> Result<Self, TextsError> {
        let mut bundles: HashMap<String, FluentBundle<FluentResource>> = HashMap::new();
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (locale, source) in sources {
            let error = |what: String| TextsError { locale: locale.clone(), what };
            let resource = FluentResource::try_new(source).map_err(|(_, errors)| error(format!("{errors:?}")))?;
            let language = locale.parse().map_err(|e| error(format!("{e:?}")))?;
            let bundle = bundles.entry(locale.clone()).or_insert_with(|| {
                let mut bundle = FluentBundle::new_concurrent(vec![language]);
                // Marks around values would show up in tests, mails and plain-text documents.
                bundle.set_use_isolating(false);
                bundle
            });
            let names = resource.entries().filter_map(|entry| match entry {
                Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            });
            keys.entry(locale.clone()).or_default().extend(names);
            bundle.add_resource(resource).map_err(|errors| error(format!("{errors:?}")))?;
        }
        Ok(Self { bundles: Arc::new(bundles), keys: Arc::new(keys), own: Arc::default() })
    }

    /// The same texts, with a tenant's own words in place of some.
    #[must_use]
    pub fn worded(&self, own: Arc<Wordings>) -> Self {
        Self { own, ..self.clone() }
    }

    /// Keys of all texts of a language, in order.
    pub fn keys(&self, language: &str) -> impl Iterator<Item = &str> {
        self.keys.get(language).into_iter().flatten().map(String::as_str)
    }

    /// Whether the text is in another language than English: those that customers meet are.
    #[must_use]
    pub fn is_translated(&self, key: &str) -> bool {
        self.keys.iter().any(|(language, keys)| language != FALLBACK && keys.contains(key))
    }

    /// The platform's own text as it is worded with gaps, `Dear {name}`; of plural forms, the one for many. None if the language
    /// has no such text.
    #[must_use]
    pub fn original(&self, language: &str, key: &str) -> Option<String> {
        Some(with_gaps(self.bundles.get(language)?.get_message(key)?.value()?))
    }

    /// No texts at all: every key shows as itself.
    #[must_use]
    pub fn none() -> Self {
        Self { bundles: Arc::default(), keys: Arc::default(), own: Arc::default() }
    }

    /// The text of `key`, or the key itself where no language has it. `locale` is BCP 47; `en-KE` reads `en`.
    #[must_use]
    pub fn get(&self, locale: &str, key: &str, params: &[(&str, String)]) -> String {
        self.find(locale, key, params).unwrap_or_else(|| key.to_owned())
    }

    /// As [`Texts::get`], none where no language has the key.
    #[must_use]
    pub fn find(&self, locale: &str, key: &str, params: &[(&str, String)]) -> Option<String> {
        let mut args = FluentArgs::new();
        for (name, value) in params {
            args.set(*name, value.clone());
        }
        self.format(locale, key, &args)
    }

    /// As [`Texts::find`], with arguments that may be numbers, which plural forms need.
    #[must_use]
    pub fn format(&self, locale: &str, key: &str, args: &FluentArgs) -> Option<String> {
        let language = locale.split('-').next().unwrap_or(FALLBACK);
        [locale, language, FALLBACK].into_iter().find_map(|name| {
            if let Some(text) = self.own.get(name, key).and_then(|wording| wording.filled(args)) {
                return Some(text);
            }
            let bundle = self.bundles.get(name)?;
            let pattern = bundle.get_message(key)?.value()?;
            let mut errors = Vec::new();
            Some(bundle.format_pattern(pattern, Some(args), &mut errors).into_owned())
        })
    }

    /// `1 March 2026`
    #[must_use]
    pub fn day(&self, locale: &str, day: NaiveDate) -> String {
        self.dated(locale, "month", day)
    }

    /// `1 Mar 2026`
    #[must_use]
    pub fn short_day(&self, locale: &str, day: NaiveDate) -> String {
        self.dated(locale, "month-short", day)
    }

    /// Day and year around the month's name in the language.
    fn dated(&self, locale: &str, names: &str, day: NaiveDate) -> String {
        format!("{} {} {}", day.day(), self.get(locale, &format!("{names}-{}", day.month()), &[]), day.year())
    }

    /// The message of an error code. Codes are dotted or snake_case; keys are `error-` and the code with hyphens.
    #[must_use]
    pub fn error(&self, locale: &str, code: &str, params: &[(&'static str, String)]) -> String {
        let key = format!("error-{}", code.replace(['.', '_'], "-"));
        self.find(locale, &key, params).unwrap_or_else(|| code.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_text_falls_back_to_english_and_then_to_its_key() {
        let texts = Texts::from_sources([
            ("en".to_owned(), "hello = Hello, { $name }\nbye = Goodbye".to_owned()),
            ("sw".to_owned(), "hello = Habari, { $name }".to_owned()),
        ])
        .unwrap();
        let name = [("name", "Asha".to_owned())];
        assert_eq!(texts.get("sw-KE", "hello", &name), "Habari, Asha");
        assert_eq!(texts.get("sw", "bye", &[]), "Goodbye");
        assert_eq!(texts.get("en", "nothing", &[]), "nothing");
    }

    #[test]
    fn a_month_is_named_in_the_readers_language() {
        let texts = Texts::from_sources([("sw".to_owned(), "month-3 = Machi\nmonth-short-3 = Mac".to_owned())]).unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        assert_eq!((texts.day("sw-KE", day), texts.short_day("sw", day)), ("1 Machi 2026".to_owned(), "1 Mac 2026".to_owned()));
    }
}
