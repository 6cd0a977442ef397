//! Kenyan mobile numbers: what people type against the twelve digits the provider takes.

use wakala_plugin_sdk::PluginError;

/// `254` followed by nine digits of which the first is 7 or 1, from any of the usual spellings.
///
/// # Errors
/// `rejected` `phone` for everything else; nothing is guessed.
pub fn normalise(typed: &str) -> Result<String, PluginError> {
    let compact: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let digits = compact.strip_prefix('+').unwrap_or(&compact);
    let national = match digits.len() {
        12 => digits.strip_prefix("254"),
        10 if !compact.starts_with('+') => digits.strip_prefix('0'),
        9 if !compact.starts_with('+') => Some(digits),
        _ => None,
    };
    national
        .filter(|n| n.len() == 9 && n.starts_with(['7', '1']) && n.bytes().all(|b| b.is_ascii_digit()))
        .map(|n| format!("254{n}"))
        .ok_or_else(|| PluginError::rejected("phone", "not a Kenyan mobile number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_becomes_twelve_digits() {
        for typed in ["0700000111", "700000111", "+254700000111", "254700000111", " +254 700 000 111 ", "0700-000-111"] {
            assert_eq!(normalise(typed).ok().as_deref(), Some("254700000111"), "{typed}");
        }
        assert_eq!(normalise("0110000111").ok().as_deref(), Some("254110000111"));
        assert_eq!(normalise("110000111").ok().as_deref(), Some("254110000111"));
    }

    #[test]
    fn anything_else_is_refused_as_phone() {
        for typed in [
            "",
            "0200000111",
            "25470000011",
            "2547000001111",
            "+0700000111",
            "+255700000111",
            "07OOOOO111",
            "254 7 ***** 11",
            "+700000111",
            "٠٧٠٠٠٠٠١١١",
        ] {
            assert!(matches!(normalise(typed), Err(PluginError::Rejected(r)) if r.code == "phone"), "{typed}");
        }
    }
}
