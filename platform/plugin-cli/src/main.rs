//! `wakala-plugin`: what an author runs between an idea and a published plugin.
//!
//! Each command is a module with its arguments (`Args`) and `run`, which returns what to show; this file only joins them. Results go
//! to standard output, as sentences or with `--json` as one JSON document; progress goes to standard error. Exit codes: 0 done,
//! 1 the plugin is not in order or something failed, 2 the command line was wrong.

mod build;
mod bundle;
mod check;
mod component;
mod project;
mod term;
mod toolchain;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::term::Term;

#[derive(Parser)]
#[command(name = "wakala-plugin", version, about = "Build and check Wakala plugins", max_term_width = 100)]
#[command(
    after_help = "Examples:\n  wakala-plugin build plugins/example\n  wakala-plugin build plugins --out dist --json\n  wakala-plugin check plugins/example\n  wakala-plugin check dist/example --json\n\nExit codes: 0 done, 1 not in order or failed, 2 wrong command line."
)]
struct Cli {
    /// Print one JSON document instead of sentences
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compile plugins and put each into a folder of its own, ready to check and publish
    Build(build::Args),
    /// Review a plugin as publishing will: manifest, imports, exports, sizes; needs no network
    Check(check::Args),
    /// Compile a component from standard input; the host starts this by itself
    #[command(name = check::COMPILE, hide = true)]
    Compile { profile: String },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let term = Term::new(cli.json);
    let result = match &cli.command {
        Command::Build(args) => build::run(args, &term).map(|built| term.show(&built)),
        Command::Check(args) => check::run(args, &term).map(|checked| term.show(&checked)),
        Command::Compile { profile } => {
            return plugin_host::compile_child_main(std::iter::once(profile.clone()), plugin_host::CompileLimits::default());
        }
    };
    match result {
        Ok(Ok(true)) => ExitCode::SUCCESS,
        Ok(Ok(false)) => ExitCode::FAILURE,
        Ok(Err(closed)) if closed.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Ok(Err(error)) => term.fail(&error.into()),
        Err(error) => term.fail(&error),
    }
}
