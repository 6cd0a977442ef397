//! `wakala plugins`: what those who run the platform decide about plugins. Whoever may run it holds the keys of the deployment; every
//! decision is kept with the name that is given.

use anyhow::Context;
use integrations::{
    catalogue::{self, PermissionView, Reach},
    publishing,
};
use kernel::App;
use plugin_review::{Level, Report};
use uuid::Uuid;

use crate::{
    assemble::{assemble, plugin_host_config},
    cli::{Decision, Pick, PluginCommand},
    config::Config,
    examiner::examined,
};

pub async fn run(config: &Config, command: PluginCommand) -> anyhow::Result<()> {
    let app = assemble(config).await?.app;
    match command {
        PluginCommand::Waiting => waiting(&app).await,
        PluginCommand::Review { package } => review(config, &app, package).await,
        PluginCommand::Approve { package, decision } => Ok(publishing::approve(&app, package, &decision.by, &decision.reason).await?),
        PluginCommand::Reject { package, decision } => Ok(publishing::reject(&app, package, &decision.by, &decision.reason).await?),
        PluginCommand::Fetch { package, out } => fetch(&app, package, &out).await,
        PluginCommand::Reseal { decision } => reseal(&app, &decision).await,
        PluginCommand::Stop { pick, everything, decision } => stop(&app, pick, everything, &decision).await,
        PluginCommand::Resume { stop, by } => Ok(catalogue::resume(&app, stop, &by).await?),
        PluginCommand::Stops => stops(&app).await,
        PluginCommand::Offer { plugin, version, share, decision } => {
            Ok(catalogue::offer(&app, &plugin, &version, share, &decision.by, &decision.reason).await?)
        }
        PluginCommand::Mark { plugin, version, state, decision } => {
            let state = catalogue::VersionState::from_name(&state).context("a state is listed, deprecated, yanked or revoked")?;
            Ok(catalogue::mark(&app, &plugin, &version, state, &decision.by, &decision.reason).await?)
        }
    }
}

#[expect(clippy::print_stdout, reason = "the command's report")]
async fn waiting(app: &App) -> anyhow::Result<()> {
    for line in publishing::waiting(app).await? {
        let since = line.submitted_at.map(|at| at.format("%F %T UTC").to_string()).unwrap_or_default();
        println!("{}  {} {} of {}, since {since}", line.id, line.plugin, line.version, line.publisher);
    }
    Ok(())
}

/// The machine's part of a review, on this machine and once more.
async fn review(config: &Config, app: &App, id: Uuid) -> anyhow::Result<()> {
    let package = publishing::package(app, id).await?;
    let digest = package.digest();
    let report = examined(plugin_host_config(config)?, package).await?;
    publishing::examine(app, id, &digest, &serde_json::to_value(&report)?, report.passed).await?;
    tell(&report, &publishing::find(app, id).await?);
    Ok(())
}

async fn fetch(app: &App, id: Uuid, out: &std::path::Path) -> anyhow::Result<()> {
    let package = publishing::package(app, id).await?;
    std::fs::write(out, package.write()?).with_context(|| format!("{} cannot be written", out.display()))
}

#[expect(clippy::print_stdout, reason = "the command's report")]
async fn reseal(app: &App, decision: &Decision) -> anyhow::Result<()> {
    let sealed = catalogue::reseal(app, &decision.by, &decision.reason).await?;
    println!("{sealed} versions are signed with the present key.");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's report")]
fn tell(report: &Report, package: &publishing::SubmissionView) {
    let line = &package.submission;
    println!("{} {} of {}, {}", line.plugin, line.version, line.publisher, package.package_sha256);
    for finding in &report.findings {
        let level = if finding.level == Level::Error { "error" } else { "warning" };
        println!("  {level} [{}] {}: {}", finding.rule, finding.place.as_deref().unwrap_or("the package"), finding.message);
    }
    let since = package.permissions.since.as_deref().unwrap_or("nothing");
    println!("Permissions, compared with {since}:");
    let list = |sign: char, permissions: &[PermissionView]| {
        for permission in permissions {
            println!("  {sign} {} ({})", permission.sentence, permission.why.as_deref().unwrap_or("no reason given"));
        }
    };
    list('+', &package.permissions.added);
    list('-', &package.permissions.removed);
    list(' ', &package.permissions.kept);
    println!("{}", if report.passed { "The machine passes it." } else { "The machine refuses it." });
}

#[expect(clippy::print_stdout, reason = "what the command was asked for")]
async fn stop(app: &App, pick: Pick, everything: bool, decision: &Decision) -> anyhow::Result<()> {
    let Pick { plugin, version, tenant } = pick;
    anyhow::ensure!(everything || plugin.is_some() || tenant.is_some(), "say what to stop: --plugin, --tenant or --everything");
    let tenant = match tenant {
        Some(slug) => Some(app.directory.by_slug(&slug).await?.with_context(|| format!("there is no tenant {slug}"))?),
        None => None,
    };
    let id = catalogue::stop(app, &Reach { plugin, version, tenant }, &decision.by, &decision.reason).await?;
    println!("Stopped. To let it run again: wakala plugins resume {id} --by NAME");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's report")]
async fn stops(app: &App) -> anyhow::Result<()> {
    let stops = catalogue::list_stops(app).await?;
    if stops.is_empty() {
        println!("Nothing is stopped.");
    }
    for stop in stops {
        let what = match (&stop.plugin, &stop.version) {
            (Some(plugin), Some(version)) => format!("{plugin} {version}"),
            (Some(plugin), None) => plugin.clone(),
            (None, _) => "all plugins".to_owned(),
        };
        let of = stop.tenant.as_ref().map(|slug| format!(" of {slug}")).unwrap_or_default();
        println!("{}  {what}{of}: stopped by {} at {}: {}", stop.id, stop.stopped_by, stop.stopped_at.format("%F %T UTC"), stop.reason);
    }
    Ok(())
}
