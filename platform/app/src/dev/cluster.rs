//! A private PostgreSQL cluster from the machine's own programs. It never runs as root, listens on a free loopback port, and is
//! found again after a start that was killed.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use anyhow::{Context, bail, ensure};

/// A running cluster. Ends with [`Cluster::stop`]; a process that is killed leaves it running, and the next start adopts it.
pub struct Cluster {
    programs: PathBuf,
    data: PathBuf,
    account: Account,
    pub port: u16,
    password: String,
}

/// The account that the server runs under: our own, or an unprivileged one when we are root.
#[derive(Clone)]
struct Account {
    ids: Option<(u32, u32)>,
}

/// PostgreSQL 15 is the oldest release the schema is tested with.
const OLDEST: u32 = 15;

impl Cluster {
    /// Starts the cluster in `folder`, making it at the first start. `password` is that of its administrator.
    pub async fn start(folder: &Path, password: &str) -> anyhow::Result<Self> {
        let programs = find_programs()?;
        let account = Account::unprivileged()?;
        let data = folder.join("postgres");
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let mut cluster = Self { programs, data, account, port: 0, password: password.to_owned() };
        if !cluster.data.join("PG_VERSION").exists() {
            cluster.initialise(folder)?;
        }
        cluster.check_version()?;
        if let Some(port) = cluster.running_port() {
            tracing::info!(port, "the database of an earlier start still runs; using it");
            cluster.port = port;
        } else {
            cluster.heal_stale_lock()?;
            cluster.launch()?;
        }
        cluster.wait_until_ready().await?;
        Ok(cluster)
    }

    /// The cluster of `folder` if it runs at this moment.
    pub fn running(folder: &Path, password: &str) -> anyhow::Result<Self> {
        let mut cluster = Self {
            programs: find_programs()?,
            data: folder.join("postgres"),
            account: Account::unprivileged()?,
            port: 0,
            password: password.to_owned(),
        };
        cluster.port = cluster.running_port().context("no database runs there")?;
        Ok(cluster)
    }

    /// The URL of a role and database on this cluster.
    #[must_use]
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Stops the server; open connections are ended.
    pub fn stop(&self) -> anyhow::Result<()> {
        let data = self.data.display().to_string();
        self.run("pg_ctl", &["-D", &data, "-m", "fast", "-w", "-t", "20", "stop"]).map(|_| ())
    }

