//! Between the generated records and the plain ones.

use super::bindings::exports::wakala::host::{lifecycle, poll, webhook};
use super::bindings::exports::wakala::payments::{gateway, payouts, statements};
use super::bindings::wakala::host::types as wit;
use super::bindings::wakala::payments::types as pay;
use crate::model::payments as plain;
use crate::model::{self, PluginError};

/// Converts every member of a list.
pub(super) fn each<A, B: From<A>>(list: Vec<A>) -> Vec<B> {
    list.into_iter().map(B::from).collect()
}

/// Ids of the objects behind files.
pub(super) fn blobs<'a>(files: impl IntoIterator<Item = &'a model::File>) -> Vec<String> {
    files.into_iter().map(|file| file.blob.clone()).collect()
}

impl From<model::Money> for wit::Money {
    fn from(m: model::Money) -> Self {
        Self { minor: m.minor, currency: m.currency }
    }
}

impl From<wit::Money> for model::Money {
    fn from(m: wit::Money) -> Self {
        Self { minor: m.minor, currency: m.currency }
    }
}

impl From<model::Party> for wit::Party {
    fn from(p: model::Party) -> Self {
        Self { name: p.name, phone: p.phone, email: p.email, fields: p.fields, extra: p.extra }
    }
}

impl From<wit::Party> for model::Party {
    fn from(p: wit::Party) -> Self {
        Self { name: p.name, phone: p.phone, email: p.email, fields: p.fields, extra: p.extra }
    }
}

impl From<model::Account> for wit::Account {
    fn from(a: model::Account) -> Self {
        Self { kind: a.kind, fields: a.fields, extra: a.extra }
    }
}

impl From<wit::Account> for model::Account {
    fn from(a: wit::Account) -> Self {
        Self { kind: a.kind, fields: a.fields, extra: a.extra }
    }
}

impl From<model::File> for wit::File {
    fn from(f: model::File) -> Self {
        Self { blob: f.blob, kind: f.kind, name: f.name, content_type: f.content_type, extra: f.extra }
    }
}

impl From<wit::File> for model::File {
    fn from(f: wit::File) -> Self {
        Self { blob: f.blob, kind: f.kind, name: f.name, content_type: f.content_type, extra: f.extra }
    }
}

impl From<wit::Event> for model::Event {
    fn from(e: wit::Event) -> Self {
        Self { id: e.id, kind: e.kind, occurred_ms: e.occurred_ms, data: e.data, extra: e.extra }
    }
}

impl From<wit::PluginError> for PluginError {
    fn from(error: wit::PluginError) -> Self {
        match error {
            wit::PluginError::Misconfigured(e) => Self::Misconfigured { field: e.field, message: e.message },
            wit::PluginError::Unauthorized(text) => Self::Unauthorized(text),
            wit::PluginError::Rejected(e) => Self::Rejected { code: e.code, message: e.message },
            wit::PluginError::Retryable(e) => Self::Retryable { after_ms: e.after_ms, reason: e.reason },
            wit::PluginError::UnknownOutcome(text) => Self::UnknownOutcome(text),
            wit::PluginError::Unsupported(text) => Self::Unsupported(text),
            wit::PluginError::Other(e) => Self::Other { code: e.code, message: e.message },
        }
    }
}

impl From<lifecycle::Report> for model::CheckReport {
    fn from(r: lifecycle::Report) -> Self {
        Self { summary: r.summary, warnings: r.warnings, values: r.values, extra: r.extra }
    }
}

impl From<model::Inbound> for webhook::Inbound {
    fn from(i: model::Inbound) -> Self {
        Self {
            name: i.name,
            subject: i.subject,
            method: i.method,
            path: i.path,
            query: i.query,
            headers: i.headers,
            body: i.body,
            source_ip: i.source_ip,
            received_ms: i.received_ms,
            extra: i.extra,
        }
    }
}

impl From<webhook::Handled> for model::Handled {
    fn from(h: webhook::Handled) -> Self {
        let reply = h.reply.map(|r| model::Reply { status: r.status, headers: r.headers, body: r.body });
        Self { reply, events: h.events.into_iter().map(Into::into).collect(), extra: h.extra }
    }
}

impl From<poll::Batch> for model::PollBatch {
    fn from(b: poll::Batch) -> Self {
        Self { events: b.events.into_iter().map(Into::into).collect(), cursor: b.cursor, more: b.more, extra: b.extra }
    }
}

impl From<plain::PaymentRef> for pay::PaymentRef {
    fn from(r: plain::PaymentRef) -> Self {
        Self { idempotency_key: r.idempotency_key, provider_ref: r.provider_ref, receipt: r.receipt, extra: r.extra }
    }
}

impl From<pay::Outcome> for plain::Outcome {
    fn from(o: pay::Outcome) -> Self {
        Self {
            provider_ref: o.provider_ref,
            state: plain::State::read(&o.state),
            state_word: o.state,
            code: o.code,
            message: o.message,
            action: o.action.map(|a| plain::Action { kind: a.kind, value: a.value, expires_ms: a.expires_ms, extra: a.extra }),
            amount: o.amount.map(Into::into),
            fee: o.fee.map(Into::into),
            receipt: o.receipt,
            occurred_ms: o.occurred_ms,
            saved_method: o.saved_method,
            extra: o.extra,
        }
    }
}

impl From<plain::CollectRequest> for gateway::CollectRequest {
    fn from(r: plain::CollectRequest) -> Self {
        Self {
            method: r.method,
            amount: r.amount.into(),
            payer: r.payer.into(),
            saved_method: r.saved_method,
            reference: r.reference,
            description: r.description,
            return_url: r.return_url,
            extra: r.extra,
        }
    }
}

impl From<plain::PayoutRequest> for payouts::PayoutRequest {
    fn from(r: plain::PayoutRequest) -> Self {
        Self {
            destination: r.destination.into(),
            payee: r.payee.into(),
            amount: r.amount.into(),
            reference: r.reference,
            purpose: r.purpose,
            description: r.description,
            extra: r.extra,
        }
    }
}

impl From<statements::Line> for plain::StatementLine {
    fn from(l: statements::Line) -> Self {
        Self {
            provider_ref: l.provider_ref,
            receipt: l.receipt,
            kind: l.kind,
            state: plain::State::read(&l.state),
            gross: l.gross.into(),
            fee: l.fee.map(Into::into),
            reference: l.reference,
            counterparty: l.counterparty,
            occurred_ms: l.occurred_ms,
            settled_on: l.settled_on,
            settlement_ref: l.settlement_ref,
            extra: l.extra,
        }
    }
}

impl From<statements::LinePage> for plain::StatementPage {
    fn from(p: statements::LinePage) -> Self {
        Self { lines: p.lines.into_iter().map(Into::into).collect(), next: p.next, extra: p.extra }
    }
}

impl From<statements::Balance> for plain::Balance {
    fn from(b: statements::Balance) -> Self {
        Self { account: b.account, available: b.available.into(), as_of_ms: b.as_of_ms, extra: b.extra }
    }
}
