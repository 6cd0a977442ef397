//! Every page of the portal, rendered with made-up content: sound, accessible in what markup can show, within the policy, and worded.

use axum::extract::FromRequestParts;
use kernel::routes::Face;
use pages::{Nonce, PageShell, Shell};
use portal::samples::{self, Sample};

use crate::support::Site;

/// The shell of a page under a brand.
async fn shell(site: &Site) -> Shell {
    let (mut parts, ()) = axum::http::Request::builder().uri("/sample").body(()).expect("request").into_parts();
    parts.extensions.insert(Face::Portal);
    parts.extensions.insert(Nonce("nonce".to_owned()));
    let PageShell(mut shell) = PageShell::from_request_parts(&mut parts, &site.app).await.expect("shell");
    shell.brand.name = "Mfano Insurance Brokers".to_owned();
    shell.brand.licence = "Licensed: IRA/05/00000/2026".to_owned();
    shell.brand.phone = "+254700000101".to_owned();
    shell.brand.email = "help@example.com".to_owned();
    shell.brand.css_url = "/brand.css".to_owned();
    shell
}

async fn all() -> Vec<Sample> {
    let site = Site::open().await;
    samples::all(&shell(&site).await)
}

/// The tags of a page with their attributes, in order.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag)).filter(|tag| !tag.starts_with(['/', '!'])).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next())
}

#[tokio::test]
async fn every_page_has_one_heading_a_title_and_a_language() {
    let samples = all().await;
    assert!(samples.len() > 60, "{} pages", samples.len());
    for Sample { name, html } in samples {
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
        assert!(html.contains("<html lang=\"en"), "{name}: language");
        let title = html.split("<title>").nth(1).and_then(|rest| rest.split(" · ").next()).unwrap_or_default();
        assert!(!title.trim().is_empty(), "{name}: title");
        assert!(html.contains("id=\"main\"") && html.contains("href=\"#main\""), "{name}: way past the navigation");
    }
}

#[tokio::test]
async fn every_field_has_a_label_and_every_id_is_one() {
    for Sample { name, html } in all().await {
        let tags = tags(&html);
        let labelled: Vec<&str> = tags.iter().filter(|tag| tag.starts_with("label ")).filter_map(|tag| attribute(tag, "for")).collect();
        for tag in tags.iter().filter(|tag| tag.starts_with("input ") || tag.starts_with("select ") || tag.starts_with("textarea ")) {
            let kind = attribute(tag, "type").unwrap_or_default();
            // Boxes and buttons of a choice stand inside their label.
            if ["hidden", "submit", "radio", "checkbox"].contains(&kind) {
                continue;
            }
            let named = attribute(tag, "aria-label").is_some() || attribute(tag, "id").is_some_and(|id| labelled.contains(&id));
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
        for tag in tags.iter().filter(|tag| tag.starts_with("img ")) {
            assert!(attribute(tag, "alt").is_some() && attribute(tag, "width").is_some(), "{name}: {tag}");
        }
    }
}

#[tokio::test]
async fn nothing_needs_a_laxer_policy() {
    for Sample { name, html } in all().await {
        assert!(!html.contains("<style"), "{name}: a style sheet inside the page");
        for tag in tags(&html) {
            assert!(attribute(tag, "style").is_none(), "{name}: {tag}");
            assert!(!tag.contains(" on") || !tag.split_whitespace().any(|part| part.starts_with("on") && part.contains('=')), "{name}: {tag}");
            if tag.starts_with("script") {
                let data = attribute(tag, "type") == Some("application/ld+json");
                assert!(data || (attribute(tag, "src").is_some() && attribute(tag, "nonce").is_some()), "{name}: {tag}");
            }
            if tag.contains(" hx-") {
                assert_eq!(attribute(tag, "hx-nonce"), Some("nonce"), "{name}: {tag}");
            }
        }
    }
}

#[tokio::test]
async fn every_form_that_changes_something_carries_its_token() {
    for Sample { name, html } in all().await {
        for form in html.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap_or_default();
            if form.split('>').next().unwrap_or_default().contains("method=\"post\"") {
                assert!(form.contains("name=\"csrf\""), "{name}: {}", form.split('>').next().unwrap_or_default());
            }
        }
    }
}

/// A text that nobody wrote shows as its key.
#[tokio::test]
async fn every_text_is_written() {
    let areas = [
        "portal-",
        "error-",
        "field-",
        "button-",
        "form-",
        "state-",
        "document-",
        "nav-",
        "list-",
        "policy-",
        "quote-decline",
        "catalogue-",
        "record-",
        "ui-",
        "ago-",
        "in-",
    ];
    for Sample { name, html } in all().await {
        let text: String = html.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text)).collect::<Vec<_>>().join("\n");
        let named = tags(&html)
            .iter()
            .flat_map(|tag| ["aria-label", "placeholder", "title", "data-busy"].map(|a| attribute(tag, a).unwrap_or_default()))
            .collect::<Vec<_>>()
            .join("\n");
        for word in text.split_whitespace().chain(named.split_whitespace()) {
            let key_like = areas.iter().any(|area| word.starts_with(area))
                && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
            assert!(!key_like, "{name}: nobody wrote {word}");
        }
    }
}
