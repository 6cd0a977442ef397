//! Making and changing the schema: bootstrap as an administrator, migrate as the owner.

use anyhow::Context;
use apalis_postgres::PostgresStorage;
use kernel::database::Database;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, migrate::MigrateError, postgres::PgConnectOptions};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

const ROLES: &str = include_str!("../../../../migrations/bootstrap/roles.sql");
const EXTENSIONS: &str = include_str!("../../../../migrations/bootstrap/extensions.sql");

/// Roles, database and extensions, as an administrator of the cluster. Safe to repeat. `password` is given to the roles that log
/// in, where the cluster asks for one.
pub async fn bootstrap(admin_url: &str, database: &str, password: Option<&str>) -> anyhow::Result<()> {
    anyhow::ensure!(is_plain(database), "the database's name may have letters, digits and underscores only");
    let options: PgConnectOptions = admin_url.parse()?;
    let mut admin = PgConnection::connect_with(&options).await.context("cannot connect as administrator")?;
    admin.execute(AssertSqlSafe(ROLES)).await.context("creating roles")?;
    if let Some(password) = password {
        anyhow::ensure!(password.bytes().all(|b| b.is_ascii_alphanumeric()), "a generated password has letters and digits only");
        for role in ["wakala_owner", "wakala_tenant", "wakala_platform", "wakala_maintenance"] {
            admin.execute(AssertSqlSafe(format!("alter role {role} password '{password}'"))).await?;
        }
    }
    let exists =
        sqlx::query_scalar::<_, bool>("select exists (select from pg_database where datname = $1)").bind(database).fetch_one(&mut admin).await?;
    if !exists {
        // The administrator of a managed server must be a member of the owner's role to make it the owner.
        admin.execute("grant wakala_owner to current_user").await.context("joining the owner's role")?;
        admin.execute(AssertSqlSafe(format!("create database {database} owner wakala_owner"))).await.context("creating the database")?;
    }
    admin.close().await?;
    let mut inside = PgConnection::connect_with(&options.database(database)).await?;
    inside.execute(AssertSqlSafe(EXTENSIONS)).await.context("creating extensions")?;
    inside.close().await?;
    Ok(())
}

/// What [`bootstrap`] sets for roles: `("wakala_tenant", "lock_timeout")`.
fn settings_of_roles() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROLES.lines().filter_map(|line| {
        let (role, setting) = line.strip_prefix("alter role ")?.split_once(" set ")?;
        Some((role, setting.split_once(" = ")?.0))
    })
}

/// Settings that [`bootstrap`] gives to roles and that those of this cluster have no value for, as `role setting`: they were made by
/// an earlier release. Other values are the administrator's choice.
pub async fn missing_settings(database: &Database) -> anyhow::Result<Vec<String>> {
    let set: Vec<String> = sqlx::query_scalar(
        "select rolname || ' ' || split_part(setting, '=', 1) from pg_roles, unnest(rolconfig) setting where rolname like 'wakala%'",
    )
    .fetch_all(database.queue_pool())
    .await?;
    Ok(settings_of_roles().map(|(role, setting)| format!("{role} {setting}")).filter(|wanted| !set.contains(wanted)).collect())
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.len() <= 60 && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Brings schema and queue to this release, as the owner. Safe to repeat and to run twice at a time.
pub async fn migrate(owner_url: &str) -> anyhow::Result<()> {
    let pool = PgPool::connect(owner_url).await.context("cannot connect as wakala_owner")?;
    MIGRATIONS.run(&pool).await.map_err(|error| match error {
        MigrateError::VersionMismatch(_) => {
            anyhow::Error::new(error).context("the database was made by another development version: start over with `wakala dev --reset`")
        }
        other => anyhow::Error::new(other).context("migrating the schema"),
    })?;
    PostgresStorage::<()>::setup(&pool).await.context("migrating the queue")?;
    // The queue's library owns nothing of tenants; the platform's role works in it.
    for statement in [
        "grant usage on schema apalis to wakala_platform",
        "grant select, insert, update, delete on all tables in schema apalis to wakala_platform",
        "grant usage on all sequences in schema apalis to wakala_platform",
        "grant execute on all functions in schema apalis to wakala_platform",
    ] {
        sqlx::query(statement).execute(&pool).await.context("granting the queue")?;
    }
    pool.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_roles_are_read_out_of_the_bootstrap() {
        assert!(settings_of_roles().any(|setting| setting == ("wakala_tenant", "lock_timeout")));
        assert_eq!(settings_of_roles().count(), ROLES.matches("\nalter role ").count());
    }
}
