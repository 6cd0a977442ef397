//! Records of the messaging interface.

use serde::{Deserialize, Serialize};

use super::{Fields, File};

/// Somebody who gets a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// to, cc, bcc or reply-to.
    pub role: String,
    /// Phone number in E.164, e-mail address, or what the channel calls a person.
    pub value: String,
    /// Name.
    pub name: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A text that the provider approved, with its places filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateUse {
    /// Name.
    pub name: String,
    /// BCP 47.
    pub language: String,
    /// What its places are filled with, by name and in order.
    #[serde(default, with = "crate::model::written::fields")]
    pub params: Fields,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// Something to tap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What comes back when it is tapped.
    pub id: String,
    /// What is tapped.
    pub title: String,
    /// In words.
    pub description: Option<String>,
    /// Heading it stands under.
    pub group: Option<String>,
    /// Opens this instead of answering.
    pub url: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A message to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Ours, and the idempotency key.
    pub id: String,
    /// sms, whatsapp, email, chat or voice.
    pub channel: String,
    /// Sender name, number or mailbox.
    pub sender: Option<String>,
    /// Who gets it.
    #[serde(default)]
    pub addresses: Vec<Address>,
    /// Provider-ref of the message that is answered.
    pub in_reply_to: Option<String>,
    /// Subject line.
    pub subject: Option<String>,
    /// Words.
    pub text: Option<String>,
    /// The same as HTML.
    pub html: Option<String>,
    /// What the provider approved.
    pub template: Option<TemplateUse>,
    /// What can be tapped.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// image, audio, video, document, header, inline.
    #[serde(default)]
    pub files: Vec<File>,
    /// Labels for the provider.
    #[serde(default, with = "crate::model::written::fields")]
    pub tags: Fields,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// The provider took a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The provider's name of it.
    pub provider_ref: Option<String>,
    /// queued or sent; anything else is queued.
    pub state: String,
    /// Parts that are billed.
    pub parts: Option<u32>,
    /// As the provider writes it.
    pub cost: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A text as the provider approved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The provider's name of it.
    pub name: String,
    /// BCP 47.
    pub language: String,
    /// marketing, utility or authentication.
    pub category: String,
    /// pending, approved, rejected, paused or disabled; anything else is disabled.
    pub state: String,
    /// Above the text.
    pub header: Option<String>,
    /// The text itself.
    pub body: String,
    /// Below the text.
    pub footer: Option<String>,
    /// Names of its places.
    #[serde(default)]
    pub params: Vec<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// A page of templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplatePage {
    /// Templates.
    #[serde(default)]
    pub templates: Vec<Template>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// One turn of a dialogue over USSD.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// What the provider calls the dialogue.
    pub session: String,
    /// Counts from 0.
    pub number: u32,
    /// What was dialled.
    pub service: String,
    /// E.164 with plus.
    pub phone: String,
    /// The provider's name of the operator.
    pub network: Option<String>,
    /// What was typed since the previous screen.
    pub input: String,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// What a dialogue shows next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// At most 182 characters.
    pub text: String,
    /// Whether the dialogue is over.
    pub end: bool,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}
