//! The compiling child: `wakala plugin-compile PROFILE`, component on standard input, machine code on standard output.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::CompileError;
use crate::engine::{self, Profile};

/// What the child may use.
#[derive(Debug, Clone, Copy)]
pub struct CompileLimits {
    pub cpu_seconds: u64,
    /// Bytes, the program itself included.
    pub address_space: u64,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self { cpu_seconds: 60, address_space: 1 << 30 }
    }
}

/// Wall time: three times the CPU allowance, since other work may share the machine.
const PATIENCE: Duration = Duration::from_secs(180);
/// Largest component accepted at all; the publish check has a tighter rule.
const LARGEST_COMPONENT: u64 = 24 << 20;
const LARGEST_CODE: u64 = 256 << 20;

/// How to start the child.
#[derive(Debug, Clone)]
pub struct Compiler {
    /// The program.
    pub program: PathBuf,
    /// Its arguments; the host appends the profile.
    pub args: Vec<OsString>,
}

/// Body of the child process. Limits itself first, then compiles; on failure prints one line on standard error.
///
/// `args` are the arguments after the subcommand.
#[must_use]
pub fn compile_child_main(args: impl Iterator<Item = String>, limits: CompileLimits) -> ExitCode {
    match compile(args, limits) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

fn compile(mut args: impl Iterator<Item = String>, limits: CompileLimits) -> Result<(), String> {
    let profile = args.next().and_then(|word| Profile::read(&word)).ok_or("the first argument is wide or narrow")?;
    let limit = |resource, maximum| setrlimit(resource, Rlimit { current: Some(maximum), maximum: Some(maximum) }).map_err(|e| e.to_string());
    limit(Resource::Cpu, limits.cpu_seconds)?;
    limit(Resource::As, limits.address_space)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    let mut component = Vec::new();
    std::io::stdin().lock().take(LARGEST_COMPONENT + 1).read_to_end(&mut component).map_err(|e| e.to_string())?;
    if component.len() as u64 > LARGEST_COMPONENT {
        return Err(format!("larger than {LARGEST_COMPONENT} bytes"));
    }
    // Files are closed to it only now: the engine has read what it wants about the processor.
    let engine = engine::compiling(profile).map_err(|e| e.to_string())?;
    limit(Resource::Nofile, 3)?;
    let code = engine.precompile_component(&component).map_err(|e| format!("{e:#}"))?;
    let mut out = std::io::stdout().lock();
    out.write_all(&code).and_then(|()| out.flush()).map_err(|e| e.to_string())
}

/// Compiles in a child and waits for it. Dropping the future ends the child.
pub(crate) async fn run(compiler: &Compiler, profile: Profile, component: &[u8]) -> Result<Vec<u8>, CompileError> {
    let mut child = tokio::process::Command::new(&compiler.program)
        .args(&compiler.args)
        .arg(profile.word())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            // A child that gives up early closes the pipe; its own words say why.
            let _ = stdin.write_all(component).await;
        }
    };
    let mut code = Vec::new();
    let read_code = async {
        match stdout {
            Some(stdout) => stdout.take(LARGEST_CODE).read_to_end(&mut code).await.map(drop),
            None => Ok(()),
        }
    };
    let mut words = Vec::new();
    let read_words = async {
        match stderr {
            Some(stderr) => stderr.take(4_096).read_to_end(&mut words).await.map(drop),
            None => Ok(()),
        }
    };
    let all = async {
        let ((), code_read, words_read) = tokio::join!(feed, read_code, read_words);
        code_read.and(words_read)?;
        child.wait().await
    };
    let status = tokio::time::timeout(PATIENCE, all).await.map_err(|_| CompileError::TooExpensive(format!("{PATIENCE:?}")))??;
    if status.success() && !code.is_empty() {
        return Ok(code);
    }
    let words = String::from_utf8_lossy(&words).trim().to_owned();
    match status.code() {
        Some(_) => Err(CompileError::Refused(words)),
        // Ended by a signal: SIGXCPU or SIGKILL for CPU time, SIGABRT when an allocation fails.
        None => Err(CompileError::TooExpensive(if words.is_empty() { status.to_string() } else { words })),
    }
}
