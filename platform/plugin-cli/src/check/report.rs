//! What a review found, for people and for programs.

use std::io::{self, Write};

use plugin_host::manifest::Permission;
use serde::Serialize;

use crate::component::Digest;
use crate::term::{Paint, Show};

/// The reviews of one run.
#[derive(Debug, Serialize)]
pub struct Checked {
    pub plugins: Vec<Report>,
}

/// One plugin's review.
#[derive(Debug, Serialize)]
pub struct Report {
    pub name: String,
    /// Id and version, if the manifest could be read.
    pub id: Option<String>,
    pub version: Option<String>,
    /// Whether publishing would take it: no finding is an error.
    pub passed: bool,
    pub sha256: Digest,
    pub component: Option<Facts>,
    /// What a tenant will be asked to agree to.
    pub permissions: Vec<Permission>,
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
    /// Which rule, a stable word: `manifest`, `component`, `sandbox`, `bundle`, `catalogue`.
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

impl Show for Checked {
    fn good(&self) -> bool {
        self.plugins.iter().all(|report| report.passed)
    }

    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        for (n, report) in self.plugins.iter().enumerate() {
            if n > 0 {
                writeln!(out)?;
            }
            report.write(out, paint)?;
        }
        Ok(())
    }
}

impl Report {
    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        let title = match (&self.id, &self.version) {
            (Some(id), Some(version)) => format!("{} ({id} {version})", self.name),
            _ => self.name.clone(),
        };
        let verdict = if self.passed { paint.green("in order") } else { paint.red("not in order") };
        writeln!(out, "{title}: {verdict}")?;
        for finding in &self.findings {
            let level = match finding.level {
                Level::Error => paint.red("error"),
                Level::Warning => paint.yellow("warning"),
            };
            let place = finding.place.as_ref().map_or_else(String::new, |place| format!(" {place}"));
            writeln!(out, "  {level}[{}]{place}: {}", finding.rule, finding.message)?;
        }
        if let Some(facts) = &self.component {
            let kib = facts.bytes.div_ceil(1024);
            writeln!(out, "  component: {kib} KiB, {} functions, the largest of {} bytes", facts.functions, facts.largest_function)?;
            writeln!(out, "  uses:      {}", facts.imports.join(", "))?;
            writeln!(out, "  offers:    {}", facts.exports.join(", "))?;
        }
        if !self.permissions.is_empty() {
            writeln!(out, "  a tenant will be asked:")?;
        }
        for permission in &self.permissions {
            let why = permission.why.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
            writeln!(out, "    - {}{why}", permission.sentence)?;
        }
        Ok(())
    }
}