    fn initialise(&self, folder: &Path) -> anyhow::Result<()> {
        // A cluster that was not made completely has no PG_VERSION; its remains would stop initdb.
        if self.data.exists() {
            std::fs::remove_dir_all(&self.data)?;
        }
        std::fs::create_dir_all(&self.data)?;
        self.account.own(&self.data)?;
        let password_file = folder.join("initdb-password");
        write_private(&password_file, &self.password)?;
        self.account.own(&password_file)?;
        let data = self.data.display().to_string();
        let file = password_file.display().to_string();
        let made = self.run("initdb", &["-D", &data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", "--pwfile", &file]);
        std::fs::remove_file(&password_file).ok();
        made.map(|_| ())
    }

    fn check_version(&self) -> anyhow::Result<()> {
        let of_data = std::fs::read_to_string(self.data.join("PG_VERSION")).unwrap_or_default().trim().to_owned();
        let output = self.run("postgres", &["--version"])?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let of_programs = text.split_whitespace().find_map(|word| word.split('.').next()?.parse::<u32>().ok()).unwrap_or_default();
        ensure!(of_programs >= OLDEST, "PostgreSQL {of_programs} is too old; install version {OLDEST} or newer (ops/install does it)");
        ensure!(
            of_data == of_programs.to_string(),
            "the data in {} was made by PostgreSQL {of_data}, but version {of_programs} is installed: start over with --reset, or install version {of_data}",
            self.data.display()
        );
        Ok(())
    }

    /// The port of a server that runs on our data, if one does.
    fn running_port(&self) -> Option<u16> {
        let lock = std::fs::read_to_string(self.data.join("postmaster.pid")).ok()?;
        let mut lines = lock.lines();
        let pid: u32 = lines.next()?.trim().parse().ok()?;
        let port = lines.nth(2)?.trim().parse().ok()?;
        is_postgres(pid).then_some(port)
    }

    /// The lock of a server that was killed names a process that is gone, or by now somebody else's.
    fn heal_stale_lock(&self) -> anyhow::Result<()> {
        let lock = self.data.join("postmaster.pid");
        if lock.exists() {
            tracing::info!("the database was not stopped properly the last time; it recovers now");
            std::fs::remove_file(&lock).context("removing the lock of a killed database")?;
        }
        Ok(())
    }

    fn launch(&mut self) -> anyhow::Result<()> {
        self.port = free_port()?;
        let data = self.data.display().to_string();
        let log = self.data.join("server.log").display().to_string();
        // No socket file: paths of sockets are limited to 107 bytes, and the loopback port serves.
        let options =
            format!("-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=100 -c shared_buffers=128MB", self.port);
        self.run("pg_ctl", &["-D", &data, "-l", &log, "-o", &options, "-w", "-t", "60", "start"])
            .with_context(|| format!("the database did not start; its log is {log}"))
            .map(|_| ())
    }

    async fn wait_until_ready(&self) -> anyhow::Result<()> {
        let url = self.url("postgres", "postgres");
        let options: sqlx::postgres::PgConnectOptions = url.parse()?;
        let mut last = None;
        for _ in 0..200 {
            match <sqlx::PgConnection as sqlx::Connection>::connect_with(&options).await {
                Ok(_) => return Ok(()),
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the database on port {} does not answer: {}", self.port, last.map_or_else(String::new, |error| error.to_string()))
    }

    fn run(&self, program: &str, arguments: &[&str]) -> anyhow::Result<Output> {
        let path = self.programs.join(program);
        let mut command = Command::new(&path);
        // The server must not keep our terminal or pipes open, and it writes where its account may go.
        command.args(arguments).current_dir(&self.data).stdin(Stdio::null());
        if program == "pg_ctl" {
            command.stdout(Stdio::null()).stderr(Stdio::null());
        }
        self.account.apply(&mut command);
        let output = command.output().with_context(|| format!("cannot run {}", path.display()))?;
        ensure!(output.status.success(), "{program} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(output)
    }
}

impl Account {
    fn unprivileged() -> anyhow::Result<Self> {
        let root = std::fs::read_to_string("/proc/self/status")
            .ok()
            .and_then(|status| {
                status.lines().find(|line| line.starts_with("Uid:")).and_then(|line| line.split_whitespace().nth(2)).map(|uid| uid == "0")
            })
            .unwrap_or(false);
        if !root {
            return Ok(Self { ids: None });
        }
        let passwd = std::fs::read_to_string("/etc/passwd").context("reading accounts")?;
        let find = |name: &str| {
            passwd.lines().find_map(|line| {
                let mut fields = line.split(':');
                (fields.next()? == name).then(|| Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?)))?
            })
        };
        let ids = find("postgres").or_else(|| find("nobody"));
        ensure!(ids.is_some(), "PostgreSQL refuses to run as root, and there is neither an account named postgres nor nobody to run it");
        Ok(Self { ids })
    }

    fn apply(&self, command: &mut Command) {
        use std::os::unix::process::CommandExt;
        if let Some((user, group)) = self.ids {
            command.uid(user).gid(group);
        }
        // Ctrl-C reaches the whole group of a terminal; the server is stopped by us, in order.
        command.process_group(0);
    }

    fn own(&self, path: &Path) -> anyhow::Result<()> {
        if let Some((user, group)) = self.ids {
            std::os::unix::fs::chown(path, Some(user), Some(group))
                .with_context(|| format!("giving {} to the database's account", path.display()))?;
        }
        Ok(())
    }
}

/// The folder of the newest installed server.
fn find_programs() -> anyhow::Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("postgres").exists() && bin.join("initdb").exists())
        .collect();
    found.sort();
    if let Some((_, bin)) = found.pop() {
        return Ok(bin);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).find(|folder| folder.join("postgres").exists() && folder.join("initdb").exists()).ok_or_else(|| {
        anyhow::anyhow!(
            "PostgreSQL's server programs (postgres, initdb, pg_ctl) are not installed: run ops/install, or install the package postgresql"
        )
    })
}

fn is_postgres(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "postgres")
}

/// A loopback port that nobody uses at this moment.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Writes a file that only its owner reads.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut file = std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}
