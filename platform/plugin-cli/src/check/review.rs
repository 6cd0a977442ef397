//! The rules, applied to one bundle.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use plugin_host::manifest::{Manifest, ManifestError};
use plugin_host::publish::{self, PublishError};
use plugin_host::{Compiler, HostConfig, PluginHost};
use serde_json::Value;

use super::nothing::Nothing;
use super::report::{Facts, Finding, Level, Report};
use crate::build;
use crate::component::Digest;

/// The hidden command that compiles to machine code in a process of its own.
pub const COMPILE: &str = "plugin-compile";

/// A plugin host with nobody behind it, on which a component is compiled and started.
pub struct Desk {
    host: PluginHost,
    runtime: tokio::runtime::Runtime,
}

impl Desk {
    /// Starts the host.
    ///
    /// # Errors
    /// The machine does not give what it needs.
    pub fn open() -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program does not know where it is")?;
        let compiler = Compiler { program, args: vec![COMPILE.into()] };
        // Whoever can write to the author's own cache could as well change the author's compiler: the key protects nothing here.
        let mut config = HostConfig::new(build::cache()?.join("compiled"), [0; 32], compiler);
        config.slots = 2;
        config.memory_bytes = 64 << 20;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no thread for the plugin host")?;
        let host = PluginHost::new(config).context("the plugin host does not start; --no-start reads only the bytes")?;
        Ok(Self { host, runtime })
    }

    fn start(&self, component: &[u8], manifest: &Arc<Manifest>) -> Result<(), PublishError> {
        self.runtime.block_on(publish::check(&self.host, component, manifest, Arc::new(Nothing))).map(|_| ())
    }
}

/// Reviews the bundle in `folder`.
///
/// # Errors
/// A file of it cannot be read.
pub fn review(folder: &Path, name: String, desk: Option<&Desk>) -> anyhow::Result<Report> {
    let read = |file: &str| std::fs::read(folder.join(file)).with_context(|| format!("{} cannot be read", folder.join(file).display()));
    let component = read("plugin.wasm")?;
    let manifest_text = String::from_utf8(read("plugin.toml")?).context("plugin.toml is not text")?;
    let sha256 = Digest::of(&component);
    let mut findings = Vec::new();

    let manifest = match Manifest::parse(&manifest_text) {
        Ok(manifest) => Some(Arc::new(manifest)),
        Err(ManifestError(issues)) => {
            findings.extend(issues.into_iter().map(|issue| Finding::error("manifest", issue.message).at(issue.place)));
            None
        }
    };
    let facts = match publish::inspect(&component) {
        Ok(facts) => Some(Facts {
            bytes: facts.size,
            functions: facts.functions,
            largest_function: facts.largest_function,
            imports: facts.imports,
            exports: facts.exports,
        }),
        Err(error) => {
            findings.push(Finding::error("component", error.to_string()));
            None
        }
    };
    if let (Some(desk), Some(manifest), Some(_)) = (desk, &manifest, &facts) {
        findings.extend(start(desk, &component, manifest));
    }
    if let Some(manifest) = &manifest {
        catalogue(folder, manifest, &mut findings);
    }
    record(folder, sha256, &mut findings)?;
    Ok(Report {
        name,
        id: manifest.as_ref().map(|manifest| manifest.id.clone()),
        version: manifest.as_ref().map(|manifest| manifest.version.clone()),
        passed: findings.iter().all(|finding| finding.level != Level::Error),
        sha256,
        component: facts,
        permissions: manifest.map_or_else(Vec::new, |manifest| manifest.permissions()),
        findings,
    })
}

fn start(desk: &Desk, component: &[u8], manifest: &Arc<Manifest>) -> Vec<Finding> {
    match desk.start(component, manifest) {
        Ok(()) => Vec::new(),
        Err(PublishError::Exports(wrong)) => wrong.into_iter().map(|message| Finding::error("exports", message)).collect(),
        Err(error) => vec![Finding::error("sandbox", error.to_string())],
    }
}

