//! What the insurer reports on its own, signed as Standard Webhooks has it; the platform has checked that before.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::time::rfc3339_ms;
use wakala_plugin_sdk::webhook::{Event, Inbound};

use crate::reply::text;
use crate::{amount, cover, instant, loss};

/// The event of a request; none for kinds that nobody here waits for.
///
/// # Errors
/// `rejected` with `format` for what the contract does not have.
pub fn read(req: &Inbound, currency: &str) -> Result<Option<Event>, PluginError> {
    let unfit = |why: &str| PluginError::rejected("format", why);
    let json: Value = serde_json::from_slice(&req.body).map_err(|_| unfit("the report is no JSON"))?;
    let kind = text(&json["type"]).ok_or_else(|| unfit("the report has no type"))?;
    let (kind, data) = match kind.as_str() {
        "policy.issued" => ("policy.updated", policy(&json["data"], Some("active"))),
        "policy.updated" => ("policy.updated", policy(&json["data"], None)),
        "claim.updated" => ("claim.updated", claim(&json["data"], currency)),
        _ => return Ok(None),
    };
    let data = data.ok_or_else(|| unfit("the report lacks what it is about, or how that stands"))?;
    let id = req.headers.iter().find(|(name, _)| name == "webhook-id").map(|(_, value)| value.clone());
    let id =
        id.unwrap_or_else(|| format!("{kind}:{}:{}", data["provider_ref"].as_str().unwrap_or_default(), data["state"].as_str().unwrap_or_default()));
    let occurred_ms = text(&json["timestamp"]).and_then(|text| rfc3339_ms(&text));
    Ok(Some(Event { id, kind: kind.into(), occurred_ms, data: Value::Object(data).to_string(), extra: Vec::new() }))
}

/// `told` is how the policy stands by the report's type alone. One that stands as nobody says is not taken for pending.
fn policy(json: &Value, told: Option<&'static str>) -> Option<Map<String, Value>> {
    let mut data = Map::new();
    data.insert("provider_ref".into(), json!(text(&json["policyId"]).or_else(|| text(&json["policyNumber"]))?));
    data.insert("state".into(), json!(text(&json["status"]).map(|_| cover::state(&json["status"])).or(told)?));
    let day = |name: &str| text(&json[name]).filter(|day| instant::is_day(day));
    put(&mut data, [("number", text(&json["policyNumber"])), ("starts", day("from")), ("ends", day("to")), ("message", text(&json["message"]))]);
    Some(data)
}

fn claim(json: &Value, currency: &str) -> Option<Map<String, Value>> {
    let mut data = Map::new();
    data.insert("provider_ref".into(), json!(text(&json["claimId"]).or_else(|| text(&json["claimNumber"]))?));
    data.insert("state".into(), json!(text(&json["status"]).map(|_| loss::state(&json["status"]))?));
    put(&mut data, [("number", text(&json["claimNumber"])), ("message", text(&json["message"]))]);
    let currency = text(&json["currency"]).unwrap_or_else(|| currency.to_owned());
    for (ours, theirs) in [("approved_minor", "approved"), ("paid_minor", "paid")] {
        if let Some(money) = amount::read(&json[theirs], &currency) {
            data.insert(ours.into(), json!(money.minor));
            data.insert("currency".into(), json!(money.currency));
        }
    }
    Some(data)
}

fn put<const N: usize>(data: &mut Map<String, Value>, facts: [(&str, Option<String>); N]) {
    data.extend(facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?)))));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(json: &Value) -> Result<Option<Event>, PluginError> {
        let inbound = Inbound {
            name: "report".into(),
            subject: None,
            method: "POST".into(),
            path: String::new(),
            query: String::new(),
            headers: vec![("webhook-id".into(), "msg_1".into())],
            body: json.to_string().into_bytes(),
            source_ip: "192.0.2.7".into(),
            received_ms: 0,
            extra: Vec::new(),
        };
        read(&inbound, "KES")
    }

    #[test]
    fn a_policy_that_was_issued_is_a_policy_that_changed() {
        let event = report(&json!({
            "type": "policy.issued", "timestamp": "2026-10-02T11:30:44+03:00",
            "data": {"policyId": "p-1", "policyNumber": "P-42", "status": "ACTIVE", "from": "2026-10-03", "to": "2027-10-02"},
        }));
        let event = event.expect("a report").expect("an event");
        assert_eq!((event.id.as_str(), event.kind.as_str(), event.occurred_ms), ("msg_1", "policy.updated", Some(1_790_929_844_000)));
        let data: Value = serde_json::from_str(&event.data).expect("JSON");
        assert_eq!(data, json!({"provider_ref": "p-1", "number": "P-42", "state": "active", "starts": "2026-10-03", "ends": "2027-10-02"}));
    }

    #[test]
    fn a_claim_is_reported_with_what_was_granted() {
        let event = report(&json!({"type": "claim.updated", "data": {"claimNumber": "C-17", "status": "APPROVED", "approved": "55000.00"}}));
        let data: Value = serde_json::from_str(&event.expect("a report").expect("an event").data).expect("JSON");
        assert_eq!(data, json!({"provider_ref": "C-17", "number": "C-17", "state": "approved", "approved_minor": 5_500_000, "currency": "KES"}));
    }

    #[test]
    fn a_report_without_a_status_says_what_its_type_says_or_nothing() {
        let event = report(&json!({"type": "policy.issued", "data": {"policyNumber": "P-42"}})).expect("a report").expect("an event");
        let data: Value = serde_json::from_str(&event.data).expect("JSON");
        assert_eq!(data, json!({"provider_ref": "P-42", "number": "P-42", "state": "active"}));
        for bare in [
            json!({"type": "policy.updated", "data": {"policyNumber": "P-42"}}),
            json!({"type": "claim.updated", "data": {"claimNumber": "C-17", "approved": "55000.00"}}),
        ] {
            assert!(matches!(report(&bare), Err(PluginError::Rejected(no)) if no.code == "format"), "{bare}");
        }
    }

    #[test]
    fn what_nobody_waits_for_is_understood_and_what_makes_no_sense_is_refused() {
        assert_eq!(report(&json!({"type": "premium.posted", "data": {}})), Ok(None));
        for odd in [json!({}), json!({"type": "claim.updated", "data": {}}), json!("hello")] {
            assert!(matches!(report(&odd), Err(PluginError::Rejected(no)) if no.code == "format"), "{odd}");
        }
    }
}
