//! The portal in its readers' languages: every text is there, the reader's choice holds, and what is written to a customer follows it.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use kernel::languages::LANGUAGE_COOKIE;
use serde_json::Value;

use crate::sale::{pay, shop, to_payment};

/// Files with words for customers.
const FILES: [&str; 10] = ["portal", "common", "notices", "documents", "identity", "insurance", "insurance_sales", "ledger", "kernel", "crm"];

/// Beginnings of texts that only staff meet; the back office is in English.
const FOR_STAFF: [&str; 13] = [
    "permission-",
    "job-",
    "keys-",
    "customer-",
    "task-",
    "account-",
    "journal-",
    "statement-",
    "receipt-state-",
    "payment-cause-",
    "payment-code-",
    "payment-proof-",
    "payment-failure-",
];

/// Names and signs that are the same in both languages.
const ALIKE: [&str; 11] = [
    "mail-identity-sign-in-by-phone-subject",
    "mail-identity-verify-phone-subject",
    "portal-contact-sms",
    "portal-contact-whatsapp",
    "month-short-1",
    "month-short-2",
    "month-short-4",
    "month-short-6",
    "month-short-7",
    "month-short-9",
    "month-short-11",
];

/// The texts of a file by key.
fn texts(language: &str, file: &str) -> BTreeMap<String, String> {
    let path = testkit::root().join(format!("web/locales/{language}/{file}.ftl"));
    let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    let mut current = None;
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        match line.split_once(" =") {
            Some((key, text)) if !line.starts_with(' ') => {
                all.insert(key.to_owned(), text.trim().to_owned());
                current = Some(key);
            }
            _ => {
                if let Some(text) = current.and_then(|key| all.get_mut(key)) {
                    text.push('\n');
                    text.push_str(line.trim());
                }
            }
        }
    }
    all
}

/// `$name` of every variable in a text.
fn variables(text: &str) -> BTreeSet<&str> {
    text.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()).collect()
}

#[test]
fn every_text_that_customers_meet_is_in_swahili_with_the_same_variables() {
    for file in FILES {
        let (english, swahili) = (texts("en", file), texts("sw", file));
        for (key, text) in english.iter().filter(|(key, _)| !FOR_STAFF.iter().any(|start| key.starts_with(start))) {
            let ours = swahili.get(key).unwrap_or_else(|| panic!("{file}: no Swahili for {key}"));
            assert_eq!(variables(ours), variables(text), "{file}: {key}");
            assert!(ours != text || ALIKE.contains(&key.as_str()), "{file}: {key} is in English");
        }
    }
}

#[test]
fn no_text_is_in_swahili_alone() {
    for entry in std::fs::read_dir(testkit::root().join("web/locales/sw")).expect("texts") {
        let name = entry.expect("entry").file_name().into_string().expect("a name");
        let file = name.trim_end_matches(".ftl");
        let english = texts("en", file);
        let stray: Vec<String> = texts("sw", file).into_keys().filter(|key| !english.contains_key(key)).collect();
        assert!(stray.is_empty(), "{name}: {stray:?}");
    }
}

/// Every text of a value: what is a map with English in it.
fn wordings<'a>(value: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
    match value {
        Value::Object(map) if map.contains_key("en") => found.push(map),
        Value::Object(map) => map.values().for_each(|value| wordings(value, found)),
        Value::Array(list) => list.iter().for_each(|value| wordings(value, found)),
        _ => {}
    }
}

#[test]
fn a_pack_has_every_wording_in_every_language_that_it_offers() {
    let pack = testkit::pack("kenya-brokerage");
    assert_eq!(pack.info.languages, ["en", "sw"]);
    // Roles are seen by staff alone.
    for file in pack.folder("").filter(|file| file.ends_with(".toml") && *file != "roles.toml") {
        let value: Value = pack.toml(file).unwrap_or_else(|error| panic!("{error}"));
        let mut found = Vec::new();
        wordings(&value, &mut found);
        for wording in found {
            for language in &pack.info.languages {
                assert!(wording.get(language).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty()), "{file}: {wording:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_reader_has_the_browsers_language_until_choosing_another() {
    let site = shop().await;
    let mut browser = site.browser().accepting("sw-KE,sw;q=0.9,en;q=0.5");
    let home = browser.get("/").await;
    assert!(home.has("<html lang=\"sw-KE\">") && home.has("Ona bei yako") && home.has("Bima kamili ya gari"), "{}", home.body);
    assert!(home.has(">English</button>"));

    let chosen = browser.post("/language", &[("language", "en"), ("next", "/products?category=motor-comprehensive")]).await;
    assert_eq!((chosen.status, chosen.location.as_str()), (StatusCode::SEE_OTHER, "/products?category=motor-comprehensive"));
    let products = browser.get(&chosen.location).await;
    assert!(products.has("<html lang=\"en-KE\">") && products.has("<h1>Motor comprehensive</h1>") && products.has(">Kiswahili</button>"));

    let unknown = browser.post("/language", &[("language", "xx"), ("next", "/")]).await;
    assert_eq!((unknown.status, browser.cookie(LANGUAGE_COOKIE)), (StatusCode::BAD_REQUEST, Some("en")));
    assert_eq!(browser.post("/language", &[("language", "sw"), ("next", "https://example.com/")]).await.location, "/account");
}

#[tokio::test]
async fn a_form_that_was_refused_is_left_for_the_page_that_held_it() {
    let site = shop().await;
    let refused = site.browser().post("/login", &[("email", "nobody@example.com"), ("password", "mbuni-7-kiti")]).await;
    assert!(refused.has("name=\"next\" value=\"/\""), "{}", refused.body);
    let shown = site.browser().get("/quotes/new?category=motor-comprehensive").await;
    assert!(shown.has("name=\"next\" value=\"/quotes/new?category=motor-comprehensive\""), "{}", shown.body);
}

#[tokio::test]
async fn mails_and_documents_are_in_the_language_of_whoever_bought() {
    let site = shop().await;
    let mut browser = site.browser().accepting("sw");
    let page = to_payment(&mut browser, "asha@example.com").await;
    assert!(page.has("Njia ya kulipa"), "{}", page.body);
    let order = pay(&mut browser, &page).await.location;
    site.work().await;
    let done = browser.get(&order).await;
    assert!(done.has("Sasa una bima") && done.has("Uthibitisho wa bima ya gari") && done.has("Risiti"), "{}", done.body);
    let mail = site.messages.all().into_iter().find(|message| !message.attachments.is_empty()).expect("the order's mail");
    assert!(mail.subject.starts_with("Bima yako iko tayari") && mail.text.starts_with("Habari Asha Mwangi"), "{}", mail.text);
}

#[tokio::test]
async fn a_customers_language_comes_along_to_another_browser() {
    let site = shop().await;
    let mut first = site.browser();
    to_payment(&mut first, "asha@example.com").await;
    first.post("/language", &[("language", "sw"), ("next", "/account")]).await;

    let mut second = site.browser();
    second.post("/login/code", &[("email", "asha@example.com"), ("next", "/account")]).await;
    site.work().await;
    let code: String = site.mail("asha@example.com").subject.chars().filter(char::is_ascii_digit).take(6).collect();
    let entered = second.post("/login/code/confirm", &[("email", "asha@example.com"), ("code", &code), ("next", "/account")]).await;
    assert_eq!(entered.location, "/account", "{}", entered.body);
    assert!(second.get("/account").await.has("Bima zako"));
}
