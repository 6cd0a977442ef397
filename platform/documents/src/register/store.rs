//! All statements on the register.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest},
    personal_data::StoredFile,
};
use uuid::Uuid;

use super::{Document, DocumentFilter, DocumentGroup, DocumentId, DocumentKind, DocumentState, Origin, Subject};

const COLUMNS: &str =
    "d.id, d.origin, d.kind, d.customer_id, d.subject_kind, d.subject_id, d.revision, d.number, d.title, d.file_name, d.path, d.mime,
    d.size_bytes, d.state, d.removed_at, d.verified_at, d.verification_code, d.issued_at, d.version, d.created_at";

/// A row to be made. An upload has its file already; an issue gets it later.
pub(crate) struct NewRow<'a> {
    pub id: DocumentId,
    pub origin: Origin,
    pub kind: DocumentKind,
    pub customer: Option<Uuid>,
    pub subject: Option<Subject>,
    pub revision: i32,
    pub number: Option<&'a str>,
    pub title: &'a str,
    pub file_name: &'a str,
    pub path: &'a str,
    pub mime: &'a str,
    pub file: Option<(&'a [u8; 32], i64)>,
    /// The file is kept aside until it is scanned.
    pub held: bool,
    pub code: Option<&'a str>,
    pub facts: Option<serde_json::Value>,
}

