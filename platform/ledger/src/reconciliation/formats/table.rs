//! CSV by a mapping, a first guess of the mapping, and how the first rows read by it.

use kernel::money::{Currency, Money};

use super::{
    BankLine, FormatError, Movement, Reading,
    mapping::{Amounts, DateFormat, MAX_COLUMNS, Mapping},
};

/// How many rows a preview shows.
const PREVIEW_ROWS: usize = 8;

/// The records of a file, each with the line on which it stands.
fn rows(text: &str, delimiter: char) -> impl Iterator<Item = (usize, Result<csv::StringRecord, csv::Error>)> {
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    let (mut at, mut line) = (0, 1);
    reader.into_records().map(move |record| {
        let position = record.as_ref().map_or_else(csv::Error::position, csv::StringRecord::position);
        let behind = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(at);
        // A record's position is behind the record before it: empty lines stand between.
        let start = behind + text.get(behind..).and_then(|rest| rest.find(|c| !matches!(c, '\r' | '\n'))).unwrap_or_default();
        line += text.get(at..start).unwrap_or_default().matches('\n').count();
        at = start;
        (line, record)
    })
}

/// The movements of a file.
///
/// # Errors
/// Too many rows, or too many that cannot be read.
pub(super) fn read(text: &str, mapping: &Mapping, currency: Currency) -> Result<Reading, FormatError> {
    let mut reading = Reading::default();
    for (nr, record) in rows(text, mapping.delimiter).skip(usize::from(mapping.skip)) {
        let Ok(record) = record else {
            reading.leave(FormatError::Row(nr))?;
            continue;
        };
        if swallows(&record, mapping) {
            return Err(FormatError::Quote(nr));
        }
        match row(&record, nr, mapping, currency) {
            Ok(line) => line.map_or(Ok(()), |line| reading.take(line))?,
            // Day and month stand the other way round: those that can be read are wrong as well.
            Err(FormatError::Date(_)) if mapping.date_format.is_turned(day_of(&record, mapping)) => return Err(FormatError::Turned(nr)),
            Err(error) => reading.leave(error)?,
        }
    }
    Ok(reading)
}

fn day_of<'a>(record: &'a csv::StringRecord, mapping: &Mapping) -> &'a str {
    record.get(usize::from(mapping.date)).unwrap_or_default()
}

/// Whether whole rows stand inside one of its cells: a quote was not closed.
fn swallows(record: &csv::StringRecord, mapping: &Mapping) -> bool {
    let day = |line: &str| {
        line.split(mapping.delimiter).nth(usize::from(mapping.date)).and_then(|cell| mapping.date_format.read(cell.trim().trim_matches('"')))
    };
    record.iter().any(|cell| cell.lines().skip(1).any(|line| day(line).is_some()))
}

/// One row; none if it holds no movement: without a day (headings and totals), or without an amount (a balance brought forward).
fn row(record: &csv::StringRecord, nr: usize, mapping: &Mapping, currency: Currency) -> Result<Option<BankLine>, FormatError> {
    let cell = |column: u16| record.get(usize::from(column)).unwrap_or_default();
    let told = |column: Option<u16>| column.map(cell).map(str::to_owned).filter(|text| !text.is_empty());
    if cell(mapping.date).is_empty() {
        return Ok(None);
    }
    let read = |column: u16| figure(cell(column), mapping.decimal_comma, currency).ok_or(FormatError::Amount(nr));
    let minor = match mapping.amounts {
        Amounts::Signed { amount, out_is_positive } => match (read(amount)?, out_is_positive) {
            (minor, true) => minor.checked_neg().ok_or(FormatError::Amount(nr))?,
            (minor, false) => minor,
        },
        // Some banks write money out with a minus although it has a column of its own.
        Amounts::Split { credit, debit } => read(credit)?.checked_sub(read(debit)?.abs()).ok_or(FormatError::Amount(nr))?,
    };
    let booked_on = mapping.date_format.read(cell(mapping.date));
    if minor == 0 {
        return Ok(None);
    }
    Ok(Some(BankLine {
        id: told(mapping.id),
        booked_on: booked_on.ok_or(FormatError::Date(nr))?,
        value_on: None,
        amount: Money::new(minor, currency),
        movement: Movement::Money,
        pending: false,
        reference: told(mapping.reference),
        counterparty: told(mapping.counterparty),
        narrative: told(mapping.narrative),
    }))
}

