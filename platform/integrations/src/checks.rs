//! Checks through whichever plugins the tenant has live for them: the `Checker` of domains.

use async_trait::async_trait;
use kernel::{AppResult, Scope};
use plugin_host::model::identity as model;
use ports::{
    PortError,
    check::{Check, CheckKind, CheckRef, CheckResult, Checker, MatchedField, OfferedCheck, Progress, Verdict},
};
use serde_json::{Value, json};

use crate::{
    Integrations,
    ask::{Doubt, millis},
    calls::{Blobs, Use},
    papers,
};

#[async_trait]
impl Checker for Integrations {
    async fn offers(&self, scope: &Scope) -> AppResult<Vec<OfferedCheck>> {
        let mut offered = Vec::new();
        for (installation, package) in self.answering(scope, "checks").await? {
            let kinds = package.manifest.checks.iter().flat_map(|checks| &checks.kinds);
            // A kind that this version of the platform does not know is not offered by it.
            offered.extend(kinds.filter_map(|kind| CheckKind::from_name(kind)).map(|kind| OfferedCheck { installation, kind }));
        }
        Ok(offered)
    }

    async fn run(&self, scope: &Scope, check: Check) -> Result<CheckResult, PortError> {
        let blobs = Blobs::default();
        let wish = model::CheckRequest {
            kind: check.kind.as_str().to_owned(),
            country: check.country,
            subject: papers::party_out(check.subject),
            account: check.account.map(papers::account_out),
            files: papers::lend_all(&blobs, check.papers)?,
            consent: check.consent.map(|consent| model::Consent {
                given_ms: millis(consent.at),
                purpose: consent.purpose,
                text_version: consent.text_version,
                extra: Vec::new(),
            }),
            extra: Vec::new(),
        };
        // Nothing of the person: what was claimed stays with whoever asked.
        let request = json!({ "kind": wish.kind, "country": wish.country, "files": wish.files.len() });
        let using = Use::errand(check.errand, "check-identity", request, &blobs);
        let asked = self.ask(scope, using, Doubt::Unknown, describe, |plugin, spec| async move { plugin.run_check(spec, wish).await });
        Ok(read(&blobs, asked.await?))
    }

    async fn result(&self, scope: &Scope, check: CheckRef) -> Result<CheckResult, PortError> {
        let blobs = Blobs::default();
        let request = json!({ "check": check.key, "provider_ref": check.provider_ref });
        let using = Use { key: check.key.clone(), ..Use::question(check.installation, "check-result", request, &blobs) };
        let CheckRef { key, provider_ref, .. } = check;
        let asked = self.ask(scope, using, Doubt::Again, describe, |plugin, spec| async move { plugin.query_check(spec, provider_ref, key).await });
        Ok(read(&blobs, asked.await?))
    }
}

/// A result in the words of the port. Words that are not known mean what the interface says they do.
fn read(blobs: &Blobs, result: model::CheckResult) -> CheckResult {
    let progress = match result.state.as_str() {
        "done" => Progress::Done(result.verdict.as_deref().and_then(Verdict::from_name).unwrap_or(Verdict::Review)),
        "unavailable" => Progress::Unavailable,
        _ => Progress::Pending,
    };
    let field = |field: model::MatchedField| MatchedField { name: field.name, outcome: field.outcome, value: field.value };
    CheckResult {
        provider_ref: result.provider_ref,
        progress,
        confidence: result.confidence.map(|percent| percent.min(100)),
        fields: result.fields.into_iter().map(field).collect(),
        code: result.code,
        message: result.message,
        evidence: papers::take_all(blobs, result.evidence),
    }
}

/// For the call log: the verdict, nothing of the person.
fn describe(result: &model::CheckResult) -> Value {
    json!({ "state": result.state, "verdict": result.verdict, "provider_ref": result.provider_ref, "code": result.code })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(state: &str, verdict: Option<&str>) -> Progress {
        let result = model::CheckResult {
            provider_ref: None,
            state: state.to_owned(),
            verdict: verdict.map(str::to_owned),
            confidence: Some(255),
            fields: Vec::new(),
            code: None,
            message: None,
            evidence: Vec::new(),
            extra: Vec::new(),
        };
        let read = read(&Blobs::default(), result);
        assert_eq!(read.confidence, Some(100));
        read.progress
    }

    #[test]
    fn a_verdict_counts_once_the_check_is_done_and_an_unknown_one_is_for_somebody_to_look_at() {
        assert_eq!(result("done", Some("no-match")), Progress::Done(Verdict::NoMatch));
        assert_eq!(result("done", Some("splendid")), Progress::Done(Verdict::Review));
        assert_eq!(result("done", None), Progress::Done(Verdict::Review));
        assert_eq!(result("working", Some("match")), Progress::Pending);
        assert_eq!(result("unavailable", None), Progress::Unavailable);
    }
}
