//! All SQL of users.

use chrono::{DateTime, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::violated_constraint,
    paging::{List, Page, PageRequest},
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{NewUser, PersonName, User, UserError, UserId, UserKind, UserStatus, normalise_email};

/// A row as the database has it.
struct UserRow {
    id: Uuid,
    kind: String,
    email: String,
    first_name: String,
    last_name: String,
    phone_e164: Option<String>,
    subject_kind: Option<String>,
    subject_id: Option<Uuid>,
    status: String,
    email_verified_at: Option<DateTime<Utc>>,
    phone_verified_at: Option<DateTime<Utc>>,
    has_password: bool,
    version: i32,
    created_at: DateTime<Utc>,
}

impl TryFrom<UserRow> for User {
    type Error = AppError;
    fn try_from(row: UserRow) -> AppResult<Self> {
        Ok(Self {
            id: UserId(row.id),
            kind: UserKind::from_name(&row.kind).ok_or_else(|| AppError::internal("unknown kind of user"))?,
            email: row.email,
            name: PersonName { first: row.first_name, last: row.last_name },
            phone: row.phone_e164,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            status: UserStatus::from_name(&row.status).ok_or_else(|| AppError::internal("unknown status of a user"))?,
            email_verified_at: row.email_verified_at,
            phone_verified_at: row.phone_verified_at,
            has_password: row.has_password,
            version: row.version,
            created_at: row.created_at,
        })
    }
}

/// `has_password` is known to the system audience alone; to others it reads false.
pub(crate) async fn find(tx: &mut ReadTx, id: UserId) -> AppResult<Option<User>> {
    let tenant = tx.tenant_id();
    sqlx::query_as!(
        UserRow,
        r#"select id, kind, email, first_name, last_name, phone_e164, subject_kind, subject_id, status, email_verified_at, phone_verified_at,
                  exists (select from passwords p where p.tenant_id = u.tenant_id and p.user_id = u.id) as "has_password!", version, created_at
           from users u where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .map(User::try_from)
    .transpose()
}

pub(crate) async fn find_by_email(tx: &mut ReadTx, kind: UserKind, email: &str) -> AppResult<Option<User>> {
    let tenant = tx.tenant_id();
    sqlx::query_as!(
        UserRow,
        r#"select id, kind, email, first_name, last_name, phone_e164, subject_kind, subject_id, status, email_verified_at, phone_verified_at,
                  exists (select from passwords p where p.tenant_id = u.tenant_id and p.user_id = u.id) as "has_password!", version, created_at
           from users u where tenant_id = $1 and kind = $2 and email_norm = $3"#,
        tenant,
        kind.as_str(),
        normalise_email(email)
    )
    .fetch_optional(tx.conn())
    .await?
    .map(User::try_from)
    .transpose()
}

/// Those who proved that the number is theirs; two at most, which is more than one.
pub(crate) async fn find_by_verified_phone(tx: &mut ReadTx, kind: UserKind, phone: &str) -> AppResult<Vec<User>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        UserRow,
        r#"select id, kind, email, first_name, last_name, phone_e164, subject_kind, subject_id, status, email_verified_at, phone_verified_at,
                  exists (select from passwords p where p.tenant_id = u.tenant_id and p.user_id = u.id) as "has_password!", version, created_at
           from users u where tenant_id = $1 and kind = $2 and phone_e164 = $3 and phone_verified_at is not null limit 2"#,
        tenant,
        kind.as_str(),
        phone
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(User::try_from).collect()
}

pub(crate) async fn find_by_subject(tx: &mut ReadTx, subject: Uuid) -> AppResult<Option<User>> {
    let tenant = tx.tenant_id();
    sqlx::query_as!(
        UserRow,
        r#"select id, kind, email, first_name, last_name, phone_e164, subject_kind, subject_id, status, email_verified_at, phone_verified_at,
                  exists (select from passwords p where p.tenant_id = u.tenant_id and p.user_id = u.id) as "has_password!", version, created_at
           from users u where tenant_id = $1 and subject_id = $2 order by id limit 1"#,
        tenant,
        subject
    )
    .fetch_optional(tx.conn())
    .await?
    .map(User::try_from)
    .transpose()
}

/// An erased user's address ends like this; nobody registers with it.
const ERASED: &str = "@erased.invalid";

pub(crate) async fn list_unerased(tx: &mut ReadTx, subject: Uuid) -> AppResult<Vec<UserId>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        r#"select id as "id: UserId" from users where tenant_id = $1 and subject_id = $2 and right(email_norm, length($3)) <> $3 order by id"#,
        tenant,
        subject,
        ERASED
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// Takes name, address, number and credentials from a user, and what is known of its devices.
pub(crate) async fn erase(tx: &mut TenantTx, id: UserId) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "delete from registrations r using users u where r.tenant_id = $1 and u.tenant_id = r.tenant_id and u.id = $2 and lower(r.email) = u.email_norm",
        tenant,
        id.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update users set email = 'erased-' || id || '@erased.invalid', email_norm = 'erased-' || id || '@erased.invalid', first_name = '-', last_name = '',
           phone_e164 = null, status = 'inactive', email_verified_at = null, phone_verified_at = null, version = version + 1, updated_at = $3
         where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from passwords where tenant_id = $1 and user_id = $2", tenant, id.0).execute(tx.conn()).await?;
    sqlx::query!("delete from password_history where tenant_id = $1 and user_id = $2", tenant, id.0).execute(tx.conn()).await?;
    sqlx::query!("delete from challenges where tenant_id = $1 and user_id = $2", tenant, id.0).execute(tx.conn()).await?;
    sqlx::query!("delete from recovery_codes where tenant_id = $1 and user_id = $2", tenant, id.0).execute(tx.conn()).await?;
    sqlx::query!("delete from second_factors where tenant_id = $1 and user_id = $2", tenant, id.0).execute(tx.conn()).await?;
    sqlx::query!("update sessions set address = '', user_agent = '' where tenant_id = $1 and user_id = $2", tenant, id.0).execute(tx.conn()).await?;
    sqlx::query!("delete from passkeys where tenant_id = $1 and user_id = $2", tenant, id.0).execute(tx.conn()).await?;
    Ok(())
}

