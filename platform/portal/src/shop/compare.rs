//! Up to three products side by side, or up to three offers of one quote: what each covers, leaves out and costs. The address says
//! which, so that a comparison can be sent to somebody.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use insurance::{
    catalogue::{Product, ProductId, Terms, service as catalogue},
    quotes::{Offer, OfferOutcome, Quote, QuoteId, service as quotes},
};
use kernel::{
    App, AppError, AppResult,
    http::{Anyone, Path, Query},
    languages::language_of,
    money::Currency,
    profile::Profile,
};
use pages::{Crumb, Profiles, Shell, html};
use serde_json::{Value, json};
use tenancy::brand::Palette;
use uuid::Uuid;

use super::offers::subject;
use crate::{page::Page, samples::Sample};

/// What fits side by side.
const MOST: usize = 3;

#[derive(Template)]
#[template(path = "portal/compare.html")]
struct ComparePage {
    shell: Shell,
    title: String,
    columns: Vec<Column>,
    groups: Vec<Group>,
    /// Rows that are the same everywhere are left out.
    only_differences: bool,
    /// The same comparison with the other setting.
    toggle_href: String,
    back_href: String,
    /// The same as a file to print or send.
    sheet_href: String,
    /// Its own address.
    here: String,
    /// More were chosen than fit.
    cut: bool,
}

struct Column {
    name: String,
    insurer: String,
    price: String,
    /// What the price is of.
    price_note: String,
    href: String,
    action: String,
    /// The comparison without it; empty where only one would be left.
    without_href: String,
    sample: bool,
}

struct Group {
    title: String,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    label: String,
    cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    /// Covered, with the most that is paid if there is one.
    Yes(String),
    /// As an extra.
    Extra,
    No,
    Lines(Vec<String>),
}

impl Row {
    fn differs(&self) -> bool {
        self.cells.windows(2).any(|pair| pair[0] != pair[1])
    }
}

/// One of those that are compared.
struct Candidate<'a> {
    id: Uuid,
    column: Column,
    terms: &'a Terms,
}

/// What was asked for: chosen ids in their order, each once, and whether only differences are wanted.
struct Wanted {
    ids: Vec<Uuid>,
    cut: bool,
    only_differences: bool,
}

impl Wanted {
    fn read(pairs: &[(String, String)]) -> Self {
        let mut seen = BTreeSet::new();
        let mut ids: Vec<Uuid> =
            pairs.iter().filter(|(name, _)| name == "p").filter_map(|(_, id)| id.parse().ok()).filter(|id| seen.insert(*id)).collect();
        let cut = ids.len() > MOST;
        ids.truncate(MOST);
        Self { ids, cut, only_differences: pairs.iter().any(|(name, value)| name == "only" && value == "differences") }
    }
}

fn address(path: &str, ids: impl IntoIterator<Item = Uuid>, only_differences: bool) -> String {
    let mut pairs: Vec<String> = ids.into_iter().map(|id| format!("p={id}")).collect();
    if only_differences {
        pairs.push("only=differences".to_owned());
    }
    format!("{path}?{}", pairs.join("&"))
}

type Pairs = Vec<(String, String)>;

pub(super) async fn products(caller: Anyone, Page(shell): Page, Query(pairs): Query<Pairs>) -> AppResult<Response> {
    html(&of_products(&caller, shell, &Wanted::read(&pairs)).await?)
}

pub(super) async fn products_sheet(caller: Anyone, State(app): State<App>, Page(shell): Page, Query(pairs): Query<Pairs>) -> AppResult<Response> {
    sheet(&app, &caller, of_products(&caller, shell, &Wanted::read(&pairs)).await?).await
}

pub(super) async fn offers(caller: Anyone, Page(shell): Page, Path(id): Path<QuoteId>, Query(pairs): Query<Pairs>) -> AppResult<Response> {
    html(&of_offers(&caller, shell, id, &Wanted::read(&pairs)).await?)
}

