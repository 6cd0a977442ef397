//! Collections: mandates and lines come back as they went, with what a provider would add.

use wakala_plugin_sdk::collections::deductions::{self, Answered, Delivered, Schedule};
use wakala_plugin_sdk::collections::mandates::{self, Mandate, Standing};
use wakala_plugin_sdk::collections::runs::{self, Submitted};
use wakala_plugin_sdk::collections::{Line, LinePage, Refusal};
use wakala_plugin_sdk::host::types::{Account, Money, Party};
use wakala_plugin_sdk::{CallContext, PluginError};

use crate::Conformance;

fn money(minor: i64) -> Money {
    Money { minor, currency: "NAD".to_owned() }
}

fn nobody() -> Party {
    Party { name: None, phone: None, email: None, fields: Vec::new(), extra: Vec::new() }
}

fn mandate(reference: String, provider_ref: Option<String>, state: &str, message: Option<String>) -> Mandate {
    Mandate {
        reference,
        provider_ref,
        scheme: "endo".to_owned(),
        debtor: nobody(),
        account: Account { kind: "bank".to_owned(), fields: Vec::new(), extra: Vec::new() },
        amount: money(45_000),
        first_amount: None,
        maximum: None,
        frequency: "monthly".to_owned(),
        collection_day: 25,
        first_on: "2026-10-25".to_owned(),
        count: None,
        tracking_days: 3,
        state: state.to_owned(),
        message,
        extra: Vec::new(),
    }
}

fn collected(line: Line) -> Line {
    Line { state: "collected".to_owned(), collected: Some(line.amount.clone()), paid_on: Some(line.due.clone()), ..line }
}

impl mandates::Guest for Conformance {
    fn register(ctx: CallContext, req: Mandate) -> Result<Mandate, PluginError> {
        Ok(Mandate { provider_ref: Some(ctx.idempotency_key), state: "active".to_owned(), ..req })
    }

    fn amend(_ctx: CallContext, req: Mandate) -> Result<Mandate, PluginError> {
        Err(PluginError::Unsupported(req.reference))
    }

    fn cancel(_ctx: CallContext, reference: String, provider_ref: Option<String>, reason: String) -> Result<Mandate, PluginError> {
        Ok(mandate(reference, provider_ref, "cancelled", Some(reason)))
    }

    fn status(_ctx: CallContext, reference: String, provider_ref: Option<String>) -> Result<Standing, PluginError> {
        let planned = Line {
            reference: None,
            provider_ref: Some("1".to_owned()),
            mandate: reference.clone(),
            mandate_ref: provider_ref.clone(),
            amount: money(45_000),
            due: "2026-10-25".to_owned(),
            state: "scheduled".to_owned(),
            collected: None,
            paid_on: None,
            code: None,
            reason: None,
            extra: Vec::new(),
        };
        Ok(Standing { mandate: mandate(reference, provider_ref, "active", None), lines: vec![planned], extra: Vec::new() })
    }
}

impl runs::Guest for Conformance {
    /// Lines without an amount are refused.
    fn submit(_ctx: CallContext, run: String, lines: Vec<Line>) -> Result<Submitted, PluginError> {
        let refused = lines.into_iter().filter(|line| line.amount.minor == 0).map(|line| Refusal {
            reference: line.reference.unwrap_or_default(),
            code: "amount".to_owned(),
            message: run.clone(),
            extra: Vec::new(),
        });
        Ok(Submitted { provider_ref: None, refused: refused.collect(), extra: Vec::new() })
    }

    fn results(
        _ctx: CallContext,
        run: String,
        provider_ref: Option<String>,
        open: Vec<Line>,
        cursor: Option<String>,
    ) -> Result<LinePage, PluginError> {
        let extra = vec![(run, provider_ref.unwrap_or_default())];
        Ok(LinePage { lines: open.into_iter().map(collected).collect(), next: cursor, extra })
    }
}

impl deductions::Guest for Conformance {
    fn submit(_ctx: CallContext, req: Schedule) -> Result<Delivered, PluginError> {
        Ok(Delivered {
            provider_ref: format!("{} {}", req.period, req.deductions.len()),
            file: None,
            refused: Vec::new(),
            extra: req.employer.fields,
        })
    }

    fn answers(_ctx: CallContext, provider_ref: String, answer: Option<String>, cursor: Option<String>) -> Result<Answered, PluginError> {
        let size = match answer {
            Some(blob) => wakala_plugin_sdk::host::blobs::stat(&blob)?.size,
            None => 0,
        };
        Ok(Answered {
            lines: Vec::new(),
            settlement: Some(money(size as i64)),
            settled_on: Some("2026-11-01".to_owned()),
            settlement_ref: Some(provider_ref),
            next: cursor,
            extra: Vec::new(),
        })
    }
}
