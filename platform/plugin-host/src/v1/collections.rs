//! Calls of collections and payroll plugins.

use super::bindings::exports::wakala::collections::{deductions, mandates, runs};
use super::bindings::wakala::collections::types as shared;
use super::calls;
use super::convert::each;
use super::state::CallState;
use crate::model::collections as model;

calls! {
    /// `mandates.register`; failures as for [`Self::collect`].
    register_mandate(mandate: model::Mandate) -> model::Mandate = mandates.call_register(&mandate.into()), plain Into::into;
    /// `mandates.amend`.
    amend_mandate(mandate: model::Mandate) -> model::Mandate = mandates.call_amend(&mandate.into()), plain Into::into;
    /// `mandates.cancel`.
    cancel_mandate(reference: String, provider_ref: Option<String>, reason: String) -> model::Mandate
        = mandates.call_cancel(&reference, provider_ref.as_deref(), &reason), plain Into::into;
    /// `mandates.status`.
    mandate_standing(reference: String, provider_ref: Option<String>) -> model::Standing
        = mandates.call_status(&reference, provider_ref.as_deref()), plain Into::into;

    /// `runs.submit`; failures as for [`Self::collect`].
    submit_run(run: String, lines: Vec<model::Line>) -> model::Submitted = runs.call_submit(&run, &each(lines)), plain Into::into;
    /// `runs.results` of the lines that are still open.
    run_results(run: String, provider_ref: Option<String>, open: Vec<model::Line>, cursor: Option<String>) -> model::LinePage
        = runs.call_results(&run, provider_ref.as_deref(), &each(open), cursor.as_deref()), plain Into::into;

    /// `deductions.submit`; failures as for [`Self::collect`].
    submit_schedule(schedule: model::Schedule) -> model::Delivered = deductions.call_submit(&schedule.into()), plain Into::into;
    /// `deductions.answers`, out of an object of the store if `answer` names one.
    schedule_answers(provider_ref: String, answer: Option<String>, cursor: Option<String>) -> model::Answered
        = deductions.call_answers(&provider_ref, answer.as_ref(), cursor.as_deref()), blobs answer.clone(), plain Into::into;
}

impl shared::Host for CallState {}

impl From<model::Line> for shared::Line {
    fn from(l: model::Line) -> Self {
        Self {
            reference: l.reference,
            provider_ref: l.provider_ref,
            mandate: l.mandate,
            mandate_ref: l.mandate_ref,
            amount: l.amount.into(),
            due: l.due,
            state: l.state,
            collected: l.collected.map(Into::into),
            paid_on: l.paid_on,
            code: l.code,
            reason: l.reason,
            extra: l.extra,
        }
    }
}

impl From<shared::Line> for model::Line {
    fn from(l: shared::Line) -> Self {
        Self {
            reference: l.reference,
            provider_ref: l.provider_ref,
            mandate: l.mandate,
            mandate_ref: l.mandate_ref,
            amount: l.amount.into(),
            due: l.due,
            state: l.state,
            collected: l.collected.map(Into::into),
            paid_on: l.paid_on,
            code: l.code,
            reason: l.reason,
            extra: l.extra,
        }
    }
}

impl From<shared::LinePage> for model::LinePage {
    fn from(l: shared::LinePage) -> Self {
        Self { lines: each(l.lines), next: l.next, extra: l.extra }
    }
}

impl From<shared::Refusal> for model::Refusal {
    fn from(r: shared::Refusal) -> Self {
        Self { reference: r.reference, code: r.code, message: r.message, extra: r.extra }
    }
}

impl From<model::Mandate> for mandates::Mandate {
    fn from(m: model::Mandate) -> Self {
        Self {
            reference: m.reference,
            provider_ref: m.provider_ref,
            scheme: m.scheme,
            debtor: m.debtor.into(),
            account: m.account.into(),
            amount: m.amount.into(),
            first_amount: m.first_amount.map(Into::into),
            maximum: m.maximum.map(Into::into),
            frequency: m.frequency,
            collection_day: m.collection_day,
            first_on: m.first_on,
            count: m.count,
            tracking_days: m.tracking_days,
            state: m.state,
            message: m.message,
            extra: m.extra,
        }
    }
}

impl From<mandates::Mandate> for model::Mandate {
    fn from(m: mandates::Mandate) -> Self {
        Self {
            reference: m.reference,
            provider_ref: m.provider_ref,
            scheme: m.scheme,
            debtor: m.debtor.into(),
            account: m.account.into(),
            amount: m.amount.into(),
            first_amount: m.first_amount.map(Into::into),
            maximum: m.maximum.map(Into::into),
            frequency: m.frequency,
            collection_day: m.collection_day,
            first_on: m.first_on,
            count: m.count,
            tracking_days: m.tracking_days,
            state: m.state,
            message: m.message,
            extra: m.extra,
        }
    }
}

impl From<mandates::Standing> for model::Standing {
    fn from(s: mandates::Standing) -> Self {
        Self { mandate: s.mandate.into(), lines: each(s.lines), extra: s.extra }
    }
}

impl From<runs::Submitted> for model::Submitted {
    fn from(s: runs::Submitted) -> Self {
        Self { provider_ref: s.provider_ref, refused: each(s.refused), extra: s.extra }
    }
}

impl From<model::Deduction> for deductions::Deduction {
    fn from(d: model::Deduction) -> Self {
        Self { reference: d.reference, mandate: d.mandate, employee: d.employee.into(), amount: d.amount.into(), extra: d.extra }
    }
}

impl From<model::Schedule> for deductions::Schedule {
    fn from(s: model::Schedule) -> Self {
        Self { employer: s.employer.into(), period: s.period, due: s.due, deductions: each(s.deductions), extra: s.extra }
    }
}

impl From<deductions::Delivered> for model::Delivered {
    fn from(d: deductions::Delivered) -> Self {
        Self { provider_ref: d.provider_ref, file: d.file.map(Into::into), refused: each(d.refused), extra: d.extra }
    }
}

impl From<deductions::Answered> for model::Answered {
    fn from(a: deductions::Answered) -> Self {
        Self {
            lines: each(a.lines),
            settlement: a.settlement.map(Into::into),
            settled_on: a.settled_on,
            settlement_ref: a.settlement_ref,
            next: a.next,
            extra: a.extra,
        }
    }
}
