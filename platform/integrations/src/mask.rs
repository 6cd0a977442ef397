//! Long numbers (phones, cards, accounts) do not appear in logs.

/// Digits in a row, spaces and hyphens between them not counted, from which on a number is masked.
const DIGITS: usize = 9;

/// Keeps the first three and last two digits of every long number.
pub(crate) fn numbers(input: &str) -> String {
    let chars: Vec<char> = input.chars().collect();
    let mut out = String::with_capacity(input.len());
    let mut at = 0;
    while let Some(&first) = chars.get(at) {
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
    }
}
