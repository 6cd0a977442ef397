//! What the provider's callbacks report. All are forms, and none is signed: the platform decides how far it believes them.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::form::Form;
use wakala_plugin_sdk::time::rfc3339_ms;
use wakala_plugin_sdk::webhook::Event;
use wakala_plugin_sdk::{PluginError, host::types::Fields};

/// Reasons that the platform has words for, and reasons that stay: asking again changes nothing.
const REASONS: &[(&str, &str)] = &[
    ("InsufficientCredit", "credit"),
    ("UserInBlacklist", "opted-out"),
    ("DoNotDisturbRejection", "opted-out"),
    ("UserDoesNotExist", "recipient"),
    ("NotNetworkSubscriber", "recipient"),
];
const PERMANENT: &[&str] = &["opted-out", "recipient"];

/// What a delivery report says. None if it has no status, or one that nobody has heard of.
///
/// # Errors
/// `rejected` with `format` for whatever the provider would not send.
pub fn delivery(body: &[u8]) -> Result<Option<Event>, PluginError> {
    let form = Form::read(body);
    let id = required(&form, "id")?;
    let Some(state) = form.filled("status").and_then(state) else { return Ok(None) };
    let mut data = named([("provider_ref", json!(id)), ("state", json!(state))]);
    data.extend(form.filled("phoneNumber").map(|phone| ("recipient".to_owned(), json!(phone))));
    if let Some(reason) = form.filled("failureReason") {
        let ours = REASONS.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(reason)).map_or(reason, |(_, ours)| *ours);
        data.insert("code".into(), json!(ours));
        data.insert("reason".into(), json!(reason));
        data.insert("permanent".into(), json!(PERMANENT.contains(&ours)));
    }
    Ok(Some(event("message.updated", &format!("{id}:{state}"), None, data, facts(&form, &["networkCode", "retryCount"]))))
}

/// A message that somebody wrote to a short code or number of ours.
///
/// # Errors
/// As [`delivery`].
pub fn inbound(body: &[u8]) -> Result<Event, PluginError> {
    let form = Form::read(body);
    let (id, from) = (required(&form, "id")?, required(&form, "from")?);
    let mut data = named([("provider_ref", json!(id)), ("channel", json!("sms")), ("sender", json!(from))]);
    data.insert("recipient".into(), json!(form.filled("to").unwrap_or_default()));
    data.insert("text".into(), json!(form.get("text").unwrap_or_default()));
    // One of its two ways to write the time names no zone; then the time of arrival has to do.
    let occurred_ms = form.filled("date").and_then(rfc3339_ms);
    Ok(event("message.received", id, occurred_ms, data, facts(&form, &["linkId", "networkCode", "cost"])))
}

/// Somebody who wants nothing more from a sender. `request` names the callback: the provider does not, and whoever leaves may come
/// back and leave again.
///
/// # Errors
/// As [`delivery`].
pub fn opt_out(body: &[u8], request: &str) -> Result<Event, PluginError> {
    let form = Form::read(body);
    let scope = form.filled("senderId").unwrap_or_default();
    Ok(preference(required(&form, "phoneNumber")?, false, scope, request))
}

