//! A message of the platform as the provider reads it. Attachments are streamed into the request and never seen here.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::{BlobPart, Part};
use wakala_plugin_sdk::host::types::File;
use wakala_plugin_sdk::messaging::channel::{Address, Message};

/// Under what name our id of a message travels and comes back.
pub const MESSAGE: &str = "wakala-message";
/// Before the names of the platform's labels, which come back among the provider's own fields.
pub const TAG: &str = "tag-";
/// Of all files of a message; the provider takes 30 MB, and base64 takes a third more.
const FILES: u64 = 20 << 20;
/// Readers of one message, in all roles.
const READERS: usize = 1_000;
/// Of what travels along and comes back.
const ARGUMENTS: usize = 10_000;

/// Whom a message is from if it does not say.
pub struct Sender {
    pub address: String,
    pub name: Option<String>,
    /// Whether the provider is to check the message and deliver nothing.
    pub only_checked: bool,
}

/// Whether files of these sizes go into one message.
///
/// # Errors
/// `rejected` with `content`.
pub fn fit(sizes: impl IntoIterator<Item = u64>) -> Result<(), PluginError> {
    let total: u64 = sizes.into_iter().sum();
    if total <= FILES { Ok(()) } else { Err(content(&format!("the files have more than {} MB together", FILES >> 20))) }
}

