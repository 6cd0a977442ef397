//! Messages through the messaging plugin that a tenant has live for their channel; mail goes out by the deployment where there is none.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{Days, Duration};
use kernel::{AppResult, Scope};
use plugin_host::{
    CallReport,
    model::{PluginError, messaging as model},
};
use ports::{
    PortError,
    message::{Channel, Message, Messenger, Receipt},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Integrations,
    ask::{Doubt, answer, not_started, unready},
    budgets::Spend,
    calls::{Blobs, NotStarted, Use, Wanted},
    papers,
    sent::{self, Going, SentState},
};

/// The `Messenger` of domains.
pub struct Messengers {
    integrations: Arc<Integrations>,
    mail: Arc<dyn Messenger>,
}

impl Messengers {
    /// `mail` sends the e-mail of tenants who have no plugin for it.
    #[must_use]
    pub fn new(integrations: Arc<Integrations>, mail: Arc<dyn Messenger>) -> Self {
        Self { integrations, mail }
    }
}

#[async_trait]
impl Messenger for Messengers {
    async fn offers(&self, scope: &Scope, channel: Channel) -> bool {
        match self.integrations.carrier(scope, channel).await {
            Ok(Some(_)) => true,
            Ok(None) => self.mail.offers(scope, channel).await,
            Err(error) => {
                tracing::error!(tenant.id = %scope.tenant.id, error = kernel::http::error::chain(&error), "a tenant's plugins cannot be listed");
                false
            }
        }
    }

    async fn send(&self, scope: &Scope, message: Message) -> Result<Receipt, PortError> {
        match self.integrations.carrier(scope, message.channel).await.map_err(unready)? {
            Some(installation) => self.integrations.send(scope, installation, message).await,
            None => self.mail.send(scope, message).await,
        }
    }
}

impl Integrations {
    /// The installation that carries this channel, the oldest if several do.
    async fn carrier(&self, scope: &Scope, channel: Channel) -> AppResult<Option<Uuid>> {
        let live = self.answering(scope, "channel").await?;
        let carries = |offered: &plugin_host::manifest::Messaging| offered.channels.iter().any(|name| name == word(channel));
        Ok(live.into_iter().find(|(_, package)| package.manifest.messaging.as_ref().is_some_and(carries)).map(|(id, _)| id))
    }

    async fn send(&self, scope: &Scope, installation: Uuid, message: Message) -> Result<Receipt, PortError> {
        let (blobs, id, channel) = (Blobs::default(), message.id, message.channel);
        let going = Going::new(id, installation, word(channel), &message.to);
        let message = written(&blobs, message)?;
        let using = Use {
            key: id.to_string(),
            request: json!({ "message": id, "channel": word(channel), "files": message.files.len() }),
            blobs,
            spend: Spend { messages: 1, ..Spend::default() },
            ..Use::new(installation, Wanted::Live, "send")
        };
        let called = self.call(scope, using, describe, |plugin, spec| async move { only_one(plugin.send(spec, vec![message]).await) });
        let asked = match called.await {
            Ok(done) => answer(done.report, Doubt::Unknown),
            // A message can wait for the day's budget; what moves money cannot.
            Err(error @ NotStarted::OverBudget(_)) => Err(PortError::Retryable { reason: error.to_string(), after_ms: Some(renewal_ms(scope)) }),
            Err(error) => Err(not_started(error, Wanted::Live)),
        };
        let outcome = match &asked {
            Ok(receipt) if receipt.state == "sent" => Some((SentState::Sent, receipt.provider_ref.as_deref())),
            Ok(receipt) => Some((SentState::Queued, receipt.provider_ref.as_deref())),
            Err(PortError::UnknownOutcome(_)) => Some((SentState::Unknown, None)),
            Err(_) => None,
        };
        // It went out, whether or not that can be written down.
        if let Some((state, provider_ref)) = outcome
            && let Err(error) = keep(scope, &going, state, provider_ref).await
        {
            tracing::error!(tenant.id = %scope.tenant.id, message.id = %id, error = kernel::http::error::chain(&error), "a message that was sent cannot be recorded");
        }
        let receipt = asked?;
        Ok(Receipt { provider_ref: receipt.provider_ref.unwrap_or_else(|| id.to_string()) })
    }
}

/// How long what is over the day's budget waits: until the tenant's next day begins, or for three hours, since the limit may be raised.
/// A job's attempts last longer than a day so.
fn renewal_ms(scope: &Scope) -> u64 {
    let tomorrow = scope.moment(scope.today() + Days::new(1), 0) - scope.now();
    u64::try_from(tomorrow.min(Duration::hours(3)).num_milliseconds()).unwrap_or_default()
}

