//! A product's prices: change figures in a draft, see what past quotes would have cost, publish from a day on, take a planned
//! change back.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use insurance::{
    catalogue::{self, Product, ProductId, ProductVersionId, Terms},
    law::Law,
    pricing::{self, Draft, Figure, FigureKind, Preview, Publish, figures},
};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Query, Staff},
    money::Currency,
};
use pages::{Badge, FormState, Shell, Tone, html, html_with, redirect_with};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{changes::Changes, parts::row, under};
use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section, mendable, refused_status},
};

/// Quotes that the page shows; the counts are of all.
const SHOWN: usize = 20;

fn figures_page(shell: Shell, product: &Product, draft: &Draft, currency: Currency) -> FormPage {
    let (shell, href) = under(shell, product);
    let all = figures::figures(&draft.terms);
    let mut sections: Vec<Section> = Vec::new();
    for figure in &all {
        let title = title(&shell, figure, &draft.terms, currency);
        let field = field(&shell, figure, currency.symbol());
        match sections.last_mut() {
            Some(section) if section.title == title => section.fields.push(field),
            _ => sections.push(Section::titled(title, vec![field])),
        }
    }
    let title = shell.t("office-prices-title");
    let (lede, submit) = (shell.t("office-prices-lede"), shell.t("office-prices-review"));
    let page = FormPage::new(shell, title, &format!("{href}/prices"), &href, sections).lede(lede).submit(submit).version(draft.version);
    all.into_iter().fold(page, |page, figure| page.with(&figure.key, figure.value))
}

/// What a figure belongs to; of a table's, for whom the row is.
pub(super) fn title(shell: &Shell, figure: &Figure, terms: &Terms, currency: Currency) -> String {
    match (figure.label.get(&shell.lang), row::of_figure(shell, currency, terms, &figure.key)) {
        ("", _) => shell.t("office-prices-commission"),
        (label, Some(row)) => format!("{label} · {row}"),
        (label, None) => label.to_owned(),
    }
}

fn field(shell: &Shell, figure: &Figure, symbol: &str) -> Field {
    match figure.kind {
        FigureKind::Percent => Field::text(&figure.key, shell.t("office-prices-percent")).max(8),
        FigureKind::Amount if figure.key.ends_with(".minimum") => Field::money(&figure.key, shell.t("office-prices-minimum"), symbol).optional(),
        FigureKind::Amount => Field::money(&figure.key, shell.t("field-amount"), symbol),
        FigureKind::Bands => Field::area(&figure.key, shell.t("office-prices-bands")).help(shell.t("office-prices-bands-help")).max(2_000),
    }
}

pub(super) async fn show_figures(Office(shell): Office, staff: Staff, Path(id): Path<ProductId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    let draft = pricing::service::draft(&mut tx, id).await?;
    figures_page(shell, &product, &draft, staff.tenant().currency).show()
}

pub(super) async fn save_figures(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ProductId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let law = Law::of(&app, staff.tenant())?;
    let mut tx = staff.begin_write().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    let draft = pricing::service::draft(&mut tx, id).await?;
    let known: BTreeSet<String> = figures::figures(&draft.terms).into_iter().map(|figure| figure.key).collect();
    let values: BTreeMap<String, String> =
        sent.pairs().filter(|(name, _)| known.contains(*name)).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    match pricing::service::save_figures(&mut tx, &law, id, sent.version()?, &values).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/products/{id}/draft"), Tone::Good, "flash-saved"))
        }
        Err(error) => figures_page(shell, &product, &draft, staff.tenant().currency).again(&sent, error),
    }
}

/// What a draft changes, and publishing it.
#[derive(Template)]
#[template(path = "office/draft.html")]
pub(crate) struct DraftPage {
    pub(crate) shell: Shell,
    pub(crate) form: FormState,
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) prices_href: String,
    /// Who saved it last, and when.
    pub(crate) saved: String,
    pub(crate) changes: Changes,
    pub(crate) counts: Vec<(String, String)>,
    pub(crate) quotes: Vec<QuoteChange>,
    pub(crate) all_quotes: usize,
}

/// A past quote before and after.
#[derive(Debug, Clone)]
pub(crate) struct QuoteChange {
    pub(crate) reference: String,
    pub(crate) href: String,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) difference: Badge,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Start {
    #[serde(default)]
    effective_from: Option<NaiveDate>,
}

