//! SQL of tallies and samples. An office's jobs write them; publishers read them as the platform, by version.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AppError, AppResult, TenantTx, platform_tx::PlatformTx};
use uuid::Uuid;

use super::{SampleView, Share, steps::STEPS};
use crate::calls::{CallOutcome, store::first_id};

/// Failing calls of one installation that are taken at a time, and of one version that are read.
const SAMPLES: i64 = 20;

/// An installation whose calls are counted.
pub(super) struct Counted {
    pub id: Uuid,
    pub tallied_to: Option<DateTime<Utc>>,
    pub shared_since: Option<DateTime<Utc>>,
}

/// Installations that can make live calls; held until the transaction ends, so that no call is counted twice.
pub(super) async fn lock_counted(tx: &mut TenantTx) -> AppResult<Vec<Counted>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Counted,
        "select id, tallied_to, shared_since from plugin_installations
         where tenant_id = $1 and mode in ('live', 'held', 'disabled') order by id for no key update",
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Counts the live calls that ended in this time.
pub(super) async fn count(tx: &mut TenantTx, installation: Uuid, from: DateTime<Utc>, to: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into plugin_tallies as t (tenant_id, installation_id, version_id, day, step, calls, failures, traps)
         select tenant_id, installation_id, version_id, (at at time zone 'UTC')::date, width_bucket(duration_us, $5::bigint[]), count(*),
           count(*) filter (where outcome in ('failed', 'unknown')), count(*) filter (where broke_off)
         from plugin_calls where tenant_id = $1 and installation_id = $2 and id >= $3 and id < $4 and mode = 'live'
         group by 1, 2, 3, 4, 5
         on conflict (tenant_id, installation_id, version_id, day, step)
         do update set calls = t.calls + excluded.calls, failures = t.failures + excluded.failures, traps = t.traps + excluded.traps",
        tenant,
        installation,
        first_id(from),
        first_id(to),
        &STEPS[..]
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("update plugin_installations set tallied_to = $3 where tenant_id = $1 and id = $2", tenant, installation, to)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_tallies_before(tx: &mut TenantTx, day: NaiveDate) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("delete from plugin_tallies where tenant_id = $1 and day < $2", tenant, day).execute(tx.conn()).await?;
    Ok(())
}

/// A failing call, as the office's log has it.
pub(super) struct Failing {
    pub id: Uuid,
    pub installation_id: Uuid,
    pub version_id: Uuid,
    pub action: String,
    pub outcome: String,
    pub error: Option<String>,
    pub logs: serde_json::Value,
    pub duration_us: i64,
    pub at: DateTime<Utc>,
}

/// The last live calls that ended in this time and failed, and that began when they were shared already.
pub(super) async fn list_failing(
    tx: &mut TenantTx,
    installation: Uuid,
    shared: DateTime<Utc>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> AppResult<Vec<Failing>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Failing,
        "select id, installation_id, version_id, action, outcome, error, logs, duration_us, at from plugin_calls
         where tenant_id = $1 and installation_id = $2 and id >= $3 and id < $4 and at >= $5 and mode = 'live' and outcome in ('failed', 'unknown')
         order by id desc limit $6",
        tenant,
        installation,
        first_id(from),
        first_id(to),
        shared,
        SAMPLES
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub(super) async fn insert_sample(tx: &mut PlatformTx, sample: &Failing) -> AppResult<()> {
    sqlx::query!(
        "insert into plugin_samples (id, installation_id, version_id, action, outcome, error, logs, duration_us, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        sample.id,
        sample.installation_id,
        sample.version_id,
        sample.action,
        sample.outcome,
        sample.error,
        sample.logs,
        sample.duration_us,
        sample.at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_samples_before(tx: &mut PlatformTx, before: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!("delete from plugin_samples where at < $1", before).execute(tx.conn()).await?;
    Ok(())
}

/// What an office showed of an installation and shows no more.
pub(crate) async fn delete_samples_of(tx: &mut PlatformTx, installation: Uuid) -> AppResult<()> {
    sqlx::query!("delete from plugin_samples where installation_id = $1", installation).execute(tx.conn()).await?;
    Ok(())
}

/// Calls of these versions since a day: version, then step.
pub(crate) async fn list_shares(tx: &mut PlatformTx, versions: &[Uuid], since: NaiveDate) -> AppResult<Vec<(Uuid, Share)>> {
    let rows = sqlx::query!(
        r#"select version_id, step, sum(calls)::bigint as "calls!", sum(failures)::bigint as "failures!", sum(traps)::bigint as "traps!"
           from plugin_tallies where version_id = any($1) and day >= $2 group by version_id, step order by version_id, step"#,
        versions,
        since
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.version_id, Share { step: row.step, calls: row.calls, failures: row.failures, traps: row.traps })).collect())
}

/// The offices that made calls of a version and keep them to themselves: neither do they show failing calls, nor are they the publisher.
pub(crate) struct Callers {
    pub version_id: Uuid,
    pub hidden: i64,
}

pub(crate) async fn list_callers(tx: &mut PlatformTx, versions: &[Uuid], since: NaiveDate, own: Uuid) -> AppResult<Vec<Callers>> {
    let rows = sqlx::query_as!(
        Callers,
        r#"select t.version_id, count(distinct t.tenant_id) filter (where i.shared_since is null and t.tenant_id <> $3) as "hidden!"
           from plugin_tallies t join plugin_installations i on i.tenant_id = t.tenant_id and i.id = t.installation_id
           where t.version_id = any($1) and t.day >= $2 group by t.version_id"#,
        versions,
        since,
        own
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Failing calls of a version that offices still show, the latest first.
pub(crate) async fn list_samples(tx: &mut PlatformTx, version: Uuid, since: DateTime<Utc>) -> AppResult<Vec<SampleView>> {
    let rows = sqlx::query!(
        r#"select s.id, s.action, s.outcome as "outcome: CallOutcome", s.error, s.logs, s.duration_us, s.at
           from plugin_samples s join plugin_installations i on i.id = s.installation_id and s.at >= i.shared_since
           where s.version_id = $1 and s.at >= $2 order by s.at desc, s.id desc limit $3"#,
        version,
        since,
        SAMPLES
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SampleView {
                id: row.id,
                action: row.action,
                outcome: row.outcome,
                error: row.error,
                logs: serde_json::from_value(row.logs).map_err(AppError::internal)?,
                duration_us: row.duration_us,
                at: row.at,
            })
        })
        .collect()
}
