//! `wakala-plugin new`: a project that builds and passes its check before a line of it was changed.
//!
//! What must hold: the interfaces and the library for them travel inside this program and go along into the project, so that
//! beginning needs no repository and no network; nothing is written before it is certain that the result is in order.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use plugin_host::manifest::Manifest;
use rust_embed::RustEmbed;
use serde::Serialize;

use crate::interfaces;
use crate::term::{Paint, Show};

#[derive(RustEmbed)]
#[folder = "templates/common/"]
struct Common;

#[derive(RustEmbed)]
#[folder = "templates/payment/"]
struct Payment;

#[derive(RustEmbed)]
#[folder = "templates/messaging/"]
struct Messaging;

#[derive(RustEmbed)]
#[folder = "templates/rust/"]
struct Rust;

#[derive(RustEmbed)]
#[folder = "templates/rust-payment/"]
struct RustPayment;

#[derive(RustEmbed)]
#[folder = "templates/rust-messaging/"]
struct RustMessaging;

#[derive(RustEmbed)]
#[folder = "templates/javascript/"]
struct JavaScript;

#[derive(RustEmbed)]
#[folder = "templates/javascript-payment/"]
struct JavaScriptPayment;

#[derive(RustEmbed)]
#[folder = "templates/javascript-messaging/"]
struct JavaScriptMessaging;

#[derive(RustEmbed)]
#[folder = "templates/python/"]
struct Python;

#[derive(RustEmbed)]
#[folder = "templates/python-payment/"]
struct PythonPayment;

#[derive(RustEmbed)]
#[folder = "templates/python-messaging/"]
struct PythonMessaging;

#[derive(RustEmbed)]
#[folder = "../../plugins/sdk/"]
struct RustSdk;

#[derive(RustEmbed)]
#[folder = "../../plugins/sdk-js/"]
struct JavaScriptSdk;

#[derive(RustEmbed)]
#[folder = "../../plugins/sdk-py/"]
struct PythonSdk;

/// Words that cargo or the compiler keep for themselves.
const TAKEN: [&str; 11] = ["alloc", "build", "core", "deps", "examples", "incremental", "proc-macro", "self", "std", "test", "wakala-plugin-sdk"];
const LONGEST: usize = 40;

/// Arguments of `new`.
#[derive(clap::Args)]
pub struct Args {
    /// Folder to make; its last part names the plugin
    pub dir: PathBuf,
    /// What it is for
    #[arg(long, default_value = "payment")]
    pub kind: Kind,
    /// What it is written in
    #[arg(long, default_value = "rust")]
    pub language: Language,
    /// Id in the catalogue, a domain name of yours backwards [default: com.example.NAME]
    #[arg(long)]
    pub id: Option<String>,
    /// Your handle as a publisher
    #[arg(long, default_value = "example")]
    pub publisher: String,
    /// What people read [default: the name in words]
    #[arg(long)]
    pub title: Option<String>,
}

/// Kinds that there is a beginning for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Takes payments
    Payment,
    /// Sends messages
    Messaging,
}

/// Languages that there is a beginning in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Small and fast
    Rust,
    /// With an engine inside: a megabyte more, and a millisecond or two instead of microseconds
    #[value(name = "javascript")]
    JavaScript,
    /// With CPython inside: eighteen megabytes more
    Python,
}

impl Language {
    /// What tries the provider's messages on any machine.
    fn tests(self) -> &'static str {
        match self {
            Self::Rust => "cargo test",
            Self::JavaScript => "npm ci && npm test",
            Self::Python => "PYTHONPATH=src:wakala/sdk python3 -m unittest discover -s test",
        }
    }

    /// The memory that a plugin asks for to begin with.
    fn memory(self) -> &'static str {
        match self {
            Self::Rust | Self::JavaScript => "16MiB",
            Self::Python => "32MiB",
        }
    }
}

/// What was made.
#[derive(Debug, Serialize)]
pub struct Made {
    pub name: String,
    pub id: String,
    pub folder: PathBuf,
    pub files: usize,
    #[serde(skip)]
    language: Language,
}

