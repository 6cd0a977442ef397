//! What the platform hears of an order: from its own result, or from the answer to a question about it. Both are unsigned hints.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::webhook::{Event, Inbound};

use crate::amount::{CURRENCY, minor_units};
use crate::codes::{Verdict, is_about_the_initiator, order_verdict};
use crate::eat::Moment;
use crate::result::{Arrived, Told, read};

/// What became of a payout or a reversal, by its own result. `kind` is that of the report.
///
/// # Errors
/// `rejected` `format`.
pub fn order(kind: &str, inbound: &Inbound) -> Result<Vec<Event>, PluginError> {
    let told = match read(&inbound.body)? {
        Arrived::Result(told) => told,
        Arrived::TimedOut => return Ok(vec![timed_out(kind, inbound)]),
    };
    let verdict = order_verdict(&told.code);
    let mut data = head(inbound, verdict.order_state(), &told, &verdict.message(&told.code, &told.text));
    data.extend(told.originator.as_ref().map(|name| ("provider_ref".to_owned(), json!(name))));
    let moment = told.moment("TransactionCompletedDateTime").or_else(|| told.moment("TransCompletedTime"));
    if verdict == Verdict::Paid {
        let amount = told.amount("TransactionAmount").or_else(|| told.amount("Amount"));
        let receipt = told.fact("TransactionReceipt").or_else(|| told.fact("OriginalTransactionID").filter(|_| kind == "refund.updated"));
        describe(&mut data, amount, receipt, moment);
    }
    let mut events = vec![event(kind, &told.code, &data, moment, verdict.extra())];
    if is_about_the_initiator(&told.code) {
        events.push(attention(&told));
    }
    Ok(events)
}

/// What became of a transaction, as the answer to a question about it. An answer that is no answer leaves it open.
///
/// # Errors
/// `rejected` `format`.
pub fn status(kind: &str, inbound: &Inbound) -> Result<Vec<Event>, PluginError> {
    let Arrived::Result(told) = read(&inbound.body)? else { return Ok(Vec::new()) };
    if told.code != "0" {
        // The question failed; of the transaction that says nothing.
        return Ok(if is_about_the_initiator(&told.code) { vec![attention(&told)] } else { Vec::new() });
    }
    let word = told.fact("TransactionStatus").unwrap_or_default().to_owned();
    let state = match word.to_ascii_lowercase().as_str() {
        "completed" => "received",
        "cancelled" | "declined" | "expired" | "failed" => "failed",
        "reversed" => "reversed",
        _ => "pending",
    };
    let moment = ["FinalisedTime", "FinalizedTime", "InitiatedTime"].iter().find_map(|name| told.moment(name));
    let mut data = head(inbound, state, &told, &word);
    describe(&mut data, told.amount("Amount").filter(|_| state == "received"), told.fact("ReceiptNo"), moment);
    Ok(vec![event(kind, &word, &data, moment, Vec::new())])
}

/// What the accounts hold: `Working Account|KES|available|…` for each, joined by `&`.
///
/// # Errors
/// `rejected` `format`.
pub fn balances(inbound: &Inbound) -> Result<Vec<Event>, PluginError> {
    let Arrived::Result(told) = read(&inbound.body)? else { return Ok(Vec::new()) };
    if told.code != "0" {
        return Ok(if is_about_the_initiator(&told.code) { vec![attention(&told)] } else { Vec::new() });
    }
    let moment = told.moment("BOCompletedTime").unwrap_or_else(|| Moment::from_ms(inbound.received_ms));
    let accounts = told.fact("AccountBalance").ok_or_else(|| PluginError::rejected("format", "no AccountBalance"))?;
    let mut events = Vec::new();
    for account in accounts.split('&').filter(|account| !account.trim().is_empty()) {
        let mut parts = account.split('|').map(str::trim);
        let (name, currency, available) = (parts.next().unwrap_or_default(), parts.next(), parts.next().and_then(minor_units));
        let (Some(currency), Some(available)) = (currency, available) else {
            return Err(PluginError::rejected("format", format!("the balance of {name} cannot be read")));
        };
        let as_of = moment.rfc3339();
        let data = json!({ "account": name, "available_minor": available, "currency": currency, "as_of": as_of });
        let id = format!("account.balance:{name}:{as_of}");
        events.push(Event { id, kind: "account.balance".into(), occurred_ms: moment.ms(), data: data.to_string(), extra: Vec::new() });
    }
    Ok(events)
}

