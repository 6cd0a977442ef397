//! What sets the offers of one quote apart besides their price.

use insurance::catalogue::Terms;
use kernel::money::Currency;
use pages::Shell;

use super::product;

/// Points that one card shows.
const FEW: usize = 3;

/// The points of one offer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Highlights {
    /// Benefits, each with the most that is paid where there is such a limit.
    pub covered: Vec<String>,
    /// What the customer bears of a claim.
    pub excesses: Vec<String>,
}

/// The highlights of each offer, in their order: what not all of them have, and of a single one what comes first.
pub(super) fn of(shell: &Shell, terms: &[&Terms], currency: Currency) -> Vec<Highlights> {
    let covered = terms.iter().map(|terms| product::covered(shell, terms, currency)).collect();
    let excesses = terms.iter().map(|terms| terms.excesses.iter().map(|text| text.get(&shell.lang).to_owned()).collect()).collect();
    apart(covered, FEW).into_iter().zip(apart(excesses, 1)).map(|(covered, excesses)| Highlights { covered, excesses }).collect()
}

/// Of each list what some other list lacks, at most so many.
fn apart(lists: Vec<Vec<String>>, most: usize) -> Vec<Vec<String>> {
    let common = |point: &String| lists.len() > 1 && lists.iter().all(|list| list.contains(point));
    lists.iter().map(|list| list.iter().filter(|point| !common(point)).take(most).cloned().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::apart;

    fn lists(lists: &[&[&str]]) -> Vec<Vec<String>> {
        lists.iter().map(|list| list.iter().map(|&point| point.to_owned()).collect()).collect()
    }

    #[test]
    fn what_every_offer_has_sets_none_apart() {
        let found = apart(lists(&[&["Fire", "Towing, up to KSh 5,000"], &["Fire", "Towing, up to KSh 9,000"]]), 3);
        assert_eq!(found, lists(&[&["Towing, up to KSh 5,000"], &["Towing, up to KSh 9,000"]]));
        assert_eq!(apart(lists(&[&["Fire"], &["Fire"]]), 3), lists(&[&[], &[]]));
    }

    #[test]
    fn a_single_offer_shows_what_comes_first() {
        assert_eq!(apart(lists(&[&["Fire", "Theft", "Flood"]]), 2), lists(&[&["Fire", "Theft"]]));
    }
}
