//! `wakala-plugin wit`: the interfaces of a plugin in one folder, as the toolchains of other languages want them.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use plugin_host::manifest::Manifest;
use serde::Serialize;

use crate::interfaces;
use crate::term::{Paint, Show};

/// Arguments of `wit`.
#[derive(clap::Args)]
pub struct Args {
    /// Folder of the plugin, whose plugin.toml says which interfaces it needs
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Folder to make
    #[arg(long, default_value = "wit")]
    pub out: PathBuf,
}

/// What was written.
#[derive(Debug, Serialize)]
pub struct Written {
    pub folder: PathBuf,
    /// What the component has to be of.
    pub world: &'static str,
}

/// Writes the folder.
///
/// # Errors
/// The manifest is none, or the folder is in use.
pub fn run(args: &Args) -> anyhow::Result<Written> {
    let path = args.dir.join("plugin.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let manifest = Manifest::parse(&text).with_context(|| path.display().to_string())?;
    if fs::read_dir(&args.out).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty; remove it, or give another folder with --out", args.out.display());
    }
    interfaces::write(&interfaces::world(&manifest)?, &args.out)?;
    Ok(Written { folder: args.out.clone(), world: interfaces::WORLD })
}

impl Show for Written {
    fn good(&self) -> bool {
        true
    }

    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        writeln!(out, "{} the interfaces in {}, with the world `{}`", paint.green("wrote"), self.folder.display(), self.world)
    }
}
