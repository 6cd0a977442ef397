//! Configuration: built in, then a file, then the environment. Unknown keys are fatal, secrets print as stars.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use documents::scanner::Clamd;
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use ipnet::IpNet;
use kernel::hosts::Hosts;
use plugin_host::HostOverrides;
use serde::Deserialize;
use tenancy::sign_up::Agreement;

const BUILT_IN: &str = include_str!("config.toml");

/// A text that never shows itself.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// 32 bytes written in hex.
    pub fn key(&self, name: &str) -> anyhow::Result<[u8; 32]> {
        let bytes = hex::decode(&self.0).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.ok_or_else(|| anyhow::anyhow!("{name} must be 32 bytes in hex (64 characters); `wakala config keys` prints fresh ones"))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub hosts: Hosts,
    pub database: DatabaseUrls,
    pub objects: Objects,
    pub mail: Mail,
    pub scanner: Scanner,
    pub keys: Keys,
    pub identity: IdentityKeys,
    pub plugins: Plugins,
    pub agreement: Agreement,
    pub limits: Limits,
    pub telemetry: Telemetry,
    pub development: Development,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub address: SocketAddr,
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
}

/// Addresses, and networks of them.
fn networks<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let read = |text: &String| text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    Vec::<String>::deserialize(from)?
        .iter()
        .map(|text| read(text).map_err(|_| serde::de::Error::custom(format!("{text:?} is neither an address nor a network like 10.0.0.0/8"))))
        .collect()
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseUrls {
    pub tenant_url: Secret,
    pub platform_url: Secret,
    pub owner_url: Secret,
    pub max_connections: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objects {
    pub endpoint: String,
    pub public_endpoint: String,
    pub region: String,
    pub bucket: String,
    pub access_key: String,
    pub secret_key: Secret,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    pub tls: bool,
    pub username: String,
    pub password: Secret,
    pub from: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scanner {
    pub address: String,
}

impl Scanner {
    /// The virus scanner, if there is one.
    ///
    /// # Errors
    /// An address that is none.
    pub fn client(&self) -> anyhow::Result<Option<Clamd>> {
        if self.address.is_empty() {
            return Ok(None);
        }
        self.address.parse().map(|address| Some(Clamd::new(address))).map_err(|error| anyhow::anyhow!("scanner.address: {error}"))
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    pub master: Secret,
    pub master_name: String,
    pub older_masters: Vec<NamedKey>,
    pub signer: Secret,
    pub plugin_cache: Secret,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedKey {
    pub name: String,
    pub key: Secret,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityKeys {
    pub issuer: String,
    pub key_id: String,
    pub key_seed: Secret,
    pub older_keys: Vec<NamedKey>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plugins {
    pub bundle: PathBuf,
    pub cache: PathBuf,
    pub operators_office: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub visitor_per_hour: u32,
    pub address_per_hour: u32,
    pub api_visitor_per_hour: u32,
    pub api_user_per_hour: u32,
    pub page_user_per_hour: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    pub metrics_address: Option<SocketAddr>,
    pub otlp_endpoint: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Development {
    pub enabled: bool,
    pub stand_ins: Vec<String>,
}

impl Development {
    /// The table of stand-ins. Refused unless this is development, and development is refused on public names.
    pub fn stand_ins(&self, hosts: &Hosts) -> anyhow::Result<HostOverrides> {
        let mut table = HostOverrides::default();
        if !self.enabled {
            anyhow::ensure!(self.stand_ins.is_empty(), "development.stand_ins is set, but development.enabled is not: remove the stand-ins");
            return Ok(table);
        }
        let local = hosts.platform == "localhost" || hosts.platform.ends_with(".localhost");
        anyhow::ensure!(local, "development.enabled is set, but hosts.platform is {:?}: development runs on localhost only", hosts.platform);
        for entry in &self.stand_ins {
            let (host, target) =
                entry.split_once('=').ok_or_else(|| anyhow::anyhow!("a stand-in is written host=http://127.0.0.1:port, not {entry:?}"))?;
            table.insert(host.trim(), target.trim())?;
        }
        Ok(table)
    }
}

impl Config {
    /// Built in, then `file` if one is named, then the environment.
    pub fn load(file: Option<&PathBuf>) -> anyhow::Result<Self> {
        let mut figment = Figment::from(Toml::string(BUILT_IN));
        if let Some(file) = file {
            anyhow::ensure!(file.exists(), "the configuration file {} does not exist", file.display());
            figment = figment.merge(Toml::file(file));
        }
        // Variables of the build and of tests also begin with WAKALA_; only those with a section are configuration.
        let environment = Env::prefixed("WAKALA_").filter(|key| key.as_str().contains("__")).split("__");
        Ok(figment.merge(environment).extract()?)
    }

    /// The built-in configuration changed by TOML text, as `dev` and tests use it.
    pub fn with(overrides: &str) -> anyhow::Result<Self> {
        Ok(Figment::from(Toml::string(BUILT_IN)).merge(Toml::string(overrides)).extract()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_configuration_reads() {
        assert_eq!(Config::with("").unwrap().limits.visitor_per_hour, 600);
    }

    #[test]
    fn an_unknown_key_is_fatal() {
        let error = Config::with("[server]\naddres = \"127.0.0.1:1\"").unwrap_err().to_string();
        assert!(error.contains("addres"), "{error}");
    }

    #[test]
    fn stand_ins_for_providers_are_refused_outside_development() {
        let config = Config::with("[development]\nstand_ins = [\"api.example.com=http://127.0.0.1:1\"]").unwrap();
        assert!(config.development.stand_ins(&config.hosts).is_err());
        let config = Config::with("[development]\nenabled = true").unwrap();
        assert!(config.development.stand_ins(&config.hosts).is_err(), "on a public name");
        let config =
            Config::with("[hosts]\nplatform = \"localhost\"\n[development]\nenabled = true\nstand_ins = [\"api.example.com=http://127.0.0.1:1\"]")
                .unwrap();
        assert!(!config.development.stand_ins(&config.hosts).unwrap().is_empty());
    }

    #[test]
    fn proxies_are_addresses_or_networks() {
        let config = Config::with("[server]\ntrusted_proxies = [\"192.0.2.1\", \"198.51.100.0/24\", \"::1\"]").unwrap();
        let trusts = |ip: &str| config.server.trusted_proxies.iter().any(|network| network.contains(&ip.parse::<IpAddr>().unwrap()));
        assert!(trusts("192.0.2.1") && trusts("198.51.100.7") && trusts("::1") && !trusts("192.0.2.2"));
        assert!(Config::with("[server]\ntrusted_proxies = [\"proxy\"]").unwrap_err().to_string().contains("neither an address"));
    }

    #[test]
    fn secrets_do_not_print() {
        let config = Config::with("[keys]\nmaster = \"aabbcc\"").unwrap();
        assert!(!format!("{config:?}").contains("aabbcc"));
        assert!(config.keys.master.key("keys.master").is_err());
    }
}
