//! Shillings on the wire against minor units in the platform. Exact: digits are counted, never a binary float.

use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Money;

/// The only currency.
pub const CURRENCY: &str = "KES";
/// One shilling, the smallest amount that can be asked for, in minor units.
const SMALLEST: i64 = 100;
/// The most that one transaction may move: 250,000 shillings, in minor units. Larger amounts are refused by the provider.
const LARGEST: i64 = 25_000_000;

/// Whole shillings of what is to be moved.
///
/// # Errors
/// `rejected` `amount`: another currency, cents, or outside of what one transaction may move.
pub fn whole_shillings(money: &Money) -> Result<i64, PluginError> {
    let reject = |why: &str| Err(PluginError::rejected("amount", why));
    if money.currency != CURRENCY {
        return reject("only KES can be moved");
    }
    if money.minor % SMALLEST != 0 {
        return reject("only whole shillings can be moved");
    }
    if !(SMALLEST..=LARGEST).contains(&money.minor) {
        return reject("one transaction moves between 1 and 250,000 shillings");
    }
    Ok(money.minor / SMALLEST)
}

/// Reads `1500`, `1500.0`, `1500.00`, `-1,500.50` as minor units; none for anything else, also for more than two decimals.
pub fn minor_units(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
    let shillings = grouped(whole)?;
    let all_digits = cents.bytes().all(|b| b.is_ascii_digit());
    let cents = match (all_digits, cents.len()) {
        (true, 0) if !digits.ends_with('.') => 0,
        (true, 1) => cents.parse::<i64>().ok()? * 10,
        (true, 2) => cents.parse::<i64>().ok()?,
        _ => return None,
    };
    let minor = shillings.checked_mul(100)?.checked_add(cents)?;
    Some(if negative { -minor } else { minor })
}

/// Digits, optionally in groups of three with commas.
fn grouped(text: &str) -> Option<i64> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let first_fits = digits(first) && (rest.is_empty() || first.len() <= 3);
    if !first_fits || !rest.iter().all(|part| part.len() == 3 && digits(part)) {
        return None;
    }
    text.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kes(minor: i64) -> Money {
        Money { minor, currency: "KES".into() }
    }

    #[test]
    fn whole_shillings_pass_and_everything_else_is_refused_as_amount() {
        assert_eq!(whole_shillings(&kes(150_000)).ok(), Some(1500));
        assert_eq!(whole_shillings(&kes(25_000_000)).ok(), Some(250_000));
        let refused = [kes(150_050), kes(0), kes(-100), kes(25_000_100), Money { minor: 100, currency: "USD".into() }];
        for money in refused {
            assert!(matches!(whole_shillings(&money), Err(PluginError::Rejected(r)) if r.code == "amount"), "{money:?}");
        }
    }

    #[test]
    fn decimals_are_read_exactly() {
        for (text, minor) in [
            ("1500.00", 150_000),
            ("1500", 150_000),
            ("1.0", 100),
            ("50.5", 5_050),
            ("0.07", 7),
            ("-1,500.25", -150_025),
            ("90071992547409.93", 9_007_199_254_740_993),
        ] {
            assert_eq!(minor_units(text), Some(minor), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_exact_amount_is_not_guessed() {
        for text in ["", "-", "1.", ".5", "1.005", "1e3", "1,50.00", "1500,000", "1,,000", "KES 5", "0x10", "99999999999999999999", "1 0"] {
            assert_eq!(minor_units(text), None, "{text}");
        }
    }
}
