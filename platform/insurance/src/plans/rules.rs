//! Dividing a price into instalments, pure.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use kernel::money::{Money, MoneyError, Rounding};
use rust_decimal::Decimal;

use super::{Due, Instalment, PaymentPlans, Plan};
use crate::quotes::OfferForSale;

/// What a price is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Without levies; only this is divided.
    pub premium: Money,
    /// Everything, with levies and rounding.
    pub payable: Money,
    pub term_months: u32,
    /// How many parts the insurer allows.
    pub most: u32,
    pub starts_on: NaiveDate,
    /// The last day on which the first part may be paid.
    pub valid_until: NaiveDate,
}

/// The instalments of one cover that is sold under a plan.
///
/// # Errors
/// An amount out of range.
pub fn of_sale(
    plans: &PaymentPlans,
    plan: Plan,
    sale: &OfferForSale,
    starts_on: NaiveDate,
    valid_until: NaiveDate,
) -> Result<Vec<Instalment>, MoneyError> {
    let price = Price {
        premium: sale.premium.premium,
        payable: sale.premium.payable,
        term_months: sale.version.terms.term_months,
        most: sale.product.insurer.most_instalments.unsigned_abs().into(),
        starts_on,
        valid_until,
    };
    instalments(plans, plan, &price)
}

/// The parts of a price; one if tenant, insurer, term or amount do not allow more. They sum to what is payable.
///
/// # Errors
/// An amount out of range.
pub fn instalments(plans: &PaymentPlans, plan: Plan, price: &Price) -> Result<Vec<Instalment>, MoneyError> {
    let whole = || vec![Instalment { number: 1, due_on: price.valid_until, amount: price.payable }];
    let parts = plan.parts(price.term_months);
    let Some(terms) = plans.terms(plan).filter(|_| parts >= 2 && parts <= price.most && parts <= price.term_months) else { return Ok(whole()) };
    if let Some(least) = plans.least_premium
        && price.premium.minor < least.in_currency(price.premium.currency)?.minor
    {
        return Ok(whole());
    }
    let later = match terms.first {
        None => Money::new(price.premium.minor / i64::from(parts), price.premium.currency),
        Some(first) => price.premium.portion((Decimal::ONE - first.fraction()) / Decimal::from(parts - 1), Rounding::Down)?,
    };
    let amount = later.round_to(price.premium.currency.minor_per_major(), Rounding::Down)?;
    if !amount.is_positive() {
        return Ok(whole());
    }
    let first = price.payable.checked_sub(amount.checked_mul(i64::from(parts - 1))?)?;
    let mut found = vec![Instalment { number: 1, due_on: price.valid_until, amount: first }];
    for (number, month) in (2i16..).zip(1..parts) {
        // Money of an earlier part is never due after that of a later one.
        let due_on = price.starts_on.checked_add_months(Months::new(month)).unwrap_or(NaiveDate::MAX).max(price.valid_until);
        found.push(Instalment { number, due_on, amount });
    }
    Ok(found)
}

/// The broker's part of a later instalment, which is all premium: in proportion, rounded down, so that the remainder stays with the
/// first.
///
/// # Errors
/// An amount out of range.
pub fn commission_of(commission: Money, premium: Money, instalment: Money) -> Result<Money, MoneyError> {
    if premium.minor <= 0 {
        return Ok(Money::zero(commission.currency));
    }
    let part = i128::from(commission.minor) * i128::from(instalment.minor) / i128::from(premium.minor);
    Ok(Money::new(i64::try_from(part).map_err(|_| MoneyError::OutOfRange)?, commission.currency))
}

/// What is due on each day; a day's `outstanding` is what `open` says of each part.
///
/// # Errors
/// An amount out of range.
pub fn by_day(parts: impl IntoIterator<Item = (NaiveDate, Money, Money)>) -> Result<Vec<Due>, MoneyError> {
    let mut days: BTreeMap<NaiveDate, Due> = BTreeMap::new();
    for (due_on, amount, outstanding) in parts {
        match days.get_mut(&due_on) {
            Some(due) => {
                due.amount = due.amount.checked_add(amount)?;
                due.outstanding = due.outstanding.checked_add(outstanding)?;
            }
            None => {
                days.insert(due_on, Due { due_on, amount, outstanding });
            }
        }
    }
    Ok(days.into_values().collect())
}

#[cfg(test)]
mod tests {
    use kernel::money::Currency;
    use proptest::prelude::*;

    use super::*;
    use crate::{figures::Percent, plans::PlanTerms};

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn kes(minor: i64) -> Money {
        Money::new(minor, Currency::KES)
    }

