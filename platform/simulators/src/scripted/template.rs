//! Texts with holes: `pay-{{count.pay}}`, `{{body.payer.phone}}`. What fills a hole comes from the request, from what was counted and from
//! what is kept.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::asked::{Asked, field};

/// Bytes that fill the holes of one answer and its callbacks: a file of holes must not multiply what it is asked.
const FILLED: usize = 4 << 20;

/// Where a hole's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source<'a> {
    /// A capture of the path.
    Path(&'a str),
    Query(&'a str),
    Header(&'a str),
    /// A field of a JSON body, by its dotted path.
    Body(&'a str),
    Form(&'a str),
    /// How often an exchange answered, this time included.
    Count(&'a str),
    /// How many requests there were, this one included.
    Number,
    /// A field of the record that the request is about, by its dotted path.
    Kept(&'a str),
}

impl Source<'_> {
    /// What is searched for it.
    fn place(self) -> &'static str {
        if matches!(self, Self::Kept(_)) { "record" } else { "request" }
    }
}

#[derive(Debug)]
enum Piece<'a> {
    Text(&'a str),
    Hole(&'a str, Source<'a>),
}

/// What is known while an answer is made.
pub(crate) struct Facts<'a> {
    pub asked: &'a Asked,
    pub captured: &'a BTreeMap<String, String>,
    pub counts: &'a BTreeMap<String, u32>,
    pub number: u64,
    /// The record that the request is about.
    pub kept: Option<&'a Value>,
    /// Bytes that may still be filled in.
    room: Cell<usize>,
}

/// The holes of a text.
///
/// # Errors
/// A hole that is not closed or names nothing there is.
pub(crate) fn sources(text: &str) -> Result<Vec<Source<'_>>, String> {
    Ok(pieces(text)?.into_iter().filter_map(hole).collect())
}

fn hole(piece: Piece<'_>) -> Option<Source<'_>> {
    match piece {
        Piece::Text(_) => None,
        Piece::Hole(_, source) => Some(source),
    }
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (word, after) = after.split_once("}}").ok_or_else(|| format!("`{text}` opens a hole and does not close it"))?;
        let word = word.trim();
        let source = source(word).ok_or_else(|| {
            format!("`{{{{{word}}}}}` is nothing to fill in; there is path.NAME, query.NAME, header.NAME, body.FIELD, form.NAME, kept.FIELD, count.EXCHANGE and number")
        })?;
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Hole(word, source));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

fn source(word: &str) -> Option<Source<'_>> {
    if word == "number" {
        return Some(Source::Number);
    }
    let (kind, name) = word.split_once('.').filter(|(_, name)| !name.is_empty())?;
    match kind {
        "path" => Some(Source::Path(name)),
        "query" => Some(Source::Query(name)),
        "header" => Some(Source::Header(name)),
        "body" => Some(Source::Body(name)),
        "form" => Some(Source::Form(name)),
        "count" => Some(Source::Count(name)),
        "kept" => Some(Source::Kept(name)),
        _ => None,
    }
}

impl<'a> Facts<'a> {
    pub fn new(asked: &'a Asked, captured: &'a BTreeMap<String, String>, counts: &'a BTreeMap<String, u32>, number: u64) -> Self {
        Self { asked, captured, counts, number, kept: None, room: Cell::new(FILLED) }
    }

    /// With the record that the request is about.
    pub fn about(mut self, kept: Option<&'a Value>) -> Self {
        self.kept = kept;
        self
    }
}

impl Facts<'_> {
    fn value(&self, word: &str, source: Source<'_>) -> Result<Value, String> {
        let text = |text: Option<&str>| text.map(|text| Value::String(text.to_owned()));
        let found = match source {
            Source::Path(name) => text(self.captured.get(name).map(String::as_str)),
            Source::Query(name) => text(self.asked.query(name)),
            Source::Header(name) => text(self.asked.header(name)),
            Source::Body(path) => self.asked.field(path).cloned(),
            Source::Form(name) => text(self.asked.form(name)),
            Source::Count(name) => Some(Value::from(self.counts.get(name).copied().unwrap_or_default())),
            Source::Number => Some(Value::from(self.number)),
            Source::Kept(path) => self.kept.and_then(|kept| field(kept, path)).cloned(),
        };
        let found = found.ok_or_else(|| format!("`{{{{{word}}}}}` is not in the {}", source.place()))?;
        let bytes = found.as_str().map_or_else(|| found.to_string().len(), str::len);
        let left = self.room.get().checked_sub(bytes).ok_or_else(|| format!("more than {} MiB are to be filled in", FILLED >> 20))?;
        self.room.set(left);
        Ok(found)
    }

    /// The text with its holes filled.
    ///
    /// # Errors
    /// What a hole names is not in the request.
    pub fn text(&self, text: &str) -> Result<String, String> {
        let mut filled = String::new();
        for piece in pieces(text)? {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Hole(word, source) => match self.value(word, source)? {
                    Value::String(text) => filled.push_str(&text),
                    other => filled.push_str(&other.to_string()),
                },
            }
        }
        Ok(filled)
    }

    /// The document with the holes of its texts filled. A text that is one hole becomes what the hole holds, a number for instance.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn document(&self, document: &Value) -> Result<Value, String> {
        match document {
            Value::String(text) => match pieces(text)?.as_slice() {
                [Piece::Hole(word, source)] => self.value(word, *source),
                _ => self.text(text).map(Value::String),
            },
            Value::Array(list) => list.iter().map(|value| self.document(value)).collect::<Result<_, _>>().map(Value::Array),
            Value::Object(fields) => {
                let filled: Result<Map<String, Value>, String> =
                    fields.iter().map(|(name, value)| Ok((name.clone(), self.document(value)?))).collect();
                filled.map(Value::Object)
            }
            other => Ok(other.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_that_is_one_hole_keeps_the_kind_of_value() {
        let asked = Asked {
            method: "POST".into(),
            host: "api.example.com".into(),
            path: "/v1/payments/p-1".into(),
            query: vec![("page".into(), "2".into())],
            headers: vec![("authorization".into(), "Bearer k".into())],
            json: json!({"amount": 100, "payer": {"phone": "+254700000101"}}),
            form: Vec::new(),
        };
        let captured = BTreeMap::from([("id".to_owned(), "p-1".to_owned())]);
        let counts = BTreeMap::from([("pay".to_owned(), 3)]);
        let facts = Facts::new(&asked, &captured, &counts, 7);
        let filled = facts.document(&json!({"id": "{{path.id}}-{{count.pay}}", "amount": "{{body.amount}}", "of": ["{{ number }}"], "sure": true}));
        assert_eq!(filled, Ok(json!({"id": "p-1-3", "amount": 100, "of": [7], "sure": true})));
        assert_eq!(facts.text("{{body.payer.phone}}/{{header.Authorization}}/{{query.page}}").as_deref(), Ok("+254700000101/Bearer k/2"));
        assert_eq!(facts.text("{{body.callback}}"), Err("`{{body.callback}}` is not in the request".to_owned()));
    }

    #[test]
    fn holes_do_not_multiply_what_was_asked_without_end() {
        let large = json!({ "text": "x".repeat(1 << 20) });
        let asked = Asked {
            method: "POST".into(),
            host: "api.example.com".into(),
            path: "/".into(),
            query: Vec::new(),
            headers: Vec::new(),
            json: large,
            form: Vec::new(),
        };
        let (captured, counts) = (BTreeMap::new(), BTreeMap::new());
        let facts = Facts::new(&asked, &captured, &counts, 1);
        assert!(facts.text(&"{{body.text}}".repeat(4)).is_ok());
        assert!(facts.text("{{body.text}}").is_err(), "callbacks of the same answer count as well");
        assert!(Facts::new(&asked, &captured, &counts, 1).document(&json!(vec!["{{body.text}}"; 5])).is_err());
    }

    #[test]
    fn a_hole_that_means_nothing_is_refused() {
        for text in ["{{", "{{body}}", "{{body.}}", "{{env.HOME}}", "{{}}"] {
            assert!(sources(text).is_err(), "{text}");
        }
        assert_eq!(sources("a {{count.pay}} b"), Ok(vec![Source::Count("pay")]));
    }
}
