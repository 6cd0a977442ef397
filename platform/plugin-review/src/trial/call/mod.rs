//! From the words of a file to a call, and from its answer to JSON.

mod general;
mod payments;

use std::collections::BTreeMap;
use std::time::Duration;

use plugin_host::manifest::{Webhook, WebhookMode};
use plugin_host::model::{CheckReport, Event, Fields, Handled, Inbound, PluginError, PollBatch};
use plugin_host::{Answer, CallSpec, Exchange, LogLine, Plugin, Usage};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::scenario::CallName;

/// What a call left behind.
pub struct Said {
    pub outcome: Outcomes,
    pub events: Vec<Value>,
    pub exchanges: Vec<Exchange>,
    pub log: Vec<LogLine>,
    pub usage: Usage,
}

/// How it ended.
pub enum Outcomes {
    Answer(Value),
    /// The plugin's own no.
    Declined(Value),
    /// It broke off, or the host ended it.
    Broken(String),
}

type Names = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CursorInput {
    cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MigrationInput {
    from: String,
    settings: Value,
}

/// A request of the provider as a file gives it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookInput {
    name: String,
    subject: Option<String>,
    #[serde(default = "post")]
    method: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    query: String,
    #[serde(default)]
    headers: Names,
    json: Option<Value>,
    #[serde(default)]
    text: String,
}

fn post() -> String {
    "POST".to_owned()
}

/// Makes the call. Requests of the provider have a function of their own.
///
/// # Errors
/// The input is not that of this call, in words.
pub async fn perform(plugin: &Plugin, spec: CallSpec, name: CallName, input: &Value) -> Result<Said, String> {
    Ok(match name {
        CallName::Check => told(plugin.check(spec).await, check),
        CallName::Activate => told(plugin.activate(spec).await, done),
        CallName::Deactivate => told(plugin.deactivate(spec).await, done),
        CallName::MigrateConfig => {
            let MigrationInput { from, settings } = read(input)?;
            told(plugin.migrate_config(spec, from, settings.to_string()).await, |text| document(&text))
        }
        CallName::Poll => {
            let CursorInput { cursor } = read(input)?;
            polled(plugin.poll(spec, cursor).await)
        }
        CallName::Webhook | CallName::Callback => return Err("a request of the provider is handed over, not called".to_owned()),
        CallName::Collect
        | CallName::Query
        | CallName::Refund
        | CallName::QueryRefund
        | CallName::PayOut
        | CallName::QueryPayout
        | CallName::StatementPage
        | CallName::ReadStatement
        | CallName::Balances
        | CallName::Forget => payments::perform(plugin, spec, name, input).await?,
        other => general::perform(plugin, spec, other, input).await?,
    })
}

/// A request of the provider out of a file.
///
/// # Errors
/// It is none, in words.
pub fn inbound(input: &Value, received_ms: u64) -> Result<Inbound, String> {
    let given: WebhookInput = read(input)?;
    let mut headers: Fields = given.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    let body = match &given.json {
        Some(document) => {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
            document.to_string()
        }
        None => given.text,
    };
    Ok(Inbound {
        name: given.name,
        subject: given.subject,
        method: given.method,
        path: given.path,
        query: given.query,
        headers,
        body: body.into_bytes(),
        source_ip: String::new(),
        received_ms,
        extra: Vec::new(),
    })
}

/// Hands a request of the provider to the plugin, within the time that the manifest gives it.
pub async fn hand_over(plugin: &Plugin, spec: CallSpec, webhook: &Webhook, request: Inbound) -> Said {
    let deadline = webhook.deadline_ms.filter(|_| webhook.mode == WebhookMode::Answered);
    handled(match deadline {
        Some(ms) => plugin.answer_webhook(spec, request, Duration::from_millis(ms.into())).await,
        None => plugin.handle_webhook(spec, request).await,
    })
}

fn read<T: DeserializeOwned>(input: &Value) -> Result<T, String> {
    let given = if input.is_null() { Value::Object(Map::new()) } else { input.clone() };
    serde_json::from_value(given).map_err(|error| format!("input: {error}"))
}

fn told<T>(report: Answer<T>, write: impl FnOnce(T) -> Value) -> Said {
    told_with(report, |answer| (write(answer), Vec::new()))
}

fn polled(report: Answer<PollBatch>) -> Said {
    told_with(report, |batch| (json!({ "cursor": batch.cursor, "more": batch.more }), batch.events.into_iter().map(event).collect()))
}

fn handled(report: Answer<Handled>) -> Said {
    told_with(report, |handled| {
        let reply = handled.reply.map(
            |reply| json!({ "status": reply.status, "headers": names(reply.headers), "body": String::from_utf8_lossy(&reply.body).into_owned() }),
        );
        (json!({ "reply": reply }), handled.events.into_iter().map(event).collect())
    })
}

fn told_with<T>(report: Answer<T>, write: impl FnOnce(T) -> (Value, Vec<Value>)) -> Said {
    let (outcome, events) = match report.outcome {
        Ok(Ok(answer)) => {
            let (answer, events) = write(answer);
            (Outcomes::Answer(answer), events)
        }
        Ok(Err(declined)) => (Outcomes::Declined(error(declined)), Vec::new()),
        Err(failure) => (Outcomes::Broken(failure.to_string()), Vec::new()),
    };
    Said { outcome, events, exchanges: report.exchanges, log: report.logs, usage: report.usage }
}

/// A JSON text as a document; the text itself if it is none.
fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

fn names(fields: Fields) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name, Value::String(value))).collect())
}

fn done((): ()) -> Value {
    json!({})
}

/// An answer whose records are written as they are.
fn shown(answer: impl Serialize) -> Value {
    serde_json::to_value(answer).unwrap_or_default()
}

fn check(report: CheckReport) -> Value {
    json!({ "summary": report.summary, "warnings": report.warnings, "values": names(report.values), "extra": names(report.extra) })
}

fn event(event: Event) -> Value {
    json!({ "id": event.id, "kind": event.kind, "occurred_ms": event.occurred_ms, "data": document(&event.data), "extra": names(event.extra) })
}

fn error(error: PluginError) -> Value {
    match error {
        PluginError::Misconfigured { field, message } => json!({ "kind": "misconfigured", "field": field, "message": message }),
        PluginError::Unauthorized(message) => json!({ "kind": "unauthorized", "message": message }),
        PluginError::Rejected { code, message } => json!({ "kind": "rejected", "code": code, "message": message }),
        PluginError::Retryable { after_ms, reason } => json!({ "kind": "retryable", "after_ms": after_ms, "message": reason }),
        PluginError::UnknownOutcome(message) => json!({ "kind": "unknown-outcome", "message": message }),
        PluginError::Unsupported(message) => json!({ "kind": "unsupported", "message": message }),
        PluginError::Other { code, message } => json!({ "kind": "other", "code": code, "message": message }),
    }
}
