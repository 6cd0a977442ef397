//! Everything that has to hold inside a manifest beyond its syntax.

use std::collections::BTreeSet;
use std::time::Duration;

use super::plain::field_schema;
use super::{
    Checks, HostPattern, Issue, Kind, Manifest, Messaging, ModeScope, Models, OAuth2, Setting, SettingKind, Signature, USSD_MENU, WebhookMode,
};
use crate::misleads;

/// Kinds of report that the platform takes.
pub(super) const REPORTS: &[&str] = &[
    "payment.updated",
    "payment.arrived",
    "payment.disputed",
    "refund.updated",
    "payout.updated",
    "account.balance",
    "message.received",
    "message.updated",
    "contact.preference",
    "template.updated",
    "ussd.ended",
    "policy.updated",
    "claim.updated",
    "mandate.updated",
    "collection.updated",
    "check.updated",
    "installation.attention",
];
const CHANNELS: &[&str] = &["sms", "whatsapp", "email", "chat", "voice"];
const CHECKS: &[&str] = &["national-id", "passport", "alien-card", "tax-pin", "phone", "bank-account", "document", "selfie", "company", "vehicle"];
/// Most messages that a plugin may ask for at once.
const BATCH_CEILING: u32 = 1_000;
const LOOKUPS: &[&str] = &["payable-by-reference", "contact-by-phone", "policy-by-number", USSD_MENU];
/// Longest an answered webhook may take.
const ANSWER_CEILING_MS: u32 = 10_000;
/// Fields of a token's answer that are secrets themselves.
const TOKENS: [&str; 3] = ["access_token", "refresh_token", "id_token"];
const LONGEST_LABEL: usize = 60;
const SHORTEST_INTERVAL: Duration = Duration::from_secs(60);

pub(super) fn issues(manifest: &Manifest) -> Vec<Issue> {
    let mut found = Findings(Vec::new());
    identity(manifest, &mut found);
    capabilities(manifest, &mut found);
    methods(manifest, &mut found);
    offers(manifest, &mut found);
    webhooks(manifest, &mut found);
    schedule(manifest, &mut found);
    for (key, setting) in &manifest.config {
        config(manifest, key, setting, &mut found);
    }
    found.0
}

/// Texts with characters that hide or move others: what tenants and reviewers read must be what they agree to. Only replies to providers
/// may have lines.
pub(super) fn deceptions(text: &str) -> Vec<Issue> {
    let table: toml::Table = toml::from_str(text).unwrap_or_default();
    let deceiving = table.iter().filter(|(key, value)| deceives(value, key.as_str() == "webhook"));
    deceiving.map(|(key, _)| Issue { place: key.clone(), message: "must not hold control characters".to_owned() }).collect()
}

fn deceives(value: &toml::Value, lines: bool) -> bool {
    let hides = |c: char| misleads(c) && !(lines && matches!(c, '\n' | '\r' | '\t'));
    match value {
        toml::Value::String(text) => text.chars().any(hides),
        toml::Value::Array(items) => items.iter().any(|item| deceives(item, lines)),
        toml::Value::Table(fields) => fields.iter().any(|(_, field)| deceives(field, lines)),
        _ => false,
    }
}

struct Findings(Vec<Issue>);

impl Findings {
    fn expect(&mut self, holds: bool, place: impl FnOnce() -> String, message: impl Into<String>) {
        if !holds {
            self.0.push(Issue { place: place(), message: message.into() });
        }
    }
}

/// What the catalogue may link to.
fn is_page(text: &str) -> bool {
    text.len() <= 300 && url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host())
}

