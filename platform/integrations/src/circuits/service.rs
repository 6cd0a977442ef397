//! Judging calls, and closing a circuit by hand.

use chrono::Utc;
use kernel::{AppResult, ReadTx, TenantTx, audit::Change};
use plugin_host::{CallFailure, CallReport, model::PluginError};
use uuid::Uuid;

use super::{Circuit, CircuitView, Verdict, rules, store};
use crate::installs;

/// What a call says of the plugin and its provider. `words` are those of the log.
pub(crate) fn judge<T>(report: &CallReport<Result<T, PluginError>>, words: Option<&str>) -> Verdict {
    let fails = || Verdict::Fails(words.unwrap_or_default().to_owned());
    match &report.outcome {
        Ok(Ok(_) | Err(PluginError::Rejected { .. } | PluginError::Unsupported(_))) => Verdict::Works,
        Ok(Err(PluginError::Misconfigured { .. } | PluginError::Unauthorized(_))) => Verdict::Silent,
        Ok(Err(PluginError::Retryable { .. } | PluginError::UnknownOutcome(_))) => fails(),
        Ok(Err(PluginError::Other { .. })) if report.may_have_acted() => fails(),
        Ok(Err(PluginError::Other { .. })) => Verdict::Works,
        Err(failure) if failure.before_start() => Verdict::Silent,
        Err(CallFailure::Stopped | CallFailure::HostMemory) => Verdict::Silent,
        Err(_) => fails(),
    }
}

/// Writes down what a call has shown; `before` is what was known when it began.
pub(crate) async fn note(tx: &mut TenantTx, installation: Uuid, before: Option<&Circuit>, verdict: Verdict) -> AppResult<()> {
    match verdict {
        Verdict::Silent => Ok(()),
        Verdict::Works if before.is_none() => Ok(()),
        Verdict::Works => store::delete(tx, installation).await.map(drop),
        Verdict::Fails(reason) => {
            let now = Utc::now();
            let locked = store::lock(tx, installation).await?;
            let after = rules::after_failure(locked, reason, now);
            if after.failures == 1 || after.waits_until(now).is_some() {
                tracing::warn!(installation.id = %installation, failures = after.failures, until = ?after.open_until, "calls of a plugin fail");
            }
            store::put(tx, installation, &after, now).await
        }
    }
}

/// Failures in a row, if there are any.
pub(crate) async fn view(tx: &mut ReadTx, installation: Uuid) -> AppResult<Option<CircuitView>> {
    let circuit = store::find(tx, installation).await?;
    let now = Utc::now();
    Ok(circuit.map(|circuit| CircuitView { failures: circuit.failures, waits_until: circuit.waits_until(now), reason: circuit.reason }))
}

/// Lets new calls be made at once. Nothing happens where none waits.
pub async fn close(tx: &mut TenantTx, installation: Uuid) -> AppResult<()> {
    installs::store::lock(tx, installation).await?;
    if store::delete(tx, installation).await? {
        tx.audit(Change::of("integrations.plugin.close_circuit", "plugin_installation", installation)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use plugin_host::{Scope, Usage};

    use super::*;

    type Answer = Result<Result<(), PluginError>, CallFailure>;

    fn judged(outcome: Answer) -> Verdict {
        let report = CallReport {
            outcome,
            usage: Usage::default(),
            timeline: Vec::new(),
            exchanges: Vec::new(),
            logs: Vec::new(),
            logs_dropped: 0,
            created_blobs: Vec::new(),
        };
        judge(&report, Some("words"))
    }

    #[test]
    fn a_providers_no_is_a_sign_of_life_and_silence_is_not() {
        let down = || PluginError::Retryable { after_ms: None, reason: "down".into() };
        assert_eq!(judged(Ok(Ok(()))), Verdict::Works);
        assert_eq!(judged(Ok(Err(PluginError::Rejected { code: "1".into(), message: "no".into() }))), Verdict::Works);
        assert_eq!(judged(Ok(Err(down()))), Verdict::Fails("words".into()));
        assert_eq!(judged(Ok(Err(PluginError::UnknownOutcome("?".into())))), Verdict::Fails("words".into()));
        assert_eq!(judged(Err(CallFailure::Deadline(std::time::Duration::from_secs(30)))), Verdict::Fails("words".into()));
    }

    #[test]
    fn what_is_not_the_providers_fault_says_nothing() {
        assert_eq!(judged(Ok(Err(PluginError::Unauthorized("key".into())))), Verdict::Silent);
        for ours in [CallFailure::Busy(Scope::Tenant), CallFailure::Stopped, CallFailure::HostMemory] {
            assert_eq!(judged(Err(ours)), Verdict::Silent);
        }
    }
}
