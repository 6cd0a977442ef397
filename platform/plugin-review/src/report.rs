//! What a review found.

use plugin_host::manifest::Permission;
use serde::Serialize;

use crate::trial::Tried;

/// One plugin's review.
#[derive(Debug, Serialize)]
pub struct Report {
    pub name: String,
    /// Id and version, if the manifest could be read.
    pub id: Option<String>,
    pub version: Option<String>,
    /// Whether publishing would take it: no finding is an error.
    pub passed: bool,
    /// Of the component, in lower-case hexadecimal.
    pub sha256: String,
    pub component: Option<Facts>,
    /// What a tenant will be asked to agree to.
    pub permissions: Vec<Permission>,
    /// What became of the scenarios of the package, if it could be started.
    pub scenarios: Vec<Tried>,
    pub findings: Vec<Finding>,
}

/// What the bytes of a component tell.
#[derive(Debug, Serialize)]
pub struct Facts {
    pub bytes: usize,
    pub functions: u32,
    pub largest_function: usize,
    pub imports: Vec<String>,
    pub exports: Vec<String>,
}

/// One remark.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub level: Level,
    /// Which rule, a stable word: `manifest`, `component`, `exports`, `sandbox`, `scenarios`, `limits`, `bundle`, `catalogue`.
    pub rule: &'static str,
    /// Where, if the rule has places: `capabilities.http[0].why`.
    pub place: Option<String>,
    pub message: String,
}

/// How bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Publishing will refuse it.
    Error,
    /// Publishing takes it, but people will ask.
    Warning,
}

impl Finding {
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self { level: Level::Error, rule, place: None, message: message.into() }
    }

    pub fn warning(rule: &'static str, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, rule, place: None, message: message.into() }
    }

    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }
}
