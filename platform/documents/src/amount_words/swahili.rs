//! Swahili: the currency first, then the number, its thousands apart by commas, since `elfu mia moja na tano` could be two numbers.

use super::capitalised;

const SMALL: [&str; 10] = ["sifuri", "moja", "mbili", "tatu", "nne", "tano", "sita", "saba", "nane", "tisa"];
const TENS: [&str; 10] = ["", "kumi", "ishirini", "thelathini", "arobaini", "hamsini", "sitini", "sabini", "themanini", "tisini"];
const SCALES: [(u64, &str); 7] = [
    (1_000_000_000_000_000_000, "kwintilioni"),
    (1_000_000_000_000_000, "kwadrilioni"),
    (1_000_000_000_000, "trilioni"),
    (1_000_000_000, "bilioni"),
    (1_000_000, "milioni"),
    (1_000, "elfu"),
    (1, ""),
];

/// What the main unit of an ISO 4217 currency is called, and its decimal places.
fn currency(code: &str) -> Option<(&'static str, u32)> {
    Some(match code {
        "KES" => ("shilingi za Kenya", 2),
        "TZS" => ("shilingi za Tanzania", 2),
        "UGX" => ("shilingi za Uganda", 0),
        "NAD" => ("dola za Namibia", 2),
        "ZAR" => ("randi za Afrika Kusini", 2),
        "USD" => ("dola za Marekani", 2),
        "EUR" => ("yuro", 2),
        _ => return None,
    })
}

/// 4,524,250 minor units are `Shilingi za Kenya elfu arobaini na tano, mia mbili arobaini na mbili na senti hamsini tu`.
pub(super) fn in_words(minor: i64, code: &str) -> Option<String> {
    let (name, exponent) = currency(code)?;
    let unit = 10_u64.checked_pow(exponent).unwrap_or(u64::MAX);
    let (major, rest) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    let mut words = String::from(if minor < 0 { "kasoro " } else { "" });
    if major > 0 || rest == 0 {
        words.push_str(&format!("{name} {}", number(major)));
    }
    if rest > 0 {
        words.push_str(&format!("{}senti {}", if major > 0 { " na " } else { "" }, number(rest)));
    }
    words.push_str(" tu");
    Some(capitalised(&words))
}

fn number(mut rest: u64) -> String {
    if rest == 0 {
        return small(0).to_owned();
    }
    let mut groups = Vec::new();
    for (scale, name) in SCALES {
        let count = rest / scale;
        rest %= scale;
        if count > 0 {
            let joined = if scale == 1 && count < 100 && !groups.is_empty() { "na " } else { "" };
            let gap = if name.is_empty() { "" } else { " " };
            groups.push(format!("{joined}{name}{gap}{}", below_thousand(count)));
        }
    }
    groups.join(", ")
}

fn below_thousand(count: u64) -> String {
    let (hundreds, tens, ones) = (count / 100, count / 10 % 10, count % 10);
    let mut parts = Vec::new();
    if hundreds > 0 {
        parts.push(format!("mia {}", small(hundreds)));
    }
    if tens > 0 {
        parts.push(TENS[(tens % 10) as usize].to_owned());
    }
    let mut words = parts.join(if ones > 0 { " " } else { " na " });
    if ones > 0 {
        if !words.is_empty() {
            words.push_str(" na ");
        }
        words.push_str(small(ones));
    }
    words
}

fn small(number: u64) -> &'static str {
    SMALL[(number % 10) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shillings(minor: i64) -> String {
        in_words(minor, "KES").unwrap()
    }

    #[test]
    fn the_last_part_of_a_number_is_joined_by_na() {
        for (shown, words) in [
            (0, "sifuri"),
            (1, "moja"),
            (10, "kumi"),
            (11, "kumi na moja"),
            (45, "arobaini na tano"),
            (100, "mia moja"),
            (105, "mia moja na tano"),
            (120, "mia moja na ishirini"),
            (242, "mia mbili arobaini na mbili"),
            (999, "mia tisa tisini na tisa"),
            (1_000, "elfu moja"),
            (1_005, "elfu moja, na tano"),
            (1_115, "elfu moja, mia moja kumi na tano"),
            (45_243, "elfu arobaini na tano, mia mbili arobaini na tatu"),
            (1_500_000, "milioni moja, elfu mia tano"),
        ] {
            assert_eq!(shillings(shown * 100), format!("Shilingi za Kenya {words} tu"));
        }
    }

    #[test]
    fn no_two_numbers_read_alike() {
        assert_eq!(shillings(10_500_000), "Shilingi za Kenya elfu mia moja na tano tu");
        assert_eq!(shillings(10_000_500), "Shilingi za Kenya elfu mia moja, na tano tu");
    }

    #[test]
    fn cents_are_named_after_the_shillings() {
        assert_eq!(shillings(4_524_250), "Shilingi za Kenya elfu arobaini na tano, mia mbili arobaini na mbili na senti hamsini tu");
        assert_eq!(shillings(5), "Senti tano tu");
        assert_eq!(shillings(-150), "Kasoro shilingi za Kenya moja na senti hamsini tu");
        assert!(shillings(i64::MIN).starts_with("Kasoro shilingi za Kenya kwadrilioni tisini na mbili, trilioni mia mbili thelathini na tatu"));
    }

    #[test]
    fn a_currency_without_minor_units_counts_whole_units() {
        assert_eq!(in_words(35_000, "UGX").unwrap(), "Shilingi za Uganda elfu thelathini na tano tu");
        assert_eq!(in_words(1, "XXX"), None);
    }
}