pub(crate) async fn insert(tx: &mut TenantTx, new: &NewUser, now: DateTime<Utc>) -> AppResult<UserId> {
    let (tenant, id) = (tx.tenant_id(), UserId::new());
    sqlx::query!(
        "insert into users (tenant_id, id, kind, email, email_norm, first_name, last_name, phone_e164, subject_kind, subject_id, email_verified_at,
                            created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        tenant,
        id.0,
        new.kind.as_str(),
        new.email,
        normalise_email(&new.email),
        new.name.first,
        new.name.last,
        new.phone,
        new.subject.map(|(kind, _)| kind),
        new.subject.map(|(_, id)| id),
        new.email_verified.then_some(now),
        now
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("users_kind_email_norm_key") => UserError::EmailTaken.into(),
        _ => AppError::from(error),
    })?;
    Ok(id)
}

/// Locks the user until the transaction ends.
pub(crate) async fn lock(tx: &mut TenantTx, id: UserId) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from users where tenant_id = $1 and id = $2 for update", tenant, id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or_else(AppError::not_found)?;
    Ok(())
}

pub(crate) async fn update_status(tx: &mut TenantTx, id: UserId, status: UserStatus) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "update users set status = $3, version = version + 1, updated_at = now() where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        status.as_str()
    )
    .execute(tx.conn())
    .await
    .map_err(crate::roles::store::last_owner)?;
    affected_one(done.rows_affected())
}

