//! SQL of budgets and of what was spent.

use chrono::NaiveDate;
use kernel::{AppResult, ReadTx, TenantTx, error::expect_one};
use uuid::Uuid;

use super::{Budget, Usage};
use crate::IntegrationFailure;

pub(crate) async fn find(tx: &mut ReadTx, installation: Uuid) -> AppResult<Option<Budget>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Budget,
        "select calls, messages, money_minor, currency, version from plugin_budgets where tenant_id = $1 and installation_id = $2",
        tenant,
        installation
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// `installation.changed` unless it still has the budget's version, 0 for none.
pub(super) async fn put(tx: &mut TenantTx, installation: Uuid, budget: &Budget) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "insert into plugin_budgets (tenant_id, installation_id, calls, messages, money_minor, currency, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, installation_id)
         do update set calls = $3, messages = $4, money_minor = $5, currency = $6, updated_at = $7, updated_by = $8, version = plugin_budgets.version + 1
         where plugin_budgets.version = $9",
        tenant,
        installation,
        budget.calls,
        budget.messages,
        budget.money_minor,
        budget.currency,
        now,
        actor,
        budget.version
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), IntegrationFailure::Changed)
}

pub(super) async fn find_usage(tx: &mut ReadTx, installation: Uuid, day: NaiveDate) -> AppResult<Usage> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Usage,
        "select calls, messages, money_minor, refused from plugin_usage where tenant_id = $1 and installation_id = $2 and day = $3",
        tenant,
        installation,
        day
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.unwrap_or_default())
}

/// What was spent, held until the transaction ends, so that two calls do not spend the same.
pub(super) async fn lock_usage(tx: &mut TenantTx, installation: Uuid, day: NaiveDate) -> AppResult<Usage> {
    let tenant = tx.tenant_id();
    sqlx::query!("insert into plugin_usage (tenant_id, installation_id, day) values ($1, $2, $3) on conflict do nothing", tenant, installation, day)
        .execute(tx.conn())
        .await?;
    let row = sqlx::query_as!(
        Usage,
        "select calls, messages, money_minor, refused from plugin_usage where tenant_id = $1 and installation_id = $2 and day = $3 for update",
        tenant,
        installation,
        day
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}

pub(super) async fn put_usage(tx: &mut TenantTx, installation: Uuid, day: NaiveDate, used: Usage) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update plugin_usage set calls = $4, messages = $5, money_minor = $6, refused = $7 where tenant_id = $1 and installation_id = $2 and day = $3",
        tenant,
        installation,
        day,
        used.calls,
        used.messages,
        used.money_minor,
        used.refused
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives back messages and money of a call with which certainly nothing happened. The call itself was made.
pub(crate) async fn give_back(tx: &mut TenantTx, installation: Uuid, day: NaiveDate, messages: i64, money_minor: i64) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update plugin_usage set messages = greatest(messages - $4, 0), money_minor = greatest(money_minor - $5, 0)
         where tenant_id = $1 and installation_id = $2 and day = $3",
        tenant,
        installation,
        day,
        messages,
        money_minor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn delete_usage_before(tx: &mut TenantTx, before: NaiveDate) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from plugin_usage where tenant_id = $1 and day < $2", tenant, before).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}
