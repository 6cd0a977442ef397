//! The scripts of an emergency, as an operator runs them.

use std::{
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, ensure};
use journeys::{cluster::Cluster, surroundings::Surroundings, wait::until};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor, PgConnection};

/// Where the programs lie; what they need else is in the environment.
pub struct Vault {
    programs: PathBuf,
}

impl Vault {
    pub fn of_the_drill() -> Option<Self> {
        Some(Self { programs: std::env::var_os("WAKALA_DRILL")?.into() })
    }

    /// Has the database keep its log, for which it must start anew.
    pub async fn archive_log_of(&self, cluster: &Cluster) -> anyhow::Result<()> {
        let mut admin = cluster.connect().await?;
        let program = self.programs.join("backup");
        let command = format!("alter system set archive_command = '\"{}\" wal \"%p\" \"%f\"'", program.display());
        for statement in ["alter system set archive_mode = 'on'".to_owned(), command] {
            admin.execute(AssertSqlSafe(statement)).await?;
        }
        cluster.kill().await?;
        cluster.start().await
    }

    pub fn copy_database(&self, cluster: &Cluster) -> anyhow::Result<()> {
        let mut command = Command::new(self.programs.join("backup"));
        command.arg("database").env("PGHOST", "127.0.0.1").env("PGPORT", cluster.port().to_string());
        succeed(command.env("PGUSER", "postgres").env("PGPASSWORD", cluster.password()))
    }

    /// Waits until all that was written lies in the vault.
    pub async fn archived(&self, books: &mut PgConnection) -> anyhow::Result<()> {
        let last: String = sqlx::query_scalar("select pg_walfile_name(pg_switch_wal())").fetch_one(&mut *books).await?;
        let archived = std::env::var("WAKALA_BACKUP_TO").map(PathBuf::from)?.join(format!("wal/{last}.sha256"));
        until("the log to be archived", Duration::from_secs(60), || async { Ok(archived.exists().then_some(())) }).await
    }

    /// Puts the database as it was at that moment in the place of what is left of it.
    pub fn restore_database(&self, cluster: &Cluster, moment: &str) -> anyhow::Result<()> {
        let data = cluster.data();
        let damaged = data.with_extension("damaged");
        let owner = std::fs::metadata(data)?;
        std::fs::rename(data, &damaged)?;
        std::fs::create_dir(data)?;
        chown(data, Some(owner.uid()), Some(owner.gid()))?;
        let mut command = Command::new(self.programs.join("restore"));
        command.arg("database").arg(data).arg(moment).current_dir(&self.programs);
        if owner.uid() != std::fs::metadata("/proc/self")?.uid() {
            command.uid(owner.uid()).gid(owner.gid());
        }
        succeed(&mut command)?;
        // It is started as it was the last time.
        let options = data.join("postmaster.opts");
        std::fs::copy(damaged.join("postmaster.opts"), &options)?;
        chown(options, Some(owner.uid()), Some(owner.gid()))?;
        Ok(())
    }

    pub fn copy_objects(&self, around: &Surroundings) -> anyhow::Result<()> {
        succeed(&mut self.with_objects("backup", around)?)
    }

    pub fn restore_objects(&self, around: &Surroundings) -> anyhow::Result<()> {
        succeed(&mut self.with_objects("restore", around)?)
    }

    fn with_objects(&self, program: &str, around: &Surroundings) -> anyhow::Result<Command> {
        let secrets: Value = serde_json::from_slice(&std::fs::read(around.folder().join("data/secrets.json"))?)?;
        let mut command = Command::new(self.programs.join(program));
        command
            .arg("objects")
            // A store on this machine has no certificate, and rclone refuses to go on where this is set.
            .env_remove("AWS_CA_BUNDLE")
            .env("WAKALA_BACKUP_OBJECTS", "store:wakala")
            .env("RCLONE_CONFIG", "/dev/null")
            .env("RCLONE_CONFIG_STORE_TYPE", "s3")
            .env("RCLONE_CONFIG_STORE_PROVIDER", "Other")
            .env("RCLONE_CONFIG_STORE_NO_CHECK_BUCKET", "true")
            .env("RCLONE_CONFIG_STORE_REGION", "local")
            .env("RCLONE_CONFIG_STORE_ENDPOINT", around.objects()?)
            .env("RCLONE_CONFIG_STORE_ACCESS_KEY_ID", secrets["object_access"].as_str().context("no access key")?)
            .env("RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY", secrets["object_secret"].as_str().context("no secret key")?);
        Ok(command)
    }
}

/// Removes every certificate from the object store's own folder. Gives how many.
pub fn destroy_files(around: &Surroundings) -> anyhow::Result<usize> {
    fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
        }
        Ok(found)
    }
    let certificates = files(&around.folder().join("data/objects"))?;
    let certificates: Vec<_> = certificates.into_iter().filter(|path| path.components().any(|part| part.as_os_str() == "certificates")).collect();
    ensure!(!certificates.is_empty(), "there are no certificates");
    for path in &certificates {
        std::fs::remove_file(path)?;
    }
    Ok(certificates.len())
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().with_context(|| format!("running {command:?}"))?;
    ensure!(output.status.success(), "{:?} failed: {}", command.get_program(), String::from_utf8_lossy(&output.stderr));
    Ok(())
}
