//! What issuing a policy posts. Where the brokerage collected: the customer's credit becomes premium held for the insurer, levies
//! and duties held for the authority, the brokerage's commission, and the rounding. Where the insurer collects, no money passes:
//! the commission is owed by the insurer.

use chrono::NaiveDate;
use kernel::{AppError, AppResult, money::Money};
use ledger::{
    accounts::Account,
    journal::{Entry, Line},
    receivables::Receivable,
};

use crate::{orders::OrderLine, plans::rules::commission_of, rating::LineKind};

/// Code of the duty that has an account of its own.
const STAMP_DUTY: &str = "stamp_duty";

/// What caused the entry of a later instalment: its receivable.
pub(super) const INSTALMENT: &str = "instalment";

/// The entry of a line that is issued, without its later instalments, which are posted as they are paid; none where nothing moves.
///
/// # Errors
/// The frozen figures of the line do not add up: our fault, found before anything is issued.
pub(super) fn entry(line: &OrderLine, later: &[Money], collects: bool, number: &str, on: NaiveDate) -> AppResult<Option<Entry>> {
    let lines = if collects { collected(line, later)? } else { at_insurer(line)? };
    let moving = lines.iter().any(|line| !line.amount.is_zero());
    Ok(moving.then(|| Entry {
        kind: "policy_issued",
        description: format!("{number}: {}", line.insurer_name).chars().take(300).collect(),
        source: ("order_line", line.id.0),
        business_date: on,
        lines,
    }))
}

/// The entry of a later instalment, which is premium only.
///
/// # Errors
/// As [`entry`].
pub(super) fn instalment(line: &OrderLine, part: &Receivable, number: &str, on: NaiveDate) -> AppResult<Entry> {
    let commission = commission_of(line.commission, line.premium, part.amount)?;
    Ok(Entry {
        kind: "instalment_paid",
        description: format!("{number}, {}: {}", part.instalment, line.insurer_name).chars().take(300).collect(),
        source: (INSTALMENT, part.id.0),
        business_date: on,
        lines: shares(line, part.amount, part.amount, commission)?,
    })
}

/// From the customer to insurer and broker.
fn shares(line: &OrderLine, payable: Money, premium: Money, commission: Money) -> AppResult<Vec<Line>> {
    Ok(vec![
        Line::debit(Account::customer_credit(line.customer.0), payable),
        Line::credit(Account::premium_held(line.insurer.0), premium.checked_sub(commission)?)?,
        Line::credit(Account::commission_income(), commission)?,
    ])
}

fn collected(line: &OrderLine, later: &[Money]) -> AppResult<Vec<Line>> {
    if line.commission.minor > line.premium.minor {
        return Err(AppError::internal("the commission is more than the premium"));
    }
    let (mut payable, mut premium, mut commission) = (line.payable, line.premium, line.commission);
    for part in later {
        payable = payable.checked_sub(*part)?;
        premium = premium.checked_sub(*part)?;
        commission = commission.checked_sub(commission_of(line.commission, line.premium, *part)?)?;
    }
    if premium.minor < 0 {
        return Err(AppError::internal("the instalments are more than the premium"));
    }
    let mut lines = shares(line, payable, premium, commission)?;
    for part in &line.premium_lines {
        let account = match part.kind {
            LineKind::Levy | LineKind::Duty => levy_account(part.kind, &part.code),
            LineKind::Rounding => Account::rounding(),
            LineKind::Premium | LineKind::AddOn | LineKind::Loading | LineKind::Discount => continue,
        };
        lines.push(Line::credit(account, part.amount)?);
    }
    Ok(lines)
}

/// Where a levy or duty is held until it is remitted.
pub(crate) fn levy_account(kind: LineKind, code: &str) -> Account {
    if kind == LineKind::Duty && code == STAMP_DUTY { Account::stamp_duty() } else { Account::levy(code) }
}