fn is_mailbox(text: &str) -> bool {
    text.len() <= 254
        && !text.contains(char::is_whitespace)
        && text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

fn identity(m: &Manifest, found: &mut Findings) {
    let id_fine = m.id.len() <= 100 && m.id.split('.').count() >= 2 && m.id.split('.').all(is_name);
    found.expect(id_fine, || "id".into(), "must be a reverse domain name in lower case, such as ke.example.pay");
    found.expect(is_version(&m.version), || "version".into(), "must be a semantic version, such as 1.4.2");
    let from_fine = m.upgrade.from.as_deref().is_none_or(|from| from.len() <= 100 && semver::VersionReq::parse(from).is_ok());
    found.expect(from_fine, || "upgrade.from".into(), "must be a range of versions, such as >=1.2");
    found.expect(is_name(&m.publisher.replace('_', "-")), || "publisher".into(), "must be the publisher's handle: a-z, 0-9, hyphen, underscore");
    let package = m.kind.package();
    let wit_fine =
        m.wit.strip_prefix("wakala:").and_then(|rest| rest.split_once('@')).is_some_and(|(name, version)| {
            name == package && version.split('.').count() >= 2 && version.split('.').all(|n| n.parse::<u32>().is_ok())
        });
    found.expect(wit_fine, || "wit".into(), format!("must name the package of this kind with its version, such as wakala:{package}@1.0"));
    found.expect(!m.license.trim().is_empty(), || "license".into(), "must not be empty");
    found.expect((1..=60).contains(&m.display.name.chars().count()), || "display.name".into(), "must have 1 to 60 characters");
    found.expect(m.display.docs.as_deref().is_none_or(is_page), || "display.docs".into(), "must be an https address");
    let reachable = m.support.as_deref().is_none_or(|support| is_page(support) || is_mailbox(support));
    found.expect(reachable, || "support".into(), "must be an https address or an address of mail");
    found.expect((1..=200).contains(&m.display.summary.chars().count()), || "display.summary".into(), "must have 1 to 200 characters");
    for country in &m.display.countries {
        found.expect(is_code(country, 2), || "display.countries".into(), format!("`{country}` is no ISO 3166 code of two capital letters"));
    }
    for currency in &m.display.currencies {
        found.expect(is_code(currency, 3), || "display.currencies".into(), format!("`{currency}` is no ISO 4217 code"));
    }
    let known = m.kind.abilities();
    for ability in &m.provides {
        found.expect(
            known.contains(&ability.as_str()),
            || "provides".into(),
            format!("`{ability}` is no ability of this kind; known: {}", known.join(", ")),
        );
    }
    for kind in &m.events.reports {
        found.expect(REPORTS.contains(&kind.as_str()), || "events.reports".into(), format!("`{kind}` is no report the platform knows"));
    }
    for key in &m.public_keys {
        let inside = !key.file.starts_with('/') && !key.file.split('/').any(|part| part == ".." || part.is_empty());
        found.expect(
            is_name(&key.name) && inside,
            || format!("public_key `{}`", key.name),
            "needs a name of a-z, 0-9 and hyphen, and a file inside the package",
        );
    }
}

fn capabilities(m: &Manifest, found: &mut Findings) {
    for (n, rule) in m.capabilities.http.iter().enumerate() {
        let why = (1..=200).contains(&rule.why.trim().chars().count());
        found.expect(why, || format!("capabilities.http[{n}].why"), "must tell the tenant in 1 to 200 characters why this host is needed");
        found.expect(rule.port != 0, || format!("capabilities.http[{n}].port"), "must not be 0");
    }
    for key in &m.capabilities.http_from_config {
        let text = m.config.get(key).is_some_and(|s| s.kind == SettingKind::String);
        found.expect(text, || "capabilities.http_from_config".into(), format!("`{key}` is no setting of type string"));
    }
    for name in &m.capabilities.lookups {
        found.expect(
            LOOKUPS.contains(&name.as_str()),
            || "capabilities.lookups".into(),
            format!("`{name}` is unknown; known: {}", LOOKUPS.join(", ")),
        );
    }
    if let Some(kv) = m.capabilities.kv {
        found.expect((1..=100_000).contains(&kv.keys), || "capabilities.kv.keys".into(), "must lie between 1 and 100000");
        found.expect((1..=64 << 20).contains(&kv.bytes.0), || "capabilities.kv.bytes".into(), "must lie between 1 byte and 64MiB");
    }
}

fn methods(m: &Manifest, found: &mut Findings) {
    found.expect((m.kind == Kind::Payment) != m.methods.is_empty(), || "method".into(), "a payment plugin, and no other, lists its payment methods");
    let mut names = BTreeSet::new();
    for method in &m.methods {
        let place = || format!("method `{}`", method.name);
        found.expect(is_name(&method.name) && names.insert(&method.name), place, "needs a name of its own out of a-z, 0-9 and hyphen");
        let currencies = !method.currencies.is_empty() && method.currencies.iter().all(|c| is_code(c, 3));
        found.expect(currencies, place, "needs at least one ISO 4217 currency");
        found.expect(method.smallest_unit >= 1, place, "smallest_unit must be at least 1 minor unit");
        found.expect(1 <= method.min && method.min <= method.max, place, "needs 1 <= min <= max in minor units");
        let unit = method.smallest_unit.max(1);
        found.expect(method.min % unit == 0 && method.max % unit == 0, place, "min and max must be multiples of smallest_unit");
        let plain = |key: &String| m.config.get(key).is_some_and(|setting| !setting.kind.is_secret());
        let named = method.direct.iter().all(|direct| plain(&direct.setting) && direct.when.keys().all(plain));
        found.expect(named, place, "direct must name plain settings");
        let told = method.direct.is_empty() || m.events.reports.iter().any(|kind| kind == "payment.arrived");
        found.expect(told, place, "direct needs the report payment.arrived");
    }
}

fn offers(m: &Manifest, found: &mut Findings) {
    found.expect(
        (m.kind == Kind::Messaging) == m.messaging.is_some(),
        || "messaging".into(),
        "a messaging plugin, and no other, has a table with its channels",
    );
    if let Some(Messaging { channels, batch }) = &m.messaging {
        let known = !channels.is_empty() && channels.iter().all(|channel| CHANNELS.contains(&channel.as_str()));
        found.expect(known, || "messaging.channels".into(), format!("needs at least one out of {}", CHANNELS.join(", ")));
        found.expect((1..=BATCH_CEILING).contains(batch), || "messaging.batch".into(), format!("must lie between 1 and {BATCH_CEILING}"));
    }
    let answers = m.kind.answers(&m.provides, "checks");
    found.expect(answers == m.checks.is_some(), || "checks".into(), "a plugin that answers `checks`, and no other, has a table with their kinds");
    if let Some(Checks { kinds }) = &m.checks {
        let known = !kinds.is_empty() && kinds.iter().all(|kind| CHECKS.contains(&kind.as_str()));
        found.expect(known, || "checks.kinds".into(), format!("needs at least one out of {}", CHECKS.join(", ")));
    }
    found.expect((m.kind == Kind::Ai) == m.models.is_some(), || "models".into(), "an AI plugin, and no other, has a table with its models");
    if let Some(Models { names }) = &m.models {
        let fine = !names.is_empty() && names.iter().all(|name| (1..=100).contains(&name.trim().len()));
        found.expect(fine, || "models.names".into(), "needs at least one name of 1 to 100 characters");
    }
    let consumes = !m.events.consumes.is_empty();
    found.expect((m.kind == Kind::Events) == consumes, || "events.consumes".into(), "an events plugin, and no other, names the events it is told of");
}

fn webhooks(m: &Manifest, found: &mut Findings) {
    let mut served = BTreeSet::new();
    let answered = m.webhooks.is_empty() || m.kind.answers(&m.provides, "webhook");
    found.expect(answered, || "webhook".into(), "needs `webhook` among provides");
    for hook in &m.webhooks {
        let place = || format!("webhook `{}`", hook.name);
        found.expect(is_name(&hook.name), place, "needs a name of a-z, 0-9 and hyphen");
        found.expect(!hook.methods.is_empty(), place, "needs at least one method");
        for method in &hook.methods {
            let known = matches!(method.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE");
            found.expect(known && served.insert((&hook.name, method)), place, format!("method `{method}` is unknown or served twice"));
        }
        match hook.mode {
            WebhookMode::Answered => {
                found.expect(hook.fallback.is_some(), place, "an answered webhook needs the fallback reply for when the plugin fails");
                let deadline = hook.deadline_ms.is_some_and(|ms| (100..=ANSWER_CEILING_MS).contains(&ms));
                found.expect(deadline, place, format!("an answered webhook needs deadline_ms between 100 and {ANSWER_CEILING_MS}"));
            }
            WebhookMode::Deferred => {
                found.expect(hook.fallback.is_none() && hook.deadline_ms.is_none(), place, "fallback and deadline_ms belong to answered webhooks");
            }
        }
        for reply in hook.reply.iter().chain(&hook.fallback) {
            found.expect((200..=599).contains(&reply.status), place, "a reply needs a status from 200 to 599");
        }
        let secret = |key: &str| m.config.get(key).is_some_and(|s| s.kind == SettingKind::Secret);
        match &hook.signature {
            Signature::None | Signature::Plugin => {}
            Signature::Hmac { secret: key, algorithm, .. } => {
                found.expect(secret(key), place, format!("signature: `{key}` is no setting of type secret"));
                let known = matches!(algorithm.as_str(), "sha-1" | "sha-256" | "sha-384" | "sha-512");
                found.expect(known, place, "signature: the algorithm is sha-1, sha-256, sha-384 or sha-512");
            }
            Signature::StandardWebhooks { secret: key } => {
                found.expect(secret(key), place, format!("signature: `{key}` is no setting of type secret"));
            }
            Signature::Basic { user, secret: key } => {
                let fine = secret(key) && m.config.get(user).is_some_and(|s| s.kind == SettingKind::String);
                found.expect(fine, place, "signature: basic needs a setting of type string as user and one of type secret");
            }
        }
    }
}

fn schedule(m: &Manifest, found: &mut Findings) {
    let entries = [("health", m.schedule.health), ("reconcile", m.schedule.reconcile), ("poll", m.schedule.poll), ("renew", m.schedule.renew)];
    for (name, interval) in entries {
        found.expect(interval.is_none_or(|i| i.0 >= SHORTEST_INTERVAL), || format!("schedule.{name}"), "must be one minute or longer");
    }
    // Collections are reconciled by what every one of them answers.
    let book = if m.kind == Kind::Collections { "mandates" } else { "statements" };
    for (name, scheduled, ability) in [("poll", m.schedule.poll.is_some(), "poll"), ("reconcile", m.schedule.reconcile.is_some(), book)] {
        found.expect(!scheduled || m.kind.answers(&m.provides, ability), || format!("schedule.{name}"), format!("needs `{ability}` among provides"));
    }
}

fn config(m: &Manifest, key: &str, setting: &Setting, found: &mut Findings) {
    let place = || format!("config.{key}");
    let key_fine = key.len() <= 60 && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
    found.expect(key_fine, place, "a key has a-z, 0-9, hyphen and underscore");
    found.expect(!setting.title.trim().is_empty(), place, "needs a title");
    if let Some(other) = &setting.depends_on {
        found.expect(m.config.contains_key(other), place, format!("depends_on: there is no setting `{other}`"));
    }
    for (value, label) in &setting.labels {
        let listed = setting.choices.iter().flatten().any(|choice| choice.as_str() == Some(value));
        found.expect(listed, place, format!("labels: `{value}` is not among its enum"));
        found.expect(
            (1..=LONGEST_LABEL).contains(&label.trim().chars().count()),
            place,
            format!("labels: `{value}` needs 1 to {LONGEST_LABEL} letters"),
        );
    }
    if setting.kind.is_secret() {
        let plain_only = setting.default.is_some() || setting.choices.is_some() || setting.minimum.is_some() || setting.maximum.is_some();
        found.expect(!plain_only, place, "a secret has no default, enum, minimum or maximum");
        secret(m, setting, place, found);
    } else {
        let secret_only = !setting.hosts.is_empty() || !setting.parts.is_empty() || setting.reveal.is_some() || setting.digest.is_some();
        found.expect(!secret_only, place, "hosts, parts, reveal and digest belong to secrets");
        if let Some(schema) = field_schema(setting) {
            match jsonschema::validator_for(&schema) {
                Err(error) => found.expect(false, place, format!("does not make a schema: {error}")),
                Ok(validator) => {
                    if let Some(default) = &setting.default {
                        found.expect(validator.is_valid(default), place, "the default does not satisfy the setting's own rules");
                    }
                }
            }
        }
    }
    found.expect((setting.kind == SettingKind::OAuth2) == setting.oauth2.is_some(), place, "type oauth2, and no other, has an oauth2 table");
    if let Some(oauth2) = &setting.oauth2 {
        connection(m, setting, oauth2, place, found);
    }
}

fn secret(m: &Manifest, setting: &Setting, place: impl Fn() -> String, found: &mut Findings) {
    for host in &setting.hosts {
        found.expect(reaches(m, host), &place, format!("hosts: `{host}` is not among capabilities.http"));
    }
    let certificate = setting.kind == SettingKind::ClientCertificate;
    // Without hosts of its own a secret goes where the address leads that the tenant typed, and nowhere else.
    let typed = setting.hosts.is_empty() && !m.capabilities.http_from_config.is_empty();
    found.expect(
        setting.hosts.is_empty() == setting.parts.is_empty() || certificate || typed,
        &place,
        "hosts and parts come together: where the value may go, and in which part of a request",
    );
    for (name, why) in [("reveal", &setting.reveal), ("digest", &setting.digest)] {
        if let Some(why) = why {
            found.expect(why.trim().chars().count() >= 10, &place, format!("{name} must tell the tenant why, in a sentence"));
        }
    }
}

fn connection(m: &Manifest, setting: &Setting, oauth2: &OAuth2, place: impl Fn() -> String, found: &mut Findings) {
    for (mode, scope) in [(super::Mode::Test, ModeScope::Test), (super::Mode::Live, ModeScope::Live)] {
        if !(setting.mode == ModeScope::Both || setting.mode == scope) {
            continue;
        }
        let reachable = url::Url::parse(oauth2.token_url.of(mode)).ok().filter(|u| u.scheme() == "https").is_some_and(|u| {
            let (host, port) = (u.host_str().unwrap_or_default().to_owned(), u.port_or_known_default().unwrap_or(443));
            m.capabilities.http.iter().any(|rule| rule.allows(&host, port, mode))
        });
        found.expect(
            reachable,
            &place,
            format!(
                "oauth2.token_url must be https on a host of capabilities.http in {} mode",
                if mode == super::Mode::Test { "test" } else { "live" }
            ),
        );
    }
    let id = m.config.get(&oauth2.client_id).is_some_and(|s| matches!(s.kind, SettingKind::String | SettingKind::Secret));
    found.expect(id, &place, "oauth2.client_id must name a setting of type string or secret");
    let secret = m.config.get(&oauth2.client_secret).is_some_and(|s| s.kind == SettingKind::Secret);
    found.expect(secret, &place, "oauth2.client_secret must name a setting of type secret");
    found.expect(!setting.hosts.is_empty(), &place, "an access token needs the hosts it may travel to");
    let plain = oauth2.expose.iter().all(|field| !TOKENS.contains(&field.as_str()));
    found.expect(plain, &place, "oauth2.expose must not name a token: what the plugin may see of a secret, `reveal` says");
}

fn reaches(m: &Manifest, host: &HostPattern) -> bool {
    m.capabilities.http.iter().any(|rule| rule.host == *host || rule.host.matches(host.as_str()))
}

fn is_name(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_code(text: &str, letters: usize) -> bool {
    text.len() == letters && text.bytes().all(|b| b.is_ascii_uppercase())
}

fn is_version(text: &str) -> bool {
    text.len() <= 100 && semver::Version::parse(text).is_ok()
}
