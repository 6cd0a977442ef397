//! Asking a plugin for a domain: which installation can answer, and what an answer, or none, means for the caller. Where a call broke
//! off, the question is whether something may have happened: what certainly did not may be tried again, everything else is an unknown
//! outcome.

use std::{future::Future, sync::Arc};

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use kernel::{
    AppError, AppResult, Scope,
    money::{Currency, Money},
};
use plugin_host::{
    CallFailure, CallReport, CallSpec, Plugin,
    model::{self, PluginError},
};
use ports::PortError;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Integrations,
    calls::{NotStarted, Use, Wanted, record},
    catalogue::Package,
    installs,
    mask::words,
};

impl Integrations {
    /// Calls a plugin. No transaction may be open. `describe` says for the log what was answered.
    pub(crate) async fn ask<T, F, Fut>(
        &self,
        scope: &Scope,
        using: Use,
        doubt: Doubt,
        describe: impl FnOnce(&T) -> Value,
        invoke: F,
    ) -> Result<T, PortError>
    where
        F: FnOnce(Arc<Plugin>, CallSpec) -> Fut,
        Fut: Future<Output = CallReport<Result<T, PluginError>>>,
    {
        let wanted = using.wanted;
        let done = self.call(scope, using, describe, invoke).await.map_err(|error| not_started(error, wanted))?;
        answer(done.report, doubt)
    }

    /// The same, with the answer in the words of a port.
    pub(crate) async fn ask_for<T, U, F, Fut>(
        &self,
        scope: &Scope,
        using: Use,
        doubt: Doubt,
        describe: impl FnOnce(&T) -> Value,
        invoke: F,
        read: impl FnOnce(T) -> Result<U, String>,
    ) -> Result<U, PortError>
    where
        F: FnOnce(Arc<Plugin>, CallSpec) -> Fut,
        Fut: Future<Output = CallReport<Result<T, PluginError>>>,
    {
        read(self.ask(scope, using, doubt, describe, invoke).await?).map_err(|reason| doubt.unreadable(reason))
    }

    /// Live installations whose plugin answers an interface, the oldest first.
    pub(crate) async fn answering(&self, scope: &Scope, interface: &str) -> AppResult<Vec<(Uuid, Arc<Package>)>> {
        let mut tx = scope.as_system("integrations.offers").begin_read().await?;
        let mut found = Vec::new();
        for live in installs::store::list_live(&mut tx).await? {
            let Some(package) = self.sound_package(&mut tx, live.version_id).await? else { continue };
            if package.manifest.kind.answers(&package.manifest.provides, interface) {
                found.push((live.id, package));
            }
        }
        Ok(found)
    }

    /// Their ids.
    pub(crate) async fn ids_answering(&self, scope: &Scope, interface: &str) -> AppResult<Vec<Uuid>> {
        Ok(self.answering(scope, interface).await?.into_iter().map(|(id, _)| id).collect())
    }
}

/// What a call that broke off means for its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// It moves money: as the next, and no plugin is believed that takes a request without an answer for one without an effect.
    Money,
    /// It has an effect, on money or cover or what is billed: unless nothing left, nobody knows.
    Unknown,
    /// It changes nothing at the provider: ask again.
    Again,
}

impl Doubt {
    /// The plugin answered, and nobody can read what.
    pub fn unreadable(self, reason: String) -> PortError {
        match self {
            Self::Money | Self::Unknown => PortError::UnknownOutcome(reason),
            Self::Again => PortError::Retryable { reason, after_ms: None },
        }
    }
}

/// The plugin's answer, or what a caller may do next.
pub(crate) fn answer<T>(report: CallReport<Result<T, PluginError>>, doubt: Doubt) -> Result<T, PortError> {
    let (may_have_acted, left_open) = (report.may_have_acted(), report.left_open());
    let open = |reason: String| match doubt {
        Doubt::Money | Doubt::Unknown if may_have_acted => PortError::UnknownOutcome(reason),
        _ => PortError::Retryable { reason, after_ms: None },
    };
    match report.outcome {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) if doubt == Doubt::Money && left_open => Err(PortError::UnknownOutcome(words(&record::words(&error)))),
        Ok(Err(error)) => Err(match error {
            PluginError::Misconfigured { field, message } => PortError::Misconfigured(words(&format!("{field}: {message}"))),
            PluginError::Unauthorized(text) => PortError::Misconfigured(words(&text)),
            PluginError::Rejected { code, message } => PortError::Rejected { code: words(&code), message: words(&message) },
            PluginError::Retryable { after_ms, reason } => PortError::Retryable { reason: words(&reason), after_ms },
            PluginError::UnknownOutcome(reason) if doubt != Doubt::Again => PortError::UnknownOutcome(words(&reason)),
            PluginError::UnknownOutcome(reason) => PortError::Retryable { reason: words(&reason), after_ms: None },
            PluginError::Unsupported(what) => PortError::Unsupported(words(&what)),
            PluginError::Other { code, message } if may_have_acted => open(words(&format!("{code}: {message}"))),
            PluginError::Other { code, message } => PortError::Rejected { code: words(&code), message: words(&message) },
        }),
        Err(CallFailure::NotOffered(what)) => Err(PortError::Unsupported(what)),
        Err(failure) => Err(open(failure.to_string())),
    }
}

