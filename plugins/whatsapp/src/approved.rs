//! Templates as the provider lists them.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::messaging::templates::{Template, TemplatePage};

use crate::link::{Answer, before};

/// Where a page of the account's templates is read.
pub fn path(account: &str) -> String {
    format!("/{account}/message_templates?limit=50&fields=name,language,status,category,components")
}

/// Reads a page.
///
/// # Errors
/// As `templates.page`.
pub fn page(answer: &Answer) -> Result<TemplatePage, PluginError> {
    let json = answer.read().map_err(before)?;
    let list = json["data"].as_array().ok_or_else(|| PluginError::retryable("the list of templates cannot be read"))?;
    // The cursor is there on the last page too; only `next` says that more follows.
    let next = json["paging"]["next"].as_str().and(json["paging"]["cursors"]["after"].as_str()).map(str::to_owned);
    Ok(TemplatePage { templates: list.iter().filter_map(template).collect(), next, extra: Vec::new() })
}

fn template(entry: &Value) -> Option<Template> {
    let word = |name: &str| entry[name].as_str().unwrap_or_default().to_ascii_lowercase();
    let part = |kind: &str| components(entry).iter().find(|part| part["type"].as_str().is_some_and(|have| have.eq_ignore_ascii_case(kind)));
    let text = |kind: &str| part(kind).and_then(|part| part["text"].as_str());
    let mut params = Vec::new();
    let header = part("header");
    if header.and_then(|part| part["format"].as_str()).is_some_and(|format| matches!(format, "IMAGE" | "VIDEO" | "DOCUMENT")) {
        params.push("header".to_owned());
    }
    params.extend(places("header", text("header").unwrap_or_default()));
    params.extend(places("body", text("body").unwrap_or_default()));
    params.extend(part("buttons").map(buttons).unwrap_or_default());
    Some(Template {
        name: entry["name"].as_str()?.to_owned(),
        language: entry["language"].as_str()?.replace('_', "-"),
        category: word("category"),
        state: match word("status").as_str() {
            "approved" => "approved",
            "pending" | "in_appeal" => "pending",
            "rejected" => "rejected",
            "paused" => "paused",
            _ => "disabled",
        }
        .into(),
        header: text("header").map(str::to_owned),
        body: text("body").unwrap_or_default().to_owned(),
        footer: text("footer").map(str::to_owned),
        params,
        extra: Vec::new(),
    })
}

fn components(entry: &Value) -> &[Value] {
    entry["components"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The places of a text in order, numbered ones by where they are: `{{1}}` is `body.1`, `{{name}}` is `name`.
fn places(part: &str, text: &str) -> Vec<String> {
    let mut places = Vec::new();
    for piece in text.split("{{").skip(1) {
        let Some((name, _)) = piece.split_once("}}") else { continue };
        let name = name.trim();
        let place = if name.bytes().all(|byte| byte.is_ascii_digit()) { format!("{part}.{name}") } else { name.to_owned() };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// Buttons whose answer or address is filled in.
fn buttons(part: &Value) -> Vec<String> {
    let list = part["buttons"].as_array().map(Vec::as_slice).unwrap_or_default();
    let filled = |button: &Value| match button["type"].as_str() {
        Some("QUICK_REPLY") => true,
        Some("URL") => button["url"].as_str().is_some_and(|url| url.contains("{{")),
        _ => false,
    };
    list.iter().enumerate().filter(|(_, button)| filled(button)).map(|(n, _)| format!("button.{n}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<TemplatePage, PluginError> {
        page(&Answer { status: 200, retry_after_ms: None, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn a_template_tells_its_texts_and_what_has_to_be_filled() {
        let body = r#"{"data":[{"name":"premium_due","language":"en_GB","status":"APPROVED","category":"UTILITY","components":[
            {"type":"HEADER","format":"TEXT","text":"{{1}}"},{"type":"BODY","text":"Dear {{1}}, {{2}} is due. {{1}}"},{"type":"FOOTER","text":"Bima"},
            {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Pay"},{"type":"PHONE_NUMBER","text":"Call"},{"type":"URL","text":"See","url":"https://example.com/{{1}}"}]}]}],
            "paging":{"cursors":{"before":"a","after":"b"},"next":"https://graph.facebook.com/…"}}"#;
        let page = read(body).expect("a page");
        let found = &page.templates[0];
        assert_eq!((found.language.as_str(), found.state.as_str(), found.category.as_str()), ("en-GB", "approved", "utility"));
        assert_eq!((found.header.as_deref(), found.footer.as_deref()), (Some("{{1}}"), Some("Bima")));
        assert_eq!(found.params, ["header.1", "body.1", "body.2", "button.0", "button.2"]);
        assert_eq!(page.next.as_deref(), Some("b"));
    }

    #[test]
    fn named_places_media_and_the_last_page_are_told_apart() {
        let body = r#"{"data":[{"name":"hello","language":"sw","status":"FLAGGED","category":"MARKETING","components":[
            {"type":"HEADER","format":"DOCUMENT"},{"type":"BODY","text":"Habari {{ first_name }}"}]}],"paging":{"cursors":{"after":"b"}}}"#;
        let page = read(body).expect("a page");
        assert_eq!(
            (page.templates[0].params.clone(), page.templates[0].state.as_str()),
            (vec!["header".to_owned(), "first_name".to_owned()], "disabled")
        );
        assert_eq!(page.next, None);
        assert!(matches!(read("{}"), Err(PluginError::Retryable(_))));
    }
}
