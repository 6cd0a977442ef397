//! Sheets as spreadsheet programs write and read them: text in rows under headings, as text files or as workbooks. What a program
//! adds of its own (a byte order mark, semicolons instead of commas) does no harm; no cell that we write is a formula.

mod workbook;

use kernel::{AppError, AppResult, Kind, error::FieldError};

use workbook::{Fault, MOST_COLUMNS, Most};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A sheet as it was read: headings, and the rows that are not empty, with their numbers as spreadsheet programs count them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub columns: Vec<String>,
    pub rows: Vec<(usize, Vec<String>)>,
}

/// Reads a sheet of at most so many bytes and rows; one that is larger, or cannot be read, is refused. Of a workbook it is the first
/// sheet that is read, and neither the file nor what its cells say may be larger.
///
/// # Errors
/// `too_large`; an error of the field `file`.
pub fn read(bytes: &[u8], most_bytes: usize, most_rows: usize) -> AppResult<Sheet> {
    if bytes.len() > most_bytes {
        return Err(too_large(most_bytes));
    }
    if workbook::is_one(bytes) {
        let mut lines = (1..).zip(cells(bytes, most_bytes, most_rows)?);
        let columns = lines.next().map(|(_, headings)| headings).unwrap_or_default();
        return Ok(Sheet { columns, rows: lines.filter(|(_, cells)| !cells.is_empty()).collect() });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| AppError::field("file", "sheet-not-text"))?;
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
    let heading = text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';'].into_iter().find(|delimiter| heading.as_bytes().contains(delimiter)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut columns: Vec<String> = reader.headers().map_err(|_| AppError::field("file", "sheet-unreadable"))?.iter().map(str::to_owned).collect();
    // Programs leave columns behind that say nothing.
    columns.truncate(columns.iter().rposition(|heading| !heading.is_empty()).map_or(0, |last| last + 1));
    if columns.len() > MOST_COLUMNS {
        return Err(refused("sheet-too-wide", "columns", MOST_COLUMNS.to_string()));
    }
    let mut rows = Vec::new();
    for (line, record) in (2..).zip(reader.records()) {
        let record = record.map_err(|_| AppError::field("file", "sheet-unreadable"))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() == most_rows {
            return Err(refused("sheet-too-long", "rows", most_rows.to_string()));
        }
        rows.push((line, record.iter().map(str::to_owned).collect()));
    }
    Ok(Sheet { columns, rows })
}

/// A sheet as text that [`read`] reads the same way, which a form can carry: a workbook's cells between tabs, anything else as it is.
///
/// # Errors
/// Those of [`read`] for a workbook; for a text that it is none.
pub fn text_of(bytes: &[u8], most_bytes: usize, most_rows: usize) -> AppResult<String> {
    if bytes.len() > most_bytes {
        return Err(too_large(most_bytes));
    }
    if !workbook::is_one(bytes) {
        return std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| AppError::field("file", "sheet-not-text"));
    }
    let mut out = csv::WriterBuilder::new().delimiter(b'\t').flexible(true).from_writer(Vec::new());
    for mut line in cells(bytes, most_bytes, most_rows)? {
        // Every line has a tab, also one that was left out, which still counts.
        line.resize(line.len().max(2), String::new());
        out.write_record(line).map_err(AppError::internal)?;
    }
    let text = out.into_inner().map_err(|error| AppError::internal(error.into_error()))?;
    if text.len() > most_bytes { Err(too_large(most_bytes)) } else { String::from_utf8(text).map_err(AppError::internal) }
}

