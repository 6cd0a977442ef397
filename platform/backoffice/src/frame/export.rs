//! A list as a file. What a spreadsheet could take for a formula is made text: a customer's name must not run on a desk.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use chrono_tz::Tz;
use kernel::{AppError, AppResult, money::Money};
use rust_xlsxwriter::{Format as CellFormat, Workbook, XlsxError};

use super::{Cell, ListPage, Row};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Xlsx,
}

impl Format {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
    fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A cell as a file holds it.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    Count(i64),
    Amount(Money),
    Day(NaiveDate),
}

fn value(cell: Cell, zone: Tz) -> Value {
    match cell {
        Cell::Main(text) | Cell::Text(text) | Cell::Quiet(text) | Cell::Figure(text) => Value::Text(text),
        Cell::Link { label, .. } => Value::Text(label),
        Cell::State(badge) => Value::Text(badge.word),
        Cell::At(at) => Value::Text(at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()),
        Cell::Amount(amount) => amount.map_or_else(|| Value::Text(String::new()), Value::Amount),
        Cell::Count(count) => Value::Count(count),
        Cell::Day(day) => Value::Day(day),
        Cell::Action { .. } => Value::Text(String::new()),
    }
}

struct Sheet {
    heads: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// Columns of amounts say their currency in the head, so that the figures below can be summed.
fn sheet(page: ListPage, zone: Tz) -> Sheet {
    let acts = |place: usize| page.rows.iter().any(|row| matches!(row.cells.get(place), Some(Cell::Action { .. })));
    let kept: Vec<usize> = (0..page.list.columns.len()).filter(|place| !acts(*place)).collect();
    let mut heads: Vec<String> = kept.iter().filter_map(|place| page.list.columns.get(*place)).map(|column| column.label.clone()).collect();
    let values = |row: Row| {
        let cells = row.cells.into_iter().enumerate().filter(|(place, _)| kept.contains(place));
        cells.map(|(_, cell)| value(cell, zone)).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<Value>> = page.rows.into_iter().map(values).collect();
    for (place, head) in heads.iter_mut().enumerate() {
        let mut currencies: Vec<&str> = rows.iter().filter_map(|row| currency(row.get(place)?)).collect();
        currencies.sort_unstable();
        currencies.dedup();
        match currencies.as_slice() {
            [] => {}
            [one] => *head = format!("{head} ({one})"),
            _ => rows.iter_mut().filter_map(|row| row.get_mut(place)).for_each(say_currency),
        }
    }
    Sheet { heads, rows }
}

fn currency(value: &Value) -> Option<&'static str> {
    match value {
        Value::Amount(amount) => Some(amount.currency.code()),
        _ => None,
    }
}

fn say_currency(value: &mut Value) {
    if let Value::Amount(amount) = value {
        *value = Value::Text(format!("{} {}", amount.currency.code(), amount.to_decimal()));
    }
}

/// The text with what begins a formula made harmless.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn csv(sheet: Sheet) -> AppResult<Vec<u8>> {
    // Spreadsheets take a file with this mark for UTF-8.
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    writer.write_record(sheet.heads.into_iter().map(harmless)).map_err(AppError::internal)?;
    for row in sheet.rows {
        let texts = row.into_iter().map(|value| match value {
            Value::Text(text) => harmless(text),
            Value::Count(count) => count.to_string(),
            Value::Amount(amount) => amount.to_decimal().to_string(),
            Value::Day(day) => day.to_string(),
        });
        writer.write_record(texts).map_err(AppError::internal)?;
    }
    writer.into_inner().map_err(|error| AppError::internal(error.to_string()))
}

fn xlsx(sheet: Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let (bold, money, day) =
        (CellFormat::new().set_bold(), CellFormat::new().set_num_format("#,##0.00"), CellFormat::new().set_num_format("yyyy-mm-dd"));
    let page = book.add_worksheet();
    for (column, head) in (0_u16..).zip(sheet.heads) {
        page.write_string_with_format(0, column, head, &bold)?;
    }
    for (line, row) in (1_u32..).zip(sheet.rows) {
        for (column, value) in (0_u16..).zip(row) {
            match value {
                Value::Text(text) => page.write_string(line, column, text)?,
                Value::Count(count) => page.write_number(line, column, figure(&count.to_string()))?,
                Value::Amount(amount) => page.write_number_with_format(line, column, figure(&amount.to_decimal().to_string()), &money)?,
                Value::Day(date) => page.write_date_with_format(line, column, date, &day)?,
            };
        }
    }
    page.set_freeze_panes(1, 0)?;
    page.autofit();
    book.save_to_buffer()
}

/// Spreadsheets know no other numbers; nothing is reckoned with them here.
fn figure(text: &str) -> f64 {
    text.parse().unwrap_or_default()
}

/// The answer that the browser saves, named after the list.
pub(super) async fn file(page: ListPage, format: Format, zone: Tz) -> AppResult<Response> {
    let name: String = page.list.action.split('/').filter(|part| !part.is_empty() && part.len() < 30).collect::<Vec<_>>().join("-");
    let name = if name.is_empty() { "list".to_owned() } else { name };
    let bytes = tokio::task::spawn_blocking(move || {
        let sheet = sheet(page, zone);
        match format {
            Format::Csv => csv(sheet),
            Format::Xlsx => xlsx(sheet).map_err(AppError::internal),
        }
    })
    .await
    .map_err(AppError::internal)??;
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.ending());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.content_type())),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(AppError::internal)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_file_runs_as_a_formula() {
        let row = |text: &str| vec![Value::Text(text.to_owned())];
        let evil = ["=HYPERLINK(\"https://example.com\")", "+254700000101", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "Asha, \"Mfano\""];
        let written = csv(Sheet { heads: vec!["=Name".into()], rows: evil.map(row).to_vec() }).expect("a file");
        let text = String::from_utf8(written).expect("text");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
        assert_eq!(&reader.headers().expect("heads")[0], "'=Name");
        let read: Vec<String> = reader.records().map(|record| record.expect("a row")[0].to_owned()).collect();
        assert!(read.iter().all(|text| !text.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{read:?}");
        assert_eq!(read.last().map(String::as_str), Some("Asha, \"Mfano\""));
    }

    #[test]
    fn amounts_are_figures_and_their_currency_stands_in_the_head() {
        let written = csv(Sheet {
            heads: vec!["Amount (KES)".into(), "Rows".into()],
            rows: vec![vec![Value::Amount(Money::new(-150_050, kernel::money::Currency::KES)), Value::Count(3)]],
        });
        assert!(String::from_utf8(written.expect("a file")).expect("text").ends_with("-1500.50,3\n"));
    }
}
