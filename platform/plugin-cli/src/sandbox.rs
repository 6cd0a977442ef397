//! The platform's own plugin host, as it runs on an author's machine.

use anyhow::Context;
use plugin_host::{Compiler, HostConfig};

use crate::build;

/// The hidden command that compiles to machine code in a process of its own.
pub const COMPILE: &str = "plugin-compile";

/// What a host is made of here.
///
/// # Errors
/// The machine does not give what it needs.
pub fn config() -> anyhow::Result<HostConfig> {
    let program = std::env::current_exe().context("this program does not know where it is")?;
    let compiler = Compiler { program, args: vec![COMPILE.into()] };
    // Whoever can write to the author's own cache could as well change the author's compiler: the key protects nothing here.
    let mut config = HostConfig::new(build::cache()?.join("compiled"), [0; 32], compiler);
    config.slots = 2;
    config.memory_bytes = 64 << 20;
    Ok(config)
}

/// What drives the host.
///
/// # Errors
/// The machine has no thread left.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("no thread for the plugin host")
}
