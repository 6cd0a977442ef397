//! The command `wakala`.

use std::process::ExitCode;

use clap::Parser;
use wakala::{
    cli::{Cli, Command},
    commands,
    config::Config,
    telemetry,
};

/// Gives back to the system within a second what it does not need, so that a process at rest is small. Set up in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // The compiling child limits its own memory and needs neither runtime nor logs.
    if let Command::PluginCompile { args } = cli.command {
        return plugin_host::compile_child_main(args.into_iter(), plugin_host::CompileLimits::default());
    }
    // A configuration that cannot be read is the command's to complain about.
    let config = match cli.command {
        Command::Serve | Command::Work => Config::load(cli.config.as_ref()).ok(),
        _ => None,
    };
    let _exporters = match telemetry::init(config.as_ref().map(|config| &config.telemetry)) {
        Ok(exporters) => exporters,
        Err(error) => return fail(&error),
    };
    if matches!(cli.command, Command::Work) {
        // Where both share a machine, background work gives way to what answers people and providers. Not permitted in some containers.
        let _ = rustix::process::nice(5);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// One sentence with its causes, for people.
#[expect(clippy::print_stderr, reason = "the command's own last word")]
fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}
