//! Rows of errands. Staff meet their own; the policies say so.

use chrono::{DateTime, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest},
};
use uuid::Uuid;

use super::model::{Errand, ErrandId, ErrandState, Line, NewErrand, Settled, Tally, Verdict, Wish};
use crate::frame::Format;

#[derive(sqlx::FromRow)]
struct Row {
    id: ErrandId,
    user_id: Uuid,
    title: String,
    list: String,
    query: String,
    act: Option<String>,
    form: Option<String>,
    format: Option<Format>,
    columns: Vec<String>,
    state: ErrandState,
    cursor: Option<String>,
    parts: i32,
    rows: i32,
    gathered: bool,
    file_bytes: Option<i64>,
    expires_at: Option<DateTime<Utc>>,
    failure: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<Row> for Errand {
    fn from(row: Row) -> Self {
        let pairs = |text: &str| serde_json::from_str(text).unwrap_or_default();
        let wish = match (row.format, row.act) {
            (Some(format), _) => Wish::File { format, columns: row.columns },
            (None, act) => Wish::Act { path: act.unwrap_or_default(), form: row.form.as_deref().map(pairs).unwrap_or_default() },
        };
        Self {
            id: row.id,
            user: row.user_id,
            asked: NewErrand { title: row.title, query: pairs(&row.query), list: row.list, wish },
            state: row.state,
            cursor: row.cursor,
            parts: row.parts,
            rows: row.rows,
            gathered: row.gathered,
            file_bytes: row.file_bytes,
            expires_at: row.expires_at,
            failure: row.failure,
            created_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}

fn written(pairs: &[(String, String)]) -> AppResult<String> {
    serde_json::to_string(pairs).map_err(AppError::internal)
}

pub(super) async fn insert(tx: &mut TenantTx, id: ErrandId, user: Uuid, new: &NewErrand) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let query = written(&new.query)?;
    let no_columns: &[String] = &[];
    let (kind, format, columns, act, form) = match &new.wish {
        Wish::File { format, columns } => ("file", Some(format.as_str()), columns.as_slice(), None, None),
        Wish::Act { path, form } => ("act", None, no_columns, Some(path.as_str()), Some(written(form)?)),
    };
    sqlx::query!(
        "insert into errands (tenant_id, id, user_id, kind, title, list, query, act, form, format, columns, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        tenant,
        id.0,
        user,
        kind,
        new.title,
        new.list,
        query,
        act,
        form,
        format,
        columns,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn count_under_way(tx: &mut ReadTx, user: Uuid) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from errands where tenant_id = $1 and user_id = $2 and finished_at is null"#,
        tenant,
        user
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(super) async fn find(tx: &mut ReadTx, id: ErrandId) -> AppResult<Option<Errand>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_as!(
        Row,
        r#"select id as "id: ErrandId", user_id, title, list, query, act, form, format as "format: Format", columns, state as "state: ErrandState", cursor, parts,
             rows, gathered, file_bytes, expires_at, failure, created_at, finished_at
           from errands where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.map(Errand::from))
}

/// The reader's own, newest first.
pub(super) async fn list(tx: &mut ReadTx, user: Uuid, request: &PageRequest) -> AppResult<Page<Errand>> {
    let mut list = List::new(
        "e.id, e.user_id, e.title, e.list, e.query, e.act, e.form, e.format, e.columns, e.state, e.cursor, e.parts, e.rows, e.gathered, e.file_bytes,
         e.expires_at, e.failure, e.created_at, e.finished_at",
        "from errands e",
        "e.tenant_id",
        "e.id",
    );
    list.filter("e.user_id = ", user, "");
    Ok(list.fetch(tx, request, |row: &Row| row.id.0).await?.map(Errand::from))
}

/// Writes down that a worker is at it. False if it is over.
pub(super) async fn update_running(tx: &mut TenantTx, id: ErrandId) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update errands set state = 'running', updated_at = $3 where tenant_id = $1 and id = $2 and state in ('waiting', 'running')",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts one more part of the list as read. False if another worker counted it, or it was stopped.
pub(super) async fn update_progress(tx: &mut TenantTx, errand: &Errand, rows: i32, next: Option<&str>) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update errands set parts = parts + 1, rows = rows + $4, cursor = $5, gathered = $6, updated_at = $7
         where tenant_id = $1 and id = $2 and parts = $3 and state = 'running'",
        tenant,
        errand.id.0,
        errand.parts,
        rows,
        next,
        next.is_none(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends it. False if it is over already.
pub(super) async fn update_over(tx: &mut TenantTx, id: ErrandId, state: ErrandState, failure: Option<&str>) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update errands set state = $3, failure = $4, finished_at = $5, updated_at = $5 where tenant_id = $1 and id = $2 and finished_at is null",
        tenant,
        id.0,
        state.as_str(),
        failure,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn update_file(tx: &mut TenantTx, id: ErrandId, bytes: i64, expires_at: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update errands set file_bytes = $3, expires_at = $4 where tenant_id = $1 and id = $2", tenant, id.0, bytes, expires_at)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Adds rows that the act is about; one that is there already stays as it is.
pub(super) async fn insert_lines(tx: &mut TenantTx, errand: &Errand, rows: &[Uuid]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = rows.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into errand_lines (tenant_id, id, errand_id, user_id, row_id) select $1, n.id, $2, $3, n.row_id from unnest($4::uuid[], $5::uuid[]) n (id, row_id)
         on conflict on constraint errand_lines_row_key do nothing",
        tenant,
        errand.id.0,
        errand.user,
        &ids,
        rows
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Rows that wait, in the order in which they were found.
pub(super) async fn list_waiting(tx: &mut ReadTx, id: ErrandId, limit: i64) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_scalar!(
        "select row_id from errand_lines where tenant_id = $1 and errand_id = $2 and state = 'waiting' order by id limit $3",
        tenant,
        id.0,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Writes what became of a row. False if that is written already.
pub(super) async fn update_line(tx: &mut TenantTx, id: ErrandId, settled: &Settled) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let state = if settled.refused.is_none() { Verdict::Done } else { Verdict::Refused };
    let done = sqlx::query!(
        "update errand_lines set state = $4, name = $5, href = $6, reason = $7, settled_at = $8
         where tenant_id = $1 and errand_id = $2 and row_id = $3 and state = 'waiting'",
        tenant,
        id.0,
        settled.row,
        state.as_str(),
        cut(&settled.name, 300),
        cut(&settled.href, 200),
        cut(settled.refused.as_deref().unwrap_or_default(), 1_000),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn tally(tx: &mut ReadTx, id: ErrandId) -> AppResult<Tally> {
    let tenant = tx.tenant_id();
    let tally = sqlx::query_as!(
        Tally,
        r#"select count(*) filter (where state = 'waiting') as "waiting!", count(*) filter (where state = 'done') as "done!",
             count(*) filter (where state = 'refused') as "refused!"
           from errand_lines where tenant_id = $1 and errand_id = $2"#,
        tenant,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(tally)
}

pub(super) async fn list_lines(tx: &mut ReadTx, id: ErrandId, state: Option<Verdict>, request: &PageRequest) -> AppResult<Page<Line>> {
    let mut list = List::new("l.id, l.state, l.name, l.href, l.reason", "from errand_lines l", "l.tenant_id", "l.id");
    list.filter("l.errand_id = ", id.0, "");
    if let Some(state) = state {
        list.filter("l.state = ", state.as_str(), "");
    }
    list.fetch(tx, request, |line: &Line| line.id).await
}

/// Errands that are over and still have objects in the store which nobody needs: files past their time, parts of what is over.
pub(super) async fn list_litter(tx: &mut ReadTx, now: DateTime<Utc>, limit: i64) -> AppResult<Vec<ErrandId>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_scalar!(
        r#"select id as "id: ErrandId" from errands where tenant_id = $1 and finished_at is not null and format is not null
             and (expires_at < $2 or (parts > 0 and file_bytes is null)) order by finished_at limit $3"#,
        tenant,
        now,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found)
}

/// Its objects are gone.
pub(super) async fn update_cleared(tx: &mut TenantTx, id: ErrandId) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update errands set file_bytes = null, expires_at = null, parts = 0 where tenant_id = $1 and id = $2", tenant, id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Removes errands that ended before, without objects, and their lines. Gives how many.
pub(super) async fn delete_ended(tx: &mut TenantTx, before: DateTime<Utc>, limit: i64) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let old = sqlx::query_scalar!(
        "select id from errands where tenant_id = $1 and finished_at < $2 and file_bytes is null and (format is null or parts = 0) limit $3",
        tenant,
        before,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    sqlx::query!("delete from errand_lines where tenant_id = $1 and errand_id = any($2)", tenant, &old).execute(tx.conn()).await?;
    let done = sqlx::query!("delete from errands where tenant_id = $1 and id = any($2)", tenant, &old).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}