/// Minor units of `1,500.00`, `(1.500,00)`, `-20`, `1 500.00 DR`, `KES 20`; zero if the cell is empty.
fn figure(cell: &str, decimal_comma: bool, currency: Currency) -> Option<i64> {
    let upper = cell.trim().to_ascii_uppercase();
    if upper.is_empty() || upper == "-" {
        return Some(0);
    }
    let (plain, out) = match upper.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => match (upper.strip_suffix("DR").or_else(|| upper.strip_suffix('D')), upper.strip_suffix("CR").or_else(|| upper.strip_suffix('C'))) {
            (Some(rest), _) => (rest, true),
            (_, Some(rest)) => (rest, false),
            (None, None) => (upper.as_str(), false),
        },
    };
    let plain = plain.trim().trim_start_matches('+');
    // A minus behind the figure is how some ledgers write it.
    let turned = plain.strip_suffix('-').map(|figure| format!("-{figure}"));
    let plain = turned.as_deref().unwrap_or(plain);
    let plain = if decimal_comma { plain.replace(['.', '\''], "").replace(',', ".") } else { plain.replace('\'', "") };
    let minor = Money::parse(&plain, currency)?.minor;
    if out { minor.checked_abs()?.checked_neg() } else { Some(minor) }
}

/// How a file reads by a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Names of the columns: what stands above the first movement, else a number.
    pub columns: Vec<String>,
    pub rows: Vec<PreviewRow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRow {
    pub nr: usize,
    pub read: Result<BankLine, FormatError>,
}

/// The first movements of a file's beginning. The last row may be cut and is left out.
#[must_use]
pub fn preview(beginning: &str, mapping: &Mapping, currency: Currency) -> Preview {
    let whole = beginning.rfind('\n').map_or(beginning, |end| beginning.get(..end).unwrap_or(beginning));
    let read = |(nr, record): (usize, Result<csv::StringRecord, csv::Error>)| match record.map_err(|_| FormatError::Row(nr)) {
        Ok(record) => row(&record, nr, mapping, currency).transpose().map(|read| PreviewRow { nr, read }),
        Err(error) => Some(PreviewRow { nr, read: Err(error) }),
    };
    let rows = rows(whole, mapping.delimiter).skip(usize::from(mapping.skip)).filter_map(read).take(PREVIEW_ROWS).collect();
    Preview { columns: columns(beginning, mapping), rows }
}

fn columns(beginning: &str, mapping: &Mapping) -> Vec<String> {
    let records: Vec<csv::StringRecord> = rows(beginning, mapping.delimiter).filter_map(|(_, record)| record.ok()).take(120).collect();
    let width = records.iter().map(csv::StringRecord::len).max().unwrap_or_default().min(usize::from(MAX_COLUMNS));
    let heading = usize::from(mapping.skip).checked_sub(1).and_then(|nr| records.get(nr));
    let name = |column: usize| heading.and_then(|row| row.get(column)).filter(|text| !text.is_empty()).map(|text| text.chars().take(60).collect());
    (0..width).map(|column| name(column).unwrap_or_else(|| format!("{}", column + 1))).collect()
}

