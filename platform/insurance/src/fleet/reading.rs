//! From a sheet to answers: a column for each question, headed by what it asks or by its key, and one for the extras.

use std::{borrow::Cow, collections::BTreeSet};

use kernel::{AppError, AppResult, Kind, error::FieldError};
use serde::Deserialize;

use crate::{
    catalogue::{
        Product, Terms,
        form::{self, Question, QuestionKind, RawAnswers},
    },
    sheets,
    text::LocalText,
};

/// Largest sheet that is read.
pub const MOST_BYTES: usize = 64 << 10;
/// Most vehicles of one order.
pub const MOST_ROWS: usize = 100;
/// Key and heading of the column of extras.
pub(super) const EXTRAS: &str = "extras";

/// A vehicle as applications name it: answers to the product's questions and extras, both by key.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FleetRow {
    #[schema(value_type = Object, example = json!({"plate": "KDA 123A", "make": "Toyota", "model": "Axio", "year": 2018, "value": "1000000", "use": "private"}))]
    pub policy_data: RawAnswers,
    #[serde(default)]
    pub add_ons: BTreeSet<String>,
}

/// A row as it was read, before anything is priced.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Of a sheet as spreadsheet programs count, the heading included; of rows from one on.
    pub line: usize,
    pub answers: RawAnswers,
    pub add_ons: BTreeSet<String>,
    pub faults: Vec<FieldError>,
}

/// What a column is called and what may be written in it: its heading, and the words that it takes, empty where any will do.
#[must_use]
pub fn headings(terms: &Terms, locale: &str, extras: &str) -> Vec<(String, Vec<String>)> {
    let words = |question: &Question| question.choices.iter().map(|choice| choice.label.get(locale).to_owned()).collect();
    let mut columns: Vec<_> = terms.form.questions.iter().map(|question| (question.label.get(locale).to_owned(), words(question))).collect();
    if !terms.add_ons.is_empty() {
        columns.push((extras.to_owned(), terms.add_ons.iter().map(|add_on| add_on.title.get(locale).to_owned()).collect()));
    }
    columns
}

/// An empty sheet for a product, with its headings.
pub fn template(terms: &Terms, locale: &str, extras: &str) -> AppResult<Vec<u8>> {
    sheets::write([headings(terms, locale, extras).into_iter().map(|(heading, _)| heading).collect()])
}

/// An uploaded sheet as text that a form can carry on to where it is judged again.
///
/// # Errors
/// `too_large`; an error of the field `file`.
pub fn text_of(bytes: &[u8]) -> AppResult<String> {
    sheets::text_of(bytes, MOST_BYTES, MOST_ROWS)
}

/// What a column is for.
enum Meaning<'a> {
    Answer(&'a Question),
    Extras,
}

/// Reads the rows of a sheet for a product. `extras` is what the reader's language calls the column of extras.
///
/// # Errors
/// Those of the sheet; an error of the field `file` for a column that the product does not ask for, or a sheet without rows.
pub(super) fn read(product: &Product, bytes: &[u8], extras: &str) -> AppResult<Vec<Row>> {
    let terms = &product.current.terms;
    let sheet = sheets::read(bytes, MOST_BYTES, MOST_ROWS)?;
    let mut columns = Vec::with_capacity(sheet.columns.len());
    for heading in &sheet.columns {
        let meaning = match terms.form.questions.iter().find(|question| names(heading, &question.key, &question.label)) {
            Some(question) => Some(Meaning::Answer(question)),
            None if same(heading, extras) || same(heading, EXTRAS) => Some(Meaning::Extras),
            // A column that a program left behind.
            None if heading.is_empty() => None,
            None => return Err(unknown(heading)),
        };
        columns.push(meaning);
    }
    if sheet.rows.is_empty() {
        return Err(AppError::field("file", "fleet-empty"));
    }
    Ok(sheet.rows.iter().map(|(line, cells)| row(terms, *line, &columns, cells)).collect())
}

/// Takes rows as they are named.
///
/// # Errors
/// Of the field `rows`, if there are none or too many.
pub(super) fn named(terms: &Terms, rows: &[FleetRow]) -> AppResult<Vec<Row>> {
    if rows.is_empty() {
        return Err(AppError::field("rows", "field-required"));
    }
    if rows.len() > MOST_ROWS {
        return Err(refused(FieldError { params: vec![("rows", MOST_ROWS.to_string())], ..wrong("rows", "sheet-too-long") }));
    }
    let row = |(line, row): (usize, &FleetRow)| {
        let unasked = form::unknown_keys(&row.policy_data, std::iter::once(&terms.form)).err();
        let mut faults = unasked.map(|error| error.fields).unwrap_or_default();
        if row.add_ons.iter().any(|key| terms.add_on(key).is_none()) {
            faults.push(wrong("add_ons", "fleet-extra-unknown"));
        }
        Row { line, answers: row.policy_data.clone(), add_ons: row.add_ons.clone(), faults }
    };
    Ok((1..).zip(rows).map(row).collect())
}

fn row(terms: &Terms, line: usize, columns: &[Option<Meaning<'_>>], cells: &[String]) -> Row {
    let mut row = Row { line, answers: RawAnswers::new(), add_ons: BTreeSet::new(), faults: Vec::new() };
    for (meaning, cell) in columns.iter().zip(cells) {
        match meaning {
            Some(Meaning::Answer(question)) if sheets::is_formula(cell) => row.faults.push(wrong(question.key.clone(), "fleet-formula")),
            Some(Meaning::Answer(question)) if !cell.is_empty() => {
                row.answers.insert(question.key.clone(), answer(question, cell).into());
            }
            Some(Meaning::Extras) => extras(terms, cell, &mut row),
            Some(Meaning::Answer(_)) | None => {}
        }
    }
    row
}

/// The key of the choice that the words mean; other answers as they stand.
fn answer(question: &Question, cell: &str) -> String {
    match question.kind {
        QuestionKind::Choice => {
            let choice = question.choices.iter().find(|choice| names(cell, &choice.key, &choice.label));
            choice.map_or_else(|| cell.to_owned(), |choice| choice.key.clone())
        }
        QuestionKind::YesNo if ["yes", "y", "ndiyo"].iter().any(|yes| same(cell, yes)) => "yes".to_owned(),
        QuestionKind::YesNo if ["no", "n", "hapana"].iter().any(|no| same(cell, no)) => "no".to_owned(),
        _ => cell.to_owned(),
    }
}

fn extras(terms: &Terms, cell: &str, row: &mut Row) {
    for wanted in cell.split([';', ',']).map(str::trim).filter(|wanted| !wanted.is_empty()) {
        match terms.add_ons.iter().find(|add_on| names(wanted, &add_on.key, &add_on.title)) {
            Some(add_on) => drop(row.add_ons.insert(add_on.key.clone())),
            None => row.faults.push(wrong(EXTRAS, "fleet-extra-unknown")),
        }
    }
}

/// Something that is wrong with a row.
pub(super) fn wrong(field: impl Into<Cow<'static, str>>, code: &'static str) -> FieldError {
    FieldError { field: field.into(), code: code.into(), params: Vec::new() }
}

fn unknown(heading: &str) -> AppError {
    refused(FieldError { params: vec![("column", heading.to_owned())], ..wrong("file", "fleet-column-unknown") })
}

fn refused(field: FieldError) -> AppError {
    AppError { fields: vec![field], ..AppError::new(Kind::Invalid, "validation_error") }
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Whether somebody's words are the key of something, or its name in any language.
fn names(words: &str, key: &str, name: &LocalText) -> bool {
    same(words, key) || name.0.values().any(|name| same(words, name))
}
