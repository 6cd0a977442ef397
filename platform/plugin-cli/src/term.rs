//! What people and programs see: sentences with colour on a terminal, or one JSON document.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use serde::Serialize;

/// A result of a command.
pub trait Show: Serialize {
    /// Whether everything is in order; decides the exit code.
    fn good(&self) -> bool;

    /// As sentences.
    ///
    /// # Errors
    /// Standard output is closed.
    fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()>;
}

/// Where output goes and how it looks.
pub struct Term {
    json: bool,
    out: Paint,
    err: Paint,
}

/// Colours, if the stream is a terminal.
#[derive(Clone, Copy)]
pub struct Paint(bool);

/// A word in a colour.
pub struct Painted<'a>(&'a str, Option<&'static str>);

impl Paint {
    fn of(stream: &impl IsTerminal) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self(wanted && stream.is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb"))
    }

    pub fn green(self, text: &str) -> Painted<'_> {
        Painted(text, self.0.then_some("32;1"))
    }

    pub fn yellow(self, text: &str) -> Painted<'_> {
        Painted(text, self.0.then_some("33;1"))
    }

    pub fn red(self, text: &str) -> Painted<'_> {
        Painted(text, self.0.then_some("31;1"))
    }
}

impl fmt::Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(code) => {
                write!(f, "\x1b[{code}m")?;
                f.pad(self.0)?;
                f.write_str("\x1b[0m")
            }
            None => f.pad(self.0),
        }
    }
}

impl Term {
    pub fn new(json: bool) -> Self {
        Self { json, out: Paint::of(&io::stdout()), err: Paint::of(&io::stderr()) }
    }

    /// One line of progress, as cargo writes them. A closed standard error is nobody's loss.
    pub fn progress(&self, verb: &str, text: &str) {
        let _ = writeln!(io::stderr(), "{:>12} {text}", self.err.green(verb));
    }

    /// The result; true if it is good.
    pub fn show(&self, result: &impl Show) -> io::Result<bool> {
        let mut out = io::stdout().lock();
        if self.json {
            serde_json::to_writer_pretty(&mut out, result)?;
            writeln!(out)?;
        } else {
            result.write(&mut out, self.out)?;
        }
        out.flush()?;
        Ok(result.good())
    }

    /// An error, with its causes.
    pub fn fail(&self, error: &anyhow::Error) -> ExitCode {
        if self.json {
            let document = serde_json::json!({ "error": format!("{error:#}") });
            let _ = writeln!(io::stdout(), "{document}");
        } else {
            let _ = writeln!(io::stderr(), "{}: {error:#}", self.err.red("error"));
        }
        ExitCode::FAILURE
    }
}
