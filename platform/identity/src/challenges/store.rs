//! All SQL of challenges; as the system audience.

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx, TenantTx};

use super::{ChallengeId, Purpose};
use crate::UserId;

pub(crate) struct NewChallenge<'a> {
    pub id: ChallengeId,
    pub user: UserId,
    pub purpose: Purpose,
    pub sent_to: &'a str,
    pub secret_hash: &'a [u8],
    /// What is to be sent; none for what is not.
    pub secret_sealed: Option<&'a [u8]>,
    pub now: DateTime<Utc>,
}

/// Open challenges of this user and purpose are worth nothing any more.
pub(crate) async fn retire_open(tx: &mut TenantTx, user: UserId, purpose: Purpose, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update challenges set used_at = $4, secret_sealed = null where tenant_id = $1 and user_id = $2 and purpose = $3 and used_at is null",
        tenant,
        user.0,
        purpose.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn insert(tx: &mut TenantTx, new: &NewChallenge<'_>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into challenges (tenant_id, id, user_id, purpose, sent_to, secret_hash, secret_sealed, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant,
        new.id.0,
        new.user.0,
        new.purpose.as_str(),
        new.sent_to,
        new.secret_hash,
        new.secret_sealed,
        new.now,
        new.now + new.purpose.valid_for()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) struct OpenChallenge {
    pub id: ChallengeId,
    pub sent_to: String,
    pub secret_hash: Vec<u8>,
    pub attempts: i32,
}

/// The user's open challenge of this purpose, locked: two guesses at once count as two.
pub(crate) async fn lock_open(tx: &mut TenantTx, user: UserId, purpose: Purpose, now: DateTime<Utc>) -> AppResult<Option<OpenChallenge>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        OpenChallenge,
        r#"select id as "id: ChallengeId", sent_to, secret_hash, attempts from challenges
           where tenant_id = $1 and user_id = $2 and purpose = $3 and used_at is null and expires_at > $4
           order by id desc limit 1 for update"#,
        tenant,
        user.0,
        purpose.as_str(),
        now
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The user and purpose of an open link.
pub(crate) async fn find_by_hash(tx: &mut ReadTx, secret_hash: &[u8], now: DateTime<Utc>) -> AppResult<Option<(ChallengeId, UserId, Purpose)>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        r#"select id as "id: ChallengeId", user_id as "user: UserId", purpose from challenges
           where tenant_id = $1 and secret_hash = $2 and used_at is null and expires_at > $3"#,
        tenant,
        secret_hash,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(|row| Some((row.id, row.user, Purpose::from_name(&row.purpose)?))))
}

pub(crate) struct HeldChallenge {
    pub id: ChallengeId,
    pub user: UserId,
    pub attempts: i32,
}

/// The open challenge whose token somebody holds, locked: two guesses at once count as two.
pub(crate) async fn lock_by_hash(tx: &mut TenantTx, purpose: Purpose, secret_hash: &[u8], now: DateTime<Utc>) -> AppResult<Option<HeldChallenge>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        HeldChallenge,
        r#"select id as "id: ChallengeId", user_id as "user: UserId", attempts from challenges
           where tenant_id = $1 and secret_hash = $2 and purpose = $3 and used_at is null and expires_at > $4 for update"#,
        tenant,
        secret_hash,
        purpose.as_str(),
        now
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(crate) async fn count_attempt(tx: &mut TenantTx, id: ChallengeId) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update challenges set attempts = attempts + 1 where tenant_id = $1 and id = $2", tenant, id.0).execute(tx.conn()).await?;
    Ok(())
}

/// True for the first who uses it.
pub(crate) async fn use_up(tx: &mut TenantTx, id: ChallengeId, now: DateTime<Utc>) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "update challenges set used_at = $3, secret_sealed = null where tenant_id = $1 and id = $2 and used_at is null",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) struct Unsent {
    pub user: UserId,
    pub purpose: String,
    pub sent_to: String,
    pub secret_sealed: Option<Vec<u8>>,
    pub expires_at: DateTime<Utc>,
}

pub(crate) async fn find_unsent(tx: &mut ReadTx, id: ChallengeId, now: DateTime<Utc>) -> AppResult<Option<Unsent>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Unsent,
        r#"select user_id as "user: UserId", purpose, sent_to, secret_sealed, expires_at from challenges
           where tenant_id = $1 and id = $2 and used_at is null and expires_at > $3 and secret_sealed is not null"#,
        tenant,
        id.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// From here on only the hash is left.
pub(crate) async fn mark_sent(tx: &mut TenantTx, id: ChallengeId, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update challenges set secret_sealed = null, sent_at = $3 where tenant_id = $1 and id = $2", tenant, id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(crate) async fn delete_expired(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from challenges where tenant_id = $1 and expires_at < $2", tenant, before).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}
