//! Safaricom M-Pesa: asks payers for money by a prompt on their phone, hears of payments that they type in, pays out, gives back, and
//! translates the provider's answers, callbacks, lists and statements.
//!
//! This file joins the host's interfaces to the modules that know the provider's wire; those are pure and tested on any target.
//! What must hold: nothing is kept between calls, no secret value is ever seen here, and in doubt a payment is not declared failed.

mod amount;
mod callback;
mod codes;
mod eat;
mod envelope;
mod inquiry;
mod link;
mod order;
mod payout;
mod phone;
mod pull;
mod push;
mod query;
mod reports;
mod result;
mod reversal;
mod settings;
mod statement;
mod typed;

use eat::Moment;
use inquiry::Subject;
use link::{Answer, Link};
use order::Initiator;
use query::Credentials;
use settings::{Settings, TypedPayments};
use wakala_plugin_sdk::host::http::{Error, Part};
use wakala_plugin_sdk::host::secrets::{Secret, Ticket};
use wakala_plugin_sdk::host::types::{HostError, Money};
use wakala_plugin_sdk::host::{blobs, clock, config, hooks, lookup, secrets};
use wakala_plugin_sdk::payments::gateway::{self, CollectRequest};
use wakala_plugin_sdk::payments::payouts::{self, PayoutRequest};
use wakala_plugin_sdk::payments::refunds;
use wakala_plugin_sdk::payments::statements::{self, Balance, LinePage};
use wakala_plugin_sdk::payments::{Outcome, PaymentRef};
use wakala_plugin_sdk::webhook::{self, Handled, Inbound};
use wakala_plugin_sdk::{CallContext, PluginError, export, http, lifecycle, poll};

struct Mpesa;

export!(Mpesa: lifecycle, webhook, poll, gateway, refunds, payouts, statements);

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

/// The API user that orders are placed for.
fn initiator() -> Result<Initiator, PluginError> {
    let name = settings::initiator(config::get).ok_or_else(|| PluginError::misconfigured("initiator", "Enter the name of your API user"))?;
    let credential = secret("security_credential", "Enter the security credential of your API user")?;
    Ok(Initiator { name, credential: credential.encode("", "", "json")?, shortcode: Settings::read(config::get)?.shortcode })
}

impl gateway::Guest for Mpesa {
    fn collect(ctx: CallContext, req: CollectRequest) -> Result<Outcome, PluginError> {
        let push = push::Push::new(&req)?;
        let authority = Authority::read()?;
        let callback = hooks::url("stk", Some(&ctx.idempotency_key))?;
        push.send(&HostLink::open(&ctx)?, &authority.settings, &authority.password, &authority.timestamp, &callback, &ctx.locale)
    }

    fn query(ctx: CallContext, payment: PaymentRef) -> Result<Outcome, PluginError> {
        if let Some(checkout) = payment.provider_ref {
            let authority = Authority::read()?;
            return query::send(&HostLink::open(&ctx)?, &authority.settings, &authority.password, &authority.timestamp, &checkout);
        }
        let receipt = payment.receipt.filter(|_| settings::initiator(config::get).is_some());
        let receipt =
            receipt.ok_or_else(|| PluginError::Unsupported("a payment is found by its checkout id, or as API user by its receipt".into()))?;
        let initiator = initiator()?;
        let webhook = hooks::url("payment-status", Some(&payment.idempotency_key))?;
        inquiry::status(&HostLink::open(&ctx)?, &initiator, Subject::Receipt(&receipt), None, &webhook)
    }
}

impl refunds::Guest for Mpesa {
    fn refund(ctx: CallContext, payment: PaymentRef, amount: Money, reason: String) -> Result<Outcome, PluginError> {
        let receipt = payment.receipt.ok_or_else(|| PluginError::Unsupported("a payment is reversed by its receipt".into()))?;
        let initiator = initiator()?;
        let webhook = hooks::url("refund", Some(&ctx.idempotency_key))?;
        reversal::send(&HostLink::open(&ctx)?, &initiator, &receipt, &amount, &reason, &webhook)
    }

    fn query(ctx: CallContext, refund: PaymentRef) -> Result<Outcome, PluginError> {
        let order = refund.provider_ref.ok_or_else(|| PluginError::Unsupported("a reversal is found by the provider's name of it".into()))?;
        let initiator = initiator()?;
        let webhook = hooks::url("refund-status", Some(&refund.idempotency_key))?;
        inquiry::status(&HostLink::open(&ctx)?, &initiator, Subject::Order(&order), Some(order.clone()), &webhook)
    }
}

impl payouts::Guest for Mpesa {
    fn pay_out(ctx: CallContext, req: PayoutRequest) -> Result<Outcome, PluginError> {
        let payout = payout::Payout::new(&req)?;
        let initiator = initiator()?;
        let webhook = hooks::url("payout", Some(&ctx.idempotency_key))?;
        payout.send(&HostLink::open(&ctx)?, &initiator, &ctx.idempotency_key, &webhook)
    }

