//! All SQL of sign-ups, as the platform.

use chrono::{DateTime, Utc};
use kernel::{AppResult, platform_tx::PlatformTx, tenant::TenantId};

use super::SignUpId;

/// Which of these labels a tenant has.
pub(super) async fn slugs_taken(tx: &mut PlatformTx, slugs: &[String]) -> AppResult<Vec<String>> {
    Ok(sqlx::query_scalar!("select slug from tenants where slug = any($1)", slugs).fetch_all(tx.conn()).await?)
}

pub(super) struct NewSignUp<'a> {
    pub id: SignUpId,
    pub kind: &'a str,
    pub country: &'a str,
    pub pack: &'a str,
    pub company_name: &'a str,
    pub slug: &'a str,
    pub owner_name: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub password_hash: &'a str,
    pub code_hash: &'a str,
    pub now: DateTime<Utc>,
    pub code_expires_at: DateTime<Utc>,
}

pub(super) async fn insert(tx: &mut PlatformTx, new: &NewSignUp<'_>) -> AppResult<()> {
    sqlx::query!(
        "insert into sign_ups (id, kind, country, pack, company_name, slug, owner_name, email, email_norm, phone_e164, password_hash, code_hash,
                               code_expires_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        new.id.0,
        new.kind,
        new.country,
        new.pack,
        new.company_name,
        new.slug,
        new.owner_name,
        new.email,
        new.email.to_lowercase(),
        new.phone,
        new.password_hash,
        new.code_hash,
        new.code_expires_at,
        new.now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Codes sent to this address since.
pub(super) async fn codes_sent_to(tx: &mut PlatformTx, email: &str, since: DateTime<Utc>) -> AppResult<i64> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(codes_sent), 0) as "n!" from sign_ups where email_norm = $1 and created_at > $2"#,
        email.to_lowercase(),
        since
    )
    .fetch_one(tx.conn())
    .await?)
}

/// A sign-up, locked until the transaction ends.
pub(super) struct SignUpRow {
    pub kind: String,
    pub country: String,
    pub pack: String,
    pub company_name: String,
    pub slug: String,
    pub owner_name: String,
    pub email: String,
    pub phone_e164: String,
    pub password_hash: String,
    pub code_hash: String,
    pub code_expires_at: DateTime<Utc>,
    pub attempts: i32,
    pub verified_at: Option<DateTime<Utc>>,
    pub opened_tenant: Option<TenantId>,
    pub completed_at: Option<DateTime<Utc>>,
}

pub(super) async fn lock(tx: &mut PlatformTx, id: SignUpId) -> AppResult<Option<SignUpRow>> {
    Ok(sqlx::query_as!(
        SignUpRow,
        r#"select kind, country, pack, company_name, slug, owner_name, email, phone_e164, password_hash, code_hash, code_expires_at, attempts,
                  verified_at, opened_tenant as "opened_tenant: TenantId", completed_at
           from sign_ups where id = $1 for update"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(super) async fn put_code(tx: &mut PlatformTx, id: SignUpId, code_hash: &str, expires_at: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!(
        "update sign_ups set code_hash = $2, code_expires_at = $3, attempts = 0, codes_sent = codes_sent + 1 where id = $1",
        id.0,
        code_hash,
        expires_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn count_attempt(tx: &mut PlatformTx, id: SignUpId) -> AppResult<()> {
    sqlx::query!("update sign_ups set attempts = attempts + 1 where id = $1", id.0).execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn mark_verified(tx: &mut PlatformTx, id: SignUpId, now: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!("update sign_ups set verified_at = $2, code_hash = '' where id = $1", id.0, now).execute(tx.conn()).await?;
    Ok(())
}

pub(super) struct NewTenant<'a> {
    pub id: TenantId,
    pub slug: &'a str,
    pub name: &'a str,
    pub kind: &'a str,
    pub country: &'a str,
    pub pack: &'a str,
    pub currency: &'a str,
    pub time_zone: &'a str,
    pub locale: &'a str,
}

/// False if somebody else has the label.
pub(super) async fn insert_tenant(tx: &mut PlatformTx, new: &NewTenant<'_>) -> AppResult<bool> {
    let done = sqlx::query!(
        "insert into tenants (id, slug, name, kind, country, pack, currency, time_zone, locale, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'preview') on conflict on constraint tenants_slug_key do nothing",
        new.id.0,
        new.slug,
        new.name,
        new.kind,
        new.country,
        new.pack,
        new.currency,
        new.time_zone,
        new.locale
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn mark_opened(tx: &mut PlatformTx, id: SignUpId, tenant: TenantId, slug: &str, now: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!("update sign_ups set opened_tenant = $2, slug = $3, opened_at = $4 where id = $1", id.0, tenant.0, slug, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The password's hash has moved to the owner's account.
pub(super) async fn mark_completed(tx: &mut PlatformTx, id: SignUpId, now: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!("update sign_ups set completed_at = coalesce(completed_at, $2), password_hash = '' where id = $1", id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Opened before `opened_before` and not completed.
pub(super) async fn list_unfinished(tx: &mut PlatformTx, opened_before: DateTime<Utc>) -> AppResult<Vec<SignUpId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: SignUpId" from sign_ups
           where opened_tenant is not null and completed_at is null and opened_at < $1 order by opened_at limit 100"#,
        opened_before
    )
    .fetch_all(tx.conn())
    .await?)
}

pub(super) async fn delete_old(tx: &mut PlatformTx, unopened_before: DateTime<Utc>, completed_before: DateTime<Utc>) -> AppResult<u64> {
    let done = sqlx::query!(
        "delete from sign_ups where (opened_tenant is null and created_at < $1) or completed_at < $2",
        unopened_before,
        completed_before
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
