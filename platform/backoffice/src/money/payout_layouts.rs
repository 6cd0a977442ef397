//! How the bank of an account wants its CSV files of payouts, and how its CSV answers are read.

use axum::response::Response;
use kernel::{
    AppResult,
    error::Fields,
    http::{Path, Staff},
};
use ledger::{
    bank_accounts::{self, BankAccount, BankAccountId},
    payout_batches::{self, BatchId, Layout, LayoutColumn, LayoutField, ResultMapping},
    reconciliation::formats,
};
use pages::{Choice, Shell, Tone, redirect_with};

use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section, Sent},
};

/// A column that a file has not.
const NONE: &str = "none";

fn under(shell: Shell) -> Shell {
    shell.under("office-payouts-title", "/payouts").under("office-payout-batches-title", "/payout-batches")
}

fn delimiters(shell: &Shell) -> Field {
    let choices = [(",", "comma"), (";", "semicolon"), ("tab", "tab"), ("|", "bar")];
    let choices = choices.map(|(value, key)| Choice::new(value, shell.t(&format!("office-columns-delimiter-{key}")))).to_vec();
    Field::select("delimiter", shell.t("office-columns-delimiter"), choices)
}

fn written(delimiter: char) -> String {
    if delimiter == '\t' { "tab".to_owned() } else { delimiter.to_string() }
}

fn delimiter(sent: &Sent) -> char {
    match sent.text("delimiter") {
        "tab" => '\t',
        other => other.chars().next().unwrap_or(','),
    }
}

/// The form: for each thing that a file can say its place in the row, and what the column is called.
fn layout_page(shell: Shell, account: &BankAccount) -> FormPage {
    let shell = under(shell);
    let places: Vec<Choice> = std::iter::once(Choice::new(NONE, shell.t("office-columns-none")))
        .chain((1..=LayoutField::ALL.len()).map(|nr| Choice::new(nr.to_string(), shell.number(nr))))
        .collect();
    let column = |field: &LayoutField| {
        let name = field.as_str();
        let title = shell.t(&format!("office-payout-column-{}", name.replace('_', "-")));
        let at = Field::select(format!("at-{name}"), shell.t("office-payout-layouts-at"), places.clone());
        let head = Field::text(format!("head-{name}"), shell.t("office-payout-layouts-head")).max(60).optional();
        Section::titled(title, vec![at, head])
    };
    let file = Section::of(vec![delimiters(&shell), Field::check("headers", shell.t("office-payout-layouts-headers"))]);
    let sections = std::iter::once(file).chain(LayoutField::ALL.iter().map(column)).collect();
    let (title, lede) = (shell.t("office-payout-layouts-title"), shell.tf("office-payout-layouts-lede", [("name", account.name.clone())]));
    FormPage::new(shell, title, &format!("/payout-layouts/{}", account.id), "/payout-batches", sections).lede(lede)
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Path(id): Path<BankAccountId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let account = bank_accounts::get(&mut tx, id).await?;
    let layout = payout_batches::layout(&mut tx, id).await?.unwrap_or_default();
    let mut page = layout_page(shell, &account).with("delimiter", written(layout.delimiter));
    if layout.headers {
        page = page.with("headers", "yes");
    }
    for field in LayoutField::ALL {
        let place = layout.columns.iter().position(|column| column.field == *field);
        let head =
            layout.columns.iter().find(|column| column.field == *field).map_or_else(|| field.as_str().to_owned(), |column| column.header.clone());
        page = page
            .with(&format!("at-{}", field.as_str()), place.map_or_else(|| NONE.to_owned(), |place| (place + 1).to_string()))
            .with(&format!("head-{}", field.as_str()), head);
    }
    page.show()
}

/// What the form says; columns with the same place stay in the order of the form.
fn read(sent: &Sent) -> Layout {
    let placed = LayoutField::ALL.iter().filter_map(|field| {
        let place: u16 = sent.text(&format!("at-{}", field.as_str())).parse().ok()?;
        Some((place, LayoutColumn { field: *field, header: sent.owned(&format!("head-{}", field.as_str())) }))
    });
    let mut columns: Vec<(u16, LayoutColumn)> = placed.collect();
    columns.sort_by_key(|(place, _)| *place);
    Layout { delimiter: delimiter(sent), headers: sent.yes("headers"), columns: columns.into_iter().map(|(_, column)| column).collect() }
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Path(id): Path<BankAccountId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match payout_batches::save_layout(&mut tx, id, &read(&sent)).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/payout-batches", Tone::Good, "flash-saved"))
        }
        Err(error) => {
            let account = bank_accounts::get(&mut tx, id).await?;
            layout_page(shell, &account).again(&sent, error)
        }
    }
}

