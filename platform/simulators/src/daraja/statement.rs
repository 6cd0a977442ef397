//! Statement of a shortcode as CSV, in the style of the organisation portal's export.
//!
//! One header row, then one row per completed movement, newest first, UTF-8, comma separated, quoted
//! where needed. Columns in order:
//!
//! | column | content |
//! |---|---|
//! | `Receipt No.` | receipt number, unique |
//! | `Completion Time` | `dd-MM-yyyy HH:mm:ss`, Nairobi time |
//! | `Initiation Time` | the same form |
//! | `Details` | sentence, for people only |
//! | `Transaction Status` | always `Completed` |
//! | `Paid In` | shillings with two decimals, empty for money out |
//! | `Withdrawn` | shillings with two decimals and a minus sign, empty for money in |
//! | `Balance` | shillings with two decimals, after the movement |
//! | `Balance Confirmed` | `true` |
//! | `Reason Type` | `Pay Bill Online` (push), `Pay Bill` (typed in), `Business Payment` (payout), `Pay Bill Reversal` |
//! | `Other Party Info` | masked phone, ` - `, name |
//! | `Linked Transaction ID` | empty |
//! | `A/C No.` | account reference of the push, or what the payer typed; empty for money out |

use chrono::NaiveDate;

use super::book::Movement;
use super::eat;

const COLUMNS: [&str; 13] = [
    "Receipt No.",
    "Completion Time",
    "Initiation Time",
    "Details",
    "Transaction Status",
    "Paid In",
    "Withdrawn",
    "Balance",
    "Balance Confirmed",
    "Reason Type",
    "Other Party Info",
    "Linked Transaction ID",
    "A/C No.",
];

/// The movements of a shortcode, of one Nairobi day or all.
///
/// # Errors
/// Only if memory cannot be written, which the CSV writer reports.
pub(crate) fn write<'a>(
    movements: impl DoubleEndedIterator<Item = &'a Movement>,
    shortcode: &str,
    day: Option<NaiveDate>,
) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS)?;
    let wanted = |m: &&Movement| m.shortcode == shortcode && day.is_none_or(|day| eat::day(m.completed_at) == day);
    for movement in movements.rev().filter(wanted) {
        let amount = format!("{}.00", movement.amount);
        let (paid_in, withdrawn) = if movement.amount < 0 { ("", amount.as_str()) } else { (amount.as_str(), "") };
        out.write_record([
            movement.receipt.as_str(),
            &eat::statement(movement.completed_at),
            &eat::statement(movement.initiated_at),
            &movement.details,
            "Completed",
            paid_in,
            withdrawn,
            &format!("{}.00", movement.balance),
            "true",
            &movement.reason,
            &movement.other_party,
            "",
            &movement.account,
        ])?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}
