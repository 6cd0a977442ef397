//! Pure decisions: from when cover may end, and what that gives back.

use chrono::{Days, NaiveDate};
use kernel::{
    AppError, AppResult,
    money::{Money, MoneyError, Rounding},
};
use rust_decimal::Decimal;

use super::{AskedBy, Calculation, ReturnLine, Rule};
use crate::{
    law::{CancellationLaw, GivenBack, Payable},
    policies::rules::last_day,
    rating::{Line, LineKind},
};

/// What is ended, and on what terms.
pub struct Basis<'a> {
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// Nobody approved it: there never was cover.
    pub waiting: bool,
    pub lines: &'a [Line],
    pub payable: Money,
    pub commission: Money,
    pub law: &'a CancellationLaw,
    /// How the sum to pay is rounded.
    pub rounding: &'a Payable,
}

impl Basis<'_> {
    fn begun(&self, today: NaiveDate) -> bool {
        !self.waiting && today >= self.starts_on
    }
}

/// The first day without cover that is meant by `from`: cover that has not begun ends before its first day.
///
/// # Errors
/// An error of the field `from` for a day before cover began or after it ends.
pub fn first_day_without(from: NaiveDate, today: NaiveDate, starts_on: NaiveDate, ends_on: NaiveDate) -> AppResult<NaiveDate> {
    if today < starts_on {
        return Ok(starts_on);
    }
    if from < starts_on {
        return Err(AppError::field("from", "cancellation-before-cover"));
    }
    if from > ends_on {
        return Err(AppError::field("from", "cancellation-after-cover"));
    }
    Ok(from)
}

/// Works out what ending cover before `from` gives back, decided on `today`.
pub fn work_out(basis: &Basis<'_>, asked_by: AskedBy, from: NaiveDate, today: NaiveDate) -> Result<Calculation, MoneyError> {
    let days = (basis.ends_on - basis.starts_on).num_days() + 1;
    let days_left = (basis.ends_on - from).num_days() + 1;
    let (rule, share) = given_back(basis, asked_by, from, today, Decimal::from(days_left) / Decimal::from(days.max(1)));
    // Cover that never began leaves nothing behind; otherwise some duties stay.
    let kept = |code: &str| basis.begun(today) && basis.law.kept.iter().any(|kept| kept == code);
    let mut lines = Vec::with_capacity(basis.lines.len());
    for line in basis.lines.iter().filter(|line| line.kind != LineKind::Rounding) {
        let returned = if kept(&line.code) { Money::zero(line.amount.currency) } else { part(line.amount, share, basis.law.rounding)? };
        lines.push(ReturnLine { kind: line.kind, code: line.code.clone(), label: line.label.clone(), charged: line.amount, returned });
    }
    let currency = basis.payable.currency;
    let exact = Money::sum(currency, lines.iter().map(|line| line.returned))?;
    // Rounding up could give back more than was paid.
    let refund = Money::new(basis.rounding.round(exact)?.minor.clamp(0, basis.payable.minor.max(0)), currency);
    Ok(Calculation {
        from,
        rule,
        law_version: basis.law.id.clone(),
        days,
        days_left,
        share,
        premium: Money::sum(currency, lines.iter().filter(|line| line.kind.is_premium()).map(|line| line.returned))?,
        lines,
        rounding: refund.checked_sub(exact)?,
        refund,
        commission: part(basis.commission, share, basis.law.rounding)?,
    })
}

fn part(amount: Money, share: Decimal, rounding: Rounding) -> Result<Money, MoneyError> {
    if share == Decimal::ONE { Ok(amount) } else { amount.portion(share, rounding) }
}

fn given_back(basis: &Basis<'_>, asked_by: AskedBy, from: NaiveDate, today: NaiveDate, pro_rata: Decimal) -> (Rule, Decimal) {
    let cooling_off = basis.law.cooling_off_days.filter(|_| asked_by == AskedBy::Customer);
    let may_think = cooling_off.is_some_and(|days| today < basis.starts_on.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX));
    if !basis.begun(today) || may_think {
        return (Rule::Full, Decimal::ONE);
    }
    let rule = match asked_by {
        AskedBy::Customer => &basis.law.by_customer,
        AskedBy::Insurer => &basis.law.by_insurer,
    };
    match rule {
        GivenBack::ShortRate { months_of_term, charge, .. } if basis.ends_on >= last_day(basis.starts_on, *months_of_term) => {
            let used = from.pred_opt().unwrap_or(from);
            let step = charge.iter().find(|step| used <= last_day(basis.starts_on, step.months));
            (Rule::ShortRate, step.map_or(Decimal::ZERO, |step| step.left()))
        }
        _ => (Rule::ProRata, pro_rata),
    }
}

#[cfg(test)]
mod tests {
    use kernel::money::Currency;
    use proptest::prelude::*;

    use super::*;
    use crate::{law::Law, text::LocalText};