/// Somebody who joined or left a subscription of a short code. None for any other change. `request` as in [`opt_out`].
///
/// # Errors
/// As [`delivery`].
pub fn subscription(body: &[u8], request: &str) -> Result<Option<Event>, PluginError> {
    let form = Form::read(body);
    let phone = required(&form, "phoneNumber")?;
    let scope = [form.filled("shortCode"), form.filled("keyword")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Ok(match required(&form, "updateType")?.to_ascii_lowercase().as_str() {
        "addition" => Some(preference(phone, true, &scope, request)),
        "deletion" => Some(preference(phone, false, &scope, request)),
        _ => None,
    })
}

/// The end of a dialogue over USSD, with its session.
///
/// # Errors
/// As [`delivery`].
pub fn dialogue_end(body: &[u8]) -> Result<(String, Event), PluginError> {
    let form = Form::read(body);
    let session = required(&form, "sessionId")?;
    let state = form.filled("status").map(str::to_ascii_lowercase).unwrap_or_else(|| "unknown".into());
    let mut data = named([("session", json!(session)), ("state", json!(state))]);
    data.insert("phone".into(), json!(form.filled("phoneNumber").unwrap_or_default()));
    for (ours, theirs) in [("turns", "hopsCount"), ("duration_ms", "durationInMillis")] {
        data.extend(form.filled(theirs).and_then(|text| text.parse::<u64>().ok()).map(|number| (ours.to_owned(), json!(number))));
    }
    data.extend(form.filled("cost").map(|cost| ("cost".to_owned(), json!(cost))));
    let occurred_ms = form.filled("date").and_then(rfc3339_ms);
    let extra = facts(&form, &["serviceCode", "networkCode", "errorMessage"]);
    Ok((session.to_owned(), event("ussd.ended", session, occurred_ms, data, extra)))
}

/// The provider's word in ours.
fn state(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "success" => Some("delivered"),
        "sent" | "submitted" => Some("sent"),
        "buffered" => Some("delayed"),
        "failed" | "rejected" | "expired" | "absentsubscriber" => Some("failed"),
        _ => None,
    }
}

fn preference(phone: &str, opted_in: bool, scope: &str, request: &str) -> Event {
    let mut data = named([("channel", json!("sms")), ("address", json!(phone)), ("opted_in", json!(opted_in))]);
    if !scope.is_empty() {
        data.insert("scope".into(), json!(scope));
    }
    event("contact.preference", request, None, data, Vec::new())
}

fn required<'f>(form: &'f Form, name: &str) -> Result<&'f str, PluginError> {
    form.filled(name).ok_or_else(|| PluginError::rejected("format", format!("there is no {name}")))
}

fn named<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What else is known, by the provider's own names.
fn facts(form: &Form, names: &[&str]) -> Fields {
    names.iter().filter_map(|name| form.filled(name).map(|value| ((*name).to_owned(), value.to_owned()))).collect()
}

