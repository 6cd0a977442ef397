//! Fields for what customers read: one a language, with English first, in which every wording exists.

use insurance::text::LocalText;
use kernel::{App, AppError, http::Staff, i18n::FALLBACK, languages};

use super::{Field, FormPage, Sent};

/// A language's code, and what it calls itself.
pub(crate) type Languages = Vec<(String, String)>;

/// The languages that the portal speaks.
pub(crate) fn languages(app: &App, staff: &Staff) -> Languages {
    let others = languages::offered(app, staff.tenant()).into_iter().filter(|language| *language != FALLBACK);
    [FALLBACK].into_iter().chain(others).map(|language| (language.to_owned(), app.texts.get(language, "language-name", &[]))).collect()
}

/// `{name}_{language}` for every language; only English is needed.
pub(crate) fn in_languages(languages: &[(String, String)], name: &str, label: &str, field: impl Fn(String, String) -> Field) -> Vec<Field> {
    let one = |(language, own_name): &(String, String)| {
        let field = field(format!("{name}_{language}"), format!("{label} ({own_name})"));
        if language == FALLBACK { field } else { field.optional() }
    };
    languages.iter().map(one).collect()
}

/// What was typed into the fields of [`in_languages`].
pub(crate) fn wording(sent: &Sent, languages: &[(String, String)], name: &str) -> LocalText {
    let text =
        |(language, _): &(String, String)| Some((language.clone(), sent.owned(&format!("{name}_{language}")))).filter(|(_, text)| !text.is_empty());
    LocalText(languages.iter().filter_map(text).collect())
}

/// The form with a wording in the fields of [`in_languages`].
pub(crate) fn worded(mut page: FormPage, languages: &[(String, String)], name: &str, text: &LocalText) -> FormPage {
    for (language, _) in languages {
        page = page.with(&format!("{name}_{language}"), text.0.get(language.as_str()).cloned().unwrap_or_default());
    }
    page
}

/// Complaints of these wordings stand beside English.
pub(crate) fn beside_english(mut error: AppError, names: &[&str]) -> AppError {
    for field in &mut error.fields {
        if names.contains(&field.field.as_ref()) {
            field.field = format!("{}_{}", field.field, FALLBACK).into();
        }
    }
    error
}
