//! Africa's Talking: SMS and WhatsApp out, answers and delivery reports in, and dialogues over USSD.
//!
//! This file joins the host's interfaces to the modules that know the provider's wire; those are pure and tested on any target.
//! What must hold: no secret value is ever seen here, a message that may have been sent is never called unsent, and between two calls
//! nothing stays but where each open dialogue is.

mod account;
mod chat;
mod link;
mod report;
mod session;
mod sms;
mod words;

use link::{Answer, Link, Sent, Service};
use session::{Hop, Progress};
use wakala_plugin_sdk::host::http::{Error, Part, Request};
use wakala_plugin_sdk::host::secrets::Secret;
use wakala_plugin_sdk::host::types::HostError;
use wakala_plugin_sdk::host::{config, kv, log, secrets};
use wakala_plugin_sdk::messaging::channel::{self, Message};
use wakala_plugin_sdk::messaging::dialogue;
use wakala_plugin_sdk::webhook::{self, Handled, Inbound, Reply};
use wakala_plugin_sdk::{CallContext, PluginError, addresses, export, http, lifecycle};

/// How long an open dialogue is remembered. Networks end them far earlier.
const DIALOGUE_S: u32 = 900;

/// As the manifest names them.
const WEBHOOKS: [&str; 6] = ["report", "inbound", "opt-out", "subscription", "ussd", "ussd-end"];

struct AfricasTalking;

export!(AfricasTalking: lifecycle, webhook, channel);

/// The host's way to the provider, authorised with the account's key.
struct HostLink {
    live: bool,
    key: Secret,
}

impl HostLink {
    fn open(ctx: &CallContext) -> Result<Self, PluginError> {
        let key = secrets::get("api_key").map_err(|error| match error {
            HostError::NotFound => PluginError::misconfigured("api_key", "Enter the API key of your app"),
            other => other.into(),
        })?;
        Ok(Self { live: ctx.live, key })
    }

    fn answer(&self, request: Request) -> Result<Answer, Error> {
        let ticket = self.key.encode("", "", "plain").map_err(|error| Error::NotSent(format!("{error:?}")))?;
        let response = request.secret_header("apikey", ticket).send()?;
        Ok(Answer { status: response.status, body: response.bytes().to_vec() })
    }
}

impl Link for HostLink {
    fn post(&self, service: Service, path: &str, content_type: &str, body: Vec<u8>) -> Result<Answer, Error> {
        let url = format!("{}{path}", service.base_url(self.live));
        self.answer(http::post(url, content_type, vec![Part::Bytes(body)]))
    }
}

fn username() -> Result<String, PluginError> {
    config::get("username").ok_or_else(|| PluginError::misconfigured("username", "Enter the username of your app"))
}

impl channel::Guest for AfricasTalking {
    fn send(ctx: CallContext, batch: Vec<Message>) -> Result<Vec<Sent>, PluginError> {
        let (link, username) = (HostLink::open(&ctx)?, username()?);
        let (sender, number) = (config::get("sender"), config::get("whatsapp_number"));
        let (texts, others): (Vec<_>, Vec<_>) = batch.iter().enumerate().partition(|(_, message)| message.channel == "sms");
        let mut results = sms::send(&link, &username, sender.as_deref(), &texts);
        results.extend(others.into_iter().map(|(place, message)| match message.channel.as_str() {
            "whatsapp" => (place, chat::send(&link, &username, number.as_deref(), message)),
            other => (place, Err(PluginError::Unsupported(format!("the channel {other}")))),
        }));
        results.sort_by_key(|(place, _)| *place);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }
}

impl webhook::Guest for AfricasTalking {
    fn handle(ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        let events = match req.name.as_str() {
            "ussd" => return turn(&ctx, &req.body),
            "report" => report::delivery(&req.body)?.into_iter().collect(),
            "inbound" => vec![report::inbound(&req.body)?],
            "opt-out" => vec![report::opt_out(&req.body, &ctx.idempotency_key)?],
            "subscription" => report::subscription(&req.body, &ctx.idempotency_key)?.into_iter().collect(),
            "ussd-end" => {
                let (session, event) = report::dialogue_end(&req.body)?;
                kv::delete(&session::key(&session))?;
                vec![event]
            }
            _ => Vec::new(),
        };
        Ok(Handled { reply: None, events, extra: Vec::new() })
    }
}

/// One turn of a dialogue. Its place is kept before the platform is asked, so that the same request again is the same turn again.
fn turn(ctx: &CallContext, body: &[u8]) -> Result<Handled, PluginError> {
    let hop = Hop::read(body)?;
    let kept = kv::get(&hop.key())?.and_then(|entry| Progress::read(&entry.value));
    let progress = hop.after(kept);
    kv::set(&hop.key(), &progress.written(), Some(DIALOGUE_S))?;
    let text = match dialogue::answer(ctx, &hop.turn(&progress)) {
        Ok(screen) => session::shown(&screen),
        Err(error) => {
            log::write("warn", "a dialogue over USSD ends with an apology", &[("error".to_owned(), format!("{error:?}"))]);
            session::apology(&ctx.locale)
        }
    };
    let headers = vec![("content-type".to_owned(), "text/plain; charset=utf-8".to_owned())];
    let reply = Reply { status: 200, headers, body: text.into_bytes(), extra: Vec::new() };
    Ok(Handled { reply: Some(reply), events: Vec::new(), extra: Vec::new() })
}

impl lifecycle::Guest for AfricasTalking {
    /// Reads the balance, which proves key and username and sends nothing. Shows the addresses to enter at the provider.
    fn check(ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let (link, username) = (HostLink::open(&ctx)?, username()?);
        let request = http::get(format!("{}{}", Service::Api.base_url(ctx.live), account::path(&username)));
        let balance = match link.answer(request) {
            Ok(answer) => account::balance(&answer)?,
            Err(error) => return Err(account::unread(error)),
        };
        let mut values = addresses::of(&WEBHOOKS)?;
        values.push(("balance".into(), balance.clone()));
        let place = if ctx.live { "Africa's Talking" } else { "the Africa's Talking sandbox" };
        Ok(lifecycle::Report {
            summary: format!("Connected to {place} as {username}, balance {balance}."),
            warnings: account::warnings(&balance),
            values,
            extra: Vec::new(),
        })
    }

    /// Callback addresses are entered in the provider's dashboard; it has no way to register them.
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
