//! SQL of the statements, a file for each thing that is asked: imports, lines, lines that wait, what the ledger knows that a line may
//! be, and days.

mod days;
pub mod decisions;
mod evidence;
mod imports;
mod lines;
mod waiting;

pub use days::{days, missing_at_provider, missing_between};
pub use evidence::{amounts_on_the_way, entry_has_line, has_line, methods_once_used, on_the_way, payment_elsewhere, payments_named, words_of_ours};
pub use imports::{get_import, insert_import, last_day, last_import, list_imports, lock_imports};
pub use lines::{
    ReceiptLine, get_line, is_booked, is_told, known, line_of_receipt, list_lines, lock_line, mark_booked, named_otherwise, new_line, rejudge,
    resolve,
};
pub use waiting::{count_waiting, insert_waiting, list_waiting, update_judged, update_waiting};
