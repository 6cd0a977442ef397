//! What a risk costs, and why. Pricing is a closed list of typed steps; each yields the line that explains it. Pure: the same
//! terms, law, answers and add-ons give the same lines on any machine at any time. The lines add up to the exact total, and the
//! difference to the sum that is paid is a line of its own.

mod changed_rows;
pub mod model;
mod rate;
pub mod step;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod published;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod worked;

pub use changed_rows::{RowChange, changed_rows};
pub use model::{Decline, Line, LineKind, Outcome, Premium, RatingFault};
pub use rate::{Inputs, rate, rate_bundled};
pub use step::{BandRow, Condition, Limit, Price, Step, TableRow, unreachable_row};
