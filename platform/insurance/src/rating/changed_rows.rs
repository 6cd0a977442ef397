//! What differs between two tables of prices, row by row. A row is known by its conditions, since a second one with the same could
//! never count; where it stands among the others decides who comes to it.

use std::collections::BTreeSet;

use super::TableRow;

/// A row that is new, gone, dearer or cheaper, or in another place; places are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowChange<'a> {
    /// None for a new row.
    pub before: Option<(usize, &'a TableRow)>,
    /// None for a row that goes.
    pub after: Option<(usize, &'a TableRow)>,
    /// It passes others that stay.
    pub moved: bool,
}

/// The rows that differ, in the order of the new table, those that go where they stood. As few as possible of those that stay count
/// as moved.
#[must_use]
pub fn changed_rows<'a>(before: &'a [TableRow], after: &'a [TableRow]) -> Vec<RowChange<'a>> {
    let stood = |row: &TableRow| (0_usize..).zip(before).find(|(_, old)| old.is_for_the_same(row));
    let stay: Vec<usize> = after.iter().filter_map(stood).map(|(place, _)| place).collect();
    let in_order = rising(&stay);
    let gone = (0_usize..).zip(before).filter(|(place, _)| !stay.contains(place));
    let gone = gone.map(|row| RowChange { before: Some(row), after: None, moved: false });
    let others = (0_usize..).zip(after).filter_map(|(place, row)| {
        let change = RowChange { before: stood(row), after: Some((place, row)), moved: false };
        match change.before {
            None => Some(change),
            Some((old_place, old)) => {
                let moved = !in_order.contains(&old_place);
                (moved || old.price != row.price).then_some(RowChange { moved, ..change })
            }
        }
    });
    let mut changes: Vec<RowChange<'a>> = gone.chain(others).collect();
    changes.sort_by_key(|change| change.after.or(change.before).map(|(place, _)| place));
    changes
}

/// The longest choice of these numbers that rises as it stands.
fn rising(numbers: &[usize]) -> BTreeSet<usize> {
    let mut chains: Vec<Vec<usize>> = Vec::with_capacity(numbers.len());
    for number in numbers {
        let before = chains.iter().filter(|chain| chain.last().is_some_and(|last| last < number)).max_by_key(|chain| chain.len());
        let mut chain = before.cloned().unwrap_or_default();
        chain.push(*number);
        chains.push(chain);
    }
    chains.into_iter().max_by_key(Vec::len).unwrap_or_default().into_iter().collect()
}

impl TableRow {
    fn is_for_the_same(&self, other: &Self) -> bool {
        self.when.iter().all(|condition| other.when.contains(condition)) && other.when.iter().all(|condition| self.when.contains(condition))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        figures::Amount,
        rating::{Condition, Price},
    };

    /// A row for these seats or more, and of this use; 0 and empty for everybody.
    fn row(seats: i64, of: &str, amount: &str) -> TableRow {
        let from = (seats > 0).then(|| Condition::AtLeast { question: "seats".to_owned(), at_least: seats });
        let is = (!of.is_empty()).then(|| Condition::Equals { question: "use".to_owned(), equals: of.to_owned() });
        TableRow { when: from.into_iter().chain(is).collect(), price: Price::Fixed { amount: Amount::parse(amount).expect("an amount") } }
    }

    /// Where each changed row stood and stands.
    fn places(before: &[TableRow], after: &[TableRow]) -> Vec<(Option<usize>, Option<usize>, bool)> {
        let place = |row: Option<(usize, &TableRow)>| row.map(|(place, _)| place);
        changed_rows(before, after).iter().map(|change| (place(change.before), place(change.after), change.moved)).collect()
    }

    #[test]
    fn a_table_differs_from_itself_in_nothing() {
        let table = [row(33, "", "90"), row(14, "psv", "70"), row(0, "", "50")];
        assert!(changed_rows(&table, &table).is_empty());
        let mut turned = table.clone();
        turned[1].when.reverse();
        assert!(changed_rows(&table, &turned).is_empty(), "conditions hold together, in whichever order they are written");
    }

    #[test]
    fn only_the_row_with_another_price_is_told() {
        let before = [row(33, "", "90"), row(14, "", "70"), row(0, "", "50")];
        let mut after = before.clone();
        after[1] = row(14, "", "75");
        assert_eq!(places(&before, &after), [(Some(1), Some(1), false)]);
    }

    #[test]
    fn rows_that_come_and_go_move_no_others() {
        let before = [row(33, "", "90"), row(14, "", "70"), row(0, "", "50")];
        let after = [row(40, "", "95"), row(33, "", "90"), row(10, "", "60"), row(0, "", "50")];
        assert_eq!(places(&before, &after), [(None, Some(0), false), (Some(1), None, false), (None, Some(2), false)]);
        assert_eq!(places(&[], &before).len(), 3, "a new table");
        assert_eq!(places(&before, &[]), [(Some(0), None, false), (Some(1), None, false), (Some(2), None, false)], "a table that goes");
    }

    #[test]
    fn a_row_that_passes_others_is_the_only_one_that_moved() {
        let before = [row(0, "psv", "90"), row(33, "", "80"), row(0, "school", "70"), row(0, "", "50")];
        let after = [before[1].clone(), before[2].clone(), row(0, "psv", "95"), before[3].clone()];
        assert_eq!(places(&before, &after), [(Some(0), Some(2), true)]);
    }
}
