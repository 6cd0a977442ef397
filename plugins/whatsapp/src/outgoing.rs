//! A message of the platform as the provider reads it.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::File;
use wakala_plugin_sdk::messaging::channel::{Choice, Message, TemplateUse};

const TEXT: usize = 4_096;
/// Of a caption, and of the words above choices.
const SHORT_TEXT: usize = 1_024;
const BUTTONS: usize = 3;
const BUTTON_TITLE: usize = 20;
const ROWS: usize = 10;
const ROW_TITLE: usize = 24;
const ROW_DESCRIPTION: usize = 72;
const CHOICE_ID: usize = 200;

/// The file that goes with a message, if there is one. The provider takes one a message.
///
/// # Errors
/// `rejected` with `content`.
pub fn file(message: &Message) -> Result<Option<&File>, PluginError> {
    match message.files.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => Err(content("a message has one file at most")),
    }
}

/// The body of the request. `uploaded` is the provider's id of the message's file.
///
/// # Errors
/// `rejected` with `recipient` or `content` for what the provider would refuse.
pub fn body(message: &Message, uploaded: Option<&str>, locale: &str) -> Result<Value, PluginError> {
    let to = message.addresses.iter().find(|address| address.role == "to").map(|address| address.value.trim()).filter(|to| !to.is_empty());
    let to = to.ok_or_else(|| PluginError::rejected("recipient", "the message has no reader"))?;
    let mut body = Map::new();
    body.insert("messaging_product".into(), json!("whatsapp"));
    body.insert("recipient_type".into(), json!("individual"));
    body.insert("to".into(), json!(to.trim_start_matches('+')));
    body.insert("biz_opaque_callback_data".into(), json!(message.id));
    body.extend(message.in_reply_to.as_ref().map(|earlier| ("context".to_owned(), json!({ "message_id": earlier }))));
    let (kind, content) = match (&message.template, message.choices.as_slice(), file(message)?.zip(uploaded)) {
        (Some(template), _, header) => ("template", self::template(template, header)?),
        (None, [], Some((file, id))) => media(file, id, words(message))?,
        (None, [], None) => ("text", json!({ "preview_url": false, "body": required(words(message), TEXT)? })),
        (None, choices, header) => ("interactive", interactive(message, choices, header, locale)?),
    };
    body.insert("type".into(), json!(kind));
    body.insert(kind.into(), content);
    Ok(Value::Object(body))
}

fn content(why: &str) -> PluginError {
    PluginError::rejected("content", why)
}

fn words(message: &Message) -> &str {
    message.text.as_deref().unwrap_or_default().trim_end()
}

fn required(text: &str, most: usize) -> Result<&str, PluginError> {
    if text.trim().is_empty() { Err(content("the message has no words")) } else { fitting(text, most) }
}

fn fitting(text: &str, most: usize) -> Result<&str, PluginError> {
    if text.chars().count() > most { Err(content(&format!("a text has more than {most} characters"))) } else { Ok(text) }
}

/// How the provider calls a file of this kind.
fn kind(file: &File) -> Result<&'static str, PluginError> {
    let of_type = || match file.content_type.split('/').next() {
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        _ => "document",
    };
    match file.kind.as_str() {
        "image" => Ok("image"),
        "audio" => Ok("audio"),
        "video" => Ok("video"),
        "document" => Ok("document"),
        "header" => Ok(of_type()),
        other => Err(content(&format!("a file of kind {other} cannot be sent"))),
    }
}

/// The object by which a message refers to its file.
fn reference(kind: &str, file: &File, id: &str) -> Value {
    if kind == "document" { json!({ "id": id, "filename": file.name }) } else { json!({ "id": id }) }
}

fn media(file: &File, id: &str, caption: &str) -> Result<(&'static str, Value), PluginError> {
    let kind = kind(file)?;
    let mut reference = reference(kind, file, id);
    if !caption.is_empty() {
        if kind == "audio" {
            return Err(content("a recording has no words beside it"));
        }
        reference["caption"] = json!(fitting(caption, SHORT_TEXT)?);
    }
    Ok((kind, reference))
}

