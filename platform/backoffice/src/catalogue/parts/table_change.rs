//! What differs between the tables of prices of two terms of a product, row by row.

use insurance::{
    catalogue::Terms,
    rating::{RowChange, Step, TableRow, changed_rows},
    text::LocalText,
};
use kernel::money::Currency;
use pages::{Badge, Shell, Tone};

use super::{
    Around, price,
    row::{fits, only_to_read, rows, rows_mut},
};
use crate::frame::Languages;

/// A table that differs.
#[derive(Debug, Clone)]
pub(crate) struct TableChange {
    pub(crate) title: String,
    pub(crate) rows: Vec<RowLine>,
}

/// A row that differs: for whom it is, what becomes of it, and what they pay; a side on which there is no such row is empty.
#[derive(Debug, Clone)]
pub(crate) struct RowLine {
    pub(crate) who: String,
    pub(crate) what: Badge,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// The tables of which something differs, a new one and one that goes included.
pub(in crate::catalogue) fn table_changes(shell: &Shell, currency: Currency, before: &Terms, after: &Terms) -> Vec<TableChange> {
    let languages = Languages::new();
    let (old, new) = (only_to_read(shell, currency, before, &languages), only_to_read(shell, currency, after, &languages));
    let change = |label: &LocalText, was: &[TableRow], is: &[TableRow]| {
        let rows: Vec<RowLine> = changed_rows(was, is).iter().map(|change| line(change, &old, &new)).collect();
        (!rows.is_empty()).then(|| TableChange { title: label.get(&shell.lang).to_owned(), rows })
    };
    let now = tables(after).filter_map(|(code, label, is)| change(label, rows(before, code).unwrap_or_default(), is));
    let gone = tables(before).filter(|(code, ..)| rows(after, code).is_none()).filter_map(|(_, label, was)| change(label, was, &[]));
    now.chain(gone).collect()
}

/// Code, name and rows of each table.
fn tables(terms: &Terms) -> impl Iterator<Item = (&str, &LocalText, &[TableRow])> {
    terms.pricing.iter().filter_map(|step| match step {
        Step::Table { code, label, rows } => Some((code.as_str(), label, rows.as_slice())),
        _ => None,
    })
}

/// Of a row that moved, both places are told.
fn line(change: &RowChange<'_>, old: &Around<'_>, new: &Around<'_>) -> RowLine {
    let shell = new.shell;
    let told = |standing: Option<(usize, &TableRow)>, around: &Around<'_>| match standing {
        Some((place, row)) if change.moved => {
            shell.tf("office-draft-row-at", [("place", shell.number(place + 1)), ("price", price::told(&row.price, around))])
        }
        Some((_, row)) => price::told(&row.price, around),
        None => String::new(),
    };
    let (tone, word) = match (change.before, change.after) {
        (None, _) => (Tone::Good, "office-draft-row-added"),
        (_, None) => (Tone::Warn, "office-draft-row-removed"),
        (Some((_, was)), Some((_, is))) if was.price == is.price => (Tone::Neutral, "office-draft-row-moved"),
        _ => (Tone::Info, "office-draft-row-changed"),
    };
    let who = change.after.map(|(_, row)| fits(row, new)).or_else(|| change.before.map(|(_, row)| fits(row, old)));
    RowLine { who: who.unwrap_or_default(), what: Badge::new(tone, shell.t(word)), before: told(change.before, old), after: told(change.after, new) }
}

/// The rows of all tables as they were, as far as both terms have them.
pub(in crate::catalogue) fn put_back(terms: &mut Terms, before: &Terms) {
    for (code, _, old) in tables(before) {
        if let Some(rows) = rows_mut(terms, code) {
            *rows = old.to_vec();
        }
    }
}
