//! Which host name means what. The console and the portals are told apart by name alone, before anything else is read.

use serde::Deserialize;

/// Names of the deployment. `{slug}` in a pattern stands for the tenant's label.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hosts {
    /// `http` in development, `https` elsewhere.
    pub scheme: String,
    /// Port that people type, if it is not the scheme's own.
    pub port: Option<u16>,
    /// The platform's own site: `localhost`.
    pub platform: String,
    /// A tenant's portal: `{slug}.localhost`.
    pub portal: String,
    /// A tenant's back office: `{slug}.office.localhost`.
    pub office: String,
    /// Where providers call back, always https and public: `{slug}.wakala.test`.
    pub callback: String,
}

/// What a request's host names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostName {
    Platform,
    Portal(String),
    Office(String),
    Callback(String),
}

impl Hosts {
    /// Reads a `Host` header; the port is ignored. None for a name that is not ours.
    #[must_use]
    pub fn read(&self, host: &str) -> Option<HostName> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
        if name == self.platform {
            return Some(HostName::Platform);
        }
        let slug = |pattern: &str| {
            let (before, after) = pattern.split_once("{slug}")?;
            let label = name.strip_prefix(before)?.strip_suffix(after)?;
            let plain = !label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            plain.then(|| label.to_owned())
        };
        slug(&self.office)
            .map(HostName::Office)
            .or_else(|| slug(&self.callback).map(HostName::Callback))
            .or_else(|| slug(&self.portal).map(HostName::Portal))
    }

    #[must_use]
    pub fn platform_url(&self, path: &str) -> String {
        self.url(&self.platform, path)
    }
    #[must_use]
    pub fn portal_url(&self, slug: &str, path: &str) -> String {
        self.url(&self.portal.replace("{slug}", slug), path)
    }
    #[must_use]
    pub fn office_url(&self, slug: &str, path: &str) -> String {
        self.url(&self.office.replace("{slug}", slug), path)
    }
    /// The address a provider calls; no port, since providers accept none.
    #[must_use]
    pub fn callback_url(&self, slug: &str, path: &str) -> String {
        format!("https://{}{path}", self.callback.replace("{slug}", slug))
    }
    fn url(&self, host: &str, path: &str) -> String {
        match self.port {
            Some(port) => format!("{}://{host}:{port}{path}", self.scheme),
            None => format!("{}://{host}{path}", self.scheme),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        Hosts {
            scheme: "http".into(),
            port: Some(8080),
            platform: "localhost".into(),
            portal: "{slug}.localhost".into(),
            office: "{slug}.office.localhost".into(),
            callback: "{slug}.wakala.test".into(),
        }
    }

    #[test]
    fn each_face_has_its_own_name() {
        let hosts = hosts();
        assert_eq!(hosts.read("localhost:8080"), Some(HostName::Platform));
        assert_eq!(hosts.read("demo.localhost:8080"), Some(HostName::Portal("demo".into())));
        assert_eq!(hosts.read("Demo.Office.localhost"), Some(HostName::Office("demo".into())));
        assert_eq!(hosts.read("demo.wakala.test"), Some(HostName::Callback("demo".into())));
        assert_eq!(hosts.portal_url("demo", "/verify/X"), "http://demo.localhost:8080/verify/X");
    }

    #[test]
    fn unknown_and_odd_names_are_nobodys() {
        for host in ["example.com", "a.b.localhost", "", ".localhost", "demo.localhost.evil.com", "de_mo.localhost", "127.0.0.1:8080"] {
            assert_eq!(hosts().read(host), None, "{host}");
        }
    }
}
