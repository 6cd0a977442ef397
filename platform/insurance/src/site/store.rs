//! SQL of the portal's content.

use chrono::{DateTime, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::{expect_one, violated_constraint},
};
use sqlx::types::Json;

use super::{EntryId, EntryInput, EntryKind, EntryState, PageCode, PageId, PageInput, SiteEntry, SiteFailure, SitePage};
use crate::{catalogue::ProductId, text::LocalText};

/// Entries of one list; a portal has few.
pub(super) const MOST: i64 = 200;
/// Wordings of one page that are listed; older ones keep their address.
const MOST_VERSIONS: i64 = 40;

struct EntryColumns {
    id: EntryId,
    kind: EntryKind,
    product_id: Option<ProductId>,
    heading: Json<LocalText>,
    body: Json<LocalText>,
    position: i32,
    state: EntryState,
    archived_at: Option<DateTime<Utc>>,
    version: i32,
    updated_at: DateTime<Utc>,
}

impl From<EntryColumns> for SiteEntry {
    fn from(c: EntryColumns) -> Self {
        Self {
            id: c.id,
            kind: c.kind,
            product: c.product_id,
            heading: c.heading.0,
            body: c.body.0,
            position: c.position,
            state: c.state,
            archived_at: c.archived_at,
            version: c.version,
            updated_at: c.updated_at,
        }
    }
}

/// In their order, without those that are deleted; without a product those that belong to none.
pub(super) async fn list_entries(tx: &mut ReadTx, kind: EntryKind, product: Option<ProductId>) -> AppResult<Vec<SiteEntry>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        EntryColumns,
        r#"select id as "id: EntryId", kind as "kind: EntryKind", product_id as "product_id: ProductId", heading as "heading: Json<LocalText>",
             body as "body: Json<LocalText>", position, state as "state: EntryState", archived_at, version, updated_at
           from site_entries where tenant_id = $1 and kind = $2 and product_id is not distinct from $3 and archived_at is null
           order by position, id limit $4"#,
        tenant,
        kind.as_str(),
        product.map(|product| product.0),
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(SiteEntry::from).collect())
}

pub(super) async fn find_entry(tx: &mut ReadTx, id: EntryId) -> AppResult<Option<SiteEntry>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        EntryColumns,
        r#"select id as "id: EntryId", kind as "kind: EntryKind", product_id as "product_id: ProductId", heading as "heading: Json<LocalText>",
             body as "body: Json<LocalText>", position, state as "state: EntryState", archived_at, version, updated_at
           from site_entries where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(SiteEntry::from))
}

pub(super) async fn insert_entry(
    tx: &mut TenantTx,
    id: EntryId,
    kind: EntryKind,
    product: Option<ProductId>,
    input: &EntryInput,
    position: i32,
) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into site_entries (tenant_id, id, kind, product_id, heading, body, position, created_at, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)",
        tenant,
        id.0,
        kind.as_str(),
        product.map(|product| product.0),
        Json(&input.heading) as _,
        Json(&input.body) as _,
        position,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes the entry, if it still has its version.
pub(super) async fn update_entry(tx: &mut TenantTx, entry: &SiteEntry) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "update site_entries set heading = $4, body = $5, position = $6, state = $7, archived_at = $8, version = version + 1, updated_at = $9, updated_by = $10
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        entry.id.0,
        entry.version,
        Json(&entry.heading) as _,
        Json(&entry.body) as _,
        entry.position,
        entry.state.as_str(),
        entry.archived_at,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), SiteFailure::EntryChanged)
}

struct PageColumns {
    id: PageId,
    code: PageCode,
    number: i32,
    title: Json<LocalText>,
    body: Json<LocalText>,
    published_at: Option<DateTime<Utc>>,
    version: i32,
    updated_at: DateTime<Utc>,
}

impl From<PageColumns> for SitePage {
    fn from(c: PageColumns) -> Self {
        Self {
            id: c.id,
            code: c.code,
            number: c.number,
            title: c.title.0,
            body: c.body.0,
            published_at: c.published_at,
            version: c.version,
            updated_at: c.updated_at,
        }
    }
}

/// The newest versions first, of each page at most [`MOST_VERSIONS`]. Only drafts and wordings in force come with their text.
pub(super) async fn list_pages(tx: &mut ReadTx, code: Option<PageCode>) -> AppResult<Vec<SitePage>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        PageColumns,
        r#"select id as "id: PageId", code as "code: PageCode", number, title as "title: Json<LocalText>",
             case when place = 1 then body else '{}'::jsonb end as "body!: Json<LocalText>", published_at, version, updated_at
           from (select *, row_number() over (partition by code, published_at is null order by number desc) as place
                 from site_pages where tenant_id = $1 and ($2::text is null or code = $2)) p
           where place <= $3 order by code, number desc"#,
        tenant,
        code.map(PageCode::as_str),
        MOST_VERSIONS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(SitePage::from).collect())
}

/// One published wording with its text; without a number the one in force.
pub(super) async fn find_page(tx: &mut ReadTx, code: PageCode, number: Option<i32>) -> AppResult<Option<SitePage>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        PageColumns,
        r#"select id as "id: PageId", code as "code: PageCode", number, title as "title: Json<LocalText>", body as "body: Json<LocalText>", published_at,
             version, updated_at
           from site_pages where tenant_id = $1 and code = $2 and published_at is not null and ($3::integer is null or number = $3)
           order by number desc limit 1"#,
        tenant,
        code.as_str(),
        number
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(SitePage::from))
}

pub(super) async fn insert_draft(tx: &mut TenantTx, id: PageId, code: PageCode, number: i32, input: &PageInput) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into site_pages (tenant_id, id, code, number, title, body, created_at, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        tenant,
        id.0,
        code.as_str(),
        number,
        Json(&input.title) as _,
        Json(&input.body) as _,
        now,
        actor,
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        // Somebody else began to write it at the same moment.
        Some("site_pages_draft_key" | "site_pages_number_key") => SiteFailure::PageChanged.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

pub(super) async fn update_draft(tx: &mut TenantTx, id: PageId, version: i32, input: &PageInput) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "update site_pages set title = $4, body = $5, version = version + 1, updated_at = $6, updated_by = $7
         where tenant_id = $1 and id = $2 and version = $3 and published_at is null",
        tenant,
        id.0,
        version,
        Json(&input.title) as _,
        Json(&input.body) as _,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), SiteFailure::PageChanged)
}

pub(super) async fn publish(tx: &mut TenantTx, id: PageId, version: i32) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "update site_pages set published_at = $4, version = version + 1, updated_at = $4, updated_by = $5
         where tenant_id = $1 and id = $2 and version = $3 and published_at is null",
        tenant,
        id.0,
        version,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), SiteFailure::PageChanged)
}

pub(super) async fn delete_draft(tx: &mut TenantTx, id: PageId, version: i32) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let done =
        sqlx::query!("delete from site_pages where tenant_id = $1 and id = $2 and version = $3 and published_at is null", tenant, id.0, version)
            .execute(tx.conn())
            .await?;
    expect_one(done.rows_affected(), SiteFailure::PageChanged)
}
