//! SQL of wordings.

use uuid::Uuid;

use super::WordingRow;
use crate::{AppResult, ReadTx, TenantTx};

/// The counter that says that words of some tenant changed.
const GENERATION: &str = "wordings";

pub(super) async fn list(tx: &mut ReadTx) -> AppResult<Vec<WordingRow>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        WordingRow,
        "select language, key, text, version, updated_at from wordings where tenant_id = $1 order by key, language",
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub(super) async fn find(tx: &mut ReadTx, language: &str, key: &str) -> AppResult<Option<WordingRow>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        WordingRow,
        "select language, key, text, version, updated_at from wordings where tenant_id = $1 and language = $2 and key = $3",
        tenant,
        language,
        key
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(super) async fn count(tx: &mut ReadTx) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from wordings where tenant_id = $1"#, tenant).fetch_one(tx.conn()).await?)
}

/// Writes the text if its version is still `expected`, 0 where there is none; gives the row's id.
pub(super) async fn put(tx: &mut TenantTx, language: &str, key: &str, text: &str, expected: i32) -> AppResult<Option<Uuid>> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let id = sqlx::query_scalar!(
        "insert into wordings (tenant_id, id, language, key, text, created_at, updated_at, updated_by) values ($1, $2, $3, $4, $5, $6, $6, $7)
         on conflict on constraint wordings_key_key do update set text = $5, version = wordings.version + 1, updated_at = $6, updated_by = $7
         where wordings.version = $8 returning id",
        tenant,
        Uuid::now_v7(),
        language,
        key,
        text,
        now,
        actor,
        expected
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

/// Removes the text if its version is still `expected`; gives the row's id and what it said.
pub(super) async fn delete(tx: &mut TenantTx, language: &str, key: &str, expected: i32) -> AppResult<Option<(Uuid, String)>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        "delete from wordings where tenant_id = $1 and language = $2 and key = $3 and version = $4 returning id, text",
        tenant,
        language,
        key,
        expected
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id, row.text)))
}

/// 0 before the first change.
pub(super) async fn generation(tx: &mut ReadTx) -> AppResult<i64> {
    let found = sqlx::query_scalar!("select generation from cache_generations where name = $1", GENERATION).fetch_optional(tx.conn()).await?;
    Ok(found.unwrap_or(0))
}

/// Tells every process, as soon as this transaction commits.
pub(super) async fn raise(tx: &mut TenantTx) -> AppResult<()> {
    sqlx::query!(
        "insert into cache_generations (name, generation) values ($1, 1)
         on conflict (name) do update set generation = cache_generations.generation + 1",
        GENERATION
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