/// A mapping to begin with, from the names of columns and what stands below them.
#[must_use]
pub fn guess(beginning: &str) -> Mapping {
    let delimiter = [',', ';', '\t', '|'].into_iter().max_by_key(|c| beginning.matches(*c).count()).unwrap_or(',');
    let records: Vec<Vec<String>> = rows(beginning, delimiter)
        .filter_map(|(_, record)| record.ok())
        .take(60)
        .map(|record| record.iter().map(str::to_ascii_lowercase).collect())
        .collect();
    let names = |row: &Vec<String>| row.iter().any(|cell| cell.contains("date")) && row.len() > 2;
    let heading = records.iter().position(names);
    let empty = Vec::new();
    let head = heading.and_then(|nr| records.get(nr)).unwrap_or(&empty);
    let find = |words: &[&str]| {
        let column = words.iter().find_map(|word| head.iter().position(|cell| cell.contains(word)));
        column.and_then(|column| u16::try_from(column).ok())
    };
    let date = find(&["transaction date", "date"]).unwrap_or(0);
    let skip = heading.map_or(0, |nr| nr + 1);
    let first = records.iter().skip(skip).filter_map(|row| row.get(usize::from(date))).find(|cell| !cell.is_empty());
    let fits = |format: &&DateFormat| first.is_some_and(|cell| format.read(cell).is_some());
    let amounts = match (find(&["credit", "money in", "paid in", "deposit"]), find(&["debit", "money out", "withdraw", "paid out"])) {
        (Some(credit), Some(debit)) if credit != debit => Amounts::Split { credit, debit },
        _ => Amounts::Signed { amount: find(&["amount"]).unwrap_or(1), out_is_positive: false },
    };
    let narrative = find(&["description", "narrative", "details", "particulars", "narration"]);
    let apart = |column: Option<u16>| column.filter(|column| Some(*column) != narrative && *column != date);
    Mapping {
        delimiter,
        skip: u16::try_from(skip).unwrap_or_default(),
        date,
        date_format: DateFormat::ALL.iter().find(fits).copied().unwrap_or(DateFormat::DayMonthYear),
        amounts,
        decimal_comma: false,
        id: apart(find(&["transaction id", "receipt", "bank ref"])),
        reference: apart(find(&["customer ref", "account no", "reference"])),
        counterparty: apart(find(&["payer", "sender", "counterparty", "name"])),
        narrative,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconciliation::{MAX_LINES, formats::MAX_UNREAD};

    const SPLIT: &str = "Mfano Bank Limited\nAccount,0100000001\n\nTransaction Date,Value Date,Narrative,Reference,Debit,Credit,Balance\n\
        18/11/2026,18/11/2026,Balance brought forward,,,,\"10,000.00\"\n\
        19/11/2026,19/11/2026,\"TRF, ASHA MFANO\",7Q4M2X9KTB0R,,\"45,243.00\",\"55,243.00\"\n\
        20/11/2026,20/11/2026,Ledger fee,,120.50,,\"55,122.50\"\n\
        ,,Totals,,120.50,\"45,243.00\",\n";

    #[test]
    fn a_statement_with_headings_and_totals_is_guessed_and_read() {
        let mapping = guess(SPLIT);
        assert_eq!((mapping.skip, mapping.date, mapping.date_format), (3, 0, DateFormat::DayMonthYear));
        assert_eq!((mapping.amounts.clone(), mapping.reference, mapping.narrative), (Amounts::Split { credit: 5, debit: 4 }, Some(3), Some(2)));
        let lines = read(SPLIT, &mapping, Currency::KES).unwrap().lines;
        let told: Vec<_> = lines.iter().map(|line| (line.amount.minor, line.reference.as_deref(), line.narrative.as_deref())).collect();
        assert_eq!(told, [(4_524_300, Some("7Q4M2X9KTB0R"), Some("TRF, ASHA MFANO")), (-12_050, None, Some("Ledger fee"))]);
        let preview = preview(SPLIT, &mapping, Currency::KES);
        assert_eq!((preview.columns.len(), preview.columns[2].as_str(), preview.rows.len()), (7, "Narrative", 2));
    }

    #[test]
    fn conventions_of_amounts_are_read() {
        let kes = |cell| figure(cell, false, Currency::KES);
        for (cell, minor) in
            [("1,500.00", 150_000), ("(1,500.00)", -150_000), ("20 DR", -2_000), ("20CR", 2_000), ("KES 20", 2_000), ("-5.5", -550), ("5-", -500)]
        {
            assert_eq!(kes(cell), Some(minor), "{cell}");
        }
        assert_eq!((kes(""), kes("-"), kes("twenty"), kes("1.005")), (Some(0), Some(0), None, None));
        assert_eq!(figure("1.500,25-", true, Currency::NAD), Some(-150_025));
    }

    #[test]
    fn rows_that_cannot_be_read_are_left_out_and_named_by_their_line() {
        let mapping = guess(SPLIT);
        let left_out = |file: &str| {
            let reading = read(file, &mapping, Currency::KES).unwrap();
            (reading.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), reading.unread)
        };
        let wrong_day = SPLIT.replace("19/11/2026,19/11/2026", "2026-11-19,");
        assert_eq!(left_out(&wrong_day), (vec![-12_050], vec![FormatError::Date(6)]));
        let wrong_amount = SPLIT.replace(",,120.50,,", ",,a lot,,").replace("\"TRF, ASHA MFANO\"", "\"TRF\nASHA MFANO\"");
        assert_eq!(left_out(&wrong_amount), (vec![4_524_300], vec![FormatError::Amount(8)]));
    }

    #[test]
    fn a_file_whose_days_stand_the_other_way_round_is_refused() {
        let mapping = guess(SPLIT);
        assert_eq!(mapping.date_format, DateFormat::DayMonthYear);
        let turned = SPLIT.replace("19/11/2026,19/11/2026", "11/19/2026,");
        assert_eq!(read(&turned, &mapping, Currency::KES), Err(FormatError::Turned(6)));
    }

    #[test]
    fn a_quote_that_is_not_closed_swallows_no_rows() {
        let mapping = guess(SPLIT);
        let file = format!("{SPLIT}20/11/2026,,\"TRF ASHA,,500.00\n21/11/2026,,TRF BARAKA,,,700.00,\n");
        assert_eq!(read(&file, &mapping, Currency::KES), Err(FormatError::Quote(9)));
    }

    #[test]
    fn a_file_with_too_many_rows_that_cannot_be_read_is_not_what_it_was_taken_for() {
        let mapping = guess(SPLIT);
        let wrong = |count: usize| format!("{SPLIT}{}", "21/11/2026,,,,a lot,,\n".repeat(count));
        assert_eq!(read(&wrong(MAX_UNREAD), &mapping, Currency::KES).unwrap().lines.len(), 2);
        assert_eq!(read(&wrong(MAX_UNREAD + 1), &mapping, Currency::KES), Err(FormatError::Amount(9)));
    }

    #[test]
    fn a_file_with_too_many_movements_is_refused() {
        let mapping = Mapping {
            skip: 0,
            date: 0,
            amounts: Amounts::Signed { amount: 1, out_is_positive: false },
            reference: None,
            narrative: None,
            ..guess(SPLIT)
        };
        let long = "20/11/2026,5\n".repeat(MAX_LINES + 1);
        assert_eq!(read(&long, &mapping, Currency::KES), Err(FormatError::TooLong(MAX_LINES)));
    }

    #[test]
    fn money_out_may_be_the_positive_side_of_one_column() {
        let mapping = Mapping {
            skip: 0,
            date: 0,
            amounts: Amounts::Signed { amount: 1, out_is_positive: true },
            reference: None,
            narrative: None,
            ..guess(SPLIT)
        };
        assert_eq!(read("20/11/2026,5\n", &mapping, Currency::KES).unwrap().lines[0].amount.minor, -500);
    }
}
