//! Amounts of money in words, as receipts and cheques write them. Exact for every amount that an `i64` of minor units can hold.

mod english;
mod swahili;

/// The amount in the language of a BCP 47 locale, in English where the language is not known here; none for a currency without
/// words, by its ISO 4217 code.
#[must_use]
pub fn amount_in_words(locale: &str, minor: i64, currency: &str) -> Option<String> {
    if kernel::languages::language_of(locale) == "sw" {
        return swahili::in_words(minor, currency);
    }
    english::CurrencyWords::for_code(currency).map(|words| english::in_words(minor, &words))
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_language_is_written() {
        assert_eq!(amount_in_words("en-KE", 150, "KES").unwrap(), "One Kenya shilling and fifty cents only");
        assert_eq!(amount_in_words("sw-KE", 150, "KES").unwrap(), "Shilingi za Kenya moja na senti hamsini tu");
        assert_eq!(amount_in_words("fr", 100, "KES").unwrap(), "One Kenya shilling only");
        assert_eq!(amount_in_words("sw", 100, "XXX"), None);
    }
}
