//! All SQL of sessions.

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx, Sight, TenantTx};
use uuid::Uuid;

use super::{Origin, SessionId};
use crate::{UserId, roles::RoleId};

pub(crate) struct NewSession<'a> {
    pub id: SessionId,
    pub user: UserId,
    pub channel: &'static str,
    pub token_hash: Option<&'a [u8]>,
    pub origin: &'a Origin,
    pub idle_seconds: i32,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub(crate) async fn insert(tx: &mut TenantTx, new: &NewSession<'_>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into sessions (tenant_id, id, user_id, channel, token_hash, address, user_agent, idle_seconds, last_seen_at, confirmed_at, expires_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $9)",
        tenant,
        new.id.0,
        new.user.0,
        new.channel,
        new.token_hash,
        new.origin.address.to_string(),
        new.origin.user_agent,
        new.idle_seconds,
        new.now,
        new.expires_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Everything that is needed to know who calls, in one row.
pub(crate) struct Admitted {
    pub session: Uuid,
    pub user: Uuid,
    pub kind: String,
    pub first_name: String,
    pub last_name: String,
    pub subject_id: Option<Uuid>,
    pub last_seen_at: DateTime<Utc>,
    pub held: Vec<String>,
    /// The role through whose eyes the session looks, by name, and what it holds.
    pub preview: Option<String>,
    pub preview_held: Vec<String>,
    /// The widest of the roles.
    pub sight: Sight,
    pub preview_sight: Option<Sight>,
    /// The tenant demands a second factor, and there is none.
    pub must_enrol: bool,
}

/// The open session of a browser's token and its active user.
pub(crate) async fn find_by_token(tx: &mut ReadTx, token_hash: &[u8], now: DateTime<Utc>) -> AppResult<Option<Admitted>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Admitted,
        r#"select s.id as session, u.id as "user", u.kind, u.first_name, u.last_name, u.subject_id, s.last_seen_at,
                  array(select distinct p.permission from user_roles ur
                        join role_permissions p on p.tenant_id = ur.tenant_id and p.role_id = ur.role_id
                        where ur.tenant_id = u.tenant_id and ur.user_id = u.id) as "held!",
                  (select r.name from roles r where r.tenant_id = s.tenant_id and r.id = s.preview_role) as preview,
                  coalesce((select r.sight from user_roles ur join roles r on r.tenant_id = ur.tenant_id and r.id = ur.role_id
                            where ur.tenant_id = u.tenant_id and ur.user_id = u.id
                            order by array_position(array['all', 'team', 'own'], r.sight) limit 1), 'all') as "sight!: Sight",
                  (select r.sight from roles r where r.tenant_id = s.tenant_id and r.id = s.preview_role) as "preview_sight: Sight",
                  array(select p.permission from role_permissions p where p.tenant_id = s.tenant_id and p.role_id = s.preview_role) as "preview_held!",
                  (u.kind = 'staff' and second_factor_missing(u.tenant_id, u.id)) as "must_enrol!"
           from sessions s join users u on u.tenant_id = s.tenant_id and u.id = s.user_id
           where s.tenant_id = $1 and s.token_hash = $2 and s.revoked_at is null and s.expires_at > $3
             and s.last_seen_at + make_interval(secs => s.idle_seconds) > $3 and u.status = 'active'"#,
        tenant,
        token_hash,
        now
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The open session of an application and its active user.
pub(crate) async fn find_by_id(tx: &mut ReadTx, id: SessionId, user: UserId, now: DateTime<Utc>) -> AppResult<Option<Admitted>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Admitted,
        r#"select s.id as session, u.id as "user", u.kind, u.first_name, u.last_name, u.subject_id, s.last_seen_at,
                  array(select distinct p.permission from user_roles ur
                        join role_permissions p on p.tenant_id = ur.tenant_id and p.role_id = ur.role_id
                        where ur.tenant_id = u.tenant_id and ur.user_id = u.id) as "held!",
                  (select r.name from roles r where r.tenant_id = s.tenant_id and r.id = s.preview_role) as preview,
                  coalesce((select r.sight from user_roles ur join roles r on r.tenant_id = ur.tenant_id and r.id = ur.role_id
                            where ur.tenant_id = u.tenant_id and ur.user_id = u.id
                            order by array_position(array['all', 'team', 'own'], r.sight) limit 1), 'all') as "sight!: Sight",
                  (select r.sight from roles r where r.tenant_id = s.tenant_id and r.id = s.preview_role) as "preview_sight: Sight",
                  array(select p.permission from role_permissions p where p.tenant_id = s.tenant_id and p.role_id = s.preview_role) as "preview_held!",
                  (u.kind = 'staff' and second_factor_missing(u.tenant_id, u.id)) as "must_enrol!"
           from sessions s join users u on u.tenant_id = s.tenant_id and u.id = s.user_id
           where s.tenant_id = $1 and s.id = $2 and s.user_id = $3 and s.channel = 'api' and s.revoked_at is null and s.expires_at > $4
             and u.status = 'active'"#,
        tenant,
        id.0,
        user.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Whether the session is open and its user active.
pub(crate) async fn is_open(tx: &mut ReadTx, id: SessionId, now: DateTime<Utc>) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select exists (select from sessions s join users u on u.tenant_id = s.tenant_id and u.id = s.user_id
             where s.tenant_id = $1 and s.id = $2 and s.revoked_at is null and s.expires_at > $3
               and s.last_seen_at + make_interval(secs => s.idle_seconds) > $3 and u.status = 'active') as "open!""#,
        tenant,
        id.0,
        now
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(crate) async fn touch(tx: &mut TenantTx, id: SessionId, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update sessions set last_seen_at = greatest(last_seen_at, $3) where tenant_id = $1 and id = $2", tenant, id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Notes that the person proved to be there.
pub(crate) async fn confirm(tx: &mut TenantTx, id: SessionId, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update sessions set confirmed_at = $3 where tenant_id = $1 and id = $2", tenant, id.0, now).execute(tx.conn()).await?;
    Ok(())
}

pub(crate) async fn preview(tx: &mut TenantTx, id: SessionId, role: Option<RoleId>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update sessions set preview_role = $3 where tenant_id = $1 and id = $2", tenant, id.0, role.map(|role| role.0))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// When the person last did.
pub(crate) async fn find_confirmed(tx: &mut ReadTx, id: SessionId) -> AppResult<Option<DateTime<Utc>>> {
    let tenant = tx.tenant_id();
    let found =
        sqlx::query_scalar!("select confirmed_at from sessions where tenant_id = $1 and id = $2", tenant, id.0).fetch_optional(tx.conn()).await?;
    Ok(found.flatten())
}

/// A session as its user sees it.
#[derive(Debug, Clone)]
pub struct SessionRow {
    pub id: SessionId,
    /// `browser` or `api`.
    pub channel: String,
    pub address: String,
    pub user_agent: String,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

pub(crate) async fn list_open(tx: &mut ReadTx, user: UserId, now: DateTime<Utc>) -> AppResult<Vec<SessionRow>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        SessionRow,
        r#"select id as "id: SessionId", channel, address, user_agent, last_seen_at, expires_at, created_at from sessions
           where tenant_id = $1 and user_id = $2 and revoked_at is null and expires_at > $3
             and last_seen_at + make_interval(secs => idle_seconds) > $3
           order by last_seen_at desc, id desc limit 200"#,
        tenant,
        user.0,
        now
    )
    .fetch_all(tx.conn())
    .await?)
}

pub(crate) async fn revoke(tx: &mut TenantTx, user: UserId, id: SessionId, because: &str, now: DateTime<Utc>) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "update sessions set revoked_at = $4, revoked_because = $5 where tenant_id = $1 and user_id = $2 and id = $3 and revoked_at is null",
        tenant,
        user.0,
        id.0,
        now,
        because
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn revoke_all(tx: &mut TenantTx, user: UserId, except: Option<SessionId>, because: &str, now: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "update sessions set revoked_at = $4, revoked_because = $5
         where tenant_id = $1 and user_id = $2 and id is distinct from $3 and revoked_at is null and expires_at > $4",
        tenant,
        user.0,
        except.map(|session| session.0),
        now,
        because
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Removes what ended before `before`.
pub(crate) async fn delete_ended(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done =
        sqlx::query!("delete from sessions where tenant_id = $1 and least(expires_at, revoked_at) < $2", tenant, before).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}
