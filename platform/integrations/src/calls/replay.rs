//! Playing a call that went wrong again: in the sandbox, with the settings and against the provider that the plugin's own package brings
//! along. What always holds: the real provider hears nothing, and nothing that the plugin says counts. What was masked when the call was
//! recorded stays unknown: another number stands in for it. What a provider sent is read as it is kept, and shown to nobody.

use async_trait::async_trait;
use chrono::Utc;
use kernel::{App, AppResult, ReadTx, Scope, audit::Change};
use plugin_host::package::Package;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CallOutcome, ReplayView, record, store};
use crate::{IntegrationFailure, Integrations, hooks, mask, publishing};

/// What the middle of a masked number is taken to have been.
const MIDDLE: &str = "7000001";

/// Plays calls against the provider of a package. The application brings it; nothing here knows simulators.
#[async_trait]
pub trait Rehearsal: Send + Sync {
    /// Makes one call of the package's plugin, with no network.
    async fn play(&self, package: Package, recorded: Recorded) -> AppResult<Rehearsed>;
}

/// A call that was recorded, as scenarios of packages have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// `collect`.
    pub call: &'static str,
    /// The idempotency key.
    pub key: String,
    pub input: Value,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsed {
    /// The plugin's answer, or how it declined.
    pub said: Value,
    /// What it asked of its provider.
    pub requests: Vec<String>,
    pub log: Vec<String>,
    /// Why it did not answer.
    pub problem: Option<String>,
    pub cpu_ms: u64,
    pub wall_ms: u64,
    pub memory_kib: u64,
}

/// Plays a call again. No transaction may be open.
///
/// # Errors
/// `call.not_found`; `call.not_replayable` if nothing went wrong, or its record does not hold all that the plugin was asked.
pub async fn replay(app: &App, scope: &Scope, id: Uuid) -> AppResult<ReplayView> {
    let mut tx = scope.begin_read().await?;
    let call = store::find_call(&mut tx, id).await?.ok_or(IntegrationFailure::CallNotFound)?;
    let recorded = recorded(&mut tx, &call).await?.ok_or(IntegrationFailure::NotReplayable)?;
    drop(tx);
    let digest = call.package_sha256.ok_or(IntegrationFailure::NotReplayable)?;
    let package = publishing::service::kept(&*Integrations::of(app)?, &digest).await?;
    let rehearsed = app.port::<dyn Rehearsal>()?.play(package, recorded).await?;

    let masked = |lines: Vec<String>| -> Vec<String> { lines.iter().map(|line| mask::numbers(line)).collect() };
    let figure = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let replay = ReplayView {
        id: Uuid::now_v7(),
        said: record::masked(rehearsed.said),
        requests: masked(rehearsed.requests),
        log: masked(rehearsed.log),
        problem: rehearsed.problem.map(|problem| mask::numbers(&problem)),
        cpu_ms: figure(rehearsed.cpu_ms),
        wall_ms: figure(rehearsed.wall_ms),
        memory_kib: figure(rehearsed.memory_kib),
        at: Utc::now(),
    };
    let mut tx = scope.begin_write().await?;
    store::insert_replay(&mut tx, id, &replay).await?;
    tx.audit(Change::of("integrations.call.replay", "plugin_call", id)).await?;
    tx.commit().await?;
    Ok(replay)
}

/// Whether a call can be played again.
pub(super) fn is_replayable(call: &store::CallRow) -> bool {
    let known = delivery_of(call).is_some() || script(&call.action, &call.request).is_some();
    call.outcome != CallOutcome::Ok && call.package_sha256.is_some() && known
}

/// The call, unless it cannot be played again or what its provider sent was not kept so long.
async fn recorded(tx: &mut ReadTx, call: &store::CallRow) -> AppResult<Option<Recorded>> {
    if !is_replayable(call) {
        return Ok(None);
    }
    let script = match delivery_of(call) {
        Some(delivery) => hooks::written(tx, delivery).await?.map(|input| ("webhook", input)),
        None => script(&call.action, &call.request),
    };
    let key = if call.key.is_empty() { format!("replay-{}", call.id.simple()) } else { call.key.clone() };
    Ok(script.map(|(call, input)| Recorded { call, key, input }))
}

