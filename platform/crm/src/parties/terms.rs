//! The words a party is found by. A search matches a party when every word of it begins one of the party's terms.

use std::collections::BTreeSet;

use super::{Party, model::Contacts, names};

const LONGEST: usize = 64;

/// Terms of a party: words of its name, its addresses, its phone numbers as people type them, and the numbers of its roles.
#[must_use]
pub fn of(party: &Party, contacts: &Contacts, numbers: &[&str]) -> Vec<String> {
    let mut terms = BTreeSet::new();
    for word in words(&party.display_name()) {
        // Of a double name each part is known too.
        terms.extend(word.split('-').map(str::to_owned));
        terms.insert(word);
    }
    if let Some(email) = &contacts.email {
        terms.insert(email.norm().to_owned());
        terms.extend(email.norm().split_once('@').map(|(_, domain)| domain.to_owned()));
    }
    for phone in &contacts.phones {
        let digits = phone.as_str().trim_start_matches('+');
        let national: String = phone.local().chars().filter(char::is_ascii_digit).collect();
        terms.insert(national.trim_start_matches('0').to_owned());
        terms.insert(national);
        terms.insert(digits.to_owned());
    }
    for number in numbers {
        let number = number.to_lowercase();
        terms.extend(number.rsplit_once('-').map(|(_, serial)| serial.to_owned()));
        terms.insert(number);
    }
    terms.into_iter().filter(|term| !term.is_empty()).collect()
}

/// The words of a search, at most five, none of which begins another: that would ask for nothing more. Something that looks like a
/// phone number is one word whatever its spacing.
#[must_use]
pub fn of_search(text: &str) -> Vec<String> {
    let text = text.trim().to_lowercase();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() >= 3 && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.')) {
        // Two zeros in front of a whole number are the exchange's way to write "+"; in front of a short one, a serial number's.
        let international = digits.len() > 10 && digits.starts_with("00");
        return vec![if international { digits[2..].to_owned() } else { digits }];
    }
    let mut words: Vec<String> =
        text.split_whitespace().flat_map(|word| if is_whole(word) { vec![short(word)] } else { words(word) }).take(5).collect();
    // Backwards, so that a word follows those it begins.
    words.sort_unstable();
    words.reverse();
    words.dedup_by(|beginning, word| word.starts_with(beginning.as_str()));
    words
}

/// Addresses, domains and numbers are looked for as they are, not word by word.
fn is_whole(word: &str) -> bool {
    word.contains(['@', '-']) || word.trim_end_matches('.').contains('.')
}

fn words(text: &str) -> Vec<String> {
    names::normalise(text).split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-'))).filter(|word| !word.is_empty()).map(short).collect()
}

fn short(word: &str) -> String {
    word.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parties::{EmailAddress, Person};
    use kernel::phone::Phone;

    fn asha() -> Vec<String> {
        let person =
            Person { first_name: "Asha".into(), last_name: "Mwangi-Otieno".into(), date_of_birth: None, gender: None, occupation: String::new() };
        let contacts = Contacts { email: EmailAddress::parse("Asha@example.com"), phones: vec![Phone::parse("+254700000101", "KE").unwrap()] };
        of(&Party::Person(person), &contacts, &["CUS-2026-00042"])
    }

    #[test]
    fn every_way_of_typing_a_number_begins_a_term() {
        let terms = asha();
        for search in ["0700000101", "+254 700 000 101", "254700", "700000101", "00254700000101", "0700-000-101"] {
            let words = of_search(search);
            assert!(words.iter().all(|word| terms.iter().any(|term| term.starts_with(word.as_str()))), "{search}: {words:?} in {terms:?}");
        }
    }

    #[test]
    fn names_addresses_and_customer_numbers_are_found_by_their_beginning() {
        let terms = asha();
        for search in ["ash", "MWANGI", "mwangi ash", "otieno", "mwangi-ot", "asha@ex", "cus-2026-00042", "00042", "example.com"] {
            let words = of_search(search);
            assert!(!words.is_empty() && words.iter().all(|word| terms.iter().any(|term| term.starts_with(word.as_str()))), "{search}: {words:?}");
        }
        assert!(of_search("  ").is_empty());
    }

    #[test]
    fn a_word_that_begins_another_is_not_looked_for_besides() {
        assert_eq!(of_search("asha Asha"), ["asha"]);
        assert_eq!(of_search("mwa asha mwangi as"), ["mwangi", "asha"]);
        assert_eq!(of_search("mwangi mwaniki"), ["mwaniki", "mwangi"], "what two words begin with alike is no word");
    }
}
