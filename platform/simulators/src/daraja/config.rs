//! What the simulator is told: merchants, routes for callbacks, and how strict or moody it is.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::script::{AutoAnswer, Outage};

/// First address of the provider's published list from which callbacks were seen.
pub const CALLBACK_SOURCE: IpAddr = IpAddr::V4(Ipv4Addr::new(196, 201, 212, 69));

/// How to start a simulator. [`Config::default`] knows no merchant and no route.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Loopback port; a free one when not given.
    pub port: Option<u16>,
    /// Merchants known from the start; more can be added while running.
    pub merchants: Vec<Merchant>,
    /// Where callbacks to public names really go.
    pub routes: Vec<Route>,
    /// Limits, delays and moods.
    pub settings: Settings,
    /// File that keeps the book over a restart (JSON lines, append only).
    pub journal: Option<PathBuf>,
    /// Makes tokens, receipts, moods and automatic answers repeatable. Random when not given, so
    /// that two simulators never issue the same receipt.
    pub seed: Option<u64>,
}

/// Which of the provider's two systems an app lives on. They differ in details of their answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// `sandbox.safaricom.co.ke`.
    #[default]
    Sandbox,
    /// `api.safaricom.co.ke`.
    Production,
}

impl Profile {
    /// The profile whose public host name this is; other hosts serve both.
    pub(crate) fn of_host(host: &str) -> Option<Self> {
        match host.split(':').next().unwrap_or_default() {
            "sandbox.safaricom.co.ke" => Some(Self::Sandbox),
            "api.safaricom.co.ke" => Some(Self::Production),
            _ => None,
        }
    }
}

/// An app on the developer portal together with the shortcode it may use.
///
/// Two merchants may share a shortcode (as everybody shares the sandbox's) or an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merchant {
    /// Business name, shown to the payer.
    pub name: String,
    /// Paybill or head-office number, 5 to 7 digits.
    pub shortcode: String,
    /// Passkey of the push product.
    pub passkey: String,
    /// Key of the app.
    pub consumer_key: String,
    /// Secret of the app.
    pub consumer_secret: String,
    /// Which system the app lives on.
    #[serde(default)]
    pub profile: Profile,
    /// Till number for buy-goods pushes; without it the shortcode itself.
    #[serde(default)]
    pub till: Option<String>,
    /// Whether payments typed in by payers are put to the validation URL first.
    #[serde(default)]
    pub validation: bool,
    /// Balance before the first movement, in whole shillings.
    #[serde(default)]
    pub opening_balance: i64,
}

impl Merchant {
    /// A fictitious merchant: keys derive from the shortcode, so that demo data can be repeated.
    #[must_use]
    pub fn fictitious(name: &str, shortcode: &str) -> Self {
        let derive = |what: &str| hex::encode(Sha256::digest(format!("fictitious {what} of {shortcode}")));
        Self {
            name: name.to_owned(),
            shortcode: shortcode.to_owned(),
            passkey: derive("passkey"),
            consumer_key: derive("consumer key").chars().take(48).collect(),
            consumer_secret: derive("consumer secret").chars().take(64).collect(),
            profile: Profile::Sandbox,
            till: None,
            validation: false,
            opening_balance: 0,
        }
    }

    /// # Errors
    /// Says what the provider would never have issued.
    pub(crate) fn check(&self) -> Result<(), InvalidMerchant> {
        if !is_shortcode(&self.shortcode) {
            return Err(InvalidMerchant("shortcode must have 5 to 7 digits"));
        }
        if self.till.as_deref().is_some_and(|till| !is_shortcode(till)) {
            return Err(InvalidMerchant("till must have 5 to 7 digits"));
        }
        if self.name.is_empty() || self.passkey.is_empty() {
            return Err(InvalidMerchant("name and passkey must not be empty"));
        }
        if self.consumer_key.is_empty() || self.consumer_key.contains(':') || self.consumer_secret.is_empty() {
            return Err(InvalidMerchant("consumer key and secret must not be empty, the key has no colon"));
        }
        Ok(())
    }
}

/// A merchant that the provider would never have issued.
#[derive(Debug, thiserror::Error)]
#[error("invalid merchant: {0}")]
pub struct InvalidMerchant(pub(crate) &'static str);

pub(crate) fn is_shortcode(text: &str) -> bool {
    (5..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Sends callbacks for a public name to a loopback address, as plain HTTP with the Host header kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// A host name, or `*.` and a suffix for all names below it.
    pub host: String,
    /// Where the platform listens.
    pub to: SocketAddr,
}

impl Route {
    /// A route for a host name or for `*.suffix`.
    #[must_use]
    pub fn new(host: &str, to: SocketAddr) -> Self {
        Self { host: host.to_ascii_lowercase(), to }
    }

    pub(crate) fn matches(&self, host: &str) -> bool {
        match self.host.strip_prefix('*') {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => host == self.host,
        }
    }
}

/// How a query answers while the payer has not answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pending {
    /// HTTP 200 with result code "4999" (seen since 2026).
    #[default]
    Code4999,
    /// HTTP 500 `500.001.1001` "The transaction is being processed" (older).
    GatewayError,
}

/// How a push to a phone that already shows a prompt is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    /// At once, HTTP 500 `500.001.1001`.
    #[default]
    GatewayError,
    /// Accepted, then a callback with result code 1001.
    Callback,
}

/// Limits, delays and moods; all can be changed while running.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Milliseconds until an unanswered prompt ends with code 1037.
    pub prompt_ttl_ms: u64,
    /// Of 1,000 queries about a known push, how many get the gateway's "does not Exist".
    pub query_flake_permille: u16,
    /// How a query says "not yet".
    pub pending: Pending,
    /// How a second push to a busy phone is refused.
    pub lock: Lock,
    /// Requests per second and app before the gateway's spike arrest; none means no limit.
    pub spike_arrest: Option<u32>,
    /// Milliseconds a token lives.
    pub token_life_ms: u64,
    /// Whether a new token kills the app's previous one, as the portal says.
    pub one_token_per_app: bool,
    /// Most that one phone may pay in a day, in whole shillings (code 4 beyond it).
    pub daily_limit: u64,
    /// Address that callbacks claim to come from.
    pub callback_source: IpAddr,
    /// Milliseconds to wait for the receiver of a callback.
    pub callback_timeout_ms: u64,
    /// Milliseconds a validation URL has to answer.
    pub validation_timeout_ms: u64,
    /// Answers prompts without a person, for load.
    pub auto_answer: Option<AutoAnswer>,
    /// The whole gateway is ill.
    pub outage: Option<Outage>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            prompt_ttl_ms: 60_000,
            query_flake_permille: 200,
            pending: Pending::default(),
            lock: Lock::default(),
            spike_arrest: Some(50),
            token_life_ms: 3_600_000,
            one_token_per_app: true,
            daily_limit: 500_000,
            callback_source: CALLBACK_SOURCE,
            callback_timeout_ms: 10_000,
            validation_timeout_ms: 8_000,
            auto_answer: None,
            outage: None,
        }
    }
}
