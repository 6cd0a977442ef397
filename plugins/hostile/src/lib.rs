//! Misbehaves on request. The setting `behaviour` chooses how, `arg` gives it something to work on.
//!
//! Every behaviour runs inside `collect` and `check`; `query` is the well-behaved neighbour, and `handle` does an ordinary amount of JSON work, for
//! measurements. What a behaviour finds out comes back in `outcome.message`.

mod arena;
mod attacks;

#[allow(clippy::all, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../wit/host", "../wit/payments"],
        world: "wakala:payments/payment-plugin",
        generate_all,
    });
    use super::Hostile;
    export!(Hostile);
}

use bindings::exports::wakala::host::{lifecycle, webhook};
use bindings::exports::wakala::payments::gateway;
use bindings::wakala::host::config;
use bindings::wakala::host::types::{CallContext, PluginError, Rejection};
use bindings::wakala::payments::types::{Outcome, PaymentRef};

#[global_allocator]
static ARENA: arena::Arena = arena::Arena::new();

struct Hostile;

fn outcome(state: &str, message: String) -> Outcome {
    Outcome {
        provider_ref: None,
        state: state.to_owned(),
        code: None,
        message: Some(message),
        action: None,
        amount: None,
        fee: None,
        receipt: None,
        occurred_ms: None,
        saved_method: None,
        extra: Vec::new(),
    }
}

fn rejected(code: &str, message: String) -> PluginError {
    PluginError::Rejected(Rejection { code: code.to_owned(), message, extra: Vec::new() })
}

impl gateway::Guest for Hostile {
    fn collect(_ctx: CallContext, _req: gateway::CollectRequest) -> Result<Outcome, PluginError> {
        let behaviour = config::get("behaviour").unwrap_or_default();
        let arg = config::get("arg").unwrap_or_default();
        attacks::run(&behaviour, &arg).map(|message| outcome("received", message)).map_err(|message| rejected("behaviour", message))
    }

    fn query(_ctx: CallContext, payment: PaymentRef) -> Result<Outcome, PluginError> {
        Ok(outcome("pending", payment.idempotency_key))
    }
}

impl lifecycle::Guest for Hostile {
    fn check(_ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let behaviour = config::get("behaviour").unwrap_or_default();
        let arg = config::get("arg").unwrap_or_default();
        let summary = attacks::run(&behaviour, &arg).map_err(|message| rejected("behaviour", message))?;
        Ok(lifecycle::Report { summary, warnings: Vec::new(), values: Vec::new(), extra: Vec::new() })
    }

    fn activate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn deactivate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn migrate_config(_from: String, settings: String) -> Result<String, PluginError> {
        Ok(settings)
    }
}

impl webhook::Guest for Hostile {
    /// Reads an order, adds it up and writes it again, changed.
    fn handle(_ctx: CallContext, req: webhook::Inbound) -> Result<webhook::Handled, PluginError> {
        let mut order: serde_json::Value = serde_json::from_slice(&req.body).map_err(|error| rejected("format", error.to_string()))?;
        let total: i64 = order["lines"].as_array().into_iter().flatten().filter_map(|line| line["minor"].as_i64()).sum();
        order["total_minor"] = total.into();
        let body = serde_json::to_vec(&order).map_err(|error| rejected("format", error.to_string()))?;
        let reply = webhook::Reply { status: 200, headers: Vec::new(), body, extra: Vec::new() };
        Ok(webhook::Handled { reply: Some(reply), events: Vec::new(), extra: Vec::new() })
    }
}
