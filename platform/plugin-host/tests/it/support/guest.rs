//! Builds guests: those of the repository from their source, others from WIT or text.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::{ManglingAndAbi, Resolve};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn newest(folder: &Path) -> SystemTime {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .map(|path| if path.is_dir() { newest(&path) } else { fs::metadata(&path).and_then(|m| m.modified()).expect("a time") })
        .max()
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

/// The component of `plugins/hostile`, which misbehaves.
pub fn hostile() -> Vec<u8> {
    component("hostile")
}

/// The component of `plugins/conformance`, which answers every interface.
pub fn conformance() -> Vec<u8> {
    component("conformance")
}

/// The component of `plugins/frozen`, written against the first interfaces.
pub fn frozen() -> Vec<u8> {
    component("frozen")
}

/// The component of a plugin of the repository, built when its source is newer.
fn component(name: &str) -> Vec<u8> {
    let plugins = repository().join("plugins");
    let target = super::folder("guests");
    fs::create_dir_all(&target).expect("a folder");
    let component = target.join(format!("{name}.component.wasm"));
    let lock = File::create(target.join("lock")).expect("a lock file");
    lock.lock().expect("the lock");
    let sources = [name, "sdk", "wit"].map(|folder| newest(&plugins.join(folder))).into_iter().max();
    let built = fs::metadata(&component).and_then(|m| m.modified()).ok();
    if built < sources {
        build(name, &plugins, &target);
        let module = fs::read(target.join(format!("wasm32-unknown-unknown/release/{name}.wasm"))).expect("the module");
        let encoded = ComponentEncoder::default().validate(true).module(&module).and_then(|e| e.encode()).expect("a component");
        fs::write(&component, encoded).expect("written");
    }
    fs::read(&component).expect("the component")
}

/// Through an installed target, or else with Debian's compiler and a standard library built on the spot.
fn build(name: &str, plugins: &Path, target: &Path) {
    let ready = Command::new("rustc").args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]).output();
    let ready = ready.is_ok_and(|out| Path::new(String::from_utf8_lossy(&out.stdout).trim()).is_dir());
    let mut command = Command::new(if ready { "cargo" } else { "/usr/bin/cargo" });
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(name);
    }
    command.current_dir(plugins).env("RUSTFLAGS", "-C link-arg=-zstack-size=131072");
    command.args(["build", "--release", "--quiet", "--package", name, "--target", "wasm32-unknown-unknown"]);
    command.args(["--config", "profile.release.panic=\"abort\"", "--target-dir"]).arg(target);
    if !ready {
        command.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
    }
    assert!(command.status().expect("cargo").success(), "the guest {name} does not build");
}

/// A component for a world of the payments package after `edit` changed its text. Every function traps.
pub fn dummy(world: &str, edit: impl Fn(&str) -> String) -> Vec<u8> {
    dummy_of("payments", world, edit)
}

/// The same for a world of any package.
pub fn dummy_of(package: &str, world: &str, edit: impl Fn(&str) -> String) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let mut last = None;
    for package in ["host", package] {
        let folder = repository().join("plugins/wit").join(package);
        let mut text = String::new();
        let mut files: Vec<_> = fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
        files.sort();
        for (n, file) in files.iter().enumerate() {
            let content = fs::read_to_string(file).expect("wit");
            // One file may name the package; the interfaces of all stand together.
            text.push_str(&if n == 0 { content } else { content.replace("package wakala:host@1.0.0;", "") });
        }
        let group = wit_parser::UnresolvedPackageGroup::parse(package, &edit(&text)).expect("wit");
        last = Some(resolve.push_group(group).expect("a package"));
    }
    let world = resolve.select_world(&[last.expect("a package")], Some(world)).expect("a world");
    let mut module = wit_component::dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).expect("metadata");
    ComponentEncoder::default().module(&module).and_then(|e| e.encode()).expect("a component")
}
