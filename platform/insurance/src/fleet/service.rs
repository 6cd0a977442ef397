//! Judging vehicles and ordering cover for them. The caller commits.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use crm::CustomerId;
use kernel::{AppError, AppResult, ReadTx, TenantTx, error::FieldError, money::Money};

use super::{
    FleetFailure, FleetRow,
    reading::{self, Row, wrong},
};
use crate::{
    catalogue::{
        self, Product, ProductId,
        form::{Question, QuestionKind},
    },
    law::{Law, plates::normalise},
    orders::{self, Order, Wanted},
    plans::Plan,
    quotes::{self, OfferOutcome},
    rating::{Decline, Premium},
};

/// What one row comes to.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "nearly every outcome is a price, and few are held at a time")]
pub enum Outcome {
    Priced(Premium),
    Declined(Vec<Decline>),
    /// What is wrong with the row, by question.
    Wrong(Vec<FieldError>),
}

#[derive(Debug, Clone)]
pub struct Verdict {
    /// Of a sheet as spreadsheet programs count, the heading included; of rows from one on.
    pub line: usize,
    /// As it was typed; empty if it was not.
    pub plate: String,
    pub outcome: Outcome,
}

/// How the vehicles are told.
#[derive(Debug, Clone, Copy)]
pub enum Told<'a> {
    /// As a sheet. `extras` is what the reader's language calls the column of extras.
    Sheet {
        bytes: &'a [u8],
        extras: &'a str,
    },
    Rows(&'a [FleetRow]),
}

/// Vehicles with a verdict for every row.
#[derive(Debug, Clone)]
pub struct Fleet {
    pub product: Product,
    pub verdicts: Vec<Verdict>,
    /// What the rows that have a price come to.
    pub payable: Money,
    rows: Vec<Row>,
}

impl Verdict {
    #[must_use]
    pub fn is_priced(&self) -> bool {
        matches!(self.outcome, Outcome::Priced(_))
    }
}

impl Fleet {
    /// Whether all of it can be ordered: every row has a price.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.verdicts.iter().all(Verdict::is_priced)
    }
}

/// Products on sale that cover vehicles, by name.
pub async fn products(tx: &mut ReadTx) -> AppResult<Vec<Product>> {
    let mut products = catalogue::service::all(tx).await?;
    products.retain(|product| product.is_on_sale() && plate_of(product).is_some());
    Ok(products)
}

/// The question that asks for the number plate.
fn plate_of(product: &Product) -> Option<&str> {
    let questions = &product.current.terms.form.questions;
    questions.iter().find(|question| question.kind == QuestionKind::Plate).map(|question| question.key.as_str())
}

/// What tells a vehicle from others, by question and what is wrong with a row that has it again.
fn marks_of(product: &Product) -> Vec<(&str, &'static str)> {
    let mark = |question: &Question| match question.kind {
        QuestionKind::Plate => Some("fleet-plate-twice"),
        QuestionKind::Chassis => Some("fleet-chassis-twice"),
        _ => None,
    };
    product.current.terms.form.questions.iter().filter_map(|question| Some((question.key.as_str(), mark(question)?))).collect()
}

/// Prices every row for one product. Nothing is written.
///
/// # Errors
/// `product.withdrawn`; those of reading a sheet; of the field `rows`.
pub async fn judge(tx: &mut ReadTx, law: &Law, product: ProductId, told: Told<'_>) -> AppResult<Fleet> {
    let product = catalogue::service::product_for_sale(tx, product).await?;
    let key = plate_of(&product).ok_or_else(AppError::not_found)?;
    let rows = match told {
        Told::Sheet { bytes, extras } => reading::read(&product, bytes, extras)?,
        Told::Rows(rows) => reading::named(&product.current.terms, rows)?,
    };
    let marks = marks_of(&product);
    let mut seen = BTreeSet::new();
    let mut verdicts = Vec::with_capacity(rows.len());
    for row in &rows {
        let answer = |key: &str| row.answers.get(key).and_then(|value| value.as_str()).unwrap_or_default();
        let again = marks.iter().find(|&&(key, _)| {
            let mark = normalise(answer(key));
            !mark.is_empty() && !seen.insert((key, mark))
        });
        let outcome = match again {
            Some(&(key, code)) => Outcome::Wrong(vec![wrong(key.to_owned(), code)]),
            None => price(tx, law, &product, row)?,
        };
        verdicts.push(Verdict { line: row.line, plate: answer(key).to_owned(), outcome });
    }
    let priced = verdicts.iter().filter_map(|verdict| if let Outcome::Priced(premium) = &verdict.outcome { Some(premium.payable) } else { None });
    let payable = Money::sum(tx.scope().tenant.currency, priced)?;
    Ok(Fleet { product, verdicts, payable, rows })
}

fn price(tx: &ReadTx, law: &Law, product: &Product, row: &Row) -> AppResult<Outcome> {
    if !row.faults.is_empty() {
        return Ok(Outcome::Wrong(row.faults.clone()));
    }
    match quotes::service::price_of(tx, law, product, &row.answers, &row.add_ons) {
        Ok(OfferOutcome::Priced(premium)) => Ok(Outcome::Priced(premium)),
        Ok(OfferOutcome::Declined(reasons)) => Ok(Outcome::Declined(reasons)),
        Err(error) if !error.fields.is_empty() => Ok(Outcome::Wrong(error.fields)),
        Err(error) => Err(error),
    }
}

/// What is ordered, as it was shown.
#[derive(Debug, Clone)]
pub struct PlaceFleet<'a> {
    pub product: ProductId,
    pub told: Told<'a>,
    /// What was shown to be payable, in minor units.
    pub expected: i64,
    pub starts_on: NaiveDate,
    pub plan: Plan,
    /// Whether rows without a price are left out; otherwise one of them stops all.
    pub leave_out: bool,
}

/// What became of a fleet.
#[derive(Debug, Clone)]
pub struct Placed {
    pub order: Order,
    /// Rows without a price.
    pub left_out: Vec<Verdict>,
}

/// Quotes every row that has a price for a customer and places one order for all of them.
///
/// # Errors
/// `customer.not_found`, also for one out of sight; `fleet.not_whole`, `fleet.price_changed`; those of [`judge`] and of placing an order.
pub async fn place(tx: &mut TenantTx, law: &Law, customer: CustomerId, place: PlaceFleet<'_>) -> AppResult<Placed> {
    crm::customers::service::get(tx, customer).await?;
    let fleet = judge(tx, law, place.product, place.told).await?;
    let orderable = if place.leave_out { fleet.verdicts.iter().any(Verdict::is_priced) } else { fleet.is_whole() };
    if !orderable {
        return Err(FleetFailure::NotWhole.into());
    }
    if fleet.payable.minor != place.expected {
        return Err(FleetFailure::PriceChanged.into());
    }
    let priced = fleet.rows.into_iter().zip(&fleet.verdicts).filter(|(_, verdict)| verdict.is_priced());
    let risks: Vec<_> = priced.map(|(row, _)| (row.answers, row.add_ons)).collect();
    let quoted = quotes::service::create_all(tx, law, &fleet.product, &risks, customer).await?;
    let wanted: Vec<Wanted> = quoted.into_iter().map(|(quote, offer)| Wanted { quote, offer, starts_on: place.starts_on }).collect();
    let order = orders::service::place_offers(tx, customer, &wanted, place.plan, Some(place.expected)).await?;
    Ok(Placed { order, left_out: fleet.verdicts.into_iter().filter(|verdict| !verdict.is_priced()).collect() })
}
