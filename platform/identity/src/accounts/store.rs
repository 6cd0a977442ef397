//! All SQL of registrations; as the system audience.

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx, TenantTx};
use uuid::Uuid;

pub(crate) struct NewRegistration<'a> {
    pub id: Uuid,
    pub email: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub phone: Option<&'a str>,
    pub password_hash: &'a str,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Without a code yet: [`put_secret`] follows in the same transaction.
pub(crate) async fn insert(tx: &mut TenantTx, new: &NewRegistration<'_>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into registrations (tenant_id, id, email, first_name, last_name, phone_e164, password_hash, secret_hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, '', $8, $9)",
        tenant,
        new.id,
        new.email,
        new.first_name,
        new.last_name,
        new.phone,
        new.password_hash,
        new.now,
        new.expires_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives the registration a new code, of which no attempt was made.
pub(crate) async fn put_secret(tx: &mut TenantTx, id: Uuid, hash: &[u8], sealed: &[u8]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update registrations set secret_hash = $3, secret_sealed = $4, attempts = 0, sent_at = null where tenant_id = $1 and id = $2",
        tenant,
        id,
        hash,
        sealed
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) struct OpenRegistration {
    pub id: Uuid,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub phone_e164: Option<String>,
    pub password_hash: String,
    pub secret_hash: Vec<u8>,
    pub secret_sealed: Option<Vec<u8>>,
    pub attempts: i32,
    pub expires_at: DateTime<Utc>,
}

/// Locked: two guesses at once count as two.
pub(crate) async fn lock_open(tx: &mut TenantTx, id: Uuid, now: DateTime<Utc>) -> AppResult<Option<OpenRegistration>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        OpenRegistration,
        "select id, email, first_name, last_name, phone_e164, password_hash, secret_hash, secret_sealed, attempts, expires_at from registrations
         where tenant_id = $1 and id = $2 and used_at is null and expires_at > $3 for update",
        tenant,
        id,
        now
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(crate) async fn find_open(tx: &mut ReadTx, id: Uuid, now: DateTime<Utc>) -> AppResult<Option<OpenRegistration>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        OpenRegistration,
        "select id, email, first_name, last_name, phone_e164, password_hash, secret_hash, secret_sealed, attempts, expires_at from registrations
         where tenant_id = $1 and id = $2 and used_at is null and expires_at > $3",
        tenant,
        id,
        now
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(crate) async fn count_attempt(tx: &mut TenantTx, id: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update registrations set attempts = attempts + 1 where tenant_id = $1 and id = $2", tenant, id).execute(tx.conn()).await?;
    Ok(())
}

pub(crate) async fn mark_sent(tx: &mut TenantTx, id: Uuid, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update registrations set secret_sealed = null, sent_at = $3 where tenant_id = $1 and id = $2", tenant, id, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(crate) async fn use_up(tx: &mut TenantTx, id: Uuid, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update registrations set used_at = $3, secret_sealed = null where tenant_id = $1 and id = $2", tenant, id, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(crate) async fn delete_expired(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from registrations where tenant_id = $1 and expires_at < $2", tenant, before).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}
