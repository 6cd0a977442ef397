//! What the provider reports: lists of events about messages and readers, repeated now and then, with our own facts among its fields.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Fields;
use wakala_plugin_sdk::webhook::Event;

use crate::mail::{MESSAGE, TAG};

/// Headers in which the signature comes.
pub const SIGNATURE: &str = "x-twilio-email-event-webhook-signature";
/// When it was made; part of what is signed.
pub const TIMESTAMP: &str = "x-twilio-email-event-webhook-timestamp";

/// What the signature covers: the time and every byte of the body, its last line break included.
pub fn signed(timestamp: &str, body: &[u8]) -> Vec<u8> {
    [timestamp.as_bytes(), body].concat()
}

/// Reads a callback. Names that nobody has heard of are passed over.
///
/// # Errors
/// `rejected` with `format` for whatever the provider would not send.
pub fn read(body: &[u8]) -> Result<Vec<Event>, PluginError> {
    let format = |_| PluginError::rejected("format", "this is no list of events");
    let list: Vec<Map<String, Value>> = serde_json::from_slice(body).map_err(format)?;
    Ok(list.iter().flat_map(|entry| [updated(entry), preference(entry)]).flatten().collect())
}

fn text<'e>(entry: &'e Map<String, Value>, name: &str) -> Option<&'e str> {
    entry.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// State, code and whether it stays so. None for what is about no message.
fn state(entry: &Map<String, Value>) -> Option<(&'static str, Option<&str>, bool)> {
    let code = text(entry, "status");
    Some(match text(entry, "event")? {
        "processed" => ("sent", None, false),
        "delivered" => ("delivered", None, false),
        "deferred" => ("delayed", code, false),
        // The address is on a list of the provider, or is none.
        "dropped" => ("failed", Some("dropped"), false),
        "bounce" if text(entry, "type") == Some("blocked") => ("bounced", code.or(Some("blocked")), false),
        "bounce" => ("bounced", code.or(Some("bounce")), text(entry, "type") == Some("bounce")),
        "open" => ("opened", None, false),
        "click" => ("clicked", None, false),
        "spamreport" => ("complained", None, false),
        _ => return None,
    })
}

fn updated(entry: &Map<String, Value>) -> Option<Event> {
    let (state, code, permanent) = state(entry)?;
    // What follows the first dot tells which machine it went through.
    let reference = text(entry, "sg_message_id").and_then(|id| id.split('.').next());
    let ours = text(entry, MESSAGE);
    let name = reference.or(ours)?;
    let mut data = Map::new();
    let facts = [("provider_ref", reference), ("message_id", ours), ("recipient", text(entry, "email")), ("code", code)];
    data.extend(facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?)))));
    data.insert("state".into(), json!(state));
    data.extend(text(entry, "reason").or(text(entry, "response")).map(|reason| ("reason".to_owned(), json!(reason))));
    if matches!(state, "bounced" | "failed") {
        data.insert("permanent".into(), json!(permanent));
    }
    Some(event("message.updated", entry, &format!("{name}:{state}"), data))
}

/// Somebody who wants no more, or wants it again.
fn preference(entry: &Map<String, Value>) -> Option<Event> {
    let kind = text(entry, "event")?;
    let opted_in = match kind {
        "unsubscribe" | "group_unsubscribe" | "spamreport" => false,
        "group_resubscribe" => true,
        _ => return None,
    };
    let address = text(entry, "email")?;
    let mut data = Map::new();
    for (name, value) in [("channel", json!("email")), ("address", json!(address)), ("opted_in", json!(opted_in)), ("reason", json!(kind))] {
        data.insert(name.into(), value);
    }
    data.extend(entry.get("asm_group_id").map(|group| ("scope".to_owned(), json!(group.to_string()))));
    Some(event("contact.preference", entry, &format!("{address}:{kind}"), data))
}

/// Known by the provider's id of the event, which a repeat has too; without one by what it says and when.
fn event(kind: &str, entry: &Map<String, Value>, name: &str, data: Map<String, Value>) -> Event {
    let occurred_ms = moment(entry);
    let id = match text(entry, "sg_event_id") {
        Some(id) => format!("{kind}:{id}"),
        None => format!("{kind}:{name}:{}", occurred_ms.unwrap_or_default()),
    };
    Event { id, kind: kind.to_owned(), occurred_ms, data: Value::Object(data).to_string(), extra: labels(entry) }
}

/// Seconds, as a number or as text; they may be missing or bad.
fn moment(entry: &Map<String, Value>) -> Option<u64> {
    let written = entry.get("timestamp")?;
    let seconds = written.as_u64().or_else(|| written.as_str()?.trim().parse().ok());
    seconds.filter(|seconds| *seconds > 0)?.checked_mul(1000)
}

