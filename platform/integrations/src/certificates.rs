//! Proof of cover through the plugin that speaks with the register: the `CertificateRegister` of domains.

use async_trait::async_trait;
use kernel::{AppResult, Scope};
use plugin_host::model::{File, insurance as model};
use ports::{
    PortError,
    certificate::{CertificateRegister, CertificateState, CertificateWish, Finding, RegisteredCertificate, Settlement},
    provider::{Errand, Paper},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Integrations,
    ask::{Doubt, amount_out, day_in},
    calls::{Blobs, Use},
    papers,
};

#[async_trait]
impl CertificateRegister for Integrations {
    async fn registers(&self, scope: &Scope) -> AppResult<Vec<Uuid>> {
        self.ids_answering(scope, "certificates").await
    }

    async fn precheck(&self, scope: &Scope, wish: CertificateWish) -> Result<Vec<Finding>, PortError> {
        let using = Use::errand(wish.errand.clone(), "precheck-certificate", describe_wish(&wish), &Blobs::default());
        let asked = written(wish);
        self.ask_for(
            scope,
            using,
            Doubt::Again,
            |findings: &Vec<model::Finding>| findings.iter().map(|finding| json!(finding.code)).collect(),
            |plugin, spec| async move { plugin.precheck_certificate(spec, asked).await },
            |findings| Ok(findings.into_iter().map(finding).collect()),
        )
        .await
    }

    async fn issue(&self, scope: &Scope, wish: CertificateWish) -> Result<RegisteredCertificate, PortError> {
        let using = Use::errand(wish.errand.clone(), "issue-certificate", describe_wish(&wish), &Blobs::default());
        let asked = written(wish);
        self.ask_for(scope, using, Doubt::Unknown, describe, |plugin, spec| async move { plugin.issue_certificate(spec, asked).await }, certificate)
            .await
    }

    async fn settle(&self, scope: &Scope, settlement: Settlement) -> Result<RegisteredCertificate, PortError> {
        let request = json!({ "provider_ref": settlement.provider_ref, "approved": settlement.is_approved });
        let using = Use::errand(settlement.errand, "confirm-certificate", request, &Blobs::default());
        let provider_ref = settlement.provider_ref;
        let answer = model::Confirmation {
            approved: settlement.is_approved,
            by: settlement.by,
            facts: settlement.facts.into_iter().map(|(name, holds)| (name, holds.to_string())).collect(),
            comment: settlement.comment,
            extra: Vec::new(),
        };
        self.ask_for(
            scope,
            using,
            Doubt::Unknown,
            describe,
            |plugin, spec| async move { plugin.confirm_certificate(spec, provider_ref, answer).await },
            certificate,
        )
        .await
    }

    async fn look_up(
        &self,
        scope: &Scope,
        installation: Uuid,
        number: Option<String>,
        subject: Vec<(String, String)>,
    ) -> Result<Vec<RegisteredCertificate>, PortError> {
        let using = Use::question(installation, "validate-certificate", json!({ "number": number }), &Blobs::default());
        self.ask_for(
            scope,
            using,
            Doubt::Again,
            |found: &Vec<model::Certificate>| found.iter().map(describe).collect(),
            |plugin, spec| async move { plugin.validate_certificate(spec, number, subject).await },
            |found| found.into_iter().map(certificate).collect(),
        )
        .await
    }

    async fn document(&self, scope: &Scope, installation: Uuid, number: String) -> Result<Paper, PortError> {
        let blobs = Blobs::default();
        let using = Use::question(installation, "certificate-document", json!({ "number": number }), &blobs);
        self.ask_for(
            scope,
            using,
            Doubt::Again,
            |file: &File| json!({ "name": file.name, "content_type": file.content_type }),
            |plugin, spec| async move { plugin.certificate_document(spec, number).await },
            |file| papers::take(&blobs, file).ok_or_else(|| "the plugin names a file that it did not make".to_owned()),
        )
        .await
    }

    async fn cancel(&self, scope: &Scope, errand: Errand, number: String, reason: String) -> Result<RegisteredCertificate, PortError> {
        let using = Use::errand(errand, "cancel-certificate", json!({ "number": number, "reason": reason }), &Blobs::default());
        self.ask_for(
            scope,
            using,
            Doubt::Unknown,
            describe,
            |plugin, spec| async move { plugin.cancel_certificate(spec, number, reason).await },
            certificate,
        )
        .await
    }
}

fn written(wish: CertificateWish) -> model::CertificateRequest {
    model::CertificateRequest {
        kind: wish.kind,
        cover: wish.cover,
        insurer: wish.insurer,
        policy_number: wish.policy_number,
        starts: wish.starts.to_string(),
        ends: wish.ends.to_string(),
        sum_insured: wish.sum_insured.map(amount_out),
        insured: papers::party_out(wish.insured),
        risk: wish.risk.to_string(),
        extra: Vec::new(),
    }
}

fn finding(finding: model::Finding) -> Finding {
    Finding { code: finding.code, message: finding.message, is_blocking: finding.blocking }
}

fn certificate(certificate: model::Certificate) -> Result<RegisteredCertificate, String> {
    Ok(RegisteredCertificate {
        provider_ref: certificate.provider_ref,
        number: certificate.number,
        state: CertificateState::from_name(&certificate.state).unwrap_or(CertificateState::NotValid),
        policy_number: certificate.policy_number,
        insurer: certificate.insurer,
        subject: certificate.subject,
        starts: certificate.starts.as_deref().map(day_in).transpose()?,
        ends: certificate.ends.as_deref().map(day_in).transpose()?,
        findings: certificate.findings.into_iter().map(finding).collect(),
    })
}

/// For the call log: nothing of the insured.
fn describe_wish(wish: &CertificateWish) -> Value {
    json!({ "kind": wish.kind, "cover": wish.cover, "policy": wish.policy_number, "starts": wish.starts, "ends": wish.ends })
}

fn describe(certificate: &model::Certificate) -> Value {
    let findings: Vec<&str> = certificate.findings.iter().map(|finding| finding.code.as_str()).collect();
    json!({ "provider_ref": certificate.provider_ref, "number": certificate.number, "state": certificate.state, "findings": findings })
}
