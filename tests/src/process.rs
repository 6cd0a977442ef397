//! Processes of the binary. One that a test started does not outlive it.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use anyhow::Context;

/// The binary: `WAKALA_BINARY`, or the one that was built beside the running test.
///
/// # Errors
/// It was not built.
pub fn binary() -> anyhow::Result<PathBuf> {
    if let Some(path) = std::env::var_os("WAKALA_BINARY") {
        return Ok(path.into());
    }
    let test = std::env::current_exe()?;
    let path = test.parent().and_then(Path::parent).context("the test lies in no target folder")?.join("wakala");
    anyhow::ensure!(path.exists(), "{} is not built: run `cargo build -p wakala`", path.display());
    Ok(path)
}

/// A command of the binary that runs until it is ended.
pub struct Process {
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
    settings: Vec<(String, String)>,
    log: PathBuf,
    child: Child,
}

impl Process {
    /// # Errors
    /// It cannot be run.
    pub fn start(name: &str, arguments: &[&str], log: PathBuf) -> anyhow::Result<Self> {
        Self::start_with(name, binary()?, arguments, &[], log)
    }

    /// Of another release perhaps, and with variables of the environment that override its configuration.
    ///
    /// # Errors
    /// It cannot be run.
    pub fn start_with(name: &str, program: PathBuf, arguments: &[&str], settings: &[(&str, &str)], log: PathBuf) -> anyhow::Result<Self> {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        let settings: Vec<_> = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let child = spawn(&program, &arguments, &settings, &log)?;
        Ok(Self { name: name.to_owned(), program, arguments, settings, log, child })
    }

    /// `kill -9`: it learns nothing of it.
    ///
    /// # Errors
    /// Those of the system.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill().with_context(|| format!("killing {}", self.name))?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again if it has ended, as an init system does. Gives whether it had.
    ///
    /// # Errors
    /// It cannot be run.
    pub fn revive(&mut self) -> anyhow::Result<bool> {
        if self.child.try_wait()?.is_none() {
            return Ok(false);
        }
        self.child = spawn(&self.program, &self.arguments, &self.settings, &self.log)?;
        Ok(true)
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// Those of the system.
    pub fn wait(&mut self) -> anyhow::Result<ExitStatus> {
        Ok(self.child.wait()?)
    }

    /// The number by which the system knows it.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and waits.
    ///
    /// # Errors
    /// Those of the system.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw).context("a process without an id")?;
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        self.child.wait()?;
        Ok(())
    }

    /// What it wrote.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.stop().is_err() {
            self.child.kill().ok();
        }
    }
}

fn spawn(program: &Path, arguments: &[String], settings: &[(String, String)], log: &Path) -> anyhow::Result<Child> {
    let log = File::options().create(true).append(true).open(log).with_context(|| format!("opening {}", log.display()))?;
    Command::new(program)
        .args(arguments)
        .envs(settings.iter().map(|(key, value)| (key, value)))
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .with_context(|| format!("running wakala {}", arguments.join(" ")))
}
