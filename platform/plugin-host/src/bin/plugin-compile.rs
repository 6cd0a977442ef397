//! The compiling child as a program of its own, for tests and for authors' tools. The platform's binary has the same as a subcommand.
//!
//! `plugin-compile [CPU-SECONDS MEBIBYTES] PROFILE`: tests set tighter limits, which are the sooner reached.

use std::process::ExitCode;

use plugin_host::{CompileLimits, compile_child_main};

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mut limits = CompileLimits::default();
    if let [cpu_seconds, mebibytes, _] = args.as_slice() {
        let (Ok(cpu_seconds), Ok(mebibytes)) = (cpu_seconds.parse(), mebibytes.parse::<u64>()) else { return ExitCode::FAILURE };
        limits = CompileLimits { cpu_seconds, address_space: mebibytes << 20 };
        args.drain(..2);
    }
    compile_child_main(args.into_iter(), limits)
}
