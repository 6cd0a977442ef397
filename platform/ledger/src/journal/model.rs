//! Entries, lines and what is derived from them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    money::{Currency, Money, MoneyError},
    paging::Page,
};
use serde::Serialize;
use uuid::Uuid;

use super::JournalError;
use crate::accounts::{Account, AccountClass, AccountKind};

kernel::id!(/** Identifies an entry of the journal. */ EntryId);

/// What is to be posted.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is, in the words of whoever posts it: `payment_received`, `policy_issued`.
    pub kind: &'static str,
    pub description: String,
    /// The type and id of the effect that this entry records. The same source posts once.
    pub source: (&'static str, Uuid),
    pub business_date: NaiveDate,
    pub lines: Vec<Line>,
}

/// One posting: a debit is positive, a credit negative.
#[derive(Debug, Clone)]
pub struct Line {
    pub account: Account,
    pub amount: Money,
}

impl Line {
    /// `amount` on the debit side; a negative amount is a credit.
    #[must_use]
    pub fn debit(account: Account, amount: Money) -> Self {
        Self { account, amount }
    }
    /// `amount` on the credit side.
    ///
    /// # Errors
    /// The one amount that has no opposite.
    pub fn credit(account: Account, amount: Money) -> Result<Self, MoneyError> {
        let minor = amount.minor.checked_neg().ok_or(MoneyError::OutOfRange)?;
        Ok(Self { account, amount: Money { minor, ..amount } })
    }
}

/// The lines that move anything, after checking that they sum to zero per currency.
///
/// # Errors
/// Unbalanced, out of range, or fewer than two lines.
pub(super) fn balanced(lines: &[Line]) -> Result<Vec<&Line>, JournalError> {
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry(line.amount.currency).or_default();
        *sum = sum.checked_add(line.amount.minor).ok_or(JournalError::OutOfRange)?;
    }
    if let Some((currency, _)) = sums.iter().find(|(_, sum)| **sum != 0) {
        return Err(JournalError::Unbalanced(*currency));
    }
    let moving: Vec<&Line> = lines.iter().filter(|line| !line.amount.is_zero()).collect();
    if moving.len() < 2 || moving.len() > 500 { Err(JournalError::Empty) } else { Ok(moving) }
}

/// The balance of one account, on the side where it stands; or the balances of all accounts that customers have of a kind, each on
/// its side.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TrialBalanceRow {
    /// None for the accounts of customers, which are listed by themselves.
    pub account: Option<Uuid>,
    /// How many accounts with a balance this is.
    pub accounts: i64,
    pub kind: AccountKind,
    pub class: AccountClass,
    /// Method, insurer or levy code; empty for kinds of which there is one account, and for customers.
    pub sub_key: String,
    pub debit: Money,
    pub credit: Money,
}

/// Where one account stood on a day.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AccountBalance {
    pub account: Uuid,
    pub kind: AccountKind,
    /// Method, insurer, levy code or customer; empty for kinds of which there is one account.
    pub sub_key: String,
    /// A debit is positive.
    pub balance: Money,
}

/// All balances on a day. In each currency the two sides are equal.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TrialBalance {
    pub on: NaiveDate,
    pub rows: Vec<TrialBalanceRow>,
    /// Sum of each side, by currency.
    pub totals: Vec<TrialBalanceTotal>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TrialBalanceTotal {
    pub debit: Money,
    pub credit: Money,
}

/// One line of an account, with its entry.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AccountLine {
    pub id: Uuid,
    pub entry: Uuid,
    pub kind: String,
    pub description: String,
    pub source_type: String,
    pub source_id: Uuid,
    pub business_date: NaiveDate,
    pub posted_at: DateTime<Utc>,
    /// A debit is positive.
    pub amount: Money,
}

/// An entry with its lines.
#[derive(Debug, Clone)]
pub struct EntryRecord {
    pub head: EntryRow,
    pub lines: Vec<EntryLine>,
    /// The entry that this one takes back.
    pub reverses: Option<EntryId>,
    /// The entry that took this one back.
    pub reversed_by: Option<EntryId>,
    pub posted_by: String,
}

/// An entry in a list.
#[derive(Debug, Clone)]
pub struct EntryRow {
    pub id: EntryId,
    pub kind: String,
    pub description: String,
    pub source_type: String,
    pub source_id: Uuid,
    pub business_date: NaiveDate,
    pub posted_at: DateTime<Utc>,
    /// The sum of its debits, in the currency of the first.
    pub moved: Money,
}

#[derive(Debug, Clone)]
pub struct EntryLine {
    pub account: Uuid,
    pub kind: AccountKind,
    pub sub_key: String,
    /// A debit is positive.
    pub amount: Money,
}

/// What a list of entries is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    pub kind: Option<String>,
    pub day: Option<NaiveDate>,
    /// Of a line, on either side, in minor units.
    pub amount_minor: Option<i64>,
}

/// The lines of an account, newest first, and where it stands.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AccountStatement {
    pub account: Uuid,
    pub kind: AccountKind,
    pub class: AccountClass,
    pub sub_key: String,
    /// Of the whole account; a debit is positive.
    pub balance: Money,
    pub lines: Page<AccountLine>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(minor: i64, currency: Currency) -> Line {
        Line::debit(Account::rounding(), Money::new(minor, currency))
    }

    #[test]
    fn each_currency_balances_by_itself() {
        let mixed = [line(100, Currency::KES), line(-100, Currency::NAD)];
        assert!(matches!(balanced(&mixed), Err(JournalError::Unbalanced(_))));
        let both = [line(100, Currency::KES), line(-100, Currency::KES), line(7, Currency::NAD), line(-7, Currency::NAD)];
        assert_eq!(balanced(&both).map(|lines| lines.len()).ok(), Some(4));
    }

    #[test]
    fn an_entry_that_moves_nothing_is_refused_and_overflow_is_an_error() {
        assert!(matches!(balanced(&[]), Err(JournalError::Empty)));
        assert!(matches!(balanced(&[line(0, Currency::KES), line(0, Currency::KES)]), Err(JournalError::Empty)));
        assert!(matches!(balanced(&[line(i64::MAX, Currency::KES), line(1, Currency::KES)]), Err(JournalError::OutOfRange)));
        assert!(Line::credit(Account::bank(), Money::new(i64::MIN, Currency::KES)).is_err());
    }

    proptest! {
        #[test]
        fn lines_are_accepted_exactly_when_they_sum_to_zero(amounts in prop::collection::vec(-1_000_000i64..1_000_000, 2..12), close: bool) {
            let mut amounts = amounts;
            let sum: i64 = amounts.iter().sum();
            if close { amounts.push(-sum); }
            let lines: Vec<Line> = amounts.iter().map(|minor| line(*minor, Currency::KES)).collect();
            let zero = amounts.iter().sum::<i64>() == 0;
            let moving = amounts.iter().filter(|minor| **minor != 0).count() >= 2;
            prop_assert_eq!(balanced(&lines).is_ok(), zero && moving);
        }
    }
}
