//! `wakala plugins`: what those who run the platform decide about plugins. Whoever may run it holds the keys of the deployment; every
//! decision is kept with the name that is given.

mod review;

use anyhow::Context;
use integrations::{
    catalogue::{self, Reach},
    publishing::{self, SubmissionState},
};
use kernel::App;
use uuid::Uuid;

use crate::{
    assemble::assemble,
    cli::{Decision, Pick, PluginCommand},
    config::Config,
};

pub async fn run(config: &Config, command: PluginCommand) -> anyhow::Result<()> {
    let app = assemble(config).await?.app;
    match command {
        PluginCommand::Waiting => waiting(&app).await,
        PluginCommand::Review { package, json } => review::run(&app, package, json).await,
        PluginCommand::Approve { package, digest, decision } => approve(&app, package, &digest, &decision).await,
        PluginCommand::Reject { package, digest, decision } => reject(&app, package, &digest, &decision).await,
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
    for line in publishing::submitted(app, Some(SubmissionState::Submitted)).await? {
        let since = line.submitted_at.map(|at| at.format("%F %T UTC").to_string()).unwrap_or_default();
        println!("{}  {} {} of {}, since {since}", line.id, line.plugin, line.version, line.publisher);
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's report")]
async fn approve(app: &App, id: Uuid, digest: &str, decision: &Decision) -> anyhow::Result<()> {
    publishing::approve(app, id, digest, &decision.by, &decision.reason).await?;
    println!("Approved. Its publisher lists it.");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's report")]
async fn reject(app: &App, id: Uuid, digest: &str, decision: &Decision) -> anyhow::Result<()> {
    publishing::reject(app, id, digest, &decision.by, &decision.reason).await?;
    println!("Sent back. Its publisher reads the reason.");
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
