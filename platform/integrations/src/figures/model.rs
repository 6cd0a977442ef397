//! What publishers read.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::steps::p95;
use crate::{
    calls::{CallOutcome, LogView},
    catalogue::VersionState,
};

/// Offices whose sum tells nothing of one of them.
const OFFICES: i64 = 3;

/// A version that is in the catalogue, with how it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct VersionFigures {
    pub plugin: String,
    pub version: String,
    pub state: VersionState,
    /// Of a hundred offices, how many it is offered to.
    pub share: i32,
    pub published_at: DateTime<Utc>,
    /// Its publisher wanted it left for the version before.
    pub taken_back_at: Option<DateTime<Utc>>,
    /// Offices that have it, and those of them that work with live settings.
    pub installed: i64,
    pub live: i64,
    /// Live calls of the last seven days; none if they are of so few offices that they would tell of one.
    pub calls: Option<CallFigures>,
}

/// Calls in sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CallFigures {
    pub calls: i64,
    /// Broke off, or left open what happened.
    pub failures: i64,
    /// Of these, those that broke off by the plugin's own doing: it trapped, or used up what a call may.
    pub traps: i64,
    /// 95 of 100 calls took at most so many microseconds.
    pub p95_us: Option<i64>,
}

/// A failing call that an office lets the publisher read. It does not say which office.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SampleView {
    /// The call's id in the office's own log.
    pub id: Uuid,
    pub action: String,
    pub outcome: CallOutcome,
    pub error: Option<String>,
    /// What the plugin wrote, masked.
    pub logs: Vec<LogView>,
    pub duration_us: i64,
    pub at: DateTime<Utc>,
}

/// Calls of one version that took the same step of duration.
pub(crate) struct Share {
    pub step: i32,
    pub calls: i64,
    pub failures: i64,
    pub traps: i64,
}

/// The sum, by steps in order; none if so few offices are `hidden` in it that what is known of the others would tell of one.
pub(crate) fn figures(shares: &[Share], hidden: i64) -> Option<CallFigures> {
    if hidden > 0 && hidden < OFFICES {
        return None;
    }
    let sum = |of: fn(&Share) -> i64| shares.iter().map(of).fold(0_i64, i64::saturating_add);
    let counted: Vec<(i32, i64)> = shares.iter().map(|share| (share.step, share.calls)).collect();
    Some(CallFigures {
        calls: sum(|share| share.calls),
        failures: sum(|share| share.failures),
        traps: sum(|share| share.traps),
        p95_us: p95(&counted),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares() -> Vec<Share> {
        vec![Share { step: 6, calls: 95, failures: 0, traps: 0 }, Share { step: 20, calls: 5, failures: 3, traps: 1 }]
    }

    #[test]
    fn calls_of_few_offices_are_not_told_unless_all_of_them_share() {
        let told = Some(CallFigures { calls: 100, failures: 3, traps: 1, p95_us: Some(10_000) });
        assert_eq!(figures(&shares(), 3), told);
        assert_eq!(figures(&shares(), 0), told);
        assert_eq!(figures(&shares(), 2), None);
        assert_eq!(figures(&[], 0), Some(CallFigures::default()), "nobody called");
    }
}
