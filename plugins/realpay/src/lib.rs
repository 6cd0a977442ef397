//! RealPay: debit orders under contract or mandate, their runs and results, and deductions from wages.
//!
//! This file joins the host's interfaces to the modules that know the provider's wire; those are pure and tested on any target.
//! What must hold: a call that succeeded says nothing of its records; a contract lives under product and merchant number and nowhere
//! else; and a reference is never collected twice.

mod instalment;
mod link;
mod mandate;
mod payroll;
mod run;
mod settings;
mod table;
mod told;
mod value;

use link::{Answer, Call, Link, Trouble};
use settings::{Place, Settings};
use wakala_plugin_sdk::collections::deductions::{self, Answered, Delivered, Schedule};
use wakala_plugin_sdk::collections::mandates::{self, Mandate, Standing};
use wakala_plugin_sdk::collections::runs::{self, Submitted};
use wakala_plugin_sdk::collections::{Line, LinePage};
use wakala_plugin_sdk::host::http::{Error, Part, Text};
use wakala_plugin_sdk::host::secrets::Secret;
use wakala_plugin_sdk::host::types::{File, HostError};
use wakala_plugin_sdk::host::{blobs, config, kv, secrets};
use wakala_plugin_sdk::webhook::{self, Handled, Inbound};
use wakala_plugin_sdk::{CallContext, PluginError, addresses, export, http, lifecycle};

struct RealPay;

export!(RealPay: lifecycle, webhook, mandates, runs, deductions);

/// The largest answer of an employer, read at once.
const ANSWER_BYTES: u32 = 1 << 20;

/// The host's way to the provider, authorised with the token that the host keeps.
struct HostLink {
    base: &'static str,
    access: Secret,
}

impl HostLink {
    fn open(ctx: &CallContext) -> Result<Self, PluginError> {
        for (key, missing) in [("client_id", "Enter the client id of your integration"), ("client_secret", "Enter the client secret")] {
            secrets::get(key).map_err(|error| match error {
                HostError::NotFound => PluginError::misconfigured(key, missing),
                other => other.into(),
            })?;
        }
        Ok(Self { base: settings::base_url(ctx.live), access: secrets::get(link::CONNECTION)? })
    }
}

impl Link for HostLink {
    fn send(&self, call: &Call<'_>) -> Result<Answer, Error> {
        let url = format!("{}{}", self.base, call.path);
        let body = call.body.as_ref().map(|body| vec![Part::Bytes(body.to_string().into_bytes())]);
        let mut request = match body {
            Some(body) => http::post_json(url, body),
            None => http::get(url),
        };
        request.method = call.method.to_owned();
        let plain = |name: &str, value: &str| (name.to_owned(), Text::Plain(value.to_owned()));
        request.query = vec![plain("BeneficiaryUser", call.merchant), plain("Version", "v1")];
        request.query.extend(call.query.iter().map(|(name, value)| plain(name, value)));
        let response = request.secret_header("authorization", self.access.bearer()).send()?;
        Ok(Answer { status: response.status, body: response.bytes().to_vec() })
    }

    fn renew(&self) -> Result<(), HostError> {
        self.access.renew()
    }
}

impl mandates::Guest for RealPay {
    fn register(ctx: CallContext, req: Mandate) -> Result<Mandate, PluginError> {
        let order = mandate::Order::new(req, &Settings::read(config::get)?)?;
        order.send(&HostLink::open(&ctx)?)
    }

    fn amend(_ctx: CallContext, _req: Mandate) -> Result<Mandate, PluginError> {
        Err(PluginError::Unsupported("the provider does not change contracts; cancel and register anew".into()))
    }

    fn cancel(ctx: CallContext, reference: String, provider_ref: Option<String>, reason: String) -> Result<Mandate, PluginError> {
        let settings = Settings::read(config::get)?;
        let place = Place::find(&settings, &reference, provider_ref.as_deref())?;
        mandate::cancel(&HostLink::open(&ctx)?, &settings, &place, &reason)
    }

