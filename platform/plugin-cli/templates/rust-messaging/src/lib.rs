//! @title@: sends text messages and reads what the provider reports of them.
//!
//! This file joins the host's interfaces to `wire`, which knows what the provider writes and reads and is tested on any machine.
//! What must hold: nothing is kept between calls, no secret is ever seen here, and a message that may have been sent is never called
//! unsent.

mod wire;

use wakala_plugin_sdk::host::http::{Part, Request};
use wakala_plugin_sdk::host::types::HostError;
use wakala_plugin_sdk::host::{config, hooks, secrets};
use wakala_plugin_sdk::messaging::channel::{self, Message, Receipt};
use wakala_plugin_sdk::webhook::{self, Handled, Inbound};
use wakala_plugin_sdk::{CallContext, PluginError, export, http, lifecycle};

struct Provider;

export!(Provider: lifecycle, webhook, channel);

/// The request with the tenant's key in it. The host writes the value while sending; what passes here is a ticket for it.
fn authorised(request: Request) -> Result<Request, PluginError> {
    let key = secrets::get("api_key").map_err(|error| match error {
        HostError::NotFound => PluginError::misconfigured("api_key", "Enter the API key"),
        other => other.into(),
    })?;
    Ok(request.secret_header("authorization", key.bearer()))
}

impl channel::Guest for Provider {
    fn send(ctx: CallContext, batch: Vec<Message>) -> Result<Vec<Result<Receipt, PluginError>>, PluginError> {
        let callback = hooks::url("report", None)?;
        let body = wire::batch(&batch, config::get("sender").as_deref(), &callback);
        let request = http::post_json(format!("{}/v1/messages", wire::base_url(ctx.live)), vec![Part::Bytes(body)]);
        match authorised(request)?.send() {
            Ok(response) => wire::sent(&batch, response.status, response.bytes()),
            Err(error) => wire::not_sent(&batch, error),
        }
    }
}

impl webhook::Guest for Provider {
    fn handle(_ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        Ok(Handled { reply: None, events: vec![wire::report(&req.body)?], extra: Vec::new() })
    }
}

impl lifecycle::Guest for Provider {
    fn check(ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let request = http::get(format!("{}/v1/account", wire::base_url(ctx.live)));
        let credit = match authorised(request)?.send() {
            Ok(response) => wire::credit(response.status, response.bytes())?,
            Err(error) => return Err(wire::not_read(error)),
        };
        Ok(lifecycle::Report {
            summary: format!("Connected. Credit: {credit}."),
            warnings: Vec::new(),
            values: vec![("credit".into(), credit)],
            extra: Vec::new(),
        })
    }

    /// Nothing is registered beforehand: every batch names the address for its reports.
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
