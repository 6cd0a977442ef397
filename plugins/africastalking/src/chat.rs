//! WhatsApp through the provider: words and templates, one request each.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::messaging::channel::{Message, Receipt, TemplateUse};

use crate::link::{Answer, Link, Sent, Service, phone, unanswered};
use crate::words;

const PATH: &str = "/whatsapp/message/send";

/// Sends one message; `number` is where it comes from if the message does not say.
///
/// # Errors
/// As for one message of `channel.send`.
pub fn send(link: &impl Link, username: &str, number: Option<&str>, message: &Message) -> Sent {
    let from = message.sender.as_deref().or(number);
    let from = from.ok_or_else(|| PluginError::misconfigured("whatsapp_number", "Enter the number that WhatsApp messages come from"))?;
    let to = message.addresses.iter().find(|address| address.role == "to").map_or("", |address| address.value.as_str());
    let body = json!({ "username": username, "waNumber": from, "phoneNumber": phone(to)?, "body": content(message)? });
    match link.post(Service::Chat, PATH, "application/json", body.to_string().into_bytes()) {
        Ok(answer) => answered(&answer),
        Err(error) => Err(unanswered(error)),
    }
}

fn content(message: &Message) -> Result<Value, PluginError> {
    match &message.template {
        Some(template) => Ok(places(template)),
        None => Ok(json!({ "message": words::of(message)? })),
    }
}

/// The provider's templates have one place in the header and a list of places in the body.
fn places(template: &TemplateUse) -> Value {
    let (header, body): (Vec<_>, Vec<_>) = template.params.iter().partition(|(name, _)| name.starts_with("header."));
    let mut content = Map::new();
    content.insert("templateId".into(), json!(template.name));
    content.extend(header.first().map(|(_, value)| ("headerValue".to_owned(), json!(value))));
    content.insert("bodyValues".into(), body.iter().map(|(_, value)| value.as_str()).collect());
    Value::Object(content)
}

/// What is neither a no nor an answer with a name of the message leaves it open.
fn answered(answer: &Answer) -> Sent {
    if let Some(refusal) = answer.refusal() {
        return Err(refusal);
    }
    let json = answer.json();
    let reference = json["messageId"].as_str().filter(|id| !id.is_empty() && matches!(answer.status, 200..=202));
    let Some(reference) = reference else {
        return Err(PluginError::UnknownOutcome(format!("neither sent nor refused: {}", answer.said())));
    };
    let state = if json["status"].as_str().is_some_and(|word| word.eq_ignore_ascii_case("sent")) { "sent" } else { "queued" };
    Ok(Receipt { provider_ref: Some(reference.to_owned()), state: state.into(), parts: None, cost: None, extra: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer};
    use crate::words::sample::message;

    const SENT: &str = r#"{"messageId":"wa-1","phoneNumber":"+254700000101","status":"SENT"}"#;

    fn asked(link: &Script) -> Value {
        let asked = link.asked.borrow();
        assert_eq!(asked[0].0, "https://chat.sandbox.africastalking.com/whatsapp/message/send");
        serde_json::from_str(&asked[0].1).expect("JSON")
    }

    #[test]
    fn words_travel_with_the_number_they_come_from() {
        let link = Script::new([answer(201, SENT)]);
        let sent = send(&link, "demo", Some("+254700000900"), &message("whatsapp", "m-1", "+254700000101", "Habari")).expect("sent");
        assert_eq!((sent.provider_ref.as_deref(), sent.state.as_str()), (Some("wa-1"), "sent"));
        let expected = json!({"username": "demo", "waNumber": "+254700000900", "phoneNumber": "+254700000101", "body": {"message": "Habari"}});
        assert_eq!(asked(&link), expected);
    }

    #[test]
    fn a_template_has_its_header_and_its_body_in_order() {
        let mut message = message("whatsapp", "m-1", "+254700000101", "");
        let param = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let params = vec![param("header.1", "October"), param("body.1", "Asha"), param("body.2", "KES 1,500")];
        message.template = Some(TemplateUse { name: "premium_due".into(), language: "en".into(), params, extra: Vec::new() });
        let link = Script::new([answer(200, SENT)]);
        assert!(send(&link, "demo", Some("+254700000900"), &message).is_ok());
        assert_eq!(asked(&link)["body"], json!({"templateId": "premium_due", "headerValue": "October", "bodyValues": ["Asha", "KES 1,500"]}));
    }

    #[test]
    fn without_a_number_of_ones_own_nothing_is_sent() {
        let link = Script::new([]);
        let sent = send(&link, "demo", None, &message("whatsapp", "m-1", "+254700000101", "Habari"));
        assert!(matches!(sent, Err(PluginError::Misconfigured(wrong)) if wrong.field == "whatsapp_number"));
    }

    #[test]
    fn an_answer_without_a_name_for_the_message_leaves_it_open() {
        let verdict = |status, body: &str| {
            send(&Script::new([answer(status, body)]), "demo", Some("+254700000900"), &message("whatsapp", "m-1", "+254700000101", "Habari"))
        };
        assert!(matches!(verdict(200, "{}"), Err(PluginError::UnknownOutcome(_))));
        assert!(matches!(verdict(503, ""), Err(PluginError::UnknownOutcome(_))));
        assert!(matches!(verdict(401, "The supplied authentication is invalid"), Err(PluginError::Unauthorized(_))));
        assert!(matches!(verdict(400, "Bad template"), Err(PluginError::Rejected(_))));
    }
}
