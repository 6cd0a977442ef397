//! CSV answers by a mapping, and a first guess of the mapping.

use kernel::money::{Currency, Money};

use super::{
    ResultMapping,
    answers::{Line, MAX_COLUMNS, MAX_LINES},
    error::AnswerError,
};

fn rows(text: &str, delimiter: char) -> impl Iterator<Item = (usize, Result<csv::StringRecord, csv::Error>)> {
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    reader.into_records().enumerate().map(|(nr, record)| (nr + 1, record))
}

/// The lines of a file; rows without a reference are headings or totals.
///
/// # Errors
/// The first row that cannot be read; too many rows.
pub(super) fn read(text: &str, mapping: &ResultMapping, currency: Currency) -> Result<Vec<Line>, AnswerError> {
    let mut lines = Vec::new();
    for (nr, record) in rows(text, mapping.delimiter).skip(usize::from(mapping.skip)) {
        let record = record.map_err(|_| AnswerError::Row(nr))?;
        let cell = |column: u16| record.get(usize::from(column)).unwrap_or_default();
        let told = |column: Option<u16>| column.map(cell).map(str::to_owned).filter(|text| !text.is_empty());
        if cell(mapping.reference).is_empty() {
            continue;
        }
        let amount = told(mapping.amount).map(|text| Money::parse(&text, currency).ok_or(AnswerError::Row(nr))).transpose()?;
        lines.push(Line {
            row: nr,
            reference: cell(mapping.reference).to_owned(),
            said: mapping.read(cell(mapping.status)),
            status: cell(mapping.status).to_owned(),
            amount: amount.map(|amount| amount.minor),
            receipt: told(mapping.receipt),
            reason: told(mapping.reason),
        });
        if lines.len() > MAX_LINES {
            return Err(AnswerError::TooLong(MAX_LINES));
        }
    }
    Ok(lines)
}

/// See [`super::guess`].
pub(super) fn guess(beginning: &str) -> (ResultMapping, Vec<String>) {
    let delimiter = [',', ';', '\t', '|'].into_iter().max_by_key(|c| beginning.matches(*c).count()).unwrap_or(',');
    let records: Vec<csv::StringRecord> = rows(beginning, delimiter).filter_map(|(_, record)| record.ok()).take(60).collect();
    let lower = |row: &csv::StringRecord| row.iter().map(str::to_ascii_lowercase).collect::<Vec<_>>();
    let heading = records.iter().position(|row| row.len() > 1 && lower(row).iter().any(|cell| cell.contains("status") || cell.contains("ref")));
    let head = heading.and_then(|nr| records.get(nr)).map(lower).unwrap_or_default();
    let find = |words: &[&str]| {
        let column = words.iter().find_map(|word| head.iter().position(|cell| cell.contains(word)));
        column.and_then(|column| u16::try_from(column).ok())
    };
    let reference = find(&["customer ref", "end to end", "your ref", "reference", "ref"]).unwrap_or(0);
    let apart = |column: Option<u16>| column.filter(|column| *column != reference);
    let mapping = ResultMapping {
        delimiter,
        skip: heading.and_then(|nr| u16::try_from(nr + 1).ok()).unwrap_or_default(),
        reference,
        status: apart(find(&["status", "result", "state"])).unwrap_or(1),
        amount: apart(find(&["amount"])),
        receipt: apart(find(&["transaction id", "bank ref", "receipt"])),
        reason: apart(find(&["reason", "remark", "narration", "message"])),
        paid: ["paid", "success", "successful", "completed", "processed"].map(str::to_owned).to_vec(),
        failed: ["failed", "rejected", "returned", "unsuccessful"].map(str::to_owned).to_vec(),
    };
    let width = records.iter().map(csv::StringRecord::len).max().unwrap_or_default().min(usize::from(MAX_COLUMNS));
    let heading = heading.and_then(|nr| records.get(nr));
    let name = |column: usize| heading.and_then(|row| row.get(column)).filter(|text| !text.is_empty()).map(|text| text.chars().take(60).collect());
    let names = (0..width).map(|column| name(column).unwrap_or_else(|| format!("{}", column + 1))).collect();
    (mapping, names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payout_batches::answers::Said;

    const ANSWER: &str = "Mfano Bank Limited\n\nYour reference,Amount,Status,Bank ref,Reason\n\
        PO-2026-00001,\"1,500.00\",SUCCESS,FT1,\n\
        PO-2026-00002,200.00,Rejected,,Account closed\n\
        ,1700.00,,,\n";

    #[test]
    fn an_answer_with_headings_and_totals_is_guessed_and_read() {
        let (mapping, names) = guess(ANSWER);
        assert_eq!(names, ["Your reference", "Amount", "Status", "Bank ref", "Reason"]);
        let lines = read(ANSWER, &mapping, Currency::KES).unwrap();
        let told: Vec<_> = lines.iter().map(|line| (line.reference.as_str(), line.said, line.amount, line.receipt.as_deref())).collect();
        assert_eq!(told, [("PO-2026-00001", Said::Paid, Some(150_000), Some("FT1")), ("PO-2026-00002", Said::Failed, Some(20_000), None)]);
        assert_eq!(lines.last().and_then(|line| line.reason.as_deref()), Some("Account closed"));
    }

    #[test]
    fn an_amount_that_is_none_is_named_by_its_row_and_too_many_rows_are_refused() {
        let (mapping, _) = guess(ANSWER);
        assert_eq!(read(&ANSWER.replace("200.00", "a lot"), &mapping, Currency::KES), Err(AnswerError::Row(4)));
        let long = format!("{ANSWER}{}", "PO-1,1,paid,,\n".repeat(MAX_LINES));
        assert_eq!(read(&long, &mapping, Currency::KES), Err(AnswerError::TooLong(MAX_LINES)));
    }
}
