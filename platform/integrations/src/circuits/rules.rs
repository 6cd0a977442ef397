//! When calls wait, and for how long.

use chrono::{DateTime, TimeDelta, Utc};

use super::Circuit;

/// Failures in a row until calls wait.
const FAILURES: i32 = 5;
/// How long they wait at first; twice as long each time, up to the longest.
const FIRST: TimeDelta = TimeDelta::seconds(30);
const LONGEST: TimeDelta = TimeDelta::minutes(15);

/// After one more failure. Calls that were under way when the circuit opened do not make it longer.
pub(super) fn after_failure(before: Option<Circuit>, reason: String, now: DateTime<Utc>) -> Circuit {
    let before = before.unwrap_or(Circuit { failures: 0, opened: 0, open_until: None, reason: String::new() });
    let failures = before.failures.saturating_add(1);
    if failures < FAILURES || before.waits_until(now).is_some() {
        return Circuit { failures, reason, ..before };
    }
    let doubled = FIRST * 2_i32.saturating_pow(before.opened.clamp(0, 10).unsigned_abs());
    Circuit { failures, opened: before.opened.saturating_add(1), open_until: Some(now + doubled.min(LONGEST)), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_in_a_row_let_calls_wait_and_each_further_one_longer() {
        let mut now = DateTime::UNIX_EPOCH;
        let mut circuit = None;
        for _ in 0..4 {
            circuit = Some(after_failure(circuit, "down".into(), now));
        }
        assert_eq!(circuit.as_ref().and_then(|circuit| circuit.waits_until(now)), None);
        let mut pauses = Vec::new();
        for _ in 0..7 {
            let next = after_failure(circuit, "down".into(), now);
            let until = next.waits_until(now).expect("it is open");
            pauses.push((until - now).num_seconds());
            now = until;
            circuit = Some(next);
        }
        assert_eq!(pauses, [30, 60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn calls_under_way_when_it_opened_do_not_make_it_longer() {
        let now = DateTime::UNIX_EPOCH;
        let open = Circuit { failures: 5, opened: 1, open_until: Some(now + FIRST), reason: "down".into() };
        let after = after_failure(Some(open.clone()), "still down".into(), now);
        assert_eq!((after.failures, after.opened, after.open_until), (6, open.opened, open.open_until));
        assert_eq!(open.waits_until(now + FIRST), None, "then one may try");
    }
}
