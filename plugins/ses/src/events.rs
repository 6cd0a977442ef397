//! What SES reports inside a notice: of identities (`notificationType`) and of configuration sets (`eventType`), reader by reader.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::host::types::Fields;
use wakala_plugin_sdk::time::rfc3339_ms;
use wakala_plugin_sdk::webhook::Event;

use crate::mail::{MESSAGE, TAG};

/// What is told of one reader.
struct Told {
    state: &'static str,
    reader: String,
    code: Option<String>,
    reason: Option<String>,
    permanent: Option<bool>,
}

/// Reads a message. What is no event, such as the text that greets a new topic, and names that nobody has heard of are passed over.
/// `sent` is when the notice was.
pub fn read(message: &str, sent: Option<&str>) -> Vec<Event> {
    let json: Value = serde_json::from_str(message.trim()).unwrap_or_default();
    let Some(name) = json["eventType"].as_str().or(json["notificationType"].as_str()) else { return Vec::new() };
    let kind = name.replace(' ', "");
    let part = |name: &str| &json[name];
    let (told, at): (Vec<Told>, &Value) = match kind.as_str() {
        "Send" => (to_all(&json, "sent", None, None), part("send")),
        "Delivery" => (delivered(&json), part("delivery")),
        "Bounce" => (bounced(&json), part("bounce")),
        // Whoever says that it is no spam takes a complaint back.
        "Complaint" if json["complaint"]["complaintFeedbackType"] == "not-spam" => return Vec::new(),
        "Complaint" => (complained(&json), part("complaint")),
        "Reject" => (to_all(&json, "failed", Some("content"), json["reject"]["reason"].as_str()), part("reject")),
        "Open" => (to_all(&json, "opened", None, None), part("open")),
        "Click" => (to_all(&json, "clicked", None, None), part("click")),
        "RenderingFailure" => (to_all(&json, "failed", Some("template"), json["failure"]["errorMessage"].as_str()), part("failure")),
        "DeliveryDelay" => (delayed(&json), part("deliveryDelay")),
        "Subscription" => (Vec::new(), part("subscription")),
        _ => return Vec::new(),
    };
    let occurred_ms = at["timestamp"].as_str().or(sent).and_then(rfc3339_ms);
    let mut events: Vec<Event> = told.into_iter().filter_map(|told| updated(&json, told, occurred_ms)).collect();
    events.extend(preferences(&json, &kind, at, occurred_ms));
    events
}

fn plain(state: &'static str, reader: &Value) -> Told {
    let text = |name: &str| reader[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    // A list of plain addresses, or of objects.
    let address = reader.as_str().map(str::to_owned).or_else(|| text("emailAddress")).unwrap_or_default();
    Told { state, reader: address, code: text("status"), reason: text("diagnosticCode"), permanent: None }
}

fn readers(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

/// What is told of a message as a whole holds of each of its readers.
fn to_all(json: &Value, state: &'static str, code: Option<&str>, reason: Option<&str>) -> Vec<Told> {
    let told = |reader| Told { code: code.map(str::to_owned), reason: reason.map(str::to_owned), ..plain(state, reader) };
    readers(&json["mail"]["destination"]).map(told).collect()
}

/// Perhaps only some of the message's readers.
fn delivered(json: &Value) -> Vec<Told> {
    let reason = json["delivery"]["smtpResponse"].as_str().map(str::to_owned);
    readers(&json["delivery"]["recipients"]).map(|reader| Told { reason: reason.clone(), ..plain("delivered", reader) }).collect()
}

fn bounced(json: &Value) -> Vec<Told> {
    let bounce = &json["bounce"];
    let permanent = Some(bounce["bounceType"] == json!("Permanent"));
    let kind = bounce["bounceSubType"].as_str();
    let told = |reader| {
        let told = plain("bounced", reader);
        Told { code: told.code.or(kind.map(str::to_owned)), permanent, ..told }
    };
    readers(&bounce["bouncedRecipients"]).map(told).collect()
}

/// The code tells a complaint about this message from an address that the account's list has held since an earlier one.
fn complained(json: &Value) -> Vec<Told> {
    let complaint = &json["complaint"];
    let kind = complaint["complaintSubType"].as_str().or(complaint["complaintFeedbackType"].as_str());
    let told = |reader| Told { code: kind.map(str::to_owned), ..plain("complained", reader) };
    readers(&complaint["complainedRecipients"]).map(told).collect()
}

fn delayed(json: &Value) -> Vec<Told> {
    let kind = json["deliveryDelay"]["delayType"].as_str();
    let told = |reader| {
        let told = plain("delayed", reader);
        Told { code: told.code.or(kind.map(str::to_owned)), ..told }
    };
    readers(&json["deliveryDelay"]["delayedRecipients"]).map(told).collect()
}

/// None for a message without a name.
fn updated(json: &Value, told: Told, occurred_ms: Option<u64>) -> Option<Event> {
    let reference = json["mail"]["messageId"].as_str().filter(|id| !id.is_empty())?;
    let Told { state, reader, code, reason, permanent } = told;
    let mut data = Map::new();
    data.insert("provider_ref".into(), json!(reference));
    data.insert("state".into(), json!(state));
    let ours = json["mail"]["tags"][MESSAGE][0].as_str().map(str::to_owned);
    let facts = [("message_id", ours), ("recipient", Some(reader.clone()).filter(|reader| !reader.is_empty())), ("code", code), ("reason", reason)];
    data.extend(facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?)))));
    data.extend(permanent.map(|permanent| ("permanent".to_owned(), json!(permanent))));
    Some(Event {
        id: format!("message.updated:{reference}:{state}:{reader}"),
        kind: "message.updated".to_owned(),
        occurred_ms,
        data: Value::Object(data).to_string(),
        extra: labels(&json["mail"]["tags"]),
    })
}

