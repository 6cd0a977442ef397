//! Statements as banks write them: CSV with columns that were said for the book, MT940, camt.053. Pure: bytes in, movements out.
//! What holds: a row that cannot be read is left out and named, a file that is wrong as a whole is refused; a movement has the same name
//! in every file that holds it, so that the same file twice, mended files and files that overlap are harmless; no XML of a file reaches
//! outside it.

mod camt053;
mod error;
mod line;
mod mapping;
mod mt940;
mod table;

pub use error::FormatError;
pub use line::{BankLine, Format, Movement, statement_lines};
pub use mapping::{Amounts, DateFormat, Mapping};
pub use table::{Preview, PreviewRow, guess, preview};

use kernel::money::Currency;

use super::MAX_LINES;

/// The most rows that may be left out of a file: with more of them it is not what it was taken for.
pub(super) const MAX_UNREAD: usize = 100;

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    pub lines: Vec<BankLine>,
    /// What is wrong with the rows that were left out.
    pub unread: Vec<FormatError>,
}

impl Reading {
    fn take(&mut self, line: BankLine) -> Result<(), FormatError> {
        self.lines.push(line);
        if self.lines.len() > MAX_LINES { Err(FormatError::TooLong(MAX_LINES)) } else { Ok(()) }
    }
    /// Leaves out the row that is wrong.
    ///
    /// # Errors
    /// What is wrong with the whole file; the first row of too many.
    fn leave(&mut self, error: FormatError) -> Result<(), FormatError> {
        if error.row().is_none() {
            return Err(error);
        }
        self.unread.push(error);
        if self.unread.len() > MAX_UNREAD { Err(self.unread.swap_remove(0)) } else { Ok(()) }
    }
}

/// The movements of a file, and the rows that are none that can be read.
///
/// # Errors
/// What is wrong with the whole file; the first wrong row, if no other could be read.
pub fn read(format: Format, file: &[u8], mapping: Option<&Mapping>, book: &Account<'_>) -> Result<Reading, FormatError> {
    let reading = match format {
        Format::Csv => table::read(&text(file), mapping.ok_or(FormatError::NoMapping)?, book.currency)?,
        Format::Mt940 => mt940::read(&text(file), book)?,
        Format::Camt053 => camt053::read(&text(file), book)?,
    };
    if reading.lines.is_empty() { Err(reading.unread.into_iter().next().unwrap_or(FormatError::NoLines)) } else { Ok(reading) }
}

/// Fewer digits than these are part of too many accounts' numbers.
const SHORTEST_NUMBER: usize = 6;

/// Whose statement is expected.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    pub currency: Currency,
    /// Empty: the number is not checked.
    pub number: &'a str,
}

impl Account<'_> {
    /// Banks write a number with and without branch, spaces and check digits: one must contain the other, a few digits none.
    fn is(&self, written: &str) -> bool {
        let plain = |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect() };
        let (own, written) = (plain(self.number), plain(written));
        let within = |short: &str, long: &str| short == long || (short.len() >= SHORTEST_NUMBER && long.contains(short));
        own.is_empty() || written.is_empty() || within(&own, &written) || within(&written, &own)
    }
}

/// The file as text: UTF-8, or else the bytes as Latin letters, which no byte can fail.
pub(crate) fn text(file: &[u8]) -> String {
    match std::str::from_utf8(file) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        // Cut inside the last letter.
        Err(error) if error.error_len().is_none() => text(file.get(..error.valid_up_to()).unwrap_or_default()),
        Err(_) => file.iter().copied().map(char::from).collect(),
    }
}

/// The beginning of a file as text, for a preview: at most 12,000 bytes.
#[must_use]
pub fn beginning(file: &[u8]) -> String {
    let text = text(file.get(..12_000).unwrap_or(file));
    let end = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= 12_000).last().unwrap_or_default();
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_with_branch_and_spaces_and_not_by_a_few_digits() {
        let is = |own: &str, written: &str| Account { currency: Currency::KES, number: own }.is(written);
        assert!(is("0100 0000 01", "KE/0100000001") && is("12", "12") && is("", "77") && is("0100000001", ""));
        assert!(!is("0100000001", "1") && !is("0100000001", "00000") && !is("0100000001", "0200000002"));
    }
}
