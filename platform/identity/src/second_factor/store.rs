//! All SQL of second factors; as the system audience.

use chrono::{DateTime, Utc};
use kernel::{AppError, AppResult, ReadTx, TenantTx, error::violated_constraint};
use uuid::Uuid;

use super::SecondFactorError;
use crate::UserId;

pub(crate) struct Factor {
    pub secret_sealed: Vec<u8>,
    pub last_step: i64,
}

/// Locked: the same code sent twice at once is accepted once.
pub(crate) async fn lock(tx: &mut TenantTx, user: UserId) -> AppResult<Option<Factor>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Factor,
        "select secret_sealed, last_step from second_factors where tenant_id = $1 and user_id = $2 for update",
        tenant,
        user.0
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Since when, and how many recovery codes are left.
pub(crate) async fn find_status(tx: &mut ReadTx, user: UserId) -> AppResult<Option<(DateTime<Utc>, i64)>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        r#"select enrolled_at,
                  (select count(*) from recovery_codes c where c.tenant_id = f.tenant_id and c.user_id = f.user_id and c.used_at is null) as "left!"
           from second_factors f where tenant_id = $1 and user_id = $2"#,
        tenant,
        user.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.enrolled_at, row.left)))
}

pub(crate) async fn is_demanded(tx: &mut ReadTx, user: UserId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(r#"select second_factor_missing($1, $2) as "missing!""#, tenant, user.0).fetch_one(tx.conn()).await?)
}

pub(crate) async fn insert(tx: &mut TenantTx, user: UserId, sealed: &[u8], step: i64, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into second_factors (tenant_id, user_id, secret_sealed, last_step, enrolled_at) values ($1, $2, $3, $4, $5)",
        tenant,
        user.0,
        sealed,
        step,
        now
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("second_factors_pkey") => SecondFactorError::AlreadyOn.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

/// True if there was one.
pub(crate) async fn delete(tx: &mut TenantTx, user: UserId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from second_factors where tenant_id = $1 and user_id = $2", tenant, user.0).execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn delete_codes(tx: &mut TenantTx, user: UserId) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("delete from recovery_codes where tenant_id = $1 and user_id = $2", tenant, user.0).execute(tx.conn()).await?;
    Ok(())
}

pub(crate) async fn note_step(tx: &mut TenantTx, user: UserId, step: i64) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update second_factors set last_step = $3 where tenant_id = $1 and user_id = $2", tenant, user.0, step).execute(tx.conn()).await?;
    Ok(())
}

/// The earlier codes, used or not, are gone.
pub(crate) async fn replace_codes(tx: &mut TenantTx, user: UserId, hashes: &[Vec<u8>], now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    delete_codes(tx, user).await?;
    let ids: Vec<Uuid> = hashes.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into recovery_codes (tenant_id, id, user_id, code_hash, created_at)
         select $1, id, $2, hash, $5 from unnest($3::uuid[], $4::bytea[]) c (id, hash)",
        tenant,
        user.0,
        &ids,
        hashes,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// True for the first who uses it.
pub(crate) async fn use_code(tx: &mut TenantTx, user: UserId, hash: &[u8], now: DateTime<Utc>) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "update recovery_codes set used_at = $4 where tenant_id = $1 and user_id = $2 and code_hash = $3 and used_at is null",
        tenant,
        user.0,
        hash,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
