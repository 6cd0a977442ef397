//! A list as a file. What a spreadsheet could take for a formula is made text: a customer's name must not run on a desk. A long file
//! is written from several parts, which are looked through once before, since a column's head says what stands in all of it.

use std::collections::BTreeSet;

use axum::response::Response;
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use kernel::{AppError, AppResult, money::Money};
use rust_xlsxwriter::{Format as CellFormat, Workbook, XlsxError};
use serde::{Deserialize, Serialize};

use super::{Cell, ListPage};

kernel::text_enum! {
    pub(crate) enum Format {
        Csv = "csv",
        Xlsx = "xlsx",
    }
}

impl Format {
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A cell as a file holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Value {
    Text(String),
    Count(i64),
    Amount(Money),
    Day(NaiveDate),
    /// What may be done with the row, which a file leaves out.
    Act,
}

impl Value {
    fn of(cell: Cell, zone: Tz) -> Self {
        match cell {
            Cell::Main(text) | Cell::Pictured(text, _) | Cell::Text(text) | Cell::Quiet(text) | Cell::Figure(text) => Self::Text(text),
            Cell::Link { label, .. } => Self::Text(label),
            Cell::State(badge) => Self::Text(badge.word),
            Cell::At(at) => Self::Text(at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()),
            Cell::Amount(amount) => amount.map_or_else(|| Self::Text(String::new()), Self::Amount),
            Cell::Count(count) => Self::Count(count),
            Cell::Day(day) => Self::Day(day),
            Cell::Action { .. } => Self::Act,
        }
    }
}

/// Rows of a list on their way into a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Part {
    heads: Vec<String>,
    rows: Vec<Vec<Value>>,
}

impl Part {
    pub(crate) fn of(page: ListPage, zone: Tz) -> Self {
        let heads = page.list.columns.into_iter().map(|column| column.label).collect();
        let rows = page.rows.into_iter().map(|row| row.cells.into_iter().map(|cell| Value::of(cell, zone)).collect()).collect();
        Self { heads, rows }
    }
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// What the columns hold, as far as they were looked through.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns(Vec<Seen>);

#[derive(Debug, Clone, Default)]
struct Seen {
    head: String,
    acts: bool,
    currencies: BTreeSet<&'static str>,
}

impl Columns {
    pub(crate) fn see(&mut self, part: &Part) {
        if self.0.is_empty() {
            self.0 = part.heads.iter().map(|head| Seen { head: head.clone(), ..Seen::default() }).collect();
        }
        for row in &part.rows {
            for (column, value) in self.0.iter_mut().zip(row) {
                match value {
                    Value::Act => column.acts = true,
                    Value::Amount(amount) => {
                        column.currencies.insert(amount.currency.code());
                    }
                    _ => {}
                }
            }
        }
    }

    /// Columns of amounts say their currency in the head, so that the figures below can be summed.
    fn heads(&self) -> Vec<String> {
        let head = |column: &Seen| match column.currencies.first() {
            Some(one) if column.currencies.len() == 1 => format!("{} ({one})", column.head),
            _ => column.head.clone(),
        };
        self.0.iter().filter(|column| !column.acts).map(head).collect()
    }

    /// A row without what is no value; where a column has several currencies, each amount says its own.
    fn row(&self, row: Vec<Value>) -> impl Iterator<Item = Value> {
        let kept = self.0.iter().zip(row).filter(|(column, _)| !column.acts);
        kept.map(|(column, value)| match value {
            Value::Amount(amount) if column.currencies.len() > 1 => Value::Text(format!("{} {}", amount.currency.code(), amount.to_decimal())),
            value => value,
        })
    }
}

/// A file while it is written.
pub(crate) enum File {
    Csv(Box<csv::Writer<Vec<u8>>>),
    Xlsx { book: Box<Workbook>, line: u32 },
}

impl File {
    pub(crate) fn begin(format: Format, columns: &Columns) -> AppResult<Self> {
        match format {
            Format::Csv => {
                // Spreadsheets take a file with this mark for UTF-8.
                let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
                writer.write_record(columns.heads().into_iter().map(harmless)).map_err(AppError::internal)?;
                Ok(Self::Csv(Box::new(writer)))
            }
            Format::Xlsx => {
                let mut book = Box::new(Workbook::new());
                head(&mut book, columns).map_err(AppError::internal)?;
                Ok(Self::Xlsx { book, line: 1 })
            }
        }
    }

