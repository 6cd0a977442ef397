//! Durations in steps, so that those of many offices can be summed: the sum still tells how long most calls took.

/// Where each step ends, in microseconds. The last is longer than any call may take.
pub(super) const STEPS: [i64; 32] = [
    1_000,
    1_500,
    2_000,
    3_000,
    5_000,
    7_000,
    10_000,
    15_000,
    20_000,
    30_000,
    50_000,
    70_000,
    100_000,
    150_000,
    200_000,
    300_000,
    500_000,
    700_000,
    1_000_000,
    1_500_000,
    2_000_000,
    3_000_000,
    5_000_000,
    7_000_000,
    10_000_000,
    15_000_000,
    20_000_000,
    30_000_000,
    50_000_000,
    70_000_000,
    100_000_000,
    150_000_000,
];

/// In how many microseconds 95 of 100 calls ended, at most; `counted` is how many took which step, in order. None where there were none.
pub(super) fn p95(counted: &[(i32, i64)]) -> Option<i64> {
    let calls = counted.iter().fold(0_i64, |sum, (_, calls)| sum.saturating_add(*calls));
    let mut left = calls.saturating_mul(95).saturating_add(99) / 100;
    let (step, _) = counted.iter().find(|(_, calls)| {
        left = left.saturating_sub(*calls);
        left <= 0
    })?;
    let end = usize::try_from(*step).ok().and_then(|step| STEPS.get(step));
    end.or(STEPS.last()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_rise_and_outlast_every_call() {
        assert!(STEPS.is_sorted());
        let longest = plugin_host::Limits::default().wall;
        assert!(STEPS.last().is_some_and(|end| u128::from(end.unsigned_abs()) > longest.as_micros()), "{longest:?}");
    }

    #[test]
    fn the_slowest_twentieth_is_left_out() {
        assert_eq!(p95(&[]), None);
        assert_eq!(p95(&[(6, 95), (20, 5)]), Some(10_000));
        assert_eq!(p95(&[(6, 94), (20, 6)]), Some(2_000_000));
        assert_eq!(p95(&[(6, 1)]), Some(10_000));
        assert_eq!(p95(&[(99, 1)]), Some(150_000_000));
    }
}