fn draft_page(shell: Shell, product: &Product, draft: &Draft, preview: &Preview, effective_from: NaiveDate, currency: Currency) -> DraftPage {
    let (shell, href) = under(shell, product);
    let title = shell.t("office-draft-title");
    let form = FormState::new(&shell).with_version(draft.version).with("effective_from", effective_from.to_string());
    let changes = Changes::of(&shell, &draft.in_force.terms, &draft.terms, currency);
    let declined = shell.t("office-draft-declined");
    let quotes = preview
        .rows
        .iter()
        .filter(|row| row.before != row.after)
        .take(SHOWN)
        .map(|row| QuoteChange {
            reference: row.reference.clone(),
            href: format!("/quotes/{}", row.quote_id),
            before: row.before.map_or_else(|| declined.clone(), |money| shell.money(&money)),
            after: row.after.map_or_else(|| declined.clone(), |money| shell.money(&money)),
            difference: match row.difference() {
                Some(money) if money.minor > 0 => Badge::new(Tone::Warn, format!("+{}", shell.money(&money))),
                Some(money) if money.minor < 0 => Badge::new(Tone::Good, shell.money(&money)),
                Some(_) => Badge::default(),
                None => Badge::new(Tone::Bad, shell.t(if row.after.is_none() { "office-draft-no-longer" } else { "office-draft-now" })),
            },
        })
        .collect();
    DraftPage {
        saved: draft.saved.as_ref().map(|saved| shell.tf("office-draft-saved", [("at", shell.moment(&saved.at))])).unwrap_or_default(),
        counts: counts(&shell, preview),
        all_quotes: preview.rows.len(),
        shell: shell.named(title.clone()),
        form,
        title,
        prices_href: format!("{href}/prices"),
        href,
        changes,
        quotes,
    }
}

fn counts(shell: &Shell, preview: &Preview) -> Vec<(String, String)> {
    let mut counts = vec![
        (shell.t("office-draft-dearer"), shell.number(preview.dearer)),
        (shell.t("office-draft-cheaper"), shell.number(preview.cheaper)),
        (shell.t("office-draft-unchanged"), shell.number(preview.unchanged)),
    ];
    for (key, count) in [
        ("office-draft-newly-declined", preview.newly_declined),
        ("office-draft-newly-accepted", preview.newly_accepted),
        ("office-draft-unreadable", preview.unreadable),
    ] {
        if count > 0 {
            counts.push((shell.t(key), shell.number(count)));
        }
    }
    if let Some(change) = preview.change {
        let percent = (change * Decimal::ONE_HUNDRED).round_dp(1).normalize();
        let sign = if percent > Decimal::ZERO { "+" } else { "" };
        counts.push((shell.t("office-draft-together"), format!("{sign}{percent} %")));
    }
    counts
}

async fn build(app: &App, staff: &Staff, shell: Shell, id: ProductId, from: Option<NaiveDate>) -> AppResult<DraftPage> {
    let law = Law::of(app, staff.tenant())?;
    let mut tx = staff.begin_read().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    let draft = pricing::service::draft(&mut tx, id).await?;
    let today = tx.scope().today();
    let day = from.filter(|day| pricing::service::can_plan(today, *day)).unwrap_or(today);
    let preview = pricing::service::preview(&mut tx, &law, id, day).await?;
    Ok(draft_page(shell, &product, &draft, &preview, day, staff.tenant().currency))
}

pub(super) async fn show_draft(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ProductId>,
    Query(start): Query<Start>,
) -> AppResult<Response> {
    html(&build(&app, &staff, shell, id, start.effective_from).await?)
}

pub(super) async fn publish(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<ProductId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let law = Law::of(&app, staff.tenant())?;
    let day = sent.text("effective_from").parse::<NaiveDate>();
    let done = match day {
        Err(_) => Err(AppError::field("effective_from", "field-invalid")),
        Ok(effective_from) => {
            let mut tx = staff.begin_write().await?;
            let publish = Publish { draft_version: sent.version()?, effective_from, reason: sent.owned("reason") };
            match pricing::service::publish(&mut tx, &law, id, publish).await {
                Ok(_) => tx.commit().await,
                Err(error) => Err(error),
            }
        }
    };
    match done {
        Ok(()) => Ok(redirect_with(&format!("/products/{id}"), Tone::Good, "flash-price-published")),
        Err(error) if mendable(&error) => {
            let mut page = build(&app, &staff, shell, id, day.ok()).await?;
            let fresh = FormState::new(&page.shell);
            page.form = sent.kept(fresh).failing(&page.shell, &error, |name| page.shell.t(&format!("office-draft-{}", name.replace('_', "-"))));
            html_with(refused_status(&error), &page)
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn discard(staff: Staff, Path(id): Path<ProductId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    pricing::service::discard(&mut tx, id, sent.version()?).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/products/{id}"), Tone::Good, "flash-draft-discarded"))
}

fn take_back_page(shell: Shell, product: &Product, version: ProductVersionId) -> FormPage {
    let (shell, href) = under(shell, product);
    let title = shell.t("office-versions-take-back");
    let (lede, submit) = (shell.t("office-versions-take-back-lede"), title.clone());
    let reason = Field::area("reason", shell.t("field-reason")).max(500);
    FormPage::new(shell, title, &format!("{href}/versions/{version}/take-back"), &href, vec![Section::of(vec![reason])]).lede(lede).submit(submit)
}

pub(super) async fn show_take_back(
    Office(shell): Office,
    staff: Staff,
    Path((id, version)): Path<(ProductId, ProductVersionId)>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    take_back_page(shell, &catalogue::service::product(&mut tx, id).await?, version).show()
}

pub(super) async fn take_back(
    Office(shell): Office,
    staff: Staff,
    Path((id, version)): Path<(ProductId, ProductVersionId)>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let product = catalogue::service::product(&mut tx, id).await?;
    match pricing::service::take_back(&mut tx, id, version, sent.text("reason")).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/products/{id}"), Tone::Good, "flash-saved"))
        }
        Err(error) => take_back_page(shell, &product, version).again(&sent, error),
    }
}