/// The body of the request.
///
/// # Errors
/// `rejected` with `recipient` or `content` for what the provider would refuse.
pub fn body(message: &Message, sender: &Sender) -> Result<Vec<Part>, PluginError> {
    let document = document(message, sender)?.to_string();
    let Some((last, files)) = message.files.split_last() else { return Ok(vec![Part::Bytes(document.into_bytes())]) };
    // The files follow the document, inside its last brace: nothing that people write can be taken for a file.
    let mut text = format!(r#"{},"attachments":["#, document.strip_suffix('}').unwrap_or(&document));
    let mut parts = Vec::new();
    for (file, end) in files.iter().map(|file| (file, ",")).chain([(last, "]}")]) {
        text.push_str(r#"{"content":""#);
        parts.push(Part::Bytes(std::mem::take(&mut text).into_bytes()));
        parts.push(Part::Blob(BlobPart { id: file.blob.clone(), encoding: "base64".into(), extra: Vec::new() }));
        let described = described(file).to_string();
        text = format!(r#"",{}{end}"#, described.strip_prefix('{').unwrap_or(&described));
    }
    parts.push(Part::Bytes(text.into_bytes()));
    Ok(parts)
}

fn described(file: &File) -> Value {
    match file.kind.as_str() {
        "inline" => json!({ "filename": file.name, "type": file.content_type, "disposition": "inline", "content_id": file.name }),
        _ => json!({ "filename": file.name, "type": file.content_type, "disposition": "attachment" }),
    }
}

fn document(message: &Message, sender: &Sender) -> Result<Value, PluginError> {
    if !message.choices.is_empty() {
        return Err(content("e-mail has no choices; write them as links"));
    }
    let mut mail = Map::new();
    mail.insert("personalizations".into(), json!([personalization(message)?]));
    let name = message.extra.iter().find(|(name, _)| name == "sender-name").map(|(_, value)| value.as_str()).or(sender.name.as_deref());
    mail.insert("from".into(), mailbox(message.sender.as_deref().unwrap_or(&sender.address), name));
    let reply_to = of_role(message, "reply-to").next();
    mail.extend(reply_to.map(|address| ("reply_to".to_owned(), mailbox(&address.value, address.name.as_deref()))));
    if let Some(template) = &message.template {
        mail.insert("template_id".into(), json!(template.name));
    } else {
        let subject = message.subject.as_deref().filter(|subject| !subject.trim().is_empty()).ok_or_else(|| content("the message has no subject"))?;
        mail.insert("subject".into(), json!(subject));
        // Plain before HTML, or the provider refuses it.
        let parts = [("text/plain", &message.text), ("text/html", &message.html)];
        let parts = parts.into_iter().filter_map(|(kind, text)| text.as_deref().filter(|text| !text.is_empty()).map(|text| (kind, text)));
        let contents: Vec<Value> = parts.map(|(kind, text)| json!({ "type": kind, "value": text })).collect();
        if contents.is_empty() {
            return Err(content("the message has no words"));
        }
        mail.insert("content".into(), json!(contents));
    }
    if let Some(earlier) = &message.in_reply_to {
        mail.insert("headers".into(), json!({ "In-Reply-To": earlier, "References": earlier }));
    }
    if sender.only_checked {
        mail.insert("mail_settings".into(), json!({ "sandbox_mode": { "enable": true } }));
    }
    Ok(Value::Object(mail))
}

fn personalization(message: &Message) -> Result<Value, PluginError> {
    let mut personalization = Map::new();
    for role in ["to", "cc", "bcc"] {
        let mailboxes: Vec<Value> = of_role(message, role).map(|address| mailbox(&address.value, address.name.as_deref())).collect();
        if !mailboxes.is_empty() {
            personalization.insert(role.into(), json!(mailboxes));
        }
    }
    let reachable = of_role(message, "to").next().is_some_and(|address| address.value.contains('@'));
    let readers: usize = personalization.values().filter_map(Value::as_array).map(Vec::len).sum();
    if !reachable || readers > READERS {
        return Err(PluginError::rejected("recipient", "a message goes to at least one e-mail address and to no more than a thousand"));
    }
    let mut arguments: Map<String, Value> = message.tags.iter().map(|(name, value)| (format!("{TAG}{name}"), json!(value))).collect();
    arguments.insert(MESSAGE.into(), json!(message.id));
    let arguments = Value::Object(arguments);
    if arguments.to_string().len() >= ARGUMENTS {
        return Err(content("the message has too many labels"));
    }
    personalization.insert("custom_args".into(), arguments);
    if let Some(template) = &message.template {
        let data: Map<String, Value> = template.params.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        personalization.insert("dynamic_template_data".into(), Value::Object(data));
    }
    Ok(Value::Object(personalization))
}

fn of_role<'m>(message: &'m Message, role: &'m str) -> impl Iterator<Item = &'m Address> {
    message.addresses.iter().filter(move |address| address.role == role)
}

fn mailbox(address: &str, name: Option<&str>) -> Value {
    match name.filter(|name| !name.is_empty()) {
        Some(name) => json!({ "email": address, "name": name }),
        None => json!({ "email": address }),
    }
}

fn content(why: &str) -> PluginError {
    PluginError::rejected("content", why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wakala_plugin_sdk::messaging::channel::TemplateUse;

    fn address(role: &str, value: &str, name: Option<&str>) -> Address {
        Address { role: role.into(), value: value.into(), name: name.map(str::to_owned), extra: Vec::new() }
    }

    fn message() -> Message {
        Message {
            id: "m-77".into(),
            channel: "email".into(),
            sender: None,
            addresses: vec![address("to", "asha@example.com", Some("Asha")), address("reply-to", "office@example.com", None)],
            in_reply_to: None,
            subject: Some("Your policy P-42".into()),
            text: Some("Attached.".into()),
            html: Some("<p>Attached.</p>".into()),
            template: None,
            choices: Vec::new(),
            files: Vec::new(),
            tags: vec![("tenant".into(), "t1".into())],
            extra: vec![("sender-name".into(), "Mfano Brokers".into())],
        }
    }

    fn sender() -> Sender {
        Sender { address: "noreply@bima.example".into(), name: Some("Bima Demo".into()), only_checked: false }
    }

    /// The request as the provider gets it, with the name of the object where a file is.
    fn sent(message: &Message) -> Value {
        let parts = body(message, &sender()).expect("a body");
        let text: String = parts
            .iter()
            .map(|part| match part {
                Part::Bytes(bytes) => String::from_utf8(bytes.clone()).expect("text"),
                Part::Blob(blob) => format!("({} in {})", blob.id, blob.encoding),
                Part::Secret(_) => panic!("no secret belongs into a body"),
            })
            .collect();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    fn file(blob: &str, kind: &str, name: &str) -> File {
        File { blob: blob.into(), kind: kind.into(), name: name.into(), content_type: "application/pdf".into(), extra: Vec::new() }
    }

    #[test]
    fn files_stand_behind_everything_that_people_wrote() {
        let mut message = message();
        message.text = Some(r#"}}],"attachments":[{"content":"#.into());
        message.files = vec![file("b-1", "document", "P-42.pdf"), file("b-2", "inline", "logo\"}.png")];
        let sent = sent(&message);
        let expected = json!([
            {"content": "(b-1 in base64)", "filename": "P-42.pdf", "type": "application/pdf", "disposition": "attachment"},
            {"content": "(b-2 in base64)", "filename": "logo\"}.png", "type": "application/pdf", "disposition": "inline", "content_id": "logo\"}.png"},
        ]);
        assert_eq!(sent["attachments"], expected);
        assert_eq!(sent["content"][0]["value"], json!(r#"}}],"attachments":[{"content":"#));
        message.files.truncate(1);
        assert_eq!(self::sent(&message)["attachments"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn a_template_has_its_data_and_neither_subject_nor_words() {
        let mut message = message();
        message.template =
            Some(TemplateUse { name: "d-1".into(), language: "en".into(), params: vec![("first_name".into(), "Asha".into())], extra: Vec::new() });
        let sent = sent(&message);
        assert_eq!((&sent["template_id"], &sent["personalizations"][0]["dynamic_template_data"]), (&json!("d-1"), &json!({"first_name": "Asha"})));
        assert_eq!((&sent["subject"], &sent["content"]), (&Value::Null, &Value::Null));
    }

    #[test]
    fn a_test_may_only_be_checked() {
        let parts = body(&message(), &Sender { only_checked: true, ..sender() }).expect("a body");
        assert!(matches!(parts.as_slice(), [Part::Bytes(text)] if String::from_utf8_lossy(text).contains(r#""sandbox_mode":{"enable":true}"#)));
    }

    #[test]
    fn what_the_provider_would_refuse_is_not_sent() {
        let code = |message: &Message| match body(message, &sender()) {
            Err(PluginError::Rejected(no)) => no.code,
            other => format!("{other:?}"),
        };
        assert_eq!(code(&Message { subject: None, ..message() }), "content");
        assert_eq!(code(&Message { text: None, html: Some(String::new()), ..message() }), "content");
        assert_eq!(code(&Message { addresses: vec![address("cc", "asha@example.com", None)], ..message() }), "recipient");
        assert_eq!(code(&Message { addresses: vec![address("to", "a@example.com", None); READERS + 1], ..message() }), "recipient");
        assert_eq!(code(&Message { tags: vec![("a".into(), "b".repeat(ARGUMENTS))], ..message() }), "content");
        assert!(fit([FILES, 1]).is_err() && fit([FILES]).is_ok());
    }
}
