//! `wakala-plugin build`: sources to bundle folders.
//!
//! What must hold: building twice changes nothing, a bundle holds only what was meant to be published, and no path of this machine ends
//! up in a component. Others can rebuild the same bytes of what is written in Rust; `engine` says why not of the rest.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::bundle::{self, Written};
use crate::component::{self, Digest};
use crate::engine::Language;
use crate::project::{self, Plugin, Project};
use crate::term::{Paint, Show, Term};
use crate::toolchain::{TARGET, Toolchain};

/// Arguments of `build`.
#[derive(clap::Args)]
pub struct Args {
    /// Folder of a plugin, or of a workspace of plugins in Rust
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Where the bundle folders go [default: target/bundles in the workspace]
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Only these plugins of the workspace
    #[arg(short, long = "package", value_name = "NAME")]
    pub packages: Vec<String>,
    /// Fail instead of changing Cargo.lock, or of making package-lock.json
    #[arg(long)]
    pub locked: bool,
}

/// What was built.
#[derive(Debug, Serialize)]
pub struct Built {
    pub toolchain: String,
    pub recipe: &'static str,
    pub plugins: Vec<BuiltPlugin>,
}

/// One bundle.
#[derive(Debug, Serialize)]
pub struct BuiltPlugin {
    pub name: String,
    pub version: String,
    pub bundle: PathBuf,
    pub bytes: usize,
    pub sha256: Digest,
    /// Whether anything in the bundle is other than before.
    pub changed: bool,
}

/// Builds.
///
/// # Errors
/// No toolchain, no plugin, or it does not compile; the message says what to do.
pub fn run(args: &Args, term: &Term) -> anyhow::Result<Built> {
    match Language::of(&args.dir) {
        Some(language) => with_engine(language, args, term),
        None => in_rust(args, term),
    }
}

fn with_engine(language: Language, args: &Args, term: &Term) -> anyhow::Result<Built> {
    let plugin = language.open(&args.dir)?;
    if let Some(missing) = args.packages.iter().find(|name| **name != plugin.name) {
        bail!("there is no plugin {missing} in {}; there is: {}", args.dir.display(), plugin.name);
    }
    let out = args.out.clone().unwrap_or_else(|| plugin.folder.join("target/bundles"));
    term.progress("Building", &format!("{} with {}", plugin.name, language.recipe()));
    let made = plugin.make(args.locked)?;
    let record = json!({ "toolchain": made.toolchain, "recipe": language.recipe(), "sources": made.sources });
    let packed = package((&plugin.name, &plugin.version, language.description()), &plugin.folder, made.component, record, &out)?;
    Ok(Built { toolchain: made.toolchain, recipe: language.recipe(), plugins: vec![packed] })
}

