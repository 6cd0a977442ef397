//! A message of the platform as the provider reads it. Attachments are streamed into the request and never seen here.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::{BlobPart, Part};
use wakala_plugin_sdk::host::types::File;
use wakala_plugin_sdk::messaging::channel::{Address, Message};

/// Under what name our id of a message travels and comes back.
pub const MESSAGE: &str = "wakala-message";
/// Before the names of the platform's labels, so that they stay apart from the provider's own, which begin with `ses:`.
pub const TAG: &str = "tag-";
/// Of all files of a message; the provider takes 40 MB, and base64 takes a third more.
const FILES: u64 = 25 << 20;
/// Readers of one message, in all roles.
const READERS: usize = 50;
/// Labels of one message.
const LABELS: usize = 50;
/// Of a label's name or value.
const LABEL: usize = 256;
/// Letters of an encoded word, the marks around it not counted.
const WORD: usize = 60;

/// Whom a message is from if it does not say, and what publishes its events.
pub struct Sender {
    pub address: String,
    pub name: Option<String>,
    pub configuration_set: Option<String>,
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
/// `rejected` with `recipient`, `content` or `template` for what the provider would refuse.
pub fn body(message: &Message, sender: &Sender) -> Result<Vec<Part>, PluginError> {
    let envelope = envelope(message, sender)?.to_string();
    let open = envelope.strip_suffix('}').unwrap_or(&envelope);
    if let Some(template) = &message.template {
        if !message.files.is_empty() {
            return Err(PluginError::rejected("template", "a template of Amazon SES takes no files"));
        }
        let data: Map<String, Value> = template.params.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let template = json!({ "TemplateName": template.name, "TemplateData": Value::Object(data).to_string() });
        return Ok(vec![Part::Bytes(format!(r#"{open},"Content":{{"Template":{template}}}}}"#).into_bytes())]);
    }
    let simple = simple(message)?.to_string();
    let Some((last, files)) = message.files.split_last() else {
        return Ok(vec![Part::Bytes(format!(r#"{open},"Content":{{"Simple":{simple}}}}}"#).into_bytes())]);
    };
    // The files follow everything that people write, so that nothing of it can be taken for a file.
    let mut text = format!(r#"{open},"Content":{{"Simple":{},"Attachments":["#, simple.strip_suffix('}').unwrap_or(&simple));
    let mut parts = Vec::new();
    for (file, end) in files.iter().map(|file| (file, ",")).chain([(last, "]}}}")]) {
        text.push_str(r#"{"RawContent":""#);
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
        "inline" => json!({ "FileName": file.name, "ContentType": file.content_type, "ContentDisposition": "INLINE", "ContentId": file.name }),
        _ => json!({ "FileName": file.name, "ContentType": file.content_type, "ContentDisposition": "ATTACHMENT" }),
    }
}

/// Everything but the content.
fn envelope(message: &Message, sender: &Sender) -> Result<Value, PluginError> {
    if !message.choices.is_empty() {
        return Err(content("e-mail has no choices; write them as links"));
    }
    let mut destination = Map::new();
    for (role, name) in [("to", "ToAddresses"), ("cc", "CcAddresses"), ("bcc", "BccAddresses")] {
        let mailboxes = of_role(message, role);
        if !mailboxes.is_empty() {
            destination.insert(name.into(), json!(mailboxes));
        }
    }
    let reachable = message.addresses.iter().any(|address| address.role == "to" && address.value.contains('@'));
    let readers: usize = destination.values().filter_map(Value::as_array).map(Vec::len).sum();
    if !reachable || readers > READERS {
        return Err(PluginError::rejected("recipient", "a message goes to at least one e-mail address and to no more than fifty"));
    }
    let name = message.extra.iter().find(|(name, _)| name == "sender-name").map(|(_, value)| value.as_str()).or(sender.name.as_deref());
    let mut mail = Map::new();
    mail.insert("FromEmailAddress".into(), json!(mailbox(message.sender.as_deref().unwrap_or(&sender.address), name)));
    mail.insert("Destination".into(), Value::Object(destination));
    let reply_to = of_role(message, "reply-to");
    if !reply_to.is_empty() {
        mail.insert("ReplyToAddresses".into(), json!(reply_to));
    }
    mail.extend(sender.configuration_set.as_ref().map(|name| ("ConfigurationSetName".to_owned(), json!(name))));
    mail.insert("EmailTags".into(), labels(message));
    Ok(Value::Object(mail))
}

fn simple(message: &Message) -> Result<Value, PluginError> {
    let subject = message.subject.as_deref().filter(|subject| !subject.trim().is_empty()).ok_or_else(|| content("the message has no subject"))?;
    let mut body = Map::new();
    for (name, text) in [("Text", &message.text), ("Html", &message.html)] {
        if let Some(text) = text.as_deref().filter(|text| !text.is_empty()) {
            body.insert(name.into(), written(text));
        }
    }
    if body.is_empty() {
        return Err(content("the message has no words"));
    }
    let mut simple = Map::new();
    simple.insert("Subject".into(), written(subject));
    simple.insert("Body".into(), Value::Object(body));
    if let Some(earlier) = &message.in_reply_to {
        simple.insert("Headers".into(), json!([{ "Name": "In-Reply-To", "Value": earlier }, { "Name": "References", "Value": earlier }]));
    }
    Ok(Value::Object(simple))
}

fn written(text: &str) -> Value {
    json!({ "Data": text, "Charset": "UTF-8" })
}

/// Our id and the platform's labels. The provider takes few letters: any other becomes an underscore.
fn labels(message: &Message) -> Value {
    let fitting = |text: &str| -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' };
        text.chars().take(LABEL).map(letter).collect()
    };
    let ours = [(MESSAGE.to_owned(), message.id.as_str())];
    let theirs = message.tags.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (format!("{TAG}{name}"), value.as_str()));
    let all = ours.into_iter().chain(theirs).take(LABELS);
    all.map(|(name, value)| json!({ "Name": fitting(&name), "Value": fitting(value) })).collect()
}

fn of_role(message: &Message, role: &str) -> Vec<String> {
    let meant = message.addresses.iter().filter(|address| address.role == role);
    meant.map(|Address { value, name, .. }| mailbox(value, name.as_deref())).collect()
}

/// A mailbox as mail writes it: what is not ASCII in a name becomes encoded words (RFC 2047).
fn mailbox(address: &str, name: Option<&str>) -> String {
    let name: String = name.unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    if name.trim().is_empty() {
        address.to_owned()
    } else if name.is_ascii() {
        format!("\"{}\" <{address}>", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        format!("{} <{address}>", encoded(&name))
    }
}

fn encoded(name: &str) -> String {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        let mut bytes = [0; 4];
        let piece: String = match letter {
            ' ' => "_".to_owned(),
            _ if letter.is_ascii_alphanumeric() => letter.to_string(),
            _ => letter.encode_utf8(&mut bytes).bytes().map(|byte| format!("={byte:02X}")).collect(),
        };
        match words.last_mut() {
            Some(word) if word.len() + piece.len() <= WORD => word.push_str(&piece),
            _ => words.push(piece),
        }
    }
    words.iter().map(|word| format!("=?UTF-8?Q?{word}?=")).collect::<Vec<_>>().join(" ")
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
            addresses: vec![address("to", "asha@example.com", None), address("reply-to", "office@example.com", Some("Office \"A\""))],
            in_reply_to: None,
            subject: Some("Your policy P-42".into()),
            text: Some("Attached.".into()),
            html: None,
            template: None,
            choices: Vec::new(),
            files: Vec::new(),
            tags: vec![("tenant".into(), "t1 & co".into())],
            extra: Vec::new(),
        }
    }

    fn sender() -> Sender {
        Sender { address: "noreply@bima.example".into(), name: Some("Bima Demo".into()), configuration_set: Some("main".into()) }
    }

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

    #[test]
    fn a_mail_has_its_words_its_labels_and_its_set() {
        let expected = json!({
            "FromEmailAddress": "\"Bima Demo\" <noreply@bima.example>",
            "Destination": {"ToAddresses": ["asha@example.com"]},
            "ReplyToAddresses": ["\"Office \\\"A\\\"\" <office@example.com>"],
            "ConfigurationSetName": "main",
            "EmailTags": [{"Name": "wakala-message", "Value": "m-77"}, {"Name": "tag-tenant", "Value": "t1___co"}],
            "Content": {"Simple": {
                "Subject": {"Data": "Your policy P-42", "Charset": "UTF-8"},
                "Body": {"Text": {"Data": "Attached.", "Charset": "UTF-8"}},
            }},
        });
        assert_eq!(sent(&message()), expected);
    }

    #[test]
    fn files_stand_behind_everything_that_people_wrote() {
        let mut message = message();
        let file = |blob: &str, kind: &str| File {
            blob: blob.into(),
            kind: kind.into(),
            name: format!("{blob}.pdf"),
            content_type: "application/pdf".into(),
            extra: Vec::new(),
        };
        message.files = vec![file("b-1", "document"), file("b-2", "inline")];
        let expected = json!([
            {"RawContent": "(b-1 in base64)", "FileName": "b-1.pdf", "ContentType": "application/pdf", "ContentDisposition": "ATTACHMENT"},
            {"RawContent": "(b-2 in base64)", "FileName": "b-2.pdf", "ContentType": "application/pdf", "ContentDisposition": "INLINE", "ContentId": "b-2.pdf"},
        ]);
        let mail = sent(&message);
        assert_eq!(mail["Content"]["Simple"]["Attachments"], expected);
        assert_eq!(mail["Content"]["Simple"]["Subject"]["Data"], json!("Your policy P-42"));
    }

    #[test]
    fn a_template_has_its_data_as_text_and_takes_no_files() {
        let mut message = message();
        let params = vec![("first_name".to_owned(), "Asha".to_owned())];
        message.template = Some(TemplateUse { name: "premium_due".into(), language: "en".into(), params, extra: Vec::new() });
        assert_eq!(sent(&message)["Content"], json!({"Template": {"TemplateName": "premium_due", "TemplateData": "{\"first_name\":\"Asha\"}"}}));
    }

    #[test]
    fn a_name_beyond_ascii_becomes_encoded_words() {
        assert_eq!(mailbox("a@example.com", Some("Zoë B")), "=?UTF-8?Q?Zo=C3=AB_B?= <a@example.com>");
        let long = mailbox("a@example.com", Some(&"é".repeat(20)));
        assert_eq!(long.matches("=?UTF-8?Q?").count(), 2);
        assert!(long.split(' ').all(|word| word.len() <= 75), "{long}");
    }

    #[test]
    fn what_the_provider_would_refuse_is_not_sent() {
        let code = |message: &Message| match body(message, &sender()) {
            Err(PluginError::Rejected(no)) => no.code,
            other => format!("{other:?}"),
        };
        assert_eq!(code(&Message { subject: None, ..message() }), "content");
        assert_eq!(code(&Message { text: None, ..message() }), "content");
        assert_eq!(code(&Message { addresses: vec![address("to", "nobody", None)], ..message() }), "recipient");
        assert_eq!(code(&Message { addresses: vec![address("to", "a@example.com", None); READERS + 1], ..message() }), "recipient");
        assert!(fit([FILES, 1]).is_err() && fit([FILES]).is_ok());
    }
}
