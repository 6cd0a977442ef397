use super::*;
use wakala_plugin_sdk::messaging::channel::Address;

fn message(text: &str) -> Message {
    Message {
        id: "m-1".into(),
        channel: "whatsapp".into(),
        sender: None,
        addresses: vec![Address { role: "to".into(), value: "+254700000101".into(), name: None, extra: Vec::new() }],
        in_reply_to: None,
        subject: None,
        text: Some(text.into()),
        html: None,
        template: None,
        choices: Vec::new(),
        files: Vec::new(),
        tags: Vec::new(),
        extra: Vec::new(),
    }
}

fn choice(id: &str, title: &str) -> Choice {
    Choice { id: id.into(), title: title.into(), description: None, group: None, url: None, extra: Vec::new() }
}

fn paper(kind: &str) -> File {
    File { blob: "b-1".into(), kind: kind.into(), name: "P-42.pdf".into(), content_type: "application/pdf".into(), extra: Vec::new() }
}

fn written(message: &Message) -> Value {
    body(message, Some("700800900"), "en-KE").expect("a body")
}

fn refused(message: &Message) -> bool {
    matches!(body(message, Some("700800900"), "en-KE"), Err(PluginError::Rejected(no)) if no.code == "content")
}

#[test]
fn words_travel_to_the_digits_of_the_number_with_our_id() {
    let mut message = message("Habari Asha, your claim C-17 is approved.");
    message.in_reply_to = Some("wamid.earlier".into());
    let expected = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "254700000101", "biz_opaque_callback_data": "m-1",
        "context": {"message_id": "wamid.earlier"}, "type": "text",
        "text": {"preview_url": false, "body": "Habari Asha, your claim C-17 is approved."},
    });
    assert_eq!(body(&message, None, "en-KE"), Ok(expected));
}

#[test]
fn a_template_has_its_components_in_order() {
    let mut message = message("");
    let params = [("body.1", "Asha"), ("body.2", "KES 1,500"), ("button.0", "PAY-P42"), ("button.1", "p42")];
    message.template = Some(TemplateUse {
        name: "premium_due".into(),
        language: "en-GB".into(),
        params: params.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        extra: vec![("button.1".into(), "url".into())],
    });
    message.files = vec![paper("header")];
    let expected = json!({"name": "premium_due", "language": {"code": "en_GB"}, "components": [
        {"type": "header", "parameters": [{"type": "document", "document": {"id": "700800900", "filename": "P-42.pdf"}}]},
        {"type": "body", "parameters": [{"type": "text", "text": "Asha"}, {"type": "text", "text": "KES 1,500"}]},
        {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "PAY-P42"}]},
        {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "p42"}]},
    ]});
    assert_eq!(written(&message)["template"], expected);
}

#[test]
fn a_named_place_keeps_its_name() {
    let mut message = message("");
    let params = vec![("first_name".to_owned(), "Asha".to_owned())];
    message.template = Some(TemplateUse { name: "hello".into(), language: "sw".into(), params, extra: Vec::new() });
    let expected = json!([{"type": "body", "parameters": [{"type": "text", "parameter_name": "first_name", "text": "Asha"}]}]);
    assert_eq!(written(&message)["template"]["components"], expected);
}

#[test]
fn three_short_choices_are_buttons_and_more_are_a_list() {
    let mut message = message("Pay now?");
    message.choices = vec![choice("pay:P-42", "Pay"), choice("later:P-42", "Later")];
    let buttons = json!({"buttons": [{"type": "reply", "reply": {"id": "pay:P-42", "title": "Pay"}}, {"type": "reply", "reply": {"id": "later:P-42", "title": "Later"}}]});
    assert_eq!(written(&message)["interactive"], json!({"type": "button", "body": {"text": "Pay now?"}, "action": buttons}));

    message.choices =
        vec![Choice { group: Some("Policies".into()), description: Some("KDA 000A".into()), ..choice("p42", "Motor P-42") }, choice("help", "Help")];
    let list = json!({"button": "Choose", "sections": [
        {"title": "Policies", "rows": [{"id": "p42", "title": "Motor P-42", "description": "KDA 000A"}]},
        {"rows": [{"id": "help", "title": "Help"}]},
    ]});
    assert_eq!(written(&message)["interactive"]["action"], list);
}

#[test]
fn a_choice_that_opens_an_address_stands_alone() {
    let mut message = message("Your policy");
    let open = Choice { url: Some("https://example.com/p42".into()), ..choice("open", "Open") };
    message.choices = vec![open.clone()];
    let action = json!({"name": "cta_url", "parameters": {"display_text": "Open", "url": "https://example.com/p42"}});
    assert_eq!(written(&message)["interactive"]["action"], action);
    message.choices.push(choice("no", "No"));
    assert!(refused(&message));
}

#[test]
fn a_file_has_the_text_as_its_caption() {
    let mut message = message("Your policy");
    message.files = vec![paper("document")];
    let sent = written(&message);
    assert_eq!(
        (&sent["type"], &sent["document"]),
        (&json!("document"), &json!({"id": "700800900", "filename": "P-42.pdf", "caption": "Your policy"}))
    );
    message.files = vec![paper("audio")];
    assert!(refused(&message));
    message.files = vec![paper("image"), paper("image")];
    assert!(refused(&message));
}

#[test]
fn what_the_provider_would_refuse_is_not_sent() {
    assert!(refused(&message(" ")));
    assert!(refused(&message(&"a".repeat(TEXT + 1))));
    let mut long = message("Pay now?");
    long.choices = vec![choice("pay", &"a".repeat(BUTTON_TITLE + 1))];
    assert!(refused(&long));
    long.choices = (0..11).map(|n| choice(&n.to_string(), "Row")).collect();
    assert!(refused(&long));
    let mut nobody = message("Habari");
    nobody.addresses.clear();
    assert!(matches!(body(&nobody, None, "en"), Err(PluginError::Rejected(no)) if no.code == "recipient"));
}
