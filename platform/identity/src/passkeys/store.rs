//! All SQL of passkeys and of the questions that devices are asked; as the system audience.

use chrono::{DateTime, Utc};
use kernel::{AppError, AppResult, ReadTx, TenantTx, error::violated_constraint};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;
use webauthn_rs::prelude::Passkey;

use super::{PasskeyError, PasskeyId};
use crate::UserId;

/// A passkey as its person sees it.
#[derive(Debug, Clone)]
pub struct PasskeyRow {
    pub id: PasskeyId,
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The person's passkeys, oldest first.
pub(crate) async fn list(tx: &mut ReadTx, user: UserId) -> AppResult<Vec<PasskeyRow>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        PasskeyRow,
        r#"select id as "id: PasskeyId", name, created_at, last_used_at from passkeys where tenant_id = $1 and user_id = $2 order by id"#,
        tenant,
        user.0
    )
    .fetch_all(tx.conn())
    .await?)
}

/// What devices are asked for.
pub(crate) async fn list_credentials(tx: &mut ReadTx, user: UserId) -> AppResult<Vec<Passkey>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_scalar!(
        r#"select credential as "credential: Json<Passkey>" from passkeys where tenant_id = $1 and user_id = $2 order by id"#,
        tenant,
        user.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub(crate) async fn has(tx: &mut ReadTx, user: UserId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(r#"select exists (select from passkeys where tenant_id = $1 and user_id = $2) as "has!""#, tenant, user.0)
        .fetch_one(tx.conn())
        .await?)
}

pub(crate) async fn insert(tx: &mut TenantTx, id: PasskeyId, user: UserId, passkey: &Passkey, name: &str, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let credential_id: &[u8] = passkey.cred_id();
    sqlx::query!(
        "insert into passkeys (tenant_id, id, user_id, credential_id, credential, name, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        id.0,
        user.0,
        credential_id,
        Json(passkey) as _,
        name,
        now
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("passkeys_credential_id_key") => PasskeyError::Known.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

pub(crate) struct LockedPasskey {
    pub id: PasskeyId,
    pub user: UserId,
    pub credential: Json<Passkey>,
}

/// Locked: of two uses at once, the second sees the first one's count.
pub(crate) async fn lock_by_credential(tx: &mut TenantTx, credential_id: &[u8]) -> AppResult<Option<LockedPasskey>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        LockedPasskey,
        r#"select id as "id: PasskeyId", user_id as "user: UserId", credential as "credential: Json<Passkey>" from passkeys
           where tenant_id = $1 and credential_id = $2 for update"#,
        tenant,
        credential_id
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(crate) async fn note_use(tx: &mut TenantTx, id: PasskeyId, passkey: &Passkey, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update passkeys set credential = $3, last_used_at = $4 where tenant_id = $1 and id = $2", tenant, id.0, Json(passkey) as _, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The name that it had; none if the person has no such passkey.
pub(crate) async fn rename(tx: &mut TenantTx, user: UserId, id: PasskeyId, name: &str) -> AppResult<Option<String>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"update passkeys p set name = $4 from (select id, name from passkeys where tenant_id = $1 and user_id = $2 and id = $3 for update) old
           where p.tenant_id = $1 and p.id = old.id returning old.name as "name!""#,
        tenant,
        user.0,
        id.0,
        name
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The name that it had; none if the person has no such passkey.
pub(crate) async fn delete(tx: &mut TenantTx, user: UserId, id: PasskeyId) -> AppResult<Option<String>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!("delete from passkeys where tenant_id = $1 and user_id = $2 and id = $3 returning name", tenant, user.0, id.0)
        .fetch_optional(tx.conn())
        .await?)
}

/// Gives how many there were.
pub(crate) async fn delete_all(tx: &mut TenantTx, user: UserId) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from passkeys where tenant_id = $1 and user_id = $2", tenant, user.0).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}

/// A question to a device.
pub(crate) struct NewCeremony<'a> {
    pub user: Option<UserId>,
    pub purpose: &'static str,
    pub token_hash: &'a [u8],
    pub state: Value,
    pub expires_at: DateTime<Utc>,
}

pub(crate) async fn insert_ceremony(tx: &mut TenantTx, new: &NewCeremony<'_>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into passkey_ceremonies (tenant_id, id, user_id, purpose, token_hash, state, expires_at) values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        Uuid::now_v7(),
        new.user.map(|user| user.0),
        new.purpose,
        new.token_hash,
        new.state,
        new.expires_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The state of an open question, for the first who answers it.
pub(crate) async fn take_ceremony(
    tx: &mut TenantTx,
    token_hash: &[u8],
    purpose: &str,
    user: Option<UserId>,
    now: DateTime<Utc>,
) -> AppResult<Option<Value>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        "delete from passkey_ceremonies where tenant_id = $1 and token_hash = $2 and purpose = $3 and user_id is not distinct from $4
           and expires_at > $5 returning state",
        tenant,
        token_hash,
        purpose,
        user.map(|user| user.0),
        now
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(crate) async fn delete_expired(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from passkey_ceremonies where tenant_id = $1 and expires_at < $2", tenant, before).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}
