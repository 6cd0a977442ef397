//! Imported files.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest},
};
use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use crate::reconciliation::{Import, ImportFilter, ImportId, StatementImport, UnreadRow};

/// Held until the transaction ends. One for all books of a tenant: a movement of one book may be the other side of another's.
pub async fn lock_imports(tx: &mut TenantTx) -> AppResult<()> {
    let key = format!("ledger.statement:{}", tx.tenant_id());
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key).execute(tx.conn()).await?;
    Ok(())
}

pub async fn insert_import(tx: &mut TenantTx, id: ImportId, file: &Import, added: usize) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let (from, to) = file.covers(tx.scope().tenant.time_zone);
    sqlx::query!(
        "insert into statement_imports (tenant_id, id, installation_id, method, file_name, file_hash, lines_read, lines_new, covers_from, covers_to, imported_at, imported_by, day, unread)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        tenant,
        id.0,
        file.book.method.installation,
        file.book.method.method,
        file.file_name,
        &file.file_hash[..],
        count(file.lines.len()),
        count(added),
        from,
        to,
        now,
        actor,
        file.day,
        Json(&file.unread) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The import that came last into a book, if any did.
pub async fn last_import(tx: &mut ReadTx, installation: Uuid) -> AppResult<Option<Uuid>> {
    let tenant = tx.tenant_id();
    let id = sqlx::query_scalar!(
        "select id from statement_imports where tenant_id = $1 and installation_id = $2 order by id desc limit 1",
        tenant,
        installation
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

/// The latest day that was fetched from a provider.
pub async fn last_day(tx: &mut ReadTx, installation: Uuid) -> AppResult<Option<NaiveDate>> {
    let tenant = tx.tenant_id();
    let day = sqlx::query_scalar!("select max(day) from statement_imports where tenant_id = $1 and installation_id = $2", tenant, installation)
        .fetch_one(tx.conn())
        .await?;
    Ok(day)
}

#[derive(FromRow)]
struct ImportRow {
    id: Uuid,
    installation_id: Uuid,
    method: String,
    file_name: String,
    lines_read: i32,
    lines_new: i32,
    waiting: i64,
    matched: i64,
    differences: i64,
    covers_from: Option<DateTime<Utc>>,
    covers_to: Option<DateTime<Utc>>,
    imported_at: DateTime<Utc>,
    imported_by: String,
    day: Option<NaiveDate>,
    unread: Json<Vec<UnreadRow>>,
}

impl From<ImportRow> for StatementImport {
    fn from(row: ImportRow) -> Self {
        Self {
            id: ImportId(row.id),
            installation: row.installation_id,
            method: row.method,
            file_name: row.file_name,
            lines_read: row.lines_read,
            lines_new: row.lines_new,
            waiting: row.waiting,
            matched: row.matched,
            differences: row.differences,
            covers_from: row.covers_from,
            covers_to: row.covers_to,
            imported_at: row.imported_at,
            imported_by: row.imported_by,
            day: row.day,
            unread: row.unread.0,
        }
    }
}

const IMPORT_COLUMNS: &str = "i.id, i.installation_id, i.method, i.file_name, i.lines_read, i.lines_new, i.covers_from, i.covers_to, i.imported_at, i.imported_by, i.day, i.unread, \
     (select count(*) from statement_lines l where l.tenant_id = i.tenant_id and l.import_id = i.id and l.state = 'waiting') as waiting, \
     (select count(*) from statement_lines l where l.tenant_id = i.tenant_id and l.import_id = i.id and l.state = 'matched') as matched, \
     (select count(*) from statement_lines l where l.tenant_id = i.tenant_id and l.import_id = i.id and l.state = 'difference') as differences";

pub async fn list_imports(tx: &mut ReadTx, filter: &ImportFilter, page: &PageRequest) -> AppResult<Page<StatementImport>> {
    let mut list = List::new(IMPORT_COLUMNS, "from statement_imports i", "i.tenant_id", "i.id");
    if let Some(method) = &filter.method {
        list.filter("i.method = ", method.clone(), "");
    }
    let rows = list.fetch(tx, page, |row: &ImportRow| row.id).await?;
    Ok(rows.map(StatementImport::from))
}

pub async fn get_import(tx: &mut ReadTx, id: ImportId) -> AppResult<StatementImport> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        ImportRow,
        r#"select i.id, i.installation_id, i.method, i.file_name, i.lines_read, i.lines_new, i.covers_from, i.covers_to, i.imported_at, i.imported_by, i.day,
                  i.unread as "unread: Json<Vec<UnreadRow>>",
                  (select count(*) from statement_lines l where l.tenant_id = i.tenant_id and l.import_id = i.id and l.state = 'waiting') as "waiting!",
                  (select count(*) from statement_lines l where l.tenant_id = i.tenant_id and l.import_id = i.id and l.state = 'matched') as "matched!",
                  (select count(*) from statement_lines l where l.tenant_id = i.tenant_id and l.import_id = i.id and l.state = 'difference') as "differences!"
           from statement_imports i where i.tenant_id = $1 and i.id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(StatementImport::from).ok_or_else(AppError::not_found)
}
