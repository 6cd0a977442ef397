//! The rules, applied to one bundle.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use plugin_host::manifest::{Manifest, ManifestError};
use plugin_host::publish::{self, PublishError};
use plugin_host::{HostConfig, HostOverrides, PluginHost};
use serde_json::Value;
use url::Url;

use crate::nothing::{Nothing, Nowhere};
use crate::report::{Facts, Finding, Level, Report};
use crate::trial::{Material, Stage, Tried};
use crate::{limits, sha256};

/// For the scenarios of a package.
const LONGEST: Duration = Duration::from_secs(300);

/// A plugin host with nobody behind it and no network before it, on which components are compiled, started and tried.
pub struct Desk {
    config: HostConfig,
    host: PluginHost,
}

impl Desk {
    /// Starts the host. Whatever `config` says of names and stand-ins, a reviewed plugin reaches the simulators of its package only.
    ///
    /// # Errors
    /// The machine does not give what it needs.
    pub fn open(mut config: HostConfig) -> anyhow::Result<Self> {
        config.overrides = HostOverrides::default();
        config.resolver = Arc::new(Nowhere);
        let host = PluginHost::new(config.clone()).context("the plugin host does not start")?;
        Ok(Self { config, host })
    }

    async fn start(&self, component: &[u8], manifest: &Arc<Manifest>) -> Result<(), PublishError> {
        publish::check(&self.host, component, manifest, Arc::new(Nothing)).await.map(|_| ())
    }

    /// Plays the package's scenarios against its own simulator.
    async fn rehearse(&self, folder: &Path, component: &[u8], manifest: &Arc<Manifest>, material: Material) -> anyhow::Result<Vec<Tried>> {
        let Material { scripts, scenarios, settings, .. } = material;
        let mut stage = Stage::open(self.config.clone(), folder, component, manifest, scripts).await?;
        let (begun, mut tried) = (Instant::now(), Vec::new());
        for named in &scenarios {
            let left = LONGEST.saturating_sub(begun.elapsed());
            let played = tokio::time::timeout(left, stage.play(named, &settings)).await;
            tried.push(played.with_context(|| format!("all scenarios together have {} seconds", LONGEST.as_secs()))?);
        }
        Ok(tried)
    }
}

/// Reviews the bundle in `folder`. Without a desk nothing is compiled and started: only the bytes are read.
///
/// # Errors
/// A file of it cannot be read. What is wrong with the plugin is no error but a finding.
pub async fn review(folder: &Path, name: String, desk: Option<&Desk>) -> anyhow::Result<Report> {
    let read = |file: &str| std::fs::read(folder.join(file)).with_context(|| format!("{} cannot be read", folder.join(file).display()));
    let component = read("plugin.wasm")?;
    let manifest_text = String::from_utf8(read("plugin.toml")?).context("plugin.toml is not text")?;
    let sha256 = sha256(&component);
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
    let mut started = false;
    if let (Some(desk), Some(manifest), Some(_)) = (desk, &manifest, &facts) {
        let wrong = start(desk, &component, manifest).await;
        started = wrong.is_empty();
        findings.extend(wrong);
    }
    let mut scenarios = Vec::new();
    if let Some(manifest) = &manifest {
        catalogue(folder, manifest, &mut findings);
        let desk = desk.filter(|_| started);
        scenarios = conformance(folder, desk, &component, manifest, &mut findings).await?;
        findings.extend(limits::findings(manifest, &scenarios));
    }
    record(folder, &sha256, &mut findings)?;
    Ok(Report {
        name,
        id: manifest.as_ref().map(|manifest| manifest.id.clone()),
        version: manifest.as_ref().map(|manifest| manifest.version.clone()),
        passed: findings.iter().all(|finding| finding.level != Level::Error),
        sha256,
        component: facts,
        permissions: manifest.map_or_else(Vec::new, |manifest| manifest.permissions()),
        scenarios,
        findings,
    })
}

async fn start(desk: &Desk, component: &[u8], manifest: &Arc<Manifest>) -> Vec<Finding> {
    match desk.start(component, manifest).await {
        Ok(()) => Vec::new(),
        Err(PublishError::Exports(wrong)) => wrong.into_iter().map(|message| Finding::error("exports", message)).collect(),
        Err(error) => vec![Finding::error("sandbox", error.to_string())],
    }
}