/// Readers who complained, or changed what they want to get from a list.
fn preferences(json: &Value, kind: &str, part: &Value, occurred_ms: Option<u64>) -> Vec<Event> {
    let (list, opted_in, scope) = match kind {
        "Complaint" => (&part["complainedRecipients"], false, None),
        "Subscription" => {
            let leaves = part["newTopicPreferences"]["unsubscribeAll"] == json!(true);
            (&json["mail"]["destination"], !leaves, part["contactList"].as_str())
        }
        _ => return Vec::new(),
    };
    let reference = json["mail"]["messageId"].as_str().unwrap_or_default();
    let event = |reader: String| {
        let mut data = Map::new();
        for (name, value) in [("channel", json!("email")), ("address", json!(reader)), ("opted_in", json!(opted_in)), ("reason", json!(kind))] {
            data.insert(name.into(), value);
        }
        data.extend(scope.map(|scope| ("scope".to_owned(), json!(scope))));
        Event {
            id: format!("contact.preference:{reference}:{reader}:{}", occurred_ms.unwrap_or_default()),
            kind: "contact.preference".to_owned(),
            occurred_ms,
            data: Value::Object(data).to_string(),
            extra: Vec::new(),
        }
    };
    readers(list).map(|reader| plain("", reader).reader).filter(|reader| !reader.is_empty()).map(event).collect()
}