    /// A payout is known by our own key, also when the provider's answer was lost.
    fn query(ctx: CallContext, payout: PaymentRef) -> Result<Outcome, PluginError> {
        let initiator = initiator()?;
        let webhook = hooks::url("payout-status", Some(&payout.idempotency_key))?;
        let order = payout.provider_ref.unwrap_or(payout.idempotency_key);
        inquiry::status(&HostLink::open(&ctx)?, &initiator, Subject::Order(&order), Some(order.clone()), &webhook)
    }
}

impl webhook::Guest for Mpesa {
    fn handle(_ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        let events = match req.name.as_str() {
            "stk" => vec![callback::report(&req)?],
            "validation" => return validate(&req),
            "confirmation" => vec![typed::arrived(&req)?],
            "payment-status" => reports::status("payment.updated", &req)?,
            "payout" => reports::order("payout.updated", &req)?,
            "payout-status" => reports::status("payout.updated", &req)?,
            "refund" => reports::order("refund.updated", &req)?,
            "refund-status" => reports::status("refund.updated", &req)?,
            "balance" => reports::balances(&req)?,
            _ => Vec::new(),
        };
        Ok(Handled { reply: None, events, extra: Vec::new() })
    }
}

impl poll::Guest for Mpesa {
    /// Asks only for those who may ask.
    fn next(ctx: CallContext, cursor: Option<String>) -> Result<poll::Batch, PluginError> {
        if settings::nominated_number(config::get)?.is_none() {
            return Ok(poll::Batch { events: Vec::new(), cursor, more: false, extra: Vec::new() });
        }
        pull::next(&HostLink::open(&ctx)?, &Settings::read(config::get)?, clock::now_ms(), cursor.as_deref())
    }
}

/// Lets a typed payment go ahead, or not. The payer is waiting at the phone.
fn validate(req: &Inbound) -> Result<Handled, PluginError> {
    let payment = typed::Typed::read(&req.body)?;
    let settings = Settings::read(config::get)?;
    let otherwise = TypedPayments::read(config::get)?;
    let answer = lookup::ask("payable-by-reference", &payment.question()).ok();
    let code = typed::verdict(&payment, &settings, otherwise, answer.as_deref());
    Ok(Handled { reply: Some(typed::reply(code)), events: Vec::new(), extra: Vec::new() })
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

    /// The provider answers by webhook.
    fn balances(ctx: CallContext) -> Result<Vec<Balance>, PluginError> {
        if settings::initiator(config::get).is_none() {
            return Err(PluginError::Unsupported("balances are told to an API user only".into()));
        }
        let initiator = initiator()?;
        inquiry::balance(&HostLink::open(&ctx)?, &initiator, &hooks::url("balance", None)?)?;
        Ok(Vec::new())
    }
}

impl lifecycle::Guest for Mpesa {
    fn check(ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let authority = Authority::read()?;
        let proof = query::prove(&HostLink::open(&ctx)?, &authority.settings, &authority.password, &authority.timestamp)?;
        hooks::url("stk", Some(&ctx.idempotency_key))?;
        TypedPayments::read(config::get)?;
        settings::nominated_number(config::get)?;
        if settings::initiator(config::get).is_some() {
            secret("security_credential", "Enter the security credential of your API user")?;
        }
        let warnings = match proof {
            Credentials::Accepted => Vec::new(),
            Credentials::TokenOnly(said) => vec![format!("Short code and passkey could not be checked now: {said}")],
        };
        let place = if ctx.live { "M-Pesa" } else { "the M-Pesa sandbox" };
        let summary =
            format!("Connected to {place}: short code {}, paid to {}, currency KES.", authority.settings.shortcode, authority.settings.receiver);
        Ok(lifecycle::Report { summary, warnings, values: Vec::new(), extra: Vec::new() })
    }

    /// Only payments that payers type in need an address that is known beforehand: everything else names its own. The list of payments
    /// has to be asked for once as well.
    fn activate(ctx: CallContext) -> Result<(), PluginError> {
        let (otherwise, number) = (TypedPayments::read(config::get)?, settings::nominated_number(config::get)?);
        if otherwise == TypedPayments::Off && number.is_none() {
            return Ok(());
        }
        let (settings, link) = (Settings::read(config::get)?, HostLink::open(&ctx)?);
        let confirmation = hooks::url("confirmation", None)?;
        if otherwise != TypedPayments::Off {
            typed::register(&link, &settings, otherwise, &hooks::url("validation", None)?, &confirmation)?;
        }
        number.map_or(Ok(()), |number| pull::register(&link, &settings, &number, &confirmation))
    }

    /// The provider has no way to unregister; what it sends afterwards finds nobody.
    fn deactivate(_ctx: CallContext) -> Result<(), PluginError> {
        Ok(())
    }

    fn migrate_config(_from_version: String, settings: String) -> Result<String, PluginError> {
        Ok(settings)
    }
}
