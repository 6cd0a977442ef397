//! JavaScript: esbuild puts the sources into one module, componentize-qjs puts that and the QuickJS engine into a component.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde::Deserialize;

use super::Tools;
use crate::component::Digest;
use crate::interfaces;

pub const RECIPE: &str = "componentize-qjs";

/// One module of the language that the engine knows; the platform's interfaces stay outside.
const BUNDLED: [&str; 7] =
    ["--bundle", "--format=esm", "--platform=neutral", "--main-fields=module,main", "--target=es2022", "--external:wakala:*", "--log-level=warning"];
/// Calls that answer at once, the smaller engine, and nothing of WASI: what would need it ends the call.
const MADE: [&str; 3] = ["--sync", "--opt-size", "--stub-wasi"];

#[derive(Deserialize)]
struct Description {
    name: String,
    version: String,
    #[serde(default = "usual_entry")]
    main: PathBuf,
}

fn usual_entry() -> PathBuf {
    PathBuf::from("src/plugin.js")
}

/// Name and version in a `package.json`.
pub fn named(text: &str) -> anyhow::Result<(String, String)> {
    let described: Description = serde_json::from_str(text)?;
    Ok((described.name, described.version))
}

/// The packages of a plugin, its tools among them.
pub struct Node {
    folder: PathBuf,
    entry: PathBuf,
    versions: String,
}

impl Node {
    /// Installs the packages of the lock file, unless they are there already.
    pub fn install(folder: &Path, locked: bool) -> anyhow::Result<Self> {
        let lock = folder.join("package-lock.json");
        let how = if lock.is_file() { "ci" } else { "install" };
        if locked && how == "install" {
            bail!("{} is missing: `npm install` makes it", lock.display());
        }
        let stamp = folder.join("node_modules/.wakala-lock");
        if !fs::read_to_string(&stamp).is_ok_and(|installed| pinned(folder).is_ok_and(|pinned| pinned == installed)) {
            let mut npm = Command::new("npm");
            npm.args([how, "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
            let status = npm.stdout(Stdio::null()).status().context("npm cannot be started: install Node.js 20 or newer")?;
            if !status.success() {
                bail!("npm cannot install what {} needs; see above", folder.display());
            }
            fs::write(&stamp, pinned(folder)?).with_context(|| format!("{} cannot be written", stamp.display()))?;
        }
        let entry = described(&folder.join("package.json"))?.main;
        let version = |name: &str| -> anyhow::Result<String> {
            let found = described(&folder.join("node_modules").join(name).join("package.json"));
            Ok(found.with_context(|| format!("package.json needs {name} among devDependencies"))?.version)
        };
        let versions = format!("esbuild {}, {RECIPE} {} {}", version("esbuild")?, version(RECIPE)?, MADE.join(" "));
        Ok(Self { folder: folder.to_owned(), entry, versions })
    }

    fn tool(&self, name: &str) -> Command {
        Command::new(self.folder.join("node_modules/.bin").join(name))
    }
}

impl Tools for Node {
    fn describe(&self) -> String {
        self.versions.clone()
    }

    fn sources(&self) -> anyhow::Result<Vec<u8>> {
        let mut esbuild = self.tool("esbuild");
        esbuild.arg(&self.entry).args(BUNDLED).current_dir(&self.folder).stderr(Stdio::inherit());
        let output = esbuild.output().context("esbuild cannot be started")?;
        if !output.status.success() {
            bail!("the sources cannot be put together; see above");
        }
        Ok(output.stdout)
    }

    fn make(&self, folder: &Path) -> anyhow::Result<()> {
        fs::write(folder.join("bundle.js"), self.sources()?).with_context(|| format!("{} cannot be written", folder.display()))?;
        let mut tool = self.tool(RECIPE);
        tool.args(MADE).args(["--js", "bundle.js", "--wit", "wit", "--world", interfaces::WORLD, "--output", "plugin.wasm"]).current_dir(folder);
        let output = tool.output().with_context(|| format!("{RECIPE} cannot be started"))?;
        if !output.status.success() {
            bail!("it makes no component:\n{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }
}

fn described(path: &Path) -> anyhow::Result<Description> {
    let text = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} has no name and version", path.display()))
}

/// What decides which packages are installed.
fn pinned(folder: &Path) -> anyhow::Result<String> {
    let read = |file: &str| fs::read(folder.join(file)).with_context(|| format!("{file} cannot be read"));
    Ok(Digest::of(&[read("package.json")?, read("package-lock.json")?].concat()).to_string())
}
