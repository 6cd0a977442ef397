//! `wakala-plugin check`: the machine's part of the review, on the author's machine and without network.
//!
//! It asks the same crate that publishing asks, so that what passes here passes there, plays the scenarios of the package, and adds
//! what only an author cares about. People's reading of the sources comes on top.

pub mod show;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use plugin_review::Desk;

use crate::build;
use crate::bundle;
use crate::pack;
use crate::project;
use crate::sandbox;
use crate::term::Term;

pub use show::Checked;

/// Arguments of `check`.
#[derive(clap::Args)]
pub struct Args {
    /// Folder of a plugin or of a workspace of plugins, which is built first, a bundle folder, or a package
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Only read the bytes: do not compile the component to machine code and start it
    #[arg(long)]
    pub no_start: bool,
}

/// Checks.
///
/// # Errors
/// There is nothing to check, or the sources do not build. What is wrong with a plugin is no error but a finding.
pub fn run(args: &Args, term: &Term) -> anyhow::Result<Checked> {
    let bundles = bundles(&args.dir, term)?;
    let open = || Desk::open(sandbox::config()?).context("--no-start reads only the bytes");
    let (runtime, desk) = (sandbox::runtime()?, if args.no_start { None } else { Some(open()?) });
    let mut plugins = Vec::new();
    for bundle in &bundles {
        let name = bundle.file_name().map_or_else(|| bundle.display().to_string(), |name| name.to_string_lossy().into_owned());
        term.progress("Checking", &name);
        plugins.push(runtime.block_on(plugin_review::review(bundle, name, desk.as_ref()))?);
    }
    Ok(Checked { plugins })
}

/// The bundles that `dir` stands for, built if need be.
///
/// # Errors
/// There is nothing to build, or it does not build.
pub fn bundles(dir: &Path, term: &Term) -> anyhow::Result<Vec<PathBuf>> {
    if dir.is_file() {
        let package = pack::read(dir)?;
        let folder = build::cache()?.join("unfolded").join(package.digest()).join(&package.manifest().id);
        bundle::unfold(&package, &folder)?;
        return Ok(vec![folder]);
    }
    if dir.join("plugin.wasm").is_file() {
        return Ok(vec![dir.canonicalize().with_context(|| format!("{} cannot be opened", dir.display()))?]);
    }
    if !project::is_source(dir) {
        bail!("{} is neither a bundle (no plugin.wasm) nor a plugin's sources (no Cargo.toml, package.json or pyproject.toml)", dir.display());
    }
    let sources = build::Args { dir: dir.to_owned(), out: None, packages: Vec::new(), locked: false };
    Ok(build::run(&sources, term)?.plugins.into_iter().map(|plugin| plugin.bundle).collect())
}
