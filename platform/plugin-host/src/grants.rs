//! Allowed = asked for in the manifest AND granted by the tenant. The only place that decides it.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use crate::manifest::{Manifest, Mode, RequestPart, Setting};

/// What a tenant agreed to, by the names of the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// `host:port` as in the manifest.
    pub hosts: BTreeSet<String>,
    /// Approved `host:port` by the setting that holds the address.
    pub config_hosts: BTreeMap<String, String>,
    /// Look-ups by name.
    pub lookups: BTreeSet<String>,
    /// Secrets whose value may be revealed.
    pub reveal: BTreeSet<String>,
    /// Secrets that may be hashed.
    pub digest: BTreeSet<String>,
}

impl Grants {
    /// Everything the manifest asks for, except for hosts out of settings.
    #[must_use]
    pub fn all(manifest: &Manifest) -> Self {
        let keys = |chosen: fn(&Setting) -> bool| manifest.config.iter().filter(|(_, s)| chosen(s)).map(|(k, _)| k.clone()).collect();
        Self {
            hosts: manifest.capabilities.http.iter().map(crate::manifest::HttpRule::name).collect(),
            config_hosts: BTreeMap::new(),
            lookups: manifest.capabilities.lookups.iter().cloned().collect(),
            reveal: keys(|s| s.reveal.is_some()),
            digest: keys(|s| s.digest.is_some()),
        }
    }
}

/// Manifest, grants and mode of one call.
pub(crate) struct Policy<'a> {
    pub manifest: &'a Manifest,
    pub grants: &'a Grants,
    pub mode: Mode,
}

/// A permitted destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Destination {
    pub host: String,
    pub port: u16,
    /// The host stands in the manifest; otherwise the tenant typed it.
    pub listed: bool,
}

/// Why not: the text is what would have to stand in the manifest, or be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The request itself makes no sense.
    Invalid(String),
    /// Not asked for, or not granted.
    Denied(String),
}

impl Policy<'_> {
    /// Decides on an address to be called. Does not resolve anything.
    pub fn destination(&self, url: &Url) -> Result<Destination, Refusal> {
        let (host, port) = named(url)?;
        let mut asked = self.manifest.capabilities.http.iter().filter(|rule| rule.allows(&host, port, self.mode)).peekable();
        if asked.peek().is_some() {
            if asked.any(|rule| self.grants.hosts.contains(&rule.name())) {
                return Ok(Destination { host, port, listed: true });
            }
            return Err(Refusal::Denied(format!("the tenant has not granted {host}:{port}")));
        }
        let place = format!("{host}:{port}");
        let typed =
            self.grants.config_hosts.iter().any(|(key, approved)| *approved == place && self.manifest.capabilities.http_from_config.contains(key));
        if typed {
            return Ok(Destination { host, port, listed: false });
        }
        let mode = if self.mode == Mode::Live { "live" } else { "test" };
        let port = if port == 443 { String::new() } else { format!(", port = {port}") };
        Err(Refusal::Denied(format!("[capabilities] http = [{{ host = \"{host}\"{port}, why = \"…\", mode = \"{mode}\" }}]")))
    }

    /// Whether the secret `key` may travel to `to` in this part of a request.
    pub fn may_carry(&self, key: &str, to: &Destination, part: RequestPart) -> Result<(), Refusal> {
        let Some(setting) = self.manifest.config.get(key) else {
            return Err(Refusal::Denied(format!("[config.{key}] is missing")));
        };
        let by_name = setting.hosts.iter().any(|pattern| pattern.matches(&to.host));
        if (by_name || (!to.listed && setting.hosts.is_empty())) && setting.parts.contains(&part) {
            return Ok(());
        }
        let part = match part {
            RequestPart::Header => "header",
            RequestPart::Query => "query",
            RequestPart::Body => "body",
        };
        Err(Refusal::Denied(format!("[config.{key}] hosts = [\"{}\"], parts = [\"{part}\"]", to.host)))
    }

    /// Whether a client certificate may be shown to `to`.
    pub fn may_authenticate(&self, key: &str, to: &Destination) -> Result<(), Refusal> {
        let known =
            self.manifest.config.get(key).is_some_and(|s| {
                s.kind == crate::manifest::SettingKind::ClientCertificate && s.hosts.iter().any(|pattern| pattern.matches(&to.host))
            });
        if known { Ok(()) } else { Err(Refusal::Denied(format!("[config.{key}] type = \"client-certificate\", hosts = [\"{}\"]", to.host))) }
    }

    pub fn lookup(&self, name: &str) -> Result<(), Refusal> {
        if !self.manifest.capabilities.lookups.iter().any(|l| l == name) {
            return Err(Refusal::Denied(format!("[capabilities] lookups = [\"{name}\"]")));
        }
        granted(self.grants.lookups.contains(name), || format!("the tenant has not granted the look-up {name}"))
    }

    pub fn reveal(&self, key: &str) -> Result<(), Refusal> {
        if self.manifest.config.get(key).is_none_or(|s| s.reveal.is_none()) {
            return Err(Refusal::Denied(format!("[config.{key}] reveal = \"why\"")));
        }
        granted(self.grants.reveal.contains(key), || format!("the tenant has not granted that {key} is revealed"))
    }

    pub fn digest(&self, key: &str) -> Result<(), Refusal> {
        if self.manifest.config.get(key).is_none_or(|s| s.digest.is_none()) {
            return Err(Refusal::Denied(format!("[config.{key}] digest = \"why\"")));
        }
        granted(self.grants.digest.contains(key), || format!("the tenant has not granted that {key} is hashed"))
    }
}

/// Host and port of an address that a request may go to at all: TLS, no user, and a host by its name.
pub(crate) fn named(url: &Url) -> Result<(String, u16), Refusal> {
    if url.scheme() != "https" {
        return Err(Refusal::Invalid(format!("only https is allowed, not {}", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::Invalid("an address must not contain a user".to_owned()));
    }
    let host = match url.host() {
        Some(url::Host::Domain(name)) => name.trim_end_matches('.').to_ascii_lowercase(),
        Some(literal) => return Err(Refusal::Denied(format!("{literal} is an address; hosts are reached by name"))),
        None => return Err(Refusal::Invalid("the address has no host".to_owned())),
    };
    Ok((host, url.port().unwrap_or(443)))
}

fn granted(holds: bool, text: impl FnOnce() -> String) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::Denied(text())) }
}