pub(super) async fn offers_sheet(
    caller: Anyone,
    State(app): State<App>,
    Page(shell): Page,
    Path(id): Path<QuoteId>,
    Query(pairs): Query<Pairs>,
) -> AppResult<Response> {
    sheet(&app, &caller, of_offers(&caller, shell, id, &Wanted::read(&pairs)).await?).await
}

async fn of_products(caller: &Anyone, shell: Shell, wanted: &Wanted) -> AppResult<ComparePage> {
    let mut tx = caller.begin_read().await?;
    let mut found: Vec<Product> = Vec::new();
    for id in &wanted.ids {
        match catalogue::product_for_sale(&mut tx, ProductId(*id)).await {
            Ok(product) => found.push(product),
            // A shared comparison may be older than the shelf.
            Err(error) if error.is("product.not_found") || error.is("product.withdrawn") => {}
            Err(error) => return Err(error),
        }
    }
    drop(tx);
    let shell = shell.titled("portal-compare-title").under("portal-products-title", "/products");
    let candidates = found.iter().map(|product| Candidate {
        id: product.id.0,
        terms: &product.current.terms,
        column: Column {
            name: product.name.get(&shell.lang).to_owned(),
            insurer: product.insurer.name.clone(),
            price: product.price_from.map(|price| shell.money(&price)).unwrap_or_default(),
            price_note: shell.t("portal-product-from"),
            href: format!("/products/{}", product.id),
            action: shell.t("portal-compare-open"),
            without_href: String::new(),
            sample: product.sample,
        },
    });
    Ok(ComparePage::new(&shell, candidates.collect(), wanted, "/products/compare", "/products", caller.tenant().currency))
}

async fn of_offers(caller: &Anyone, shell: Shell, id: QuoteId, wanted: &Wanted) -> AppResult<ComparePage> {
    let mut tx = caller.begin_read().await?;
    let quote = quotes::get(&mut tx, id).await?;
    let chosen: Vec<&Offer> = wanted.ids.iter().filter_map(|id| quote.offers.iter().find(|offer| offer.id.0 == *id)).collect();
    let mut versions = Vec::new();
    for offer in &chosen {
        versions.push(catalogue::version(&mut tx, offer.product_version_id).await?);
    }
    drop(tx);
    let back = format!("/quotes/{id}");
    let mut shell = shell.titled("portal-compare-title").under("portal-products-title", "/products");
    shell.crumbs.push(Crumb { label: subject(&shell, &quote), href: back.clone() });
    let candidates = chosen
        .iter()
        .zip(&versions)
        .map(|(offer, version)| Candidate { id: offer.id.0, terms: &version.terms, column: column_of_offer(&shell, &quote, offer) })
        .collect();
    Ok(ComparePage::new(&shell, candidates, wanted, &format!("{back}/compare"), &back, caller.tenant().currency))
}

/// The comparison to print, keep or send.
async fn sheet(app: &App, caller: &Anyone, page: ComparePage) -> AppResult<Response> {
    if page.columns.is_empty() {
        return Err(AppError::not_found());
    }
    let profile = app.port::<Profiles>()?.of(&caller.scope).await?;
    let link = app.hosts.portal_url(&caller.tenant().slug, &page.here);
    let pdf = documents::sheets::comparison(app, &caller.scope, &profile, page.printed(&profile, caller.scope.today(), &link), &link).await?;
    let name = HeaderValue::from_static("inline; filename=\"comparison.pdf\"");
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")), (header::CONTENT_DISPOSITION, name)], pdf).into_response())
}

fn column_of_offer(shell: &Shell, quote: &Quote, offer: &Offer) -> Column {
    let price = match &offer.outcome {
        OfferOutcome::Priced(premium) => shell.money(&premium.payable),
        OfferOutcome::Declined(_) => shell.t("portal-offers-declined"),
    };
    Column {
        name: offer.product_name.get(&shell.lang).to_owned(),
        insurer: offer.insurer_name.clone(),
        price,
        price_note: shell.t("portal-price-all-in"),
        href: format!("/quotes/{}/offers/{}", quote.id, offer.id),
        action: shell.t("portal-offers-choose"),
        without_href: String::new(),
        sample: offer.sample,
    }
}

