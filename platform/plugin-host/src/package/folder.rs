//! Packages out of a bundle's folder, as building leaves it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{AUTHORED, BUILT, FOLDERS, LARGEST, Package, PackageError};
use crate::manifest::Manifest;

/// Why a folder makes no package.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file cannot be read.
    #[error("{path} cannot be read")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What there is breaks a rule of the format.
    #[error(transparent)]
    Package(#[from] PackageError),
}

impl Package {
    /// Of what lies in `folder` and belongs to a package; anything else is left where it is.
    ///
    /// # Errors
    /// A file cannot be read, or what there is makes no package.
    pub fn in_folder(folder: &Path) -> Result<Self, FolderError> {
        let manifest = folder.join("plugin.toml");
        let text = fs::read_to_string(&manifest).map_err(|source| FolderError::Read { path: manifest, source })?;
        let manifest = Manifest::parse(&text).map_err(PackageError::from)?;
        let named = manifest.display.icon.iter().chain(manifest.public_keys.iter().map(|key| &key.file));
        let mut paths: Vec<String> = AUTHORED.iter().chain(BUILT.iter()).map(|path| (*path).to_owned()).chain(named.cloned()).collect();
        paths.retain(|path| folder.join(path).is_file());
        for part in FOLDERS {
            below(folder, part, &mut paths)?;
        }
        paths.sort();
        paths.dedup();
        let mut files = BTreeMap::new();
        // A mistake does not read a disk.
        let mut left = LARGEST as u64;
        for path in paths {
            let full = folder.join(&path);
            let read = |source| FolderError::Read { path: full.clone(), source };
            let found = fs::symlink_metadata(&full).map_err(read)?;
            // A link under a name that belongs to packages would publish whatever it leads to.
            if !found.is_file() {
                return Err(read(io::Error::other("it is a link")));
            }
            left = left.checked_sub(found.len()).ok_or(PackageError::Large)?;
            files.insert(path, fs::read(&full).map_err(read)?);
        }
        Ok(Self::of(files)?)
    }

    /// Writes its files into `folder`, which is made if it is not there.
    ///
    /// # Errors
    /// One cannot be written.
    pub fn unfold(&self, folder: &Path) -> io::Result<()> {
        for (path, bytes) in self.files() {
            let full = folder.join(path);
            if let Some(parent) = full.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(full, bytes)?;
        }
        Ok(())
    }
}

/// Ordinary files below `part`, without hidden ones and without following links.
fn below(folder: &Path, part: &str, into: &mut Vec<String>) -> Result<(), FolderError> {
    let full = folder.join(part);
    if !fs::symlink_metadata(&full).is_ok_and(|found| found.is_dir()) {
        return Ok(());
    }
    let read = |source| FolderError::Read { path: full.clone(), source };
    for entry in fs::read_dir(&full).map_err(read)? {
        let entry = entry.map_err(read)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let (path, kind) = (format!("{part}/{name}"), entry.file_type().map_err(read)?);
        if kind.is_dir() {
            below(folder, &path, into)?;
        } else if kind.is_file() {
            into.push(path);
        }
    }
    Ok(())
}
