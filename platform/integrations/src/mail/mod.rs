//! Mail over SMTP: the `Messenger` of domains for e-mail.
//!
//! The message's own id becomes its Message-ID, so that a message which was sent twice, because the first answer got lost, can be
//! recognised as the same by the receiving side. Addresses and texts are never logged.

mod body;

use std::time::Duration;

use async_trait::async_trait;
use kernel::{Scope, profile::Profile};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message as Letter, Tokio1Executor,
    address::AddressError,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
    transport::smtp::authentication::Credentials,
};
use ports::{
    PortError,
    message::{Channel, Message, Messenger, PlatformMailer, Receipt},
};
use serde::Deserialize;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// From the first byte, mostly port 465.
    Implicit,
    /// Plain first, then required, mostly port 587.
    #[default]
    StartTls,
    /// Not at all: for a catcher on this machine.
    None,
}

/// Where mail is handed in. The user's password prints as stars.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    pub host: String,
    pub port: u16,
    #[serde(default)]
    pub tls: MailTls,
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub password: Option<String>,
    /// The deployment's sending address; names are the tenants'.
    pub from: String,
}

impl std::fmt::Debug for MailConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let password = self.password.as_ref().map(|_| "***");
        f.debug_struct("MailConfig")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("user", &self.user)
            .field("password", &password)
            .field("from", &self.from)
            .finish()
    }
}

/// Why mail cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("mail.from is no e-mail address: {0}")]
    From(#[from] AddressError),
    #[error("mail.host cannot be used: {0}")]
    Host(#[from] lettre::transport::smtp::Error),
}

/// Longest wait for the mail server's next word.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends e-mail; other channels are not offered.
pub struct SmtpMessenger {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: lettre::Address,
}

impl SmtpMessenger {
    /// Connects with the first message. To be called inside a runtime, which looks after idle connections.
    pub fn new(config: &MailConfig) -> Result<Self, MailError> {
        type Smtp = AsyncSmtpTransport<Tokio1Executor>;
        let mut builder = match config.tls {
            MailTls::Implicit => Smtp::relay(&config.host)?,
            MailTls::StartTls => Smtp::starttls_relay(&config.host)?,
            MailTls::None => Smtp::builder_dangerous(&config.host),
        }
        .port(config.port)
        .timeout(Some(PATIENCE));
        if let (Some(user), Some(password)) = (&config.user, &config.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self { transport: builder.build(), from: config.from.parse()? })
    }

    /// Whether the mail server answers, for `doctor`.
    pub async fn ping(&self) -> bool {
        self.transport.test_connection().await.unwrap_or(false)
    }

    async fn hand_in(&self, message: &Message, sender: &body::Sender) -> Result<Receipt, PortError> {
        let (letter, id) = self.letter(message, sender)?;
        match self.transport.send(letter).await {
            Ok(_) => Ok(Receipt { provider_ref: id }),
            Err(error) => Err(refused(&error, message.id)),
        }
    }

    fn letter(&self, message: &Message, sender: &body::Sender) -> Result<(Letter, String), PortError> {
        let refuse = |what: &str| PortError::Rejected { code: "address".into(), message: format!("{what} is no e-mail address") };
        let to = message.to.parse().map_err(|_| refuse("the recipient"))?;
        let id = format!("<{}@{}>", message.id, self.from.domain());
        let mut letter = Letter::builder()
            .message_id(Some(id.clone()))
            .from(Mailbox::new(Some(one_line(&message.from_name)), self.from.clone()))
            .to(Mailbox::new(message.to_name.as_deref().map(one_line), to))
            .subject(one_line(&message.subject));
        if let Some(reply_to) = &message.reply_to {
            letter = letter.reply_to(Mailbox::new(None, reply_to.parse().map_err(|_| refuse("the reply address"))?));
        }
        let html = body::html(&message.subject, &message.text, message.html.as_deref(), sender);
        let texts = MultiPart::alternative_plain_html(body::plain(&message.text, sender), html);
        let built = if message.attachments.is_empty() {
            letter.multipart(texts)
        } else {
            let mut parts = MultiPart::mixed().multipart(texts);
            for file in &message.attachments {
                parts = parts.singlepart(attachment(file));
            }
            letter.multipart(parts)
        };
        let built = built.map_err(|error| PortError::Rejected { code: "format".into(), message: error.to_string() })?;
        Ok((built, id))
    }
}

fn attachment(file: &ports::message::Attachment) -> SinglePart {
    let octets = ContentType::parse("application/octet-stream").unwrap_or(ContentType::TEXT_PLAIN);
    let content_type = ContentType::parse(&file.content_type).unwrap_or(octets);
    Attachment::new(one_line(&file.name)).body(file.bytes.to_vec(), content_type)
}

/// A header has one line.
fn one_line(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[async_trait]
impl Messenger for SmtpMessenger {
    async fn offers(&self, _scope: &Scope, channel: Channel) -> bool {
        channel == Channel::Email
    }

    async fn send(&self, scope: &Scope, message: Message) -> Result<Receipt, PortError> {
        if message.channel != Channel::Email {
            return Err(PortError::Unsupported("only e-mail is sent here".into()));
        }
        let sender = sender(scope, &message).await.map_err(|error| PortError::Retryable { reason: error.code.into_owned(), after_ms: None })?;
        self.hand_in(&message, &sender).await
    }
}

#[async_trait]
impl PlatformMailer for SmtpMessenger {
    async fn send(&self, message: Message) -> Result<Receipt, PortError> {
        let sender = body::Sender { name: message.from_name.clone(), language: kernel::i18n::FALLBACK.to_owned(), profile: Profile::default() };
        self.hand_in(&message, &sender).await
    }
}

/// Who the mail is from, as its recipient sees it. The transaction ends before anything is sent.
async fn sender(scope: &Scope, message: &Message) -> kernel::AppResult<body::Sender> {
    let mut tx = scope.as_system("integrations.mail").begin_read().await?;
    let profile = tx.setting::<Profile>().await?.value;
    let name = if profile.legal_name.is_empty() { message.from_name.clone() } else { profile.legal_name.clone() };
    Ok(body::Sender { name, language: scope.locale.to_string(), profile })
}

/// A repeat carries the same Message-ID, so that a lost answer may be tried again.
fn refused(error: &lettre::transport::smtp::Error, id: uuid::Uuid) -> PortError {
    let code = error.status().map(|code| code.to_string());
    // The server's words may repeat the recipient's address.
    tracing::warn!(message.id = %id, code, timeout = error.is_timeout(), "a mail was not taken");
    if error.is_permanent() {
        return PortError::Rejected { code: code.unwrap_or_else(|| "refused".into()), message: "the mail server refuses this message".into() };
    }
    let reason = if error.is_timeout() { "the mail server does not answer" } else { "the mail server cannot take it now" };
    PortError::Retryable { reason: reason.into(), after_ms: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_cannot_be_broken_into_two() {
        assert_eq!(one_line("Hello\r\nBcc: x@example.com"), "Hello Bcc: x@example.com");
    }

    #[tokio::test]
    async fn a_password_does_not_print() {
        let config = MailConfig {
            host: "mail.example.com".into(),
            port: 587,
            tls: MailTls::StartTls,
            user: Some("u".into()),
            password: Some("hunter2".into()),
            from: "no-reply@example.com".into(),
        };
        assert!(!format!("{config:?}").contains("hunter2"));
        assert!(SmtpMessenger::new(&MailConfig { from: "nobody".into(), ..config }).is_err());
    }
}
