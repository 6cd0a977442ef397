//! Prices of many products at once: a sheet to download, change and upload, and publishing all drafts together.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use insurance::{
    catalogue::ProductId,
    law::Law,
    pricing::{
        bulk::{self, Drafted, RowOutcome, Verdict},
        sheet,
    },
};
use kernel::{App, AppError, AppResult, http::Staff, paging::Page};
use pages::{Badge, Column, Crumb, Fact, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use crate::{
    entry::{Confirmed, ConfirmedFiles, Present},
    frame::{Action, Cell, Empty, Field, FormPage, ListPage, Office, Row, Section, Sent},
};

/// Rows of verdicts that the page shows; what changed or was refused comes first.
const SHOWN: usize = 500;

pub(super) async fn download(staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let csv = bulk::write_sheet(&mut tx).await?;
    pages::download(&format!("prices-{}.csv", tx.scope().today()), pages::CSV, csv)
}

pub(crate) fn upload_page(shell: Shell) -> FormPage {
    let shell = shell.under("office-products-title", "/products");
    let file = Field::file("file", shell.t("field-file"), ".csv,.txt,.xlsx,text/csv").help(shell.t("office-sheet-file-help"));
    let (title, lede, submit) = (shell.t("office-sheet-title"), shell.t("office-sheet-lede"), shell.t("office-sheet-upload"));
    let download = Fact::new(shell.t("office-sheet-now"), shell.t("office-sheet-download")).linked("/products/sheet.csv");
    FormPage::new(shell, title, "/products/sheet", "/products", vec![Section::of(vec![file])]).lede(lede).facts(vec![download]).files().submit(submit)
}

pub(super) async fn show(_: Present, Office(shell): Office) -> AppResult<Response> {
    upload_page(shell).show()
}

/// What became of every row.
#[derive(Template)]
#[template(path = "office/sheet.html")]
pub(crate) struct VerdictPage {
    pub(crate) shell: Shell,
    pub(crate) title: String,
    pub(crate) counts: Vec<(String, String)>,
    pub(crate) drafted: bool,
    pub(crate) rows: Vec<VerdictRow>,
    /// Rows that are not shown.
    pub(crate) more: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct VerdictRow {
    pub(crate) line: String,
    pub(crate) product: String,
    pub(crate) figure: String,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) verdict: Badge,
    pub(crate) why: String,
}

fn verdict_page(shell: Shell, mut verdicts: Vec<Verdict>) -> VerdictPage {
    let shell = shell.under("office-products-title", "/products");
    let title = shell.t("office-sheet-result");
    let count = |of: fn(&RowOutcome) -> bool| verdicts.iter().filter(|verdict| of(&verdict.outcome)).count();
    let drafted = count(|outcome| *outcome == RowOutcome::Drafted);
    let refused = count(|outcome| matches!(outcome, RowOutcome::Refused { .. }));
    let same = verdicts.len() - drafted - refused;
    let counts = [("office-sheet-drafted", drafted), ("office-sheet-refused", refused), ("office-sheet-same", same)]
        .map(|(key, count)| (shell.t(key), shell.number(count)))
        .to_vec();
    verdicts.sort_by_key(|verdict| match verdict.outcome {
        RowOutcome::Refused { .. } => 0,
        RowOutcome::Drafted => 1,
        RowOutcome::Same => 2,
    });
    let more = verdicts.len().saturating_sub(SHOWN);
    let row = |verdict: Verdict| {
        let (badge, why) = match &verdict.outcome {
            RowOutcome::Drafted => (Badge::new(Tone::Good, shell.t("office-sheet-drafted")), String::new()),
            RowOutcome::Same => (Badge::new(Tone::Neutral, shell.t("office-sheet-same")), String::new()),
            RowOutcome::Refused { code, detail } => {
                (Badge::new(Tone::Bad, shell.t("office-sheet-refused")), shell.tf(code, [("faults", detail.as_str())]))
            }
        };
        VerdictRow {
            line: shell.number(verdict.row.line),
            product: verdict.row.product,
            figure: verdict.row.figure,
            before: verdict.before,
            after: verdict.row.value,
            verdict: badge,
            why,
        }
    };
    let rows = verdicts.into_iter().take(SHOWN).map(row).collect();
    VerdictPage { shell: shell.named(title.clone()), title, counts, drafted: drafted > 0, rows, more }
}

/// Uploading the same sheet again changes nothing, so the form needs no key.
pub(super) async fn upload(State(app): State<App>, Office(shell): Office, staff: Staff, ConfirmedFiles(form): ConfirmedFiles) -> AppResult<Response> {
    let law = Law::of(&app, staff.tenant())?;
    let rows = form.file("file").ok_or_else(|| AppError::field("file", "field-required")).and_then(|file| sheet::read(&file.bytes));
    match rows {
        Ok(rows) => {
            let mut tx = staff.begin_write().await?;
            let verdicts = bulk::read_sheet(&mut tx, &law, rows).await?;
            tx.commit().await?;
            html(&verdict_page(shell, verdicts))
        }
        Err(error) => upload_page(shell).again(&Sent::of(form.fields), error),
    }
}

fn drafts_list(shell: Shell, drafts: &Page<Drafted>) -> ListPage {
    let mut shell = shell.titled("office-drafts-title");
    shell.crumbs.push(Crumb { label: shell.t("office-products-title"), href: "/products".to_owned() });
    let columns = vec![Column::of(&shell, "field-name"), Column::of(&shell, "office-insurer"), Column::of(&shell, "field-updated")];
    let rows = drafts
        .results
        .iter()
        .map(|drafted| Row {
            href: format!("/products/{}/draft", drafted.product.id),
            cells: vec![
                Cell::Main(drafted.product.name.get(&shell.lang).to_owned()),
                Cell::Text(drafted.product.insurer.name.clone()),
                Cell::At(drafted.draft.saved.as_ref().map(|saved| saved.at).unwrap_or_default()),
            ],
        })
        .collect();
    let list = ListBar::new("/products/drafts", String::new(), &ListQuery::default(), drafts, None, columns);
    let empty = Empty::new(&shell, "scale", "office-drafts-empty").leading(shell.t("office-sheet-title"), "/products/sheet");
    let mut actions = vec![Action::link(shell.t("office-sheet-title"), "/products/sheet").icon("upload")];
    if !drafts.results.is_empty() {
        actions.push(Action::link(shell.t("office-drafts-publish"), "/products/drafts/publish").primary().icon("check"));
    }
    ListPage { actions, lede: shell.t("office-drafts-lede"), ..ListPage::new(shell, list, rows, empty) }
}

pub(super) async fn drafts(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    html(&drafts_list(shell, &Page::whole(bulk::list_drafts(&mut tx).await?)))
}

fn publish_page(shell: Shell, drafts: &[Drafted]) -> FormPage {
    let mut shell = shell.under("office-products-title", "/products");
    shell.crumbs.push(Crumb { label: shell.t("office-drafts-title"), href: "/products/drafts".to_owned() });
    let fields = vec![
        Field::date("effective_from", shell.t("office-draft-effective-from")).help(shell.t("office-draft-effective-from-help")),
        Field::area("reason", shell.t("office-draft-reason")).help(shell.t("office-draft-reason-help")).max(500),
    ];
    let facts = drafts.iter().map(|drafted| Fact::new(drafted.product.insurer.name.clone(), drafted.product.name.get(&shell.lang))).collect();
    let (title, lede, submit) = (shell.t("office-drafts-publish"), shell.t("office-draft-publish-lede"), shell.t("office-draft-publish"));
    let mut page =
        FormPage::new(shell, title, "/products/drafts/publish", "/products/drafts", vec![Section::of(fields)]).lede(lede).facts(facts).submit(submit);
    page.hidden = drafts.iter().map(|drafted| ("draft".to_owned(), format!("{}:{}", drafted.product.id, drafted.draft.version))).collect();
    page
}

pub(super) async fn show_publish(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let today = tx.scope().today();
    publish_page(shell, &bulk::list_drafts(&mut tx).await?).with("effective_from", today.to_string()).show()
}

/// Each draft as it stood on the page: one that was changed meanwhile stops all of them.
fn named(sent: &Sent) -> AppResult<Vec<(ProductId, i32)>> {
    let one = |text: String| {
        let (id, version) = text.split_once(':')?;
        Some((ProductId(id.parse().ok()?), version.parse().ok()?))
    };
    sent.all("draft").into_iter().map(|text| one(text).ok_or_else(|| AppError::malformed("draft"))).collect()
}

pub(super) async fn publish(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let law = Law::of(&app, staff.tenant())?;
    let drafts = named(&sent)?;
    let mut tx = staff.begin_write().await?;
    let done = match sent.text("effective_from").parse::<NaiveDate>() {
        Err(_) => Err(AppError::field("effective_from", "field-invalid")),
        Ok(day) => bulk::publish_drafts(&mut tx, &law, &drafts, day, sent.text("reason")).await,
    };
    match done {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with("/products", Tone::Good, "flash-price-published"))
        }
        Err(error) => {
            drop(tx);
            let mut tx = staff.begin_read().await?;
            publish_page(shell, &bulk::list_drafts(&mut tx).await?).again(&sent, error)
        }
    }
}
