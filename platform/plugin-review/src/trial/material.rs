//! What a package brings for its own trial: `simulator/*.toml`, `scenarios/*.toml`, `scenarios/settings.toml`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use plugin_host::manifest::{Manifest, Mode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use simulators::scripted::Script;

use super::scenario::Scenario;

/// Settings by key, secrets among them.
pub type Settings = BTreeMap<String, Value>;

const SETTINGS: &str = "settings.toml";

/// Everything that was found, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Material {
    pub scripts: Vec<Script>,
    pub scenarios: Vec<Named>,
    pub settings: Settings,
    pub flaws: Vec<Flaw>,
}

/// A scenario and its file.
#[derive(Debug)]
pub struct Named {
    pub file: String,
    pub scenario: Scenario,
}

/// Something wrong in a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Flaw {
    /// `scenarios/pays.toml:3`
    pub place: String,
    pub message: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl Material {
    /// Reads the package in `folder`.
    ///
    /// # Errors
    /// A file cannot be read. What stands in it is no error but a flaw.
    pub fn read(folder: &Path, manifest: &Manifest) -> anyhow::Result<Self> {
        let mut found = Self::default();
        for (file, text) in files(folder, "simulator")? {
            match Script::read(&text) {
                Ok(script) => found.script(&file, script, manifest),
                Err(error) => found.flaw(at(&file, error.line), error.message),
            }
        }
        for (file, text) in files(folder, "scenarios")? {
            if file.ends_with(&format!("/{SETTINGS}")) {
                found.settings = found.parse(&file, &text).unwrap_or_default();
                continue;
            }
            let Some(scenario) = found.parse::<Scenario>(&file, &text) else { continue };
            match scenario.flaw() {
                None => found.scenarios.push(Named { file, scenario }),
                Some(flaw) => found.flaw(file, flaw),
            }
        }
        Ok(found)
    }

    /// Reads a file of settings that is not in the package.
    ///
    /// # Errors
    /// There is none, or it is no table of settings.
    pub fn settings_of(path: &Path) -> anyhow::Result<Settings> {
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is no table of settings", path.display()))
    }

    /// A script may stand in only for hosts that the plugin can reach in a trial.
    fn script(&mut self, file: &str, script: Script, manifest: &Manifest) {
        for host in script.hosts() {
            let (name, port) = host.rsplit_once(':').and_then(|(name, port)| Some((name, port.parse().ok()?))).unwrap_or((host.as_str(), 443));
            let known = manifest.capabilities.http.iter().any(|rule| rule.allows(name, port, Mode::Test));
            if !known && manifest.capabilities.http_from_config.is_empty() {
                self.flaw(file.to_owned(), format!("{host} is no host that the manifest names for test mode"));
            }
        }
        self.scripts.push(script);
    }

    fn parse<T: DeserializeOwned>(&mut self, file: &str, text: &str) -> Option<T> {
        match toml::from_str(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
                self.flaw(at(file, line), error.message().to_owned());
                None
            }
        }
    }

    fn flaw(&mut self, place: String, message: String) {
        self.flaws.push(Flaw { place, message });
    }
}

fn at(file: &str, line: Option<usize>) -> String {
    line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"))
}

/// The TOML files of a folder of the package with their texts, in the order of their names.
fn files(package: &Path, part: &str) -> anyhow::Result<Vec<(String, String)>> {
    let folder = package.join(part);
    let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("{} cannot be read", folder.display()))?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| text_of(part, path)).collect()
}

fn text_of(part: &str, path: &Path) -> anyhow::Result<(String, String)> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((format!("{part}/{name}"), text))
}