/// The platform's labels, which stand among the provider's fields.
fn labels(entry: &Map<String, Value>) -> Fields {
    let label = |(name, value): (&String, &Value)| Some((name.strip_prefix(TAG)?.to_owned(), value.as_str()?.to_owned()));
    entry.iter().filter_map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(entry: Value) -> (Value, Event) {
        let mut events = read(Value::Array(vec![entry]).to_string().as_bytes()).expect("events");
        let event = events.remove(0);
        (serde_json::from_str(&event.data).expect("JSON"), event)
    }

    #[test]
    fn a_delivery_has_both_names_of_the_message_and_its_labels() {
        let body = b"[{\"email\":\"asha@example.com\",\"timestamp\":1790000000,\"event\":\"delivered\",\"sg_event_id\":\"ZGVtbzE=\",\"sg_message_id\":\"AbCdEf123.recvd-1-0\",\"smtp-id\":\"<demo@bima.example>\",\"response\":\"250 OK\",\"tag-tenant\":\"t1\",\"wakala-message\":\"m-77\"},\r\n{\"event\":\"open\",\"sg_message_id\":\"AbCdEf123.recvd-1-0\"}]\r\n";
        let events = read(body).expect("events");
        let data: Value = serde_json::from_str(&events[0].data).expect("JSON");
        assert_eq!(
            data,
            json!({"provider_ref": "AbCdEf123", "message_id": "m-77", "recipient": "asha@example.com", "state": "delivered", "reason": "250 OK"})
        );
        assert_eq!((events[0].id.as_str(), events[0].occurred_ms), ("message.updated:ZGVtbzE=", Some(1_790_000_000_000)));
        assert_eq!(events[0].extra, [("tenant".to_owned(), "t1".to_owned())]);
        assert_eq!((events[1].id.as_str(), events[1].occurred_ms), ("message.updated:AbCdEf123:opened:0", None));
    }

    #[test]
    fn a_bounce_stays_and_a_block_passes() {
        let (bounce, _) = one(json!({"event": "bounce", "type": "bounce", "sg_message_id": "a.b", "status": "5.1.1", "reason": "550 no such user"}));
        assert_eq!((&bounce["state"], &bounce["code"], &bounce["permanent"]), (&json!("bounced"), &json!("5.1.1"), &json!(true)));
        let (block, _) = one(json!({"event": "bounce", "type": "blocked", "sg_message_id": "a.b", "reason": "listed"}));
        assert_eq!((&block["state"], &block["code"], &block["permanent"]), (&json!("bounced"), &json!("blocked"), &json!(false)));
        let (odd, _) = one(json!({"event": "bounce", "sg_message_id": "a.b", "reason": "no type"}));
        assert_eq!((&odd["state"], &odd["code"], &odd["permanent"]), (&json!("bounced"), &json!("bounce"), &json!(false)));
        let (dropped, _) = one(json!({"event": "dropped", "sg_message_id": "a.b", "reason": "Bounced Address"}));
        assert_eq!((&dropped["state"], &dropped["code"], &dropped["reason"]), (&json!("failed"), &json!("dropped"), &json!("Bounced Address")));
        let (deferred, _) = one(json!({"event": "deferred", "sg_message_id": "a.b", "response": "450 busy", "attempt": "2"}));
        assert_eq!(deferred["state"], json!("delayed"));
    }

    #[test]
    fn whoever_complains_wants_no_more() {
        let body = json!([{"event": "spamreport", "email": "asha@example.com", "sg_event_id": "e1", "sg_message_id": "a.b"}]).to_string();
        let events = read(body.as_bytes()).expect("events");
        let ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(ids, ["message.updated:e1", "contact.preference:e1"]);
        let (left, event) = one(json!({"event": "group_unsubscribe", "email": "asha@example.com", "asm_group_id": 7}));
        assert_eq!(event.kind, "contact.preference");
        assert_eq!(left, json!({"channel": "email", "address": "asha@example.com", "opted_in": false, "scope": "7", "reason": "group_unsubscribe"}));
        assert_eq!(one(json!({"event": "group_resubscribe", "email": "asha@example.com"})).0["opted_in"], json!(true));
        let (left, event) = one(json!({"event": "unsubscribe", "email": "asha@example.com", "sg_event_id": "e2"}));
        assert_eq!((event.id.as_str(), &left["opted_in"], left.get("scope")), ("contact.preference:e2", &json!(false), None));
    }

    #[test]
    fn unknown_names_and_events_of_no_message_are_passed_over() {
        let body = json!([{"event": "teleported", "sg_message_id": "a.b"}, {"event": "delivered"}, {"timestamp": "soon"}]).to_string();
        assert_eq!(read(body.as_bytes()), Ok(Vec::new()));
        for wrong in ["", "{}", "[1]", "not json"] {
            assert!(matches!(read(wrong.as_bytes()), Err(PluginError::Rejected(no)) if no.code == "format"), "{wrong}");
        }
    }

    #[test]
    fn a_time_may_be_a_text_and_garbage_is_none() {
        let at = |time: Value| one(json!({"event": "open", "sg_message_id": "a.b", "timestamp": time})).1.occurred_ms;
        for time in [json!(1_790_000_000), json!("1790000000"), json!(" 1790000000 ")] {
            assert_eq!(at(time), Some(1_790_000_000_000));
        }
        for time in [json!("soon"), json!(""), json!(0), json!(-1), json!(1.5), Value::Null] {
            assert_eq!(at(time.clone()), None, "{time}");
        }
    }

    #[test]
    fn time_and_body_are_signed_together() {
        assert_eq!(signed("1600112502", b"[]\r\n"), b"1600112502[]\r\n");
    }
}
