//! How the other side of a movement is shown: phone masked, fictitious name.

/// `2547 ***** 111`, the mask of the newer notifications and of statements.
pub(crate) fn mask(phone: &str) -> String {
    let digits = phone.as_bytes();
    match (phone.get(..4), phone.get(digits.len().saturating_sub(3)..)) {
        (Some(head), Some(tail)) if digits.len() >= 9 => format!("{head} ***** {tail}"),
        _ => "*****".to_owned(),
    }
}

/// Masked phone and a name that stays the same for a phone.
pub(crate) fn masked(phone: &str) -> String {
    format!("{} - {}", mask(phone), name(phone))
}

/// A plainly fictitious name that stays the same for a phone.
pub(crate) fn name(phone: &str) -> String {
    const FIRST: [&str; 8] = ["ASHA", "BARAKA", "CHEBET", "DALILA", "EKUA", "FARAJI", "GATHONI", "HAMISI"];
    let sum: usize = phone.bytes().map(usize::from).sum();
    format!("{} SAMPLE", FIRST.get(sum % FIRST.len()).unwrap_or(&"ASHA"))
}