fn in_rust(args: &Args, term: &Term) -> anyhow::Result<Built> {
    let toolchain = Toolchain::find()?;
    let project = project::open(&args.dir, &args.packages, &toolchain)?;
    let out = args.out.clone().unwrap_or_else(|| project.root.join("target/bundles"));
    let names: Vec<&str> = project.plugins.iter().map(|plugin| plugin.name.as_str()).collect();
    term.progress("Building", &format!("{} with {}", names.join(", "), toolchain.describe()));
    let modules = compile(&toolchain, &project, args.locked)?;
    let mut plugins = Vec::new();
    for plugin in &project.plugins {
        let module = modules
            .get(&plugin.name)
            .with_context(|| format!("{} made no WebAssembly module; its Cargo.toml needs\n[lib]\ncrate-type = [\"cdylib\"]", plugin.name))?;
        plugins.push(encode(plugin, module, &out, &toolchain)?);
    }
    Ok(Built { toolchain: toolchain.version().to_owned(), recipe: toolchain.recipe(), plugins })
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

/// Compiles all plugins in one go; the modules by package name.
fn compile(toolchain: &Toolchain, project: &Project, locked: bool) -> anyhow::Result<BTreeMap<String, PathBuf>> {
    let mut command = toolchain.cargo();
    command.args(["build", "--release", "--target", TARGET, "--message-format", "json-render-diagnostics"]);
    command.args(["--config", "profile.release.panic=\"abort\""]);
    command.args(toolchain.build_arguments());
    command.arg("--manifest-path").arg(project.root.join("Cargo.toml")).arg("--target-dir").arg(cache()?.join(toolchain.recipe()));
    command.args(locked.then_some("--locked"));
    for plugin in &project.plugins {
        command.args(["--package", &plugin.name]);
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", flags(toolchain)).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let output = command.spawn().context("cargo cannot be started")?.wait_with_output().context("cargo was lost")?;
    if !output.status.success() {
        bail!("it does not compile; see above");
    }
    let mut modules = BTreeMap::new();
    for message in serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Message>() {
        let message = message.context("cargo's messages cannot be read")?;
        let library = message.reason == "compiler-artifact" && message.target.is_some_and(|target| target.kind.iter().any(|kind| kind == "cdylib"));
        let owner =
            message.manifest_path.as_deref().and_then(Path::parent).and_then(|folder| project.plugins.iter().find(|plugin| plugin.folder == folder));
        let module = message.filenames.into_iter().find(|file| file.extension().is_some_and(|ending| ending == "wasm"));
        if let (true, Some(plugin), Some(module)) = (library, owner, module) {
            modules.insert(plugin.name.clone(), module);
        }
    }
    Ok(modules)
}

/// A stack of 128 KiB instead of 1 MiB, since the host clears it for every call; and no path of this machine in the component. The
/// workspace's own files are named relative to it by cargo; naming it here would make every workspace build the standard library anew.
fn flags(toolchain: &Toolchain) -> String {
    let mut flags = vec!["-Clink-arg=-zstack-size=131072".to_owned()];
    let mut remap = |from: &Path, to: &str| flags.push(format!("--remap-path-prefix={}={to}", from.display()));
    if let Some(home) = home("CARGO_HOME", ".cargo") {
        remap(&home, "/cargo");
    }
    if let Some(library) = toolchain.library() {
        remap(library, "/rust/library");
    }
    flags.join("\u{1f}")
}

/// Where compiled guests are kept between builds.
///
/// # Errors
/// Neither `XDG_CACHE_HOME` nor `HOME` is set.
pub fn cache() -> anyhow::Result<PathBuf> {
    let base = home("XDG_CACHE_HOME", ".cache").context("there is no place for build caches: set XDG_CACHE_HOME or HOME")?;
    Ok(base.join("wakala/plugins"))
}

/// The folder named by a variable, or below the home folder.
fn home(variable: &str, folder: &str) -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set(variable).or_else(|| set("HOME").map(|home| home.join(folder)))
}

fn encode(plugin: &Plugin, module: &Path, out: &Path, toolchain: &Toolchain) -> anyhow::Result<BuiltPlugin> {
    let core = std::fs::read(module).with_context(|| format!("{} cannot be read", module.display()))?;
    let component = component::encode(&core).with_context(|| format!("{} cannot be made into a component", plugin.name))?;
    let record = json!({ "toolchain": toolchain.version(), "recipe": toolchain.recipe(), "target": TARGET });
    package((&plugin.name, &plugin.version, "Cargo.toml"), &plugin.folder, component, record, out)
}

/// Puts the bundle of a component into its folder. The first three are name and version of the plugin, and the file that says so.
fn package((name, version, stated): (&str, &str, &str), sources: &Path, component: Vec<u8>, made: Value, out: &Path) -> anyhow::Result<BuiltPlugin> {
    let manifest = bundle::manifest(sources)?;
    if manifest.version != version {
        bail!("{name} has version {} in plugin.toml and {version} in {stated}; they must agree", manifest.version);
    }
    let interfaces = component::interfaces(&component)?;
    let (sha256, bytes) = (Digest::of(&component), component.len());
    let mut record = json!({ "sha256": sha256, "bytes": bytes, "imports": interfaces.imports, "exports": interfaces.exports });
    if let (Value::Object(record), Value::Object(made)) = (&mut record, made) {
        record.extend(made);
    }
    let folder = out.join(name);
    let written = bundle::write(sources, &folder, component, &record)?;
    let changed = written == Written::Changed;
    Ok(BuiltPlugin { name: name.to_owned(), version: version.to_owned(), bundle: folder, bytes, sha256, changed })
}

impl Show for Built {
    fn good(&self) -> bool {
        true
    }

    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        for plugin in &self.plugins {
            let state = if plugin.changed { "new" } else { "unchanged" };
            let size = plugin.bytes.div_ceil(1024);
            writeln!(out, "{} {} {} in {} ({size} KiB, {state})", paint.green("built"), plugin.name, plugin.version, plugin.bundle.display())?;
        }
        Ok(())
    }
}
