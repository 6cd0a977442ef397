//! Which column of a book's CSV statements holds what: a sample is sent, its first rows are shown as they would be read, and the
//! reader corrects until they are right. The sample travels with the form; nothing is stored but the choice.

use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult,
    error::Fields,
    http::{Path, Staff},
    money::Currency,
};
use ledger::{
    bank_accounts,
    reconciliation::{
        self, Book,
        formats::{self, Amounts, BankLine, DateFormat, FormatError, Mapping, Preview},
    },
};
use pages::{Choice, Shell, Tone, redirect_with};

use crate::{
    entry::{ConfirmedFiles, Present},
    frame::{Field, FormPage, Office, Section, Sent, Table},
    words,
};

const NONE: &str = "none";

fn under(shell: Shell) -> Shell {
    shell.under("office-statements-title", "/statements")
}

fn action(book: &Book) -> String {
    format!("/statements/columns/{}", book.method.method)
}

fn sample_page(shell: Shell, book: &Book) -> FormPage {
    let shell = under(shell);
    let file = Field::file("file", shell.t("field-file"), ".csv,.txt,text/csv").help(shell.t("office-columns-file-help"));
    let (title, lede) = (shell.t("office-columns-title"), shell.tf("office-columns-lede", [("name", book.method.title.clone())]));
    let submit = shell.t("office-columns-show");
    FormPage::new(shell, title, &action(book), "/bank-accounts", vec![Section::of(vec![file])]).lede(lede).files().submit(submit)
}

pub(super) async fn show(_: Present, State(app): State<App>, Office(shell): Office, staff: Staff, Path(code): Path<String>) -> AppResult<Response> {
    let book = reconciliation::find_book(&app, &staff.scope, &code).await?;
    sample_page(shell, &book).show()
}

fn currency(book: &Book, staff: &Staff) -> Currency {
    book.method.currencies.first().and_then(|code| Currency::from_code(code).ok()).unwrap_or(staff.tenant().currency)
}

/// The form over a sample, as the mapping reads it.
fn mapping_page(shell: Shell, book: &Book, sample: &str, mapping: &Mapping, currency: Currency) -> FormPage {
    let shell = under(shell);
    let preview = formats::preview(sample, mapping, currency);
    let (title, lede) = (shell.t("office-columns-title"), shell.tf("office-columns-check", [("name", book.method.title.clone())]));
    let sections = sections(&shell, &preview);
    let (table, submit, other) = (table(&shell, &preview), shell.t("office-columns-keep"), shell.t("office-columns-again"));
    let page = FormPage::new(shell, title, &action(book), "/bank-accounts", sections).lede(lede).files().submit(submit).other(other).table(table);
    filled(page.hidden("sample", sample), mapping)
}

fn filled(page: FormPage, mapping: &Mapping) -> FormPage {
    let column = |column: Option<u16>| column.map_or_else(|| NONE.to_owned(), |column| column.to_string());
    let (style, amount, credit, debit) = match mapping.amounts {
        Amounts::Signed { amount, out_is_positive: false } => ("signed", Some(amount), None, None),
        Amounts::Signed { amount, out_is_positive: true } => ("turned", Some(amount), None, None),
        Amounts::Split { credit, debit } => ("split", None, Some(credit), Some(debit)),
    };
    page.with("delimiter", if mapping.delimiter == '\t' { "tab".to_owned() } else { mapping.delimiter.to_string() })
        .with("skip", mapping.skip.to_string())
        .with("date", mapping.date.to_string())
        .with("date_format", mapping.date_format.as_str())
        .with("style", style)
        .with("amount", column(amount))
        .with("credit", column(credit))
        .with("debit", column(debit))
        .with("decimal", if mapping.decimal_comma { "comma" } else { "point" })
        .with("id", column(mapping.id))
        .with("reference", column(mapping.reference))
        .with("counterparty", column(mapping.counterparty))
        .with("narrative", column(mapping.narrative))
}

fn sections(shell: &Shell, preview: &Preview) -> Vec<Section> {
    let named = |keys: &[&str], prefix: &str| keys.iter().map(|key| Choice::new(*key, shell.t(&format!("{prefix}-{key}")))).collect::<Vec<_>>();
    let columns: Vec<Choice> = preview.columns.iter().enumerate().map(|(nr, name)| Choice::new(nr.to_string(), name.clone())).collect();
    let any: Vec<Choice> = std::iter::once(Choice::new(NONE, shell.t("office-columns-none"))).chain(columns.clone()).collect();
    let delimiters = [(",", "comma"), (";", "semicolon"), ("tab", "tab"), ("|", "bar")];
    let delimiters = delimiters.map(|(value, key)| Choice::new(value, shell.t(&format!("office-columns-delimiter-{key}")))).to_vec();
    let formats = words::choices(shell, "date-format", DateFormat::ALL.iter().map(|format| format.as_str()));
    let needed = |name: &str| Field::select(name, shell.t(&format!("office-columns-{name}")), columns.clone());
    let wanted = |name: &str| Field::select(name, shell.t(&format!("office-columns-{name}")), any.clone());
    let file = vec![
        Field::select("delimiter", shell.t("office-columns-delimiter"), delimiters),
        Field::text("skip", shell.t("office-columns-skip")).max(3).help(shell.t("office-columns-skip-help")),
    ];
    let days = vec![needed("date"), Field::select("date_format", shell.t("office-columns-date-format"), formats)];
    let amounts = vec![
        Field::select("style", shell.t("office-columns-style"), named(&["signed", "turned", "split"], "office-columns-style")),
        Field::select("decimal", shell.t("office-columns-decimal"), named(&["point", "comma"], "office-columns-decimal")),
        wanted("amount").help(shell.t("office-columns-amount-help")),
        wanted("credit").help(shell.t("office-columns-split-help")),
        wanted("debit"),
    ];
    let told = vec![
        wanted("reference").help(shell.t("office-columns-reference-help")),
        wanted("counterparty"),
        wanted("narrative"),
        wanted("id").help(shell.t("office-columns-id-help")),
    ];
    vec![
        Section::titled(shell.t("office-columns-of-file"), file),
        Section::titled(shell.t("office-columns-of-days"), days),
        Section::titled(shell.t("office-columns-of-amounts"), amounts),
        Section::titled(shell.t("office-columns-of-words"), told),
    ]
}

