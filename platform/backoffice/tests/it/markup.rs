//! Every page's markup: sound, accessible in what markup can show, within the policy, and worded.

use backoffice::samples::{self, Sample};

use crate::support::Site;

async fn all() -> Vec<Sample> {
    let site = Site::new();
    samples::all(&site.shell().await)
}

/// The tags of a page with their attributes, in order.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag)).filter(|tag| !tag.starts_with(['/', '!'])).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next())
}

/// Everything that a page must keep; used for made-up pages here and for a tenant's real ones by the walk.
pub fn sound(name: &str, html: &str) {
    assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1 in {html}");
    assert!(html.contains("<html lang=\"en"), "{name}: language");
    let title = html.split("<title>").nth(1).and_then(|rest| rest.split(" · ").next()).unwrap_or_default();
    assert!(!title.trim().is_empty(), "{name}: title");
    labelled(name, html);
    named(name, html);
    within_policy(name, html);
    for form in html.split("<form ").skip(1) {
        let form = form.split("</form>").next().unwrap_or_default();
        let head = form.split('>').next().unwrap_or_default();
        assert!(!head.contains("method=\"post\"") || form.contains("name=\"csrf\""), "{name}: {head}");
    }
    worded(name, html);
}

fn labelled(name: &str, html: &str) {
    let tags = tags(html);
    let labels: Vec<&str> = tags.iter().filter(|tag| tag.starts_with("label ")).filter_map(|tag| attribute(tag, "for")).collect();
    for tag in tags.iter().filter(|tag| tag.starts_with("input ") || tag.starts_with("select ") || tag.starts_with("textarea ")) {
        let kind = attribute(tag, "type").unwrap_or_default();
        // Boxes and buttons of a choice stand inside their label.
        if ["hidden", "submit", "radio", "checkbox"].contains(&kind) {
            continue;
        }
        let named =
            attribute(tag, "aria-label").is_some_and(|label| !label.is_empty()) || attribute(tag, "id").is_some_and(|id| labels.contains(&id));
        assert!(named, "{name}: {tag}");
    }
    let mut ids: Vec<&str> = tags.iter().filter_map(|tag| attribute(tag, "id")).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "{name}: an id stands twice");
    for tag in &tags {
        for part in ["aria-labelledby", "aria-describedby"] {
            for id in attribute(tag, part).unwrap_or_default().split_whitespace() {
                assert!(ids.contains(&id), "{name}: {part} names {id}, which is not there");
            }
        }
    }
}

/// Who hears the page is told what each button does and what each table holds.
fn named(name: &str, html: &str) {
    for button in html.split("<button").skip(1) {
        let (head, rest) = button.split_once('>').unwrap_or_default();
        let inside = rest.split("</button>").next().unwrap_or_default();
        let words: String = inside.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
        let labelled = attribute(head, "aria-label").is_some_and(|label| !label.is_empty());
        assert!(labelled || !words.trim().is_empty(), "{name}: a button without a name: {head}");
    }
    for table in html.split("<table ").skip(1) {
        let (head, rows) = table.split("</table>").next().unwrap_or_default().split_once('>').unwrap_or_default();
        assert!(head.contains("aria-label") || rows.contains("<th "), "{name}: a table without heads or a name: {table:.120}");
    }
}

fn within_policy(name: &str, html: &str) {
    assert!(!html.contains("<style"), "{name}: a style sheet inside the page");
    for tag in tags(html) {
        assert!(attribute(tag, "style").is_none(), "{name}: {tag}");
        assert!(
            !tag.split_whitespace().skip(1).any(|part| part.starts_with("on") && part.contains("=\"") && !part.starts_with("on=")),
            "{name}: {tag}"
        );
        if tag.starts_with("script") {
            assert!(attribute(tag, "src").is_some() && attribute(tag, "nonce").is_some(), "{name}: {tag}");
        }
    }
}

