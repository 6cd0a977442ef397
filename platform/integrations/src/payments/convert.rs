//! Between the records of plugins and those of the port. Where a call broke off, the question is whether something may have
//! happened: what certainly did not may be tried again, everything else is an unknown outcome.

use chrono::{DateTime, TimeZone, Utc};
use kernel::{
    AppError,
    money::{Currency, Money},
};
use plugin_host::{
    CallFailure, CallReport,
    model::{self, PluginError, payments as plugin},
};
use ports::{
    PortError,
    payment::{Action, Outcome, ProviderState, StatementLine},
};

use crate::{calls::NotStarted, hooks};

/// What a call that broke off means for its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It moves money: unless nothing left, nobody knows.
    Unknown,
    /// It changes nothing at the provider: ask again.
    Again,
}

/// The plugin's answer, or what a caller may do next.
pub(super) fn answer<T>(report: CallReport<Result<T, PluginError>>, doubt: Doubt) -> Result<T, PortError> {
    let may_have_acted = report.may_have_acted();
    let open = |reason: String| match doubt {
        Doubt::Unknown if may_have_acted => PortError::UnknownOutcome(reason),
        _ => PortError::Retryable { reason, after_ms: None },
    };
    match report.outcome {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(match error {
            PluginError::Misconfigured { field, message } => PortError::Misconfigured(format!("{field}: {message}")),
            PluginError::Unauthorized(text) => PortError::Misconfigured(text),
            PluginError::Rejected { code, message } => PortError::Rejected { code, message },
            PluginError::Retryable { after_ms, reason } => PortError::Retryable { reason, after_ms },
            PluginError::UnknownOutcome(reason) if doubt == Doubt::Unknown => PortError::UnknownOutcome(reason),
            PluginError::UnknownOutcome(reason) => PortError::Retryable { reason, after_ms: None },
            PluginError::Unsupported(what) => PortError::Unsupported(what),
            PluginError::Other { code, message } if may_have_acted => open(format!("{code}: {message}")),
            PluginError::Other { code, message } => PortError::Rejected { code, message },
        }),
        Err(CallFailure::NotOffered(what)) => Err(PortError::Unsupported(what)),
        Err(failure) => Err(open(failure.to_string())),
    }
}

/// Nothing was called.
pub(super) fn not_started(error: NotStarted) -> PortError {
    match error {
        NotStarted::Unready(error) => unready(error),
        NotStarted::NoConsent => PortError::Misconfigured(error.to_string()),
        NotStarted::Unknown | NotStarted::NotLive | NotStarted::Revoked => PortError::Unsupported(error.to_string()),
    }
}

pub(super) fn unready(error: AppError) -> PortError {
    tracing::error!(error = kernel::http::error::chain(&error), "a plugin cannot be called");
    PortError::Retryable { reason: error.code.into_owned(), after_ms: None }
}

pub(super) fn amount_out(amount: Money) -> model::Money {
    model::Money { minor: amount.minor, currency: amount.currency.code().to_owned() }
}

fn amount_in(amount: model::Money) -> Result<Money, String> {
    let currency = Currency::from_code(&amount.currency).map_err(|error| error.to_string())?;
    Ok(Money::new(amount.minor, currency))
}

fn instant(ms: u64) -> Option<DateTime<Utc>> {
    i64::try_from(ms).ok().and_then(|ms| Utc.timestamp_millis_opt(ms).single())
}

/// An outcome whose amounts can be read. An amount that cannot be read must not be taken for "not said".
pub(super) fn outcome(outcome: plugin::Outcome) -> Result<Outcome, String> {
    Ok(Outcome {
        reason: hooks::reason(&outcome.extra),
        state: hooks::state(outcome.state),
        provider_ref: outcome.provider_ref,
        code: outcome.code,
        message: outcome.message,
        action: outcome.action.map(|action| match action.kind.as_str() {
            "url" => Action::OpenUrl(action.value),
            _ => Action::Read(action.value),
        }),
        amount: outcome.amount.map(amount_in).transpose()?,
        fee: outcome.fee.map(amount_in).transpose()?,
        receipt: outcome.receipt,
        occurred_at: outcome.occurred_ms.and_then(instant),
    })
}

pub(super) fn line(line: plugin::StatementLine) -> Result<StatementLine, String> {
    let known = ["payment", "refund", "payout", "fee", "settlement"];
    let state: ProviderState = hooks::state(line.state);
    Ok(StatementLine {
        provider_ref: line.provider_ref,
        receipt: line.receipt,
        kind: if known.contains(&line.kind.as_str()) { line.kind } else { "adjustment".to_owned() },
        state,
        gross: amount_in(line.gross)?,
        fee: line.fee.map(amount_in).transpose()?,
        reference: line.reference,
        counterparty: line.counterparty,
        occurred_at: instant(line.occurred_ms).ok_or("impossible time")?,
        settled_on: line.settled_on.map(|day| day.parse()).transpose().map_err(|_| "impossible day")?,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use plugin_host::{Exchange, Scope, TrapKind, Usage};

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
        CallReport { outcome, usage: Usage::default(), exchanges: vec![exchange], logs: Vec::new(), logs_dropped: 0, created_blobs: Vec::new() }
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
    fn an_undescribed_no_is_final_only_if_nothing_left() {
        let other = || Ok(Err(PluginError::Other { code: "x".into(), message: "y".into() }));
        assert!(is_unknown(other(), true, Doubt::Unknown));
        assert!(matches!(answer(report(other(), false), Doubt::Unknown), Err(PortError::Rejected { .. })));
    }
}