    /// The worked premium of a public Kenyan guide: 45,000 with 202.50 of levies and 40 of duty, rounded up by 0.50.
    fn price() -> Price {
        Price {
            premium: kes(4_500_000),
            payable: kes(4_524_300),
            term_months: 12,
            most: 12,
            starts_on: day(2026, 11, 30),
            valid_until: day(2026, 12, 20),
        }
    }

    fn of(plan: Plan, price: &Price) -> Vec<(i64, NaiveDate)> {
        instalments(&PaymentPlans::default(), plan, price).unwrap().into_iter().map(|part| (part.amount.minor, part.due_on)).collect()
    }

    #[test]
    fn the_first_part_carries_levies_and_the_others_are_premium_in_whole_shillings() {
        assert_eq!(of(Plan::Full, &price()), [(4_524_300, day(2026, 12, 20))]);
        assert_eq!(of(Plan::Two, &price()), [(2_274_300, day(2026, 12, 20)), (2_250_000, day(2026, 12, 30))]);
        assert_eq!(of(Plan::Three, &price()), [(1_824_300, day(2026, 12, 20)), (1_350_000, day(2026, 12, 30)), (1_350_000, day(2027, 1, 30))]);
        let monthly = of(Plan::Monthly, &price());
        assert_eq!((monthly.len(), monthly[0].0, monthly[1].0), (12, 399_300, 375_000));
        // The month is too short for the day.
        assert_eq!(monthly[3].1, day(2027, 2, 28));
    }

    #[test]
    fn what_tenant_insurer_term_or_amount_do_not_allow_is_paid_in_full() {
        let whole = vec![(4_524_300, day(2026, 12, 20))];
        assert_eq!(of(Plan::Three, &Price { most: 2, ..price() }), whole);
        assert_eq!(of(Plan::Monthly, &Price { most: 3, ..price() }), whole);
        assert_eq!(of(Plan::Two, &Price { term_months: 1, ..price() }), whole);
        assert_eq!(of(Plan::Two, &Price { premium: kes(499_999), payable: kes(502_600), ..price() }), vec![(502_600, day(2026, 12, 20))]);
        let closed = PaymentPlans { two: PlanTerms { offered: false, first: None }, ..PaymentPlans::default() };
        assert_eq!(instalments(&closed, Plan::Two, &price()).unwrap().len(), 1);
        let all_first = PaymentPlans { two: PlanTerms { offered: true, first: Percent::new(100.into()) }, ..PaymentPlans::default() };
        assert_eq!(instalments(&all_first, Plan::Two, &price()).unwrap().len(), 1);
    }

    #[test]
    fn a_part_is_never_due_before_the_first() {
        let late = Price { starts_on: day(2026, 11, 1), ..price() };
        assert_eq!(of(Plan::Two, &late)[1].1, day(2026, 12, 20));
    }

    #[test]
    fn parts_of_one_day_are_told_as_one() {
        let days = by_day([(day(2027, 1, 1), kes(5), kes(5)), (day(2026, 12, 1), kes(7), kes(0)), (day(2027, 1, 1), kes(2), kes(1))]).unwrap();
        let told: Vec<_> = days.iter().map(|due| (due.due_on, due.amount.minor, due.outstanding.minor)).collect();
        assert_eq!(told, [(day(2026, 12, 1), 7, 0), (day(2027, 1, 1), 7, 6)]);
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_price_and_commission_never_exceeds_its_premium(
            premium in 1i64..100_000_000, levies in 0i64..1_000_000, share in 0i64..=10_000, months in 1u32..=24, most in 1u32..=12
        ) {
            let price = Price { premium: kes(premium), payable: kes(premium + levies), term_months: months, most, ..price() };
            let commission = kes(premium * share / 10_000);
            for plan in Plan::ALL {
                let parts = instalments(&PaymentPlans::default(), *plan, &price).unwrap();
                prop_assert_eq!(parts.iter().map(|part| part.amount.minor).sum::<i64>(), premium + levies);
                prop_assert!(parts.len() as u32 <= most.max(1));
                prop_assert!(parts.iter().all(|part| part.amount.is_positive()));
                prop_assert!(parts.is_sorted_by_key(|part| part.due_on));
                let mut later = 0;
                for part in &parts[1..] {
                    let own = commission_of(commission, price.premium, part.amount).unwrap();
                    prop_assert!(own.minor <= part.amount.minor);
                    later += own.minor;
                }
                let first_premium = premium - parts[1..].iter().map(|part| part.amount.minor).sum::<i64>();
                prop_assert!(first_premium >= 0 && commission.minor - later >= 0);
            }
        }
    }
}
