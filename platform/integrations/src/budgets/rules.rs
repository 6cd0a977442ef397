//! Whether something more may be spent.

use super::{Budget, Limit, Spend, Usage};

/// What is counted of the money: amounts in the budget's currency.
fn minor(budget: &Budget, spend: &Spend) -> i64 {
    spend.money.filter(|money| money.currency.code() == budget.currency).map_or(0, |money| money.minor.max(0))
}

/// The day after one more call, or the limit that it would break. Who has spent more than a limit that was lowered may spend nothing
/// of it, and anything else.
pub(super) fn after(budget: &Budget, used: Usage, spend: &Spend) -> Result<Usage, Limit> {
    let next = Usage {
        calls: used.calls.saturating_add(1),
        messages: used.messages.saturating_add(i64::from(spend.messages)),
        money_minor: used.money_minor.saturating_add(minor(budget, spend)),
        ..used
    };
    let breaks = |limit: Option<i64>, before: i64, after: i64| limit.is_some_and(|most| after > before && after > most);
    if breaks(budget.calls, used.calls, next.calls) {
        return Err(Limit::Calls);
    }
    if breaks(budget.messages, used.messages, next.messages) {
        return Err(Limit::Messages);
    }
    if breaks(budget.money_minor, used.money_minor, next.money_minor) {
        return Err(Limit::Money);
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use kernel::money::{Currency, Money};

    use super::*;

    fn budget(calls: Option<i64>, messages: Option<i64>, money_minor: Option<i64>) -> Budget {
        Budget { calls, messages, money_minor, currency: "KES".into(), version: 1 }
    }

    fn pays(minor: i64) -> Spend {
        Spend { messages: 0, money: Some(Money::new(minor, Currency::KES)) }
    }

    #[test]
    fn the_last_of_a_budget_may_be_spent_and_nothing_beyond() {
        let used = Usage { calls: 1, messages: 9, money_minor: 900, refused: 0 };
        assert_eq!(after(&budget(Some(2), None, None), used, &Spend::default()).map(|used| used.calls), Ok(2));
        assert_eq!(after(&budget(Some(1), None, None), used, &Spend::default()), Err(Limit::Calls));
        let message = Spend { messages: 1, money: None };
        assert_eq!(after(&budget(None, Some(10), None), used, &message).map(|used| used.messages), Ok(10));
        assert_eq!(after(&budget(None, Some(9), None), used, &message), Err(Limit::Messages));
        assert_eq!(after(&budget(None, None, Some(1_000)), used, &pays(100)).map(|used| used.money_minor), Ok(1_000));
        assert_eq!(after(&budget(None, None, Some(1_000)), used, &pays(101)), Err(Limit::Money));
        assert_eq!(after(&budget(None, None, Some(i64::MAX - 1)), used, &pays(i64::MAX)), Err(Limit::Money));
    }

    #[test]
    fn a_limit_stops_only_what_spends_of_it() {
        let used = Usage { calls: 5, messages: 50, money_minor: 5_000, refused: 0 };
        assert!(after(&budget(None, Some(10), Some(1_000)), used, &Spend::default()).is_ok(), "a limit was lowered below what was spent");
        let dollars = Spend { messages: 0, money: Some(Money::new(9_999, Currency::ZAR)) };
        assert_eq!(after(&budget(None, None, Some(5_000)), used, &dollars).map(|used| used.money_minor), Ok(5_000), "another currency");
    }

    #[test]
    fn nobody_spends_more_than_the_limit_in_whatever_steps() {
        let limits = budget(Some(10), None, Some(1_000));
        for step in 1..400 {
            let used = (0..20).fold(Usage::default(), |used, _| after(&limits, used, &pays(step)).unwrap_or(used));
            assert!(used.money_minor <= 1_000 && used.calls <= 10, "{step}: {used:?}");
        }
    }
}
