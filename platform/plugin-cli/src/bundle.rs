//! The folder of one built plugin: component, manifest, what people read, and what the manifest names. Nothing else is ever copied, so
//! that no stray file of an author's folder is published.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use plugin_host::package::{AUTHORED, FOLDERS, LARGEST, Package};
use serde::Deserialize;

/// Whether a bundle is other than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Changed,
    Unchanged,
}

/// What building needs of a manifest; the review reads all of it.
#[derive(Debug, Deserialize)]
pub struct Outline {
    pub version: String,
    #[serde(default)]
    display: Display,
    #[serde(default)]
    public_key: Vec<PublicKey>,
}

#[derive(Debug, Default, Deserialize)]
struct Display {
    icon: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct PublicKey {
    file: PathBuf,
}

/// The outline of the manifest in `folder`.
///
/// # Errors
/// There is none, or it is no TOML with a version.
pub fn manifest(folder: &Path) -> anyhow::Result<Outline> {
    let path = folder.join("plugin.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not a manifest", path.display()))
}

/// Makes `folder` hold exactly this bundle; touches only what is other than before.
///
/// # Errors
/// A file cannot be read or written, is missing, or the bundle is too large.
pub fn write(plugin: &Path, folder: &Path, component: Vec<u8>, record: &serde_json::Value) -> anyhow::Result<Written> {
    let mut files = contents(plugin)?;
    files.insert("plugin.wasm".into(), component);
    files.insert("build.json".into(), format!("{record:#}\n").into_bytes());
    mirror(&files, folder)
}

/// The package that a bundle's folder makes.
///
/// # Errors
/// A file cannot be read, or what there is makes no package.
pub fn package(folder: &Path) -> anyhow::Result<Package> {
    Package::in_folder(folder).with_context(|| format!("{} makes no package", folder.display()))
}

/// Unfolds a package into `folder`, which then holds exactly its files.
///
/// # Errors
/// A file cannot be written.
pub fn unfold(package: &Package, folder: &Path) -> anyhow::Result<()> {
    let files = package.files().map(|(path, bytes)| (PathBuf::from(path), bytes.to_vec())).collect();
    mirror(&files, folder).map(drop)
}

fn contents(plugin: &Path) -> anyhow::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let outline = manifest(plugin)?;
    let named: Vec<PathBuf> = outline.display.icon.into_iter().chain(outline.public_key.into_iter().map(|key| key.file)).collect();
    let mut paths: Vec<PathBuf> = AUTHORED.iter().map(PathBuf::from).filter(|path| plugin.join(path).is_file()).collect();
    for path in named {
        if path.is_absolute() || path.components().any(|part| !matches!(part, std::path::Component::Normal(_))) {
            bail!("plugin.toml names {}, which is not inside the plugin's folder", path.display());
        }
        if !plugin.join(&path).is_file() {
            bail!("plugin.toml names {}, which is not there", path.display());
        }
        paths.push(path);
    }
    for folder in FOLDERS {
        list(plugin, Path::new(folder), &mut paths)?;
    }
    let mut files = BTreeMap::new();
    // A mistake does not copy a disk.
    let mut left = LARGEST as u64;
    for path in paths {
        let full = plugin.join(&path);
        let found = fs::symlink_metadata(&full).with_context(|| format!("{} cannot be read", full.display()))?;
        if !found.is_file() {
            bail!("{} is a link: what it leads to would be published", full.display());
        }
        left = left.checked_sub(found.len()).with_context(|| format!("the bundle has more than {} MiB", LARGEST >> 20))?;
        files.insert(path, fs::read(&full).with_context(|| format!("{} cannot be read", full.display()))?);
    }
    Ok(files)
}

/// Ordinary files below `folder`, without hidden ones and without following links.
fn list(plugin: &Path, folder: &Path, into: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let full = plugin.join(folder);
    if !fs::symlink_metadata(&full).is_ok_and(|found| found.is_dir()) {
        return Ok(());
    }
    for entry in fs::read_dir(&full).with_context(|| format!("{} cannot be read", full.display()))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            list(plugin, &path, into)?;
        } else if kind.is_file() {
            into.push(path);
        }
    }
    Ok(())
}

fn mirror(files: &BTreeMap<PathBuf, Vec<u8>>, folder: &Path) -> anyhow::Result<Written> {
    let mut have = Vec::new();
    for part in [Path::new("")].into_iter().chain(FOLDERS.iter().map(Path::new)) {
        surface(folder, part, &mut have)?;
    }
    let mut written = Written::Unchanged;
    for stale in have.iter().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(folder.join(stale)).with_context(|| format!("{} cannot be removed", folder.join(stale).display()))?;
        written = Written::Changed;
    }
    for (path, bytes) in files {
        let target = folder.join(path);
        if fs::read(&target).is_ok_and(|old| old == *bytes) {
            continue;
        }
        // Written aside and renamed, so that a reader never sees half a component.
        let aside = target.with_added_extension("part");
        let parent = target.parent().context("a bundle's file has a folder")?;
        fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
        fs::write(&aside, bytes).and_then(|()| fs::rename(&aside, &target)).with_context(|| format!("{} cannot be written", target.display()))?;
        written = Written::Changed;
    }
    Ok(written)
}

/// What an earlier build put into the bundle: files of the top, and all below the known folders.
fn surface(folder: &Path, part: &Path, into: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if part != Path::new("") {
        return list(folder, part, into);
    }
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            into.push(PathBuf::from(entry.file_name()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
