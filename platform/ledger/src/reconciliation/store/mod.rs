//! SQL of the statements, a file for each thing that is asked: imports, lines, what the ledger knows that a line may be, and days.

mod days;
mod evidence;
mod imports;
mod lines;

pub use days::{days, missing_at_provider, missing_between};
pub use evidence::{entry_has_line, has_line, methods_once_used, on_the_way, payment_elsewhere};
pub use imports::{get_import, insert_import, list_imports, lock_imports};
pub use lines::{get_line, insert_line, is_booked, known, line_of_receipt, list_lines, lock_line, mark_booked, new_line, rejudge, resolve};
