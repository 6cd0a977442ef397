//! Which of several installations takes a payment, and which one is asked where it cannot.

use kernel::money::Money;
use serde::Serialize;
use uuid::Uuid;

use crate::payment::PaymentMethod;

/// Sends payments of some amounts to an installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RouteRule {
    /// Every method if none.
    pub method: Option<String>,
    pub currency: String,
    /// Least and most in minor units; no most if none.
    pub from_minor: i64,
    pub to_minor: Option<i64>,
    pub installation: Uuid,
}

impl RouteRule {
    fn speaks_of(&self, method: &str, amount: Money) -> bool {
        self.method.as_deref().is_none_or(|named| named == method)
            && self.currency == amount.currency.code()
            && amount.minor >= self.from_minor
            && self.to_minor.is_none_or(|most| amount.minor <= most)
    }
}

/// A way to pay with the installations that offer it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Routes {
    /// Names the method everywhere.
    pub method: String,
    /// Who offers it, in the order in which they are asked where no rule speaks of a payment.
    pub offers: Vec<PaymentMethod>,
    /// In the order in which they count.
    pub rules: Vec<RouteRule>,
}

impl Routes {
    /// Everything that is offered, one for each method, in the order of its first offer.
    #[must_use]
    pub fn all(offers: Vec<PaymentMethod>, rules: &[RouteRule]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for offer in offers {
            match all.iter_mut().find(|routes| routes.method == offer.method) {
                Some(routes) => routes.offers.push(offer),
                None => all.push(Self { method: offer.method.clone(), offers: vec![offer], rules: rules.to_vec() }),
            }
        }
        all
    }

    /// Who may take this amount, the first to be asked first. Where rules speak of it, only whom they name. Who cannot take it for
    /// reasons of its own comes last: what it says of its limits is better than nothing.
    #[must_use]
    pub fn of(&self, amount: Money) -> Vec<&PaymentMethod> {
        let rules: Vec<&RouteRule> = self.rules.iter().filter(|rule| rule.speaks_of(&self.method, amount)).collect();
        let mut found: Vec<&PaymentMethod> = Vec::new();
        if rules.is_empty() {
            found.extend(&self.offers);
        }
        for rule in rules {
            let named = self.offers.iter().find(|offer| offer.installation == rule.installation);
            found.extend(named.filter(|named| found.iter().all(|other| other.installation != named.installation)));
        }
        // A stable sort: the order among equals stays.
        found.sort_by_key(|offer| !offer.takes(amount));
        found
    }

    /// Who is asked first.
    #[must_use]
    pub fn best(&self, amount: Money) -> Option<&PaymentMethod> {
        self.of(amount).into_iter().next()
    }
}

impl PaymentMethod {
    /// Whether one payment can be of this amount.
    #[must_use]
    pub fn takes(&self, amount: Money) -> bool {
        self.currencies.iter().any(|code| code == amount.currency.code())
            && amount.minor >= self.min.max(1)
            && amount.minor <= self.max
            && amount.minor % self.smallest_unit.max(1) == 0
    }
}

#[cfg(test)]
mod tests {
    use kernel::money::Currency;

    use super::*;

    fn offer(number: u128, method: &str, max: i64) -> PaymentMethod {
        PaymentMethod {
            method: method.into(),
            installation: Uuid::from_u128(number),
            title: method.into(),
            currencies: vec!["KES".into()],
            smallest_unit: 100,
            min: 100,
            max,
            payer_needs: Vec::new(),
        }
    }

    fn rule(method: Option<&str>, from_minor: i64, to_minor: Option<i64>, number: u128) -> RouteRule {
        RouteRule { method: method.map(str::to_owned), currency: "KES".into(), from_minor, to_minor, installation: Uuid::from_u128(number) }
    }

    fn asked(rules: &[RouteRule], minor: i64) -> Vec<u128> {
        let offers = vec![offer(1, "mobile", 25_000_000), offer(2, "card", 90_000_000), offer(3, "mobile", 50_000_000)];
        let all = Routes::all(offers, rules);
        assert_eq!(all.iter().map(|routes| routes.method.as_str()).collect::<Vec<_>>(), ["mobile", "card"]);
        all[0].of(Money::new(minor, Currency::KES)).into_iter().map(|offer| offer.installation.as_u128()).collect()
    }

    #[test]
    fn without_rules_everybody_is_asked_in_order_and_whoever_takes_the_amount_first() {
        assert_eq!(asked(&[], 100_000), [1, 3]);
        assert_eq!(asked(&[], 30_000_000), [3, 1]);
        assert_eq!(asked(&[], 60_000_000), [1, 3], "somebody has to say what the limit is");
    }

    #[test]
    fn where_rules_speak_of_a_payment_only_those_they_name_are_asked() {
        assert_eq!(asked(&[rule(Some("mobile"), 0, None, 3), rule(None, 0, None, 1)], 100_000), [3, 1]);
        assert_eq!(asked(&[rule(Some("mobile"), 0, None, 3)], 100_000), [3]);
        assert_eq!(asked(&[rule(Some("mobile"), 0, None, 3), rule(None, 0, None, 3)], 100_000), [3], "named twice, asked once");
        assert_eq!(asked(&[rule(None, 10_000_000, None, 2)], 10_000_000), Vec::<u128>::new(), "that one has no mobile money");
        assert_eq!(asked(&[rule(None, 10_000_000, None, 2)], 9_999_900), [1, 3]);
        assert_eq!(asked(&[rule(None, 0, Some(100_000), 3)], 100_000), [3]);
        assert_eq!(asked(&[rule(Some("card"), 0, None, 3)], 100_000), [1, 3], "a rule of another method says nothing");
        let dollars = RouteRule { currency: "USD".into(), ..rule(None, 0, None, 3) };
        assert_eq!(asked(&[dollars], 100_000), [1, 3]);
    }
}
