//! Safaricom M-Pesa: asks payers for money by a prompt on their phone, and translates the provider's answers, callbacks and statements.
//!
//! This file joins the host's interfaces to the modules that know the provider's wire; those are pure and tested on any target.
//! What must hold: nothing is kept between calls, no secret value is ever seen here, and in doubt a payment is not declared failed.

mod amount;
mod callback;
mod codes;
mod eat;
mod envelope;
mod link;
mod phone;
mod push;
mod query;
mod settings;
mod statement;

use eat::Moment;
use link::{Answer, Link};
use query::Credentials;
use settings::Settings;
use wakala_plugin_sdk::host::http::{Error, Part};
use wakala_plugin_sdk::host::secrets::{Secret, Ticket};
use wakala_plugin_sdk::host::types::HostError;
use wakala_plugin_sdk::host::{blobs, clock, config, hooks, secrets};
use wakala_plugin_sdk::payments::gateway::{self, CollectRequest};
use wakala_plugin_sdk::payments::statements::{self, Balance, LinePage};
use wakala_plugin_sdk::payments::{Outcome, PaymentRef};
use wakala_plugin_sdk::webhook::{self, Handled, Inbound};
use wakala_plugin_sdk::{CallContext, PluginError, export, http, lifecycle};

struct Mpesa;

export!(Mpesa: lifecycle, webhook, gateway, statements);

/// The host's way to the provider, authorised with the token that the host keeps.
struct HostLink {
    base: &'static str,
    access: Secret,
}

impl HostLink {
    fn open(ctx: &CallContext) -> Result<Self, PluginError> {
        secret("consumer_key", "Enter the consumer key of your app")?;
        secret("consumer_secret", "Enter the consumer secret of your app")?;
        Ok(Self { base: settings::base_url(ctx.live), access: secrets::get(link::CONNECTION)? })
    }
}

impl Link for HostLink {
    fn post(&self, path: &str, body: &[Part]) -> Result<Answer, Error> {
        let request = http::post_json(format!("{}{path}", self.base), body.to_vec()).secret_header("authorization", self.access.bearer());
        let response = request.send()?;
        let retry_after_ms = response.header("retry-after").and_then(|text| text.trim().parse::<u64>().ok()).and_then(|s| s.checked_mul(1000));
        Ok(Answer { status: response.status, retry_after_ms, body: response.bytes().to_vec() })
    }

    fn renew(&self) -> Result<(), HostError> {
        self.access.renew()
    }
}

/// A secret that the tenant types; `missing` is what the form says if they did not.
fn secret(key: &str, missing: &str) -> Result<Secret, PluginError> {
    secrets::get(key).map_err(|error| match error {
        HostError::NotFound => PluginError::misconfigured(key, missing),
        other => other.into(),
    })
}

/// What every request to the payment product carries: settings, time stamp, and the password over both.
struct Authority {
    settings: Settings,
    timestamp: String,
    password: Ticket,
}

impl Authority {
    fn read() -> Result<Self, PluginError> {
        let settings = Settings::read(config::get)?;
        let timestamp = Moment::from_ms(clock::now_ms()).compact();
        let passkey = secret("passkey", "Enter the passkey of the short code")?;
        let password = passkey.encode(&settings.shortcode, &timestamp, "base64")?;
        Ok(Self { settings, timestamp, password })
    }
}

impl gateway::Guest for Mpesa {
    fn collect(ctx: CallContext, req: CollectRequest) -> Result<Outcome, PluginError> {
        let push = push::Push::new(&req)?;
        let authority = Authority::read()?;
        let callback = hooks::url("stk", Some(&ctx.idempotency_key))?;
        push.send(&HostLink::open(&ctx)?, &authority.settings, &authority.password, &authority.timestamp, &callback, &ctx.locale)
    }

    fn query(ctx: CallContext, payment: PaymentRef) -> Result<Outcome, PluginError> {
        let checkout = payment.provider_ref.ok_or_else(|| PluginError::Unsupported("a push cannot be found without its checkout id".into()))?;
        let authority = Authority::read()?;
        query::send(&HostLink::open(&ctx)?, &authority.settings, &authority.password, &authority.timestamp, &checkout)
    }
}

impl webhook::Guest for Mpesa {
    fn handle(_ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        let events = match req.name.as_str() {
            "stk" => vec![callback::report(&req)?],
            _ => Vec::new(),
        };
        Ok(Handled { reply: None, events, extra: Vec::new() })
    }
}

impl statements::Guest for Mpesa {
    fn page(_ctx: CallContext, _day: String, _cursor: Option<String>) -> Result<LinePage, PluginError> {
        Err(PluginError::Unsupported("the provider gives statements only as files from its web portal".into()))
    }

    fn read_file(_ctx: CallContext, file: String, cursor: Option<String>) -> Result<LinePage, PluginError> {
        let size = blobs::stat(&file)?.size;
        let head = blobs::read(&file, 0, statement::HEAD_BYTES)?;
        let (columns, after_heading) = statement::heading(&head)?;
        let start = match cursor {
            None => after_heading as u64,
            Some(text) => text.parse().map_err(|_| PluginError::rejected("format", "the cursor is not one of this plugin's"))?,
        };
        let chunk = blobs::read(&file, start, statement::WINDOW_BYTES)?;
        let (lines, taken) = statement::page(&columns, &chunk, start + chunk.len() as u64 >= size)?;
        let next = start + taken as u64;
        Ok(LinePage { lines, next: (taken > 0 && next < size).then(|| next.to_string()), extra: Vec::new() })
    }

    fn balances(_ctx: CallContext) -> Result<Vec<Balance>, PluginError> {
        Err(PluginError::Unsupported("balances need an initiator account, which this plugin does not ask for".into()))
    }
}

impl lifecycle::Guest for Mpesa {
    fn check(ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let authority = Authority::read()?;
        let proof = query::prove(&HostLink::open(&ctx)?, &authority.settings, &authority.password, &authority.timestamp)?;
        hooks::url("stk", Some(&ctx.idempotency_key))?;
        let warnings = match proof {
            Credentials::Accepted => Vec::new(),
            Credentials::TokenOnly(said) => vec![format!("Short code and passkey could not be checked now: {said}")],
        };
        let place = if ctx.live { "M-Pesa" } else { "the M-Pesa sandbox" };
        let summary =
            format!("Connected to {place}: short code {}, paid to {}, currency KES.", authority.settings.shortcode, authority.settings.receiver);
        Ok(lifecycle::Report { summary, warnings, values: Vec::new(), extra: Vec::new() })
    }

    /// Nothing is registered beforehand: every push names its own callback address.
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
