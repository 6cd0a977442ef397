//! What differs between two terms of a product, as a draft or a version changes them: figures one by one, tables of prices row by row.

use chrono::NaiveDate;
use insurance::{
    catalogue::Terms,
    figures::Amount,
    pricing::{Figure, FigureKind, figures},
};
use kernel::money::Currency;
use pages::Shell;

use super::{
    part_changes::{PartChange, part_changes},
    parts::{
        row,
        table_change::{TableChange, put_back, table_changes},
    },
    prices,
};

pub(crate) struct Changes {
    /// What stands above the old and the new values.
    pub(crate) heads: (String, String),
    pub(crate) figures: Vec<FigureChange>,
    pub(crate) tables: Vec<TableChange>,
    /// Questions, benefits and other parts that are new, gone or different.
    pub(crate) parts: Vec<PartChange>,
    /// Something else than these differs too.
    pub(crate) more: bool,
}

/// A figure before and after.
#[derive(Debug, Clone)]
pub(crate) struct FigureChange {
    pub(crate) what: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

impl Changes {
    pub(super) fn of(shell: &Shell, old: &Terms, new: &Terms, currency: Currency) -> Self {
        let before = figures::figures(old);
        let is_table = |code: &str| row::rows(old, code).is_some() || row::rows(new, code).is_some();
        let in_table = |figure: &Figure| figure.key.split_once('.').is_some_and(|(code, _)| is_table(code));
        let figure = |figure: &Figure| {
            let old = before.iter().find(|old| old.key == figure.key).map(|old| old.value.as_str()).unwrap_or_default();
            let told = |value: &str| told(shell, figure.kind, value, currency);
            (old != figure.value).then(|| FigureChange { what: title(shell, figure, new, currency), before: told(old), after: told(&figure.value) })
        };
        let mut changes: Vec<FigureChange> = figures::figures(new).iter().filter(|figure| !in_table(figure)).filter_map(figure).collect();
        for (key, text, old, new) in [
            ("office-products-term", "office-products-months", old.term_months, new.term_months),
            ("office-terms-quotes-hold", "office-terms-days", old.quote_valid_days, new.quote_valid_days),
        ] {
            if old != new {
                changes.push(FigureChange { what: shell.t(key), before: shell.tn(text, old), after: shell.tn(text, new) });
            }
        }
        // Nothing else changes if the terms are the old ones again once all of this is put back.
        let mut rest = Terms { term_months: old.term_months, quote_valid_days: old.quote_valid_days, ..new.clone() };
        put_back(&mut rest, old);
        let values = before.iter().map(|figure| (figure.key.clone(), figure.value.clone())).collect();
        let rest = figures::with_figures(&rest, &values).unwrap_or(rest);
        let parts = part_changes(shell, old, &rest);
        let more = rest != *old && (parts.is_empty() || outline(&rest) != outline(old));
        let heads = (shell.t("office-draft-before"), shell.t("office-draft-after"));
        Self { heads, figures: changes, tables: table_changes(shell, currency, old, new), parts, more }
    }

    /// Of a version that was published: what it took the place of, and from when.
    pub(super) fn published(self, shell: &Shell, from: &NaiveDate) -> Self {
        Self { heads: (shell.t("office-versions-before"), shell.tf("office-versions-from", [("date", shell.date(from))])), ..self }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.figures.is_empty() && self.tables.is_empty() && self.parts.is_empty() && !self.more
    }
}

/// What no part of the terms says.
fn outline(terms: &Terms) -> Terms {
    let mut bare = terms.clone();
    bare.form.questions.clear();
    bare.benefits.clear();
    bare.add_ons.clear();
    bare.limits.clear();
    bare.pricing.clear();
    for sentences in [&mut bare.features, &mut bare.exclusions, &mut bare.excesses, &mut bare.documents] {
        sentences.clear();
    }
    bare
}

/// A figure as people read it: an amount with its currency, everything else as it is typed.
fn told(shell: &Shell, kind: FigureKind, value: &str, currency: Currency) -> String {
    let amount = if kind == FigureKind::Amount { Amount::parse(value) } else { None };
    amount.and_then(|amount| amount.in_currency(currency).ok()).map_or_else(|| value.to_owned(), |amount| shell.money(&amount))
}

fn title(shell: &Shell, figure: &Figure, terms: &Terms, currency: Currency) -> String {
    let title = prices::title(shell, figure, terms, currency);
    match figure.key.rsplit_once('.').map(|(_, part)| part) {
        Some("minimum") => format!("{title} · {}", shell.t("office-prices-minimum")),
        _ => title,
    }
}