impl ComparePage {
    fn new(shell: &Shell, mut candidates: Vec<Candidate<'_>>, wanted: &Wanted, path: &str, back: &str, currency: Currency) -> Self {
        let ids: Vec<Uuid> = candidates.iter().map(|candidate| candidate.id).collect();
        if ids.len() > 1 {
            for candidate in &mut candidates {
                let others = ids.iter().copied().filter(|id| *id != candidate.id);
                candidate.column.without_href = address(path, others, wanted.only_differences);
            }
        }
        let terms: Vec<&Terms> = candidates.iter().map(|candidate| candidate.terms).collect();
        let mut groups = groups(shell, &terms, currency);
        if wanted.only_differences {
            for group in &mut groups {
                group.rows.retain(Row::differs);
            }
        }
        groups.retain(|group| !group.rows.is_empty());
        Self {
            shell: shell.clone(),
            title: shell.t("portal-compare-title"),
            groups,
            only_differences: wanted.only_differences,
            sheet_href: address(&format!("{path}.pdf"), ids.iter().copied(), wanted.only_differences),
            here: address(path, ids.iter().copied(), wanted.only_differences),
            toggle_href: address(path, ids, !wanted.only_differences),
            back_href: back.to_owned(),
            cut: wanted.cut,
            columns: candidates.into_iter().map(|candidate| candidate.column).collect(),
        }
    }
}

