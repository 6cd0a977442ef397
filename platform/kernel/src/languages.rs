//! In which language a reader of a portal is answered: the chosen one, else the one the browser asks for, else the tenant's own.

use crate::{App, tenant::Tenant};

/// The cookie in which a browser keeps its reader's choice.
pub const LANGUAGE_COOKIE: &str = "wakala_language";

/// Entries of an `Accept-Language` header that are read.
const MOST_ACCEPTED: usize = 16;

/// The languages that the tenant's portal speaks: those of its pack, or its own alone.
#[must_use]
pub fn offered<'a>(app: &'a App, tenant: &'a Tenant) -> Vec<&'a str> {
    let own = language_of(&tenant.locale);
    let all: Vec<&str> = app.packs.get(&tenant.pack).map(|pack| pack.info.languages.iter().map(String::as_str).collect()).unwrap_or_default();
    if all.contains(&own) { all } else { vec![own] }
}

/// The locale in which the tenant speaks one of its languages; none for a language that it does not offer.
#[must_use]
pub fn locale_in(app: &App, tenant: &Tenant, language: &str) -> Option<String> {
    offered(app, tenant).contains(&language).then(|| locale(tenant, language))
}

/// The locale of an answer to a reader who chose a language, or whose browser accepts some, or who said nothing.
#[must_use]
pub fn of_reader(app: &App, tenant: &Tenant, chosen: Option<&str>, accepted: Option<&str>) -> String {
    let offered = offered(app, tenant);
    let chosen = chosen.filter(|language| offered.contains(language));
    let accepted = || accepted.and_then(|header| first_accepted(header, &offered));
    chosen.or_else(accepted).map_or_else(|| tenant.locale.clone(), |language| locale(tenant, language))
}

/// `sw` of `sw-KE`.
#[must_use]
pub fn language_of(locale: &str) -> &str {
    locale.split('-').next().unwrap_or_default()
}

fn locale(tenant: &Tenant, language: &str) -> String {
    if language == language_of(&tenant.locale) { tenant.locale.clone() } else { format!("{language}-{}", tenant.country) }
}

/// What the header likes best of the offered; of two liked equally, what stands first in it.
fn first_accepted<'a>(header: &str, offered: &[&'a str]) -> Option<&'a str> {
    let mut best: Option<(u16, &str)> = None;
    for entry in header.split(',').take(MOST_ACCEPTED) {
        let mut parts = entry.split(';').map(str::trim);
        let language = language_of(parts.next().unwrap_or_default());
        let liking = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1000), thousandths).unwrap_or(0);
        if let Some(&found) = offered.iter().find(|one| one.eq_ignore_ascii_case(language))
            && liking > best.map_or(0, |(most, _)| most)
        {
            best = Some((liking, found));
        }
    }
    best.map(|(_, language)| language)
}

/// `0.85` is 850. None for what is no weight.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, places) = weight.split_once('.').unwrap_or((weight, ""));
    let places = format!("{places:0<3}");
    let rest: u16 = (places.len() == 3).then(|| places.parse().ok())??;
    match whole {
        "0" => Some(rest),
        "1" => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_language_that_is_offered_is_taken() {
        for (header, taken) in [
            ("sw", Some("sw")),
            ("sw-TZ,en;q=0.8", Some("sw")),
            ("en-GB,en;q=0.9,sw;q=0.8", Some("en")),
            ("fr,de;q=0.9,sw;q=0.3,en;q=0.2", Some("sw")),
            ("en;q=0.5, SW;q=0.75", Some("sw")),
            ("sw;q=0, en;q=0.1", Some("en")),
            ("fr, *;q=0.5", None),
            ("sw;q=high", None),
            ("", None),
        ] {
            assert_eq!(first_accepted(header, &["en", "sw"]), taken, "{header}");
        }
    }
}