pub(crate) async fn update_subject(tx: &mut TenantTx, id: UserId, kind: &str, subject: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "update users set subject_kind = $3, subject_id = $4, version = version + 1, updated_at = now() where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        kind,
        subject
    )
    .execute(tx.conn())
    .await?;
    affected_one(done.rows_affected())
}

pub(crate) async fn update_profile(tx: &mut TenantTx, id: UserId, name: &PersonName, phone: Option<&str>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "update users set first_name = $3, last_name = $4, phone_e164 = $5,
                phone_verified_at = case when phone_e164 is not distinct from $5 then phone_verified_at end,
                version = version + 1, updated_at = now()
         where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        name.first,
        name.last,
        phone
    )
    .execute(tx.conn())
    .await?;
    affected_one(done.rows_affected())
}

pub(crate) async fn mark_email_verified(tx: &mut TenantTx, id: UserId, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update users set email_verified_at = coalesce(email_verified_at, $3) where tenant_id = $1 and id = $2", tenant, id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(crate) async fn mark_phone_verified(tx: &mut TenantTx, id: UserId, phone: &str, now: DateTime<Utc>) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("update users set phone_verified_at = $4 where tenant_id = $1 and id = $2 and phone_e164 = $3", tenant, id.0, phone, now)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn mark_login(tx: &mut TenantTx, id: UserId, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update users set last_login_at = $3 where tenant_id = $1 and id = $2", tenant, id.0, now).execute(tx.conn()).await?;
    Ok(())
}

/// A member of staff in a list, with the names of the roles.
#[derive(Debug, Clone, FromRow)]
pub struct StaffRow {
    pub id: Uuid,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub phone_e164: Option<String>,
    pub status: String,
    pub email_verified_at: Option<DateTime<Utc>>,
    pub last_login_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub roles: Vec<String>,
}

pub(crate) async fn list_staff(
    tx: &mut ReadTx,
    status: Option<UserStatus>,
    role: Option<String>,
    request: &PageRequest,
) -> AppResult<Page<StaffRow>> {
    let mut list = List::new(
        "u.id, u.email, u.first_name, u.last_name, u.phone_e164, u.status, u.email_verified_at, u.last_login_at, u.created_at,
         array(select r.key from user_roles ur join roles r on (r.tenant_id, r.id) = (ur.tenant_id, ur.role_id)
               where ur.tenant_id = u.tenant_id and ur.user_id = u.id order by r.key) as roles",
        "from users u",
        "u.tenant_id",
        "u.id",
    )
    .sortable("email", "u.email_norm");
    list.fixed("u.kind = 'staff'");
    if let Some(status) = status {
        list.filter("u.status = ", status.as_str(), "");
    }
    if let Some(role) = role {
        list.filter(
            "exists (select from user_roles ur join roles r on (r.tenant_id, r.id) = (ur.tenant_id, ur.role_id)
                     where ur.tenant_id = u.tenant_id and ur.user_id = u.id and r.key = ",
            role,
            ")",
        );
    }
    if let Some(text) = request.search_text() {
        list.filter("position(", text, " in lower(u.first_name || ' ' || u.last_name || ' ' || u.email)) > 0");
    }
    list.fetch(tx, request, |row: &StaffRow| row.id).await
}

/// Active staff with a role that holds one of these permissions or patterns.
pub(crate) async fn list_holders(tx: &mut ReadTx, granting: &[String]) -> AppResult<Vec<UserId>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select u.id as "id: UserId" from users u
           where u.tenant_id = $1 and u.kind = 'staff' and u.status = 'active'
             and exists (select from user_roles r join role_permissions p on p.tenant_id = r.tenant_id and p.role_id = r.role_id
                         where r.tenant_id = u.tenant_id and r.user_id = u.id and p.permission = any($2))
           order by u.id"#,
        tenant,
        granting
    )
    .fetch_all(tx.conn())
    .await?)
}

fn affected_one(rows: u64) -> AppResult<()> {
    if rows == 1 { Ok(()) } else { Err(AppError::not_found()) }
}