fn event(kind: &str, name: &str, occurred_ms: Option<u64>, data: Map<String, Value>, extra: Fields) -> Event {
    Event { id: format!("{kind}:{name}"), kind: kind.to_owned(), occurred_ms, data: Value::Object(data).to_string(), extra }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(event: &Event) -> Value {
        serde_json::from_str(&event.data).expect("JSON")
    }

    #[test]
    fn a_delivery_report_has_the_providers_reference_and_our_word() {
        let event = delivery(b"id=ATXid_5f00c0ffee&status=Success&phoneNumber=%2B254700000101&networkCode=63902").expect("read").expect("an event");
        assert_eq!(data(&event), json!({"provider_ref": "ATXid_5f00c0ffee", "state": "delivered", "recipient": "+254700000101"}));
        assert_eq!(event.extra, [("networkCode".to_owned(), "63902".to_owned())]);
        for (word, ours) in [
            ("Sent", "sent"),
            ("Submitted", "sent"),
            ("Buffered", "delayed"),
            ("Rejected", "failed"),
            ("Expired", "failed"),
            ("AbsentSubscriber", "failed"),
        ] {
            let event = delivery(format!("id=a&status={word}").as_bytes()).expect("read").expect("an event");
            assert_eq!(data(&event)["state"], json!(ours), "{word}");
        }
    }

    #[test]
    fn a_failure_says_why_and_whether_it_stays() {
        let failed = |reason: &str| {
            let body = format!("id=ATXid_1&status=Failed&phoneNumber=%2B254700000102&networkCode=63903&failureReason={reason}");
            data(&delivery(body.as_bytes()).expect("read").expect("an event"))
        };
        assert_eq!(failed("DeliveryFailure")["code"], json!("DeliveryFailure"));
        assert_eq!(failed("DeliveryFailure")["permanent"], json!(false));
        for spelling in ["UserInBlackList", "UserInBlacklist"] {
            assert_eq!((&failed(spelling)["code"], &failed(spelling)["permanent"]), (&json!("opted-out"), &json!(true)), "{spelling}");
        }
        assert_eq!(failed("InsufficientCredit")["code"], json!("credit"));
        for (reason, code) in [("DoNotDisturbRejection", "opted-out"), ("UserDoesNotExist", "recipient"), ("NotNetworkSubscriber", "recipient")] {
            assert_eq!((&failed(reason)["code"], &failed(reason)["permanent"]), (&json!(code), &json!(true)), "{reason}");
        }
        for reason in ["InvalidLinkId", "UserIsInactive", "UserAccountSuspended", "UserNotSubscribedToProduct", "SomethingNew"] {
            assert_eq!((&failed(reason)["code"], &failed(reason)["permanent"]), (&json!(reason), &json!(false)), "{reason}");
        }
    }

    #[test]
    fn a_report_without_a_known_status_changes_nothing_and_one_without_a_name_is_refused() {
        assert_eq!(delivery(b"id=ATXid_1&phoneNumber=%2B254700000101"), Ok(None));
        assert_eq!(delivery(b"id=ATXid_1&status=Teleported"), Ok(None));
        assert!(matches!(delivery(b"status=Success"), Err(PluginError::Rejected(no)) if no.code == "format"));
        assert!(delivery(b"{}").is_err());
    }

    #[test]
    fn a_repeated_report_has_the_same_id_and_a_later_state_another() {
        let id = |body: &str| delivery(body.as_bytes()).expect("read").expect("an event").id;
        assert_eq!(id("id=a&status=Sent"), id("status=Sent&id=a&retryCount=1"));
        assert_ne!(id("id=a&status=Sent"), id("id=a&status=Success"));
    }

    #[test]
    fn what_somebody_writes_is_received_with_either_date() {
        let local =
            inbound(b"date=2026-10-02+09%3A14%3A05&from=%2B254700000101&id=7a11&linkId=&text=STOP&to=20880&networkCode=63902").expect("an event");
        assert_eq!(data(&local), json!({"provider_ref": "7a11", "channel": "sms", "sender": "+254700000101", "recipient": "20880", "text": "STOP"}));
        assert_eq!(local.occurred_ms, None);
        assert_eq!(local.extra, [("networkCode".to_owned(), "63902".to_owned())]);
        let iso = inbound(b"date=2026-10-02T08%3A30%3A44Z&from=%2B254700000101&id=7a12&text=&to=20880").expect("an event");
        assert_eq!((iso.occurred_ms, &data(&iso)["text"]), (Some(1_790_929_844_000), &json!("")));
    }

    #[test]
    fn who_leaves_and_who_joins_is_told_with_the_sender_they_mean() {
        let left = opt_out(b"senderId=BIMADEMO&phoneNumber=%2B254700000101", "delivery-1").expect("an event");
        assert_eq!(data(&left), json!({"channel": "sms", "address": "+254700000101", "opted_in": false, "scope": "BIMADEMO"}));
        let change = |kind: &str| {
            let body = format!("phoneNumber=%2B254700000101&shortCode=20880&keyword=BIMA&updateType={kind}");
            subscription(body.as_bytes(), "delivery-2").expect("read").map(|event| data(&event))
        };
        assert_eq!(change("Addition").map(|data| data["opted_in"].clone()), Some(json!(true)));
        assert_eq!(change("Deletion").map(|data| data["scope"].clone()), Some(json!("20880 BIMA")));
        assert_eq!(change("Renewal"), None);
    }

    #[test]
    fn the_end_of_a_dialogue_may_lack_what_was_typed() {
        let body = b"date=2026-10-02+09%3A20%3A00&sessionId=ATUid_77aa&serviceCode=%2A384%2A777%23&networkCode=99999&phoneNumber=%2B254700000101&status=Incomplete&cost=KES+0.50&durationInMillis=14250&hopsCount=3&lastAppResponse=CON+x&errorMessage=";
        let (session, event) = dialogue_end(body).expect("read");
        assert_eq!(session, "ATUid_77aa");
        let expected =
            json!({"session": "ATUid_77aa", "state": "incomplete", "phone": "+254700000101", "turns": 3, "duration_ms": 14250, "cost": "KES 0.50"});
        assert_eq!(data(&event), expected);
    }
}
