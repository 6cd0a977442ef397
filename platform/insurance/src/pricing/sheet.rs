//! Prices as a sheet, one row a figure: written for a spreadsheet program, changed there, and read back. What a program adds of
//! its own (a byte order mark, semicolons instead of commas, more columns) does no harm.

use kernel::{AppError, AppResult};

use super::figures::figures;
use crate::{
    catalogue::{Product, Terms},
    sheets,
};

/// Largest sheet that is read.
pub const MOST_BYTES: usize = 1 << 20;
/// Most rows that are read.
pub const MOST_ROWS: usize = 5_000;

const COLUMNS: [&str; 5] = ["product", "insurer", "name", "figure", "value"];

/// A row as it was read. `line` counts rows from 1, the heading included, as spreadsheet programs do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    pub line: usize,
    pub product: String,
    pub figure: String,
    pub value: String,
}

/// Writes the figures of these terms.
pub fn write<'a>(products: impl IntoIterator<Item = (&'a Product, &'a Terms)>) -> AppResult<Vec<u8>> {
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    for (product, terms) in products {
        let about = [product.code.clone(), product.insurer.name.clone(), product.name.get("en").to_owned()];
        rows.extend(figures(terms).into_iter().map(|figure| about.iter().cloned().chain([figure.key, figure.value]).collect()));
    }
    sheets::write(rows)
}

/// Reads rows; a sheet without the columns `product`, `figure` and `value`, too large a one, or one that cannot be read is refused.
pub fn read(bytes: &[u8]) -> AppResult<Vec<SheetRow>> {
    let sheet = sheets::read(bytes, MOST_BYTES, MOST_ROWS)?;
    let place = |name: &str| {
        let at = sheet.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
        at.ok_or_else(|| AppError::field("file", "sheet-columns-missing"))
    };
    let (product, figure, value) = (place("product")?, place("figure")?, place("value")?);
    let rows = sheet.rows.iter().map(|(line, cells)| {
        let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
        SheetRow { line: *line, product: cell(product), figure: cell(figure), value: cell(value) }
    });
    Ok(rows.filter(|row| !(row.product.is_empty() && row.figure.is_empty() && row.value.is_empty())).collect())
}

#[cfg(test)]
mod tests {
    use kernel::Kind;

    use super::*;

    const BYTE_ORDER_MARK: &str = "\u{feff}";

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
        assert_eq!(refused(b"PK\x03\x04\xff\xfe").as_deref(), Some("sheet-unreadable"));
        assert_eq!(refused(b"\xff\xfe").as_deref(), Some("sheet-not-text"));
        assert_eq!(refused(b"").as_deref(), Some("sheet-columns-missing"));
        let long = format!("product,figure,value\n{}", "a,b,c\n".repeat(MOST_ROWS + 1));
        assert_eq!(refused(long.as_bytes()).as_deref(), Some("sheet-too-long"));
        assert_eq!(read(&vec![b'a'; MOST_BYTES + 1]).unwrap_err().kind, Kind::TooLarge);
    }
}
