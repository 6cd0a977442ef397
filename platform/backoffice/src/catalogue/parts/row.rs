//! The rows of a table of prices: for whom each is, and what they pay. The first that fits counts. Whoever none fits pays what the
//! table's own step says, so that a table has a price for everybody, whichever rows come and go.

use axum::{extract::State, response::Response};
use insurance::{
    catalogue::{ProductId, Terms},
    rating::{Condition, Step, TableRow, unreachable_row},
};
use kernel::{
    App, AppError, AppResult,
    error::Fields,
    http::{Path, Staff},
    money::Currency,
};
use pages::Shell;

use super::{
    Around, Asked, Kind, PLACE, Part,
    condition::{self, Names},
    placed, price, taken,
};
use crate::{
    entry::Confirmed,
    frame::{FormPage, Languages, Office, Section, Sent},
};

/// A row with conditions, of the table of this code.
#[derive(Clone)]
pub(super) struct Row {
    table: String,
    row: TableRow,
}

/// The rows of a table; none if there is no such table.
pub(in crate::catalogue) fn rows<'a>(terms: &'a Terms, table: &str) -> Option<&'a [TableRow]> {
    terms.pricing.iter().find_map(|step| match step {
        Step::Table { code, rows, .. } if code == table => Some(rows.as_slice()),
        _ => None,
    })
}

pub(super) fn rows_mut<'a>(terms: &'a mut Terms, table: &str) -> Option<&'a mut Vec<TableRow>> {
    terms.pricing.iter_mut().find_map(|step| match step {
        Step::Table { code, rows, .. } if *code == *table => Some(rows),
        _ => None,
    })
}

/// For whom a row is.
pub(super) fn fits(row: &TableRow, around: &Around<'_>) -> String {
    if row.when.is_empty() {
        return around.shell.t("office-terms-everybody");
    }
    row.when.iter().map(|condition| condition::told(condition, around)).collect::<Vec<_>>().join(", ")
}

/// Conditions that the form can have; never fewer than the row has.
fn most(around: &Around<'_>, kept: Option<&Row>) -> usize {
    condition::most(around).max(kept.map_or(1, |kept| kept.row.when.len()))
}

/// Conditions that the form has: those of the row and an empty one; once it was sent, those that were sent, and one more if that was
/// asked for.
fn offered(around: &Around<'_>, kept: Option<&Row>) -> usize {
    let most = most(around, kept);
    let wanted = match around.sent {
        Some(sent) => {
            let has = |number: &usize| {
                let kind = Names::nth(*number).kind;
                sent.pairs().any(|(name, _)| name == kind)
            };
            (1..=most).rev().find(has).unwrap_or_default() + usize::from(sent.asks_for_other())
        }
        None => kept.map_or(0, |kept| kept.row.when.len()) + 1,
    };
    wanted.max(2).min(most)
}

impl Part for Row {
    const KIND: Kind = Kind::Rows;