/// The form over an answer whose columns nobody said; `batch` is where one goes on.
fn mapping_page(shell: Shell, account: BankAccountId, batch: BatchId, names: &[String]) -> FormPage {
    let shell = under(shell);
    let columns: Vec<Choice> = names.iter().enumerate().map(|(nr, name)| Choice::new(nr.to_string(), name.clone())).collect();
    let any: Vec<Choice> = std::iter::once(Choice::new(NONE, shell.t("office-columns-none"))).chain(columns.clone()).collect();
    let needed = |name: &str| Field::select(name, shell.t(&format!("office-payout-answers-{name}")), columns.clone());
    let wanted = |name: &str| Field::select(name, shell.t(&format!("office-payout-answers-{name}")), any.clone());
    let words =
        |name: &str| Field::text(name, shell.t(&format!("office-payout-answers-{name}"))).max(400).help(shell.t("office-payout-answers-words-help"));
    let sections = vec![
        Section::titled(
            shell.t("office-columns-of-file"),
            vec![delimiters(&shell), Field::text("skip", shell.t("office-payout-answers-skip")).max(3).help(shell.t("office-columns-skip-help"))],
        ),
        Section::titled(
            shell.t("office-columns-of-words"),
            vec![needed("reference"), needed("status"), wanted("amount"), wanted("receipt"), wanted("reason")],
        ),
        Section::titled(shell.t("office-payout-answers-status"), vec![words("paid"), words("failed")]),
    ];
    let (title, lede) = (shell.t("office-payout-answers-title"), shell.t("office-payout-answers-lede"));
    FormPage::new(shell, title, &format!("/payout-layouts/{account}/answers/{batch}"), &format!("/payout-batches/{batch}"), sections)
        .lede(lede)
        .hidden("columns", names.join("\n"))
}

/// The form over the answer that was sent to a batch, with a first guess.
pub(super) fn first(shell: Shell, account: BankAccountId, batch: BatchId, file: &[u8]) -> AppResult<Response> {
    let (mapping, names) = payout_batches::guess(&formats::beginning(file));
    let column = |column: Option<u16>| column.map_or_else(|| NONE.to_owned(), |column| column.to_string());
    mapping_page(shell, account, batch, &names)
        .with("delimiter", written(mapping.delimiter))
        .with("skip", mapping.skip.to_string())
        .with("reference", mapping.reference.to_string())
        .with("status", mapping.status.to_string())
        .with("amount", column(mapping.amount))
        .with("receipt", column(mapping.receipt))
        .with("reason", column(mapping.reason))
        .with("paid", mapping.paid.join(", "))
        .with("failed", mapping.failed.join(", "))
        .show()
}

/// What the form says.
///
/// # Errors
/// `validation_error` where a choice is missing.
fn mapping(sent: &Sent) -> AppResult<ResultMapping> {
    let mut complaints = Fields::new();
    let column = |name: &str| sent.text(name).parse::<u16>().ok();
    let words =
        |name: &str| -> Vec<String> { sent.text(name).split(',').map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect() };
    let reference = complaints.check("reference", column("reference"), "field-required").unwrap_or_default();
    let status = complaints.check("status", column("status"), "field-required").unwrap_or_default();
    let skip = complaints.check("skip", sent.text("skip").parse().ok(), "field-invalid").unwrap_or_default();
    complaints.finish()?;
    Ok(ResultMapping {
        delimiter: delimiter(sent),
        skip,
        reference,
        status,
        amount: column("amount"),
        receipt: column("receipt"),
        reason: column("reason"),
        paid: words("paid"),
        failed: words("failed"),
    })
}

/// Keeps how answers are read, and goes back to where the answer is sent again.
pub(super) async fn map(
    Office(shell): Office,
    staff: Staff,
    Path((account, batch)): Path<(BankAccountId, BatchId)>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let saved = match mapping(&sent) {
        Ok(mapping) => payout_batches::save_result_mapping(&mut tx, account, &mapping).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/payout-batches/{batch}/answer"), Tone::Good, "office-columns-kept"))
        }
        Err(error) => {
            let names: Vec<String> = sent.raw("columns").lines().map(str::to_owned).collect();
            mapping_page(shell, account, batch, &names).again(&sent, error)
        }
    }
}