fn head(inbound: &Inbound, state: &str, told: &Told, message: &str) -> Map<String, Value> {
    let mut data = Map::new();
    data.extend(inbound.subject.as_ref().map(|key| ("key".to_owned(), json!(key))));
    data.insert("state".into(), json!(state));
    data.insert("code".into(), json!(told.code));
    data.insert("message".into(), json!(message));
    data
}

fn describe(data: &mut Map<String, Value>, amount: Option<i64>, receipt: Option<&str>, moment: Option<Moment>) {
    if let Some(minor) = amount.filter(|minor| *minor > 0) {
        data.insert("amount_minor".into(), json!(minor));
        data.insert("currency".into(), json!(CURRENCY));
    }
    data.extend(receipt.map(|receipt| ("receipt".to_owned(), json!(receipt))));
    data.extend(moment.map(|moment| ("occurred_at".to_owned(), json!(moment.rfc3339()))));
}

fn event(kind: &str, word: &str, data: &Map<String, Value>, moment: Option<Moment>, extra: Vec<(String, String)>) -> Event {
    let name = |field: &str| data.get(field).and_then(Value::as_str).unwrap_or_default();
    let known_as = if name("key").is_empty() { name("provider_ref") } else { name("key") };
    let id = format!("{kind}:{known_as}:{}:{word}", name("state"));
    Event { id, kind: kind.into(), occurred_ms: moment.and_then(Moment::ms), data: Value::Object(data.clone()).to_string(), extra }
}

/// The provider's queue gave up; whether the order was carried out, only a question tells.
fn timed_out(kind: &str, inbound: &Inbound) -> Event {
    let mut data = Map::new();
    data.extend(inbound.subject.as_ref().map(|key| ("key".to_owned(), json!(key))));
    data.insert("state".into(), json!("pending"));
    data.insert("message".into(), json!("timed out in the provider's queue"));
    event(kind, "timed-out", &data, None, Vec::new())
}

fn attention(told: &Told) -> Event {
    let data = json!({
        "message": format!("The provider turned down the API user: {}", told.text),
        "code": told.code,
        "field": "security_credential",
    });
    let name = told.conversation.as_deref().or(told.originator.as_deref()).unwrap_or_default();
    Event {
        id: format!("installation.attention:{name}:{}", told.code),
        kind: "installation.attention".into(),
        occurred_ms: None,
        data: data.to_string(),
        extra: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbound(body: &Value) -> Inbound {
        Inbound {
            name: "payout".into(),
            subject: Some("payout-0000000000001".into()),
            method: "POST".into(),
            path: String::new(),
            query: String::new(),
            headers: Vec::new(),
            body: body.to_string().into_bytes(),
            source_ip: "196.201.212.69".into(),
            received_ms: 1_790_929_845_000,
            extra: Vec::new(),
        }
    }

    fn cases() -> Vec<Value> {
        let file: Value = serde_json::from_str(include_str!("../fixtures/results.json")).expect("the fixture is JSON");
        file["results"].as_array().cloned().expect("a list of cases")
    }

    #[test]
    fn every_documented_result_becomes_its_reports() {
        for case in cases() {
            let at = inbound(&case["body"]);
            let found = match case["webhook"].as_str().expect("a webhook") {
                "payout" => order("payout.updated", &at),
                "refund" => order("refund.updated", &at),
                "payout-status" => status("payout.updated", &at),
                _ => balances(&at),
            };
            let told: Vec<Value> = found
                .expect("a readable result")
                .iter()
                .map(|event| json!({ "kind": event.kind, "data": serde_json::from_str::<Value>(&event.data).expect("JSON") }))
                .collect();
            assert_eq!(Value::from(told), case["events"], "{}", case["name"]);
        }
    }

    #[test]
    fn a_repeated_result_has_the_same_id_and_a_contradicting_one_another() {
        let id = |code: i32| {
            let body = json!({ "Result": { "ResultCode": code, "ResultDesc": "x", "OriginatorConversationID": "o" } });
            order("payout.updated", &inbound(&body)).expect("readable").remove(0).id
        };
        assert_eq!(id(1), id(1));
        assert_ne!(id(1), id(0));
    }

    #[test]
    fn a_balance_that_cannot_be_read_is_not_guessed() {
        for text in ["Working Account|KES", "Working Account|KES|much|0|0", "Utility"] {
            let item = json!({ "Key": "AccountBalance", "Value": text });
            let body = json!({ "Result": { "ResultCode": 0, "ResultParameters": { "ResultParameter": [item] } } });
            assert!(matches!(balances(&inbound(&body)), Err(PluginError::Rejected(r)) if r.code == "format"), "{text}");
        }
    }
}
