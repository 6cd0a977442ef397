//! Rows of views and layouts. Which of them a member of staff meets is the policies' to say.

use kernel::{AppError, AppResult, Kind, ReadTx, TenantTx};
use uuid::Uuid;

use super::model::View;

struct ViewRow {
    id: Uuid,
    list: String,
    name: String,
    query: String,
    shared: bool,
    own: bool,
    version: i32,
}

impl From<ViewRow> for View {
    fn from(row: ViewRow) -> Self {
        let query = serde_json::from_str(&row.query).unwrap_or_default();
        Self { id: row.id, list: row.list, name: row.name, query, shared: row.shared, own: row.own, version: row.version }
    }
}

/// A reader meets at most this many views of a list.
const MOST_VIEWS: i64 = 60;

pub(super) async fn list_views(tx: &mut ReadTx, user: Uuid, list: &str) -> AppResult<Vec<View>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        ViewRow,
        r#"select id, list, name, query, shared, owner_id = $2 as "own!", version from list_views
           where tenant_id = $1 and list = $3 and archived_at is null order by lower(name), id limit $4"#,
        tenant,
        user,
        list,
        MOST_VIEWS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(View::from).collect())
}

pub(super) async fn find_view(tx: &mut ReadTx, user: Uuid, id: Uuid) -> AppResult<Option<View>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_as!(
        ViewRow,
        r#"select id, list, name, query, shared, owner_id = $3 as "own!", version from list_views where tenant_id = $1 and id = $2"#,
        tenant,
        id,
        user
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.map(View::from))
}

/// The reader's own view of this name, which is saved over.
pub(super) async fn find_own_by_name(tx: &mut ReadTx, user: Uuid, list: &str, name: &str) -> AppResult<Option<Uuid>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        "select id from list_views where tenant_id = $1 and list = $2 and owner_id = $3 and lower(name) = lower($4) and archived_at is null limit 1",
        tenant,
        list,
        user,
        name
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(super) async fn count_own(tx: &mut ReadTx, user: Uuid, list: &str) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from list_views where tenant_id = $1 and list = $2 and owner_id = $3 and archived_at is null"#,
        tenant,
        list,
        user
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(super) async fn insert_view(tx: &mut TenantTx, user: Uuid, view: &View) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let query = serde_json::to_string(&view.query).map_err(AppError::internal)?;
    sqlx::query!(
        "insert into list_views (tenant_id, id, list, owner_id, name, query, shared, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        tenant,
        view.id,
        view.list,
        user,
        view.name,
        query,
        view.shared,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes name, query and sharing; the version must be the one that was read.
pub(super) async fn update_view(tx: &mut TenantTx, view: &View) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let query = serde_json::to_string(&view.query).map_err(AppError::internal)?;
    let done = sqlx::query!(
        "update list_views set name = $4, query = $5, shared = $6, version = version + 1, updated_at = $7 where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        view.id,
        view.version,
        view.name,
        query,
        view.shared,
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(AppError::new(Kind::Precondition, "version_changed")) }
}

pub(super) async fn archive_view(tx: &mut TenantTx, id: Uuid, archived: bool) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update list_views set archived_at = case when $3 then $4::timestamptz end, version = version + 1, updated_at = $4 where tenant_id = $1 and id = $2",
        tenant,
        id,
        archived,
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(AppError::not_found()) }
}

/// Columns and the view to begin with.
pub(super) async fn find_layout(tx: &mut ReadTx, user: Uuid, list: &str) -> AppResult<Option<(Vec<String>, Option<Uuid>)>> {
    let tenant = tx.tenant_id();
    let found =
        sqlx::query!("select columns, default_view from list_layouts where tenant_id = $1 and user_id = $2 and list = $3", tenant, user, list)
            .fetch_optional(tx.conn())
            .await?;
    Ok(found.map(|r| (r.columns, r.default_view)))
}

pub(super) async fn save_columns(tx: &mut TenantTx, user: Uuid, list: &str, columns: &[String]) -> AppResult<()> {
    let (tenant, now, id) = (tx.tenant_id(), tx.scope().now(), Uuid::now_v7());
    sqlx::query!(
        "insert into list_layouts (tenant_id, id, user_id, list, columns, updated_at) values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint list_layouts_user_list_key do update set columns = excluded.columns, updated_at = excluded.updated_at",
        tenant,
        id,
        user,
        list,
        columns,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn save_default(tx: &mut TenantTx, user: Uuid, list: &str, view: Option<Uuid>) -> AppResult<()> {
    let (tenant, now, id) = (tx.tenant_id(), tx.scope().now(), Uuid::now_v7());
    sqlx::query!(
        "insert into list_layouts (tenant_id, id, user_id, list, default_view, updated_at) values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint list_layouts_user_list_key do update set default_view = excluded.default_view, updated_at = excluded.updated_at",
        tenant,
        id,
        user,
        list,
        view,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
