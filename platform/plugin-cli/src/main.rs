//! `wakala-plugin`: what an author runs between an idea and a published plugin.
//!
//! Each command is a module with its arguments (`Args`) and `run`, which returns what to show; this file only joins them. Results go
//! to standard output, as sentences or with `--json` as one JSON document; progress goes to standard error. Exit codes: 0 done,
//! 1 the plugin is not in order or something failed, 2 the command line was wrong.

mod build;
mod bundle;
mod check;
mod component;
mod engine;
mod interfaces;
mod new;
mod pack;
mod project;
mod publish;
mod run;
mod sandbox;
mod term;
mod toolchain;
mod wit;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::term::Term;

#[derive(Parser)]
#[command(name = "wakala-plugin", version, about = "Begin, build, try, check and pack Wakala plugins", max_term_width = 100)]
#[command(
    after_help = "Examples:\n  wakala-plugin new my-pay --publisher acme\n  wakala-plugin new my-sms --kind messaging --language javascript\n  wakala-plugin build plugins/example\n  wakala-plugin build plugins --out dist --json\n  wakala-plugin check plugins/example\n  wakala-plugin check dist/example --json\n\nExit codes: 0 done, 1 not in order or failed, 2 wrong command line."
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
    /// Begin a plugin: a folder that builds and passes its check as it stands
    New(new::Args),
    /// Compile plugins and put each into a folder of its own, ready to check and publish
    Build(build::Args),
    /// Review a plugin as publishing will: manifest, imports, exports, sizes, scenarios; needs no network
    Check(check::Args),
    /// Play scenarios in the real sandbox against the package's own simulator, and show every call
    Run(run::RunArgs),
    /// Play all scenarios and tell which hold
    Test(run::TestArgs),
    /// Write the interfaces of a plugin into one folder, for the toolchain of another language
    Wit(wit::Args),
    /// Make a key to sign packages with
    Key(pack::KeyArgs),
    /// Put a plugin into one file, named by its content
    Pack(pack::PackArgs),
    /// Sign a package
    Sign(pack::SignArgs),
    /// Hand in a signed package at a platform, ask for its review, and list it once it is approved
    Publish(publish::Args),
    /// Compile a component from standard input; the host starts this by itself
    #[command(name = sandbox::COMPILE, hide = true)]
    Compile { profile: String },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let term = Term::new(cli.json);
    let result = match &cli.command {
        Command::New(args) => new::run(args).map(|made| term.show(&made)),
        Command::Build(args) => build::run(args, &term).map(|built| term.show(&built)),
        Command::Check(args) => check::run(args, &term).map(|checked| term.show(&checked)),
        Command::Run(args) => run::run(args, &term).map(|played| term.show(&played)),
        Command::Test(args) => run::test(args, &term).map(|played| term.show(&played)),
        Command::Wit(args) => wit::run(args).map(|written| term.show(&written)),
        Command::Key(args) => pack::key(args).map(|made| term.show(&made)),
        Command::Pack(args) => pack::pack(args, &term).map(|packed| term.show(&packed)),
        Command::Sign(args) => pack::sign(args).map(|signed| term.show(&signed)),
        Command::Publish(args) => publish::run(args, &term).map(|published| term.show(&published)),
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
