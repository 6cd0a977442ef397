//! Reads the audit of the tenant, newest first.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::{
    AppResult, ReadTx,
    paging::{List, Page, PageRequest},
};
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;

/// Names of users by actor: `user:…`.
pub(super) type Names = HashMap<String, String>;

/// What is looked for; everything is optional.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// `user:…`, or `system` for all that nobody did by hand.
    pub(super) actor: Option<String>,
    pub(super) object_type: Option<String>,
    pub(super) object: Option<Uuid>,
}

#[derive(Debug, Clone, FromRow)]
pub(super) struct Line {
    pub(super) id: Uuid,
    pub(super) at: DateTime<Utc>,
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) object_type: String,
    pub(super) object_id: Uuid,
    pub(super) reason: Option<String>,
    /// None: not sealed yet.
    pub(super) block: Option<i64>,
}

pub(super) async fn list(tx: &mut ReadTx, wanted: Wanted, request: &PageRequest) -> AppResult<Page<Line>> {
    let mut list =
        List::new("e.id, e.at, e.actor, e.action, e.object_type, e.object_id, e.reason, e.block", "from audit_entries e", "e.tenant_id", "e.id");
    match wanted.actor {
        Some(actor) if actor == "system" => {
            list.fixed("e.actor like 'system%'");
        }
        Some(actor) => {
            list.filter("e.actor = ", actor, "");
        }
        None => {}
    }
    if let Some(object_type) = wanted.object_type {
        list.filter("e.object_type = ", object_type, "");
    }
    if let Some(object) = wanted.object {
        list.filter("e.object_id = ", object, "");
    }
    list.fetch(tx, request, |line: &Line| line.id).await
}

pub(super) async fn find(tx: &mut ReadTx, id: Uuid) -> AppResult<Option<Line>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Line,
        "select id, at, actor, action, object_type, object_id, reason, block from audit_entries where tenant_id = $1 and id = $2",
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// What records are called, by their last entry that says so: a number, a name.
pub(super) async fn called(tx: &mut ReadTx, objects: &[Uuid]) -> AppResult<HashMap<Uuid, String>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select o.id as "id!", named.after as "after!"
           from unnest($2::uuid[]) as o(id)
           cross join lateral (
               select v.after from audit_entries e join audit_values v on v.tenant_id = $1 and v.entry_id = e.id
               where e.tenant_id = $1 and e.object_id = o.id and v.after is not null
                 and v.field in ('number', 'reference', 'name', 'title', 'heading', 'plugin', 'email', 'phone')
               order by array_position(array['number', 'reference', 'name', 'title', 'heading', 'plugin', 'email', 'phone'], v.field), e.id desc
               limit 1) named"#,
        tenant,
        objects
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.id, row.after.as_str()?.to_owned()))).collect())
}

/// Field, before, after; blank where erasure took a value.
pub(super) type Values = Vec<(String, Value, Value)>;

pub(super) async fn values(tx: &mut ReadTx, entries: &[Uuid]) -> AppResult<HashMap<Uuid, Values>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select entry_id, field, before, after from audit_values where tenant_id = $1 and entry_id = any($2) order by field",
        tenant,
        entries
    )
    .fetch_all(tx.conn())
    .await?;
    let mut values: HashMap<Uuid, Values> = HashMap::new();
    for row in rows {
        values.entry(row.entry_id).or_default().push((row.field, row.before.unwrap_or_default(), row.after.unwrap_or_default()));
    }
    Ok(values)
}

pub(super) async fn names(tx: &mut ReadTx, actors: impl Iterator<Item = &str>) -> AppResult<Names> {
    let users: Vec<Uuid> = actors.filter_map(|actor| actor.strip_prefix("user:")?.parse().ok()).collect();
    let tenant = tx.tenant_id();
    let rows = sqlx::query!("select id, first_name, last_name from users where tenant_id = $1 and id = any($2)", tenant, &users)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| (format!("user:{}", row.id), format!("{} {}", row.first_name, row.last_name).trim().to_owned())).collect())
}

/// Everybody of the staff, to choose from.
pub(super) async fn staff(tx: &mut ReadTx) -> AppResult<Vec<(String, String)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select id, first_name, last_name from users where tenant_id = $1 and kind = 'staff' order by first_name, last_name, id limit 200",
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (format!("user:{}", row.id), format!("{} {}", row.first_name, row.last_name).trim().to_owned())).collect())
}

/// The newest block of the chain: number, and when it was sealed.
pub(super) async fn newest_block(tx: &mut ReadTx) -> AppResult<Option<(i64, DateTime<Utc>)>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!("select number, sealed_at from audit_blocks where tenant_id = $1 order by number desc limit 1", tenant)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.number, row.sealed_at)))
}

/// When a block was sealed, and its hash.
pub(super) async fn find_block(tx: &mut ReadTx, number: i64) -> AppResult<Option<(DateTime<Utc>, Vec<u8>)>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!("select sealed_at, hash from audit_blocks where tenant_id = $1 and number = $2", tenant, number)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.sealed_at, row.hash)))
}