    fn kes(minor: i64) -> Money {
        Money::new(minor, Currency::KES)
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn line(kind: LineKind, code: &str, minor: i64) -> Line {
        Line { kind, code: code.into(), label: LocalText::en(code), base: None, rate: None, units: None, amount: kes(minor) }
    }

    /// 45,000 with its levies and duty, 45,243 to pay; ten percent of commission.
    fn premium() -> Vec<Line> {
        vec![
            line(LineKind::Premium, "basic_premium", 4_500_000),
            line(LineKind::Levy, "training_levy", 9_000),
            line(LineKind::Levy, "compensation_fund", 11_250),
            line(LineKind::Duty, "stamp_duty", 4_000),
            line(LineKind::Rounding, "rounding", 50),
        ]
    }

    fn worked(asked_by: AskedBy, from: &str, today: &str) -> Calculation {
        let law = Law::read(&testkit::pack("kenya-brokerage")).unwrap();
        let lines = premium();
        let basis = Basis {
            starts_on: day("2026-01-01"),
            ends_on: day("2026-12-31"),
            waiting: false,
            lines: &lines,
            payable: kes(4_524_300),
            commission: kes(450_000),
            law: law.cancellation_on(day(today)).unwrap(),
            rounding: &law.premium_on(day(today)).unwrap().payable,
        };
        work_out(&basis, asked_by, day(from), day(today)).unwrap()
    }

    fn returned(worked: &Calculation, code: &str) -> i64 {
        worked.lines.iter().find(|line| line.code == code).unwrap().returned.minor
    }

    #[test]
    fn the_insurer_gives_back_the_days_that_have_not_run() {
        // The last day of cover is the 30th of May: 150 of 365 days have run.
        let worked = worked(AskedBy::Insurer, "2026-05-31", "2026-05-31");
        assert_eq!((worked.rule, worked.days, worked.days_left, worked.last_day()), (Rule::ProRata, 365, 215, day("2026-05-30")));
        assert_eq!(returned(&worked, "basic_premium"), 2_650_685);
        assert_eq!(returned(&worked, "training_levy"), 5_301);
        assert_eq!(returned(&worked, "stamp_duty"), 0, "the stamp stays on the policy");
        assert_eq!(worked.commission, kes(265_068));
        assert_eq!((worked.refund, worked.rounding.minor), (kes(2_662_600), 2_662_600 - 2_650_685 - 5_301 - 6_627));
    }

    #[test]
    fn the_customer_pays_by_the_scale_for_the_time_that_has_begun() {
        let share = |from: &str| worked(AskedBy::Customer, from, from).share.to_string();
        for (from, left) in [
            ("2026-01-01", "0.75"),
            ("2026-02-01", "0.75"),
            ("2026-02-02", "0.50"),
            ("2026-04-01", "0.50"),
            ("2026-07-01", "0.25"),
            ("2026-07-02", "0"),
        ] {
            assert_eq!(share(from).parse::<Decimal>().unwrap(), left.parse::<Decimal>().unwrap(), "{from}");
        }
        assert!(worked(AskedBy::Customer, "2026-07-02", "2026-07-02").refund.is_zero());
    }

    #[test]
    fn cover_that_has_not_begun_gives_everything_back() {
        let worked = worked(AskedBy::Customer, "2026-01-01", "2025-12-20");
        assert_eq!((worked.rule, worked.refund, worked.commission), (Rule::Full, kes(4_524_300), kes(450_000)));
        assert_eq!(returned(&worked, "stamp_duty"), 4_000);
    }

    #[test]
    fn cover_ends_within_its_term() {
        let (first, last, today) = (day("2026-01-01"), day("2026-12-31"), day("2026-03-01"));
        let from = |text: &str| first_day_without(day(text), today, first, last);
        assert_eq!(from("2026-03-01").unwrap(), day("2026-03-01"));
        assert_eq!(from("2025-12-31").unwrap_err().fields[0].code, "cancellation-before-cover");
        assert_eq!(from("2027-01-01").unwrap_err().fields[0].code, "cancellation-after-cover");
        assert_eq!(first_day_without(day("2026-03-05"), day("2025-12-01"), first, last).unwrap(), first);
    }

    proptest! {
        #[test]
        fn nobody_gets_back_more_than_was_paid_and_the_lines_add_up(after in 0u64..365, insurer: bool) {
            let from = day("2026-01-01").checked_add_days(Days::new(after)).unwrap().to_string();
            let worked = worked(if insurer { AskedBy::Insurer } else { AskedBy::Customer }, &from, &from);
            prop_assert!(worked.refund.minor >= 0 && worked.refund.minor <= 4_524_300);
            prop_assert!(worked.commission.minor <= worked.premium.minor);
            let sum: i64 = worked.lines.iter().map(|line| line.returned.minor).sum();
            prop_assert_eq!(sum + worked.rounding.minor, worked.refund.minor);
        }
    }
}
