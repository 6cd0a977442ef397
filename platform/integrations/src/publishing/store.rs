//! SQL of publishers and of what they handed in, all as the platform. What is a publisher's own is always asked for by the publisher.

use chrono::{DateTime, Utc};
use kernel::{AppError, AppResult, error::violated_constraint, platform_tx::PlatformTx};
use uuid::Uuid;

use super::{Account, KeyView, PublishingFailure, SubmissionLine, SubmissionState};

/// Lists end here: the newest come first.
const MOST: i64 = 200;

/// Who publishes.
pub(crate) struct Publisher {
    pub id: Uuid,
    pub handle: String,
    pub name: String,
    pub support: Option<String>,
    pub created_at: DateTime<Utc>,
}

pub(crate) async fn find_publisher(tx: &mut PlatformTx, tenant: Uuid) -> AppResult<Option<Publisher>> {
    let row = sqlx::query_as!(Publisher, "select id, handle, name, support, created_at from publishers where of_tenant = $1", tenant)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row)
}

/// Makes the platform a publisher, or finds that it is.
pub(crate) async fn put_platform(tx: &mut PlatformTx, handle: &str, name: &str) -> AppResult<Publisher> {
    sqlx::query!("insert into publishers (id, handle, name) values ($1, $2, $3) on conflict (handle) do nothing", Uuid::now_v7(), handle, name)
        .execute(tx.conn())
        .await?;
    let row =
        sqlx::query_as!(Publisher, "select id, handle, name, support, created_at from publishers where handle = $1 and of_tenant is null", handle)
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.ok_or(PublishingFailure::HandleTaken)?)
}