async fn keep(scope: &Scope, going: &Going, state: SentState, provider_ref: Option<&str>) -> AppResult<()> {
    let mut tx = scope.as_system("integrations.message").begin_write().await?;
    sent::keep(&mut tx, going, state, provider_ref).await?;
    tx.commit().await
}

fn word(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email",
        Channel::Sms => "sms",
        Channel::Whatsapp => "whatsapp",
    }
}

/// The message as plugins read it, its files put beside the call.
fn written(blobs: &Blobs, message: Message) -> Result<model::Message, PortError> {
    let address = |role: &str, value: String, name: Option<String>| model::Address { role: role.to_owned(), value, name, extra: Vec::new() };
    let mut addresses = vec![address("to", message.to, message.to_name)];
    addresses.extend(message.reply_to.map(|reply_to| address("reply-to", reply_to, None)));
    let files = message
        .attachments
        .into_iter()
        .map(|file| papers::lend(blobs, kind(&file.content_type), file.name, file.content_type, file.bytes))
        .collect::<Result<_, _>>()?;
    Ok(model::Message {
        id: message.id.to_string(),
        channel: word(message.channel).to_owned(),
        sender: None,
        addresses,
        in_reply_to: None,
        subject: (message.channel == Channel::Email).then_some(message.subject),
        text: Some(message.text),
        html: message.html,
        template: None,
        choices: Vec::new(),
        files,
        tags: vec![("message".to_owned(), message.id.to_string())],
        extra: vec![("sender-name".to_owned(), message.from_name)],
    })
}

/// How a channel shows a file.
fn kind(content_type: &str) -> &'static str {
    match content_type.split_once('/') {
        Some(("image", _)) => "image",
        Some(("audio", _)) => "audio",
        Some(("video", _)) => "video",
        _ => "document",
    }
}

pub(crate) type Sent<T> = CallReport<Result<T, PluginError>>;

/// One message went in, so one result comes out. Any other number says nothing about the message.
pub(crate) fn only_one(report: Sent<Vec<Result<model::Receipt, PluginError>>>) -> Sent<model::Receipt> {
    report.map(|answer| {
        let mut results = answer?;
        match results.pop() {
            Some(result) if results.is_empty() => result,
            _ => Err(PluginError::UnknownOutcome("the plugin did not say what became of the message".to_owned())),
        }
    })
}

/// For the call log: nothing of the reader.
fn describe(receipt: &model::Receipt) -> Value {
    json!({ "provider_ref": receipt.provider_ref, "state": receipt.state, "parts": receipt.parts, "cost": receipt.cost })
}

#[cfg(test)]
mod tests {
    use plugin_host::Usage;
    use ports::message::Attachment;

    use super::*;

    fn message() -> Message {
        Message {
            id: Uuid::from_u128(7),
            channel: Channel::Email,
            to: "asha@example.com".into(),
            to_name: Some("Asha".into()),
            from_name: "Mfano Brokers".into(),
            reply_to: Some("office@example.com".into()),
            subject: "Your policy".into(),
            text: "Attached.".into(),
            html: None,
            attachments: vec![Attachment { name: "p.pdf".into(), content_type: "application/pdf".into(), bytes: "x".into() }],
        }
    }

    #[test]
    fn a_message_is_written_with_its_addresses_and_files() {
        let blobs = Blobs::default();
        let sent = written(&blobs, message()).unwrap_or_else(|error| panic!("{error}"));
        let roles: Vec<_> = sent.addresses.iter().map(|address| address.role.as_str()).collect();
        assert_eq!(roles, ["to", "reply-to"]);
        assert_eq!((sent.files[0].kind.as_str(), blobs.get(&sent.files[0].blob).ok()), ("document", Some("x".into())));
        assert_eq!(sent.subject.as_deref(), Some("Your policy"));
        let sms = written(&blobs, Message { channel: Channel::Sms, ..message() }).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(sms.subject, None, "short messages have none");
    }

    #[test]
    fn a_plugin_that_loses_count_leaves_the_outcome_open() {
        let receipt = || Ok(model::Receipt { provider_ref: None, state: "queued".into(), parts: None, cost: None, extra: Vec::new() });
        let report = |results| Sent {
            outcome: Ok(Ok(results)),
            usage: Usage::default(),
            exchanges: Vec::new(),
            timeline: Vec::new(),
            logs: Vec::new(),
            logs_dropped: 0,
            created_blobs: Vec::new(),
        };
        assert!(matches!(only_one(report(vec![receipt()])).outcome, Ok(Ok(_))));
        for results in [Vec::new(), vec![receipt(), receipt()]] {
            assert!(matches!(only_one(report(results)).outcome, Ok(Err(PluginError::UnknownOutcome(_)))));
        }
    }
}