/// What its provider sent: a report is read under the key of its delivery.
fn delivery_of(call: &store::CallRow) -> Option<Uuid> {
    if call.action == "webhook" { call.key.parse().ok() } else { None }
}

/// The call as scenarios of packages have it; none if the record does not hold what it takes.
fn script(action: &str, request: &Value) -> Option<(&'static str, Value)> {
    let fields = |names: &[&str]| -> Value {
        let known = names.iter().filter_map(|name| Some(((*name).to_owned(), request.get(*name).filter(|value| !value.is_null())?.clone())));
        unmasked(Value::Object(known.collect()))
    };
    let held = |name: &str| request.get(name).is_some_and(|value| !value.is_null());
    Some(match action {
        "check" => ("check", Value::Null),
        "activate" => ("activate", Value::Null),
        "deactivate" => ("deactivate", Value::Null),
        "poll" => ("poll", Value::Null),
        "balances" => ("balances", Value::Null),
        "templates" => ("templates", Value::Null),
        "collect" => {
            let (minor, currency) = (request.get("amount_minor")?.as_i64()?, request.get("currency")?.as_str()?);
            let mut input = fields(&["method", "reference", "payer"]);
            input.as_object_mut()?.insert("amount".to_owned(), json!({ "minor": minor, "currency": currency }));
            held("method").then_some(("collect", input))?
        }
        "query" => ("query", fields(&["provider_ref"])),
        "policy" => ("policy", fields(&["provider_ref", "reference"])),
        "claim" => ("claim", fields(&["provider_ref", "reference"])),
        "validate-certificate" if held("number") => ("validate-certificate", fields(&["number"])),
        "certificate-document" if held("number") => ("certificate-document", fields(&["number"])),
        "cancel-certificate" if held("number") => ("cancel-certificate", fields(&["number", "reason"])),
        "mandate-standing" => ("mandate-standing", fields(&["provider_ref", "reference"])),
        "cancel-mandate" if held("reference") => ("cancel-mandate", fields(&["reference", "provider_ref", "reason"])),
        "check-result" => ("query-check", fields(&["provider_ref"])),
        "event" if ["event", "version", "occurred_ms", "sequence", "data"].into_iter().all(held) => {
            let mut input = fields(&["kind", "version", "occurred_ms", "subject", "sequence", "data"]);
            input.as_object_mut()?.insert("id".to_owned(), unmasked(request.get("event")?.clone()));
            ("tell", input)
        }
        _ => return None,
    })
}

/// With numbers in the place of what was masked.
fn unmasked(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace("***", MIDDLE)),
        Value::Array(items) => Value::Array(items.into_iter().map(unmasked).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().filter(|(_, field)| !field.is_null()).map(|(name, field)| (name, unmasked(field))).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_payment_is_asked_for_again_with_a_number_in_the_place_of_the_masked_one() {
        let recorded =
            json!({ "method": "mobile", "amount_minor": 150_000, "currency": "KES", "reference": "A1", "payer": { "phone": "+254***01" } });
        let input = json!({
            "method": "mobile",
            "amount": { "minor": 150_000, "currency": "KES" },
            "reference": "A1",
            "payer": { "phone": "+254700000101" },
        });
        assert_eq!(script("collect", &recorded), Some(("collect", input)));
    }

    #[test]
    fn what_happened_is_told_again() {
        let recorded = json!({
            "event": "0198-a", "kind": "policy.issued", "version": 1, "occurred_ms": 5, "subject": "policy/1", "sequence": 2, "data": { "a": 1 },
            "papers": 0,
        });
        let input = json!({
            "id": "0198-a", "kind": "policy.issued", "version": 1, "occurred_ms": 5, "subject": "policy/1", "sequence": 2, "data": { "a": 1 },
        });
        assert_eq!(script("event", &recorded), Some(("tell", input)));
        assert_eq!(script("event", &json!({ "event": "0198-a", "kind": "policy.issued" })), None);
    }

    #[test]
    fn what_was_not_recorded_whole_is_not_played() {
        for action in ["send", "webhook", "bind", "validate-certificate", "collect"] {
            assert_eq!(script(action, &json!({ "bytes": 12 })), None, "{action}");
        }
        assert_eq!(script("query", &json!({ "payment": "k", "provider_ref": null })), Some(("query", json!({}))));
    }
}