/// Makes the project.
///
/// # Errors
/// A name that cannot be one, or a folder that is in use; the message says what would do.
pub fn run(args: &Args) -> anyhow::Result<Made> {
    let name = args.dir.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    check_name(&name)?;
    let id = args.id.clone().unwrap_or_else(|| format!("com.example.{name}"));
    let title = args.title.clone().unwrap_or_else(|| in_words(&name));
    check_title(&title)?;
    let memory = args.language.memory();
    let words: [(&str, &str); 5] = [("@name@", &name), ("@id@", &id), ("@publisher@", &args.publisher), ("@title@", &title), ("@memory@", memory)];
    let files = files(args.kind, args.language, &words);
    check_manifest(&files)?;
    write(&args.dir, &files)?;
    Ok(Made { name, id, folder: args.dir.clone(), files: files.len(), language: args.language })
}

fn check_name(name: &str) -> anyhow::Result<()> {
    let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let ends = name.starts_with(|first: char| first.is_ascii_lowercase()) && !name.ends_with('-');
    if !letters || !ends || name.len() > LONGEST {
        bail!("`{name}` is no name for a plugin: write up to {LONGEST} of a-z, 0-9 and hyphen, beginning with a letter");
    }
    if TAKEN.contains(&name) {
        bail!("`{name}` means something else to cargo; choose another name");
    }
    Ok(())
}

/// The title goes into texts of several languages, so it has no sign that means something in one of them.
fn check_title(title: &str) -> anyhow::Result<()> {
    let plain = |sign: char| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '.' | '\'' | '&');
    if title.trim().is_empty() || !title.chars().all(plain) {
        bail!("`{title}` is no title: write letters, digits, spaces, hyphens, dots, apostrophes and ampersands");
    }
    Ok(())
}

/// `my-pay` as `My pay`.
fn in_words(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Everything the project begins with, by path.
fn files(kind: Kind, language: Language, words: &[(&str, &str)]) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    fill::<Common>(words, &mut files);
    match kind {
        Kind::Payment => fill::<Payment>(words, &mut files),
        Kind::Messaging => fill::<Messaging>(words, &mut files),
    }
    match (language, kind) {
        (Language::Rust, Kind::Payment) => fill::<RustPayment>(words, &mut files),
        (Language::Rust, Kind::Messaging) => fill::<RustMessaging>(words, &mut files),
        (Language::JavaScript, Kind::Payment) => fill::<JavaScriptPayment>(words, &mut files),
        (Language::JavaScript, Kind::Messaging) => fill::<JavaScriptMessaging>(words, &mut files),
        (Language::Python, Kind::Payment) => fill::<PythonPayment>(words, &mut files),
        (Language::Python, Kind::Messaging) => fill::<PythonMessaging>(words, &mut files),
    }
    match language {
        Language::Rust => {
            fill::<Rust>(words, &mut files);
            library::<RustSdk>(|path| path == "Cargo.toml" || path.starts_with("src/"), &mut files);
        }
        Language::JavaScript => {
            fill::<JavaScript>(words, &mut files);
            library::<JavaScriptSdk>(|path| !path.contains('/'), &mut files);
        }
        Language::Python => {
            fill::<Python>(words, &mut files);
            library::<PythonSdk>(|path| path.ends_with(".py"), &mut files);
        }
    }
    files.extend(interfaces::files().map(|(path, bytes)| (Path::new("wakala/wit").join(path), bytes)));
    files
}

/// The library of a language, as far as projects need it.
fn library<Sdk: RustEmbed>(needed: impl Fn(&str) -> bool, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for path in Sdk::iter().filter(|path| needed(path)) {
        files.extend(Sdk::get(&path).map(|file| (Path::new("wakala/sdk").join(&*path), file.data.into_owned())));
    }
}

/// The files of a template with the words in their places.
fn fill<Template: RustEmbed>(words: &[(&str, &str)], files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for path in Template::iter() {
        let Some(file) = Template::get(&path) else { continue };
        // Files of those names would act upon this very folder.
        let target = match &*path {
            "gitignore" => ".gitignore",
            "npmrc" => ".npmrc",
            other => other,
        };
        let text = String::from_utf8_lossy(&file.data).into_owned();
        let text = words.iter().fold(text, |text, (placeholder, word)| text.replace(placeholder, word));
        files.insert(PathBuf::from(target), text.into_bytes());
    }
}

