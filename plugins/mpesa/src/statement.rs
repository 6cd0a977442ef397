//! The organisation's statement as CSV, downloaded by staff in the provider's web portal.
//!
//! Columns are found by name, so that their order and further columns do not matter; what stands above the heading (organisation,
//! period) is skipped. A row that has a receipt but cannot be read stops the file: a statement with holes would explain nothing.

use csv_core::{ReadRecordResult, Reader};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::payments::statements::Line;

use crate::amount::{CURRENCY, minor_units};
use crate::eat::Moment;

/// The heading is looked for in so many first bytes.
pub const HEAD_BYTES: u32 = 64 * 1024;
/// A page is read from so many bytes.
pub const WINDOW_BYTES: u32 = 512 * 1024;
/// Rows of one page.
const PAGE_ROWS: usize = 500;
/// The longest row, and the most columns.
const ROW_BYTES: usize = 16 * 1024;
const ROW_COLUMNS: usize = 64;

/// Where each column stands.
#[derive(Debug, PartialEq, Eq)]
pub struct Columns {
    receipt: usize,
    completed: usize,
    status: usize,
    paid_in: usize,
    withdrawn: usize,
    details: Option<usize>,
    reason: Option<usize>,
    party: Option<usize>,
    account: Option<usize>,
    linked: Option<usize>,
}

/// Finds the heading.
///
/// # Errors
/// `rejected` `format` if the file has none.
pub fn heading(head: &[u8]) -> Result<(Columns, usize), PluginError> {
    let mut at = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    while let Some((row, length)) = next_row(&head[at..], true)? {
        at += length;
        if let Some(columns) = Columns::read(&row) {
            return Ok((columns, at));
        }
    }
    Err(PluginError::rejected(
        "format",
        "not a statement of this provider: no heading with Receipt No., Completion Time, Transaction Status, Paid In and Withdrawn",
    ))
}

/// The rows at the beginning of `chunk`, and how many bytes they took. `last`: the file ends with the chunk.
///
/// # Errors
/// `rejected` `format` for a row that cannot be read.
pub fn page(columns: &Columns, chunk: &[u8], last: bool) -> Result<(Vec<Line>, usize), PluginError> {
    let mut lines = Vec::new();
    let mut at = 0;
    while lines.len() < PAGE_ROWS {
        let Some((row, length)) = next_row(&chunk[at..], last)? else {
            break;
        };
        at += length;
        lines.extend(columns.line(&row)?);
    }
    if at == 0 && !last {
        return Err(too_long());
    }
    Ok((lines, at))
}

fn too_long() -> PluginError {
    PluginError::rejected("format", "not a statement of this provider: a row is too long")
}

/// The cells of the next row, and its length in bytes; none if the input ends before it does.
fn next_row(input: &[u8], last: bool) -> Result<Option<(Vec<String>, usize)>, PluginError> {
    let mut reader = Reader::new();
    let mut fields = vec![0; ROW_BYTES];
    let mut ends = [0; ROW_COLUMNS];
    let (mut read, mut wrote, mut ended) = (0, 0, 0);
    loop {
        let (result, consumed, written, count) = reader.read_record(&input[read..], &mut fields[wrote..], &mut ends[ended..]);
        read += consumed;
        wrote += written;
        ended += count;
        match result {
            ReadRecordResult::Record => break,
            // An empty input tells the reader that the file is over.
            ReadRecordResult::InputEmpty if last => {}
            ReadRecordResult::InputEmpty | ReadRecordResult::End => return Ok(None),
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                return Err(too_long());
            }
        }
    }
    let mut from = 0;
    let cells = ends[..ended].iter().map(|&to| {
        let cell = String::from_utf8_lossy(&fields[from..to]).trim().to_owned();
        from = to;
        cell
    });
    Ok(Some((cells.collect(), read)))
}