pub(super) async fn insert_publisher(tx: &mut PlatformTx, tenant: Uuid, handle: &str, name: &str, support: Option<&str>) -> AppResult<()> {
    sqlx::query!(
        "insert into publishers (id, handle, name, of_tenant, support) values ($1, $2, $3, $4, $5)",
        Uuid::now_v7(),
        handle,
        name,
        tenant,
        support
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("publishers_handle_key") => PublishingFailure::HandleTaken.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

pub(super) async fn update_publisher(tx: &mut PlatformTx, id: Uuid, name: &str, support: Option<&str>) -> AppResult<()> {
    sqlx::query!("update publishers set name = $2, support = $3 where id = $1", id, name, support).execute(tx.conn()).await?;
    Ok(())
}

/// Keys of a publisher, the newest first.
pub(super) async fn list_keys(tx: &mut PlatformTx, publisher: Uuid) -> AppResult<Vec<KeyView>> {
    let rows = sqlx::query_as!(
        KeyView,
        "select id, public_key, name, added_at, revoked_at from publisher_keys where publisher_id = $1 order by added_at desc, id desc limit $2",
        publisher,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// A key to be added.
pub(crate) struct NewKey<'a> {
    pub publisher: Uuid,
    pub public_key: &'a str,
    pub name: &'a str,
    pub by: &'a str,
    pub at: DateTime<Utc>,
}

/// Adds a key; false if somebody has it already.
pub(crate) async fn insert_key(tx: &mut PlatformTx, new: NewKey<'_>) -> AppResult<bool> {
    let done = sqlx::query!(
        "insert into publisher_keys (id, publisher_id, public_key, name, added_by, added_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (public_key) do nothing",
        Uuid::now_v7(),
        new.publisher,
        new.public_key,
        new.name,
        new.by,
        new.at
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// False if the publisher has no such key that still signs.
pub(super) async fn revoke_key(tx: &mut PlatformTx, publisher: Uuid, id: Uuid, by: &str, at: DateTime<Utc>) -> AppResult<bool> {
    let done = sqlx::query!(
        "update publisher_keys set revoked_by = $3, revoked_at = $4 where publisher_id = $1 and id = $2 and revoked_at is null",
        publisher,
        id,
        by,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the key signs for the publisher now.
pub(super) async fn may_sign(tx: &mut PlatformTx, publisher: Uuid, public_key: &str) -> AppResult<bool> {
    let known = sqlx::query_scalar!(
        "select id from publisher_keys where publisher_id = $1 and public_key = $2 and revoked_at is null",
        publisher,
        public_key
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(known.is_some())
}

/// What a reviewer has to know of a publisher.
pub(super) async fn account(tx: &mut PlatformTx, publisher: Uuid) -> AppResult<Account> {
    let row = sqlx::query_as!(
        Account,
        r#"select u.name, u.support, u.created_at, count(v.id) as "versions!", count(v.id) filter (where v.state = 'revoked') as "revoked!"
           from publishers u left join plugins p on p.publisher_id = u.id left join plugin_versions v on v.plugin_id = p.id
           where u.id = $1 group by u.id"#,
        publisher
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row)
}

/// A package to be handed in.
pub(super) struct NewSubmission<'a> {
    pub publisher: Uuid,
    pub plugin: &'a str,
    pub version: &'a str,
    pub kind: &'a str,
    pub package_sha256: &'a str,
    pub package_bytes: i64,
    pub manifest: &'a str,
    pub publisher_key: &'a str,
    pub by: &'a str,
    pub at: DateTime<Utc>,
}

/// Takes the place of whatever was handed in under the same version; none if that one is listed.
pub(super) async fn put_submission(tx: &mut PlatformTx, new: NewSubmission<'_>) -> AppResult<Option<Uuid>> {
    let id = sqlx::query_scalar!(
        "insert into plugin_submissions as s (id, publisher_id, plugin, version, kind, package_sha256, package_bytes, manifest, publisher_key,
           handed_in_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
         on conflict (publisher_id, plugin, version) do update set kind = excluded.kind, package_sha256 = excluded.package_sha256,
           package_bytes = excluded.package_bytes, manifest = excluded.manifest, publisher_key = excluded.publisher_key,
           handed_in_by = excluded.handed_in_by, state = 'draft', submitted_by = null, submitted_at = null, report = null, report_passed = null,
           reviewed_by = null, reviewed_at = null, review_note = null, updated_at = excluded.updated_at
         where s.state <> 'listed'
         returning id",
        Uuid::now_v7(),
        new.publisher,
        new.plugin,
        new.version,
        new.kind,
        new.package_sha256,
        new.package_bytes,
        new.manifest,
        new.publisher_key,
        new.by,
        new.at
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

/// Everything of a package that was handed in.
pub(super) struct Row {
    pub id: Uuid,
    pub publisher_id: Uuid,
    pub publisher: String,
    pub plugin: String,
    pub version: String,
    pub kind: String,
    pub package_sha256: String,
    pub package_bytes: i64,
    pub manifest: String,
    pub publisher_key: String,
    pub state: SubmissionState,
    pub handed_in_by: String,
    pub submitted_by: Option<String>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub report: Option<serde_json::Value>,
    pub report_passed: Option<bool>,
    pub reviewed_at: Option<DateTime<Utc>>,
    pub review_note: Option<String>,
    pub updated_at: DateTime<Utc>,
}

/// One of a publisher's packages, or of anybody's; held until the transaction ends.
pub(super) async fn lock(tx: &mut PlatformTx, publisher: Option<Uuid>, id: Uuid) -> AppResult<Row> {
    let row = sqlx::query_as!(
        Row,
        r#"select s.id, s.publisher_id, p.handle as publisher, s.plugin, s.version, s.kind, s.package_sha256, s.package_bytes, s.manifest,
             s.publisher_key, s.state as "state: SubmissionState", s.handed_in_by, s.submitted_by, s.submitted_at, s.report, s.report_passed,
             s.reviewed_at, s.review_note, s.updated_at
           from plugin_submissions s join publishers p on p.id = s.publisher_id
           where s.id = $1 and ($2::uuid is null or s.publisher_id = $2) for update of s"#,
        id,
        publisher
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.ok_or(PublishingFailure::NotFound)?)
}

/// Packages of a publisher, or all that were submitted; in one state, or in any. What waits for a review longest first, then what was
/// touched last.
pub(super) async fn list(tx: &mut PlatformTx, publisher: Option<Uuid>, state: Option<SubmissionState>) -> AppResult<Vec<SubmissionLine>> {
    let rows = sqlx::query_as!(
        SubmissionLine,
        r#"select s.id, p.handle as publisher, s.plugin, s.version, s.state as "state: SubmissionState", s.report_passed, s.submitted_at,
             s.updated_at
           from plugin_submissions s join publishers p on p.id = s.publisher_id
           where (s.publisher_id = $1 or $1::uuid is null and s.state <> 'draft') and ($2::text is null or s.state = $2)
           order by case when $2 = 'submitted' then s.submitted_at end, s.updated_at desc, s.id desc limit $3"#,
        publisher,
        state.map(SubmissionState::as_str),
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub(super) async fn set_submitted(tx: &mut PlatformTx, id: Uuid, by: &str, at: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!(
        "update plugin_submissions set state = 'submitted', submitted_by = $2, submitted_at = $3, updated_at = $3 where id = $1",
        id,
        by,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps the machine's report of exactly this package; false if another one took its place.
pub(super) async fn set_report(tx: &mut PlatformTx, id: Uuid, package_sha256: &str, report: &serde_json::Value, passed: bool) -> AppResult<bool> {
    let done = sqlx::query!(
        "update plugin_submissions set report = $3, report_passed = $4 where id = $1 and package_sha256 = $2 and state in ('draft', 'submitted')",
        id,
        package_sha256,
        report,
        passed
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn set_reviewed(tx: &mut PlatformTx, id: Uuid, state: SubmissionState, by: &str, note: &str, at: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!(
        "update plugin_submissions set state = $2, reviewed_by = $3, review_note = $4, reviewed_at = $5, updated_at = $5 where id = $1",
        id,
        state.as_str(),
        by,
        note,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn set_listed(tx: &mut PlatformTx, id: Uuid, at: DateTime<Utc>) -> AppResult<()> {
    sqlx::query!("update plugin_submissions set state = 'listed', updated_at = $2 where id = $1", id, at).execute(tx.conn()).await?;
    Ok(())
}