    /// All but the last, which is for everybody.
    fn all(around: &Around<'_>) -> Vec<Self> {
        let rows = rows(around.terms, &around.table).and_then(<[TableRow]>::split_last).map(|(_, rest)| rest).unwrap_or_default();
        rows.iter().map(|row| Self { table: around.table.clone(), row: row.clone() }).collect()
    }
    fn title(&self, around: &Around<'_>) -> String {
        fits(&self.row, around)
    }
    fn detail(&self, around: &Around<'_>) -> String {
        price::told(&self.row.price, around)
    }
    fn sections(around: &Around<'_>, kept: Option<&Self>) -> Vec<Section> {
        let shell = around.shell;
        let titled = |number: usize| {
            let title = shell.tf("office-terms-row-condition", [("number", shell.number(number))]);
            Section::titled(title, condition::fields(around, &Names::nth(number)).into())
        };
        (1..=offered(around, kept)).map(titled).chain(price::sections(around)).collect()
    }
    fn more(around: &Around<'_>, kept: Option<&Self>) -> Option<String> {
        let offered = offered(around, kept);
        (offered < most(around, kept)).then(|| Names::nth(offered + 1).kind)
    }
    fn fill(&self, page: FormPage, around: &Around<'_>) -> FormPage {
        let page = (1..).zip(&self.row.when).fold(page, |page, (number, condition)| condition::fill(page, &Names::nth(number), condition, around));
        price::fill(page, &self.row.price)
    }
    fn read(sent: &Sent, around: &Around<'_>, kept: Option<&Self>) -> AppResult<Self> {
        let mut fields = Fields::new();
        let mut when: Vec<Condition> = Vec::new();
        for names in (1..=most(around, kept)).map(Names::nth) {
            let Some(condition) = condition::read(&mut fields, sent, &names, around) else { continue };
            if when.iter().any(|other| other.question() == condition.question()) {
                fields.add(names.question, "terms-question-twice");
            }
            when.push(condition);
        }
        if when.is_empty() && fields.is_empty() {
            fields.add(Names::first().kind, "terms-row-without-condition");
        }
        let price = price::read(&mut fields, sent, kept.map(|kept| &kept.row.price));
        fields.finish()?;
        let price = price.ok_or_else(|| AppError::field("price", "field-required"))?;
        Ok(Self { table: around.table.clone(), row: TableRow { when, price } })
    }
    /// The last row stays where it is.
    fn put(self, terms: &mut Terms, at: Option<usize>, place: usize) {
        if let Some(rows) = rows_mut(terms, &self.table) {
            let last = rows.len().saturating_sub(1 + usize::from(at.is_some()));
            placed(rows, self.row, at, place.min(last));
        }
    }
    fn take_out(&self, terms: &mut Terms, at: usize) {
        if let Some(rows) = rows_mut(terms, &self.table) {
            taken(rows, at);
        }
    }
    fn check(terms: &Terms, around: &Around<'_>) -> AppResult<()> {
        match rows(terms, &around.table).and_then(unreachable_row) {
            Some(_) => Err(AppError::field(PLACE, "terms-row-unreachable")),
            None => Ok(()),
        }
    }
}

/// For whom the row is that a figure of a table belongs to; none for other figures.
pub(in crate::catalogue) fn of_figure(shell: &Shell, currency: Currency, terms: &Terms, key: &str) -> Option<String> {
    let (table, rest) = key.split_once('.')?;
    let (number, _) = rest.split_once('.')?;
    let row = rows(terms, table)?.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
    Some(fits(row, &only_to_read(shell, currency, terms, &Languages::new())))
}

pub(super) fn only_to_read<'a>(shell: &'a Shell, currency: Currency, terms: &'a Terms, languages: &'a Languages) -> Around<'a> {
    Around { shell, terms, languages, currency, levies: Vec::new(), table: String::new(), sent: None }
}

pub(in crate::catalogue) async fn show_new(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, table)): Path<(ProductId, String)>,
) -> AppResult<Response> {
    Asked { app, shell, staff, product, table, at: None }.show::<Row>().await
}

pub(in crate::catalogue) async fn add(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, table)): Path<(ProductId, String)>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    Asked { app, shell, staff, product, table, at: None }.save::<Row>(sent).await
}

pub(in crate::catalogue) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, table, number)): Path<(ProductId, String, String)>,
) -> AppResult<Response> {
    Asked::at(app, shell, staff, product, &number)?.of_table(table).show::<Row>().await
}

pub(in crate::catalogue) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, table, number)): Path<(ProductId, String, String)>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    Asked::at(app, shell, staff, product, &number)?.of_table(table).save::<Row>(sent).await
}

pub(in crate::catalogue) async fn show_remove(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, table, number)): Path<(ProductId, String, String)>,
) -> AppResult<Response> {
    Asked::at(app, shell, staff, product, &number)?.of_table(table).remove::<Row>(None).await
}

pub(in crate::catalogue) async fn remove(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((product, table, number)): Path<(ProductId, String, String)>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    Asked::at(app, shell, staff, product, &number)?.of_table(table).remove::<Row>(Some(sent)).await
}
