//! What the provider tells by itself. The platform has checked the signature; there is no id and no time, so that a notice is known by
//! what it is about. Only successes are told: failures are found by asking.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::time::rfc3339_ms;
use wakala_plugin_sdk::webhook::Event;

use crate::transaction::{Transaction, in_mode};
use crate::transfer;
use crate::value::{minor, text};

/// One notice.
#[derive(Debug)]
pub struct Notice {
    event: String,
    data: Value,
    live: bool,
}

impl Notice {
    /// Reads a notice, which must be about the mode that is asked for.
    ///
    /// # Errors
    /// `rejected` `format` for what the provider would not send.
    pub fn read(body: &[u8], live: bool) -> Result<Self, PluginError> {
        let format = |why: &str| PluginError::rejected("format", why);
        let mut json: Value = serde_json::from_slice(body).map_err(|_| format("the body is not JSON"))?;
        let event = json["event"].as_str().ok_or_else(|| format("no event"))?.to_owned();
        let data = json["data"].take();
        in_mode(&data, live).map_err(|_| format("a notice of the other mode"))?;
        Ok(Self { event, data, live })
    }

    /// The payment whose refunds changed, if the notice is about that.
    pub fn refunded(&self) -> Option<String> {
        let about = self.event.starts_with("refund.").then(|| text(&self.data["transaction_reference"]))?;
        about.or_else(|| text(&self.data["transaction"]["reference"]))
    }

    /// What the platform hears; nothing for notices that are not about money of ours.
    ///
    /// # Errors
    /// `rejected` `format`.
    pub fn reports(&self) -> Result<Vec<Event>, PluginError> {
        match self.event.as_str() {
            "charge.success" => self.payment().map(|event| vec![event]),
            "transfer.success" | "transfer.failed" | "transfer.reversed" => self.transfer().map(|event| vec![event]),
            "charge.dispute.create" | "charge.dispute.remind" | "charge.dispute.resolve" => self.dispute().map(|event| vec![event]),
            _ => Ok(Vec::new()),
        }
    }

    fn payment(&self) -> Result<Event, PluginError> {
        let transaction = Transaction::read(&self.data, self.live)?;
        let known_as = transaction.id.as_deref().unwrap_or(&transaction.reference);
        Ok(event("payment.updated", known_as, &transaction.status, transaction.paid_ms(), transaction.fields()))
    }

    fn transfer(&self) -> Result<Event, PluginError> {
        let reference = text(&self.data["reference"]).ok_or_else(|| PluginError::rejected("format", "no reference"))?;
        // The name of the event and the status in it say the same; the name is always there.
        let status = self.event.trim_start_matches("transfer.");
        let mut fields = Map::new();
        fields.insert("key".into(), json!(reference));
        fields.insert("provider_ref".into(), json!(reference));
        fields.insert("state".into(), json!(transfer::state(status)));
        fields.insert("code".into(), json!(status));
        if let (Some(minor), Some(currency)) = (minor(&self.data["amount"]).filter(|minor| *minor > 0), text(&self.data["currency"])) {
            fields.insert("amount_minor".into(), json!(minor));
            fields.insert("currency".into(), json!(currency));
        }
        fields.extend(text(&self.data["gateway_response"]).map(|words| ("message".to_owned(), json!(words))));
        let at = text(&self.data["transferred_at"]).or_else(|| text(&self.data["updated_at"]));
        let at_ms = at.as_deref().and_then(rfc3339_ms);
        fields.extend(at.filter(|_| at_ms.is_some()).map(|at| ("occurred_at".to_owned(), json!(at))));
        Ok(event("payout.updated", &reference, status, at_ms, fields))
    }

    fn dispute(&self) -> Result<Event, PluginError> {
        let missing = |what: &str| PluginError::rejected("format", format!("a dispute without {what}"));
        let id = text(&self.data["id"]).ok_or_else(|| missing("an id"))?;
        let transaction = &self.data["transaction"];
        let payment = text(&transaction["reference"]).ok_or_else(|| missing("a payment"))?;
        let resolved = self.event.ends_with(".resolve");
        let state = match (resolved, text(&self.data["resolution"]).as_deref()) {
            (false, _) => "open",
            (true, Some("declined")) => "won",
            (true, _) => "lost",
        };
        let mut fields = Map::new();
        fields.insert("payment_ref".into(), json!(payment));
        fields.insert("provider_ref".into(), json!(id));
        fields.insert("state".into(), json!(state));
        let currency = text(&self.data["currency"]).or_else(|| text(&transaction["currency"]));
        if let (Some(minor), Some(currency)) = (minor(&self.data["refund_amount"]).or_else(|| minor(&transaction["amount"])), currency) {
            fields.insert("amount_minor".into(), json!(minor));
            fields.insert("currency".into(), json!(currency));
        }
        let due = text(&self.data["dueAt"]).or_else(|| text(&self.data["due_at"]));
        fields.extend(due.map(|due| ("due_at".to_owned(), json!(due))));
        fields.extend(text(&self.data["category"]).map(|reason| ("reason".to_owned(), json!(reason))));
        Ok(event("payment.disputed", &id, state, None, fields))
    }
}

fn event(kind: &str, known_as: &str, status: &str, occurred_ms: Option<u64>, fields: Map<String, Value>) -> Event {
    Event { id: format!("{kind}:{known_as}:{status}"), kind: kind.into(), occurred_ms, data: Value::Object(fields).to_string(), extra: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases() -> Vec<Value> {
        let file: Value = serde_json::from_str(include_str!("../fixtures/notices.json")).expect("the fixture is JSON");
        file["cases"].as_array().cloned().expect("a list of cases")
    }

    #[test]
    fn every_documented_notice_becomes_its_reports() {
        for case in cases() {
            let notice = Notice::read(case["body"].to_string().as_bytes(), false).expect("a notice");
            assert_eq!(notice.refunded().as_deref(), case["refunded"].as_str(), "{}", case["name"]);
            let told: Vec<Value> = notice
                .reports()
                .expect("readable")
                .iter()
                .map(|event| json!({ "id": event.id, "kind": event.kind, "data": serde_json::from_str::<Value>(&event.data).expect("JSON") }))
                .collect();
            assert_eq!(Value::from(told), case["events"], "{}", case["name"]);
        }
    }

    #[test]
    fn what_the_provider_would_not_send_is_refused_as_format() {
        for body in ["", "[]", "{}", r#"{"event":5}"#, r#"{"event":"charge.success","data":{"domain":"live","reference":"r","status":"success"}}"#] {
            assert!(matches!(Notice::read(body.as_bytes(), false), Err(PluginError::Rejected(r)) if r.code == "format"), "{body}");
        }
        for body in [r#"{"event":"charge.success","data":{}}"#, r#"{"event":"transfer.success"}"#, r#"{"event":"charge.dispute.create","data":[]}"#] {
            let notice = Notice::read(body.as_bytes(), false).expect("a notice");
            assert!(matches!(notice.reports(), Err(PluginError::Rejected(r)) if r.code == "format"), "{body}");
        }
    }
}
