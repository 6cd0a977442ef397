use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use super::*;

/// A folder of its own, gone when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = std::env::temp_dir().join(format!("wakala-bundle-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir_all(&folder).expect("a scratch folder");
        Self(folder)
    }

    fn with(files: &[(&str, &str)]) -> Self {
        let scratch = Self::new();
        for (path, text) in files {
            let full = scratch.0.join(path);
            fs::create_dir_all(full.parent().expect("a parent")).expect("a folder");
            fs::write(full, text).expect("a file");
        }
        scratch
    }

    fn files(&self) -> Vec<String> {
        fn walk(root: &Path, folder: &Path, into: &mut Vec<String>) {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    walk(root, &path, into);
                } else {
                    into.push(path.strip_prefix(root).expect("inside").to_string_lossy().into_owned());
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.0, &self.0, &mut found);
        found.sort();
        found
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const MANIFEST: &str = "version = \"1.0.0\"\n[display]\nicon = \"assets/icon.png\"\n";

fn plugin() -> Scratch {
    Scratch::with(&[
        ("plugin.toml", MANIFEST),
        ("README.md", "# Hello"),
        ("assets/icon.png", "png"),
        ("scenarios/pay.toml", "name = \"pays\""),
        ("src/lib.rs", "// code"),
        (".env", "KEY=value"),
        ("keys.txt", "not named"),
        ("assets/.hidden", "x"),
        ("Cargo.toml", "[package]"),
    ])
}

#[test]
fn only_what_is_meant_for_publishing_is_copied() {
    let (plugin, out) = (plugin(), Scratch::new());
    write(&plugin.0, &out.0, b"wasm".to_vec(), &json!({})).expect("written");
    assert_eq!(out.files(), ["README.md", "assets/icon.png", "build.json", "plugin.toml", "plugin.wasm", "scenarios/pay.toml"]);
}

#[test]
fn writing_the_same_again_changes_nothing_and_a_new_component_does() {
    let (plugin, out) = (plugin(), Scratch::new());
    let write = |component: &[u8]| write(&plugin.0, &out.0, component.to_vec(), &json!({ "sha256": "1" })).expect("written");
    assert_eq!(write(b"wasm"), Written::Changed);
    assert_eq!(write(b"wasm"), Written::Unchanged);
    assert_eq!(write(b"other"), Written::Changed);
    assert_eq!(fs::read(out.0.join("plugin.wasm")).expect("there"), b"other");
}

#[test]
fn what_left_the_plugin_leaves_the_bundle() {
    let (plugin, out) = (plugin(), Scratch::new());
    write(&plugin.0, &out.0, b"wasm".to_vec(), &json!({})).expect("written");
    fs::remove_file(plugin.0.join("scenarios/pay.toml")).expect("removed");
    fs::remove_file(plugin.0.join("README.md")).expect("removed");
    assert_eq!(write(&plugin.0, &out.0, b"wasm".to_vec(), &json!({})).expect("written"), Written::Changed);
    assert_eq!(out.files(), ["assets/icon.png", "build.json", "plugin.toml", "plugin.wasm"]);
}

#[test]
fn a_file_that_is_named_must_be_there_and_inside() {
    for (manifest, says) in [
        ("version = \"1\"\n[display]\nicon = \"../secret.png\"\n", "not inside"),
        ("version = \"1\"\n[display]\nicon = \"/etc/hostname\"\n", "not inside"),
        ("version = \"1\"\n[[public_key]]\nfile = \"keys/live.pem\"\n", "not there"),
    ] {
        let (plugin, out) = (Scratch::with(&[("plugin.toml", manifest)]), Scratch::new());
        let error = write(&plugin.0, &out.0, b"wasm".to_vec(), &json!({})).expect_err("refused").to_string();
        assert!(error.contains(says), "{error}");
        assert!(out.files().is_empty());
    }
}

#[test]
fn a_link_out_of_the_plugin_is_not_followed() {
    let (plugin, out) = (plugin(), Scratch::new());
    std::os::unix::fs::symlink("/etc/hostname", plugin.0.join("assets/link")).expect("a link");
    write(&plugin.0, &out.0, b"wasm".to_vec(), &json!({})).expect("written");
    assert!(!out.files().iter().any(|file| file.ends_with("link")));
}

#[test]
fn a_link_under_a_name_that_is_published_is_refused() {
    let (plugin, out) = (plugin(), Scratch::new());
    fs::remove_file(plugin.0.join("README.md")).expect("removed");
    std::os::unix::fs::symlink("/etc/hostname", plugin.0.join("README.md")).expect("a link");
    let error = write(&plugin.0, &out.0, b"wasm".to_vec(), &json!({})).expect_err("refused").to_string();
    assert!(error.contains("README.md is a link"), "{error}");
    assert!(out.files().is_empty());
}
