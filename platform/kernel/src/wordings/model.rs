//! A text with gaps, and many of them.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write,
};

use chrono::{DateTime, Utc};
use fluent_bundle::{FluentArgs, FluentValue};
use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement};

/// `Dear {name}`: words around gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    Gap(String),
}

impl Wording {
    /// Braces around anything but a name are words like others.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            match after.split_once('}') {
                Some((name, after)) if is_name(name.trim()) => {
                    pieces.push(Piece::Words(before.to_owned()));
                    pieces.push(Piece::Gap(name.trim().to_owned()));
                    rest = after;
                }
                _ => {
                    pieces.push(Piece::Words(format!("{before}{{")));
                    rest = after;
                }
            }
        }
        pieces.push(Piece::Words(rest.to_owned()));
        Self(pieces)
    }

    /// Names of the values that it wants.
    #[must_use]
    pub fn gaps(&self) -> BTreeSet<&str> {
        self.0
            .iter()
            .filter_map(|piece| match piece {
                Piece::Gap(name) => Some(name.as_str()),
                Piece::Words(_) => None,
            })
            .collect()
    }

    /// The text with its values; none if one is missing.
    #[must_use]
    pub fn filled(&self, values: &FluentArgs) -> Option<String> {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Words(words) => text.push_str(words),
                Piece::Gap(name) => match values.get(name.as_str())? {
                    FluentValue::String(value) => text.push_str(value),
                    FluentValue::Number(number) => text.push_str(&number.as_string()),
                    _ => return None,
                },
            }
        }
        Some(text)
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// A pattern of Fluent as a text with gaps; of variants, the default one.
pub(crate) fn with_gaps(pattern: &Pattern<&str>) -> String {
    let mut text = String::new();
    write_pattern(pattern, &mut text);
    text
}

fn write_pattern(pattern: &Pattern<&str>, text: &mut String) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { expression } => write_expression(expression, text),
        }
    }
}

fn write_expression(expression: &Expression<&str>, text: &mut String) {
    match expression {
        Expression::Select { variants, .. } => {
            if let Some(variant) = variants.iter().find(|variant| variant.default) {
                write_pattern(&variant.value, text);
            }
        }
        Expression::Inline(InlineExpression::VariableReference { id }) => {
            // Writing to a string does not fail.
            let _ = write!(text, "{{{}}}", id.name);
        }
        Expression::Inline(InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value }) => text.push_str(value),
        Expression::Inline(InlineExpression::FunctionReference { arguments, .. }) => {
            for argument in &arguments.positional {
                if let InlineExpression::VariableReference { id } = argument {
                    let _ = write!(text, "{{{}}}", id.name);
                }
            }
        }
        Expression::Inline(InlineExpression::Placeable { expression }) => write_expression(expression, text),
        Expression::Inline(_) => {}
    }
}

/// A tenant's words by language and key.
#[derive(Debug, Default)]
pub struct Wordings(HashMap<String, HashMap<String, Wording>>);

impl Wordings {
    /// `language` may be a whole locale; only a plain language has wordings.
    #[must_use]
    pub fn get(&self, language: &str, key: &str) -> Option<&Wording> {
        self.0.get(language)?.get(key)
    }
}

/// Of triples of language, key and text.
impl FromIterator<(String, String, String)> for Wordings {
    fn from_iter<I: IntoIterator<Item = (String, String, String)>>(rows: I) -> Self {
        let mut all = Self::default();
        for (language, key, text) in rows {
            all.0.entry(language).or_default().insert(key, Wording::parse(&text));
        }
        all
    }
}

/// A wording as its tenant keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordingRow {
    pub language: String,
    pub key: String,
    pub text: String,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::i18n::Texts;

    #[test]
    fn only_names_in_braces_are_gaps() {
        let wording = Wording::parse("Dear {name}, { amount } {is due} {} {");
        assert_eq!(wording.gaps().into_iter().collect::<Vec<_>>(), ["amount", "name"]);
        let mut values = FluentArgs::new();
        values.set("name", "<b>Asha</b>");
        assert_eq!(wording.filled(&values), None, "a value is missing");
        values.set("amount", 3);
        assert_eq!(wording.filled(&values).as_deref(), Some("Dear <b>Asha</b>, 3 {is due} {} {"));
    }

    #[test]
    fn a_tenants_words_come_before_ours_in_their_language_alone() {
        let source = "greeting = Hello, { $name }\nfiles =\n    { $count ->\n        [one] one file\n       *[other] { NUMBER($count) } files\n    } for { $name }";
        let texts =
            Texts::from_sources([("en".to_owned(), source.to_owned()), ("sw".to_owned(), "greeting = Habari, { $name }".to_owned())]).unwrap();
        let own = [("en".to_owned(), "greeting".to_owned(), "Karibu {name}!".to_owned())];
        let worded = texts.worded(Arc::new(own.into_iter().collect()));
        let name = [("name", "Asha".to_owned())];
        assert_eq!(worded.get("en-KE", "greeting", &name), "Karibu Asha!");
        assert_eq!(worded.get("sw-KE", "greeting", &name), "Habari, Asha");
        assert_eq!(worded.get("en-KE", "greeting", &[]), texts.get("en-KE", "greeting", &[]), "without the value our text stands");
        assert_eq!(texts.original("en", "files").as_deref(), Some("{count} files for {name}"));
        assert_eq!(texts.original("sw", "files"), None);
        assert_eq!(texts.keys("en").collect::<Vec<_>>(), ["files", "greeting"]);
    }
}
