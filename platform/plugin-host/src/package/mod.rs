//! The package: one file with everything that is published of a plugin, named by its content and signed by its publisher.
//!
//! What always holds: the same files make the same package with the same digest, whoever packs them, and the signature is not part of
//! what is signed; a package that was read holds a manifest in order, its component, and nothing that no part of the platform asked
//! for. What the files are worth is another question, which `publish` answers.

mod archive;
mod folder;
mod key;
mod seal;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::manifest::{Manifest, ManifestError};

pub use folder::FolderError;
pub use key::{KeyError, PublisherKey, SigningKey};
pub use seal::Seal;

/// Files of an author that belong to a package if they are there.
pub const AUTHORED: [&str; 4] = ["plugin.toml", "README.md", "CHANGELOG.md", "LICENSE"];
/// Files that building makes.
pub const BUILT: [&str; 2] = ["plugin.wasm", "build.json"];
/// Folders of an author that belong to a package if they are there.
pub const FOLDERS: [&str; 4] = ["assets", "keys", "scenarios", "simulator"];
/// Bytes of all files together.
pub const LARGEST: usize = 32 << 20;
/// How the name of a package's file ends.
pub const ENDING: &str = "wakala";

const FILES: usize = 500;
const PATH: usize = 200;

/// Why something is no package.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// Not an archive as packages are.
    #[error("this is no package: {0}")]
    Archive(String),
    /// A path that could mean something else on another machine.
    #[error("`{0}` is no path of a package: letters, digits, dot, hyphen and underscore, and no hidden files")]
    Path(String),
    /// A file that nothing asks for.
    #[error("`{0}` does not belong into a package")]
    Stranger(String),
    /// A file that must be there.
    #[error("`{0}` is missing")]
    Missing(String),
    /// Too many files or bytes.
    #[error("a package has at most {FILES} files and {} MiB", LARGEST >> 20)]
    Large,
    /// The manifest is not in order.
    #[error("plugin.toml: {0}")]
    Manifest(#[from] ManifestError),
    /// Its publisher has not signed it.
    #[error("the package is not signed; `wakala-plugin sign` does")]
    Unsigned,
    /// Somebody changed what was signed.
    #[error("the signature does not hold for these files")]
    Signature,
}

/// A publisher's word for a package.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signature {
    by: PublisherKey,
    bytes: Vec<u8>,
}

/// Everything that is published of a plugin.
#[derive(Debug, Clone)]
pub struct Package {
    files: BTreeMap<String, Vec<u8>>,
    /// The list of its files, which is what digest and signature are over.
    index: String,
    manifest: Manifest,
    signature: Option<Signature>,
}

impl Package {
    /// Of these files by path, unsigned.
    ///
    /// # Errors
    /// The first rule of the format that they break.
    pub fn of(files: BTreeMap<String, Vec<u8>>) -> Result<Self, PackageError> {
        let bytes = files.values().fold(0_usize, |sum, file| sum.saturating_add(file.len()));
        if files.len() > FILES || bytes > LARGEST {
            return Err(PackageError::Large);
        }
        let mut seen = BTreeSet::new();
        // Some file systems take paths that differ in case for one.
        if let Some(path) = files.keys().find(|path| !is_path(path) || !seen.insert(path.to_ascii_lowercase())) {
            return Err(PackageError::Path(path.clone()));
        }
        let missing = |path: &str| PackageError::Missing(path.to_owned());
        let manifest = Manifest::parse(&String::from_utf8_lossy(files.get("plugin.toml").ok_or_else(|| missing("plugin.toml"))?))?;
        let named = || manifest.display.icon.iter().chain(manifest.public_keys.iter().map(|key| &key.file));
        for path in ["plugin.wasm"].into_iter().chain(named().map(String::as_str)) {
            if !files.contains_key(path) {
                return Err(missing(path));
            }
        }
        let belongs = |path: &str| {
            let in_folder = path.split_once('/').is_some_and(|(folder, _)| FOLDERS.contains(&folder));
            in_folder || AUTHORED.contains(&path) || BUILT.contains(&path) || named().any(|name| name == path)
        };
        if let Some(path) = files.keys().find(|path| !belongs(path)) {
            return Err(PackageError::Stranger(path.clone()));
        }
        Ok(Self { index: index(&files), files, manifest, signature: None })
    }

    /// Reads what [`Self::write`] wrote. Whether the signature holds says [`Self::signer`].
    ///
    /// # Errors
    /// As [`Self::of`], and for whatever is no archive.
    pub fn read(archive: &[u8]) -> Result<Self, PackageError> {
        let (files, signature) = archive::read(archive)?;
        Ok(Self { signature, ..Self::of(files)? })
    }

    /// As one file.
    ///
    /// # Errors
    /// The archive cannot be made.
    pub fn write(&self) -> Result<Vec<u8>, PackageError> {
        archive::write(&self.files, self.signature.as_ref())
    }

    /// Its manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The content of a file.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// All files by path, in order.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// What the package is called by its content: lower-case hexadecimal of the SHA-256 over the list of its files.
    #[must_use]
    pub fn digest(&self) -> String {
        sha256(self.index.as_bytes())
    }

    /// Signs it, instead of whoever did before.
    pub fn sign(&mut self, key: &SigningKey) {
        self.signature = Some(Signature { by: key.public(), bytes: key.sign(self.index.as_bytes()) });
    }

    /// Who signed it; none if nobody did. The caller knows whether that is the publisher.
    ///
    /// # Errors
    /// [`PackageError::Signature`] if it was changed since.
    pub fn signer(&self) -> Result<Option<PublisherKey>, PackageError> {
        let Some(signature) = &self.signature else { return Ok(None) };
        if signature.by.verifies(self.index.as_bytes(), &signature.bytes) { Ok(Some(signature.by)) } else { Err(PackageError::Signature) }
    }
}

/// A line for each file with its SHA-256, its size and its path.
fn index(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut list = "wakala package 1\n".to_owned();
    for (path, bytes) in files {
        // Writing to a text does not fail.
        let _ = writeln!(list, "{} {} {path}", sha256(bytes), bytes.len());
    }
    list
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

fn is_path(path: &str) -> bool {
    let letters = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/'));
    path.len() <= PATH && letters && path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}