    pub(crate) fn add(&mut self, columns: &Columns, part: Part) -> AppResult<()> {
        match self {
            Self::Csv(writer) => {
                for row in part.rows {
                    writer.write_record(columns.row(row).map(text)).map_err(AppError::internal)?;
                }
            }
            Self::Xlsx { book, line } => {
                for row in part.rows {
                    write(book, *line, columns.row(row)).map_err(AppError::internal)?;
                    *line = line.saturating_add(1);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> AppResult<Vec<u8>> {
        match self {
            Self::Csv(writer) => writer.into_inner().map_err(|error| AppError::internal(error.to_string())),
            Self::Xlsx { mut book, .. } => finished(&mut book).map_err(AppError::internal),
        }
    }
}

fn text(value: Value) -> String {
    match value {
        Value::Text(text) => harmless(text),
        Value::Count(count) => count.to_string(),
        Value::Amount(amount) => amount.to_decimal().to_string(),
        Value::Day(day) => day.to_string(),
        Value::Act => String::new(),
    }
}

/// What spreadsheets begin a formula with, or pass over before one. The wide forms are read as the narrow ones.
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The text with what begins a formula made harmless.
fn harmless(text: String) -> String {
    if text.trim_start_matches(' ').starts_with(FORMULA) { format!("'{text}") } else { text }
}

fn head(book: &mut Workbook, columns: &Columns) -> Result<(), XlsxError> {
    let bold = CellFormat::new().set_bold();
    let page = book.add_worksheet();
    for (column, head) in (0_u16..).zip(columns.heads()) {
        page.write_string_with_format(0, column, head, &bold)?;
    }
    page.set_freeze_panes(1, 0)?;
    Ok(())
}

/// The longest text that a cell of a workbook holds.
const CELL: usize = 32_000;

fn write(book: &mut Workbook, line: u32, row: impl Iterator<Item = Value>) -> Result<(), XlsxError> {
    let (money, day) = (CellFormat::new().set_num_format("#,##0.00"), CellFormat::new().set_num_format("yyyy-mm-dd"));
    let page = book.worksheet_from_index(0)?;
    for (column, value) in (0_u16..).zip(row) {
        match value {
            Value::Text(text) => page.write_string(line, column, text.chars().take(CELL).collect::<String>())?,
            Value::Count(count) => page.write_number(line, column, figure(&count.to_string()))?,
            Value::Amount(amount) => page.write_number_with_format(line, column, figure(&amount.to_decimal().to_string()), &money)?,
            // Workbooks count their days from 1900.
            Value::Day(date) if (1900..=9999).contains(&date.year()) => page.write_date_with_format(line, column, date, &day)?,
            Value::Day(date) => page.write_string(line, column, date.to_string())?,
            Value::Act => &mut *page,
        };
    }
    Ok(())
}

fn finished(book: &mut Workbook) -> Result<Vec<u8>, XlsxError> {
    book.worksheet_from_index(0)?.autofit();
    book.save_to_buffer()
}

/// Spreadsheets know no other numbers; nothing is reckoned with them here.
fn figure(text: &str) -> f64 {
    text.parse().unwrap_or_default()
}

/// What the list at `path` is called as a file.
pub(crate) fn file_name(path: &str, format: Format) -> String {
    let name: String = path.split('/').filter(|part| !part.is_empty() && part.len() < 30).collect::<Vec<_>>().join("-");
    format!("{}.{format}", if name.is_empty() { "list" } else { &name })
}

/// The answer that the browser saves, named after the list.
pub(super) async fn file(page: ListPage, format: Format, zone: Tz) -> AppResult<Response> {
    let name = file_name(&page.list.action, format);
    let bytes = tokio::task::spawn_blocking(move || {
        let part = Part::of(page, zone);
        let mut columns = Columns::default();
        columns.see(&part);
        let mut file = File::begin(format, &columns)?;
        file.add(&columns, part)?;
        file.finish()
    })
    .await
    .map_err(AppError::internal)??;
    pages::download(&name, format.content_type(), bytes)
}

#[cfg(test)]
mod tests {
    use kernel::money::Currency;

    use super::*;

    /// A file of these parts.
    fn written(format: Format, heads: &[&str], parts: Vec<Vec<Vec<Value>>>) -> Vec<u8> {
        let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
        let parts: Vec<Part> = parts.into_iter().map(|rows| Part { heads: heads.clone(), rows }).collect();
        let mut columns = Columns::default();
        parts.iter().for_each(|part| columns.see(part));
        let mut file = File::begin(format, &columns).expect("a file");
        parts.into_iter().for_each(|part| file.add(&columns, part).expect("rows"));
        file.finish().expect("bytes")
    }

    fn csv_of(heads: &[&str], parts: Vec<Vec<Vec<Value>>>) -> String {
        String::from_utf8(written(Format::Csv, heads, parts)).expect("text").trim_start_matches('\u{FEFF}').to_owned()
    }

    #[test]
    fn nothing_in_a_file_runs_as_a_formula() {
        let row = |text: &str| vec![Value::Text(text.to_owned())];
        let evil =
            ["=HYPERLINK(\"https://example.com\")", "+254700000101", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "Asha, \"Mfano\""];
        let text = csv_of(&["=Name"], vec![evil.map(row).to_vec()]);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(&reader.headers().expect("heads")[0], "'=Name");
        let read: Vec<String> = reader.records().map(|record| record.expect("a row")[0].to_owned()).collect();
        let (last, others) = read.split_last().expect("rows");
        assert!(others.iter().all(|text| text.starts_with('\'')), "{read:?}");
        assert_eq!(last, "Asha, \"Mfano\"");
    }

    #[test]
    fn amounts_are_figures_and_their_currency_stands_in_the_head() {
        let kes = |minor| Value::Amount(Money::new(minor, Currency::KES));
        let one = csv_of(&["Amount", "Rows"], vec![vec![vec![kes(-150_050), Value::Count(3)]], vec![vec![kes(100), Value::Count(1)]]]);
        assert_eq!(one, "Amount (KES),Rows\n-1500.50,3\n1.00,1\n");
        let ugx = Value::Amount(Money::new(5, Currency::from_code("UGX").expect("a currency")));
        let two = csv_of(&["Amount"], vec![vec![vec![kes(100)]], vec![vec![ugx]]]);
        assert_eq!(two, "Amount\nKES 1.00\nUGX 5\n", "the second part says what the head of the first must not");
    }

    #[test]
    fn a_column_of_things_to_do_is_left_out_wherever_it_shows() {
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(csv_of(&["Name", "Do"], vec![vec![vec![text("a"), text("")]], vec![vec![text("b"), Value::Act]]]), "Name\na\nb\n");
    }

    #[test]
    fn a_workbook_takes_what_a_cell_has_no_room_for() {
        let day = |year| Value::Day(NaiveDate::from_ymd_opt(year, 1, 1).expect("a day"));
        let book =
            written(Format::Xlsx, &["Name", "Born"], vec![vec![vec![Value::Text("é".repeat(40_000)), day(1850)], vec![Value::Count(1), day(2020)]]]);
        assert!(book.starts_with(b"PK"));
    }
}
