use super::*;

const OURS: &str = "900100200";

fn callback(value: Value) -> Vec<Incoming> {
    let mut value = value;
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": "254 700 000 444", "phone_number_id": OURS});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "WABA", "changes": [{"field": "messages", "value": value}]}]});
    read(body.to_string().as_bytes(), OURS, "delivery-1").expect("a callback")
}

fn message(message: Value) -> Incoming {
    let mut message = message;
    message["id"] = json!("wamid.in1");
    message["timestamp"] = json!("1790000100");
    if message["from"].is_null() {
        message["from"] = json!("254700000101");
    }
    let contacts = json!([{"profile": {"name": "Asha"}, "wa_id": "254700000101"}]);
    callback(json!({"contacts": contacts, "messages": [message]})).pop().expect("a message")
}

fn said(content: Value) -> Value {
    let mut data = Value::Object(message(content).data);
    for known in ["provider_ref", "channel", "sender", "recipient", "name"] {
        data.as_object_mut().expect("an object").remove(known);
    }
    data
}

#[test]
fn a_text_comes_with_who_wrote_it_to_whom() {
    let read = message(json!({"type": "text", "text": {"body": "Habari"}}));
    let expected = json!({"provider_ref": "wamid.in1", "channel": "whatsapp", "sender": "+254700000101", "recipient": "+254700000444", "name": "Asha", "text": "Habari"});
    assert_eq!((Value::Object(read.data), read.kind, read.occurred_ms), (expected, "message.received", Some(1_790_000_100_000)));
}

#[test]
fn taps_bring_the_id_of_the_choice_and_the_message_they_answer() {
    let context = json!({"from": "254700000444", "id": "wamid.abc"});
    let button = json!({"type": "interactive", "context": context, "interactive": {"type": "button_reply", "button_reply": {"id": "pay:P-42", "title": "Pay"}}});
    assert_eq!(said(button), json!({"text": "Pay", "choice_id": "pay:P-42", "reply_to": "wamid.abc"}));
    let row =
        json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "p42", "title": "Motor", "description": "KDA"}}});
    assert_eq!(said(row), json!({"text": "Motor", "choice_id": "p42"}));
    let quick = json!({"type": "button", "button": {"payload": "PAY-P42", "text": "Pay"}});
    assert_eq!(said(quick), json!({"text": "Pay", "choice_id": "PAY-P42"}));
    let form =
        json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "[1]"}}});
    assert_eq!(message(form).extra, [("form".to_owned(), "[1]".to_owned())]);
}

#[test]
fn a_reaction_may_be_taken_back() {
    let reaction = |emoji: Value| said(json!({"type": "reaction", "reaction": {"message_id": "wamid.abc", "emoji": emoji}}));
    assert_eq!(reaction(json!("👍")), json!({"reaction": "👍", "reply_to": "wamid.abc"}));
    for none in [json!(""), Value::Null] {
        assert_eq!(reaction(none), json!({"reaction": "", "reply_to": "wamid.abc"}));
    }
}

