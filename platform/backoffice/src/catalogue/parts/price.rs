//! Fields for what something costs.

use insurance::{
    catalogue::form::QuestionKind,
    figures::{Amount, Percent},
    rating::Price,
};
use kernel::{error::Fields, money::Rounding};

use super::Around;
use crate::{
    frame::{Field, FormPage, Section, Sent},
    words,
};

/// An amount that may be left out; separators of thousands are passed over.
pub(super) fn amount(fields: &mut Fields, sent: &Sent, field: &'static str) -> Option<Amount> {
    let text: String = sent.some(field)?.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '\u{202f}')).collect();
    fields.check(field, Amount::parse(&text), "figure-invalid")
}

pub(super) fn needed_amount(fields: &mut Fields, sent: &Sent, field: &'static str) -> Option<Amount> {
    if sent.some(field).is_none() {
        fields.add(field, "field-required");
    }
    amount(fields, sent, field)
}

pub(super) fn percent(fields: &mut Fields, sent: &Sent, field: &'static str) -> Option<Percent> {
    let text = sent.text(field).trim_end_matches('%').trim_end();
    fields.check(field, Percent::parse(text), if text.is_empty() { "field-required" } else { "figure-invalid" })
}

/// The key of a question that the form names.
pub(super) fn question(fields: &mut Fields, sent: &Sent, field: &str) -> String {
    if sent.some(field).is_none() {
        fields.add(field.to_owned(), "field-required");
    }
    sent.owned(field)
}

const KINDS: [&str; 3] = ["fixed", "per_unit", "portion"];

pub(super) fn sections(around: &Around<'_>) -> Vec<Section> {
    let shell = around.shell;
    let sum = || Field::money("amount", shell.t("field-amount"), around.currency.symbol());
    vec![
        Section::titled(
            shell.t("office-record-price"),
            vec![Field::select("price", shell.t("office-terms-price-kind"), words::choices(shell, "price-kind", KINDS))],
        ),
        Section::of(vec![sum()]).when("price=fixed"),
        Section::of(vec![
            Field::money("unit_amount", shell.t("office-terms-unit-amount"), around.currency.symbol()),
            Field::select("per", shell.t("office-terms-per"), around.questions(&[QuestionKind::Integer])),
        ])
        .when("price=per_unit"),
        Section::of(vec![
            Field::text("percent", shell.t("office-prices-percent")).max(8),
            Field::select("of", shell.t("office-terms-of"), around.questions(&[QuestionKind::Money])),
            Field::money("minimum", shell.t("office-prices-minimum"), around.currency.symbol()).optional(),
        ])
        .when("price=portion"),
    ]
}

pub(super) fn fill(page: FormPage, price: &Price) -> FormPage {
    match price {
        Price::Fixed { amount } => page.with("price", "fixed").with("amount", amount.to_string()),
        Price::PerUnit { amount, per } => page.with("price", "per_unit").with("unit_amount", amount.to_string()).with("per", per.clone()),
        Price::Portion { percent, of, minimum, .. } => page
            .with("price", "portion")
            .with("percent", percent.to_string())
            .with("of", of.clone())
            .with("minimum", minimum.map(|least| least.to_string()).unwrap_or_default()),
    }
}

/// None where something is complained about. A share is rounded as before, or to the nearest.
pub(super) fn read(fields: &mut Fields, sent: &Sent, kept: Option<&Price>) -> Option<Price> {
    match sent.text("price") {
        "fixed" => Some(Price::Fixed { amount: needed_amount(fields, sent, "amount")? }),
        "per_unit" => Some(Price::PerUnit { per: question(fields, sent, "per"), amount: needed_amount(fields, sent, "unit_amount")? }),
        "portion" => {
            let rounding = if let Some(Price::Portion { rounding, .. }) = kept { *rounding } else { Rounding::HalfUp };
            let (of, minimum) = (question(fields, sent, "of"), amount(fields, sent, "minimum"));
            Some(Price::Portion { percent: percent(fields, sent, "percent")?, of, minimum, rounding })
        }
        _ => {
            fields.add("price", "field-required");
            None
        }
    }
}

pub(super) fn told(price: &Price, around: &Around<'_>) -> String {
    let shell = around.shell;
    match price {
        Price::Fixed { amount } => around.money(*amount),
        Price::PerUnit { amount, per } => shell.tf("office-terms-each", [("amount", around.money(*amount)), ("per", around.question(per))]),
        Price::Portion { percent, of, minimum: None, .. } => {
            shell.tf("office-terms-share", [("percent", percent.to_string()), ("of", around.question(of))])
        }
        Price::Portion { percent, of, minimum: Some(least), .. } => shell
            .tf("office-terms-share-at-least", [("percent", percent.to_string()), ("of", around.question(of)), ("minimum", around.money(*least))]),
    }
}
