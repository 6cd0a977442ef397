//! The compiler for guests: rustup's ready target if it is installed, else Debian's compiler with its own standard library sources.
//!
//! Both give `wasm32-unknown-unknown`; a component built from it imports nothing but what the plugin uses of the host.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's packages that together can build guests.
const DEBIAN_PACKAGES: &str = "rustc-web cargo-web rust-web-src rust-web-llvm lld-22";
/// The interface crates need at least this compiler.
const OLDEST: (u32, u32) = (1, 95);

/// A way to compile guests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Toolchain {
    /// `rustup target add wasm32-unknown-unknown` was run: the standard library is there.
    Ready { rustc: PathBuf, cargo: PathBuf, version: String },
    /// Debian's compiler: the standard library is built from its sources, once per cache.
    Debian { version: String, library: PathBuf },
}

impl Toolchain {
    /// Finds one.
    ///
    /// # Errors
    /// There is none; the message says what to install.
    pub fn find() -> anyhow::Result<Self> {
        match Self::ready() {
            Some(found) => Ok(found),
            None => Self::debian(Path::new("/usr")),
        }
    }

    fn ready() -> Option<Self> {
        let tool = |variable: &str, name: &str| std::env::var_os(variable).map_or_else(|| PathBuf::from(name), PathBuf::from);
        let (rustc, cargo) = (tool("RUSTC", "rustc"), tool("CARGO", "cargo"));
        let library = ask(&rustc, &["--print", "target-libdir", "--target", TARGET])?;
        has_core(Path::new(&library)).then_some(())?;
        Some(Self::Ready { version: ask(&rustc, &["--version"])?, rustc, cargo })
    }

    /// `prefix` is `/usr` but for tests.
    fn debian(prefix: &Path) -> anyhow::Result<Self> {
        let advice = |missing: &str| {
            format!(
                "no compiler for {TARGET}: {missing}.\n\
                 With rustup:            rustup target add {TARGET}\n\
                 On Debian or Ubuntu:    apt-get install {DEBIAN_PACKAGES}"
            )
        };
        let (rustc, cargo) = (prefix.join("bin/rustc"), prefix.join("bin/cargo"));
        let Some(version) = ask(&rustc, &["--version"]) else {
            bail!(advice(&format!("rustup has no such target, and {} is not there", rustc.display())))
        };
        if parse_version(&version).is_none_or(|found| found < OLDEST) {
            bail!(advice(&format!("rustup has no such target, and {version} is older than {}.{}", OLDEST.0, OLDEST.1)));
        }
        if !cargo.is_file() {
            bail!(advice(&format!("rustup has no such target, and {} is not there", cargo.display())));
        }
        let sysroot = ask(&rustc, &["--print", "sysroot"]).context("the compiler does not say where it is installed")?;
        let library = Path::new(&sysroot).join("lib/rustlib/src/rust/library");
        if !library.join("std/Cargo.toml").exists() {
            bail!(advice("rustup has no such target, and the sources of the standard library are missing (rust-web-src)"));
        }
        if !prefix.join("bin/rust-lld").exists() {
            bail!(advice("rustup has no such target, and the linker is missing (rust-web-llvm, lld-22)"));
        }
        Ok(Self::Debian { version, library })
    }

    /// cargo of this toolchain, without settings of the surrounding build that would leak into the guest's.
    pub fn cargo(&self) -> Command {
        let mut command = match self {
            Self::Ready { cargo, rustc, .. } => {
                let mut command = Command::new(cargo);
                command.env("RUSTC", rustc);
                command
            }
            Self::Debian { .. } => {
                let mut command = Command::new("/usr/bin/cargo");
                command.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1").env_remove("RUSTUP_TOOLCHAIN");
                command
            }
        };
        for leaking in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_RUSTFLAGS",
            "CARGO_TARGET_DIR",
            "CARGO_BUILD_TARGET",
            "RUSTC_WRAPPER",
            "RUSTC_WORKSPACE_WRAPPER",
        ] {
            command.env_remove(leaking);
        }
        command
    }

    /// Further arguments of `cargo build`.
    pub fn build_arguments(&self) -> &'static [&'static str] {
        match self {
            Self::Ready { .. } => &[],
            Self::Debian { .. } => &["-Zbuild-std=std,panic_abort"],
        }
    }

    /// Short name, also of its part of the cache.
    pub fn recipe(&self) -> &'static str {
        match self {
            Self::Ready { .. } => "ready-target",
            Self::Debian { .. } => "debian-build-std",
        }
    }

    /// For people.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Ready { .. } => "the installed target",
            Self::Debian { .. } => "Debian's compiler (its standard library is built once)",
        }
    }

    pub fn version(&self) -> &str {
        match self {
            Self::Ready { version, .. } | Self::Debian { version, .. } => version,
        }
    }

    /// Sources of the standard library, whose path must not end up in a component.
    pub fn library(&self) -> Option<&Path> {
        match self {
            Self::Ready { .. } => None,
            Self::Debian { library, .. } => Some(library),
        }
    }
}

fn has_core(library: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(library) else {
        return false;
    };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
}

fn ask(tool: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(tool).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Major and minor of `rustc 1.96.0 (…)`.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix("rustc ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_any_compiler_is_told_what_to_install() {
        let error = Toolchain::debian(Path::new("/nonexistent")).expect_err("there is nothing").to_string();
        assert!(error.contains("rustup target add wasm32-unknown-unknown"), "{error}");
        assert!(error.contains("apt-get install rustc-web cargo-web rust-web-src rust-web-llvm lld-22"), "{error}");
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(parse_version("rustc 1.96.0 (ac68faa20 2026-05-25)"), Some((1, 96)));
        assert!(parse_version("rustc 1.100.0").is_some_and(|found| found > OLDEST));
        assert!(parse_version("rustc 1.63.0").is_some_and(|found| found < OLDEST));
        assert_eq!(parse_version("gcc 12"), None);
    }
}