/// The lines of a workbook's first sheet, headings first.
fn cells(bytes: &[u8], most_bytes: usize, most_rows: usize) -> AppResult<Vec<Vec<String>>> {
    workbook::lines(bytes, Most { lines: most_rows.saturating_add(1), text: most_bytes }).map_err(|fault| match fault {
        Fault::Unreadable => AppError::field("file", "sheet-unreadable"),
        Fault::TooLarge => too_large(most_bytes),
        Fault::TooLong => refused("sheet-too-long", "rows", most_rows.to_string()),
        Fault::TooWide => refused("sheet-too-wide", "columns", MOST_COLUMNS.to_string()),
        Fault::Cell(cell) => refused("sheet-cell-unreadable", "cell", cell),
        Fault::LongCell(cell) => refused("sheet-cell-too-long", "cell", cell),
    })
}

fn too_large(limit: usize) -> AppError {
    AppError::new(Kind::TooLarge, "too_large").with("limit", limit.to_string())
}

/// A fault of the file, with what its words show.
fn refused(code: &'static str, name: &'static str, value: String) -> AppError {
    let field = FieldError { field: "file".into(), code: code.into(), params: vec![(name, value)] };
    AppError { fields: vec![field], ..AppError::new(Kind::Invalid, "validation_error") }
}

/// Writes rows, with a byte order mark so that every program reads names right. No cell is a formula.
pub fn write(rows: impl IntoIterator<Item = Vec<String>>) -> AppResult<Vec<u8>> {
    let mut out = csv::Writer::from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    for row in rows {
        out.write_record(row.iter().map(|cell| inert(cell))).map_err(AppError::internal)?;
    }
    out.into_inner().map_err(|error| AppError::internal(error.into_error()))
}

/// Whether a spreadsheet program takes the text for a formula.
#[must_use]
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A text that no spreadsheet program takes for a formula.
fn inert(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!([inert("=1+1"), inert("@x"), inert("4.5")], ["'=1+1", "'@x", "4.5"]);
        let written = write([vec!["a".to_owned(), "=cmd()".to_owned()]]).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), format!("{BYTE_ORDER_MARK}a,'=cmd()\n"));
    }

    #[test]
    fn rows_keep_the_numbers_that_programs_show() {
        let sheet = read(format!("{BYTE_ORDER_MARK}A;B\r\n1;2\r\n;\r\n3; x \r\n").as_bytes(), 100, 5).unwrap();
        let row = |line: usize, cells: [&str; 2]| (line, cells.map(str::to_owned).to_vec());
        assert_eq!((sheet.columns, sheet.rows), (vec!["A".to_owned(), "B".to_owned()], vec![row(2, ["1", "2"]), row(4, ["3", "x"])]));
    }

    #[test]
    fn a_text_is_no_wider_than_a_workbook_whatever_columns_a_program_left_behind() {
        let wide = |columns: usize, left_behind: usize| {
            let text = format!("{}{}\n1\n", vec!["a"; columns].join(","), ",".repeat(left_behind));
            read(text.as_bytes(), 1_000, 5).map(|sheet| sheet.columns.len()).map_err(|error| error.fields[0].code.to_string())
        };
        assert_eq!(wide(MOST_COLUMNS, 300), Ok(MOST_COLUMNS));
        assert_eq!(wide(MOST_COLUMNS + 1, 0), Err("sheet-too-wide".to_owned()));
    }

    #[test]
    fn a_workbook_is_read_as_the_same_rows_as_a_text() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "A; or B").unwrap().write_string(0, 1, "C").unwrap();
        sheet.write_string(2, 0, "two \"big\", words").unwrap().write_number(2, 1, 7).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let read_from = |bytes: &[u8]| read(bytes, 64 << 10, 5).unwrap();
        let sheet = read_from(&bytes);
        assert_eq!(sheet.rows, [(3, vec!["two \"big\", words".to_owned(), "7".to_owned()])]);
        assert_eq!(read_from(text_of(&bytes, 64 << 10, 5).unwrap().as_bytes()), sheet);
        assert_eq!(read(&bytes, 64 << 10, 1).unwrap_err().fields[0].code, "sheet-too-long");
        assert_eq!(read(&bytes, bytes.len() - 1, 5).unwrap_err().kind, Kind::TooLarge);
    }
}
