//! Records of the events interface: what happened in the platform, told to plugins.

use serde::{Deserialize, Serialize};

use super::{Fields, File};

/// Something that happened in the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The same however often it comes.
    pub id: String,
    /// `policy.issued` and so on.
    pub kind: String,
    /// Version of the event's schema.
    pub version: u32,
    /// Milliseconds since 1970.
    pub occurred_ms: u64,
    /// Kind and id: `policy/0192…`.
    pub subject: String,
    /// Rises within the subject.
    pub sequence: u64,
    /// JSON.
    #[serde(with = "crate::model::written::document")]
    pub data: String,
    /// Documents that go with it.
    #[serde(default)]
    pub files: Vec<File>,
    /// What was last answered for the same subject.
    pub earlier_ref: Option<String>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// An address worth showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// view, download or wallet.
    pub rel: String,
    /// Address.
    pub url: String,
    /// What people read.
    pub label: String,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}

/// What a plugin made of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The provider's name of it.
    pub provider_ref: Option<String>,
    /// Shown beside the subject.
    #[serde(default)]
    pub links: Vec<Link>,
    /// Made by the plugin.
    #[serde(default)]
    pub files: Vec<File>,
    /// Names unknown to this version.
    #[serde(default, with = "crate::model::written::fields")]
    pub extra: Fields,
}