/// Id, publisher and title have rules of their own, which the manifest knows.
fn check_manifest(files: &BTreeMap<PathBuf, Vec<u8>>) -> anyhow::Result<()> {
    let text = files.get(Path::new("plugin.toml")).map(|bytes| String::from_utf8_lossy(bytes)).context("the template has no manifest")?;
    Manifest::parse(&text).map(drop).context("the plugin cannot be called that")
}

fn write(folder: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> anyhow::Result<()> {
    if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty; give the name of a new folder", folder.display());
    }
    for (path, bytes) in files {
        let target = folder.join(path);
        let parent = target.parent().context("a project's file has a folder")?;
        std::fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
        std::fs::write(&target, bytes).with_context(|| format!("{} cannot be written", target.display()))?;
    }
    Ok(())
}

impl Show for Made {
    fn good(&self) -> bool {
        true
    }

    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        writeln!(out, "{} {} ({}) in {}, {} files", paint.green("made"), self.name, self.id, self.folder.display(), self.files)?;
        writeln!(out, "next:\n  cd {}\n  wakala-plugin check\n  {}", self.folder.display(), self.language.tests())
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn a_name_is_one_that_cargo_and_the_catalogue_take() {
        for name in ["pay", "my-pay", "pay2"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "Pay", "2pay", "my_pay", "my pay", "pay-", "-pay", "päy", "test", "std", &"a".repeat(LONGEST + 1)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_title_is_made_of_the_name() {
        assert_eq!(in_words("my-pay"), "My pay");
        assert!(check_title("Pay & Go Ltd.").is_ok());
        assert!(check_title("\"; drop").is_err());
    }

    #[test]
    fn every_placeholder_of_the_templates_is_filled() {
        let words = [("@name@", "my-pay"), ("@id@", "com.example.my-pay"), ("@publisher@", "example"), ("@title@", "My pay"), ("@memory@", "16MiB")];
        let all = Kind::value_variants().iter().flat_map(|kind| Language::value_variants().iter().map(move |language| (*kind, *language)));
        for (kind, language) in all {
            let files = files(kind, language, &words);
            for (path, bytes) in &files {
                let text = String::from_utf8_lossy(bytes);
                assert!(!words.iter().any(|(placeholder, _)| text.contains(placeholder)), "{}", path.display());
            }
            let own = match language {
                Language::Rust => ["Cargo.toml", "src/lib.rs", "wakala/sdk/src/lib.rs"],
                Language::JavaScript => ["package-lock.json", "src/plugin.js", "wakala/sdk/index.js"],
                Language::Python => ["requirements.txt", "src/app.py", "wakala/sdk/wakala_plugin/host.py"],
            };
            for path in [".gitignore", "wakala/wit/host/types.wit"].into_iter().chain(own) {
                assert!(files.contains_key(Path::new(path)), "{path}");
            }
            assert!(check_manifest(&files).is_ok(), "{kind:?} in {language:?}");
        }
    }

    #[test]
    fn the_project_states_the_same_generator_as_the_platforms_own_plugins() {
        let ours = include_str!("../../../plugins/Cargo.toml");
        let template = include_str!("../templates/rust/Cargo.toml");
        let line = |text: &'static str| text.lines().find(|line| line.starts_with("wit-bindgen = "));
        assert!(line(ours).is_some());
        assert_eq!(line(ours), line(template));
    }

    #[test]
    fn the_project_states_the_same_tools_as_the_platforms_own_plugin_in_javascript() {
        let tools = |text: &str| serde_json::from_str::<serde_json::Value>(text).map(|described| described["devDependencies"].clone()).ok();
        let ours = tools(include_str!("../../../plugins/http-sms/package.json"));
        assert!(ours.as_ref().is_some_and(serde_json::Value::is_object));
        assert_eq!(ours, tools(include_str!("../templates/javascript/package.json")));
    }
}
