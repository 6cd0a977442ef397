//! Settings of a plugin: plain ones and the four secret kinds.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{HostPattern, Mode, ModeScope};

/// One `[config.KEY]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: SettingKind,
    /// Label of the form field.
    pub title: String,
    /// Text below the field.
    pub help: Option<String>,
    /// Mode in which it is asked for.
    #[serde(default)]
    pub mode: ModeScope,
    /// Whether it may stay empty.
    #[serde(default)]
    pub optional: bool,
    /// Regular expression for texts.
    pub pattern: Option<String>,
    /// Closed list of values.
    #[serde(rename = "enum")]
    pub choices: Option<Vec<Value>>,
    /// What people read in the place of a value of that list; the value itself where there is none.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Value when left empty.
    pub default: Option<Value>,
    /// Smallest number.
    pub minimum: Option<i64>,
    /// Largest number.
    pub maximum: Option<i64>,
    /// Another setting that has to be set for this one to be asked.
    pub depends_on: Option<String>,
    /// Place in the form.
    #[serde(default)]
    pub order: i32,

    /// Secret kinds: hosts that may receive the value.
    #[serde(default)]
    pub hosts: Vec<HostPattern>,
    /// Secret kinds: parts of a request that may carry it.
    #[serde(default)]
    pub parts: Vec<RequestPart>,
    /// Secret kinds: how the text encodes key bytes, for `hmac`.
    #[serde(default)]
    pub encoding: KeyEncoding,
    /// Secret kinds: why the plugin must see the value itself.
    pub reveal: Option<String>,
    /// Secret kinds: why the plugin must hash the value.
    pub digest: Option<String>,
    /// Kind `oauth2`: how a token is obtained.
    pub oauth2: Option<OAuth2>,
}

/// Type of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingKind {
    /// Text.
    String,
    /// Whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// List of texts.
    List,
    /// A text that never leaves the host.
    Secret,
    /// A private key in PEM.
    PrivateKey,
    /// Certificate chain and key in PEM.
    ClientCertificate,
    /// An access token that the host obtains.
    #[serde(rename = "oauth2")]
    OAuth2,
}

/// Parts of a request that may carry a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestPart {
    /// A header value.
    Header,
    /// A query value.
    Query,
    /// The body.
    Body,
}

/// How the text of a secret encodes key bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyEncoding {
    /// UTF-8 as it stands.
    #[default]
    Text,
    /// Hexadecimal.
    Hex,
    /// Standard base64.
    Base64,
}

/// How the host obtains an access token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OAuth2 {
    /// Grant type.
    pub grant: Grant,
    /// Token endpoint; one address, or one per mode.
    pub token_url: PerMode,
    /// HTTP method at the token endpoint.
    #[serde(default)]
    pub token_method: TokenMethod,
    /// Where client id and secret go.
    #[serde(default)]
    pub client: ClientAuth,
    /// Setting with the client id, plain or secret.
    pub client_id: String,
    /// Secret setting with the client secret.
    pub client_secret: String,
    /// Scopes, joined by a space.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Fields of the token answer that `config.get("KEY.FIELD")` may read.
    #[serde(default)]
    pub expose: Vec<String>,
}

/// OAuth 2 grants that the host performs (RFC 6749 sections 4.4 and 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grant {
    /// The plugin's own account.
    ClientCredentials,
    /// Connected by a person in the browser; afterwards refreshed.
    AuthorizationCode,
    /// A refresh token given by the provider.
    RefreshToken,
}

/// Method of the token request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum TokenMethod {
    /// As RFC 6749 says; the default.
    #[default]
    #[serde(rename = "POST")]
    Post,
    /// As some providers do; `grant_type` goes into the query unless the address has it.
    #[serde(rename = "GET")]
    Get,
}

/// Client authentication at the token endpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuth {
    /// HTTP basic; the default.
    #[default]
    Basic,
    /// `client_id` and `client_secret` in the form.
    Form,
}

/// A text that may differ between test and live.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum PerMode {
    /// The same in both.
    Same(String),
    /// One for each.
    Each {
        /// Test.
        test: String,
        /// Live.
        live: String,
    },
}

impl PerMode {
    /// The text for `mode`.
    #[must_use]
    pub fn of(&self, mode: Mode) -> &str {
        match (self, mode) {
            (Self::Same(text), _) => text,
            (Self::Each { test, .. }, Mode::Test) => test,
            (Self::Each { live, .. }, Mode::Live) => live,
        }
    }
}

impl SettingKind {
    /// Whether the value stays inside the host.
    #[must_use]
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Secret | Self::PrivateKey | Self::ClientCertificate | Self::OAuth2)
    }
}
