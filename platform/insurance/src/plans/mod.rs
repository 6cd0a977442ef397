//! Payment plans: an order in one, two, three or monthly parts, as far as tenant and insurer allow it.
//!
//! What holds: the first instalment of a line carries all levies, duties and the rounding, and is due before cover; later ones are
//! premium only, in whole units of the currency, due month by month from the first day of cover. Each instalment is a receivable of
//! its line. Money is posted to insurer and commission as it comes in ([`crate::fulfilment`]), never before. An instalment that is
//! late by more than the days of grace is a task for staff: whether cover goes on is theirs to decide.

mod model;
pub mod rules;

pub use model::{Due, Instalment, PaymentPlans, Plan, PlanOption, PlanTerms};
