//! SendGrid: e-mail out, with attachments that never pass through the plugin, and what became of it in, from signed events.
//!
//! This file joins the host's interfaces to the modules that know the provider's wire; those are pure and tested on any target.
//! What must hold: no secret value is ever seen here, nothing is kept between calls, and no event is believed whose signature fails.

mod answer;
mod events;
mod mail;

use answer::{Answer, before, unanswered};
use mail::Sender;
use wakala_plugin_sdk::host::http::{Error, Request};
use wakala_plugin_sdk::host::secrets::Secret;
use wakala_plugin_sdk::host::types::HostError;
use wakala_plugin_sdk::host::{blobs, config, crypto, secrets};
use wakala_plugin_sdk::messaging::channel::{self, Message, Receipt};
use wakala_plugin_sdk::webhook::{self, Handled, Inbound};
use wakala_plugin_sdk::{CallContext, PluginError, addresses, base64, export, http, lifecycle};

const BASE: &str = "https://api.sendgrid.com/v3";

struct SendGrid;

export!(SendGrid: lifecycle, webhook, channel);

fn key() -> Result<Secret, PluginError> {
    secrets::get("api_key").map_err(|error| match error {
        HostError::NotFound => PluginError::misconfigured("api_key", "Enter the API key"),
        other => other.into(),
    })
}

fn ask(key: &Secret, request: Request) -> Result<Answer, Error> {
    Ok(request.secret_header("authorization", key.bearer()).send()?.into())
}

fn setting(key: &str, missing: &str) -> Result<String, PluginError> {
    config::get(key).filter(|text| !text.is_empty()).ok_or_else(|| PluginError::misconfigured(key, missing))
}

fn sender(ctx: &CallContext) -> Result<Sender, PluginError> {
    Ok(Sender {
        address: setting("sender", "Enter the address that mail comes from")?,
        name: config::get("sender_name"),
        only_checked: !ctx.live && config::get("deliver_tests").as_deref() != Some("true"),
    })
}

impl channel::Guest for SendGrid {
    fn send(ctx: CallContext, batch: Vec<Message>) -> Result<Vec<Result<Receipt, PluginError>>, PluginError> {
        let (key, sender) = (key()?, sender(&ctx)?);
        Ok(batch.iter().map(|message| send(&key, &sender, message)).collect())
    }
}

fn send(key: &Secret, sender: &Sender, message: &Message) -> Result<Receipt, PluginError> {
    if message.channel != "email" {
        return Err(PluginError::Unsupported(format!("the channel {}", message.channel)));
    }
    let body = mail::body(message, sender)?;
    let sizes = message.files.iter().map(|file| Ok(blobs::stat(&file.blob)?.size)).collect::<Result<Vec<u64>, HostError>>()?;
    mail::fit(sizes)?;
    let request = http::post_json(format!("{BASE}/mail/send"), body);
    answer::sent(&ask(key, request).map_err(unanswered)?)
}

impl webhook::Guest for SendGrid {
    fn handle(_ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        let events = match req.name.as_str() {
            "events" => {
                verify(&req)?;
                events::read(&req.body)?
            }
            _ => Vec::new(),
        };
        Ok(Handled { reply: None, events, extra: Vec::new() })
    }
}

/// Checks the signature over the bytes as they came.
fn verify(req: &Inbound) -> Result<(), PluginError> {
    let forged = || PluginError::rejected("signature", "the events are not signed by SendGrid");
    let key = setting("webhook_key", "Enter the verification key of the event webhook")?;
    let header = |name: &str| req.headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str());
    let signature = header(events::SIGNATURE).and_then(base64::decode).ok_or_else(forged)?;
    let timestamp = header(events::TIMESTAMP).ok_or_else(forged)?;
    match crypto::verify("es256", &key, &events::signed(timestamp, &req.body), &signature) {
        Ok(true) => Ok(()),
        Ok(false) => Err(forged()),
        Err(HostError::Invalid(_)) => Err(PluginError::misconfigured("webhook_key", "This is no verification key")),
        Err(other) => Err(other.into()),
    }
}

impl lifecycle::Guest for SendGrid {
    /// Asks what the key may do, which proves it and sends nothing. Shows the address to enter at the provider.
    fn check(ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let (key, sender) = (key()?, sender(&ctx)?);
        setting("webhook_key", "Enter the verification key of the event webhook")?;
        let values = addresses::of(&["events"])?;
        answer::scopes(&ask(&key, http::get(format!("{BASE}/scopes"))).map_err(|error| before(unanswered(error)))?)?;
        let note = if sender.only_checked { " Test messages are checked and not delivered." } else { "" };
        let summary = format!("Connected to SendGrid, sending as {}.{note}", sender.address);
        Ok(lifecycle::Report { summary, warnings: Vec::new(), values, extra: Vec::new() })
    }

    /// The address for events is entered in the dashboard: registering it would need a key that may change the account.
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
