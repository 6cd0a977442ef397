//! WhatsApp over Meta's Cloud API: texts, templates, files and choices out; statuses and whatever people write in.
//!
//! This file joins the host's interfaces to the modules that know the provider's wire; those are pure and tested on any target.
//! What must hold: no secret value is ever seen here, nothing is kept between calls, and a message that may have been sent is never
//! called unsent.

mod approved;
mod codes;
mod incoming;
mod link;
mod media;
mod number;
mod outgoing;

use incoming::{Incoming, Media};
use link::{Answer, BASE, before, unanswered};
use serde_json::json;
use wakala_plugin_sdk::form::Form;
use wakala_plugin_sdk::host::http::{Error, Part, Payload, Request};
use wakala_plugin_sdk::host::secrets::Secret;
use wakala_plugin_sdk::host::types::{File, HostError};
use wakala_plugin_sdk::host::{blobs, clock, config, crypto, log, secrets};
use wakala_plugin_sdk::messaging::channel::{self, Message, Receipt};
use wakala_plugin_sdk::messaging::templates::{self, TemplatePage};
use wakala_plugin_sdk::webhook::{self, Event, Handled, Inbound, Reply};
use wakala_plugin_sdk::{CallContext, PluginError, addresses, export, http, lifecycle};

/// Files of one callback that are fetched; each takes two requests.
const FETCHED: usize = 7;
/// Attempts at a callback after which its messages no longer wait for a file.
const PATIENCE: u32 = 6;
/// Time that must be left for fetching another file.
const FETCH_MS: u64 = 4_000;

struct Whatsapp;

export!(Whatsapp: lifecycle, webhook, channel, templates);

/// The host's way to the provider, authorised with the tenant's token.
struct Provider {
    token: Secret,
    number: String,
}

impl Provider {
    fn open() -> Result<Self, PluginError> {
        let token = secrets::get("access_token").map_err(|error| match error {
            HostError::NotFound => PluginError::misconfigured("access_token", "Enter the access token of your system user"),
            other => other.into(),
        })?;
        Ok(Self { token, number: setting("phone_number_id", "Enter the ID of your phone number")? })
    }

    fn ask(&self, request: Request) -> Result<Answer, Error> {
        let response = request.secret_header("authorization", self.token.bearer()).send()?;
        let retry_after_ms = response.header("retry-after").and_then(|text| text.trim().parse::<u64>().ok()).and_then(|s| s.checked_mul(1000));
        Ok(Answer { status: response.status, retry_after_ms, body: response.bytes().to_vec() })
    }

    fn send(&self, ctx: &CallContext, message: &Message) -> Result<Receipt, PluginError> {
        if message.channel != "whatsapp" {
            return Err(PluginError::Unsupported(format!("the channel {}", message.channel)));
        }
        let uploaded = outgoing::file(message)?.map(|file| self.upload(message, file, &ctx.locale)).transpose()?;
        let body = outgoing::body(message, uploaded.as_deref(), &ctx.locale)?;
        let request = http::post_json(format!("{BASE}/{}/messages", self.number), vec![Part::Bytes(body.to_string().into_bytes())]);
        link::sent(&self.ask(request).map_err(unanswered)?)
    }

    /// Uploads the file of a message, once it is sure that the message can be sent at all.
    fn upload(&self, message: &Message, file: &File, locale: &str) -> Result<String, PluginError> {
        outgoing::body(message, Some("0"), locale)?;
        media::fits(file, blobs::stat(&file.blob)?.size)?;
        let (kind, body) = media::upload(file, &media::boundary(&crypto::random(16)));
        let request = http::post(format!("{BASE}/{}/media", self.number), &kind, body);
        link::uploaded(&self.ask(request).map_err(|error| before(unanswered(error)))?)
    }

    /// Fetches a file that somebody sent. None if that will never succeed, or has failed in too many attempts.
    fn fetch(&self, wanted: &Media, attempt: u32) -> Result<Option<File>, PluginError> {
        match self.fetched(wanted) {
            Ok(file) => Ok(Some(file)),
            Err(PluginError::Retryable(retry)) if attempt < PATIENCE => Err(PluginError::Retryable(retry)),
            Err(gone) => {
                log::write("warn", "a file that somebody sent cannot be fetched", &[("error".to_owned(), format!("{gone:?}"))]);
                Ok(None)
            }
        }
    }

    /// First its address, which is good for five minutes, then its content, which wants the token as well.
    fn fetched(&self, wanted: &Media) -> Result<File, PluginError> {
        let missing = || PluginError::rejected("not-found", "the provider does not have the file");
        let facts = self.ask(http::get(format!("{BASE}/{}", wanted.id))).map_err(|error| before(unanswered(error)))?.read().map_err(before)?;
        let url = facts["url"].as_str().ok_or_else(missing)?;
        let mut request = http::get(url.to_owned()).secret_header("authorization", self.token.bearer());
        request.save_body = true;
        let response = request.send().map_err(|error| before(unanswered(error)))?;
        let Payload::Blob(saved) = &response.body else {
            let refused = Answer { status: response.status, retry_after_ms: None, body: response.bytes().to_vec() };
            return Err(refused.read().map_err(before).err().unwrap_or_else(missing));
        };
        let content_type = facts["mime_type"].as_str().unwrap_or(&saved.content_type).to_owned();
        Ok(File { blob: saved.id.clone(), kind: wanted.kind.into(), name: wanted.name.clone(), content_type, extra: Vec::new() })
    }
}