/// Inserts a row; false if this issue or this upload is there already.
pub(crate) async fn insert(tx: &mut TenantTx, row: NewRow<'_>) -> AppResult<bool> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let state = match row.file {
        Some(_) if row.held => DocumentState::Held,
        Some(_) => DocumentState::Current,
        None => DocumentState::Preparing,
    };
    let issued_at = (row.origin == Origin::Issued).then_some(now);
    let done = sqlx::query!(
        "insert into documents (tenant_id, id, origin, kind, customer_id, subject_kind, subject_id, revision, number, title, file_name,
           path, mime, sha256, size_bytes, state, verification_code, public_facts, issued_at, created_at, created_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $20)
         on conflict do nothing",
        tenant,
        row.id.0,
        row.origin.as_str(),
        row.kind.as_str(),
        row.customer,
        row.subject.map(|s| s.kind),
        row.subject.map(|s| s.id),
        row.revision,
        row.number,
        row.title,
        row.file_name,
        row.path,
        row.mime,
        row.file.map(|(hash, _)| hash.as_slice()),
        row.file.map(|(_, size)| size),
        state.as_str(),
        row.code,
        row.facts,
        issued_at,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn find(tx: &mut ReadTx, id: DocumentId) -> AppResult<Option<Document>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Document,
        r#"select d.id as "id: DocumentId", d.origin as "origin: Origin", d.kind as "kind: DocumentKind", d.customer_id, d.subject_kind,
             d.subject_id, d.revision, d.number, d.title, d.file_name, d.path, d.mime, d.size_bytes, d.state as "state: DocumentState",
             d.removed_at, d.verified_at, d.verification_code, d.issued_at, d.version, d.created_at
           from documents d where d.tenant_id = $1 and d.id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(crate) async fn find_issue(tx: &mut ReadTx, subject: Subject, kind: DocumentKind, revision: i32) -> AppResult<Option<Document>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Document,
        r#"select d.id as "id: DocumentId", d.origin as "origin: Origin", d.kind as "kind: DocumentKind", d.customer_id, d.subject_kind,
             d.subject_id, d.revision, d.number, d.title, d.file_name, d.path, d.mime, d.size_bytes, d.state as "state: DocumentState",
             d.removed_at, d.verified_at, d.verification_code, d.issued_at, d.version, d.created_at
           from documents d
           where d.tenant_id = $1 and d.origin = 'issued' and d.subject_kind = $2 and d.subject_id = $3 and d.kind = $4 and d.revision = $5"#,
        tenant,
        subject.kind,
        subject.id,
        kind.as_str(),
        revision
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The upload of the same bytes for the same purpose, if there is one.
pub(crate) async fn find_upload(
    tx: &mut ReadTx,
    customer: Uuid,
    kind: DocumentKind,
    subject: Option<Subject>,
    hash: &[u8; 32],
) -> AppResult<Option<Document>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Document,
        r#"select d.id as "id: DocumentId", d.origin as "origin: Origin", d.kind as "kind: DocumentKind", d.customer_id, d.subject_kind,
             d.subject_id, d.revision, d.number, d.title, d.file_name, d.path, d.mime, d.size_bytes, d.state as "state: DocumentState",
             d.removed_at, d.verified_at, d.verification_code, d.issued_at, d.version, d.created_at
           from documents d
           where d.tenant_id = $1 and d.origin = 'uploaded' and d.customer_id = $2 and d.kind = $3
             and d.subject_kind is not distinct from $4 and d.subject_id is not distinct from $5 and d.sha256 = $6"#,
        tenant,
        customer,
        kind.as_str(),
        subject.map(|s| s.kind),
        subject.map(|s| s.id),
        &hash[..]
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Finished documents about one thing, oldest first.
pub(crate) async fn list_of(tx: &mut ReadTx, subject: Subject) -> AppResult<Vec<Document>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Document,
        r#"select d.id as "id: DocumentId", d.origin as "origin: Origin", d.kind as "kind: DocumentKind", d.customer_id, d.subject_kind,
             d.subject_id, d.revision, d.number, d.title, d.file_name, d.path, d.mime, d.size_bytes, d.state as "state: DocumentState",
             d.removed_at, d.verified_at, d.verification_code, d.issued_at, d.version, d.created_at
           from documents d
           where d.tenant_id = $1 and d.subject_kind = $2 and d.subject_id = $3 and d.state not in ('preparing', 'removed', 'erased', 'held', 'refused')
           order by d.id limit 200"#,
        tenant,
        subject.kind,
        subject.id
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Records the finished file and lets it count; earlier revisions no longer do. False if it was finished before.
pub(crate) async fn finish(tx: &mut TenantTx, document: &Document, hash: &[u8; 32], size: i64) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update documents set state = 'current', sha256 = $3, size_bytes = $4, version = version + 1, updated_at = $5
         where tenant_id = $1 and id = $2 and state = 'preparing'",
        tenant,
        document.id.0,
        &hash[..],
        size,
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    sqlx::query!(
        "update documents set state = 'replaced', version = version + 1, updated_at = $6
         where tenant_id = $1 and origin = 'issued' and subject_kind = $2 and subject_id = $3 and kind = $4 and revision < $5 and state = 'current'",
        tenant,
        document.subject_kind,
        document.subject_id,
        document.kind.as_str(),
        document.revision,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Cancels every finished issue about one thing; how many.
pub(crate) async fn cancel_of(tx: &mut TenantTx, subject: Subject, reason: &str) -> AppResult<u64> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update documents set state = 'cancelled', cancelled_at = $4, cancel_reason = $5, version = version + 1, updated_at = $4
         where tenant_id = $1 and origin = 'issued' and subject_kind = $2 and subject_id = $3 and state in ('current', 'replaced')",
        tenant,
        subject.kind,
        subject.id,
        now,
        reason
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Writes the earlier last day into the public facts of what was issued about a subject, and is being issued.
pub(crate) async fn shorten_of(tx: &mut TenantTx, subject: Subject, last_day: NaiveDate) -> AppResult<u64> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update documents set public_facts = jsonb_set(public_facts, '{ends_early}', to_jsonb($4::text)), version = version + 1, updated_at = $5
         where tenant_id = $1 and origin = 'issued' and subject_kind = $2 and subject_id = $3 and state in ('preparing', 'current', 'replaced')
           and public_facts ->> 'to' > $4 and public_facts ->> 'ends_early' is distinct from $4",
        tenant,
        subject.kind,
        subject.id,
        last_day.to_string(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn update_verified(tx: &mut TenantTx, id: DocumentId, by: Option<Uuid>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update documents set verified_at = $3, verified_by = $4, version = version + 1, updated_at = $3
         where tenant_id = $1 and id = $2 and origin = 'uploaded' and state = 'current' and verified_at is null",
        tenant,
        id.0,
        now,
        by
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(AppError::not_found()) }
}

pub(crate) async fn count_uploads(tx: &mut ReadTx, customer: Uuid) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from documents where tenant_id = $1 and customer_id = $2 and origin = 'uploaded' and state in ('current', 'held')"#,
        tenant,
        customer
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// What a code stands for, and since when it no longer does.
pub(crate) struct Verified {
    pub kind: DocumentKind,
    pub number: Option<String>,
    pub state: DocumentState,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub issued_at: Option<DateTime<Utc>>,
    pub facts: Option<serde_json::Value>,
}

/// The document of a code. The facts are those of the issue that counts now, so that an older print shows what was added since.
pub(crate) async fn find_by_code(tx: &mut ReadTx, code: &str) -> AppResult<Option<Verified>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Verified,
        r#"select d.kind as "kind: DocumentKind", d.number, d.state as "state: DocumentState", d.cancelled_at, d.issued_at,
             coalesce(now_valid.public_facts, d.public_facts) as facts
           from documents d
           left join documents now_valid on now_valid.tenant_id = d.tenant_id and now_valid.subject_kind = d.subject_kind
             and now_valid.subject_id = d.subject_id and now_valid.kind = d.kind and now_valid.origin = 'issued' and now_valid.state = 'current'
           where d.tenant_id = $1 and d.verification_code = $2 and d.state <> 'preparing'"#,
        tenant,
        code
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(crate) async fn list(tx: &mut ReadTx, filter: &DocumentFilter, page: &PageRequest) -> AppResult<Page<Document>> {
    let mut list = List::new(COLUMNS, "from documents d", "d.tenant_id", "d.id");
    if let Some(kind) = filter.kind {
        list.filter("d.kind = ", kind.as_str(), "");
    }
    if let Some(origin) = filter.origin {
        list.filter("d.origin = ", origin.as_str(), "");
    }
    match filter.state {
        Some(state) => list.filter("d.state = ", state.as_str(), ""),
        None => list.fixed("d.state not in ('preparing', 'removed', 'erased', 'held', 'refused')"),
    };
    match filter.group {
        Some(DocumentGroup::Policies) => list.fixed("(d.origin = 'issued' and d.kind <> 'receipt' or d.kind = 'insurer_document')"),
        Some(DocumentGroup::Receipts) => list.fixed("d.kind = 'receipt'"),
        Some(DocumentGroup::Uploads) => list.fixed("d.origin = 'uploaded' and d.kind <> 'insurer_document'"),
        None => &mut list,
    };
    match filter.verified {
        Some(true) => list.fixed("d.verified_at is not null"),
        Some(false) => list.fixed("d.verified_at is null"),
        None => &mut list,
    };
    if let Some(customer) = filter.customer {
        list.filter("d.customer_id = ", customer, "");
    }
    if let Some(subject) = filter.subject {
        list.filter("d.subject_id = ", subject, "");
    }
    match page.search_text() {
        // One customer's are few enough to be looked through.
        Some(text) if filter.customer.is_some() => {
            list.filter("strpos(lower(d.title || ' ' || coalesce(d.number, '')), ", text, ") > 0");
        }
        Some(text) => {
            list.filter("d.number = ", text.to_uppercase(), "");
        }
        None => {}
    }
    list.fetch(tx, page, |document: &Document| document.id.0).await
}

/// Removes a customer's upload, if it counts and nobody relies on it. False otherwise.
pub(crate) async fn remove(tx: &mut TenantTx, id: DocumentId, customer: Uuid) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update documents set state = 'removed', removed_at = $4, version = version + 1, updated_at = $4
         where tenant_id = $1 and id = $2 and customer_id = $3 and origin = 'uploaded' and state = 'current' and verified_at is null",
        tenant,
        id.0,
        customer,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes back that a customer's upload was removed. False if it was not, was removed before a moment, or is erased.
pub(crate) async fn restore(tx: &mut TenantTx, id: DocumentId, customer: Uuid, since: DateTime<Utc>) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update documents set state = 'current', removed_at = null, version = version + 1, updated_at = $4
         where tenant_id = $1 and id = $2 and customer_id = $3 and state = 'removed' and removed_at >= $5",
        tenant,
        id.0,
        customer,
        now,
        since
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uploads that were removed before a moment, with the places of their files; at most 100.
pub(crate) async fn list_removed(tx: &mut ReadTx, before: DateTime<Utc>) -> AppResult<Vec<(DocumentId, String)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select id, path from documents where tenant_id = $1 and state = 'removed' and removed_at < $2 order by removed_at limit 100",
        tenant,
        before
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (DocumentId(row.id), row.path)).collect())
}

