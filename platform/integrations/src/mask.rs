//! Long numbers (phones, cards, accounts) do not appear in logs, and a stranger's words are brought into a form that can be kept.

/// Digits in a row, spaces and hyphens between them not counted, from which on a number is masked.
const DIGITS: usize = 9;

/// Letters of a plugin's words that are kept.
const WORDS: usize = 1_000;

/// A plugin's words, masked or not, as they can be kept: see [`numbers`].
pub(crate) fn words(text: &str) -> String {
    text.chars().filter(|letter| *letter != '\0').take(WORDS).collect()
}

/// Keeps the first three and last two digits of every long number. What comes out can be stored: the database has no character of
/// number zero, and a provider that sends one must not keep its call out of the log.
pub(crate) fn numbers(input: &str) -> String {
    let chars: Vec<char> = input.chars().filter(|letter| *letter != '\0').collect();
    let mut out = String::with_capacity(input.len());
    let mut at = 0;
    while let Some(&first) = chars.get(at) {
        if let Some(end) = uuid(&chars, at) {
            out.extend(chars.iter().take(end).skip(at));
            at = end;
            continue;
        }
        let (end, digits) = run(&chars, at);
        if digits.is_empty() {
            out.push(first);
            at += 1;
            continue;
        }
        if digits.len() >= DIGITS {
            out.extend(digits.iter().take(3));
            out.push_str("***");
            out.extend(digits.iter().skip(digits.len() - 2));
        } else {
            out.extend(chars.iter().take(end).skip(at));
        }
        at = end;
    }
    out
}

/// Where a UUID ends that begins at `at`: the platform's own ids name nobody, and a request is found by them.
fn uuid(chars: &[char], at: usize) -> Option<usize> {
    const LENGTH: usize = 36;
    const HYPHENS: [usize; 4] = [8, 13, 18, 23];
    let text = chars.get(at..at + LENGTH)?;
    let alone = |beside: Option<&char>| beside.is_none_or(|letter| !letter.is_ascii_alphanumeric());
    let fits = |(n, letter): (usize, &char)| if HYPHENS.contains(&n) { *letter == '-' } else { letter.is_ascii_hexdigit() };
    // The version stands where the number of a card does not have it by chance.
    let is_ours = text.get(14) == Some(&'7') && text.get(19).is_some_and(|letter| matches!(letter, '8' | '9' | 'a' | 'b'));
    let before = at.checked_sub(1).and_then(|before| chars.get(before));
    (is_ours && alone(before) && alone(chars.get(at + LENGTH)) && text.iter().enumerate().all(fits)).then_some(at + LENGTH)
}

/// The number that begins at `at`: where it ends, and its digits.
fn run(chars: &[char], at: usize) -> (usize, Vec<char>) {
    let (mut end, mut digits) = (at, Vec::new());
    for (n, &c) in chars.iter().enumerate().skip(at) {
        if c.is_ascii_digit() {
            digits.push(c);
            end = n + 1;
        } else if !matches!(c, ' ' | '-') || n > end || digits.is_empty() {
            break;
        }
    }
    (end, digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_masked_and_amounts_and_words_stay() {
        assert_eq!(numbers("+254700000101"), "+254***01");
        assert_eq!(numbers("0700 000 101 - ASHA"), "070***01 - ASHA");
        assert_eq!(numbers("KES 150000 on 2026-10"), "KES 150000 on 2026-10");
        assert_eq!(numbers("no digits é"), "no digits é");
        let id = "01a2083e-7150-7000-8000-000090b44ead";
        assert_eq!(numbers(&format!("ch_{id}/254700000101")), format!("ch_{id}/254***01"), "ids of the platform are nobody's number");
        assert_eq!(numbers("12345678-1234-1234-1234-123456789012"), "123***12", "only what has the form of its ids");
        assert_eq!(numbers("bro\u{0}ken 0700\u{0}000101"), "broken 070***01", "what cannot be stored is left out");
    }

    #[test]
    fn a_plugins_words_are_cut_and_hold_nothing_that_cannot_be_stored() {
        assert_eq!(words("a\0b"), "ab");
        assert_eq!(words(&"é".repeat(2_000)).chars().count(), 1_000);
    }
}
