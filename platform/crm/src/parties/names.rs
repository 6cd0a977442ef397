//! Names as people carry them, and the form in which they are compared.

/// Whether this can be a person's name: letters of any script, spaces, hyphens, apostrophes and dots, at least one letter.
/// Digits and markup are typing errors or worse.
#[must_use]
pub fn is_person_name(name: &str) -> bool {
    name.chars().any(char::is_alphabetic) && name.chars().all(|c| c.is_alphabetic() || is_mark(c) || matches!(c, ' ' | '-' | '\'' | '’' | 'ʼ' | '.'))
}

/// Whether this can be an organisation's name: anything printable with a letter or digit, but no angle brackets.
#[must_use]
pub fn is_organisation_name(name: &str) -> bool {
    name.chars().any(char::is_alphanumeric) && !name.chars().any(|c| c.is_control() || matches!(c, '<' | '>'))
}

/// Combining marks, which belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// One space between words, none around.
#[must_use]
pub fn tidy(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lower case, one space between words, apostrophes of one kind.
#[must_use]
pub fn normalise(name: &str) -> String {
    tidy(name).to_lowercase().replace(['’', 'ʼ'], "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_hyphens_apostrophes_and_letters_of_any_script() {
        for good in ["Asha", "Ng'ang'a", "Ng’ang’a", "Anne-Marie", "J. M.", "Łukasz", "Zoë", "محمد"] {
            assert!(is_person_name(good), "{good}");
        }
    }

    #[test]
    fn digits_markup_and_empty_names_are_not_names() {
        for bad in ["", " ", "--", "R2D2", "<b>Asha</b>", "Asha;", "=1+1", "a@b"] {
            assert!(!is_person_name(bad), "{bad}");
        }
        assert!(is_organisation_name("3 Peaks & Sons (K) Ltd."));
        assert!(!is_organisation_name("<script>"));
        assert!(!is_organisation_name("---"));
    }

    #[test]
    fn names_that_sound_the_same_on_paper_compare_equal() {
        assert_eq!(normalise("  Wanjiru   Ng’ang’a "), normalise("WANJIRU NG'ANG'A"));
    }
}