/// Notes that a removed upload has no file any more. What its sender called it goes too, and the same file may be sent anew.
pub(crate) async fn erase(tx: &mut TenantTx, id: DocumentId) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update documents set state = 'erased', title = kind, file_name = kind, sha256 = sha256(id::text::bytea),
           public_facts = case when public_facts is null then null else '{}'::jsonb end, version = version + 1, updated_at = $3
         where tenant_id = $1 and id = $2 and state = 'removed'",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The files of a customer's documents, by the names that people see.
pub(crate) async fn files_of(tx: &mut ReadTx, customer: Uuid) -> AppResult<Vec<StoredFile>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        StoredFile,
        "select file_name as name, path from documents
         where tenant_id = $1 and customer_id = $2 and state in ('current', 'replaced', 'cancelled') order by id limit 1000",
        tenant,
        customer
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Removes a customer's documents as of a moment: all, or those uploads that nobody relied on.
pub(crate) async fn remove_all(tx: &mut TenantTx, customer: Uuid, at: DateTime<Utc>, everything: bool) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update documents set state = 'removed', removed_at = $3, version = version + 1, updated_at = $5
         where tenant_id = $1 and customer_id = $2 and state in ('current', 'replaced', 'cancelled', 'removed', 'held', 'refused')
           and ($4 or origin = 'uploaded' and verified_at is null and subject_id is null)",
        tenant,
        customer,
        at,
        everything,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Where the files of all documents lie, or of those that are finished.
