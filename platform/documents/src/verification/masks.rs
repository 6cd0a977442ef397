//! Enough of a name or a plate to compare with a paper, too little to learn it from.

/// `A. M. S.` for Amani Mfano Sampleson: the first letter of each word, at most four.
#[must_use]
pub fn initials(name: &str) -> String {
    let letters: Vec<String> = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(4)
        .map(|c| format!("{}.", c.to_uppercase()))
        .collect();
    letters.join(" ")
}

/// `KDA ···A` for KDA 123A: the first three and the last character of four and more.
#[must_use]
pub fn masked_plate(plate: &str) -> String {
    let plain: Vec<char> = plate.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    match plain.split_at_checked(3) {
        Some((head, [middle @ .., last])) => {
            let head: String = head.iter().collect();
            format!("{head} {}{last}", "·".repeat(middle.len()))
        }
        _ => "·".repeat(plain.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_initials() {
        assert_eq!(initials("Amani Mfano Sampleson"), "A. M. S.");
        assert_eq!(initials(" ’angela  o'brien "), "A. O.");
        assert_eq!(initials("Mfano & Sons Ltd"), "M. S. L.");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn a_plate_shows_its_series_and_its_end() {
        assert_eq!(masked_plate("kda 123a"), "KDA ···A");
        assert_eq!(masked_plate("KMFX999"), "KMF ···9");
        assert_eq!(masked_plate("N12"), "···");
    }
}
