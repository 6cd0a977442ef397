//! The interfaces of the platform, which travel inside this program: for projects that are begun, and for builds that need a world.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use plugin_host::manifest::Manifest;
use rust_embed::RustEmbed;

/// What a component is of, in the description that [`world`] makes.
pub const WORLD: &str = "plugin";

#[derive(RustEmbed)]
#[folder = "../../plugins/wit/"]
struct Interfaces;

/// Their files, by paths such as `host/types.wit`.
pub fn files() -> impl Iterator<Item = (PathBuf, Vec<u8>)> {
    Interfaces::iter().filter_map(|path| Some((PathBuf::from(&*path), Interfaces::get(&path)?.data.into_owned())))
}

/// The descriptions alone, in the order of their paths.
pub fn described() -> BTreeMap<PathBuf, Vec<u8>> {
    files().filter(|(path, _)| path.extension().is_some_and(|ending| ending == "wit")).collect()
}

/// The world of a manifest: what its kind exports and what it provides besides.
///
/// # Errors
/// The manifest names a version of its package that this program does not have.
pub fn world(manifest: &Manifest) -> anyhow::Result<String> {
    let package = manifest.kind.package();
    let stated = manifest.wit.rsplit('@').next().unwrap_or_default();
    let own = version(package, stated).with_context(|| format!("plugin.toml: this program does not have {}", manifest.wit))?;
    let kind = serde_json::to_value(manifest.kind)?;
    let mut lines = vec![format!("  include wakala:{package}/{}-plugin@{own};", kind.as_str().unwrap_or_default())];
    for ability in &manifest.provides {
        let (home, version) = match ability.as_str() {
            "poll" | "webhook" => ("host", version("host", "1")),
            "checks" => ("identity", version("identity", "1")),
            _ => (package, Some(own.clone())),
        };
        lines.push(format!("  export wakala:{home}/{ability}@{};", version.with_context(|| format!("no interface {ability}"))?));
    }
    Ok(format!("package local:plugin;\n\nworld {WORLD} {{\n{}\n}}\n", lines.join("\n")))
}

/// Writes a world and all interfaces into a folder, as the tools of most languages want them.
///
/// # Errors
/// A file cannot be written.
pub fn write(world: &str, folder: &Path) -> anyhow::Result<()> {
    let named = described().into_iter().map(|(path, bytes)| (Path::new("deps").join(path), bytes));
    for (path, bytes) in named.chain([(PathBuf::from("plugin.wit"), world.as_bytes().to_vec())]) {
        let target = folder.join(path);
        let parent = target.parent().context("a file has a folder")?;
        fs::create_dir_all(parent).and_then(|()| fs::write(&target, bytes)).with_context(|| format!("{} cannot be written", target.display()))?;
    }
    Ok(())
}

/// The version of a package that has the major of the one stated.
fn version(package: &str, stated: &str) -> Option<String> {
    let (line, major) = (format!("package wakala:{package}@"), stated.split('.').next());
    described().into_values().find_map(|bytes| {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let version = text.lines().find_map(|found| found.strip_prefix(&line)?.strip_suffix(';').map(str::to_owned))?;
        (version.split('.').next() == major).then_some(version)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world_of(kind: &str, provides: &str, wit: &str) -> anyhow::Result<String> {
        let manifest = format!(
            r#"
            id = "com.example.hello"
            version = "1.0.0"
            publisher = "example"
            kind = "{kind}"
            provides = {provides}
            wit = "{wit}"
            license = "Apache-2.0"
            [display]
            name = "Hello"
            summary = "Greets."
            [models]
            names = ["small"]
            "#
        );
        let manifest = if kind == "ai" { manifest } else { manifest.replace("[models]", "").replace(r#"names = ["small"]"#, "") };
        world(&Manifest::parse(&manifest)?)
    }

    #[test]
    fn a_world_is_what_the_kind_exports_and_what_the_manifest_provides() -> anyhow::Result<()> {
        let found = world_of("insurance", r#"["claims", "poll"]"#, "wakala:insurance@1.0")?;
        let expected = "package local:plugin;\n\nworld plugin {\n  include wakala:insurance/insurance-plugin@1.0.0;\n  \
                        export wakala:insurance/claims@1.0.0;\n  export wakala:host/poll@1.0.0;\n}\n";
        assert_eq!(found, expected);
        Ok(())
    }

    #[test]
    fn a_package_of_another_major_is_another_package() {
        for (wit, version) in [("wakala:ai@1.0", "1.0.0"), ("wakala:ai@2.0", "2.0.0")] {
            assert!(world_of("ai", "[]", wit).is_ok_and(|world| world.contains(&format!("wakala:ai/ai-plugin@{version};"))), "{wit}");
        }
        assert!(world_of("ai", "[]", "wakala:ai@9.0").is_err_and(|error| error.to_string().contains("does not have wakala:ai@9.0")));
    }
}
