//! `wakala seed`: makes a development database as large as a measurement needs. The customers of one tenant, with everything they
//! own, are copied until there are enough; the tenant itself is copied to be one among many. What is copied was made by the
//! services, so the copies have the shape of real rows: balanced entries, whole chains from quote to document.
//!
//! Copies are for reading and measuring: their files are not in the object store and nobody signs in as one of them.

mod columns;
mod sales;
mod tenants;

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use tracing::log::LevelFilter;

use crate::{cli::SeedOptions, config::Config};

/// Originals beyond this are not originals any more, but the copies of an earlier run.
const MOST_ORIGINALS: i64 = 100;
/// Copies until progress is reported.
const COPIES_BETWEEN_LOOKS: i64 = 500;
/// What each copied tenant has.
const CUSTOMERS_ELSEWHERE: i64 = 20;
/// The copied tenant that gets a hundredth of the customers, so that costs can be compared: its name ends with this.
const MIDDLING: &str = "-3";
const MIDDLING_PART: i64 = 100;

/// Copies until the tenant has `scale` customers and the platform `tenants` tenants. Refuses outside development, and twice.
///
/// # Errors
/// No such tenant; nothing there to copy, or copies already; those of the database.
pub async fn run(config: &Config, options: &SeedOptions) -> anyhow::Result<()> {
    ensure!(config.development.enabled, "seeding makes up customers and payments: it works on development databases only (development.enabled)");
    let mut database = connect(config, "wakala_maintenance").await?;
    let tenant = sales::tenant_named(&mut database, &options.tenant).await?.with_context(|| format!("there is no tenant {:?}", options.tenant))?;
    let originals: i64 = sqlx::query_scalar("select count(*) from customers where tenant_id = $1").bind(tenant).fetch_one(&mut database).await?;
    if originals == 0 {
        bail!("the tenant {} has no customers to copy: make at least one purchase on its portal first", options.tenant);
    }
    ensure!(originals <= MOST_ORIGINALS, "the tenant {} has {originals} customers already: start over with `wakala dev --reset`", options.tenant);

    columns::define_functions(&mut database).await?;
    let template = sales::Template::of(&mut database, tenant).await?;
    let mut owner = connect(config, "wakala_owner").await?;
    let begun = Instant::now();
    let some = (CUSTOMERS_ELSEWHERE.min(options.scale) / originals).max(1);
    template.multiply(&mut database, 1..some).await?;
    let made = tenants::copy(&mut database, tenant, options.tenants).await?;
    tracing::info!(seconds = begun.elapsed().as_secs(), "{made} tenants with {} customers each", originals * some);
    if let Some(middling) = sales::tenant_named(&mut database, &format!("{}{MIDDLING}", options.tenant)).await? {
        template.multiply_in(&mut database, middling, some..options.scale / MIDDLING_PART / originals).await?;
        sales::advance_numbers(&mut database, middling).await?;
    }
    let wanted = options.scale / originals;
    let mut done = some;
    while done < wanted {
        // Statistics of tables that were empty a moment ago would make the checks of keys crawl.
        look(&mut owner).await?;
        let next = (done + COPIES_BETWEEN_LOOKS).min(wanted);
        template.multiply(&mut database, done..next).await?;
        done = next;
        tracing::info!(seconds = begun.elapsed().as_secs(), "{} of {} customers", done * originals, options.scale);
    }
    sales::advance_numbers(&mut database, tenant).await?;
    look(&mut owner).await
}

/// As one of the database's roles, which in development share the owner's password.
async fn connect(config: &Config, role: &str) -> anyhow::Result<PgConnection> {
    let options: PgConnectOptions = config.database.owner_url.expose().parse().context("database.owner_url")?;
    let options = options.username(role).log_slow_statements(LevelFilter::Off, Duration::ZERO);
    PgConnection::connect_with(&options).await.with_context(|| format!("cannot connect as {role}"))
}

/// Has the database look at what there is now.
async fn look(owner: &mut PgConnection) -> anyhow::Result<()> {
    let tables: String = sqlx::query_scalar(
        "select string_agg(format('%I', relname), ', ') from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
           and relowner = current_user::regrole",
    )
    .fetch_one(&mut *owner)
    .await?;
    owner.execute(AssertSqlSafe(format!("vacuum (analyze) {tables}"))).await?;
    Ok(())
}
