//! Tables as text: the schedule that an employer gets, and the same file with their answers in it. Spreadsheets of some countries put
//! semicolons where others have commas.

use csv_core::{ReadRecordResult, ReaderBuilder};
use wakala_plugin_sdk::PluginError;

/// The longest row, and the most columns.
const ROW_BYTES: usize = 16 * 1024;
const ROW_COLUMNS: usize = 64;

/// One row as text. What a spreadsheet would take for a formula is made a plain text.
pub fn row(cells: &[&str]) -> String {
    let written: Vec<String> = cells
        .iter()
        .map(|cell| {
            let harmless = if cell.starts_with(['=', '+', '-', '@', '\t']) { format!("'{cell}") } else { (*cell).to_owned() };
            if harmless.contains(['"', ',', ';', '\n', '\r']) { format!("\"{}\"", harmless.replace('"', "\"\"")) } else { harmless }
        })
        .collect();
    format!("{}\r\n", written.join(","))
}

/// All rows of a file, without empty ones.
///
/// # Errors
/// `rejected` `format` for a row that is too long.
pub fn rows(text: &[u8]) -> Result<Vec<Vec<String>>, PluginError> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let heading = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| heading.iter().filter(|byte| **byte == wanted).count();
    let delimiter = if count(b';') > count(b',') { b';' } else { b',' };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let (mut cells, mut ends) = (vec![0; ROW_BYTES], [0; ROW_COLUMNS]);
    let (mut rows, mut at) = (Vec::new(), 0);
    loop {
        let (mut wrote, mut ended) = (0, 0);
        loop {
            let rest = text.get(at..).unwrap_or_default();
            let (result, consumed, written, count) =
                reader.read_record(rest, cells.get_mut(wrote..).unwrap_or_default(), ends.get_mut(ended..).unwrap_or_default());
            at += consumed;
            wrote += written;
            ended += count;
            match result {
                ReadRecordResult::Record => break,
                // An empty input tells the reader that the file is over.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::End => return Ok(rows),
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    return Err(PluginError::rejected("format", "a row of the file is too long"));
                }
            }
        }
        let mut from = 0;
        let row: Vec<String> = ends
            .iter()
            .take(ended)
            .map(|&to| {
                let cell = String::from_utf8_lossy(cells.get(from..to).unwrap_or_default()).trim().to_owned();
                from = to;
                cell
            })
            .collect();
        if row.iter().any(|cell| !cell.is_empty()) {
            rows.push(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text = [row(&["a", "b \"c\", d", ""]), row(&["1", "x;y", "=1+1"])].concat();
        let read = rows(text.as_bytes()).expect("a table");
        assert_eq!(read, [vec!["a", "b \"c\", d", ""], vec!["1", "x;y", "'=1+1"]]);
    }

    #[test]
    fn semicolons_empty_rows_and_a_missing_end_are_fine() {
        let read = rows(b"\xef\xbb\xbfa;b;c\n\n;;\n1;2,5;3").expect("a table");
        assert_eq!(read, [vec!["a", "b", "c"], vec!["1", "2,5", "3"]]);
        assert!(rows(b"").expect("nothing").is_empty());
        assert!(matches!(rows("x".repeat(20_000).as_bytes()), Err(PluginError::Rejected(r)) if r.code == "format"));
    }
}
