//! Slack: tells a channel of policies and payments, one thread for each. The small example of a plugin that hears events.
//!
//! This file joins the host's interfaces to the modules that know Slack's wire; those are pure and tested on any target.
//! What must hold: the token is never seen here, a note says nothing about a person, and an event that comes again is not told again.

mod answer;
mod note;

use answer::{Answer, unanswered};
use serde_json::{Value, json};
use wakala_plugin_sdk::events::subscriber::{self, Event, Link, Receipt};
use wakala_plugin_sdk::host::http::Part;
use wakala_plugin_sdk::host::types::HostError;
use wakala_plugin_sdk::host::{config, kv, log, secrets};
use wakala_plugin_sdk::{CallContext, PluginError, export, http, lifecycle};

const BASE: &str = "https://slack.com/api";
/// How long it is remembered that an event was told.
const TOLD_S: u32 = 7 * 86_400;

struct Slack;

export!(Slack: lifecycle, subscriber);

fn ask(method: &str, body: &Value) -> Result<Value, PluginError> {
    let token = secrets::get("token").map_err(|error| match error {
        HostError::NotFound => PluginError::misconfigured("token", "Enter the bot token of your app"),
        other => other.into(),
    })?;
    let request = http::post(format!("{BASE}/{method}"), "application/json; charset=utf-8", vec![Part::Bytes(body.to_string().into_bytes())]);
    let response = request.secret_header("authorization", token.bearer()).send().map_err(unanswered)?;
    Answer::from(response).read()
}

fn channel() -> Result<String, PluginError> {
    config::get("channel").filter(|id| !id.is_empty()).ok_or_else(|| PluginError::misconfigured("channel", "Enter the ID of the channel"))
}

/// Whether the tenant wants a note of this kind.
fn is_wanted(kind: &str) -> bool {
    let chosen: Vec<String> = config::get("kinds").and_then(|list| read_list(&list)).unwrap_or_default();
    chosen.iter().any(|wanted| wanted == kind)
}

fn read_list(text: &str) -> Option<Vec<String>> {
    let list: Value = serde_json::from_str(text).ok()?;
    Some(list.as_array()?.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect())
}

impl subscriber::Guest for Slack {
    fn on_event(ctx: CallContext, event: Event) -> Result<Receipt, PluginError> {
        let data: Value = serde_json::from_str(&event.data).map_err(|_| PluginError::rejected("format", "the event is no JSON"))?;
        let Some(text) = note::text(&event.kind, &data, &ctx.locale, ctx.live).filter(|_| is_wanted(&event.kind)) else {
            return Ok(receipt(event.earlier_ref, Vec::new()));
        };
        let told = format!("told:{}", event.id);
        if let Some(kept) = kv::get(&told)? {
            return Ok(receipt(Some(String::from_utf8_lossy(&kept.value).into_owned()), Vec::new()));
        }
        let channel = channel()?;
        // The thread of the subject, unless the tenant has chosen another channel since.
        let thread = event.earlier_ref.as_deref().and_then(|earlier| earlier.strip_prefix(&channel)?.strip_prefix(':'));
        let mut body = json!({ "channel": channel, "text": text, "unfurl_links": false });
        if let Some(thread) = thread {
            body["thread_ts"] = json!(thread);
        }
        let posted = ask("chat.postMessage", &body)?;
        let Some(at) = posted["ts"].as_str() else {
            return Err(PluginError::UnknownOutcome("Slack names no note".into()));
        };
        let reference = format!("{channel}:{}", thread.unwrap_or(at));
        kv::set(&told, reference.as_bytes(), Some(TOLD_S))?;
        let links = if thread.is_none() { link(&channel, at) } else { Vec::new() };
        Ok(receipt(Some(reference), links))
    }
}

/// Where the thread can be read. Without it the note is there all the same.
fn link(channel: &str, at: &str) -> Vec<Link> {
    match ask("chat.getPermalink", &json!({ "channel": channel, "message_ts": at })) {
        Ok(found) => {
            let url = found["permalink"].as_str().map(str::to_owned);
            url.into_iter().map(|url| Link { rel: "view".into(), url, label: "Slack".into(), extra: Vec::new() }).collect()
        }
        Err(error) => {
            log::write("info", "the note has no link", &[("error".to_owned(), format!("{error:?}"))]);
            Vec::new()
        }
    }
}

fn receipt(provider_ref: Option<String>, links: Vec<Link>) -> Receipt {
    Receipt { provider_ref, links, files: Vec::new(), extra: Vec::new() }
}

impl lifecycle::Guest for Slack {
    /// Asks whose token it is, which proves it and writes nothing.
    fn check(_ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let channel = channel()?;
        let found = ask("auth.test", &json!({})).map_err(|error| match error {
            PluginError::Unauthorized(word) => PluginError::misconfigured("token", format!("Slack does not take this token: {word}")),
            PluginError::UnknownOutcome(reason) => PluginError::retryable(reason),
            other => other,
        })?;
        let (team, user) = (found["team"].as_str().unwrap_or("Slack"), found["user"].as_str().unwrap_or("the app"));
        let summary = format!("Connected to {team} as {user}, writing to channel {channel}.");
        Ok(lifecycle::Report { summary, warnings: Vec::new(), values: Vec::new(), extra: Vec::new() })
    }

    /// Nothing is registered: events come from the platform.
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
