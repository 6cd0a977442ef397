//! Requests that a provider makes to us.

use std::collections::BTreeMap;

use ipnet::IpNet;
use serde::Deserialize;

/// One `[[webhook]]` entry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Name used by `hooks.url` and in `inbound.name`.
    pub name: String,
    /// HTTP methods.
    pub methods: Vec<String>,
    /// Who answers.
    pub mode: WebhookMode,
    /// Reply in deferred mode; an empty 200 if absent.
    pub reply: Option<FixedReply>,
    /// Reply when an answered webhook fails; required there.
    pub fallback: Option<FixedReply>,
    /// How long an answered webhook may take, in milliseconds.
    pub deadline_ms: Option<u32>,
    /// What the host checks before it stores anything.
    #[serde(default)]
    pub signature: Signature,
    /// Networks the provider calls from; empty means any.
    #[serde(default)]
    pub source_ips: Vec<IpNet>,
}

/// Who answers the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WebhookMode {
    /// The host at once, with the fixed reply; the plugin runs later.
    Deferred,
    /// The plugin, within the deadline.
    Answered,
}

/// A reply written in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedReply {
    /// HTTP status.
    #[serde(default = "ok")]
    pub status: u16,
    /// Headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body.
    #[serde(default)]
    pub body: String,
}

/// Protection of a webhook that the host checks by itself. Written as `"none"`, `"plugin"`, or a table with `scheme`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Signature {
    /// None: what arrives is only believed after a query.
    #[default]
    None,
    /// The plugin checks it in `handle`.
    Plugin,
    /// An HMAC over the body in a header.
    Hmac {
        /// Header that carries it, lower case.
        header: String,
        /// Text before the code.
        prefix: String,
        /// `sha-256` or another of `secret.hmac`.
        algorithm: String,
        /// Encoding of the code.
        encoding: Encoding,
        /// Setting with the key.
        secret: String,
    },
    /// Standard Webhooks: id, time and body under an HMAC of SHA-256, and nothing older than five minutes.
    StandardWebhooks {
        /// Setting with the key as providers show it: base64, mostly after `whsec_`.
        secret: String,
    },
    /// HTTP basic authentication.
    Basic {
        /// Plain setting with the user name.
        user: String,
        /// Secret setting with the password.
        secret: String,
    },
}

/// Text form of a signature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// Lower-case hexadecimal; the default.
    #[default]
    Hex,
    /// Standard base64.
    Base64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Word(String),
    Table(Scheme),
}

#[derive(Deserialize)]
#[serde(tag = "scheme", rename_all = "kebab-case", deny_unknown_fields)]
enum Scheme {
    Hmac {
        header: String,
        #[serde(default)]
        prefix: String,
        #[serde(default = "sha_256")]
        algorithm: String,
        #[serde(default)]
        encoding: Encoding,
        secret: String,
    },
    StandardWebhooks {
        secret: String,
    },
    Basic {
        user: String,
        secret: String,
    },
}

fn ok() -> u16 {
    200
}

fn sha_256() -> String {
    "sha-256".to_owned()
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        match Written::deserialize(input)? {
            Written::Word(word) if word == "none" => Ok(Self::None),
            Written::Word(word) if word == "plugin" => Ok(Self::Plugin),
            Written::Word(word) => Err(serde::de::Error::custom(format!("unknown signature `{word}`; write none, plugin, or a table with scheme"))),
            Written::Table(Scheme::Hmac { header, prefix, algorithm, encoding, secret }) => {
                Ok(Self::Hmac { header, prefix, algorithm, encoding, secret })
            }
            Written::Table(Scheme::StandardWebhooks { secret }) => Ok(Self::StandardWebhooks { secret }),
            Written::Table(Scheme::Basic { user, secret }) => Ok(Self::Basic { user, secret }),
        }
    }
}

impl Default for FixedReply {
    fn default() -> Self {
        Self { status: ok(), headers: BTreeMap::new(), body: String::new() }
    }
}
