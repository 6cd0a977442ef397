//! Stand-ins for providers: host to a simulator on this machine.
//!
//! Filled by development and tests only. It changes where a permitted request is dialled and nothing else.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use url::Url;

/// Table of stand-ins; empty in production.
#[derive(Debug, Clone, Default)]
pub struct HostOverrides(BTreeMap<(String, u16), SocketAddr>);

/// Why an entry is refused.
#[derive(Debug, thiserror::Error)]
pub enum OverrideError {
    /// The target is something else than `http://127.0.0.1:PORT`.
    #[error("a stand-in is http:// on a loopback address with a port, not {0}")]
    NotLocal(String),
    /// The host is no name.
    #[error("`{0}` is no host name")]
    NoHost(String),
}

impl HostOverrides {
    /// Lets `target` (`http://127.0.0.1:PORT`) stand in for `host`, written with or without port; without it means 443.
    ///
    /// # Errors
    /// If the target does not lie on this machine.
    pub fn insert(&mut self, host: &str, target: &str) -> Result<(), OverrideError> {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) => (name, port.parse().map_err(|_| OverrideError::NoHost(host.to_owned()))?),
            None => (host, 443),
        };
        if name.is_empty() || name.contains(['/', '*', ':']) {
            return Err(OverrideError::NoHost(host.to_owned()));
        }
        let refused = || OverrideError::NotLocal(target.to_owned());
        let url = Url::parse(target).map_err(|_| refused())?;
        let address = match (url.scheme(), url.host(), url.port()) {
            ("http", Some(url::Host::Ipv4(ip)), Some(port)) if ip.is_loopback() => SocketAddr::from((ip, port)),
            ("http", Some(url::Host::Ipv6(ip)), Some(port)) if ip.is_loopback() => SocketAddr::from((ip, port)),
            _ => return Err(refused()),
        };
        self.0.insert((name.to_ascii_lowercase(), port), address);
        Ok(())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn find(&self, host: &str, port: u16) -> Option<SocketAddr> {
        if self.0.is_empty() { None } else { self.0.get(&(host.to_owned(), port)).copied() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_lie_on_this_machine() {
        let mut table = HostOverrides::default();
        table.insert("API.example.com", "http://127.0.0.1:9000").expect("fine");
        assert_eq!(table.find("api.example.com", 443), Some(([127, 0, 0, 1], 9000).into()));
        assert_eq!(table.find("api.example.com", 444), None);
        for target in ["https://127.0.0.1:9000", "http://192.0.2.1:9000", "http://localhost:9000", "http://127.0.0.1"] {
            assert!(table.insert("a.example.com", target).is_err(), "{target}");
        }
    }
}
