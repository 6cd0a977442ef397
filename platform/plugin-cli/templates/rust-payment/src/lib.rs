//! @title@: asks payers for money, says what became of it, and reads what the provider reports.
//!
//! This file joins the host's interfaces to `wire`, which knows what the provider writes and reads and is tested on any machine.
//! What must hold: nothing is kept between calls, no secret is ever seen here, and in doubt a payment is not declared failed.

mod wire;

use wakala_plugin_sdk::host::http::{Part, Request};
use wakala_plugin_sdk::host::types::HostError;
use wakala_plugin_sdk::host::{config, hooks, secrets};
use wakala_plugin_sdk::payments::gateway::{self, CollectRequest};
use wakala_plugin_sdk::payments::{Outcome, PaymentRef};
use wakala_plugin_sdk::webhook::{self, Handled, Inbound};
use wakala_plugin_sdk::{CallContext, PluginError, export, http, lifecycle};

struct Provider;

export!(Provider: lifecycle, webhook, gateway);

/// The request with the tenant's key in it. The host writes the value while sending; what passes here is a ticket for it.
fn authorised(request: Request) -> Result<Request, PluginError> {
    let key = secrets::get("api_key").map_err(|error| match error {
        HostError::NotFound => PluginError::misconfigured("api_key", "Enter the API key"),
        other => other.into(),
    })?;
    Ok(request.secret_header("authorization", key.bearer()))
}

impl gateway::Guest for Provider {
    fn collect(ctx: CallContext, req: CollectRequest) -> Result<Outcome, PluginError> {
        let account = config::get("account").ok_or_else(|| PluginError::misconfigured("account", "Enter the name of your account"))?;
        let callback = hooks::url("report", Some(&ctx.idempotency_key))?;
        let body = wire::charge(&req, &account, &callback)?;
        let request = http::post_json(format!("{}/v1/payments", wire::base_url(ctx.live)), vec![Part::Bytes(body)])
            .header("idempotency-key", &ctx.idempotency_key);
        match authorised(request)?.send() {
            Ok(response) => wire::charged(response.status, response.bytes()),
            Err(error) => Err(wire::not_charged(error)),
        }
    }

    fn query(ctx: CallContext, payment: PaymentRef) -> Result<Outcome, PluginError> {
        let id = payment.provider_ref.ok_or_else(|| PluginError::Unsupported("a payment is found by the provider's id only".into()))?;
        let request = http::get(format!("{}/v1/payments/{id}", wire::base_url(ctx.live)));
        match authorised(request)?.send() {
            Ok(response) => wire::found(response.status, response.bytes()),
            Err(error) => Err(wire::not_read(error)),
        }
    }
}

impl webhook::Guest for Provider {
    fn handle(_ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        Ok(Handled { reply: None, events: vec![wire::report(req.subject.as_deref(), &req.body)?], extra: Vec::new() })
    }
}

impl lifecycle::Guest for Provider {
    fn check(ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let request = http::get(format!("{}/v1/account", wire::base_url(ctx.live)));
        let summary = match authorised(request)?.send() {
            Ok(response) => wire::account(response.status, response.bytes())?,
            Err(error) => return Err(wire::not_read(error)),
        };
        Ok(lifecycle::Report { summary, warnings: Vec::new(), values: Vec::new(), extra: Vec::new() })
    }

    /// Nothing is registered beforehand: every payment names its own callback address.
    fn activate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn deactivate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn migrate_config(_from_version: String, settings: String) -> Result<String, PluginError> {
        Ok(settings)
    }
}
