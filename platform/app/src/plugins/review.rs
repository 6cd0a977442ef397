//! `wakala plugins review`: what a reviewer has to know of a package, at one look.

use std::fmt::Write;

use chrono::Utc;
use integrations::{
    catalogue::PermissionView,
    publishing::{self, ReportView, Review, SubmissionState},
};
use kernel::App;
use plugin_host::misleads;
use uuid::Uuid;

/// Has the machine examine the package, on this machine and once more, unless it was decided about; then tells everything.
#[expect(clippy::print_stdout, reason = "the command's report")]
pub(super) async fn run(app: &App, id: Uuid, json: bool) -> anyhow::Result<()> {
    publishing::examine_now(app, id).await?;
    let review = publishing::review(app, id).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&review)?);
    } else {
        let mut text = String::new();
        tell(&review, &mut text)?;
        print!("{}", harmless(&text));
    }
    Ok(())
}

/// Without what would steer the reviewer's terminal: most of these words are the author's.
fn harmless(text: &str) -> String {
    text.chars().filter(|letter| *letter == '\n' || !misleads(*letter)).collect()
}

fn tell(review: &Review, out: &mut String) -> std::fmt::Result {
    let (package, account) = (&review.package, &review.account);
    let line = &package.submission;
    writeln!(out, "{} {} ({}), {}", line.plugin, line.version, package.title, package.kind)?;
    writeln!(out, "  state       {}; handed in by {}", line.state, review.handed_in_by)?;
    writeln!(out, "  package     {}, {}", package.package_sha256, kib(package.package_bytes))?;
    writeln!(out, "  component   {}{}", kib(review.component_bytes), grown(review))?;
    let days = (Utc::now() - account.created_at).num_days();
    let support = account.support.as_deref().unwrap_or("no address for support");
    writeln!(out, "  publisher   {} ({}), {support}", account.name, line.publisher)?;
    writeln!(
        out,
        "  account     since {}, {days} days; {} versions listed, {} of them revoked",
        account.created_at.format("%F"),
        account.versions,
        account.revoked
    )?;
    match &package.report {
        Some(kept) => report(&ReportView::of(kept), out)?,
        None => writeln!(out, "The machine has not looked at it.")?,
    }
    let since = package.permissions.since.as_deref().unwrap_or("nothing");
    writeln!(out, "Hosts, compared with {since}:")?;
    for (sign, hosts) in [('+', &review.hosts.added), ('-', &review.hosts.removed), (' ', &review.hosts.kept)] {
        for host in hosts {
            writeln!(out, "  {sign} {host}")?;
        }
    }
    writeln!(out, "Permissions, compared with {since}:")?;
    permissions('+', &package.permissions.added, out)?;
    permissions('-', &package.permissions.removed, out)?;
    permissions(' ', &package.permissions.kept, out)?;
    writeln!(out, "Changes, as the author says:")?;
    for line in review.changelog.as_deref().unwrap_or("There is no CHANGELOG.md.").lines() {
        writeln!(out, "  {line}")?;
    }
    writeln!(out, "{}", if line.report_passed == Some(true) { "The machine passes it." } else { "The machine refuses it." })?;
    match line.state {
        SubmissionState::Submitted => {
            writeln!(
                out,
                "To decide: wakala --config FILE plugins approve|reject {} --digest {} --by NAME --reason WORDS",
                line.id, package.package_sha256
            )
        }
        _ => Ok(()),
    }
}

fn kib(bytes: i64) -> String {
    format!("{} KiB", bytes.saturating_add(1023) / 1024)
}

fn grown(review: &Review) -> String {
    let since = review.package.permissions.since.as_deref().unwrap_or_default();
    match review.component_bytes_before.map(|before| review.component_bytes.saturating_sub(before)) {
        Some(more) if more > 0 => format!(", {more} bytes more than {since}"),
        Some(less) if less < 0 => format!(", {} bytes less than {since}", less.unsigned_abs()),
        Some(_) => format!(", as large as {since}"),
        None => String::new(),
    }
}

/// What the machine found.
fn report(report: &ReportView, out: &mut String) -> std::fmt::Result {
    writeln!(out, "  scenarios   {} of {} hold", report.held, report.scenarios)?;
    writeln!(out, "  uses        {}", report.imports.join(", "))?;
    writeln!(out, "Findings:")?;
    for finding in &report.findings {
        let level = if finding.is_error { "error" } else { "warning" };
        writeln!(out, "  {level} [{}] {}: {}", finding.rule, finding.place.as_deref().unwrap_or("the package"), finding.message)?;
    }
    Ok(())
}

fn permissions(sign: char, permissions: &[PermissionView], out: &mut String) -> std::fmt::Result {
    for permission in permissions {
        writeln!(out, "  {sign} {} ({})", permission.sentence, permission.why.as_deref().unwrap_or("no reason given"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_does_not_steer_the_reviewers_terminal() {
        assert_eq!(harmless("fine\n\u{1b}[2Jgone\r\u{7}"), "fine\n[2Jgone");
    }

    #[test]
    fn sizes_are_told_in_whole_kibibytes() {
        assert_eq!((kib(1), kib(1024), kib(1025)), ("1 KiB".to_owned(), "1 KiB".to_owned(), "2 KiB".to_owned()));
    }

    #[test]
    fn a_report_tells_scenarios_imports_and_findings() {
        let kept = serde_json::json!({
            "scenarios": [{ "passed": true }, { "passed": false }],
            "component": { "imports": ["wakala:host/http@1.0.0"] },
            "findings": [{ "level": "warning", "rule": "catalogue", "message": "there is no README.md" }],
        });
        let mut out = String::new();
        report(&ReportView::of(&kept), &mut out).expect("a text takes everything");
        for told in ["1 of 2 hold", "wakala:host/http@1.0.0", "warning [catalogue] the package: there is no README.md"] {
            assert!(out.contains(told), "{out}");
        }
    }
}
