//! The database server of the surroundings: killed like everything else, and started again where it was.

use std::{
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection};

use crate::wait::until;

/// A running server, by its data folder.
pub struct Cluster {
    data: PathBuf,
    password: String,
    port: u16,
}

impl Cluster {
    /// # Errors
    /// No server runs there.
    pub fn of(data: &Path, password: &str) -> anyhow::Result<Self> {
        let lock = std::fs::read_to_string(data.join("postmaster.pid")).context("no database runs")?;
        let port = lock.lines().nth(3).and_then(|line| line.trim().parse().ok()).context("the lock names no port")?;
        Ok(Self { data: data.to_owned(), password: password.to_owned(), port })
    }

    /// A connection that sees every row, to read the books with.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn connect(&self) -> anyhow::Result<PgConnection> {
        Ok(PgConnection::connect(&self.url("postgres")).await?)
    }

    /// Where its data lie.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Of every role.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The address for one of the roles.
    #[must_use]
    pub fn url(&self, role: &str) -> String {
        format!("postgres://{role}:{}@127.0.0.1:{}/wakala", self.password, self.port)
    }

    /// `kill -9` to the postmaster and every process of its, until the last one is gone.
    ///
    /// # Errors
    /// Those of the system.
    pub async fn kill(&self) -> anyhow::Result<()> {
        let lock = std::fs::read_to_string(self.data.join("postmaster.pid")).context("no database runs")?;
        let postmaster: i32 = lock.lines().next().and_then(|line| line.trim().parse().ok()).context("the lock names no process")?;
        let mut victims = vec![postmaster];
        victims.extend(children(postmaster));
        for victim in &victims {
            if let Some(pid) = Pid::from_raw(*victim) {
                // One that is gone already is as good as killed.
                kill_process(pid, Signal::KILL).ok();
            }
        }
        until("the database's processes to be gone", Duration::from_secs(20), || async { Ok(victims.iter().all(|pid| is_gone(*pid)).then_some(())) })
            .await
    }

    /// Starts it again with the options and on the port of its last start, under the account that owns its data.
    ///
    /// # Errors
    /// It does not start; its log says why.
    pub async fn start(&self) -> anyhow::Result<()> {
        let last = std::fs::read_to_string(self.data.join("postmaster.opts"))?;
        let program = PathBuf::from(last.split_whitespace().next().context("no last start")?).with_file_name("pg_ctl");
        // The options come quoted, after the data folder.
        let options = last.split_once(&format!("{:?}", self.data)).context("the last start was of another folder")?.1.trim();
        // Nobody may have waited for the killed postmaster yet, and then its lock counts as held.
        std::fs::remove_file(self.data.join("postmaster.pid")).ok();
        let owner = std::fs::metadata(&self.data)?;
        let mut command = Command::new(program);
        command
            .arg("-D")
            .arg(&self.data)
            .arg("-l")
            .arg(self.data.join("server.log"))
            .args(["-w", "-t", "60", "-o", options, "start"])
            .current_dir(&self.data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        if owner.uid() != std::fs::metadata("/proc/self")?.uid() {
            command.uid(owner.uid()).gid(owner.gid());
        }
        let status = tokio::task::spawn_blocking(move || command.status()).await??;
        ensure!(status.success(), "the database does not start again: see {}", self.data.join("server.log").display());
        until("the database to answer", Duration::from_secs(60), || async { Ok(Some(self.connect().await?)) }).await?;
        Ok(())
    }
}

/// Field 4 of `stat`, after the name in brackets, is the parent.
fn parent(pid: i32) -> Option<(char, i32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

fn children(of: i32) -> Vec<i32> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    pids.filter(|pid| parent(*pid).is_some_and(|(_, parent)| parent == of)).collect()
}

/// A zombie that nobody has waited for holds nothing any more.
fn is_gone(pid: i32) -> bool {
    parent(pid).is_none_or(|(state, _)| state == 'Z')
}
