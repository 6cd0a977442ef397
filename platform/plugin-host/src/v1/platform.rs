//! `lookup`, `hooks`, `log`, `clock`, and the interfaces that only hold types.

use super::bindings::wakala::host::types::HostError;
use super::bindings::wakala::host::{clock, hooks, log, lookup, types};
use super::bindings::wakala::payments;
use super::state::CallState;
use crate::capabilities::{LogLevel, LogLine};
use crate::mask;

/// Longest question of a look-up.
const QUESTION: usize = 16 << 10;
/// Questions of one call. What arrives names few people and payments; somebody who tries numbers would want thousands.
const QUESTIONS: u32 = 200;
/// Longest subject of an address, in characters.
const SUBJECT: usize = 100;
/// Addresses of webhooks that one call may ask for: each is kept.
const ADDRESSES: u32 = 64;
/// Named values of a log line.
const VALUES: usize = 16;

impl types::Host for CallState {}
impl payments::types::Host for CallState {}

impl lookup::Host for CallState {
    async fn ask(&mut self, name: String, question: String) -> wasmtime::Result<Result<String, HostError>> {
        let _timed = self.enter("lookup.ask")?;
        self.meter.yield_turn();
        if let Err(refusal) = self.policy().lookup(&name) {
            return Ok(Err(refusal.into()));
        }
        // No store takes that character, so it is part of no name and no number.
        if question.contains("\\u0000") {
            return Ok(Err(HostError::Invalid("a question has no NUL".to_owned())));
        }
        if question.len() > QUESTION || !serde_json::from_str::<serde_json::Value>(&question).is_ok_and(|q| q.is_object()) {
            return Ok(Err(HostError::Invalid(format!("a question is a JSON object of at most {QUESTION} bytes"))));
        }
        self.questions += 1;
        if self.questions > QUESTIONS {
            return Ok(Err(HostError::Quota(format!("{QUESTIONS} look-ups a call"))));
        }
        Ok(self.caps.ask(&name, &question).await.map_err(Into::into))
    }
}

impl hooks::Host for CallState {
    async fn url(&mut self, webhook: String, subject: Option<String>) -> wasmtime::Result<Result<String, HostError>> {
        let _timed = self.enter("hooks.url")?;
        self.meter.yield_turn();
        if !self.manifest.webhooks.iter().any(|hook| hook.name == webhook) {
            return Ok(Err(HostError::Denied(format!("[[webhook]] name = \"{webhook}\""))));
        }
        if subject.as_ref().is_some_and(|s| s.is_empty() || s.contains('\0') || s.chars().count() > SUBJECT) {
            return Ok(Err(HostError::Invalid(format!("a subject has 1 to {SUBJECT} characters"))));
        }
        self.addresses += 1;
        if self.addresses > ADDRESSES {
            return Ok(Err(HostError::Quota(format!("{ADDRESSES} addresses a call"))));
        }
        Ok(self.caps.hook_url(&webhook, subject.as_deref()).await.map_err(Into::into))
    }
}

impl log::Host for CallState {
    async fn write(&mut self, level: String, message: String, values: Vec<(String, String)>) -> wasmtime::Result<()> {
        let _timed = self.enter("log.write")?;
        if self.record().logs.len() >= self.limits.log_lines as usize {
            self.record().logs_dropped += 1;
            return Ok(());
        }
        let mut left = self.limits.log_line_bytes;
        let mut fit = |text: &str, seen: &[crate::capabilities::SecretValue]| {
            // Cut before masking: masking a megabyte would be the guest's work done by the host.
            let shown = mask::text(mask::cut(text, left.saturating_mul(2)), seen);
            let shown = mask::cut(&shown, left).to_owned();
            left -= shown.len();
            shown
        };
        let message = fit(&message, &self.seen);
        let values = values.iter().take(VALUES).map(|(name, value)| (fit(name, &[]), mask::named(name, fit(value, &self.seen)))).collect();
        let level = match level.as_str() {
            "debug" => LogLevel::Debug,
            "warn" => LogLevel::Warn,
            "error" => LogLevel::Error,
            _ => LogLevel::Info,
        };
        let line = LogLine { level, message, values, at_ms: self.elapsed_ms() };
        self.caps.log(&line);
        self.record().logs.push(line);
        Ok(())
    }
}

impl clock::Host for CallState {
    async fn now_ms(&mut self) -> wasmtime::Result<u64> {
        let _timed = self.enter("clock.now-ms")?;
        Ok(self.caps.now_ms())
    }
}
