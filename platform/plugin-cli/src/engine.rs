//! Plugins in languages that bring an engine along: JavaScript and Python.
//!
//! What must hold: the tools are those that the plugin itself pins, the component asks for nothing but the platform's interfaces, and the
//! same sources stay the same component. The tools keep an engine as it is after reading the sources, chance included, so that they never
//! make the same bytes twice: the first are kept, under the digest of everything that they were made of.

mod javascript;
mod python;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use plugin_host::manifest::Manifest;

use crate::build;
use crate::component::Digest;
use crate::interfaces;

/// Languages whose plugins are built here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    JavaScript,
    Python,
}

/// One plugin's sources.
#[derive(Debug)]
pub struct Plugin {
    pub language: Language,
    /// Name in the file that describes the project, and of the bundle's folder.
    pub name: String,
    pub version: String,
    /// Folder of that file and `plugin.toml`.
    pub folder: PathBuf,
}

/// A component with what it was made of and with.
#[derive(Debug)]
pub struct Made {
    pub component: Vec<u8>,
    pub toolchain: String,
    /// Over the sources, the interfaces and the tools.
    pub sources: Digest,
}

/// What a language has installed for one plugin.
trait Tools {
    /// The tools with their versions and how they are used.
    fn describe(&self) -> String;
    /// Everything of the plugin's that ends up in the component.
    fn sources(&self) -> anyhow::Result<Vec<u8>>;
    /// Makes `plugin.wasm` in a folder that has the interfaces in `wit`.
    fn make(&self, folder: &Path) -> anyhow::Result<()>;
}

impl Language {
    /// The language of the plugin in a folder, if it is one of these. Beside a `Cargo.toml` other descriptions are of something else.
    pub fn of(folder: &Path) -> Option<Self> {
        let is_there = |file: &str| folder.join(file).is_file();
        let found = [Self::JavaScript, Self::Python].into_iter().find(|language| is_there(language.description()));
        found.filter(|_| is_there("plugin.toml") && !is_there("Cargo.toml"))
    }

    /// The file that says what a project is.
    pub fn description(self) -> &'static str {
        match self {
            Self::JavaScript => "package.json",
            Self::Python => "pyproject.toml",
        }
    }

    /// What makes components of it.
    pub fn recipe(self) -> &'static str {
        match self {
            Self::JavaScript => javascript::RECIPE,
            Self::Python => python::RECIPE,
        }
    }

    /// The plugin in a folder.
    ///
    /// # Errors
    /// The file that describes it cannot be read.
    pub fn open(self, folder: &Path) -> anyhow::Result<Plugin> {
        let folder = folder.canonicalize().with_context(|| format!("{} cannot be opened", folder.display()))?;
        let path = folder.join(self.description());
        let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let named = match self {
            Self::JavaScript => javascript::named(&text),
            Self::Python => python::named(&text),
        };
        let (name, version) = named.with_context(|| format!("{} has no name and version", path.display()))?;
        // The name becomes a folder's.
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            bail!("{}: `{name}` is no name for a plugin: write a-z, 0-9 and hyphen", path.display());
        }
        Ok(Plugin { language: self, name, version, folder })
    }
}

impl Plugin {
    /// Makes the component, or takes the one that was made of the same sources. `locked` refuses to choose versions of tools.
    ///
    /// # Errors
    /// A tool is missing or refuses the sources; the message says what to do.
    pub fn make(&self, locked: bool) -> anyhow::Result<Made> {
        let manifest = fs::read_to_string(self.folder.join("plugin.toml")).context("plugin.toml cannot be read")?;
        let world = interfaces::world(&Manifest::parse(&manifest).context("plugin.toml")?)?;
        let tools: Box<dyn Tools> = match self.language {
            Language::JavaScript => Box::new(javascript::Node::install(&self.folder, locked)?),
            Language::Python => Box::new(python::Python::install(&self.folder)?),
        };
        let toolchain = tools.describe();
        let mut everything = format!("{toolchain}\n{world}\n").into_bytes();
        everything.extend(interfaces::described().into_values().flatten());
        everything.extend(tools.sources()?);
        let sources = Digest::of(&everything);
        let kept = build::cache()?.join("engine").join(format!("{sources}.wasm"));
        let component = match fs::read(&kept) {
            Ok(component) => component,
            Err(_) => make(&*tools, &world, &kept)?,
        };
        Ok(Made { component, toolchain, sources })
    }
}

/// Makes a component beside where it is kept, so that nobody ever reads half of one.
fn make(tools: &dyn Tools, world: &str, kept: &Path) -> anyhow::Result<Vec<u8>> {
    let folder = kept.with_extension(std::process::id().to_string());
    interfaces::write(world, &folder.join("wit"))?;
    tools.make(&folder)?;
    let made = folder.join("plugin.wasm");
    let component = fs::read(&made).context("no component was made")?;
    fs::rename(&made, kept).and_then(|()| fs::remove_dir_all(&folder)).context("the component cannot be kept")?;
    Ok(component)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_leave_the_folder_of_bundles_is_none() {
        let folder = std::env::temp_dir().join(format!("wakala-engine-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        for (name, fine) in [("my-sms", true), ("../my-sms", false), ("@scope/my-sms", false), ("", false)] {
            fs::write(folder.join("package.json"), format!(r#"{{"name": "{name}", "version": "0.1.0"}}"#)).expect("a file");
            assert_eq!(Language::JavaScript.open(&folder).is_ok(), fine, "{name}");
        }
        fs::remove_dir_all(&folder).expect("removed");
    }

    #[test]
    fn projects_say_their_name_and_version_in_their_own_ways() {
        let expected = Some(("my-sms".to_owned(), "0.1.0".to_owned()));
        assert_eq!(javascript::named(r#"{"name": "my-sms", "version": "0.1.0", "type": "module"}"#).ok(), expected);
        assert_eq!(python::named("[project]\nname = \"my-sms\"\nversion = \"0.1.0\"\nrequires-python = \">=3.10\"\n").ok(), expected);
    }
}