impl Columns {
    fn read(row: &[String]) -> Option<Self> {
        let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let find = |name: &str| row.iter().position(|cell| plain(cell) == name);
        Some(Self {
            receipt: find("receiptno")?,
            completed: find("completiontime")?,
            status: find("transactionstatus")?,
            paid_in: find("paidin")?,
            withdrawn: find("withdrawn")?,
            details: find("details"),
            reason: find("reasontype"),
            party: find("otherpartyinfo"),
            account: find("acno"),
            linked: find("linkedtransactionid"),
        })
    }

    fn line(&self, row: &[String]) -> Result<Option<Line>, PluginError> {
        let cell = |index: usize| row.get(index).map(String::as_str).unwrap_or_default();
        let optional = |index: Option<usize>| index.map(cell).filter(|text| !text.is_empty());
        let receipt = cell(self.receipt);
        if receipt.is_empty() {
            return Ok(None);
        }
        let unreadable = |what: &str| PluginError::rejected("format", format!("statement row {receipt}: {what} cannot be read"));
        let amount = |index: usize, what: &str| match cell(index) {
            "" => Ok(0),
            text => minor_units(text).ok_or_else(|| unreadable(what)),
        };
        let (paid_in, withdrawn) = (amount(self.paid_in, "Paid In")?, amount(self.withdrawn, "Withdrawn")?);
        if (paid_in == 0) == (withdrawn == 0) || paid_in < 0 {
            return Err(unreadable("the amount"));
        }
        let moment = Moment::parse_statement(cell(self.completed)).and_then(Moment::ms).ok_or_else(|| unreadable("Completion Time"))?;
        // Details of money that came in repeat what the payer typed, which may be anything: only the reason is the provider's word.
        let words = optional(self.reason).or_else(|| optional(self.details).filter(|_| withdrawn != 0)).unwrap_or_default().to_ascii_lowercase();
        let sort = sort(&words, paid_in > 0, optional(self.account).is_some());
        let extra = [("details", self.details), ("reason", self.reason), ("linked-to", self.linked)];
        Ok(Some(Line {
            provider_ref: receipt.to_owned(),
            receipt: Some(receipt.to_owned()),
            kind: sort.kind.into(),
            state: state(cell(self.status), sort.reversal).into(),
            gross: Money { minor: if paid_in > 0 { paid_in } else { -withdrawn.abs() }, currency: CURRENCY.into() },
            fee: None,
            reference: optional(self.account).map(str::to_owned),
            counterparty: optional(self.party).map(str::to_owned),
            occurred_ms: moment,
            settled_on: None,
            settlement_ref: None,
            extra: extra.iter().filter_map(|(name, index)| Some(((*name).to_owned(), optional(*index)?.to_owned()))).collect(),
        }))
    }
}

struct Sort {
    kind: &'static str,
    reversal: bool,
}

/// What a row is about. The statement has no codes, only words; what they do not tell is an adjustment for people to look at.
fn sort(words: &str, money_in: bool, has_account: bool) -> Sort {
    let says = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let reversal = says(&["reversal", "reversed"]);
    let kind = if reversal {
        if money_in { "payout" } else { "payment" }
    } else if money_in {
        if has_account || says(&["pay bill", "paybill", "buy goods", "merchant payment", "c2b"]) { "payment" } else { "adjustment" }
    } else if says(&["charge", "tariff", "fee"]) {
        "fee"
    } else if says(&["b2c", "business payment", "salary", "promotion"]) {
        "payout"
    } else if says(&["settlement", "withdrawal", "to bank"]) {
        "settlement"
    } else {
        "adjustment"
    };
    Sort { kind, reversal }
}

fn state(status: &str, reversal: bool) -> &'static str {
    match status.to_ascii_lowercase().as_str() {
        "completed" if reversal => "reversed",
        "completed" => "received",
        "failed" | "cancelled" | "declined" | "expired" => "failed",
        _ => "pending",
    }
}

#[cfg(test)]
mod tests;
