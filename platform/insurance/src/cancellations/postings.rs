//! What ending a policy posts: the opposite of what issuing it posted, as far as it is given back. Instalments that were not paid
//! were not posted either, so that much less is taken back; if the customer owes more than he gets, his credit is negative until he
//! pays. Where the insurer collects, no money passed: only the commission that the insurer owes becomes less.

use chrono::NaiveDate;
use kernel::{
    AppResult,
    money::{Currency, Money},
};
use ledger::{
    accounts::Account,
    journal::{Entry, Line},
};

use super::{Calculation, Cancellation};
use crate::{fulfilment::levy_account, policies::Policy};

/// What was owed for a policy when it was cancelled.
pub(super) struct Debt {
    pub owed: Money,
    /// Of the refund, what pays for it.
    pub netted: Money,
    /// Premium of instalments that were not posted, and the commission in it.
    pub unposted: Money,
    pub commission: Money,
}

impl Debt {
    pub fn none(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { owed: zero, netted: zero, unposted: zero, commission: zero }
    }
}

/// The entry of a cancellation; none where nothing moves.
pub(super) fn entry(policy: &Policy, agreed: &Cancellation, debt: &Debt, on: NaiveDate) -> AppResult<Option<Entry>> {
    let worked = &agreed.calculation;
    let lines = if agreed.collects { collected(policy, worked, debt)? } else { at_insurer(policy, worked)? };
    let moving = lines.iter().any(|line| !line.amount.is_zero());
    Ok(moving.then(|| Entry {
        kind: "policy_cancelled",
        description: format!("{}: {}", policy.number, policy.insurer_name).chars().take(300).collect(),
        source: ("cancellation", agreed.id.0),
        business_date: on,
        lines,
    }))
}

fn collected(policy: &Policy, worked: &Calculation, debt: &Debt) -> AppResult<Vec<Line>> {
    let commission = worked.commission.checked_sub(debt.commission)?;
    let mut lines = vec![
        Line::debit(Account::premium_held(policy.insurer.0), worked.premium.checked_sub(debt.unposted)?.checked_sub(commission)?),
        Line::debit(Account::commission_income(), commission),
        Line::debit(Account::rounding(), worked.rounding),
        Line::credit(Account::customer_credit(policy.customer.0), worked.refund.checked_sub(debt.unposted)?)?,
    ];
    for part in worked.lines.iter().filter(|line| line.kind.is_levy()) {
        lines.push(Line::debit(levy_account(part.kind, &part.code), part.returned));
    }
    Ok(lines)
}

fn at_insurer(policy: &Policy, worked: &Calculation) -> AppResult<Vec<Line>> {
    Ok(Line::transfer(Account::commission_receivable(policy.insurer.0), Account::commission_income(), worked.commission)?)
}
