//! Which plugins a folder holds. A plugin in Rust is a Cargo package with a `plugin.toml` beside its `Cargo.toml`. One that is not for anybody's
//! catalogue, such as a test guest, says `[package.metadata.wakala] bundle = false` and is left out unless it is asked for by name.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::engine::Language;
use crate::toolchain::Toolchain;

/// One plugin's sources.
#[derive(Debug)]
pub struct Plugin {
    /// Name of the Cargo package, and of the bundle's folder.
    pub name: String,
    pub version: String,
    /// Folder of `Cargo.toml` and `plugin.toml`.
    pub folder: PathBuf,
    /// Whether it is meant when nobody says which.
    by_default: bool,
}

/// The workspace that the plugins belong to.
#[derive(Debug)]
pub struct Project {
    pub root: PathBuf,
    pub plugins: Vec<Plugin>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    manifest_path: PathBuf,
    metadata: Option<Value>,
}

/// Whether a folder holds anything to build, in whichever language.
pub fn is_source(folder: &Path) -> bool {
    folder.join("Cargo.toml").is_file() || Language::of(folder).is_some()
}

/// The plugins of `folder`: itself if it is one, else those of the workspace that are `named`, or all that are for a catalogue.
///
/// # Errors
/// The folder is no Cargo project, or has no such plugin; the message says what to do.
pub fn open(folder: &Path, named: &[String], toolchain: &Toolchain) -> anyhow::Result<Project> {
    let cargo_toml = folder.join("Cargo.toml");
    if !cargo_toml.is_file() {
        bail!("{} has no Cargo.toml; give the folder of a plugin, or of a workspace of plugins", folder.display());
    }
    let mut command: Command = toolchain.cargo();
    let output = command
        .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
        .arg(&cargo_toml)
        .output()
        .context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("cargo cannot read {}:\n{}", cargo_toml.display(), String::from_utf8_lossy(&output.stderr).trim());
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout).context("cargo's description of the project cannot be read")?;
    let here = folder.canonicalize().with_context(|| format!("{} cannot be opened", folder.display()))?;
    let alone = here.join("plugin.toml").is_file();
    let mut plugins: Vec<Plugin> = metadata.packages.into_iter().filter_map(Plugin::of).filter(|plugin| !alone || plugin.folder == here).collect();
    plugins.sort_by(|a, b| a.name.cmp(&b.name));
    if plugins.is_empty() {
        bail!("{} holds no plugin: a plugin is a Cargo package with a plugin.toml beside its Cargo.toml", folder.display());
    }
    if let Some(missing) = named.iter().find(|name| !plugins.iter().any(|plugin| plugin.name == **name)) {
        let known: Vec<&str> = plugins.iter().map(|plugin| plugin.name.as_str()).collect();
        bail!("there is no plugin {missing} in {}; there is: {}", folder.display(), known.join(", "));
    }
    plugins.retain(|plugin| if named.is_empty() { alone || plugin.by_default } else { named.contains(&plugin.name) });
    Ok(Project { root: metadata.workspace_root, plugins })
}

impl Plugin {
    fn of(package: Package) -> Option<Self> {
        let folder = package.manifest_path.parent()?.canonicalize().ok()?;
        let by_default = package.metadata.and_then(|metadata| metadata.pointer("/wakala/bundle")?.as_bool()).unwrap_or(true);
        folder.join("plugin.toml").is_file().then_some(Self { name: package.name, version: package.version, folder, by_default })
    }
}