impl ComparePage {
    /// What the printed sheet shows.
    fn printed(&self, profile: &Profile, today: NaiveDate, link: &str) -> Value {
        let (shell, brand) = (&self.shell, &self.shell.brand);
        let cell = |cell: &Cell| match cell {
            Cell::Yes(most) if most.is_empty() => vec![shell.t("yes")],
            Cell::Yes(most) => vec![most.clone()],
            Cell::Extra => vec![shell.t("portal-compare-extra")],
            Cell::No => vec![shell.t("no")],
            Cell::Lines(lines) => lines.clone(),
        };
        let row = |row: &Row| {
            let cells: Vec<Vec<String>> = row.cells.iter().map(cell).collect();
            json!({ "label": row.label, "differs": row.differs(), "cells": cells })
        };
        let group = |group: &Group| json!({ "title": group.title, "rows": group.rows.iter().map(row).collect::<Vec<_>>() });
        let column = |column: &Column| {
            let price = if column.price.is_empty() { shell.t("portal-compare-by-risk") } else { column.price.clone() };
            let name = if column.sample { format!("{} ({})", column.name, shell.t("catalogue-sample")) } else { column.name.clone() };
            json!({ "insurer": column.insurer, "name": name, "price": price, "note": column.price_note })
        };
        let contact = [shell.phone(&brand.phone), brand.email.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        let lines: Vec<String> = [brand.licence.clone(), brand.address.clone(), contact].into_iter().filter(|line| !line.is_empty()).collect();
        json!({
            "language": language_of(&shell.lang),
            "title": self.title,
            "made": shell.date(&today),
            "link": link,
            "note": link.split_once("://").map_or(link, |(_, rest)| rest).split('?').next().unwrap_or_default(),
            "disclaimer": shell.t("portal-compare-sheet-note"),
            "brand": { "name": brand.name, "lines": lines, "colour": Palette::of_profile(profile).ink.hex() },
            "columns": self.columns.iter().map(column).collect::<Vec<_>>(),
            "groups": self.groups.iter().map(group).collect::<Vec<_>>(),
        })
    }
}

fn groups(shell: &Shell, all: &[&Terms], currency: Currency) -> Vec<Group> {
    let texts = |texts: &[insurance::text::LocalText]| Cell::Lines(texts.iter().map(|text| text.get(&shell.lang).to_owned()).collect());
    let one = |label: &str, of: &dyn Fn(&Terms) -> Cell| Row { label: shell.t(label), cells: all.iter().map(|terms| of(terms)).collect() };
    vec![
        Group { title: shell.t("portal-covered"), rows: benefits(shell, all, currency) },
        Group {
            title: shell.t("portal-compare-terms"),
            rows: vec![
                one("portal-offers-excess", &|terms| texts(&terms.excesses)),
                one("portal-not-covered", &|terms| texts(&terms.exclusions)),
                one("portal-product-term", &|terms| Cell::Lines(vec![shell.tn("portal-product-months", terms.term_months)])),
                one("portal-product-papers", &|terms| texts(&terms.documents)),
            ],
        },
    ]
}

/// Every benefit that any of them names, in the order of the first that does.
fn benefits(shell: &Shell, all: &[&Terms], currency: Currency) -> Vec<Row> {
    let mut rows: Vec<(&str, String)> = Vec::new();
    for benefit in all.iter().flat_map(|terms| &terms.benefits) {
        if !rows.iter().any(|(code, _)| *code == benefit.code) {
            rows.push((&benefit.code, benefit.title.get(&shell.lang).to_owned()));
        }
    }
    let cell = |terms: &Terms, code: &str| match terms.benefits.iter().find(|benefit| benefit.code == code) {
        None => Cell::No,
        Some(benefit) if !benefit.included => Cell::Extra,
        Some(benefit) => {
            let most = benefit.amount.and_then(|amount| amount.in_currency(currency).ok());
            Cell::Yes(most.map(|most| shell.tf("portal-compare-up-to", [("amount", shell.money(&most))])).unwrap_or_default())
        }
    };
    rows.into_iter().map(|(code, label)| Row { label, cells: all.iter().map(|terms| cell(terms, code)).collect() }).collect()
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let column = |insurer: &str| Column {
        name: "Private Motor Comprehensive".to_owned(),
        insurer: insurer.to_owned(),
        price: "KSh 45,243".to_owned(),
        price_note: "All in".to_owned(),
        href: "/products/1".to_owned(),
        action: "Choose".to_owned(),
        without_href: "/products/compare?p=2".to_owned(),
        sample: true,
    };
    let rows = vec![
        Row { label: "Theft".to_owned(), cells: vec![Cell::Yes("up to KSh 50,000".to_owned()), Cell::Extra] },
        Row { label: "Excess".to_owned(), cells: vec![Cell::Lines(vec!["2.5 % of the value".to_owned()]), Cell::No] },
    ];
    let page = |columns, groups, cut| ComparePage {
        shell: shell.clone().titled("portal-compare-title").under("portal-products-title", "/products"),
        title: "Compare".to_owned(),
        columns,
        groups,
        only_differences: false,
        toggle_href: "/products/compare?p=1&only=differences".to_owned(),
        back_href: "/products".to_owned(),
        sheet_href: "/products/compare.pdf?p=1".to_owned(),
        here: "/products/compare?p=1".to_owned(),
        cut,
    };
    let full = page(vec![column("Mfano Insurance"), column("Jaribu Insurance")], vec![Group { title: "Covered".to_owned(), rows }], true);
    vec![Sample::of("compare", &full), Sample::of("compare-empty", &page(Vec::new(), Vec::new(), false))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn three_are_compared_each_once_whatever_the_address_says() {
        let ids: Vec<String> = (1..=4).map(|n| Uuid::from_u128(n).to_string()).collect();
        let wanted = Wanted::read(&pairs(&[("p", &ids[0]), ("p", &ids[0]), ("p", "nonsense"), ("p", &ids[1]), ("p", &ids[2]), ("p", &ids[3])]));
        assert!(wanted.cut && !wanted.only_differences);
        assert_eq!(wanted.ids.iter().map(ToString::to_string).collect::<Vec<_>>(), ids[..3]);
        let wanted = Wanted::read(&pairs(&[("only", "differences")]));
        assert!(wanted.ids.is_empty() && wanted.only_differences);
    }

    #[test]
    fn a_row_differs_if_any_two_cells_do() {
        let row = |cells: &[Cell]| Row { label: String::new(), cells: cells.to_vec() };
        assert!(row(&[Cell::No, Cell::No, Cell::Extra]).differs());
        assert!(!row(&[Cell::No, Cell::No]).differs() && !row(&[Cell::Extra]).differs());
    }
}
