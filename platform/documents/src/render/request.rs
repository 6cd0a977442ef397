//! What a document is made from, and the limits that hold for it.
//!
//! All names come from the pack or from this crate and fit one pattern, because the typesetter
//! keeps every path it has ever seen for the life of the process.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::error::RenderError;

/// File name under which a template reads its data: `#let data = json("data.json")`.
pub const DATA_FILE: &str = "data.json";

const SOURCE_ENDINGS: [&str; 1] = ["typ"];
const ASSET_ENDINGS: [&str; 4] = ["png", "jpg", "svg", "json"];
const NAME_MAX: usize = 48;

/// A document template with the partials that it imports by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub(super) name: String,
    pub(super) source: String,
    pub(super) partials: BTreeMap<String, String>,
}

impl Template {
    /// A template named like its file, for example `risk-note.typ`; errors point to that name.
    pub fn new(name: impl Into<String>, source: impl Into<String>) -> Self {
        Self { name: name.into(), source: source.into(), partials: BTreeMap::new() }
    }

    /// Adds a file that the template may `#import`, for example `letterhead.typ`.
    #[must_use]
    pub fn with_partial(mut self, name: impl Into<String>, source: impl Into<String>) -> Self {
        self.partials.insert(name.into(), source.into());
        self
    }
}

/// Everything one document is made from. Equal requests give equal bytes.
#[derive(Debug, Clone)]
pub struct RenderRequest {
    pub(super) template: Template,
    pub(super) data: Value,
    pub(super) assets: BTreeMap<String, Bytes>,
    pub(super) issued_at: DateTime<Utc>,
}

impl RenderRequest {
    /// `data` is what the template prints; its strings are text, never markup. `issued_at` is
    /// the document's date of creation and the only clock the template can see.
    pub fn new(template: Template, data: Value, issued_at: DateTime<Utc>) -> Self {
        Self { template, data, assets: BTreeMap::new(), issued_at }
    }

    /// Adds a file that the template may read, for example `logo.png` or `qr.svg`.
    /// An SVG must be our own, never a user's.
    #[must_use]
    pub fn with_asset(mut self, name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        self.assets.insert(name.into(), bytes.into());
        self
    }

    pub(super) fn check(&self, limits: &Limits) -> Result<(), RenderError> {
        let template = &self.template;
        let sources = std::iter::once((&template.name, &template.source)).chain(&template.partials);
        let mut source_bytes = 0;
        for (name, source) in sources {
            check_name(name, &SOURCE_ENDINGS)?;
            source_bytes += source.len() as u64;
        }
        let mut asset_bytes = 0;
        for (name, bytes) in &self.assets {
            check_name(name, &ASSET_ENDINGS)?;
            asset_bytes += bytes.len() as u64;
        }
        within("template bytes", source_bytes, limits.source_bytes)?;
        within("asset bytes", asset_bytes, limits.asset_bytes)
    }
}

/// Bounds of one rendering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of template and partials together.
    pub source_bytes: u64,
    /// Bytes of the data as JSON.
    pub data_bytes: u64,
    /// Bytes of all assets together.
    pub asset_bytes: u64,
    /// Bytes of the PDF.
    pub output_bytes: u64,
    /// Pages of the PDF.
    pub pages: u64,
    /// Running time of one document.
    pub time: Duration,
    /// Time to wait for a free processor.
    pub wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_bytes: 512 * 1024,
            data_bytes: 1024 * 1024,
            asset_bytes: 4 * 1024 * 1024,
            output_bytes: 8 * 1024 * 1024,
            pages: 60,
            time: Duration::from_secs(10),
            wait: Duration::from_secs(20),
        }
    }
}

pub(super) fn within(what: &'static str, actual: u64, limit: u64) -> Result<(), RenderError> {
    if actual > limit {
        return Err(RenderError::TooLarge { what, actual, limit });
    }
    Ok(())
}

fn check_name(name: &str, endings: &[&str]) -> Result<(), RenderError> {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let good =
        name.len() <= NAME_MAX && name != DATA_FILE && name.split_once('.').is_some_and(|(stem, ending)| plain(stem) && endings.contains(&ending));
    if good { Ok(()) } else { Err(RenderError::FileName(name.to_owned())) }
}