/// What the package brings to show that it works. Without a desk only the files are read.
async fn conformance(
    folder: &Path,
    desk: Option<&Desk>,
    component: &[u8],
    manifest: &Arc<Manifest>,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<Vec<Tried>> {
    let mut material = Material::read(folder, manifest)?;
    let flaws = std::mem::take(&mut material.flaws);
    let sound = flaws.is_empty();
    findings.extend(flaws.into_iter().map(|flaw| Finding::error("scenarios", flaw.message).at(flaw.place)));
    if sound && material.scenarios.is_empty() {
        findings.push(Finding::warning("scenarios", "there are no scenarios: nothing shows that it works").at("scenarios/"));
    }
    let Some(desk) = desk.filter(|_| sound && !material.scenarios.is_empty()) else { return Ok(Vec::new()) };
    let tried = match desk.rehearse(folder, component, manifest, material).await {
        Ok(tried) => tried,
        Err(error) => {
            findings.push(Finding::error("scenarios", format!("{error:#}")));
            return Ok(Vec::new());
        }
    };
    for scenario in tried.iter().filter(|scenario| !scenario.passed) {
        let problem = scenario.steps.last().and_then(|step| step.problem.clone()).unwrap_or_default();
        findings.push(Finding::error("scenarios", problem).at(format!("{} step {}", scenario.file, scenario.steps.len())));
    }
    Ok(tried)
}

/// What the catalogue shows and people look for.
fn catalogue(folder: &Path, manifest: &Manifest, findings: &mut Vec<Finding>) {
    if !folder.join("README.md").is_file() {
        findings.push(Finding::warning("catalogue", "there is no README.md: tenants see no instructions"));
    }
    let changes = std::fs::read_to_string(folder.join("CHANGELOG.md")).unwrap_or_default();
    if !changes.is_empty() && !changes.contains(&manifest.version) {
        let why = format!("CHANGELOG.md does not tell of {}: tenants do not learn what an upgrade changes", manifest.version);
        findings.push(Finding::warning("catalogue", why).at("version"));
    }
    match manifest.support.as_deref() {
        None => findings.push(Finding::warning("catalogue", "there is no address for support").at("support")),
        Some(address) if is_placeholder(address) => {
            let why = format!("{address} is nobody's: write the address where tenants reach you");
            findings.push(Finding::warning("catalogue", why).at("support"));
        }
        Some(_) => {}
    }
    let files =
        manifest.display.icon.iter().map(|icon| ("display.icon", icon)).chain(manifest.public_keys.iter().map(|key| ("public_key.file", &key.file)));
    for (place, file) in files {
        if !folder.join(file).is_file() {
            findings.push(Finding::error("bundle", format!("{file} is not in the bundle")).at(place));
        }
    }
    if let Some(bytes) = manifest.display.icon.as_ref().and_then(|icon| std::fs::read(folder.join(icon)).ok())
        && let Err(why) = publish::check_icon(&bytes)
    {
        findings.push(Finding::error("catalogue", why).at("display.icon"));
    }
}

/// Whether an address is at one of the domains that RFC 2606 keeps for examples, as that of a new project is.
fn is_placeholder(address: &str) -> bool {
    let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
    let host = host.as_deref().unwrap_or_else(|| address.rsplit('@').next().unwrap_or(address));
    let below = |domain: &str| host.strip_suffix(domain).is_some_and(|left| left.is_empty() || left.ends_with('.'));
    ["example.com", "example.net", "example.org"].into_iter().any(below)
}

/// The record of the build must be about this very component.
fn record(folder: &Path, sha256: &str, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let path = folder.join("build.json");
    if !path.is_file() {
        findings.push(Finding::warning("bundle", "there is no build.json: nobody can tell what the component was built with"));
        return Ok(());
    }
    let text = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let recorded = serde_json::from_slice::<Value>(&text).ok().and_then(|json| json["sha256"].as_str().map(str::to_owned));
    if recorded.as_deref() != Some(sha256) {
        findings.push(Finding::error("bundle", "plugin.wasm is not the component that build.json describes; build again"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use wit_component::ComponentEncoder;

    use super::*;

    const MANIFEST: &str = r#"
        id = "com.example.hello"
        version = "1.0.0"
        publisher = "example"
        kind = "payment"
        wit = "wakala:payments@1.0"
        license = "Apache-2.0"
        support = "https://hello.example/support"
        [display]
        name = "Hello"
        summary = "Greets, and takes no money."
        [[method]]
        name = "hello"
        currencies = ["KES"]
        min = 100
        max = 1000
    "#;

    const SCENARIO: &str = "name = \"It connects\"\n[[step]]\ncall = \"check\"\n";

    fn component() -> Vec<u8> {
        ComponentEncoder::default().module(b"\0asm\x01\0\0\0").and_then(|encoder| encoder.encode()).expect("an empty module makes an empty component")
    }

    /// Reviews a bundle of these files, reading bytes only.
    fn reviewed(name: &str, manifest: &str, component: &[u8], recorded: &[u8]) -> Report {
        let folder = std::env::temp_dir().join(format!("wakala-review-{}-{name}", std::process::id()));
        std::fs::create_dir_all(folder.join("scenarios")).expect("a folder");
        let record = serde_json::json!({ "sha256": sha256(recorded) }).to_string();
        for (file, bytes) in [
            ("plugin.toml", manifest.as_bytes()),
            ("plugin.wasm", component),
            ("build.json", record.as_bytes()),
            ("README.md", b"# Hello"),
            ("CHANGELOG.md", b"## 1.0.0\n\n- Greets."),
            ("scenarios/connects.toml", SCENARIO.as_bytes()),
        ] {
            std::fs::write(folder.join(file), bytes).expect("a file");
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let report = runtime.block_on(review(&folder, name.to_owned(), None)).expect("a review");
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
    fn a_version_that_the_changelog_leaves_out_is_noticed() {
        let report = reviewed("silent", &MANIFEST.replace("1.0.0", "1.1.0"), &component(), &component());
        assert!(report.passed, "it is a warning");
        let found: Vec<_> = report.findings.iter().map(|finding| (finding.rule, finding.place.as_deref())).collect();
        assert_eq!(found, [("catalogue", Some("version"))]);
    }

    #[test]
    fn an_address_for_support_that_is_nobodys_is_noticed() {
        for address in ["https://example.com/support", "https://help.example.org", "help@example.net", "mailto:help@example.com"] {
            let report = reviewed("nobody", &MANIFEST.replace("https://hello.example/support", address), &component(), &component());
            let found: Vec<_> = report.findings.iter().map(|finding| (finding.rule, finding.place.as_deref())).collect();
            assert!(report.passed, "it is a warning");
            assert_eq!(found, [("catalogue", Some("support"))], "{address}");
        }
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
