//! Prices as a sheet, one row a figure: written for a spreadsheet program, changed there, and read back. What a program adds of
//! its own (a byte order mark, semicolons instead of commas, more columns) does no harm.

use kernel::{AppError, AppResult, Kind};

use super::figures::figures;
use crate::catalogue::{Product, Terms};

/// Largest sheet that is read.
pub const MOST_BYTES: usize = 1 << 20;
/// Most rows that are read.
pub const MOST_ROWS: usize = 5_000;

const COLUMNS: [&str; 5] = ["product", "insurer", "name", "figure", "value"];
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A row as it was read. `line` counts rows from 1, the heading included, as spreadsheet programs do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    pub line: usize,
    pub product: String,
    pub figure: String,
    pub value: String,
}

/// Writes the figures of these terms, with a byte order mark so that every program reads the names right.
pub fn write<'a>(products: impl IntoIterator<Item = (&'a Product, &'a Terms)>) -> AppResult<Vec<u8>> {
    let mut out = csv::Writer::from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    out.write_record(COLUMNS).map_err(AppError::internal)?;
    for (product, terms) in products {
        for figure in figures(terms) {
            let name = inert(product.name.get("en"));
            let record = [product.code.as_str(), &inert(&product.insurer.name), &name, &figure.key, &inert(&figure.value)];
            out.write_record(record).map_err(AppError::internal)?;
        }
    }
    out.into_inner().map_err(|error| AppError::internal(error.into_error()))
}

/// A text that no spreadsheet program takes for a formula.
fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// Reads rows; a sheet without the columns `product`, `figure` and `value`, too large a one, or one that is no text is refused.
pub fn read(bytes: &[u8]) -> AppResult<Vec<SheetRow>> {
    if bytes.len() > MOST_BYTES {
        return Err(AppError::new(Kind::TooLarge, "too_large").with("limit", MOST_BYTES.to_string()));
    }
    let refused = |code: &'static str| AppError::field("file", code);
    let text = std::str::from_utf8(bytes).map_err(|_| refused("sheet-not-text"))?;
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
    let heading = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t'].into_iter().find(|delimiter| heading.as_bytes().contains(delimiter)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|_| refused("sheet-unreadable"))?.clone();
    let place = |name: &str| columns.iter().position(|column| column.eq_ignore_ascii_case(name)).ok_or_else(|| refused("sheet-columns-missing"));
    let (product, figure, value) = (place("product")?, place("figure")?, place("value")?);
    let mut rows = Vec::new();
    for (line, record) in (2..).zip(reader.records()) {
        let record = record.map_err(|_| refused("sheet-unreadable"))?;
        if rows.len() == MOST_ROWS {
            return Err(refused("sheet-too-long"));
        }
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let row = SheetRow { line, product: cell(product), figure: cell(figure), value: cell(value) };
        if !(row.product.is_empty() && row.figure.is_empty() && row.value.is_empty()) {
            rows.push(row);
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: usize, product: &str, figure: &str, value: &str) -> SheetRow {
        SheetRow { line, product: product.into(), figure: figure.into(), value: value.into() }
    }

    #[test]
    fn sheets_are_read_as_programs_write_them() {
        let expected = vec![row(2, "a", "basic_premium.percent", "4.5"), row(4, "b", "basic_premium.bands", "1000: 5\n: 4")];
        let commas = "product,insurer,name,figure,value\na,x,y,basic_premium.percent,4.5\n,,,,\nb,x,y,basic_premium.bands,\"1000: 5\n: 4\"\n";
        assert_eq!(read(commas.as_bytes()).unwrap(), expected);
        let semicolons = format!("{BYTE_ORDER_MARK}Value;Figure;Product\r\n4.5;basic_premium.percent; a \r\n");
        assert_eq!(read(semicolons.as_bytes()).unwrap(), expected[..1]);
    }

    #[test]
    fn what_is_no_such_sheet_is_refused_with_a_reason() {
        let refused = |bytes: &[u8]| read(bytes).unwrap_err().fields.first().map(|field| field.code.to_string());
        assert_eq!(refused(b"product,figure\na,b\n").as_deref(), Some("sheet-columns-missing"));
        assert_eq!(refused(b"PK\x03\x04\xff\xfe").as_deref(), Some("sheet-not-text"));
        assert_eq!(refused(b"").as_deref(), Some("sheet-columns-missing"));
        let long = format!("product,figure,value\n{}", "a,b,c\n".repeat(MOST_ROWS + 1));
        assert_eq!(refused(long.as_bytes()).as_deref(), Some("sheet-too-long"));
        assert_eq!(read(&vec![b'a'; MOST_BYTES + 1]).unwrap_err().kind, Kind::TooLarge);
    }

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!([inert("=1+1"), inert("@x"), inert("4.5")], ["'=1+1", "'@x", "4.5"]);
    }
}
