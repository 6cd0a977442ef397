//! Python: componentize-py puts the sources and CPython into a component.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde::Deserialize;

use super::Tools;
use crate::build;
use crate::component::Digest;
use crate::interfaces;

pub const RECIPE: &str = "componentize-py";

/// The module with the plugin's classes.
const ENTRY: &str = "app";
/// Folders of a project in which modules are looked for.
const MODULES: [&str; 2] = ["src", "wakala/sdk"];

#[derive(Deserialize)]
struct Description {
    project: Project,
}

#[derive(Deserialize)]
struct Project {
    name: String,
    version: String,
}

/// Name and version in a `pyproject.toml`.
pub fn named(text: &str) -> anyhow::Result<(String, String)> {
    let described: Description = toml::from_str(text)?;
    Ok((described.project.name, described.project.version))
}

/// The tools of a plugin, in an environment of their own.
pub struct Python {
    folder: PathBuf,
    environment: PathBuf,
    required: String,
}

impl Python {
    /// Installs what `requirements.txt` pins, unless it is there already.
    pub fn install(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("requirements.txt");
        let required = fs::read_to_string(&path).with_context(|| format!("{} is missing: it pins {RECIPE}", path.display()))?;
        let environment = build::cache()?.join("python").join(Digest::of(required.as_bytes()).to_string());
        let ready = environment.join("ready");
        if !ready.is_file() {
            let mut venv = Command::new("python3");
            run(venv.args(["-m", "venv"]).arg(&environment), "python3 cannot make an environment: install Python 3.10 or newer with venv")?;
            let mut pip = Command::new(environment.join("bin/pip"));
            let install = pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&path);
            run(install, "pip cannot install what requirements.txt pins")?;
            fs::write(&ready, "").with_context(|| format!("{} cannot be written", ready.display()))?;
        }
        Ok(Self { folder: folder.to_owned(), environment, required })
    }
}

impl Tools for Python {
    fn describe(&self) -> String {
        let required: Vec<&str> = self.required.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        format!("{} --stub-wasi", required.join(", "))
    }

    fn sources(&self) -> anyhow::Result<Vec<u8>> {
        let mut found = Vec::new();
        for folder in MODULES {
            collect(&self.folder.join(folder), folder, &mut found)?;
        }
        Ok(found)
    }

    fn make(&self, folder: &Path) -> anyhow::Result<()> {
        let mut tool = Command::new(self.environment.join("bin").join(RECIPE));
        tool.args(["--quiet", "--wit-path", "wit", "--world", interfaces::WORLD, "componentize", ENTRY, "--stub-wasi", "--output", "plugin.wasm"]);
        for modules in MODULES {
            tool.arg("--python-path").arg(self.folder.join(modules));
        }
        run(tool.current_dir(folder), "it makes no component")
    }
}

/// Names and contents of all modules below a folder, in the order of their names. `named` is what the folder is called in them.
fn collect(folder: &Path, named: &str, into: &mut Vec<u8>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    for path in paths {
        let name = format!("{named}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect(&path, &name, into)?;
        } else if path.extension().is_some_and(|ending| ending == "py") {
            let text = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            into.extend(format!("{name} {}\n", text.len()).into_bytes());
            into.extend(text);
        }
    }
    Ok(())
}

/// Runs a tool that says on standard error what is wrong.
fn run(command: &mut Command, otherwise: &str) -> anyhow::Result<()> {
    let output = command.stdout(Stdio::null()).output().with_context(|| otherwise.to_owned())?;
    if !output.status.success() {
        bail!("{otherwise}:\n{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
