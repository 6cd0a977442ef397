//! What makes a password good enough: length, a digit, a special character, and not what everybody or everybody's friend tries.

use std::{collections::HashSet, sync::LazyLock};

pub const MIN_LENGTH: usize = 8;
/// Long enough for any sentence, short enough to hash.
pub const MAX_LENGTH: usize = 128;

/// Passwords that lists of breaches show again and again, in their bare form.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| include_str!("common.txt").split_ascii_whitespace().collect());

/// What is wrong with a password, as codes of field errors. `personal` are names and addresses it must not be made of.
#[must_use]
pub fn problems(password: &str, personal: &[&str]) -> Vec<&'static str> {
    let mut codes = Vec::new();
    let length = password.chars().count();
    if length < MIN_LENGTH {
        codes.push("password-too-short");
    }
    if length > MAX_LENGTH {
        codes.push("password-too-long");
    }
    if !password.chars().any(char::is_numeric) {
        codes.push("password-no-digit");
    }
    if password.chars().all(char::is_alphanumeric) {
        codes.push("password-no-special");
    }
    if is_common(password) {
        codes.push("password-common");
    }
    if is_personal(password, personal) {
        codes.push("password-personal");
    }
    codes
}

/// `P@ssw0rd1!` is `password`: digits and signs around a word and the usual letters-as-digits hide nothing.
fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let distinct = lower.chars().collect::<HashSet<_>>().len();
    if distinct < 4 || COMMON.contains(lower.as_str()) || is_run(&lower) {
        return true;
    }
    let inner = lower.trim_matches(|c: char| !c.is_alphabetic());
    let whole = lower.trim_matches(|c: char| !c.is_alphanumeric());
    // A leading sign or digit may stand for a letter too: `$unshine1`.
    let head = lower.trim_end_matches(|c: char| !c.is_alphabetic());
    [inner, whole, head].into_iter().any(|core| {
        let plain = unleet(core);
        plain.len() >= 4 && (COMMON.contains(core) || COMMON.contains(plain.as_str()) || is_run(&plain) || is_repeated(&plain))
            || COMMON.contains(core) && core.len() >= 6
    })
}

/// Neighbours in the alphabet or among the digits, up or down: `abcdefgh`, `87654321`. Signs at the end do not count.
fn is_run(text: &str) -> bool {
    let core: Vec<char> = text.trim_matches(|c: char| !c.is_alphanumeric()).chars().collect();
    core.len() >= 6 && [1, -1].iter().any(|step| core.windows(2).all(|pair| pair[1] as i64 - pair[0] as i64 == *step))
}

/// A common word, or up to three letters, said twice or more: `adminadmin`, `abcabcabc`.
fn is_repeated(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    letters.len() >= 6
        && (1..=letters.len() / 2).filter(|n| letters.len().is_multiple_of(*n)).any(|n| {
            let unit: String = letters[..n].iter().collect();
            (n <= 3 || COMMON.contains(unit.as_str())) && letters.chunks(n).all(|chunk| chunk == &letters[..n])
        })
}

fn unleet(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' | '|' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' | '+' => 't',
            '8' => 'b',
            '9' => 'g',
            other => other,
        })
        .filter(|c| c.is_alphabetic())
        .collect()
}

/// A part of a name, address or firm that leaves fewer than eight other characters.
fn is_personal(password: &str, personal: &[&str]) -> bool {
    let (lower, length) = (password.to_lowercase(), password.chars().count());
    let plain = unleet(&lower);
    personal.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).any(|part| {
        let part = part.to_lowercase();
        let size = part.chars().count();
        size >= 4 && length < size + MIN_LENGTH && (lower.contains(&part) || plain.contains(&part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_needs_eight_characters_a_digit_and_a_special_character() {
        assert_eq!(problems("mbuni-7-kiti", &[]), Vec::<&str>::new());
        assert_eq!(problems("mb-7k", &[]), ["password-too-short"]);
        assert_eq!(problems("mbuni-kiti-zuri", &[]), ["password-no-digit"]);
        assert_eq!(problems("mbuni7kitizuri", &[]), ["password-no-special"]);
        assert_eq!(problems(&"mbuni 7 ".repeat(20), &[]), ["password-too-long"]);
    }

    #[test]
    fn the_help_beside_the_field_states_this_rule() {
        let texts = include_str!("../../../../web/locales/en/common.ftl");
        let help = texts.lines().find(|line| line.starts_with("field-password-help = ")).unwrap();
        assert!(help.contains(&format!("At least {MIN_LENGTH} characters, with a digit and a character that is neither letter nor digit")), "{help}");
    }

    #[test]
    fn common_passwords_are_known_also_behind_digits_and_signs() {
        for bad in [
            "P@ssw0rd1!",
            "password123!",
            "Qwerty12345!",
            "Welcome@2026",
            "!Nairobi2026",
            "Letmein#1",
            "123456789!",
            "abcdefgh1!",
            "Adm1n@dm1n1!",
            "$unshine1",
            "Harambee1!",
            "aaaaaaa1!",
            "Abcabcabc1!",
            "87654321?",
        ] {
            assert!(problems(bad, &[]).contains(&"password-common"), "{bad}");
        }
        for good in ["tatu-mbuzi-9", "Rangi ya 4 bluu", "xK9#mQ2$vL7", "password of a 7th sister"] {
            assert!(!problems(good, &[]).contains(&"password-common"), "{good}");
        }
    }

    #[test]
    fn names_and_addresses_do_not_make_a_password() {
        let personal = ["Mfano Insurance Brokers", "asha.wanjiru@example.com", "Asha", "Wanjiru"];
        for bad in ["Wanjiru-2026", "mfano#12345", "W4njiru!99"] {
            assert!(problems(bad, &personal).contains(&"password-personal"), "{bad}");
        }
        assert_eq!(problems("wanjiru sells 3 green umbrellas", &personal), Vec::<&str>::new());
    }

    #[test]
    fn the_list_is_in_bare_form_so_that_every_entry_can_match() {
        assert!(COMMON.len() > 300, "{}", COMMON.len());
        for entry in COMMON.iter() {
            assert_eq!(entry.to_lowercase(), **entry);
        }
    }
}
