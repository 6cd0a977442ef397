//! `wakala-plugin run` and `wakala-plugin test`: scenarios, or a single call, on the author's machine.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use plugin_host::manifest::Manifest;
use plugin_review::{CallName, Material, Named, Scenario, Stage, Tried};
use serde::Serialize;
use serde_json::Value;

use crate::check::{self, show};
use crate::sandbox;
use crate::term::{Paint, Show, Term};

/// Arguments of `run`.
#[derive(clap::Args)]
pub struct RunArgs {
    /// Folder of a plugin, which is built first, or a bundle folder
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Only this scenario of the package, by the name of its file; may be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "call")]
    pub scenario: Vec<String>,
    /// Settings to use instead of scenarios/settings.toml
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Make a single call instead of playing scenarios, by its name in them
    #[arg(long)]
    pub call: Option<CallName>,
    /// TOML file with the input of the call
    #[arg(long, value_name = "FILE", requires = "call")]
    pub input: Option<PathBuf>,
}

/// Arguments of `test`.
#[derive(clap::Args)]
pub struct TestArgs {
    /// Folder of a plugin or of a workspace of plugins, which is built first, or a bundle folder
    #[arg(default_value = ".")]
    pub dir: PathBuf,
}

/// What was played, by plugin.
#[derive(Debug, Serialize)]
pub struct Played {
    pub plugins: Vec<PlayedPlugin>,
    /// Whether every step is shown, or only those that went wrong.
    #[serde(skip)]
    all: bool,
}

/// One plugin's scenarios.
#[derive(Debug, Serialize)]
pub struct PlayedPlugin {
    pub name: String,
    pub scenarios: Vec<Tried>,
}

/// Plays scenarios, or makes one call, and shows everything.
///
/// # Errors
/// It does not build, there is nothing to play, or what there is cannot be read.
pub fn run(args: &RunArgs, term: &Term) -> anyhow::Result<Played> {
    let settings = args.settings.as_deref().map(Material::settings_of).transpose()?;
    let single = args.call.map(|call| single(call, args.input.as_deref())).transpose()?;
    let bundles = check::bundles(&args.dir, term)?;
    let [bundle] = bundles.as_slice() else { bail!("{} holds several plugins; give the folder of one", args.dir.display()) };
    let played = play(bundle, |material| {
        if let Some(settings) = settings {
            material.settings = settings;
        }
        if let Some(single) = single {
            material.scenarios = vec![single];
        }
        let chosen = |named: &Named| args.scenario.is_empty() || args.scenario.iter().any(|file| is_called(&named.file, file));
        material.scenarios.retain(chosen);
    })?;
    if played.scenarios.is_empty() {
        bail!("there is no such scenario in {}", bundle.display());
    }
    Ok(Played { plugins: vec![played], all: true })
}

/// Plays all scenarios and tells which hold.
///
/// # Errors
/// As [`run`].
pub fn test(args: &TestArgs, term: &Term) -> anyhow::Result<Played> {
    let mut plugins = Vec::new();
    for bundle in check::bundles(&args.dir, term)? {
        plugins.push(play(&bundle, |_| {})?);
    }
    Ok(Played { plugins, all: false })
}

/// `pays`, `pays.toml` and `scenarios/pays.toml` name the same file.
fn is_called(file: &str, asked: &str) -> bool {
    let bare = |text: &str| text.trim_start_matches("scenarios/").trim_end_matches(".toml").to_owned();
    bare(file) == bare(asked)
}

fn single(call: CallName, input: Option<&Path>) -> anyhow::Result<Named> {
    let input = match input {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
            toml::from_str(&text).with_context(|| format!("{} is no TOML", path.display()))?
        }
        None => Value::Null,
    };
    Ok(Named { file: "--call".to_owned(), scenario: Scenario::of_one(call, input) })
}

/// Plays what is left of the material of a bundle after `choose`.
fn play(bundle: &Path, choose: impl FnOnce(&mut Material)) -> anyhow::Result<PlayedPlugin> {
    let read = |file: &str| std::fs::read(bundle.join(file)).with_context(|| format!("{} cannot be read", bundle.join(file).display()));
    let component = read("plugin.wasm")?;
    let manifest = String::from_utf8(read("plugin.toml")?).context("plugin.toml is not text")?;
    let manifest = Arc::new(Manifest::parse(&manifest).context("plugin.toml")?);
    let mut material = Material::read(bundle, &manifest)?;
    if !material.flaws.is_empty() {
        let flaws: Vec<String> = material.flaws.iter().map(ToString::to_string).collect();
        bail!("{}", flaws.join("\n"));
    }
    choose(&mut material);
    let name = bundle.file_name().map_or_else(|| bundle.display().to_string(), |name| name.to_string_lossy().into_owned());
    let Material { scripts, scenarios, settings, .. } = material;
    let tried = sandbox::runtime()?.block_on(async {
        let mut stage = Stage::open(sandbox::config()?, bundle, &component, &manifest, scripts).await?;
        let mut tried = Vec::new();
        for named in &scenarios {
            tried.push(stage.play(named, &settings).await);
        }
        anyhow::Ok(tried)
    })?;
    Ok(PlayedPlugin { name, scenarios: tried })
}

impl Show for Played {
    fn good(&self) -> bool {
        self.plugins.iter().all(|plugin| plugin.scenarios.iter().all(|tried| tried.passed))
    }

    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        for plugin in &self.plugins {
            let held = plugin.scenarios.iter().filter(|tried| tried.passed).count();
            writeln!(out, "{}: {held} of {} scenarios hold", plugin.name, plugin.scenarios.len())?;
            for tried in &plugin.scenarios {
                show::tried(tried, out, paint, self.all)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_named_by_its_file() {
        for asked in ["pays", "pays.toml", "scenarios/pays.toml"] {
            assert!(is_called("scenarios/pays.toml", asked), "{asked}");
        }
        assert!(!is_called("scenarios/pays.toml", "pay"));
    }
}
