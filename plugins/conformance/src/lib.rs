//! Answers every interface of every kind with what it was asked, so that a test sees each field travel in both directions.
//!
//! A plugin of a real kind exports only that kind's interfaces; this one is loaded without the checks of publishing. It asks the platform
//! about dialogues and does not lead them itself, which is why `ussd` is the one interface that is missing.

mod ai;
mod collections;
mod events;
mod identity;
mod insurance;
mod messaging;

use wakala_plugin_sdk::messaging::dialogue::{self, Turn};
use wakala_plugin_sdk::webhook::{self, Event, Handled, Inbound, Reply};
use wakala_plugin_sdk::{CallContext, PluginError, export, lifecycle, poll};

/// What is exported; each module adds the interfaces of one package.
pub struct Conformance;

export!(
    Conformance: lifecycle,
    webhook,
    poll,
    channel,
    templates,
    insurer,
    endorsements,
    claims,
    certificates,
    mandates,
    runs,
    deductions,
    checks,
    assistant,
    subscriber,
);

impl lifecycle::Guest for Conformance {
    fn check(ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let values = vec![("attempt".to_owned(), ctx.attempt.to_string()), ("live".to_owned(), ctx.live.to_string())];
        Ok(lifecycle::Report { summary: ctx.locale, warnings: vec![ctx.correlation_id], values, extra: ctx.extra })
    }

    fn activate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn deactivate(_ctx: CallContext) -> Result<(), PluginError> {
        Err(PluginError::Unsupported("it was never active".to_owned()))
    }

    /// Panics without a version, so that a test can look for what is said about it.
    fn migrate_config(from: String, settings: String) -> Result<String, PluginError> {
        assert!(!from.is_empty(), "no version to come from");
        Ok(format!("{from} {settings}"))
    }
}

impl webhook::Guest for Conformance {
    /// The body is what somebody typed; the reply is the screen that the platform answers with.
    fn handle(ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        let turn = Turn {
            session: req.subject.unwrap_or_default(),
            number: 0,
            service: req.name,
            phone: req.source_ip,
            network: None,
            input: String::from_utf8_lossy(&req.body).into_owned(),
            extra: req.extra,
        };
        let screen = dialogue::answer(&ctx, &turn)?;
        let mark = if screen.end { "END" } else { "CON" };
        let reply = Reply { status: 200, headers: req.headers, body: format!("{mark} {}", screen.text).into_bytes(), extra: Vec::new() };
        Ok(Handled { reply: Some(reply), events: Vec::new(), extra: Vec::new() })
    }
}

impl poll::Guest for Conformance {
    fn next(_ctx: CallContext, cursor: Option<String>) -> Result<poll::Batch, PluginError> {
        let event = Event { id: "1".to_owned(), kind: "message.updated".to_owned(), occurred_ms: Some(1), data: "{}".to_owned(), extra: Vec::new() };
        Ok(poll::Batch { events: vec![event], more: cursor.is_none(), cursor: Some(cursor.unwrap_or("first".to_owned())), extra: Vec::new() })
    }
}
