//! `wakala-plugin key`, `pack` and `sign`: from a built plugin to the one file that is published.
//!
//! The format is the platform's own (`plugin_host::package`). What must hold: the same bundle makes the same file, a key is written
//! once and readable by its owner only, and a file is replaced whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use plugin_host::package::{ENDING, Package, SigningKey};
use serde::Serialize;

use crate::build;
use crate::bundle;
use crate::project;
use crate::term::{Paint, Show, Term};

/// Arguments of `key`.
#[derive(clap::Args)]
pub struct KeyArgs {
    /// File to make; whoever has it can publish in your name
    #[arg(default_value = "publisher.key")]
    pub file: PathBuf,
}

/// Arguments of `pack`.
#[derive(clap::Args)]
pub struct PackArgs {
    /// Folder of a plugin, which is built first, or a bundle folder
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Folder for the package [default: beside the bundle]
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// Arguments of `sign`.
#[derive(clap::Args)]
pub struct SignArgs {
    /// The package
    pub package: PathBuf,
    /// Your key, made by `wakala-plugin key`
    #[arg(long, value_name = "FILE", env = "WAKALA_PUBLISHER_KEY", default_value = "publisher.key")]
    pub key: PathBuf,
}

/// A new key.
#[derive(Debug, Serialize)]
pub struct Made {
    pub file: PathBuf,
    /// What the platform is told of it.
    pub public: String,
}

/// Packages that were made.
#[derive(Debug, Serialize)]
pub struct Packed {
    pub packages: Vec<PackedPlugin>,
}

/// One package.
#[derive(Debug, Serialize)]
pub struct PackedPlugin {
    pub id: String,
    pub version: String,
    pub file: PathBuf,
    pub bytes: usize,
    pub digest: String,
}

/// A package with its signature.
#[derive(Debug, Serialize)]
pub struct Signed {
    pub file: PathBuf,
    pub digest: String,
    pub by: String,
}

/// Makes a key.
///
/// # Errors
/// The file is there already, or cannot be written.
pub fn key(args: &KeyArgs) -> anyhow::Result<Made> {
    let (key, text) = SigningKey::generate()?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&args.file)
        .with_context(|| format!("{} cannot be made; a key is never overwritten", args.file.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("{} cannot be written", args.file.display()))?;
    Ok(Made { file: args.file.clone(), public: key.public().to_string() })
}

/// Packs.
///
/// # Errors
/// It does not build, or what there is makes no package.
pub fn pack(args: &PackArgs, term: &Term) -> anyhow::Result<Packed> {
    let mut packages = Vec::new();
    for folder in bundles(&args.dir, term)? {
        let package = bundle::package(&folder)?;
        let out = args.out.as_deref().or(folder.parent()).unwrap_or(Path::new("."));
        fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
        let (id, version) = (package.manifest().id.clone(), package.manifest().version.clone());
        let file = out.join(format!("{id}-{version}.{ENDING}"));
        let bytes = write(&package, &file)?;
        packages.push(PackedPlugin { id, version, file, bytes, digest: package.digest() });
    }
    Ok(Packed { packages })
}

/// Signs.
///
/// # Errors
/// The file is no package, or the key is none.
pub fn sign(args: &SignArgs) -> anyhow::Result<Signed> {
    let text = fs::read_to_string(&args.key).with_context(|| format!("{} cannot be read", args.key.display()))?;
    let key = SigningKey::from_pem(&text).with_context(|| args.key.display().to_string())?;
    let mut package = read(&args.package)?;
    package.sign(&key);
    write(&package, &args.package)?;
    Ok(Signed { file: args.package.clone(), digest: package.digest(), by: key.public().to_string() })
}

/// Reads a package whose signature holds, if it has one.
///
/// # Errors
/// It cannot be read, is no package, or was changed after it was signed.
pub fn read(file: &Path) -> anyhow::Result<Package> {
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let package = Package::read(&bytes).with_context(|| file.display().to_string())?;
    package.signer().with_context(|| file.display().to_string())?;
    Ok(package)
}

fn bundles(dir: &Path, term: &Term) -> anyhow::Result<Vec<PathBuf>> {
    if dir.join("plugin.wasm").is_file() {
        return Ok(vec![dir.canonicalize().with_context(|| format!("{} cannot be opened", dir.display()))?]);
    }
    if !project::is_source(dir) {
        bail!("{} is neither a bundle (no plugin.wasm) nor a plugin's sources (no Cargo.toml, package.json or pyproject.toml)", dir.display());
    }
    let sources = build::Args { dir: dir.to_owned(), out: None, packages: Vec::new(), locked: false };
    Ok(build::run(&sources, term)?.plugins.into_iter().map(|plugin| plugin.bundle).collect())
}

/// Written aside and renamed, so that nobody ever reads half a package.
fn write(package: &Package, file: &Path) -> anyhow::Result<usize> {
    let bytes = package.write()?;
    let aside = file.with_added_extension("part");
    fs::write(&aside, &bytes).and_then(|()| fs::rename(&aside, file)).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(bytes.len())
}

impl Show for Made {
    fn good(&self) -> bool {
        true
    }

    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        writeln!(out, "{} {}: keep it to yourself, and keep a copy", paint.green("made"), self.file.display())?;
        writeln!(out, "  your publisher's key: {}", self.public)?;
        writeln!(out, "  add it in your office, under Plugins, Publishing, Keys, before you publish what it signed")
    }
}

impl Show for Packed {
    fn good(&self) -> bool {
        true
    }

    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        for package in &self.packages {
            let PackedPlugin { id, version, file, bytes, digest } = package;
            writeln!(out, "{} {id} {version} in {} ({} KiB)", paint.green("packed"), file.display(), bytes.div_ceil(1024))?;
            writeln!(out, "  digest: {digest}")?;
        }
        Ok(())
    }
}

impl Show for Signed {
    fn good(&self) -> bool {
        true
    }

    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        writeln!(out, "{} {} with {}", paint.green("signed"), self.file.display(), self.by)?;
        writeln!(out, "  digest: {}", self.digest)
    }
}
