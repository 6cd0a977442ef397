//! Calls of insurance and certificate plugins.

use super::bindings::exports::wakala::insurance::{certificates, claims, endorsements, insurer};
use super::bindings::wakala::insurance::types as shared;
use super::calls;
use super::convert::{blobs, each};
use super::state::CallState;
use crate::model::insurance as model;
use crate::model::{Fields, File};

calls! {
    /// `insurer.quote`.
    quote(request: model::QuoteRequest) -> Vec<model::Offer> = insurer.call_quote(&request.into()), plain each;
    /// `insurer.bind`; failures as for [`Self::collect`].
    bind(request: model::BindRequest) -> model::Policy = insurer.call_bind(&request.into()), plain Into::into;
    /// `insurer.get-policy`, by the provider's name of it or else by our reference.
    policy(provider_ref: Option<String>, reference: String) -> model::Policy
        = insurer.call_get_policy(provider_ref.as_deref(), &reference), plain Into::into;

    /// `endorsements.quote`.
    quote_change(change: model::Change) -> model::Offer = endorsements.call_quote(&change.into()), plain Into::into;
    /// `endorsements.endorse`; failures as for [`Self::collect`].
    endorse(change: model::Change, offer_ref: Option<String>) -> model::Policy
        = endorsements.call_endorse(&change.into(), offer_ref.as_deref()), plain Into::into;
    /// `endorsements.cancel` on a day, written `2026-10-02`.
    end_policy(policy_ref: String, effective: String, reason: String) -> model::Policy
        = endorsements.call_cancel(&policy_ref, &effective, &reason), plain Into::into;

    /// `claims.notify`; failures as for [`Self::collect`].
    notify_claim(notice: model::Notice) -> model::Claim = claims.call_notify(&notice.into()), blobs blobs(&notice.files), plain Into::into;
    /// `claims.supply`.
    supply_claim(provider_ref: String, note: String, files: Vec<File>) -> model::Claim
        = claims.call_supply(&provider_ref, &note, &each(files)), blobs blobs(&files), plain Into::into;
    /// `claims.get-claim`, by the provider's name of it or else by our reference.
    claim(provider_ref: Option<String>, reference: String) -> model::Claim
        = claims.call_get_claim(provider_ref.as_deref(), &reference), plain Into::into;

    /// `certificates.precheck`.
    precheck_certificate(request: model::CertificateRequest) -> Vec<model::Finding>
        = certificates.call_precheck(&request.into()), plain each;
    /// `certificates.issue`; failures as for [`Self::collect`].
    issue_certificate(request: model::CertificateRequest) -> model::Certificate
        = certificates.call_issue(&request.into()), plain Into::into;
    /// `certificates.confirm`; failures as for [`Self::collect`].
    confirm_certificate(provider_ref: String, answer: model::Confirmation) -> model::Certificate
        = certificates.call_confirm(&provider_ref, &answer.into()), plain Into::into;
    /// `certificates.validate`.
    validate_certificate(number: Option<String>, subject: Fields) -> Vec<model::Certificate>
        = certificates.call_validate(number.as_deref(), &subject), plain each;
    /// `certificates.document`.
    certificate_document(number: String) -> File = certificates.call_document(&number), plain Into::into;
    /// `certificates.cancel`.
    cancel_certificate(number: String, reason: String) -> model::Certificate
        = certificates.call_cancel(&number, &reason), plain Into::into;
}

impl shared::Host for CallState {}

impl From<shared::PremiumPart> for model::PremiumPart {
    fn from(p: shared::PremiumPart) -> Self {
        Self { kind: p.kind, amount: p.amount.into(), extra: p.extra }
    }
}

impl From<shared::Offer> for model::Offer {
    fn from(o: shared::Offer) -> Self {
        Self {
            provider_ref: o.provider_ref,
            state: o.state,
            total: o.total.map(Into::into),
            parts: each(o.parts),
            expires_ms: o.expires_ms,
            reasons: o.reasons,
            files: each(o.files),
            extra: o.extra,
        }
    }
}

impl From<shared::Policy> for model::Policy {
    fn from(p: shared::Policy) -> Self {
        Self {
            provider_ref: p.provider_ref,
            number: p.number,
            state: p.state,
            starts: p.starts,
            ends: p.ends,
            total: p.total.map(Into::into),
            files: each(p.files),
            extra: p.extra,
        }
    }
}

impl From<model::QuoteRequest> for insurer::QuoteRequest {
    fn from(q: model::QuoteRequest) -> Self {
        Self {
            product: q.product,
            cover: q.cover,
            starts: q.starts,
            ends: q.ends,
            currency: q.currency,
            sum_insured: q.sum_insured.map(Into::into),
            insured: q.insured.into(),
            risk: q.risk,
            answers: q.answers,
            extra: q.extra,
        }
    }
}

impl From<model::BindRequest> for insurer::BindRequest {
    fn from(b: model::BindRequest) -> Self {
        Self {
            offer_ref: b.offer_ref,
            reference: b.reference,
            total: b.total.into(),
            payment_reference: b.payment_reference,
            insured: b.insured.into(),
            extra: b.extra,
        }
    }
}

impl From<model::Change> for endorsements::Change {
    fn from(c: model::Change) -> Self {
        Self {
            policy_ref: c.policy_ref,
            reference: c.reference,
            effective: c.effective,
            risk: c.risk,
            sum_insured: c.sum_insured.map(Into::into),
            reason: c.reason,
            extra: c.extra,
        }
    }
}

impl From<model::Notice> for claims::Notice {
    fn from(n: model::Notice) -> Self {
        Self {
            policy_ref: n.policy_ref,
            policy_number: n.policy_number,
            reference: n.reference,
            kind: n.kind,
            occurred_ms: n.occurred_ms,
            place: n.place,
            description: n.description,
            estimate: n.estimate.map(Into::into),
            details: n.details,
            files: each(n.files),
            extra: n.extra,
        }
    }
}

impl From<claims::Claim> for model::Claim {
    fn from(c: claims::Claim) -> Self {
        Self {
            provider_ref: c.provider_ref,
            number: c.number,
            state: c.state,
            approved: c.approved.map(Into::into),
            paid: c.paid.map(Into::into),
            message: c.message,
            extra: c.extra,
        }
    }
}

impl From<model::CertificateRequest> for certificates::CertificateRequest {
    fn from(c: model::CertificateRequest) -> Self {
        Self {
            kind: c.kind,
            cover: c.cover,
            insurer: c.insurer,
            policy_number: c.policy_number,
            starts: c.starts,
            ends: c.ends,
            sum_insured: c.sum_insured.map(Into::into),
            insured: c.insured.into(),
            risk: c.risk,
            extra: c.extra,
        }
    }
}

impl From<certificates::Finding> for model::Finding {
    fn from(f: certificates::Finding) -> Self {
        Self { code: f.code, message: f.message, blocking: f.blocking, extra: f.extra }
    }
}

impl From<certificates::Certificate> for model::Certificate {
    fn from(c: certificates::Certificate) -> Self {
        Self {
            provider_ref: c.provider_ref,
            number: c.number,
            state: c.state,
            policy_number: c.policy_number,
            insurer: c.insurer,
            subject: c.subject,
            starts: c.starts,
            ends: c.ends,
            findings: each(c.findings),
            extra: c.extra,
        }
    }
}

impl From<model::Confirmation> for certificates::Confirmation {
    fn from(c: model::Confirmation) -> Self {
        Self { approved: c.approved, by: c.by, facts: c.facts, comment: c.comment, extra: c.extra }
    }
}
