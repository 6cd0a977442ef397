//! English, as it is written in Kenya: `and` before the tens.

use super::capitalised;

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [(u64, &str); 6] = [
    (1_000_000_000_000_000_000, "quintillion"),
    (1_000_000_000_000_000, "quadrillion"),
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];

/// What a currency's units are called in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CurrencyWords<'a> {
    /// One main unit: `Kenya shilling`.
    major_one: &'a str,
    /// Several main units: `Kenya shillings`.
    major_many: &'a str,
    /// One minor unit: `cent`.
    minor_one: &'a str,
    /// Several minor units: `cents`.
    minor_many: &'a str,
    /// Decimal places of the currency (ISO 4217): 2 for KES, 0 for UGX.
    exponent: u32,
}

impl CurrencyWords<'static> {
    /// The words of an ISO 4217 code that the packs use; `None` for any other code.
    pub(super) fn for_code(code: &str) -> Option<Self> {
        let cents = |major_one, major_many| Self { major_one, major_many, minor_one: "cent", minor_many: "cents", exponent: 2 };
        match code {
            "KES" => Some(cents("Kenya shilling", "Kenya shillings")),
            "TZS" => Some(cents("Tanzania shilling", "Tanzania shillings")),
            "UGX" => Some(Self { exponent: 0, ..cents("Uganda shilling", "Uganda shillings") }),
            "NAD" => Some(cents("Namibia dollar", "Namibia dollars")),
            "ZAR" => Some(cents("South African rand", "South African rand")),
            "USD" => Some(cents("United States dollar", "United States dollars")),
            "EUR" => Some(cents("euro", "euros")),
            _ => None,
        }
    }
}

/// The amount in words with a capital first letter, ending in `only`:
/// 4,524,250 minor units are `Forty-five thousand two hundred and forty-two Kenya shillings and
/// fifty cents only`.
pub(super) fn in_words(minor: i64, currency: &CurrencyWords<'_>) -> String {
    let unit = 10_u64.checked_pow(currency.exponent).unwrap_or(u64::MAX);
    let whole = minor.unsigned_abs();
    let (major, rest) = (whole / unit, whole % unit);

    let mut words = String::new();
    if minor < 0 {
        words.push_str("minus ");
    }
    if major > 0 || rest == 0 {
        push_counted(&mut words, major, currency.major_one, currency.major_many);
    }
    if rest > 0 {
        if major > 0 {
            words.push_str(" and ");
        }
        push_counted(&mut words, rest, currency.minor_one, currency.minor_many);
    }
    words.push_str(" only");
    capitalised(&words)
}

fn push_counted(words: &mut String, count: u64, one: &str, many: &str) {
    push_number(words, count);
    words.push(' ');
    words.push_str(if count == 1 { one } else { many });
}

fn push_number(words: &mut String, number: u64) {
    let mut rest = number;
    for (scale, name) in SCALES {
        if rest >= scale {
            separate(words, number, rest);
            push_below_thousand(words, rest / scale);
            words.push(' ');
            words.push_str(name);
            rest %= scale;
        }
    }
    if rest > 0 || number == 0 {
        if rest < number && rest < 100 {
            words.push_str(" and ");
        } else {
            separate(words, number, rest);
        }
        push_below_thousand(words, rest);
    }
}

/// A space between the parts of one number, none before its first part.
fn separate(words: &mut String, number: u64, rest: u64) {
    if rest < number {
        words.push(' ');
    }
}

fn push_below_thousand(words: &mut String, number: u64) {
    let (hundreds, rest) = (number / 100, number % 100);
    if hundreds > 0 {
        words.push_str(small(hundreds));
        words.push_str(" hundred");
        if rest > 0 {
            words.push_str(" and ");
        }
    }
    match rest {
        0 if hundreds > 0 => {}
        0..20 => words.push_str(small(rest)),
        _ => {
            words.push_str(TENS[(rest / 10 % 10) as usize]);
            if rest % 10 > 0 {
                words.push('-');
                words.push_str(small(rest % 10));
            }
        }
    }
}

fn small(number: u64) -> &'static str {
    SMALL[(number % 20) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shillings(minor: i64) -> String {
        in_words(minor, &CurrencyWords::for_code("KES").unwrap())
    }

    #[test]
    fn whole_amounts_end_in_only() {
        assert_eq!(shillings(0), "Zero Kenya shillings only");
        assert_eq!(shillings(100), "One Kenya shilling only");
        assert_eq!(shillings(1_300), "Thirteen Kenya shillings only");
        assert_eq!(shillings(4_000), "Forty Kenya shillings only");
        assert_eq!(shillings(9_900), "Ninety-nine Kenya shillings only");
        assert_eq!(shillings(10_000), "One hundred Kenya shillings only");
        assert_eq!(shillings(100_000), "One thousand Kenya shillings only");
    }

    #[test]
    fn and_stands_before_the_tens_as_in_british_english() {
        assert_eq!(shillings(10_100), "One hundred and one Kenya shillings only");
        assert_eq!(shillings(100_500), "One thousand and five Kenya shillings only");
        assert_eq!(shillings(111_500), "One thousand one hundred and fifteen Kenya shillings only");
        assert_eq!(shillings(4_524_300), "Forty-five thousand two hundred and forty-three Kenya shillings only");
        assert_eq!(shillings(100_000_001 * 100), "One hundred million and one Kenya shillings only");
    }

    #[test]
    fn cents_are_named_after_the_shillings() {
        assert_eq!(shillings(4_524_250), "Forty-five thousand two hundred and forty-two Kenya shillings and fifty cents only");
        assert_eq!(shillings(101), "One Kenya shilling and one cent only");
        assert_eq!(shillings(5), "Five cents only");
        assert_eq!(shillings(-150), "Minus one Kenya shilling and fifty cents only");
    }

    #[test]
    fn the_extremes_of_the_type_have_words() {
        assert_eq!(
            shillings(i64::MIN),
            "Minus ninety-two quadrillion two hundred and thirty-three trillion seven hundred and \
             twenty billion three hundred and sixty-eight million five hundred and forty-seven \
             thousand seven hundred and fifty-eight Kenya shillings and eight cents only"
        );
    }

    #[test]
    fn a_currency_without_minor_units_counts_whole_units() {
        let uganda = CurrencyWords::for_code("UGX").unwrap();
        assert_eq!(in_words(35_000, &uganda), "Thirty-five thousand Uganda shillings only");
        assert_eq!(CurrencyWords::for_code("XXX"), None);
    }
}
