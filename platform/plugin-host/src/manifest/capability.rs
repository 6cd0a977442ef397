//! What a plugin asks to reach: hosts, storage, look-ups.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use super::{ByteSize, Mode, ModeScope};

/// The `[capabilities]` table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Hosts it talks to.
    #[serde(default)]
    pub http: Vec<HttpRule>,
    /// Settings that hold a base address typed by the tenant, whose host needs the tenant's explicit approval.
    #[serde(default)]
    pub http_from_config: Vec<String>,
    /// State it keeps.
    pub kv: Option<KvQuota>,
    /// Look-ups by name.
    #[serde(default)]
    pub lookups: Vec<String>,
}

/// One host.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpRule {
    /// Exact name, or `*.` for exactly one more label.
    pub host: HostPattern,
    /// Port; 443 unless stated.
    #[serde(default = "https_port")]
    pub port: u16,
    /// Shown to the tenant.
    pub why: String,
    /// Mode in which it may be reached.
    #[serde(default)]
    pub mode: ModeScope,
}

/// Quota of the key-value store.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KvQuota {
    /// Number of entries.
    pub keys: u32,
    /// Total of keys and values.
    pub bytes: ByteSize,
}

/// A lower-case DNS name, optionally with one leading wildcard label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostPattern(String);

fn https_port() -> u16 {
    443
}

impl HostPattern {
    /// Reads a pattern; `None` if it is no lower-case DNS name of two labels or more, or an address literal.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let name = text.strip_prefix("*.").unwrap_or(text);
        let labels: Vec<&str> = name.split('.').collect();
        let fine = |label: &&str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        // A last label of digits only would be read as an IPv4 address by URL parsers.
        let named = labels.last().is_some_and(|last| last.bytes().any(|b| b.is_ascii_lowercase()) && !last.starts_with("0x"));
        (labels.len() >= 2 && name.len() <= 253 && named && labels.iter().all(fine)).then(|| Self(text.to_owned()))
    }

    /// Whether `host`, in lower case, is meant. A wildcard stands for exactly one label.
    #[must_use]
    pub fn matches(&self, host: &str) -> bool {
        match self.0.strip_prefix("*.") {
            None => self.0 == host,
            Some(rest) => {
                host.strip_suffix(rest).and_then(|front| front.strip_suffix('.')).is_some_and(|label| !label.is_empty() && !label.contains('.'))
            }
        }
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for HostPattern {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        Self::read(&text)
            .ok_or_else(|| de::Error::custom(format!("`{text}` is no host; write a lower-case name such as api.example.com or *.example.com")))
    }
}

impl HttpRule {
    /// Whether this rule lets `host:port` through in `mode`.
    #[must_use]
    pub fn allows(&self, host: &str, port: u16, mode: Mode) -> bool {
        self.port == port && self.mode.covers(mode) && self.host.matches(host)
    }

    /// `host:port`, the name under which a tenant grants it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_exactly_one_label() {
        let pattern = HostPattern::read("*.example.com").expect("a pattern");
        assert!(pattern.matches("api.example.com"));
        assert!(!pattern.matches("example.com"));
        assert!(!pattern.matches("a.b.example.com"));
        assert!(!pattern.matches(".example.com"));
        assert!(!pattern.matches("apiexample.com"));
    }

    #[test]
    fn addresses_and_odd_names_are_no_hosts() {
        for text in ["127.0.0.1", "localhost", "example.0x7f", "API.example.com", "*.*.example.com", "a..b", "-a.com", "[::1]", "exa mple.com"] {
            assert_eq!(HostPattern::read(text), None, "{text}");
        }
    }
}
