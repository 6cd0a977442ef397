//! Amazon SES: e-mail out, signed by the host, and what became of it in, from notices of SNS.
//!
//! This file joins the host's interfaces to the modules that know the provider's wire; those are pure and tested on any target.
//! What must hold: the secret key is only computed with and never sent, no notice is believed whose signature or topic fails, and
//! nothing stays between calls but the certificates that sign notices.

mod answer;
mod events;
mod mail;
mod notice;
mod sign;

use answer::{Answer, before, unanswered};
use mail::Sender;
use notice::{Kind, Notice};
use serde_json::json;
use sign::Scope;
use wakala_plugin_sdk::host::http::Part;
use wakala_plugin_sdk::host::secrets::Secret;
use wakala_plugin_sdk::host::types::HostError;
use wakala_plugin_sdk::host::{blobs, clock, config, crypto, kv, secrets};
use wakala_plugin_sdk::messaging::channel::{self, Message, Receipt};
use wakala_plugin_sdk::webhook::{self, Event, Handled, Inbound};
use wakala_plugin_sdk::{CallContext, PluginError, addresses, export, http, lifecycle};

const SEND: &str = "/v2/email/outbound-emails";
const ACCOUNT: &str = "/v2/email/account";
/// How long a certificate is kept. The provider changes it about once a year.
const CERTIFICATE_S: u32 = 86_400;

struct Ses;

export!(Ses: lifecycle, webhook, channel);

/// The host's way to the provider, with what signs requests.
struct Account {
    region: String,
    access_key_id: String,
    secret: Secret,
}

impl Account {
    fn open() -> Result<Self, PluginError> {
        let secret = secrets::get("secret_access_key").map_err(|error| match error {
            HostError::NotFound => PluginError::misconfigured("secret_access_key", "Enter the secret access key"),
            other => other.into(),
        })?;
        Ok(Self { region: region()?, access_key_id: setting("access_key_id", "Enter the access key ID")?, secret })
    }

    /// Sends a body, or asks without one. An error of this function promises that nothing was sent.
    fn ask(&self, path: &str, body: Vec<Part>) -> Result<Result<Answer, PluginError>, PluginError> {
        let host = format!("email.{}.amazonaws.com", self.region);
        let payload = crypto::digest("sha-256", &body)?;
        let scope = Scope::new(clock::now_ms(), &self.region);
        let (method, content_type) = if body.is_empty() { ("GET", None) } else { ("POST", Some("application/json")) };
        let signed = sign::Request { method, host: &host, path, content_type, payload: &payload };
        let canonical = crypto::digest("sha-256", &[Part::Bytes(signed.canonical(&scope).into_bytes())])?;
        let signature = self.secret.hmac_chain("sha-256", "AWS4", &scope.steps(&canonical))?;
        let authorization = signed.authorization(&scope, &self.access_key_id, &signature);
        let url = format!("https://{host}{path}");
        let request = if body.is_empty() { http::get(url) } else { http::post_json(url, body) };
        let request = request.header("x-amz-date", &scope.time).header("authorization", &authorization);
        Ok(request.send().map(Answer::from).map_err(unanswered))
    }

    fn send(&self, sender: &Sender, message: &Message) -> Result<Receipt, PluginError> {
        if message.channel != "email" {
            return Err(PluginError::Unsupported(format!("the channel {}", message.channel)));
        }
        let body = mail::body(message, sender)?;
        let sizes = message.files.iter().map(|file| Ok(blobs::stat(&file.blob)?.size)).collect::<Result<Vec<u64>, HostError>>()?;
        mail::fit(sizes)?;
        answer::sent(&self.ask(SEND, body)??, message.template.is_some())
    }
}

fn setting(key: &str, missing: &str) -> Result<String, PluginError> {
    config::get(key).filter(|text| !text.is_empty()).ok_or_else(|| PluginError::misconfigured(key, missing))
}

fn region() -> Result<String, PluginError> {
    setting("region", "Choose the region of your account")
}

