//! All SQL of refresh tokens; as the system audience.

use chrono::{DateTime, Utc};
use kernel::{AppResult, TenantTx};
use uuid::Uuid;

use crate::sessions::SessionId;

pub(crate) async fn insert(tx: &mut TenantTx, session: SessionId, token_hash: &[u8], now: DateTime<Utc>, expires_at: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into refresh_tokens (tenant_id, id, session_id, token_hash, issued_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        tenant,
        Uuid::now_v7(),
        session.0,
        token_hash,
        now,
        expires_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) struct LockedToken {
    pub id: Uuid,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    pub successor_sealed: Option<Vec<u8>>,
    pub session: Uuid,
    pub user: Uuid,
    pub session_expires_at: DateTime<Utc>,
    pub ended: bool,
    pub user_active: bool,
}

/// Locks the token: of two that come at once, the second sees what the first did.
pub(crate) async fn lock_by_hash(tx: &mut TenantTx, token_hash: &[u8]) -> AppResult<Option<LockedToken>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        LockedToken,
        r#"select t.id, t.expires_at, t.used_at, t.successor_sealed, s.id as session, u.id as "user", s.expires_at as session_expires_at,
                  s.revoked_at is not null as "ended!", u.status = 'active' as "user_active!"
           from refresh_tokens t
           join sessions s on s.tenant_id = t.tenant_id and s.id = t.session_id
           join users u on u.tenant_id = s.tenant_id and u.id = s.user_id
           where t.tenant_id = $1 and t.token_hash = $2
           for update of t"#,
        tenant,
        token_hash
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Marks the token as used and keeps its sealed successor for a repeat.
pub(crate) async fn mark_used(tx: &mut TenantTx, id: Uuid, successor_sealed: &[u8], now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update refresh_tokens set used_at = $3, successor_sealed = $4 where tenant_id = $1 and id = $2", tenant, id, now, successor_sealed)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Blanks successors that can answer no repeat any more, of one session or of all.
pub(crate) async fn blank_successors(tx: &mut TenantTx, session: Option<SessionId>, used_before: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update refresh_tokens set successor_sealed = null
         where tenant_id = $1 and ($2::uuid is null or session_id = $2) and used_at < $3 and successor_sealed is not null",
        tenant,
        session.map(|session| session.0),
        used_before
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn delete_expired(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from refresh_tokens where tenant_id = $1 and expires_at < $2", tenant, before).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}
