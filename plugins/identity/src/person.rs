//! What is claimed of a person, and whether the numbers in it can exist at all: nobody is asked, and charged, for one that cannot.

use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Party;

/// The kinds of check with Smile ID's name of the document and the party's name of its number.
const DOCUMENTS: [(&str, &str, &str); 4] = [
    ("national-id", "NATIONAL_ID", "ke-national-id"),
    ("passport", "PASSPORT", "passport"),
    ("alien-card", "ALIEN_CARD", "alien-card"),
    ("tax-pin", "KRA_PIN", "ke-kra-pin"),
];

/// A document that can be checked.
#[derive(Debug, PartialEq, Eq)]
pub struct Document {
    /// Smile ID's name of it.
    pub kind: &'static str,
    pub number: String,
}

/// A fact of a party.
pub fn fact<'p>(party: &'p Party, name: &str) -> Option<&'p str> {
    party.fields.iter().find(|(have, _)| have == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

/// The document of a check. `id_digits` are the lengths that a national id may have.
///
/// # Errors
/// `unsupported` for other kinds and countries, `rejected` with `format` for a number that cannot exist.
pub fn document(kind: &str, country: &str, party: &Party, id_digits: &[usize]) -> Result<Document, PluginError> {
    if country != "KE" {
        return Err(PluginError::Unsupported("only Kenya's registers can be asked".into()));
    }
    let known = DOCUMENTS.into_iter().find(|(ours, _, _)| *ours == kind);
    let (_, kind, field) = known.ok_or_else(|| PluginError::Unsupported(format!("checks of kind {kind}")))?;
    let number: String = fact(party, field).unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    let fits = match kind {
        "NATIONAL_ID" => digits && id_digits.contains(&number.len()),
        "KRA_PIN" => is_pin(&number),
        _ => (5..=20).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric()),
    };
    if fits { Ok(Document { kind, number }) } else { Err(PluginError::rejected("format", format!("{field}: such a number cannot exist"))) }
}

/// A or P, nine digits and a letter.
fn is_pin(number: &str) -> bool {
    match number.as_bytes() {
        [b'A' | b'P', digits @ .., last] => digits.len() == 9 && digits.iter().all(u8::is_ascii_digit) && last.is_ascii_uppercase(),
        _ => false,
    }
}

/// First and last names, out of what is told of them, or of the full name.
pub fn names(party: &Party) -> (Option<String>, Option<String>) {
    let told = |name: &str| fact(party, name).map(str::to_owned);
    let full = party.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let (first, last) = match full.and_then(|name| name.rsplit_once(' ')) {
        Some((first, last)) => (Some(first.trim().to_owned()), Some(last.to_owned())),
        None => (full.map(str::to_owned), None),
    };
    (told("given-name").or(first), told("family-name").or(last))
}

/// How a claimed name compares with a register's, whatever the order and casing of its words.
pub fn compare(claimed: &str, registered: &str) -> &'static str {
    let words =
        |text: &str| text.to_uppercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (claimed, registered) = (words(claimed), words(registered));
    let found = claimed.iter().filter(|word| registered.contains(word)).count();
    match found {
        0 => "no-match",
        n if n == claimed.len() => "match",
        _ => "partial",
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn party(fields: &[(&str, &str)]) -> Party {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Party { name: Some("Asha Wanjiru Demo".into()), phone: Some("+254700000142".into()), email: None, fields, extra: Vec::new() }
    }

    fn number(kind: &str, field: &str, typed: &str) -> Result<String, PluginError> {
        document(kind, "KE", &party(&[(field, typed)]), &[7, 8, 9, 14]).map(|document| document.number)
    }

    #[test]
    fn numbers_that_can_exist_are_taken_as_registers_write_them() {
        for (kind, field, typed, taken) in [
            ("national-id", "ke-national-id", " 30000042 ", "30000042"),
            ("national-id", "ke-national-id", "30000042000042", "30000042000042"),
            ("tax-pin", "ke-kra-pin", "a000000042z", "A000000042Z"),
            ("tax-pin", "ke-kra-pin", "P051000042Z", "P051000042Z"),
            ("passport", "passport", "ak 000042", "AK000042"),
            ("alien-card", "alien-card", "100042", "100042"),
        ] {
            assert_eq!(number(kind, field, typed), Ok(taken.to_owned()));
        }
    }

    #[test]
    fn numbers_that_cannot_exist_are_refused_before_anybody_is_asked() {
        for (kind, field, typed) in [
            ("national-id", "ke-national-id", "300000"),
            ("national-id", "ke-national-id", "3000004X"),
            ("national-id", "passport", "AK000042"),
            ("tax-pin", "ke-kra-pin", "B000000042Z"),
            ("tax-pin", "ke-kra-pin", "A00000042Z"),
            ("tax-pin", "ke-kra-pin", "A0000000421"),
            ("passport", "passport", "AK-1"),
        ] {
            assert!(matches!(number(kind, field, typed), Err(PluginError::Rejected(no)) if no.code == "format"), "{kind} {typed}");
        }
        assert!(matches!(number("selfie", "passport", "AK000042"), Err(PluginError::Unsupported(_))));
        let namibia = document("national-id", "NA", &party(&[]), &[8]);
        assert!(matches!(namibia, Err(PluginError::Unsupported(_))));
    }

    #[test]
    fn names_are_told_or_split() {
        let both = |first: &str, last: &str| (Some(first.to_owned()), Some(last.to_owned()));
        assert_eq!(names(&party(&[])), both("Asha Wanjiru", "Demo"));
        assert_eq!(names(&party(&[("given-name", "Asha"), ("family-name", "Mdemo")])), both("Asha", "Mdemo"));
        assert_eq!(names(&Party { name: Some("Asha".into()), ..party(&[]) }), (Some("Asha".into()), None));
    }

    #[test]
    fn names_are_compared_by_their_words() {
        assert_eq!(compare("Asha Demo", "DEMO, ASHA WANJIRU"), "match");
        assert_eq!(compare("Asha Mdemo", "DEMO ASHA"), "partial");
        assert_eq!(compare("Juma Otherwise", "DEMO ASHA"), "no-match");
        assert_eq!(compare("", "DEMO ASHA"), "no-match");
    }
}