pub(crate) async fn list_paths(tx: &mut ReadTx, finished: bool) -> AppResult<Vec<String>> {
    let tenant = tx.tenant_id();
    let paths = sqlx::query_scalar!(
        "select path from documents where tenant_id = $1 and (state not in ('preparing', 'erased', 'refused') or not $2)",
        tenant,
        finished
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(paths)
}

/// Uploads that wait for the scanner and whose turn it is, oldest first; at most 50.
pub(crate) async fn list_held(tx: &mut ReadTx) -> AppResult<Vec<Document>> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let rows = sqlx::query_as!(
        Document,
        r#"select d.id as "id: DocumentId", d.origin as "origin: Origin", d.kind as "kind: DocumentKind", d.customer_id, d.subject_kind,
             d.subject_id, d.revision, d.number, d.title, d.file_name, d.path, d.mime, d.size_bytes, d.state as "state: DocumentState",
             d.removed_at, d.verified_at, d.verification_code, d.issued_at, d.version, d.created_at
           from documents d where d.tenant_id = $1 and d.state = 'held' and (d.scan_after is null or d.scan_after <= $2) order by d.id limit 50"#,
        tenant,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Notes that an upload could not be read or judged, so that it waits before it is tried again: two minutes, and twice as long each time, up
/// to an hour.
pub(crate) async fn put_off(tx: &mut TenantTx, id: DocumentId) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update documents set scan_attempts = least(scan_attempts + 1, 5),
           scan_after = $3::timestamptz + least(interval '2 minutes' * power(2, scan_attempts), interval '1 hour')
         where tenant_id = $1 and id = $2 and state = 'held'",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets an upload that was found clean count. False if it did not wait any more.
pub(crate) async fn release(tx: &mut TenantTx, id: DocumentId) -> AppResult<bool> {
    turn_held(tx, id, DocumentState::Current).await
}

/// Notes that an upload was found infected and has no file any more. False if it did not wait any more.
pub(crate) async fn refuse(tx: &mut TenantTx, id: DocumentId) -> AppResult<bool> {
    turn_held(tx, id, DocumentState::Refused).await
}

async fn turn_held(tx: &mut TenantTx, id: DocumentId, state: DocumentState) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update documents set state = $3, version = version + 1, updated_at = $4 where tenant_id = $1 and id = $2 and state = 'held'",
        tenant,
        id.0,
        state.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
