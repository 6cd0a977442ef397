//! Calls of identity plugins, and of others that answer `checks`.

use super::bindings::exports::wakala::identity::checks;
use super::calls;
use super::convert::{blobs, each};
use crate::model::identity as model;

calls! {
    /// `checks.run`; failures as for [`Self::collect`].
    run_check(request: model::CheckRequest) -> model::CheckResult = checks.call_run(&request.into()), blobs blobs(&request.files), plain Into::into;
    /// `checks.query`.
    query_check(provider_ref: Option<String>, idempotency_key: String) -> model::CheckResult
        = checks.call_query(provider_ref.as_deref(), &idempotency_key), plain Into::into;
}

impl From<model::Consent> for checks::Consent {
    fn from(c: model::Consent) -> Self {
        Self { given_ms: c.given_ms, purpose: c.purpose, text_version: c.text_version, extra: c.extra }
    }
}

impl From<model::CheckRequest> for checks::CheckRequest {
    fn from(c: model::CheckRequest) -> Self {
        Self {
            kind: c.kind,
            country: c.country,
            subject: c.subject.into(),
            account: c.account.map(Into::into),
            files: each(c.files),
            consent: c.consent.map(Into::into),
            extra: c.extra,
        }
    }
}

impl From<checks::MatchedField> for model::MatchedField {
    fn from(m: checks::MatchedField) -> Self {
        Self { name: m.name, outcome: m.outcome, value: m.value, extra: m.extra }
    }
}

impl From<checks::CheckResult> for model::CheckResult {
    fn from(c: checks::CheckResult) -> Self {
        Self {
            provider_ref: c.provider_ref,
            state: c.state,
            verdict: c.verdict,
            confidence: c.confidence,
            fields: each(c.fields),
            code: c.code,
            message: c.message,
            evidence: each(c.evidence),
            extra: c.extra,
        }
    }
}