/// Nothing was called.
pub(crate) fn not_started(error: NotStarted, wanted: Wanted) -> PortError {
    match error {
        NotStarted::Unready(error) => unready(error),
        // Another version answers what was begun with the one that was withdrawn.
        NotStarted::Revoked if matches!(wanted, Wanted::In(_)) => PortError::Retryable { reason: error.to_string(), after_ms: None },
        // It may run again any minute.
        NotStarted::Stopped => PortError::Retryable { reason: error.to_string(), after_ms: None },
        NotStarted::Held => PortError::Retryable { reason: error.to_string(), after_ms: Some(60_000) },
        NotStarted::Waits(until) => {
            let left = u64::try_from((until - Utc::now()).num_milliseconds()).unwrap_or_default();
            PortError::Retryable { reason: error.to_string(), after_ms: Some(left) }
        }
        NotStarted::NoConsent => PortError::Misconfigured(error.to_string()),
        NotStarted::OverBudget(_) => PortError::Rejected { code: "over_budget".to_owned(), message: error.to_string() },
        NotStarted::Unknown | NotStarted::NotLive | NotStarted::Revoked => PortError::Unsupported(error.to_string()),
    }
}

pub(crate) fn unready(error: AppError) -> PortError {
    tracing::error!(error = kernel::http::error::chain(&error), "a plugin cannot be called");
    PortError::Retryable { reason: error.code.into_owned(), after_ms: None }
}

pub(crate) fn amount_out(amount: Money) -> model::Money {
    model::Money { minor: amount.minor, currency: amount.currency.code().to_owned() }
}

pub(crate) fn amount_in(amount: model::Money) -> Result<Money, String> {
    let currency = Currency::from_code(&amount.currency).map_err(|error| error.to_string())?;
    Ok(Money::new(amount.minor, currency))
}

pub(crate) fn day_in(day: &str) -> Result<NaiveDate, String> {
    day.parse().map_err(|_| format!("impossible day {day}"))
}

pub(crate) fn instant(ms: u64) -> Option<DateTime<Utc>> {
    i64::try_from(ms).ok().and_then(|ms| Utc.timestamp_millis_opt(ms).single())
}

pub(crate) fn millis(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_millis()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use plugin_host::{Exchange, Scope, TrapKind, Usage, manifest::Mode};

    use super::*;

    type Answer = Result<Result<(), PluginError>, CallFailure>;

    fn report(outcome: Answer, sent: bool) -> CallReport<Result<(), PluginError>> {
        let exchange = Exchange {
            method: "POST".into(),
            host: "api.example.com:443".into(),
            path: "/".into(),
            status: None,
            error: None,
            at_ms: 0,
            duration: Duration::ZERO,
            request_excerpt: String::new(),
            response_excerpt: String::new(),
            may_have_arrived: sent,
        };
        CallReport {
            outcome,
            usage: Usage::default(),
            timeline: Vec::new(),
            exchanges: vec![exchange],
            logs: Vec::new(),
            logs_dropped: 0,
            created_blobs: Vec::new(),
        }
    }

    fn is_unknown(outcome: Answer, sent: bool, doubt: Doubt) -> bool {
        matches!(answer(report(outcome, sent), doubt), Err(PortError::UnknownOutcome(_)))
    }

    fn is_retryable(outcome: Answer, sent: bool, doubt: Doubt) -> bool {
        matches!(answer(report(outcome, sent), doubt), Err(PortError::Retryable { .. }))
    }

    #[test]
    fn a_call_that_broke_off_after_something_left_is_an_unknown_outcome() {
        let breaks: [fn() -> CallFailure; 4] = [
            || CallFailure::Deadline(Duration::from_secs(30)),
            || CallFailure::Trap { kind: TrapKind::Unreachable, detail: String::new() },
            || CallFailure::CpuBudget(Duration::from_millis(100)),
            || CallFailure::Host("gone".into()),
        ];
        for failure in breaks {
            assert!(is_unknown(Err(failure()), true, Doubt::Unknown), "{}", failure());
            assert!(is_retryable(Err(failure()), false, Doubt::Unknown), "nothing left: {}", failure());
            assert!(is_retryable(Err(failure()), true, Doubt::Again), "a question: {}", failure());
        }
    }

    #[test]
    fn a_call_that_never_began_may_be_tried_again() {
        assert!(is_retryable(Err(CallFailure::Busy(Scope::Tenant)), false, Doubt::Unknown));
        assert!(matches!(answer(report(Err(CallFailure::NotOffered("gateway".into())), false), Doubt::Unknown), Err(PortError::Unsupported(_))));
    }

    #[test]
    fn no_plugin_is_believed_that_takes_a_request_for_money_without_an_answer_for_one_without_an_effect() {
        let again = || PluginError::Retryable { after_ms: None, reason: "timeout".into() };
        let refused = || PluginError::Rejected { code: "busy".into(), message: "timeout".into() };
        let cut_off = |error: PluginError, doubt| {
            let mut report = report(Ok(Err(error)), true);
            report.exchanges[0].error = Some("no answer".into());
            answer(report, doubt)
        };
        for error in [again(), refused()] {
            assert!(matches!(cut_off(error, Doubt::Money), Err(PortError::UnknownOutcome(_))));
        }
        assert!(matches!(cut_off(again(), Doubt::Unknown), Err(PortError::Retryable { .. })), "where it costs little, the plugin knows best");
        assert!(is_retryable(Ok(Err(again())), true, Doubt::Money), "the provider answered");
    }

    #[test]
    fn a_version_that_was_withdrawn_begins_nothing_and_what_it_began_is_asked_about_later() {
        assert!(matches!(not_started(NotStarted::Revoked, Wanted::Live), PortError::Unsupported(_)));
        assert!(matches!(not_started(NotStarted::Revoked, Wanted::In(Mode::Live)), PortError::Retryable { .. }));
    }

    #[test]
    fn an_undescribed_no_is_final_only_if_nothing_left() {
        let other = || Ok(Err(PluginError::Other { code: "x".into(), message: "y".into() }));
        assert!(is_unknown(other(), true, Doubt::Unknown));
        assert!(matches!(answer(report(other(), false), Doubt::Unknown), Err(PortError::Rejected { .. })));
    }
}
