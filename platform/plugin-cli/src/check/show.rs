//! Reviews and trials as sentences.

use std::io::{self, Write};

use plugin_review::{Cost, Level, Report, Tried, TriedStep};
use serde::Serialize;

use crate::term::{Paint, Show};

/// The reviews of one run.
#[derive(Debug, Serialize)]
pub struct Checked {
    pub plugins: Vec<Report>,
}

impl Show for Checked {
    fn good(&self) -> bool {
        self.plugins.iter().all(|report| report.passed)
    }

    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        for (n, plugin) in self.plugins.iter().enumerate() {
            if n > 0 {
                writeln!(out)?;
            }
            report(plugin, out, paint)?;
        }
        Ok(())
    }
}

fn report(report: &Report, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
    let title = match (&report.id, &report.version) {
        (Some(id), Some(version)) => format!("{} ({id} {version})", report.name),
        _ => report.name.clone(),
    };
    let verdict = if report.passed { paint.green("in order") } else { paint.red("not in order") };
    writeln!(out, "{title}: {verdict}")?;
    for finding in &report.findings {
        let level = match finding.level {
            Level::Error => paint.red("error"),
            Level::Warning => paint.yellow("warning"),
        };
        let place = finding.place.as_ref().map_or_else(String::new, |place| format!(" {place}"));
        writeln!(out, "  {level}[{}]{place}: {}", finding.rule, finding.message)?;
    }
    if let Some(facts) = &report.component {
        let kib = facts.bytes.div_ceil(1024);
        writeln!(out, "  component: {kib} KiB, {} functions, the largest of {} bytes", facts.functions, facts.largest_function)?;
        writeln!(out, "  uses:      {}", facts.imports.join(", "))?;
        writeln!(out, "  offers:    {}", facts.exports.join(", "))?;
    }
    for scenario in &report.scenarios {
        tried(scenario, out, paint, false)?;
    }
    if !report.permissions.is_empty() {
        writeln!(out, "  a tenant will be asked:")?;
    }
    for permission in &report.permissions {
        let why = permission.why.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
        writeln!(out, "    - {}{why}", permission.sentence)?;
    }
    Ok(())
}

/// A scenario: its verdict, and with `all` every step, else only one that went wrong.
///
/// # Errors
/// Standard output is closed.
pub fn tried(tried: &Tried, out: &mut dyn Write, paint: Paint, all: bool) -> io::Result<()> {
    let verdict = if tried.passed { paint.green("passed") } else { paint.red("failed") };
    writeln!(out, "  {verdict} {}: {}", tried.file, tried.name)?;
    for (n, played) in tried.steps.iter().enumerate() {
        if all || played.problem.is_some() {
            step(played, n + 1, out, paint)?;
        }
    }
    Ok(())
}

fn step(step: &TriedStep, number: usize, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
    let Cost { cpu_ms, wall_ms, memory_kib } = step.cost;
    writeln!(out, "    {number}. {} ({wall_ms} ms, {cpu_ms} ms of CPU, {memory_kib} KiB)", step.call)?;
    for request in &step.requests {
        writeln!(out, "       asked:    {} ({})", request.line, request.exchange.as_deref().unwrap_or("taken by no exchange"))?;
    }
    for line in &step.log {
        writeln!(out, "       log:      {line}")?;
    }
    writeln!(out, "       said:     {}", step.said)?;
    for event in &step.events {
        writeln!(out, "       reported: {event}")?;
    }
    match &step.problem {
        Some(problem) => writeln!(out, "       {}: {problem}", paint.red("problem")),
        None => Ok(()),
    }
}