#[test]
fn files_places_and_contacts_are_read() {
    let document = message(
        json!({"type": "document", "document": {"id": "700800900", "filename": "id.pdf", "caption": "My ID", "mime_type": "application/pdf"}}),
    );
    assert_eq!(document.media, Some(Media { id: "700800900".into(), kind: "document", name: "id.pdf".into() }));
    assert_eq!(document.data["text"], json!("My ID"));
    let sticker = message(json!({"type": "sticker", "sticker": {"id": "7", "mime_type": "image/webp"}}));
    assert_eq!(sticker.media, Some(Media { id: "7".into(), kind: "image", name: "image-7".into() }));
    let place = said(json!({"type": "location", "location": {"latitude": 1.29, "longitude": 36.82, "name": "Office"}}));
    assert_eq!(place, json!({"text": "Office", "location": {"lat": 1.29, "lon": 36.82}}));
    let contacts = said(json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Juma"}}, {"name": {"formatted_name": "Neema"}}]}));
    assert_eq!(contacts, json!({"text": "Juma, Neema"}));
}

#[test]
fn whoever_shows_no_number_keeps_the_name_the_provider_gives() {
    assert_eq!(message(json!({"from": "KE.1234567890", "type": "text", "text": {"body": "x"}})).data["sender"], json!("KE.1234567890"));
    let nameless = json!({"id": "wamid.1", "timestamp": 1790000100, "type": "text", "text": {"body": "x"}});
    let read = callback(json!({"contacts": [{"user_id": "KE.99"}], "messages": [nameless]}));
    assert_eq!((&read[0].data["sender"], read[0].occurred_ms), (&json!("KE.99"), Some(1_790_000_100_000)));
    assert_eq!(callback(json!({"messages": [nameless]})), []);
}

#[test]
fn an_unknown_type_is_received_and_marked() {
    let read = message(json!({"type": "hologram", "timestamp": "soon"}));
    assert_eq!(read.extra, [("type".to_owned(), "hologram".to_owned())]);
    let unsupported = message(json!({"type": "unsupported", "errors": [{"code": 131051, "title": "Message type unknown"}]}));
    assert_eq!(unsupported.extra, [("type".to_owned(), "unsupported".to_owned()), ("code".to_owned(), "131051".to_owned())]);
    let system = json!({"id": "wamid.s", "from": "254700000101", "type": "system", "system": {"body": "changed number"}});
    assert_eq!(callback(json!({"messages": [system]})), []);
}

#[test]
fn what_nobody_wrote_is_passed_over_and_what_is_written_anew_is_marked() {
    for kind in ["system", "revoke", "request_welcome"] {
        let silent = json!({"id": "wamid.s", "from": "254700000101", "type": kind, kind: {}});
        assert_eq!(callback(json!({"messages": [silent]})), [], "{kind}");
    }
    for kind in ["order", "edit"] {
        assert_eq!(message(json!({"type": kind, kind: {}})).extra, [("type".to_owned(), kind.to_owned())]);
    }
}

#[test]
fn where_a_message_came_from_is_kept() {
    let read = message(json!({
        "type": "text", "text": {"body": "x"}, "group_id": "g-1", "context": {"forwarded": true},
        "referral": {"source_url": "https://example.com/ad", "source_id": "ad-1", "headline": "x"},
    }));
    let facts = [("forwarded", "true"), ("group", "g-1"), ("source-url", "https://example.com/ad"), ("source-id", "ad-1")];
    assert_eq!(read.extra, facts.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn a_garbage_time_is_no_time() {
    for time in [json!("soon"), json!(""), json!("0"), Value::Null] {
        let message = json!({"id": "wamid.1", "from": "254700000101", "timestamp": time, "type": "text", "text": {"body": "x"}});
        assert_eq!(callback(json!({"messages": [message]}))[0].occurred_ms, None);
    }
}

#[test]
fn statuses_bring_our_id_back_and_unknown_words_change_nothing() {
    let status = |word: &str| json!({"id": "wamid.abc", "status": word, "timestamp": "1790000012", "recipient_id": "254700000101", "biz_opaque_callback_data": "m-1"});
    let read = callback(json!({"statuses": [status("read"), status("delivered"), status("played"), status("deleted"), status("warped")]}));
    let states: Vec<&str> = read.iter().filter_map(|one| one.data["state"].as_str()).collect();
    assert_eq!(states, ["read", "delivered", "read"]);
    assert_eq!(read[0].id, "message.updated:wamid.abc:read");
    assert_eq!((&read[0].data["message_id"], &read[0].data["recipient"]), (&json!("m-1"), &json!("+254700000101")));
}

#[test]
fn a_failure_has_the_platforms_word_and_the_providers_code() {
    let failed = |errors: Value| callback(json!({"statuses": [{"id": "wamid.abd", "status": "failed", "errors": errors}]})).pop().expect("a status");
    let window = failed(
        json!([{"code": 131047, "title": "Re-engagement message", "message": "Re-engagement message", "error_data": {"details": "More than 24 hours"}}]),
    );
    assert_eq!(
        (&window.data["code"], &window.data["reason"], &window.data["permanent"]),
        (&json!("window"), &json!("More than 24 hours"), &json!(false))
    );
    assert_eq!(window.extra, [("provider-code".to_owned(), "131047".to_owned())]);
    let older = failed(json!([{"code": 131026, "title": "Undeliverable", "details": "Not on WhatsApp"}]));
    assert_eq!((&older.data["code"], &older.data["reason"]), (&json!("recipient"), &json!("Not on WhatsApp")));
    let bare = failed(json!([{"code": "131050", "title": "Stopped"}]));
    assert_eq!((&bare.data["code"], &bare.data["permanent"]), (&json!("opted-out"), &json!(true)));
    assert_eq!(failed(Value::Null).data.get("code"), None);
}

#[test]
fn a_trouble_of_the_number_asks_for_attention() {
    let read = callback(json!({"errors": [{"code": 131031, "title": "Account locked", "error_data": {"details": "Locked for policy"}}]}));
    assert_eq!((read[0].kind, read[0].id.as_str()), ("installation.attention", "installation.attention:delivery-1:0"));
    assert_eq!(Value::Object(read[0].data.clone()), json!({"message": "Locked for policy", "code": "131031"}));
}

#[test]
fn other_fields_and_other_numbers_are_not_ours() {
    let change = |field: &str, number: &str| json!({"field": field, "value": {"metadata": {"phone_number_id": number}, "statuses": [{"id": "wamid.a", "status": "sent"}]}});
    let body = |changes: Value| {
        json!({"object": "whatsapp_business_account", "entry": [{"changes": changes}, {"changes": [change("messages", OURS)]}]}).to_string()
    };
    let both = body(json!([change("messages", OURS), change("message_template_status_update", OURS), change("messages", "1")]));
    assert_eq!(read(both.as_bytes(), OURS, "d").map(|found| found.len()), Ok(2));
    let number = |id: u64| {
        let value = json!({"metadata": {"phone_number_id": id}, "statuses": [{"id": "wamid.a", "status": "sent"}]});
        let body = json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]});
        read(body.to_string().as_bytes(), OURS, "d").expect("a callback").len()
    };
    assert_eq!((number(900_100_200), number(900_100_201)), (1, 0));
    for wrong in ["", "{}", r#"{"object":"page","entry":[]}"#, r#"{"object":"whatsapp_business_account"}"#] {
        assert!(matches!(read(wrong.as_bytes(), OURS, "d"), Err(PluginError::Rejected(no)) if no.code == "format"), "{wrong}");
    }
}