/// A template with its places filled: `header.1`, `body.1`, `button.0`, and names of their own in the body.
fn template(template: &TemplateUse, header: Option<(&File, &str)>) -> Result<Value, PluginError> {
    let (mut heading, mut text, mut buttons) = (Vec::new(), Vec::new(), Vec::new());
    if let Some((file, id)) = header {
        let kind = kind(file)?;
        heading.push(json!({ "type": kind, kind: reference(kind, file, id) }));
    }
    for (name, value) in &template.params {
        match name.split_once('.') {
            Some(("header", _)) => heading.push(json!({ "type": "text", "text": value })),
            Some(("body", _)) => text.push(json!({ "type": "text", "text": value })),
            Some(("button", index)) => buttons.push(button(template, name, index, value)),
            _ => text.push(json!({ "type": "text", "parameter_name": name, "text": value })),
        }
    }
    let mut components = Vec::new();
    for (kind, parameters) in [("header", heading), ("body", text)] {
        if !parameters.is_empty() {
            components.push(json!({ "type": kind, "parameters": parameters }));
        }
    }
    components.extend(buttons);
    Ok(json!({ "name": template.name, "language": { "code": template.language.replace('-', "_") }, "components": components }))
}

/// The value of a button: what a tap answers, or the end of its address if the template's `extra` says `url` of it.
fn button(template: &TemplateUse, name: &str, index: &str, value: &str) -> Value {
    let opens = template.extra.iter().any(|(have, kind)| have == name && kind == "url");
    let (kind, parameter) =
        if opens { ("url", json!({ "type": "text", "text": value })) } else { ("quick_reply", json!({ "type": "payload", "payload": value })) };
    json!({ "type": "button", "sub_type": kind, "index": index, "parameters": [parameter] })
}

fn interactive(message: &Message, choices: &[Choice], header: Option<(&File, &str)>, locale: &str) -> Result<Value, PluginError> {
    let text = required(words(message), SHORT_TEXT)?;
    let (kind, action) = match choices {
        [only] if only.url.is_some() => ("cta_url", opening(only)?),
        _ if choices.iter().any(|choice| choice.url.is_some()) => return Err(content("a choice that opens an address stands alone")),
        few if few.len() <= BUTTONS && few.iter().all(|choice| choice.description.is_none() && choice.group.is_none()) => ("button", tapping(few)?),
        many => ("list", listing(many, locale)?),
    };
    let mut interactive = json!({ "type": kind, "body": { "text": text }, "action": action });
    if let Some((file, id)) = header {
        let of = self::kind(file)?;
        if of == "audio" || kind == "list" {
            return Err(content("this file cannot stand above choices"));
        }
        interactive["header"] = json!({ "type": of, of: reference(of, file, id) });
    }
    Ok(interactive)
}

fn opening(choice: &Choice) -> Result<Value, PluginError> {
    Ok(json!({ "name": "cta_url", "parameters": { "display_text": fitting(&choice.title, BUTTON_TITLE)?, "url": choice.url } }))
}

fn tapping(choices: &[Choice]) -> Result<Value, PluginError> {
    let button = |choice: &Choice| {
        let (id, title) = (fitting(&choice.id, CHOICE_ID)?, fitting(&choice.title, BUTTON_TITLE)?);
        Ok(json!({ "type": "reply", "reply": { "id": id, "title": title } }))
    };
    Ok(json!({ "buttons": choices.iter().map(button).collect::<Result<Vec<_>, PluginError>>()? }))
}

/// A list, its rows under the headings of their groups in the order in which these first occur.
fn listing(choices: &[Choice], locale: &str) -> Result<Value, PluginError> {
    if choices.len() > ROWS {
        return Err(content("there are at most ten choices"));
    }
    let mut sections: Vec<(&str, Vec<Value>)> = Vec::new();
    for choice in choices {
        let mut row = json!({ "id": fitting(&choice.id, CHOICE_ID)?, "title": fitting(&choice.title, ROW_TITLE)? });
        if let Some(description) = &choice.description {
            row["description"] = json!(fitting(description, ROW_DESCRIPTION)?);
        }
        let heading = fitting(choice.group.as_deref().unwrap_or_default(), ROW_TITLE)?;
        match sections.iter_mut().find(|(have, _)| *have == heading) {
            Some((_, rows)) => rows.push(row),
            None => sections.push((heading, vec![row])),
        }
    }
    let open = if locale.starts_with("sw") { "Chagua" } else { "Choose" };
    let section =
        |(heading, rows): (&str, Vec<Value>)| if heading.is_empty() { json!({ "rows": rows }) } else { json!({ "title": heading, "rows": rows }) };
    Ok(json!({ "button": open, "sections": sections.into_iter().map(section).collect::<Vec<_>>() }))
}

#[cfg(test)]
mod tests;