/// The platform's labels; tags are lists.
fn labels(tags: &Value) -> Fields {
    let Some(tags) = tags.as_object() else { return Vec::new() };
    tags.iter().filter_map(|(name, values)| Some((name.strip_prefix(TAG)?.to_owned(), values[0].as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(message: Value) -> Vec<(String, Value)> {
        let list = read(&format!("{message}\n"), Some("2026-10-02T08:00:00.000Z"));
        list.into_iter().map(|event| (event.id, serde_json::from_str(&event.data).expect("JSON"))).collect()
    }

    fn mail(readers: &[&str]) -> Value {
        json!({"messageId": "0100demo", "destination": readers, "tags": {"wakala-message": ["m-77"], "tag-tenant": ["t1"], "ses:caller-identity": ["x"]}})
    }

    #[test]
    fn a_delivery_has_both_names_of_the_message_its_labels_and_its_time() {
        let message = json!({"eventType": "Delivery", "mail": mail(&["asha@example.com"]), "delivery": {
            "timestamp": "2026-10-02T08:30:44.000Z", "recipients": ["asha@example.com"], "smtpResponse": "250 ok"}});
        let read = read(&message.to_string(), None);
        let data: Value = serde_json::from_str(&read[0].data).expect("JSON");
        let expected =
            json!({"provider_ref": "0100demo", "message_id": "m-77", "state": "delivered", "recipient": "asha@example.com", "reason": "250 ok"});
        assert_eq!((data, read[0].occurred_ms), (expected, Some(1_790_929_844_000)));
        assert_eq!(read[0].extra, [("tenant".to_owned(), "t1".to_owned())]);
    }

    #[test]
    fn a_bounce_is_of_the_readers_it_names() {
        let message = |kind: &str, sub: &str| {
            json!({"notificationType": "Bounce", "mail": {"messageId": "0100demo", "destination": ["a@example.com", "b@example.com"]}, "bounce": {
                "bounceType": kind, "bounceSubType": sub, "timestamp": "2026-10-02T08:30:44Z",
                "bouncedRecipients": [{"emailAddress": "b@example.com", "action": "failed", "status": "5.1.1", "diagnosticCode": "550 no such user"}]}})
        };
        let permanent = events(message("Permanent", "General"));
        let expected = json!({"provider_ref": "0100demo", "state": "bounced", "recipient": "b@example.com", "code": "5.1.1", "reason": "550 no such user", "permanent": true});
        assert_eq!(permanent, [("message.updated:0100demo:bounced:b@example.com".to_owned(), expected)]);
        assert_eq!(events(message("Transient", "MailboxFull"))[0].1["permanent"], json!(false));
        let bare = json!({"eventType": "Bounce", "mail": mail(&[]), "bounce": {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList", "bouncedRecipients": [{"emailAddress": "b@example.com"}]}});
        assert_eq!(events(bare)[0].1["code"], json!("OnAccountSuppressionList"));
    }

    #[test]
    fn whoever_complains_wants_no_more() {
        let message = json!({"eventType": "Complaint", "mail": mail(&["a@example.com"]), "complaint": {"complainedRecipients": [{"emailAddress": "a@example.com"}]}});
        let found = events(message);
        assert_eq!(
            (&found[0].1["state"], &found[1].1["opted_in"], &found[1].1["address"]),
            (&json!("complained"), &json!(false), &json!("a@example.com"))
        );
        let of = |facts: Value| {
            let mut message = json!({"eventType": "Complaint", "mail": mail(&["a@example.com"]), "complaint": facts});
            message["complaint"]["complainedRecipients"] = json!([{"emailAddress": "a@example.com"}]);
            events(message)
        };
        assert_eq!(of(json!({"complaintFeedbackType": "abuse"}))[0].1["code"], json!("abuse"));
        let listed = json!({"complaintSubType": "OnAccountSuppressionList", "complaintFeedbackType": null});
        assert_eq!(of(listed)[0].1["code"], json!("OnAccountSuppressionList"));
        assert_eq!(of(json!({"complaintFeedbackType": "not-spam"})), []);
        let left = json!({"eventType": "Subscription", "mail": mail(&["a@example.com"]), "subscription": {"contactList": "news", "newTopicPreferences": {"unsubscribeAll": true}}});
        let found = events(left);
        assert_eq!((found.len(), &found[0].1["opted_in"], &found[0].1["scope"]), (1, &json!(false), &json!("news")));
    }

    #[test]
    fn what_holds_of_a_message_holds_of_each_reader() {
        let of = |kind: &str, part: Value| {
            let mut message = json!({"eventType": kind, "mail": mail(&["a@example.com", "b@example.com"])});
            for (name, value) in part.as_object().expect("an object") {
                message[name] = value.clone();
            }
            events(message).into_iter().map(|(_, data)| (data["state"].clone(), data["code"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(of("Send", json!({})), vec![(json!("sent"), Value::Null); 2]);
        assert_eq!(of("Reject", json!({"reject": {"reason": "Bad content"}})), vec![(json!("failed"), json!("content")); 2]);
        for name in ["RenderingFailure", "Rendering Failure"] {
            assert_eq!(of(name, json!({"failure": {"errorMessage": "No place"}})), vec![(json!("failed"), json!("template")); 2]);
        }
        assert_eq!(of("Open", json!({})).len(), 2);
        let delay = json!({"deliveryDelay": {"delayType": "MailboxFull", "delayedRecipients": [{"emailAddress": "a@example.com"}]}});
        assert_eq!(of("DeliveryDelay", delay), [(json!("delayed"), json!("MailboxFull"))]);
    }

    #[test]
    fn a_greeting_and_unknown_names_are_passed_over() {
        assert_eq!(read("Successfully validated SNS topic for Amazon SES event publishing.", None), []);
        assert_eq!(events(json!({"eventType": "Teleported", "mail": mail(&["a@example.com"])})), []);
        assert_eq!(events(json!({"eventType": "Send", "mail": {"destination": ["a@example.com"]}})), []);
    }
}
