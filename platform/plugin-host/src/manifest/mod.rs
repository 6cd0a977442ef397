//! `plugin.toml`: what a plugin is, what it asks for, and what it must be given to work.
//!
//! Owns parsing, validation, the sentences of the consent page and the comparison of two versions. A [`Manifest`] that left
//! [`Manifest::parse`] is consistent: every reference inside it resolves, every number is within the platform's ceilings, every pattern
//! compiles. Nothing here looks at the component; `publish` compares the two.

mod capability;
mod check;
mod issue;
mod kind;
mod method;
mod mode;
mod offer;
mod permission;
mod plain;
mod setting;
mod units;
mod webhook;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use capability::{Asked, HostPattern, HttpRule, KvQuota};
pub use issue::{Issue, ManifestError};
pub use kind::Kind;
pub use method::{Direct, DirectKind, PayerFact, PaymentMethod};
pub use mode::{Mode, ModeScope};
pub use offer::{Checks, Messaging, Models};
pub use permission::Permission;
pub use plain::SettingsError;
pub use setting::{ClientAuth, Grant, KeyEncoding, OAuth2, PerMode, RequestPart, Setting, SettingKind, TokenMethod};
pub use units::{ByteSize, Interval};
pub use webhook::{Encoding, FixedReply, Signature, Webhook, WebhookMode};

/// The look-up that a messaging plugin needs before the platform answers its callers over USSD: what is on their screens is the tenant's.
pub(crate) const USSD_MENU: &str = "ussd-menu";
/// Bytes of a manifest's text.
const LARGEST: usize = 256 << 10;

/// A parsed and validated `plugin.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Reverse domain name, lower case: `ke.example.pay`.
    pub id: String,
    /// Semantic version of the package.
    pub version: String,
    /// Publisher's handle in the catalogue.
    pub publisher: String,
    /// What the plugin is for.
    pub kind: Kind,
    /// Optional interfaces the component exports besides those of its kind, by WIT name.
    #[serde(default)]
    pub provides: Vec<String>,
    /// The package and version of the interface it was written against: `wakala:payments@1.0`.
    pub wit: String,
    /// SPDX expression.
    pub license: String,
    /// Where tenants find help.
    pub support: Option<String>,
    /// How the catalogue shows it.
    pub display: Display,
    /// What it wants to reach.
    #[serde(default)]
    pub capabilities: Asked,
    /// Payment methods, for kind `payment`.
    #[serde(default, rename = "method")]
    pub methods: Vec<PaymentMethod>,
    /// Channels, for kind `messaging`.
    pub messaging: Option<Messaging>,
    /// Checks, for kind `identity` and for whatever else provides `checks`.
    pub checks: Option<Checks>,
    /// Models, for kind `ai`.
    pub models: Option<Models>,
    /// Requests it takes from its provider.
    #[serde(default, rename = "webhook")]
    pub webhooks: Vec<Webhook>,
    /// Events it reports and consumes.
    #[serde(default)]
    pub events: Events,
    /// When the host calls it by itself.
    #[serde(default)]
    pub schedule: Schedule,
    /// Limits it needs; the platform's ceilings apply on top.
    #[serde(default)]
    pub limits: LimitRequest,
    /// Settings by key.
    #[serde(default)]
    pub config: BTreeMap<String, Setting>,
    /// Public keys and certificates for `encrypt-for`, as files of the package.
    #[serde(default, rename = "public_key")]
    pub public_keys: Vec<PublicKey>,
    /// How it replaces earlier versions.
    #[serde(default)]
    pub upgrade: Upgrade,
    /// Where it was built from.
    pub sbom: Option<Sbom>,
}

/// Catalogue entry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Display {
    /// Shown name.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// PNG inside the package.
    pub icon: Option<String>,
    /// ISO 3166 alpha-2 codes; empty means everywhere.
    #[serde(default)]
    pub countries: Vec<String>,
    /// ISO 4217 codes; empty means any.
    #[serde(default)]
    pub currencies: Vec<String>,
    /// Documentation address.
    pub docs: Option<String>,
}

/// Event kinds by name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// Kinds that `webhook` and `poll` may report.
    #[serde(default)]
    pub reports: Vec<String>,
    /// Platform events delivered to `subscriber`.
    #[serde(default)]
    pub consumes: Vec<String>,
}

