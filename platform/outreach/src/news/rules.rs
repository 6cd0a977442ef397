//! When news are told again and when they are too old. No clock, no database.

use chrono::{DateTime, Duration, Utc};

/// Seconds to wait after each attempt that did not work; the last again and again.
const WAITS: [i64; 6] = [15, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600];
/// What is older is not told any more.
const KEPT: Duration = Duration::days(3);

/// The next attempt after so many, not before `at_least` has passed; none if the news are too old by then.
pub(super) fn next_attempt(attempts: i32, at_least: Duration, created: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or_default().min(WAITS.len() - 1);
    let wait = WAITS.get(place).map_or(KEPT, |seconds| Duration::seconds(*seconds));
    let at = now.checked_add_signed(wait.max(at_least))?;
    (!is_old(created, at)).then_some(at)
}

/// How long news wait for earlier ones of their subject that are due then, before they look again.
pub(super) fn turn(due: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    let soon = Duration::seconds(5);
    match due - now {
        left if left > Duration::zero() => left + soon,
        left if left > -Duration::minutes(1) => soon,
        // Its job is late, or in the list of what was given up.
        _ => Duration::minutes(5),
    }
}

/// What was written before is too old.
pub(super) fn oldest(now: DateTime<Utc>) -> DateTime<Utc> {
    now - KEPT
}

pub(super) fn is_old(created: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    created < oldest(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_grow_apart_until_the_news_are_old() {
        let (mut now, mut attempts) = (DateTime::UNIX_EPOCH, 0);
        let mut waits = Vec::new();
        while let Some(at) = next_attempt(attempts + 1, Duration::zero(), DateTime::UNIX_EPOCH, now) {
            waits.push(at - now);
            (now, attempts) = (at, attempts + 1);
        }
        assert!(waits.is_sorted());
        assert_eq!(waits.first(), Some(&Duration::seconds(15)));
        assert!(now - DateTime::UNIX_EPOCH > Duration::days(2) && !is_old(DateTime::UNIX_EPOCH, now), "{attempts} attempts until {now}");
    }

    #[test]
    fn whoever_comes_later_looks_again_after_the_earlier_one_was_due() {
        let now = DateTime::UNIX_EPOCH;
        let looks = [2, 0, -30, -7200].map(|seconds| turn(now + Duration::seconds(seconds), now).num_seconds());
        assert_eq!(looks, [7, 5, 5, 300]);
    }

    #[test]
    fn whoever_asks_for_time_gets_it() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(next_attempt(1, Duration::hours(1), now, now), Some(now + Duration::hours(1)));
        assert_eq!(next_attempt(1, Duration::days(4), now, now), None);
        assert_eq!(next_attempt(1, Duration::MAX, now, now), None);
    }
}
