//! Dividing money among what is owed.

use chrono::NaiveDate;
use kernel::money::{Money, MoneyError};
use uuid::Uuid;

use super::{Receivable, ReceivableState};

/// An open amount, in minor units of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub id: Uuid,
    pub due_on: NaiveDate,
    pub open: i64,
}

/// Who gets how much, and what is left over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    pub parts: Vec<(Uuid, i64)>,
    pub remainder: i64,
}

/// Pays what is due first in full before the next one gets anything; equal days in the order of ids, which is the order of making.
#[must_use]
pub fn allocate(amount: i64, dues: &[Due]) -> Split {
    let mut order: Vec<&Due> = dues.iter().filter(|due| due.open > 0).collect();
    order.sort_by_key(|due| (due.due_on, due.id));
    let mut split = Split { parts: Vec::new(), remainder: amount.max(0) };
    for due in order {
        let part = due.open.min(split.remainder);
        if part > 0 {
            split.parts.push((due.id, part));
            split.remainder -= part;
        }
    }
    split
}

/// What is to be paid now of receivables of one payable: everything due by today, and at least what is due next. None without
/// receivables.
///
/// # Errors
/// A sum out of range.
pub fn due_now(receivables: &[Receivable], today: NaiveDate) -> Result<Option<Money>, MoneyError> {
    let Some(first) = receivables.first() else { return Ok(None) };
    let open = || receivables.iter().filter(|receivable| receivable.state == ReceivableState::Open);
    let by = open().map(|receivable| receivable.due_on).min().map_or(today, |next| next.max(today));
    Money::sum(first.amount.currency, open().filter(|receivable| receivable.due_on <= by).map(Receivable::outstanding)).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn due(id: u128, day: u32, open: i64) -> Due {
        Due { id: Uuid::from_u128(id), due_on: NaiveDate::from_ymd_opt(2026, 11, day).unwrap(), open }
    }

    #[test]
    fn the_oldest_is_paid_in_full_first() {
        let split = allocate(150, &[due(2, 20, 100), due(1, 10, 100), due(3, 10, 0)]);
        assert_eq!(split, Split { parts: vec![(Uuid::from_u128(1), 100), (Uuid::from_u128(2), 50)], remainder: 0 });
    }

    #[test]
    fn what_nobody_owes_is_left_over() {
        assert_eq!(allocate(50, &[]).remainder, 50);
        assert_eq!(allocate(150, &[due(1, 1, 100)]).remainder, 50);
        assert_eq!(allocate(-5, &[due(1, 1, 100)]), Split::default());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nobody_gets_more_than_is_open(amount in 0i64..10_000, opens in prop::collection::vec((0i64..3_000, 1u32..28), 0..8)) {
            let dues: Vec<Due> = opens.iter().enumerate().map(|(i, (open, day))| due(i as u128 + 1, *day, *open)).collect();
            let split = allocate(amount, &dues);
            let paid: i64 = split.parts.iter().map(|(_, part)| part).sum();
            prop_assert_eq!(paid + split.remainder, amount);
            for (id, part) in &split.parts {
                let open = dues.iter().find(|due| due.id == *id).unwrap().open;
                prop_assert!(*part > 0 && *part <= open);
            }
            let owed: i64 = dues.iter().map(|due| due.open).sum();
            prop_assert_eq!(split.remainder, (amount - owed).max(0));
        }

        #[test]
        fn a_later_debt_gets_nothing_while_an_earlier_one_is_open(amount in 0i64..10_000, opens in prop::collection::vec((1i64..3_000, 1u32..28), 1..8)) {
            let dues: Vec<Due> = opens.iter().enumerate().map(|(i, (open, day))| due(i as u128 + 1, *day, *open)).collect();
            let split = allocate(amount, &dues);
            let paid = |id| split.parts.iter().find(|(part, _)| *part == id).map_or(0, |(_, part)| *part);
            for early in &dues {
                for late in &dues {
                    if early.due_on < late.due_on && paid(late.id) > 0 {
                        prop_assert_eq!(paid(early.id), early.open);
                    }
                }
            }
        }
    }
}