/// What the catalogue shows and people look for.
fn catalogue(folder: &Path, manifest: &Manifest, findings: &mut Vec<Finding>) {
    if !folder.join("README.md").is_file() {
        findings.push(Finding::warning("catalogue", "there is no README.md: tenants see no instructions"));
    }
    if manifest.support.is_none() {
        findings.push(Finding::warning("catalogue", "there is no address for support").at("support"));
    }
    let files =
        manifest.display.icon.iter().map(|icon| ("display.icon", icon)).chain(manifest.public_keys.iter().map(|key| ("public_key.file", &key.file)));
    for (place, file) in files {
        if !folder.join(file).is_file() {
            findings.push(Finding::error("bundle", format!("{file} is not in the bundle")).at(place));
        }
    }
}

/// The record of the build must be about this very component.
fn record(folder: &Path, sha256: Digest, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let path = folder.join("build.json");
    if !path.is_file() {
        findings.push(Finding::warning("bundle", "there is no build.json: nobody can tell what the component was built with"));
        return Ok(());
    }
    let text = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let recorded = serde_json::from_slice::<Value>(&text).ok().and_then(|json| json["sha256"].as_str().map(str::to_owned));
    if recorded.as_deref() != Some(sha256.to_string().as_str()) {
        findings.push(Finding::error("bundle", "plugin.wasm is not the component that build.json describes; build again"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::component;

    const MANIFEST: &str = r#"
        id = "com.example.hello"
        version = "1.0.0"
        publisher = "example"
        kind = "payment"
        wit = "wakala:payments@1.0"
        license = "Apache-2.0"
        support = "https://example.com/support"
        [display]
        name = "Hello"
        summary = "Greets, and takes no money."
        [[method]]
        name = "hello"
        currencies = ["KES"]
        min = 100
        max = 1000
    "#;

    fn component() -> Vec<u8> {
        component::encode(b"\0asm\x01\0\0\0").expect("an empty module makes an empty component")
    }

    /// Reviews a bundle of these files, reading bytes only.
    fn reviewed(name: &str, manifest: &str, component: &[u8], recorded: &[u8]) -> Report {
        let folder = std::env::temp_dir().join(format!("wakala-review-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let record = serde_json::json!({ "sha256": Digest::of(recorded) }).to_string();
        for (file, bytes) in
            [("plugin.toml", manifest.as_bytes()), ("plugin.wasm", component), ("build.json", record.as_bytes()), ("README.md", b"# Hello")]
        {
            std::fs::write(folder.join(file), bytes).expect("a file");
        }
        let report = review(&folder, name.to_owned(), None).expect("a review");
        std::fs::remove_dir_all(&folder).expect("removed");
        report
    }

    #[test]
    fn a_bundle_in_order_has_no_findings() {
        let report = reviewed("fine", MANIFEST, &component(), &component());
        assert_eq!(report.findings, []);
        assert!(report.passed);
    }

    #[test]
    fn what_is_wrong_in_the_manifest_is_found_at_its_place() {
        let report = reviewed("manifest", &MANIFEST.replace("min = 100", "min = 5000"), &component(), &component());
        assert!(!report.passed);
        assert!(
            report.findings.iter().any(|finding| finding.rule == "manifest" && finding.place.as_deref() == Some("method `hello`")),
            "{:?}",
            report.findings
        );
    }

    #[test]
    fn a_component_that_was_changed_after_the_build_is_not_in_order() {
        let report = reviewed("changed", MANIFEST, &component(), b"what was built");
        assert!(!report.passed);
        assert!(report.findings.iter().any(|finding| finding.rule == "bundle"), "{:?}", report.findings);
    }

    #[test]
    fn a_module_that_is_no_component_is_not_in_order() {
        let module = b"\0asm\x01\0\0\0";
        let report = reviewed("module", MANIFEST, module, module);
        assert!(!report.passed);
        assert!(report.findings.iter().any(|finding| finding.rule == "component"), "{:?}", report.findings);
    }

    #[test]
    fn a_file_that_the_manifest_names_must_be_in_the_bundle() {
        let manifest = MANIFEST.replace("[display]", "[display]\nicon = \"assets/icon.png\"");
        let report = reviewed("icon", &manifest, &component(), &component());
        assert!(report.findings.iter().any(|finding| finding.place.as_deref() == Some("display.icon")), "{:?}", report.findings);
    }
}