    fn status(ctx: CallContext, reference: String, provider_ref: Option<String>) -> Result<Standing, PluginError> {
        let settings = Settings::read(config::get)?;
        let place = Place::find(&settings, &reference, provider_ref.as_deref())?;
        mandate::status(&HostLink::open(&ctx)?, &settings, &place)
    }
}

impl runs::Guest for RealPay {
    fn submit(ctx: CallContext, _run: String, lines: Vec<Line>) -> Result<Submitted, PluginError> {
        run::submit(&HostLink::open(&ctx)?, &Settings::read(config::get)?, &lines)
    }

    fn results(
        ctx: CallContext,
        _run: String,
        _provider_ref: Option<String>,
        open: Vec<Line>,
        cursor: Option<String>,
    ) -> Result<LinePage, PluginError> {
        run::results(&HostLink::open(&ctx)?, &Settings::read(config::get)?, &open, cursor.as_deref())
    }
}

impl deductions::Guest for RealPay {
    fn submit(ctx: CallContext, req: Schedule) -> Result<Delivered, PluginError> {
        let sheet = payroll::sheet(&req, &Settings::read(config::get)?.currency)?;
        reserve(&sheet.name, &ctx.idempotency_key)?;
        let stored = blobs::create("text/csv", sheet.text.as_bytes())?;
        let name = format!("{}.csv", sheet.name);
        let file = File { blob: stored.id, kind: "schedule".into(), name, content_type: "text/csv".into(), extra: Vec::new() };
        Ok(Delivered { provider_ref: sheet.name, file: Some(file), refused: sheet.refused, extra: Vec::new() })
    }

    fn answers(_ctx: CallContext, _provider_ref: String, answer: Option<String>, _cursor: Option<String>) -> Result<Answered, PluginError> {
        let file = answer.ok_or_else(|| PluginError::Unsupported("employers answer by file only".into()))?;
        let size = blobs::stat(&file)?.size;
        if size > u64::from(ANSWER_BYTES) {
            return Err(PluginError::rejected("limit", "the file has more than 1 MiB"));
        }
        payroll::answers(&blobs::read(&file, 0, ANSWER_BYTES)?, &Settings::read(config::get)?.currency)
    }
}

/// An employer gets one schedule a month. The same intent once more is the same schedule.
fn reserve(name: &str, key: &str) -> Result<(), PluginError> {
    let entry = format!("schedule:{name}");
    match kv::compare_and_set(&entry, None, key.as_bytes(), None) {
        Ok(_) => Ok(()),
        Err(HostError::Conflict) => match kv::get(&entry)? {
            Some(kept) if kept.value == key.as_bytes() => Ok(()),
            _ => Err(PluginError::rejected("duplicate", "this employer has a schedule for this month already")),
        },
        Err(other) => Err(other.into()),
    }
}

impl webhook::Guest for RealPay {
    fn handle(_ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        let events = told::reports(&req.body, &Settings::read(config::get)?)?;
        Ok(Handled { reply: None, events, extra: Vec::new() })
    }
}

impl lifecycle::Guest for RealPay {
    /// Reads the provider's list of frequencies, which changes nothing and needs token and merchant number.
    fn check(ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let settings = Settings::read(config::get)?;
        let call = Call { method: "GET", path: "/general/frequency_codes".to_owned(), merchant: &settings.merchant, query: Vec::new(), body: None };
        link::ask(&HostLink::open(&ctx)?, &call).map_err(Trouble::not_told)?;
        let place = if ctx.live { "RealPay" } else { "RealPay's test system" };
        let summary = format!("Connected to {place}: merchant {}, currency {}.", settings.merchant, settings.currency);
        Ok(lifecycle::Report { summary, warnings: Vec::new(), values: addresses::of(&["results"])?, extra: Vec::new() })
    }

    /// The address for results is given to the provider by hand.
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
