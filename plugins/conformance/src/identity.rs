//! Checks: every field of the person matches.

use wakala_plugin_sdk::identity::checks::{self, CheckRequest, CheckResult, MatchedField};
use wakala_plugin_sdk::{CallContext, PluginError};

use crate::Conformance;

impl checks::Guest for Conformance {
    fn run(ctx: CallContext, req: CheckRequest) -> Result<CheckResult, PluginError> {
        let matched = |(name, value): (String, String)| MatchedField { name, outcome: "match".to_owned(), value: Some(value), extra: Vec::new() };
        Ok(CheckResult {
            provider_ref: Some(ctx.idempotency_key),
            state: "done".to_owned(),
            verdict: Some("match".to_owned()),
            confidence: Some(100),
            fields: req.subject.fields.into_iter().map(matched).collect(),
            code: Some(req.kind),
            message: req.consent.map(|consent| consent.purpose),
            evidence: req.files,
            extra: req.account.map(|account| account.fields).unwrap_or_default(),
        })
    }

    fn query(_ctx: CallContext, provider_ref: Option<String>, idempotency_key: String) -> Result<CheckResult, PluginError> {
        Ok(CheckResult {
            provider_ref,
            state: "pending".to_owned(),
            verdict: None,
            confidence: None,
            fields: Vec::new(),
            code: None,
            message: Some(idempotency_key),
            evidence: Vec::new(),
            extra: Vec::new(),
        })
    }
}
