//! Sheets as spreadsheet programs write and read them: text in rows under headings. What a program adds of its own (a byte order
//! mark, semicolons instead of commas) does no harm; no cell that we write is a formula.

use kernel::{AppError, AppResult, Kind};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A sheet as it was read: headings, and the rows that are not empty, with their numbers as spreadsheet programs count them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub columns: Vec<String>,
    pub rows: Vec<(usize, Vec<String>)>,
}

/// Reads a sheet of at most so many bytes and rows; one that is larger, or is no text, is refused.
///
/// # Errors
/// `too_large`; an error of the field `file`.
pub fn read(bytes: &[u8], most_bytes: usize, most_rows: usize) -> AppResult<Sheet> {
    if bytes.len() > most_bytes {
        return Err(AppError::new(Kind::TooLarge, "too_large").with("limit", most_bytes.to_string()));
    }
    let refused = |code: &'static str| AppError::field("file", code);
    let text = std::str::from_utf8(bytes).map_err(|_| refused("sheet-not-text"))?;
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
    let heading = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t'].into_iter().find(|delimiter| heading.as_bytes().contains(delimiter)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|_| refused("sheet-unreadable"))?.iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for (line, record) in (2..).zip(reader.records()) {
        let record = record.map_err(|_| refused("sheet-unreadable"))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() == most_rows {
            return Err(refused("sheet-too-long"));
        }
        rows.push((line, record.iter().map(str::to_owned).collect()));
    }
    Ok(Sheet { columns, rows })
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
}
