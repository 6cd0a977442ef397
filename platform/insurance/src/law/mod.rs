//! What the law of a country fixes: levies and duties on a premium, the rounding of what is paid, limits of commission, what a
//! policy that ends early gives back, public holidays, and which numbers identify people and vehicles. Read-only, from the pack,
//! dated: a decision names the version it used, and a version is never edited. Called by rating, by cancellations, and by whoever
//! counts business days.

mod cancellation;
mod file;
pub mod model;
pub mod plates;

pub use cancellation::{CancellationLaw, GivenBack, ShortRateStep};
pub(crate) use file::date as toml_date;
pub use model::{Charge, CommissionLimit, Identifier, Law, Levy, LevyKind, OfPremium, Payable, PremiumLaw};
pub use plates::PlateFormats;
