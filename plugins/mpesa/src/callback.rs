//! The provider's call after a push: one JSON object, unsigned, delivered once. It is a hint: the host confirms it.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::webhook::{Event, Inbound};

use crate::amount::{CURRENCY, minor_units};
use crate::codes::{Verdict, verdict};
use crate::eat::Moment;
use crate::phone;
use crate::query::code_text;

const KIND: &str = "payment.updated";

/// The report that a callback amounts to.
///
/// # Errors
/// `rejected` `format` for whatever the provider would not send.
pub fn report(inbound: &Inbound) -> Result<Event, PluginError> {
    let format = |why: &str| PluginError::rejected("format", why);
    let json: Value = serde_json::from_slice(&inbound.body).map_err(|_| format("the body is not JSON"))?;
    let callback = json.pointer("/Body/stkCallback").ok_or_else(|| format("no Body.stkCallback"))?;
    let checkout = callback["CheckoutRequestID"].as_str().filter(|id| !id.trim().is_empty()).ok_or_else(|| format("no CheckoutRequestID"))?;
    let code = code_text(&callback["ResultCode"]).ok_or_else(|| format("no ResultCode"))?;
    let verdict = verdict(&code);
    let items = Items::read(&callback["CallbackMetadata"]);

    let mut data = Map::new();
    data.extend(inbound.subject.as_ref().map(|key| ("key".to_owned(), json!(key))));
    data.insert("provider_ref".into(), json!(checkout));
    data.insert("state".into(), json!(verdict.state()));
    data.insert("code".into(), json!(code));
    data.insert("message".into(), json!(verdict.message(&code, callback["ResultDesc"].as_str().unwrap_or_default())));
    if verdict == Verdict::Paid {
        items.describe_payment(&mut data)?;
    }
    let mut extra = verdict.extra();
    extra.extend(callback["MerchantRequestID"].as_str().map(|id| ("merchant-request-id".to_owned(), id.to_owned())));
    Ok(Event {
        id: format!("{KIND}:{checkout}:{}:{code}", verdict.state()),
        kind: KIND.into(),
        occurred_ms: items.moment().and_then(Moment::ms),
        data: Value::Object(data).to_string(),
        extra,
    })
}

/// The named values of a paid callback, in whatever order and number they came.
struct Items<'a>(Vec<(&'a str, &'a Value)>);

impl<'a> Items<'a> {
    fn read(metadata: &'a Value) -> Self {
        let items = metadata["Item"].as_array().map(Vec::as_slice).unwrap_or_default();
        Self(items.iter().filter_map(|item| Some((item["Name"].as_str()?, item.get("Value")?))).collect())
    }

    /// Number or string as text; absent and empty are the same.
    fn text(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(have, _)| *have == name).and_then(|(_, value)| code_text(value))
    }

    fn moment(&self) -> Option<Moment> {
        Moment::parse_compact(&self.text("TransactionDate")?)
    }

    fn describe_payment(&self, data: &mut Map<String, Value>) -> Result<(), PluginError> {
        if let Some(text) = self.text("Amount") {
            let minor = minor_units(&text).filter(|minor| *minor > 0).ok_or_else(|| PluginError::rejected("format", "Amount is no amount"))?;
            data.insert("amount_minor".into(), json!(minor));
            data.insert("currency".into(), json!(CURRENCY));
        }
        data.extend(self.text("MpesaReceiptNumber").map(|receipt| ("receipt".to_owned(), json!(receipt))));
        data.extend(self.moment().map(|moment| ("occurred_at".to_owned(), json!(moment.rfc3339()))));
        // Masked for some merchants: only a whole number is worth reporting.
        let payer = self.text("PhoneNumber").and_then(|typed| phone::normalise(&typed).ok());
        data.extend(payer.map(|digits| ("payer".to_owned(), json!({ "phone": format!("+{digits}") }))));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbound(body: &[u8], subject: Option<&str>) -> Inbound {
        Inbound {
            name: "stk".into(),
            subject: subject.map(str::to_owned),
            method: "POST".into(),
            path: String::new(),
            query: String::new(),
            headers: vec![("content-type".into(), "application/json;charset=UTF-8".into())],
            body: body.to_vec(),
            source_ip: "196.201.212.69".into(),
            received_ms: 1_790_929_845_000,
            extra: Vec::new(),
        }
    }

    fn cases(list: &str) -> Vec<Value> {
        let file: Value = serde_json::from_str(include_str!("../fixtures/callbacks.json")).expect("the fixture is JSON");
        file[list].as_array().cloned().expect("a list of cases")
    }

    #[test]
    fn every_documented_variant_becomes_the_same_report() {
        for case in cases("readable") {
            let event = report(&inbound(case["body"].to_string().as_bytes(), Some("key-0123456789abcdef"))).expect("a readable callback");
            let data: Value = serde_json::from_str(&event.data).expect("the report is JSON");
            assert_eq!(data, case["data"], "{}", case["name"]);
            assert_eq!(event.kind, "payment.updated");
            assert_eq!(event.occurred_ms, case["occurred_ms"].as_u64(), "{}", case["name"]);
            let review = event.extra.iter().any(|(name, _)| name == "review");
            assert_eq!(review, case["review"].as_bool().unwrap_or_default(), "{}", case["name"]);
        }
    }

    #[test]
    fn what_the_provider_would_not_send_is_rejected_as_format() {
        for case in cases("unreadable") {
            let body = case["body"].as_str().map_or_else(|| case["body"].to_string(), str::to_owned);
            let found = report(&inbound(body.as_bytes(), None));
            assert!(matches!(&found, Err(PluginError::Rejected(r)) if r.code == "format"), "{}: {found:?}", case["name"]);
        }
        assert!(report(&inbound(&[0xff, 0xfe], None)).is_err());
    }

    #[test]
    fn a_repeated_callback_has_the_same_id_and_a_contradicting_one_another() {
        let body = |code: i32| json!({"Body": {"stkCallback": {"CheckoutRequestID": "ws_CO_1", "ResultCode": code, "ResultDesc": "x"}}}).to_string();
        let id = |code| report(&inbound(body(code).as_bytes(), None)).expect("readable").id;
        assert_eq!(id(1032), id(1032));
        assert_ne!(id(1032), id(0));
        assert_ne!(id(1032), id(1037));
    }

    #[test]
    fn without_a_subject_the_report_is_known_by_the_providers_reference_only() {
        let body = br#"{"Body":{"stkCallback":{"CheckoutRequestID":"ws_CO_1","ResultCode":1032,"ResultDesc":"x"}}}"#;
        let event = report(&inbound(body, None)).expect("readable");
        let data: Value = serde_json::from_str(&event.data).expect("JSON");
        assert_eq!(data.get("key"), None);
        assert_eq!(data["provider_ref"], json!("ws_CO_1"));
    }
}