/// Intervals between scheduled calls; an absent one never runs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// `lifecycle.check`.
    pub health: Option<Interval>,
    /// Statement reconciliation.
    pub reconcile: Option<Interval>,
    /// `poll.next`.
    pub poll: Option<Interval>,
    /// `lifecycle.activate` again.
    pub renew: Option<Interval>,
}

/// Limits that a plugin asks for; the effective ones are the smaller of these and the platform's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitRequest {
    /// Linear memory of one call.
    pub memory: Option<ByteSize>,
    /// Guest CPU time of one call in milliseconds.
    pub cpu_ms: Option<u32>,
    /// Duration of one call in milliseconds.
    pub wall_ms: Option<u32>,
    /// Outgoing requests of one call.
    pub http_calls: Option<u32>,
}

/// A public key in the package.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKey {
    /// Name used by `encrypt-for`.
    pub name: String,
    /// Mode it belongs to.
    #[serde(default)]
    pub mode: ModeScope,
    /// PEM file inside the package.
    pub file: String,
}

/// Upgrade rules.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upgrade {
    /// Versions that can be replaced directly, such as `>=1.2`; all without it. Older ones take a version in between first.
    pub from: Option<String>,
    /// Whether `migrate-config` has to run: the version keeps plain settings in another shape than those it replaces.
    #[serde(default)]
    pub config_migration: bool,
    /// Whether tenants must act.
    #[serde(default)]
    pub breaking: bool,
}

impl Upgrade {
    /// Whether a version can be replaced directly.
    #[must_use]
    pub fn follows(&self, version: &str) -> bool {
        let Some(from) = &self.from else { return true };
        semver::VersionReq::parse(from).is_ok_and(|from| semver::Version::parse(version).is_ok_and(|version| from.matches(&version)))
    }
}

/// Origin of the component.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sbom {
    /// Source repository.
    pub source_url: Option<String>,
    /// Commit it was built from.
    pub commit: Option<String>,
    /// How to build it again.
    pub build_recipe: Option<String>,
    /// SHA-256 of the component in hexadecimal.
    pub sha256: Option<String>,
}

impl Manifest {
    /// Parses and validates.
    ///
    /// # Errors
    /// [`ManifestError`] lists every problem found, each with the place in the file.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        if text.len() > LARGEST {
            return Err(ManifestError::one("plugin.toml", format!("has more than {} KiB", LARGEST >> 10)));
        }
        let manifest: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
            let message = line.map_or_else(|| error.message().to_owned(), |line| format!("line {line}: {}", error.message()));
            ManifestError::one("plugin.toml", message)
        })?;
        let mut issues = check::issues(&manifest);
        issues.extend(check::deceptions(text));
        if issues.is_empty() { Ok(manifest) } else { Err(ManifestError(issues)) }
    }

    /// The webhook that serves `name` with `method`. A name may stand twice with different methods.
    #[must_use]
    pub fn webhook(&self, name: &str, method: &str) -> Option<&Webhook> {
        self.webhooks.iter().find(|hook| hook.name == name && hook.methods.iter().any(|m| m.eq_ignore_ascii_case(method)))
    }

    /// The payment method of that name.
    #[must_use]
    pub fn method(&self, name: &str) -> Option<&PaymentMethod> {
        self.methods.iter().find(|method| method.name == name)
    }

    /// What the tenant is asked to agree to, one sentence each, most powerful first.
    #[must_use]
    pub fn permissions(&self) -> Vec<Permission> {
        permission::permissions(self)
    }

    /// The permissions that `self` has and `older` had not: an upgrade with a non-empty answer needs new consent.
    #[must_use]
    pub fn permissions_beyond(&self, older: &Self) -> Vec<Permission> {
        let had: std::collections::BTreeSet<String> = older.permissions().into_iter().map(|p| p.key).collect();
        self.permissions().into_iter().filter(|p| !had.contains(&p.key)).collect()
    }

    /// JSON Schema of the plain settings in `mode`, for forms and validation. Secret kinds are not part of it.
    #[must_use]
    pub fn settings_schema(&self, mode: Mode) -> serde_json::Value {
        plain::schema(&self.config, mode)
    }

    /// Checks plain settings (a JSON object) and fills in defaults.
    ///
    /// # Errors
    /// One message per field that does not fit.
    pub fn settings(&self, values: &serde_json::Value, mode: Mode) -> Result<serde_json::Map<String, serde_json::Value>, SettingsError> {
        plain::complete(&self.config, values, mode)
    }
}
