//! How versions of plugins do: live calls counted by version, day and duration, and failing calls that an office lets the publisher read.
//!
//! What always holds: a call is counted once; whoever reads figures reads sums over several offices, unless all of them let the publisher
//! read their failing calls; of an office that does not, no call is shown; what was shown goes when an office shares no more.

mod jobs;
mod model;
mod steps;
pub(crate) mod store;

use chrono::Duration;

pub use jobs::TallyCalls;
pub use model::{CallFigures, SampleView, VersionFigures};
pub(crate) use model::{Share, figures};

/// Figures are of the last seven days.
pub(crate) const WINDOW: Duration = Duration::days(7);
