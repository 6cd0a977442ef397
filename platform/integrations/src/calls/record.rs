//! From the report of a call to its row in the log. The host has masked exchanges and log lines; what is added here is masked too.

use std::time::Duration;

use plugin_host::{CallFailure, CallReport, LogLevel, model::PluginError};
use serde_json::Value;

use super::{CallOutcome, ExchangeView, HostCallView, LogView};
use crate::mask;

/// Longest error text that is kept.
const ERROR: usize = 500;
/// Letters of a text, and items of a list, that are kept of what was asked and answered.
const TEXT: usize = 4_000;
const ITEMS: usize = 200;

/// What came of a call, and in which words.
pub(super) fn outcome<T>(report: &CallReport<Result<T, PluginError>>) -> (CallOutcome, Option<String>) {
    let acted = report.may_have_acted();
    let (outcome, words) = match &report.outcome {
        Ok(Ok(_)) => return (CallOutcome::Ok, None),
        Ok(Err(error)) => {
            let outcome = match error {
                PluginError::Rejected { .. } | PluginError::Unsupported(_) => CallOutcome::Rejected,
                PluginError::Retryable { .. } => CallOutcome::Retryable,
                PluginError::UnknownOutcome(_) => CallOutcome::Unknown,
                PluginError::Other { .. } if acted => CallOutcome::Unknown,
                PluginError::Other { .. } => CallOutcome::Rejected,
                PluginError::Misconfigured { .. } | PluginError::Unauthorized(_) => CallOutcome::Failed,
            };
            (outcome, words(error))
        }
        Err(CallFailure::Busy(scope)) => (CallOutcome::Retryable, format!("too many calls of this {scope}")),
        Err(failure) => (CallOutcome::Failed, failure.to_string()),
    };
    (outcome, Some(mask::numbers(&words).chars().take(ERROR).collect()))
}

/// Whether the plugin came to no answer by its own doing: it trapped, or used up what a call may.
pub(super) fn broke_off<T>(report: &CallReport<T>) -> bool {
    matches!(
        report.outcome,
        Err(CallFailure::Trap { .. } | CallFailure::Deadline(_) | CallFailure::CpuBudget(_) | CallFailure::MemoryLimit(_) | CallFailure::Limit(_))
    )
}

/// Plugins are as many as the catalogue lists, and actions are ours.
pub(super) fn count(plugin: &str, action: &'static str, outcome: CallOutcome, took: Duration) {
    metrics::counter!("wakala_plugin_calls_total", "plugin" => plugin.to_owned(), "action" => action, "outcome" => outcome.as_str()).increment(1);
    metrics::histogram!("wakala_plugin_call_duration_seconds", "plugin" => plugin.to_owned()).record(took);
}

/// A plugin's no, in one sentence for staff.
pub(crate) fn words(error: &PluginError) -> String {
    match error {
        PluginError::Misconfigured { field, message } => mask::words(&format!("{field}: {message}")),
        PluginError::Unauthorized(text) | PluginError::UnknownOutcome(text) | PluginError::Unsupported(text) => mask::words(text),
        PluginError::Rejected { code, message } | PluginError::Other { code, message } => mask::words(&format!("{code}: {message}")),
        PluginError::Retryable { reason, .. } => mask::words(reason),
    }
}

pub(super) fn exchanges<T>(report: &CallReport<T>) -> Vec<ExchangeView> {
    let view = |exchange: &plugin_host::Exchange| ExchangeView {
        method: exchange.method.clone(),
        host: exchange.host.clone(),
        path: mask::numbers(&exchange.path),
        status: exchange.status,
        error: exchange.error.clone(),
        at_ms: exchange.at_ms,
        duration_us: whole_micros(exchange.duration),
        request: mask::numbers(&exchange.request_excerpt),
        response: mask::numbers(&exchange.response_excerpt),
    };
    report.exchanges.iter().map(view).collect()
}

pub(super) fn timeline<T>(report: &CallReport<T>) -> Vec<HostCallView> {
    let view = |call: &plugin_host::HostCall| HostCallView {
        name: call.name.to_owned(),
        at_us: whole_micros(call.at),
        duration_us: whole_micros(call.took),
    };
    report.timeline.iter().map(view).collect()
}

pub(super) fn logs<T>(report: &CallReport<T>) -> Vec<LogView> {
    let level = |level| match level {
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    };
    let mut lines: Vec<LogView> = report
        .logs
        .iter()
        .map(|line| LogView { level: level(line.level).to_owned(), message: line.message.clone(), values: line.values.clone(), at_ms: line.at_ms })
        .collect();
    if report.logs_dropped > 0 {
        lines.push(LogView {
            level: "warn".to_owned(),
            message: format!("{} further lines dropped", report.logs_dropped),
            values: Vec::new(),
            at_ms: 0,
        });
    }
    lines
}

/// Texts of a JSON value with long numbers masked, names untouched. What goes on and on is cut: a plugin says as much as it likes.
pub(super) fn masked(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::String(text) => *text = mask::numbers(&text.chars().take(TEXT).collect::<String>()),
            Value::Array(items) => {
                items.truncate(ITEMS);
                items.iter_mut().for_each(walk);
            }
            Value::Object(fields) => fields.values_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut value);
    value
}

fn whole_micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

pub(super) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_kept_of_an_answer_is_masked_and_has_an_end() {
        let kept = masked(json!({ "phone": "+254700000101", "said": "é".repeat(10_000), "lines": vec![1; 10_000] }));
        assert_eq!(kept["phone"], "+254***01");
        assert_eq!(kept["said"].as_str().map(|said| said.chars().count()), Some(TEXT));
        assert_eq!(kept["lines"].as_array().map(Vec::len), Some(ITEMS));
    }
}
