//! Characters that make a text look other than it is.

/// Whether a character hides itself or moves others: controls, those of lines too, and marks that turn the direction of writing.
#[must_use]
pub fn misleads(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::misleads;

    #[test]
    fn what_moves_or_hides_others_misleads_and_writing_of_any_language_does_not() {
        assert!(['\n', '\u{1b}', '\u{200f}', '\u{202e}', '\u{2066}'].into_iter().all(misleads));
        assert!(!"Malipo – مدفوعات".chars().any(misleads));
    }
}