fn table(shell: &Shell, preview: &Preview) -> Table {
    let read = |line: &BankLine| {
        let told = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![shell.date(&line.booked_on), shell.money(&line.amount), told(&line.reference), told(&line.counterparty), told(&line.narrative)]
    };
    let wrong = |error: &FormatError| {
        let error = AppError::from(error.clone());
        vec![String::new(), String::new(), String::new(), String::new(), shell.error(&error)]
    };
    let row = |row: &formats::PreviewRow| {
        let cells = row.read.as_ref().map_or_else(wrong, read);
        std::iter::once(shell.number(row.nr)).chain(cells).collect::<Vec<String>>()
    };
    let head = [
        "office-columns-row",
        "office-statements-day",
        "field-amount",
        "office-columns-reference",
        "office-columns-counterparty",
        "office-columns-narrative",
    ];
    Table {
        caption: shell.t("office-columns-preview"),
        head: head.iter().map(|key| shell.t(key)).collect(),
        rows: preview.rows.iter().map(row).collect(),
    }
}

/// What the form says.
///
/// # Errors
/// `validation_error` where a choice is missing.
fn read(sent: &Sent) -> AppResult<Mapping> {
    let mut complaints = Fields::new();
    let column = |name: &str| sent.text(name).parse::<u16>().ok();
    let mut needed = |name: &'static str| complaints.check(name, column(name), "field-required").unwrap_or_default();
    let date = needed("date");
    let amounts = match sent.text("style") {
        "split" => Amounts::Split { credit: needed("credit"), debit: needed("debit") },
        style => Amounts::Signed { amount: needed("amount"), out_is_positive: style == "turned" },
    };
    let skip = complaints.check("skip", sent.text("skip").parse().ok(), "field-invalid").unwrap_or_default();
    let date_format = complaints.check("date_format", DateFormat::from_name(sent.text("date_format")), "field-required");
    complaints.finish()?;
    Ok(Mapping {
        delimiter: match sent.text("delimiter") {
            "tab" => '\t',
            other => other.chars().next().unwrap_or(','),
        },
        skip,
        date,
        date_format: date_format.unwrap_or(DateFormat::DayMonthYear),
        amounts,
        decimal_comma: sent.text("decimal") == "comma",
        id: column("id"),
        reference: column("reference"),
        counterparty: column("counterparty"),
        narrative: column("narrative"),
    })
}

/// The form over the file that was sent for import, for a book of which no columns are known.
pub(super) fn first(shell: Shell, staff: &Staff, book: &Book, file: &[u8]) -> AppResult<Response> {
    let sample = formats::beginning(file);
    mapping_page(shell, book, &sample, &formats::guess(&sample), currency(book, staff)).show()
}

pub(super) async fn send(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(code): Path<String>,
    ConfirmedFiles(form): ConfirmedFiles,
) -> AppResult<Response> {
    let book = reconciliation::find_book(&app, &staff.scope, &code).await?;
    let sent = Sent::of(form.fields.clone());
    let currency = currency(&book, &staff);
    if let Some(file) = form.file("file") {
        let saved = bank_accounts::mapping(&mut staff.begin_read().await?, &code).await?;
        let sample = formats::beginning(&file.bytes);
        let mapping = saved.unwrap_or_else(|| formats::guess(&sample));
        return mapping_page(shell, &book, &sample, &mapping, currency).show();
    }
    let sample = sent.raw("sample").to_owned();
    if sample.is_empty() {
        return sample_page(shell, &book).again(&sent, AppError::field("file", "field-required"));
    }
    let mapping = match read(&sent) {
        Ok(mapping) => mapping,
        Err(error) => return mapping_page(shell, &book, &sample, &formats::guess(&sample), currency).again(&sent, error),
    };
    if sent.asks_for_other() {
        return mapping_page(shell, &book, &sample, &mapping, currency).show();
    }
    let mut tx = staff.begin_write().await?;
    match bank_accounts::save_mapping(&mut tx, &code, &mapping).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/statements/import?book={code}"), Tone::Good, "office-columns-kept"))
        }
        Err(error) => mapping_page(shell, &book, &sample, &mapping, currency).again(&sent, error),
    }
}
