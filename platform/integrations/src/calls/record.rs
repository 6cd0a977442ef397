//! From the report of a call to its row in the log. The host has masked exchanges and log lines; what is added here is masked too.

use std::time::Duration;

use plugin_host::{CallFailure, CallReport, LogLevel, model::PluginError};
use serde_json::Value;

use super::{CallOutcome, ExchangeView, LogView};
use crate::mask;

/// Longest error text that is kept.
const ERROR: usize = 500;

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

/// Plugins are as many as the catalogue lists, and actions are ours.
pub(super) fn count(plugin: &str, action: &'static str, outcome: CallOutcome, took: Duration) {
    metrics::counter!("wakala_plugin_calls_total", "plugin" => plugin.to_owned(), "action" => action, "outcome" => outcome.as_str()).increment(1);
    metrics::histogram!("wakala_plugin_call_duration_seconds", "plugin" => plugin.to_owned()).record(took);
}

/// A plugin's no, in one sentence for staff.
pub(crate) fn words(error: &PluginError) -> String {
    match error {
        PluginError::Misconfigured { field, message } => format!("{field}: {message}"),
        PluginError::Unauthorized(text) | PluginError::UnknownOutcome(text) | PluginError::Unsupported(text) => text.clone(),
        PluginError::Rejected { code, message } | PluginError::Other { code, message } => format!("{code}: {message}"),
        PluginError::Retryable { reason, .. } => reason.clone(),
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
        duration_us: u64::try_from(exchange.duration.as_micros()).unwrap_or(u64::MAX),
        request: mask::numbers(&exchange.request_excerpt),
        response: mask::numbers(&exchange.response_excerpt),
    };
    report.exchanges.iter().map(view).collect()
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

/// Texts of a JSON value with long numbers masked, names untouched.
pub(super) fn masked(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::String(text) => *text = mask::numbers(text),
            Value::Array(items) => items.iter_mut().for_each(walk),
            Value::Object(fields) => fields.values_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut value);
    value
}

pub(super) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
