//! Insurance: offers, policies, claims and certificates made of the questions about them.

use wakala_plugin_sdk::host::types::File;
use wakala_plugin_sdk::insurance::certificates::{self, Certificate, CertificateRequest, Confirmation, Finding};
use wakala_plugin_sdk::insurance::claims::{self, Claim, Notice};
use wakala_plugin_sdk::insurance::endorsements::{self, Change};
use wakala_plugin_sdk::insurance::insurer::{self, BindRequest, QuoteRequest};
use wakala_plugin_sdk::insurance::{Offer, Policy, PremiumPart};
use wakala_plugin_sdk::{CallContext, PluginError};

use crate::Conformance;

fn policy(provider_ref: String, number: Option<String>) -> Policy {
    Policy { provider_ref, number, state: "active".to_owned(), starts: None, ends: None, total: None, files: Vec::new(), extra: Vec::new() }
}

impl insurer::Guest for Conformance {
    fn quote(_ctx: CallContext, req: QuoteRequest) -> Result<Vec<Offer>, PluginError> {
        let part = req.sum_insured.clone().map(|amount| PremiumPart { kind: "basic".to_owned(), amount, extra: Vec::new() });
        let offer = Offer {
            provider_ref: format!("{}/{}", req.product, req.cover),
            state: "quoted".to_owned(),
            total: req.sum_insured,
            parts: part.into_iter().collect(),
            expires_ms: Some(1),
            reasons: vec![req.starts, req.ends, req.currency, req.risk, req.answers],
            files: Vec::new(),
            extra: req.insured.fields,
        };
        Ok(vec![offer])
    }

    fn bind(_ctx: CallContext, req: BindRequest) -> Result<Policy, PluginError> {
        let bound = policy(req.offer_ref, Some(req.reference));
        Ok(Policy { total: Some(req.total), extra: req.insured.fields, ..bound })
    }

    fn get_policy(_ctx: CallContext, provider_ref: Option<String>, reference: String) -> Result<Policy, PluginError> {
        let found = provider_ref.ok_or_else(|| PluginError::Unsupported(reference.clone()))?;
        Ok(policy(found, Some(reference)))
    }
}

impl endorsements::Guest for Conformance {
    fn quote(_ctx: CallContext, req: Change) -> Result<Offer, PluginError> {
        Ok(Offer {
            provider_ref: req.policy_ref,
            state: "quoted".to_owned(),
            total: req.sum_insured,
            parts: Vec::new(),
            expires_ms: None,
            reasons: vec![req.reference, req.effective, req.risk, req.reason],
            files: Vec::new(),
            extra: req.extra,
        })
    }

    fn endorse(_ctx: CallContext, req: Change, offer_ref: Option<String>) -> Result<Policy, PluginError> {
        Ok(policy(req.policy_ref, offer_ref))
    }

    fn cancel(_ctx: CallContext, policy_ref: String, effective: String, reason: String) -> Result<Policy, PluginError> {
        Ok(Policy { ends: Some(effective), state: "cancelled".to_owned(), ..policy(policy_ref, Some(reason)) })
    }
}

fn claim(provider_ref: String, message: Option<String>) -> Claim {
    Claim { provider_ref, number: None, state: "notified".to_owned(), approved: None, paid: None, message, extra: Vec::new() }
}

impl claims::Guest for Conformance {
    fn notify(_ctx: CallContext, req: Notice) -> Result<Claim, PluginError> {
        Ok(Claim { number: Some(req.policy_number), approved: req.estimate, ..claim(req.policy_ref, Some(req.details)) })
    }

    fn supply(_ctx: CallContext, provider_ref: String, note: String, files: Vec<File>) -> Result<Claim, PluginError> {
        let names = files.into_iter().map(|file| (file.kind, file.name)).collect();
        Ok(Claim { extra: names, ..claim(provider_ref, Some(note)) })
    }

    fn get_claim(_ctx: CallContext, provider_ref: Option<String>, reference: String) -> Result<Claim, PluginError> {
        Ok(claim(provider_ref.unwrap_or_default(), Some(reference)))
    }
}

fn certificate(provider_ref: Option<String>, number: Option<String>, state: &str) -> Certificate {
    Certificate {
        provider_ref,
        number,
        state: state.to_owned(),
        policy_number: None,
        insurer: None,
        subject: Vec::new(),
        starts: None,
        ends: None,
        findings: Vec::new(),
        extra: Vec::new(),
    }
}

fn doubt(req: &CertificateRequest) -> Finding {
    Finding { code: "registry-mismatch".to_owned(), message: req.risk.clone(), blocking: true, extra: Vec::new() }
}

impl certificates::Guest for Conformance {
    fn precheck(_ctx: CallContext, req: CertificateRequest) -> Result<Vec<Finding>, PluginError> {
        Ok(vec![doubt(&req)])
    }

    fn issue(_ctx: CallContext, req: CertificateRequest) -> Result<Certificate, PluginError> {
        let findings = vec![doubt(&req)];
        Ok(Certificate {
            policy_number: Some(req.policy_number),
            insurer: Some(req.insurer),
            starts: Some(req.starts),
            ends: Some(req.ends),
            findings,
            ..certificate(Some(req.kind), None, "needs-confirmation")
        })
    }

    fn confirm(_ctx: CallContext, provider_ref: String, answer: Confirmation) -> Result<Certificate, PluginError> {
        if !answer.approved {
            return Err(PluginError::rejected("data", answer.comment));
        }
        Ok(Certificate { subject: answer.facts, ..certificate(Some(provider_ref), Some(answer.by), "issued") })
    }

    fn validate(_ctx: CallContext, number: Option<String>, subject: Vec<(String, String)>) -> Result<Vec<Certificate>, PluginError> {
        Ok(vec![Certificate { subject, ..certificate(None, number, "issued") }])
    }

    fn document(_ctx: CallContext, number: String) -> Result<File, PluginError> {
        let made = wakala_plugin_sdk::host::blobs::create("application/pdf", number.as_bytes())?;
        Ok(File { blob: made.id, kind: "certificate".to_owned(), name: number, content_type: made.content_type, extra: Vec::new() })
    }

    fn cancel(_ctx: CallContext, number: String, reason: String) -> Result<Certificate, PluginError> {
        Ok(certificate(Some(reason), Some(number), "cancelled"))
    }
}