/// A text that nobody wrote shows as its key.
fn worded(name: &str, html: &str) {
    let areas = [
        "office-",
        "console-",
        "error-",
        "field-",
        "button-",
        "state-",
        "nav-",
        "list-",
        "record-",
        "flash-",
        "customer-",
        "identifier-",
        "contact-",
        "gender-",
        "audit-",
        "user-status",
        "plugin-",
        "submission-",
        "webhook-",
        "inbox-",
        "sent-",
        "news-",
        "call-",
        "delivery-",
        "order-",
        "policy-",
        "product-",
        "insurer-",
        "payment-",
        "payout-",
        "credit-",
        "receipt-",
        "receivable-",
        "statement-",
        "account-",
        "collection-",
        "onboarding-",
        "permission-",
        "consent-",
        "task-",
        "quote-",
    ];
    let text: String = html.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text)).collect::<Vec<_>>().join("\n");
    let named = tags(html)
        .iter()
        .flat_map(|tag| ["aria-label", "placeholder", "title", "data-busy"].map(|a| attribute(tag, a).unwrap_or_default()))
        .collect::<Vec<_>>()
        .join("\n");
    for word in text.split_whitespace().chain(named.split_whitespace()) {
        let key_like = areas.iter().any(|area| word.starts_with(area))
            && word.matches('-').count() >= 2
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
        assert!(!key_like, "{name}: nobody wrote {word}");
    }
}

#[tokio::test]
async fn every_kind_of_page_is_sound() {
    let samples = all().await;
    assert!(samples.len() > 30, "{} pages", samples.len());
    for Sample { name, html } in samples {
        sound(name, &html);
    }
}

#[tokio::test]
async fn a_refused_form_says_what_is_wrong_above_and_beside_the_field_and_keeps_what_was_typed() {
    let form = all().await.into_iter().find(|sample| sample.name == "form").expect("the form").html;
    assert!(form.contains("class=\"alert tone-bad error-summary\" role=\"alert\""));
    assert!(form.contains("href=\"#f-email\"") && form.contains("id=\"f-email-error\""));
    assert!(form.contains("aria-describedby=\"f-email-error\"") || form.contains(" f-email-error\""), "tied to the field: {form}");
    assert!(form.contains("value=\"asha@\""));
}

#[tokio::test]
async fn a_secret_is_never_part_of_a_page() {
    let page = all().await.into_iter().find(|sample| sample.name == "plugin settings").expect("the settings").html;
    let field = tags(&page).into_iter().find(|tag| attribute(tag, "name") == Some("setting-passkey")).expect("the field").to_owned();
    assert_eq!((attribute(&field, "type"), attribute(&field, "value")), (Some("password"), Some("")));
    assert!(!field.contains(" required"), "what is set may stay");
    assert!(page.contains("never shown"));
}

#[tokio::test]
async fn a_certificate_can_be_handed_in_as_a_file() {
    let page = all().await.into_iter().find(|sample| sample.name == "plugin settings").expect("the settings").html;
    let file = tags(&page).into_iter().find(|tag| attribute(tag, "name") == Some("file-certificate")).expect("the field").to_owned();
    assert_eq!(attribute(&file, "type"), Some("file"));
    assert!(!file.contains(" required"), "it may be pasted instead");
    assert!(page.contains("multipart/form-data"));
}

/// Every text that the code names exists.
#[test]
fn every_text_that_code_names_is_written() {
    let locales = testkit::root().join("web/locales/en");
    let mut keys = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(locales).expect("texts") {
        let text = std::fs::read_to_string(entry.expect("entry").path()).expect("text");
        keys.extend(text.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key.to_owned()).filter(|key| !key.contains(' ')));
    }
    let mut folders = vec![testkit::root().join("platform/backoffice/src")];
    let mut missing = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("sources") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).expect("source");
            for literal in source.split('"').skip(1).step_by(2) {
                let is_key = ["office-", "console-", "button-", "flash-"].iter().any(|area| literal.starts_with(area))
                    && literal.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                let is_prefix = keys.iter().any(|key| key.starts_with(&format!("{literal}-")));
                if is_key && !keys.contains(literal) && !is_prefix {
                    missing.push(format!("{}: {literal}", path.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
