//! Minor units of the platform against decimals on the wire. Exact: digits are counted, never a binary float.

use crate::host::types::Money;

/// Decimals of a currency (ISO 4217). A currency that is not listed has two.
#[must_use]
pub fn decimals(currency: &str) -> usize {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Reads `1500`, `1500.5`, `1500.00` and `-1,500.50`; none for anything else, and for a part that the currency has no unit for.
#[must_use]
pub fn read(text: &str, currency: &str) -> Option<Money> {
    let text = text.trim();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let decimals = decimals(currency);
    let (kept, beyond) = part.split_at_checked(decimals).unwrap_or((part, ""));
    if !all_digits(part) || beyond.bytes().any(|digit| digit != b'0') {
        return None;
    }
    let kept = if decimals == 0 { "" } else { kept };
    let minor = format!("{sign}{}{kept:0<decimals$}", ungrouped(whole)?).parse().ok()?;
    Some(Money { minor, currency: currency.to_owned() })
}

/// `34193.00`, and `34193` in a currency without decimals: as providers take it.
#[must_use]
pub fn written(money: &Money) -> String {
    let (sign, whole, part) = parts(money);
    format!("{sign}{whole}{part}")
}

/// `34,193.00`: as people read it.
#[must_use]
pub fn grouped(money: &Money) -> String {
    let (sign, whole, part) = parts(money);
    let digit = |(at, digit): (usize, char)| if at > 0 && (whole.len() - at).is_multiple_of(3) { format!(",{digit}") } else { digit.to_string() };
    let whole: String = whole.chars().enumerate().map(digit).collect();
    format!("{sign}{whole}{part}")
}

/// Sign, whole units, and the decimals with their point.
fn parts(money: &Money) -> (&'static str, String, String) {
    let decimals = decimals(&money.currency);
    let mut whole = format!("{:0>width$}", money.minor.unsigned_abs(), width = decimals + 1);
    let part = whole.split_off(whole.len() - decimals);
    (if money.minor < 0 { "-" } else { "" }, whole, if part.is_empty() { part } else { format!(".{part}") })
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits that may be in groups of three with commas between, without the commas.
fn ungrouped(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next().filter(|first| all_digits(first))?;
    let rest: Vec<&str> = groups.collect();
    let fits = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3 && all_digits(group)));
    fits.then(|| format!("{first}{}", rest.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, currency: &str) -> Money {
        Money { minor, currency: currency.into() }
    }

    #[test]
    fn amounts_are_written_and_read_exactly() {
        for (minor, currency, text, for_people) in [
            (3_419_300, "KES", "34193.00", "34,193.00"),
            (7, "KES", "0.07", "0.07"),
            (-150_025, "KES", "-1500.25", "-1,500.25"),
            (0, "KES", "0.00", "0.00"),
            (850_000, "UGX", "850000", "850,000"),
            (1_234_567, "KWD", "1234.567", "1,234.567"),
            (9_007_199_254_740_993, "KES", "90071992547409.93", "90,071,992,547,409.93"),
            (i64::MIN, "KES", "-92233720368547758.08", "-92,233,720,368,547,758.08"),
        ] {
            let money = money(minor, currency);
            assert_eq!((written(&money).as_str(), grouped(&money).as_str()), (text, for_people));
            assert_eq!(read(text, currency), Some(money.clone()), "{text}");
            assert_eq!(read(for_people, currency), Some(money), "{for_people}");
        }
    }

    #[test]
    fn decimals_may_be_missing_or_end_in_noughts() {
        for (text, currency, minor) in [
            ("1500", "KES", 150_000),
            ("1.0", "KES", 100),
            ("50.5", "KES", 5_050),
            ("12.500", "KES", 1_250),
            (" 12.50 ", "KES", 1_250),
            ("850.00", "UGX", 850),
        ] {
            assert_eq!(read(text, currency), Some(money(minor, currency)), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_exact_amount_is_not_guessed() {
        for text in [
            "",
            "-",
            "1.",
            ".5",
            "1.005",
            "1e3",
            "1,50.00",
            "1500,000",
            "1,,000",
            ",100",
            "KES 5",
            "0x10",
            "--5",
            "-+5",
            "+5",
            "99999999999999999999",
            "1 0",
            "450,00",
        ] {
            assert_eq!(read(text, "KES"), None, "{text}");
        }
        assert_eq!(read("1.5", "UGX"), None);
    }
}
