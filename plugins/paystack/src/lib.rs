//! Paystack: payment pages, M-PESA prompts, saved means of payment, refunds, transfers, and the payments of a day.
//!
//! This file joins the host's interfaces to the modules that know the provider's wire; those are pure and tested on any target.
//! What must hold: our key is the provider's reference, which it takes once for ever; the word in `data.status` decides, never that the
//! call was understood; and a refund is looked for before it is asked for, since the provider has no key for refunds.

mod collect;
mod link;
mod notice;
mod refund;
mod statement;
mod transaction;
mod transfer;
mod value;

use link::{Answer, Link};
use wakala_plugin_sdk::host::http::{Error, Part, Request};
use wakala_plugin_sdk::host::secrets::Secret;
use wakala_plugin_sdk::host::types::{HostError, Money};
use wakala_plugin_sdk::host::{clock, secrets};
use wakala_plugin_sdk::payments::gateway::{self, CollectRequest};
use wakala_plugin_sdk::payments::payouts::{self, PayoutRequest};
use wakala_plugin_sdk::payments::statements::{self, Balance, LinePage};
use wakala_plugin_sdk::payments::{Outcome, PaymentRef, refunds, vault};
use wakala_plugin_sdk::webhook::{self, Handled, Inbound};
use wakala_plugin_sdk::{CallContext, PluginError, addresses, export, http, lifecycle};

struct Paystack;

export!(Paystack: lifecycle, webhook, gateway, refunds, payouts, statements, vault);

const BASE: &str = "https://api.paystack.co";
const KEY: &str = "secret_key";

/// The host's way to the provider.
struct HostLink {
    key: Secret,
}

impl HostLink {
    fn open() -> Result<Self, PluginError> {
        let key = secrets::get(KEY).map_err(|error| match error {
            HostError::NotFound => PluginError::misconfigured(KEY, "Enter the secret key of your account"),
            other => other.into(),
        })?;
        Ok(Self { key })
    }

    fn answer(&self, request: Request) -> Result<Answer, Error> {
        let response = request.secret_header("authorization", self.key.bearer()).send()?;
        let seconds =
            response.header("x-ratelimit-reset").or_else(|| response.header("retry-after")).and_then(|text| text.trim().parse::<u64>().ok());
        Ok(Answer { status: response.status, retry_after_ms: seconds.and_then(|s| s.checked_mul(1000)), body: response.bytes().to_vec() })
    }
}

impl Link for HostLink {
    fn get(&self, path: &str) -> Result<Answer, Error> {
        self.answer(http::get(format!("{BASE}{path}")))
    }

    fn post(&self, path: &str, body: &str) -> Result<Answer, Error> {
        self.answer(http::post_json(format!("{BASE}{path}"), vec![Part::Bytes(body.as_bytes().to_vec())]))
    }
}

/// The reference under which the provider knows a payment or a transfer of ours.
fn reference(known: &PaymentRef) -> &str {
    known.provider_ref.as_deref().unwrap_or(&known.idempotency_key)
}

impl gateway::Guest for Paystack {
    fn collect(ctx: CallContext, req: CollectRequest) -> Result<Outcome, PluginError> {
        let charge = collect::Charge::new(&req, &ctx.idempotency_key)?;
        charge.send(&HostLink::open()?, ctx.live, clock::now_ms(), &ctx.locale)
    }

    fn query(ctx: CallContext, payment: PaymentRef) -> Result<Outcome, PluginError> {
        transaction::verify(&HostLink::open()?, reference(&payment), ctx.live).map(|found| found.outcome())
    }
}

impl refunds::Guest for Paystack {
    fn refund(ctx: CallContext, payment: PaymentRef, amount: Money, reason: String) -> Result<Outcome, PluginError> {
        refund::send(&HostLink::open()?, reference(&payment), &amount, &reason, &ctx.idempotency_key, ctx.live)
    }

    fn query(_ctx: CallContext, refund: PaymentRef) -> Result<Outcome, PluginError> {
        let link = HostLink::open()?;
        match &refund.provider_ref {
            Some(id) => refund::query(&link, id),
            None => refund::find(&link, &refund.idempotency_key),
        }
    }
}

impl payouts::Guest for Paystack {
    fn pay_out(ctx: CallContext, req: PayoutRequest) -> Result<Outcome, PluginError> {
        let transfer = transfer::Transfer::new(&req)?;
        transfer.send(&HostLink::open()?, &ctx.idempotency_key, ctx.live)
    }

    fn query(_ctx: CallContext, payout: PaymentRef) -> Result<Outcome, PluginError> {
        transfer::query(&HostLink::open()?, reference(&payout))
    }
}

impl statements::Guest for Paystack {
    fn page(ctx: CallContext, day: String, cursor: Option<String>) -> Result<LinePage, PluginError> {
        statement::page(&HostLink::open()?, &day, cursor.as_deref(), ctx.live)
    }

    fn read_file(_ctx: CallContext, _file: String, _cursor: Option<String>) -> Result<LinePage, PluginError> {
        Err(PluginError::rejected("format", "the provider's statement is fetched by the day"))
    }

    fn balances(_ctx: CallContext) -> Result<Vec<Balance>, PluginError> {
        statement::balances(&HostLink::open()?, clock::now_ms())
    }
}

impl vault::Guest for Paystack {
    fn forget(_ctx: CallContext, saved_method: String) -> Result<(), PluginError> {
        collect::forget(&HostLink::open()?, &saved_method)
    }
}

impl webhook::Guest for Paystack {
    fn handle(ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        let notice = notice::Notice::read(&req.body, ctx.live)?;
        let events = match notice.refunded() {
            // Refund notices name no refund: the payment's list of them says which is meant.
            Some(reference) => refund::reports(&HostLink::open()?, &reference, ctx.live)?,
            None => notice.reports()?,
        };
        Ok(Handled { reply: None, events, extra: Vec::new() })
    }
}

impl lifecycle::Guest for Paystack {
    fn check(ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        transaction::prove(&HostLink::open()?, ctx.live)?;
        let mode = if ctx.live { "live" } else { "test" };
        let summary = format!("Connected to Paystack in {mode} mode.");
        Ok(lifecycle::Report { summary, warnings: Vec::new(), values: addresses::of(&["events"])?, extra: Vec::new() })
    }

    /// The webhook address is entered in the provider's dashboard, by hand.
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