fn setting(key: &str, missing: &str) -> Result<String, PluginError> {
    config::get(key).filter(|text| !text.is_empty()).ok_or_else(|| PluginError::misconfigured(key, missing))
}

impl channel::Guest for Whatsapp {
    fn send(ctx: CallContext, batch: Vec<Message>) -> Result<Vec<Result<Receipt, PluginError>>, PluginError> {
        let provider = Provider::open()?;
        Ok(batch.iter().map(|message| provider.send(&ctx, message)).collect())
    }
}

impl templates::Guest for Whatsapp {
    fn page(_ctx: CallContext, cursor: Option<String>) -> Result<TemplatePage, PluginError> {
        let (provider, account) = (Provider::open()?, setting("account_id", "Enter the ID of your WhatsApp Business account")?);
        let mut request = http::get(format!("{BASE}{}", approved::path(&account)));
        if let Some(after) = cursor {
            request = request.with_query("after", &after);
        }
        approved::page(&provider.ask(request).map_err(|error| before(unanswered(error)))?)
    }
}

impl webhook::Guest for Whatsapp {
    fn handle(ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        match (req.name.as_str(), req.method.as_str()) {
            ("events", "GET") => Ok(Handled { reply: Some(handshake(&req.query)), events: Vec::new(), extra: Vec::new() }),
            ("events", _) => Ok(Handled { reply: None, events: reports(&ctx, &req.body)?, extra: Vec::new() }),
            _ => Ok(Handled { reply: None, events: Vec::new(), extra: Vec::new() }),
        }
    }
}

/// The challenge, to whoever knows the verify token.
fn handshake(query: &str) -> Reply {
    let form = Form::read(query.as_bytes());
    let knows = |given: &str| secrets::get("verify_token").is_ok_and(|token| token.equals(given));
    let (status, body) = match (form.get("hub.mode"), form.filled("hub.verify_token"), form.filled("hub.challenge")) {
        (Some("subscribe"), Some(given), Some(challenge)) if knows(given) => (200, challenge.as_bytes().to_vec()),
        _ => (403, Vec::new()),
    };
    Reply { status, headers: vec![("content-type".to_owned(), "text/plain; charset=utf-8".to_owned())], body, extra: Vec::new() }
}

/// What a callback reports, with the files that people sent as far as there is time for them.
fn reports(ctx: &CallContext, body: &[u8]) -> Result<Vec<Event>, PluginError> {
    let ours = setting("phone_number_id", "Enter the ID of your phone number")?;
    let found = incoming::read(body, &ours, &ctx.idempotency_key)?;
    let provider = if found.iter().any(|one| one.media.is_some()) { Some(Provider::open()?) } else { None };
    let mut fetched = 0;
    let mut events = Vec::with_capacity(found.len());
    for mut one in found {
        if let (Some(provider), Some(wanted)) = (&provider, one.media.take()) {
            fetched += 1;
            let in_time = fetched <= FETCHED && clock::now_ms().saturating_add(FETCH_MS) < ctx.deadline_ms;
            let file = if in_time { provider.fetch(&wanted, ctx.attempt)? } else { None };
            attach(&mut one, &wanted, file);
        }
        events.push(one.event());
    }
    Ok(events)
}

/// A file that could not be fetched is named, so that staff can ask for it again.
fn attach(one: &mut Incoming, wanted: &Media, file: Option<File>) {
    match file {
        Some(file) => {
            let shown = json!([{ "blob": file.blob, "kind": file.kind, "name": file.name, "content_type": file.content_type }]);
            one.data.insert("files".into(), shown);
        }
        None => one.extra.push(("file-missing".to_owned(), wanted.name.clone())),
    }
}

impl lifecycle::Guest for Whatsapp {
    /// Reads the number, which proves token and ids and sends nothing. Shows the address to enter at the provider.
    fn check(_ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let provider = Provider::open()?;
        for (key, missing) in [("app_secret", "Enter the app secret"), ("verify_token", "Choose a verify token")] {
            secrets::get(key).map_err(|error| match error {
                HostError::NotFound => PluginError::misconfigured(key, missing),
                other => other.into(),
            })?;
        }
        let values = addresses::of(&["events"])?;
        let request = http::get(format!("{BASE}{}", number::path(&provider.number)));
        let (summary, warnings) = number::read(&provider.ask(request).map_err(|error| before(unanswered(error)))?)?;
        Ok(lifecycle::Report { summary, warnings, values, extra: Vec::new() })
    }

    /// The callback address is entered in the app's dashboard, since the handshake that follows has to find the installation there.
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
