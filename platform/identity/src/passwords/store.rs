//! The rows behind passwords; read and written as the system audience.

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx, TenantTx};
use uuid::Uuid;

use crate::UserId;

pub(crate) async fn find(tx: &mut ReadTx, user: UserId) -> AppResult<Option<String>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!("select hash from passwords where tenant_id = $1 and user_id = $2", tenant, user.0).fetch_optional(tx.conn()).await?)
}

/// Hashes of the present and earlier passwords, newest first.
pub(crate) async fn list_earlier(tx: &mut ReadTx, user: UserId) -> AppResult<Vec<String>> {
    let tenant = tx.tenant_id();
    let mut hashes: Vec<String> = find(tx, user).await?.into_iter().collect();
    hashes.extend(
        sqlx::query_scalar!("select hash from password_history where tenant_id = $1 and user_id = $2 order by id desc", tenant, user.0)
            .fetch_all(tx.conn())
            .await?,
    );
    Ok(hashes)
}

pub(crate) async fn put(tx: &mut TenantTx, user: UserId, hash: &str, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into passwords (tenant_id, user_id, hash, set_at) values ($1, $2, $3, $4)
         on conflict (tenant_id, user_id) do update set hash = $3, set_at = $4",
        tenant,
        user.0,
        hash,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Another hash of the same password; the history does not change.
pub(crate) async fn upgrade(tx: &mut TenantTx, user: UserId, old: &str, new: &str) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update passwords set hash = $4 where tenant_id = $1 and user_id = $2 and hash = $3", tenant, user.0, old, new)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Moves the present hash into the history, of which `keep` entries stay.
pub(crate) async fn retire(tx: &mut TenantTx, user: UserId, now: DateTime<Utc>, keep: i64) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into password_history (tenant_id, id, user_id, hash, retired_at)
         select tenant_id, $3, user_id, hash, $4 from passwords where tenant_id = $1 and user_id = $2",
        tenant,
        user.0,
        Uuid::now_v7(),
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from password_history where tenant_id = $1 and user_id = $2
           and id not in (select id from password_history where tenant_id = $1 and user_id = $2 order by id desc limit $3)",
        tenant,
        user.0,
        keep
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
