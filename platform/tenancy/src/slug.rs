//! The label of a tenant's host names. It is an address that people type: letters, digits and single hyphens, and nothing that
//! the platform needs itself or that could be taken for it.

/// Labels of the platform and of mail and web conventions, sorted.
const RESERVED: &[&str] = &[
    "abuse",
    "account",
    "accounts",
    "admin",
    "administrator",
    "api",
    "app",
    "apps",
    "assets",
    "auth",
    "autoconfig",
    "autodiscover",
    "billing",
    "blog",
    "cdn",
    "console",
    "dashboard",
    "dev",
    "developer",
    "developers",
    "dns",
    "docs",
    "download",
    "email",
    "files",
    "ftp",
    "health",
    "help",
    "hooks",
    "hostmaster",
    "imap",
    "info",
    "internal",
    "legal",
    "localhost",
    "login",
    "logout",
    "mail",
    "media",
    "metrics",
    "monitor",
    "mx",
    "news",
    "ns1",
    "ns2",
    "office",
    "operator",
    "operators",
    "owner",
    "platform",
    "plugins",
    "pop",
    "pop3",
    "portal",
    "postmaster",
    "privacy",
    "prod",
    "production",
    "public",
    "publisher",
    "publishers",
    "register",
    "root",
    "secure",
    "security",
    "shop",
    "sign-up",
    "signup",
    "simulator",
    "smtp",
    "sso",
    "staff",
    "staging",
    "static",
    "status",
    "store",
    "support",
    "system",
    "terms",
    "test",
    "testing",
    "uploads",
    "wakala",
    "webhooks",
    "webmail",
    "webmaster",
    "wpad",
    "www",
    "www1",
    "www2",
];

pub const MIN: usize = 3;
pub const MAX: usize = 40;

/// Why a label cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlugProblem {
    Malformed,
    Reserved,
}

impl SlugProblem {
    /// The code of the error beside the field.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "slug-malformed",
            Self::Reserved => "slug-reserved",
        }
    }
}

/// The label in lower case, if it may be somebody's. Whether it is free only the database knows.
pub fn read(text: &str) -> Result<String, SlugProblem> {
    let slug = text.trim().to_ascii_lowercase();
    let fine = (MIN..=MAX).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !slug.starts_with('-')
        && !slug.ends_with('-')
        // Also keeps out `xn--`, which browsers show as other letters.
        && !slug.contains("--");
    if !fine {
        return Err(SlugProblem::Malformed);
    }
    if RESERVED.binary_search(&slug.as_str()).is_ok() { Err(SlugProblem::Reserved) } else { Ok(slug) }
}

/// Words that say what kind of firm it is, not which.
const LEGAL: &[&str] = &["ltd", "limited", "plc", "llp", "inc", "pty", "company", "co", "the", "and"];

/// Labels for a company of this name, best first: its words without the legal form, shorter ones, then numbered ones.
pub fn suggestions(company: &str) -> impl Iterator<Item = String> {
    let words: Vec<String> = company
        .split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'))
        .map(|word| word.chars().filter_map(plain).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    let telling: Vec<&String> = words.iter().filter(|word| !LEGAL.contains(&word.as_str())).collect();
    let whole = join(&telling, usize::MAX);
    let first_two = join(&telling, 2);
    let first = join(&telling, 1);
    let base = [&whole, &first_two, &first].into_iter().find(|slug| read(slug).is_ok()).cloned().unwrap_or_else(|| "business".to_owned());
    let numbered = (2..1000).map(move |n| {
        let suffix = format!("-{n}");
        let head: String = base.chars().take(MAX - suffix.len()).collect();
        format!("{}{suffix}", head.trim_end_matches('-'))
    });
    [first_two, whole, first].into_iter().chain(numbered).filter(|slug| read(slug).is_ok())
}

fn join(words: &[&String], count: usize) -> String {
    let mut slug = String::new();
    for word in words.iter().take(count) {
        let longer = slug.len() + usize::from(!slug.is_empty()) + word.len();
        if longer > MAX {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug
}

/// A letter or digit in its plain lower-case form; accents of the languages around are dropped.
fn plain(c: char) -> Option<char> {
    let c = c.to_lowercase().next()?;
    match c {
        'a'..='z' | '0'..='9' => Some(c),
        'à'..='å' | 'ā' => Some('a'),
        'ç' => Some('c'),
        'è'..='ë' | 'ē' => Some('e'),
        'ì'..='ï' | 'ĩ' | 'ī' => Some('i'),
        'ñ' => Some('n'),
        'ò'..='ö' | 'ø' | 'ō' => Some('o'),
        'ù'..='ü' | 'ũ' | 'ū' => Some('u'),
        'ý' | 'ÿ' => Some('y'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_label_is_letters_digits_and_single_hyphens() {
        for good in ["abc", "demo", "a-b-c", "mfano-brokers", "24seven", " Mfano "] {
            assert_eq!(read(good), Ok(good.trim().to_lowercase()), "{good}");
        }
        for bad in ["", "ab", "-abc", "abc-", "a--b", "xn--abc", "a_b", "a.b", "ünder", "a b", &"a".repeat(41)] {
            assert_eq!(read(bad), Err(SlugProblem::Malformed), "{bad}");
        }
    }

    #[test]
    fn what_the_platform_needs_is_reserved_in_any_case() {
        assert!(RESERVED.is_sorted());
        for bad in ["www", "API", "office", "console", "hooks", "wakala", "signup", "sign-up"] {
            assert_eq!(read(bad), Err(SlugProblem::Reserved), "{bad}");
        }
    }

    #[test]
    fn a_suggestion_is_made_of_the_words_that_tell() {
        let first = |name: &str| suggestions(name).next().unwrap_or_default();
        assert_eq!(first("Mfano Insurance Brokers Ltd."), "mfano-insurance");
        assert_eq!(first("The Wĩra & Sons Company Limited"), "wira-sons");
        assert_eq!(first("Ng'ang'a Agencies"), "nganga-agencies");
        assert_eq!(first("API"), "business-2", "reserved");
        assert_eq!(first("保険"), "business-2");
        let several: Vec<String> = suggestions("Mfano Insurance Brokers Ltd").take(4).collect();
        assert_eq!(several, ["mfano-insurance", "mfano-insurance-brokers", "mfano", "mfano-insurance-brokers-2"]);
    }

    proptest! {
        #[test]
        fn every_suggestion_for_every_name_may_be_somebodys(name in "\\PC{0,80}") {
            for slug in suggestions(&name).take(12) {
                prop_assert_eq!(read(&slug), Ok(slug.clone()));
            }
        }
    }
}