fn at_insurer(line: &OrderLine) -> AppResult<Vec<Line>> {
    Ok(Line::transfer(Account::commission_income(), Account::commission_receivable(line.insurer.0), line.commission)?)
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::NaiveDate;
    use kernel::money::{Currency, Money};
    use ledger::accounts::AccountKind;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{
        catalogue::form::RawAnswers,
        orders::{LineState, OrderId, OrderLineId},
        rating,
        text::LocalText,
    };

    fn kes(minor: i64) -> Money {
        Money::new(minor, Currency::KES)
    }

    fn part(kind: LineKind, code: &str, minor: i64) -> rating::Line {
        rating::Line { kind, code: code.into(), label: LocalText::en(code), base: None, rate: None, units: None, amount: kes(minor) }
    }

    /// A line of the worked premium of a public Kenyan guide: 45,000 with 90 and 112.50 of levies, 40 of duty, rounded up by 0.50.
    fn line(premium: i64, commission: i64, parts: Vec<rating::Line>) -> OrderLine {
        let levies: i64 = parts.iter().filter(|p| p.kind.is_levy()).map(|p| p.amount.minor).sum();
        let rounding: i64 = parts.iter().filter(|p| p.kind == LineKind::Rounding).map(|p| p.amount.minor).sum();
        OrderLine {
            id: OrderLineId::new(),
            order: OrderId::new(),
            customer: Uuid::from_u128(1).into(),
            line_no: 1,
            quote: Uuid::nil().into(),
            offer: Uuid::nil().into(),
            product: Uuid::nil().into(),
            product_version: Uuid::nil().into(),
            insurer: Uuid::from_u128(2).into(),
            product_name: LocalText::en("Cover"),
            insurer_name: "Mfano Insurance".into(),
            category_code: "motor".into(),
            category_title: LocalText::en("Motor"),
            business_line: "motor".into(),
            answers: RawAnswers::new(),
            plate: None,
            add_ons: Vec::new(),
            premium_lines: parts,
            premium: kes(premium),
            levies: kes(levies),
            total: kes(premium + levies),
            payable: kes(premium + levies + rounding),
            commission: kes(commission),
            sum_insured: None,
            rule_version: "r".into(),
            law_version: "l".into(),
            starts_on: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
            term_months: 12,
            state: LineState::Open,
            policy: None,
            failure: None,
        }
    }

    fn posted(line: &OrderLine, collects: bool) -> Vec<(AccountKind, String, i64)> {
        let entry = entry(line, &[], collects, "POL-2026-00001", line.starts_on).unwrap().unwrap();
        entry.lines.into_iter().filter(|l| !l.amount.is_zero()).map(|l| (l.account.kind(), l.account.sub_key().to_owned(), l.amount.minor)).collect()
    }

    #[test]
    fn the_worked_premium_is_divided_among_insurer_authority_and_broker() {
        let parts = vec![
            part(LineKind::Premium, "basic_premium", 4_500_000),
            part(LineKind::Levy, "training_levy", 9_000),
            part(LineKind::Levy, "compensation_fund", 11_250),
            part(LineKind::Duty, "stamp_duty", 4_000),
            part(LineKind::Rounding, "rounding", 50),
        ];
        let insurer = Uuid::from_u128(2).to_string();
        let expected = [
            (AccountKind::CustomerCredit, Uuid::from_u128(1).to_string(), 4_524_300),
            (AccountKind::PremiumHeld, insurer.clone(), -4_050_000),
            (AccountKind::CommissionIncome, String::new(), -450_000),
            (AccountKind::Levy, "training_levy".into(), -9_000),
            (AccountKind::Levy, "compensation_fund".into(), -11_250),
            (AccountKind::StampDuty, String::new(), -4_000),
            (AccountKind::Rounding, String::new(), -50),
        ];
        let line = line(4_500_000, 450_000, parts);
        assert_eq!(posted(&line, true), expected);
        assert_eq!(
            posted(&line, false),
            [(AccountKind::CommissionReceivable, insurer, 450_000), (AccountKind::CommissionIncome, String::new(), -450_000)]
        );
    }

    #[test]
    fn instalments_together_divide_the_premium_as_one_payment_would() {
        let parts =
            vec![part(LineKind::Levy, "training_levy", 9_000), part(LineKind::Duty, "stamp_duty", 4_000), part(LineKind::Rounding, "rounding", 50)];
        let line = line(4_500_000, 450_001, parts);
        let later = [kes(1_350_000), kes(1_350_000)];
        let mut sums: std::collections::BTreeMap<(String, String), i64> = std::collections::BTreeMap::new();
        let first = entry(&line, &later, true, "POL-2026-00001", line.starts_on).unwrap().unwrap();
        let first_payable = first.lines[0].amount.minor;
        let receivable = |amount| Receivable {
            id: Uuid::now_v7().into(),
            payable_kind: "order".into(),
            payable_id: line.order.0,
            line: Some(line.id.0),
            instalment: 2,
            customer: line.customer.0,
            description: "Cover".into(),
            amount,
            allocated: amount,
            due_on: line.starts_on,
            reference: String::new(),
            state: ledger::receivables::ReceivableState::Settled,
            closed_reason: None,
            version: 1,
            created_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: chrono::DateTime::UNIX_EPOCH,
        };
        let rest = later.map(|amount| instalment(&line, &receivable(amount), "POL-2026-00001", line.starts_on).unwrap());
        for entry in std::iter::once(first).chain(rest) {
            assert_eq!(entry.lines.iter().map(|line| line.amount.minor).sum::<i64>(), 0);
            for line in entry.lines {
                *sums.entry((line.account.kind().as_str().to_owned(), line.account.sub_key().to_owned())).or_default() += line.amount.minor;
            }
        }
        assert_eq!(first_payable, line.payable.minor - 2_700_000);
        let whole: std::collections::BTreeMap<_, _> =
            posted(&line, true).into_iter().map(|(kind, key, minor)| ((kind.as_str().to_owned(), key), minor)).collect();
        assert_eq!(sums, whole);
    }

    #[test]
    fn an_insurer_that_pays_no_commission_and_collects_itself_posts_nothing() {
        let line = line(100_000, 0, vec![]);
        assert!(entry(&line, &[], false, "POL", line.starts_on).unwrap().is_none());
    }

    #[test]
    fn a_commission_above_the_premium_is_refused() {
        let line = line(100, 101, vec![]);
        assert!(entry(&line, &[], true, "POL", line.starts_on).is_err());
    }

    proptest! {
        #[test]
        fn every_entry_balances(premium in 0i64..1_000_000_000, share in 0i64..=100, levy in 0i64..1_000_000, duty in 0i64..10_000, rounding in -99i64..=99) {
            let parts = vec![part(LineKind::Levy, "training_levy", levy), part(LineKind::Duty, "stamp_duty", duty), part(LineKind::Rounding, "rounding", rounding)];
            let line = line(premium, premium / 100 * share, parts);
            for collects in [true, false] {
                if let Some(entry) = entry(&line, &[], collects, "POL", line.starts_on).unwrap() {
                    prop_assert_eq!(entry.lines.iter().map(|l| l.amount.minor).sum::<i64>(), 0);
                }
            }
        }
    }
}