fn sender() -> Result<Sender, PluginError> {
    Ok(Sender {
        address: setting("sender", "Enter the address that mail comes from")?,
        name: config::get("sender_name"),
        configuration_set: config::get("configuration_set").filter(|name| !name.is_empty()),
    })
}

impl channel::Guest for Ses {
    fn send(_ctx: CallContext, batch: Vec<Message>) -> Result<Vec<Result<Receipt, PluginError>>, PluginError> {
        let (account, sender) = (Account::open()?, sender()?);
        Ok(batch.iter().map(|message| account.send(&sender, message)).collect())
    }
}

impl webhook::Guest for Ses {
    fn handle(_ctx: CallContext, req: Inbound) -> Result<Handled, PluginError> {
        let events = match req.name.as_str() {
            "events" => noticed(&Notice::read(&req.body)?)?,
            _ => Vec::new(),
        };
        Ok(Handled { reply: None, events, extra: Vec::new() })
    }
}

/// Believes a notice once its signature holds, and does what it is for.
fn noticed(notice: &Notice) -> Result<Vec<Event>, PluginError> {
    let region = region()?;
    verify(notice, &region)?;
    match notice.kind()? {
        Kind::Notification => Ok(events::read(notice.message()?, notice.timestamp())),
        Kind::SubscriptionConfirmation => {
            let url = notice.subscribe_url(&region)?.to_owned();
            let response = http::get(url).send().map_err(|error| before(unanswered(error)))?;
            if response.status == 200 { Ok(Vec::new()) } else { Err(PluginError::retryable(format!("HTTP {}", response.status))) }
        }
        Kind::UnsubscribeConfirmation => Ok(vec![ended(notice)]),
    }
}

/// Nobody hears of bounces and complaints any more.
fn ended(notice: &Notice) -> Event {
    let data =
        json!({ "message": "The subscription to the SNS topic has ended: bounces and complaints are not reported any more", "field": "topic" });
    let id = format!("installation.attention:{}", notice.id());
    Event { id, kind: "installation.attention".to_owned(), occurred_ms: None, data: data.to_string(), extra: Vec::new() }
}

fn verify(notice: &Notice, region: &str) -> Result<(), PluginError> {
    let forged = || PluginError::rejected("signature", "the notice is not signed by Amazon");
    let signed = notice.signed(&setting("topic", "Enter the ARN of your SNS topic")?, region)?;
    let certificate = certificate(&signed.certificate)?;
    match crypto::verify(signed.algorithm, &certificate, signed.text.as_bytes(), &signed.signature) {
        Ok(true) => Ok(()),
        Ok(false) | Err(HostError::Invalid(_)) => Err(forged()),
        Err(other) => Err(other.into()),
    }
}

/// A certificate of the provider, kept for a day.
fn certificate(url: &str) -> Result<String, PluginError> {
    let key = format!("certificate:{url}");
    if let Some(kept) = kv::get(&key)? {
        return Ok(String::from_utf8_lossy(&kept.value).into_owned());
    }
    let response = http::get(url.to_owned()).send().map_err(|error| before(unanswered(error)))?;
    if response.status != 200 {
        return Err(PluginError::retryable(format!("the certificate is answered with HTTP {}", response.status)));
    }
    kv::set(&key, response.bytes(), Some(CERTIFICATE_S))?;
    Ok(String::from_utf8_lossy(response.bytes()).into_owned())
}

impl lifecycle::Guest for Ses {
    /// Reads the account, which proves key and region and sends nothing. Shows the address to enter at the provider.
    fn check(_ctx: CallContext) -> Result<lifecycle::Report, PluginError> {
        let (account, sender) = (Account::open()?, sender()?);
        setting("topic", "Enter the ARN of your SNS topic")?;
        let mut values = addresses::of(&["events"])?;
        let (warnings, quota) = answer::account(&account.ask(ACCOUNT, Vec::new())?.map_err(before)?)?;
        values.extend(quota);
        let summary = format!("Connected to Amazon SES in {}, sending as {}.", account.region, sender.address);
        Ok(lifecycle::Report { summary, warnings, values, extra: Vec::new() })
    }

    /// The address is subscribed to the topic by the tenant; the subscription confirms itself.
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
