//! The compiling child as a program of its own, for tests and for authors' tools. The platform's binary has the same as a subcommand.

use std::process::ExitCode;

fn main() -> ExitCode {
    plugin_host::compile_child_main(std::env::args().skip(1))
}
