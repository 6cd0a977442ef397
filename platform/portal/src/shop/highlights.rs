//! What sets the offers of one quote apart besides their price.

use insurance::{catalogue::Terms, text::LocalText};
use kernel::{i18n::FALLBACK, money::Currency};
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

/// A point as it is read, and what tells it from others whatever language it is read in.
struct Point {
    identity: String,
    text: String,
}

/// The highlights of each offer, in their order: what not all of them have, and of a single one what comes first.
pub(super) fn of(shell: &Shell, terms: &[&Terms], currency: Currency) -> Vec<Highlights> {
    let covered = terms.iter().map(|terms| benefits(shell, terms, currency)).collect::<Vec<_>>();
    let excesses = terms.iter().map(|terms| terms.excesses.iter().map(|text| point(shell, text)).collect()).collect::<Vec<_>>();
    apart(&covered, FEW).into_iter().zip(apart(&excesses, 1)).map(|(covered, excesses)| Highlights { covered, excesses }).collect()
}

fn benefits(shell: &Shell, terms: &Terms, currency: Currency) -> Vec<Point> {
    let included = terms.benefits.iter().filter(|benefit| benefit.included);
    included
        .zip(product::covered(shell, terms, currency))
        .map(|(benefit, text)| Point { identity: format!("{} {:?}", benefit.code, benefit.amount), text })
        .collect()
}

fn point(shell: &Shell, text: &LocalText) -> Point {
    Point { identity: text.get(FALLBACK).to_owned(), text: text.get(&shell.lang).to_owned() }
}

/// Of each list what some other list lacks, at most so many.
fn apart(lists: &[Vec<Point>], most: usize) -> Vec<Vec<String>> {
    let has = |list: &Vec<Point>, point: &Point| list.iter().any(|other| other.identity == point.identity);
    let common = |point: &Point| lists.len() > 1 && lists.iter().all(|list| has(list, point));
    lists.iter().map(|list| list.iter().filter(|point| !common(point)).take(most).map(|point| point.text.clone()).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Point, apart};

    fn lists(lists: &[&[(&str, &str)]]) -> Vec<Vec<Point>> {
        let point = |&(identity, text): &(&str, &str)| Point { identity: identity.to_owned(), text: text.to_owned() };
        lists.iter().map(|list| list.iter().map(point).collect()).collect()
    }

    #[test]
    fn what_every_offer_has_sets_none_apart_however_it_is_worded() {
        let offers = lists(&[
            &[("fire", "Moto"), ("towing 5000", "Kuvutwa, hadi KSh 5,000")],
            &[("fire", "Moto pia"), ("towing 9000", "Kuvutwa, hadi KSh 9,000")],
        ]);
        assert_eq!(apart(&offers, 3), [["Kuvutwa, hadi KSh 5,000"], ["Kuvutwa, hadi KSh 9,000"]]);
        assert!(apart(&lists(&[&[("fire", "Fire")], &[("fire", "Fire")]]), 3).iter().all(Vec::is_empty));
    }

    #[test]
    fn a_single_offer_shows_what_comes_first() {
        let one = lists(&[&[("a", "Fire"), ("b", "Theft"), ("c", "Flood")]]);
        assert_eq!(apart(&one, 2), [["Fire", "Theft"]]);
    }
}
