//! Use cases. The caller commits.

use kernel::{AppError, AppResult, Kind, ReadTx, TenantTx, audit::Change, error::Fields};
use uuid::Uuid;

use super::{
    model::{Kept, Layout, View},
    store,
};

const VIEW: &str = "list_view";
/// Views of one list that one person keeps.
const MOST_OWN: i64 = 30;

fn reader(tx: &ReadTx) -> AppResult<Uuid> {
    tx.scope().user().ok_or_else(AppError::forbidden)
}

/// What the reader keeps for the list.
pub(crate) async fn kept(tx: &mut ReadTx, list: &str) -> AppResult<Kept> {
    let user = reader(tx)?;
    let views = store::list_views(tx, user, list).await?;
    let (columns, default) = store::find_layout(tx, user, list).await?.unwrap_or_default();
    Ok(Kept { views, layout: Layout(columns), default })
}

/// A view that the reader may see.
pub(super) async fn view(tx: &mut ReadTx, id: Uuid) -> AppResult<View> {
    let user = reader(tx)?;
    store::find_view(tx, user, id).await?.ok_or_else(AppError::not_found)
}

/// A view that is the reader's own; of others' nothing is said.
pub(super) async fn own(tx: &mut ReadTx, id: Uuid) -> AppResult<View> {
    Some(view(tx, id).await?).filter(|view| view.own).ok_or_else(AppError::not_found)
}

/// The path of a list, as the router knows it.
fn list_of(path: &str) -> AppResult<String> {
    let fine = path.starts_with('/') && path.len() <= 200 && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-{}_".contains(&b));
    if fine { Ok(path.to_owned()) } else { Err(AppError::malformed("list")) }
}

/// Saves a search under a name; one of the reader's own of this name is saved over. Gives the view.
pub(super) async fn save(tx: &mut TenantTx, list: &str, name: &str, query: &str, shared: bool) -> AppResult<View> {
    let (user, list) = (reader(tx)?, list_of(list)?);
    let mut fields = Fields::new();
    let name = fields.text("name", name, 60);
    fields.finish()?;
    let mut query: Vec<(String, String)> = serde_json::from_str(query).map_err(|_| AppError::malformed("query"))?;
    // What chooses a page, rows or a file is no search.
    query.retain(|(name, _)| !matches!(name.as_str(), "view" | "cursor" | "id" | "all" | "export"));
    if serde_json::to_string(&query).map_or(0, |text| text.len()) > 2000 {
        return Err(AppError::field("name", "list-view-too-much"));
    }
    let change = |view: &View| Change::of("office.view.save", VIEW, view.id).set("name", view.name.as_str()).set("shared", view.shared);
    if let Some(id) = store::find_own_by_name(tx, user, &list, &name).await? {
        let view = View { query, shared, ..own(tx, id).await? };
        store::update_view(tx, &view).await?;
        tx.audit(change(&view)).await?;
        return Ok(view);
    }
    if store::count_own(tx, user, &list).await? >= MOST_OWN {
        return Err(AppError::field("name", "list-view-too-many"));
    }
    let view = View { id: Uuid::now_v7(), list, name, query, shared, own: true, version: 1 };
    store::insert_view(tx, user, &view).await?;
    tx.audit(change(&view)).await?;
    Ok(view)
}

/// Gives the reader's own view another name, and shows it to the team or no longer.
pub(super) async fn rename(tx: &mut TenantTx, id: Uuid, version: i32, name: &str, shared: bool) -> AppResult<View> {
    let before = own(tx, id).await?;
    let mut fields = Fields::new();
    let name = fields.text("name", name, 60);
    fields.finish()?;
    let user = reader(tx)?;
    if store::find_own_by_name(tx, user, &before.list, &name).await?.is_some_and(|other| other != id) {
        return Err(AppError::field("name", "list-view-taken"));
    }
    let view = View { name, shared, version, ..before.clone() };
    store::update_view(tx, &view).await?;
    let change = Change::of("office.view.rename", VIEW, id).change("name", before.name, view.name.as_str()).change("shared", before.shared, shared);
    tx.audit(change).await?;
    Ok(view)
}

/// Begins the list with this view, or no longer.
pub(super) async fn toggle_default(tx: &mut TenantTx, id: Uuid) -> AppResult<View> {
    let (user, view) = (reader(tx)?, view(tx, id).await?);
    let (_, default) = store::find_layout(tx, user, &view.list).await?.unwrap_or_default();
    let chosen = Some(id).filter(|_| default != Some(id));
    store::save_default(tx, user, &view.list, chosen).await?;
    tx.audit(Change::of("office.view.default", VIEW, id).change("default", default == Some(id), chosen.is_some())).await?;
    Ok(view)
}

pub(super) async fn delete(tx: &mut TenantTx, id: Uuid) -> AppResult<View> {
    let view = own(tx, id).await?;
    store::archive_view(tx, id, true).await?;
    tx.audit(Change::of("office.view.delete", VIEW, id)).await?;
    Ok(view)
}

/// Takes a deletion back.
pub(super) async fn restore(tx: &mut TenantTx, id: Uuid) -> AppResult<View> {
    let (user, view) = (reader(tx)?, own(tx, id).await?);
    if store::find_own_by_name(tx, user, &view.list, &view.name).await?.is_some_and(|other| other != id) {
        return Err(AppError::new(Kind::Conflict, "list_view.taken"));
    }
    store::archive_view(tx, id, false).await?;
    tx.audit(Change::of("office.view.restore", VIEW, id)).await?;
    Ok(view)
}

/// Keeps the reader's columns: their names in order, hidden ones with `-` before them; none for the list's own.
pub(super) async fn arrange(tx: &mut TenantTx, list: &str, columns: &[String]) -> AppResult<()> {
    let (user, list) = (reader(tx)?, list_of(list)?);
    if columns.len() > 40 || columns.iter().any(|name| name.len() > 80) {
        return Err(AppError::malformed("columns"));
    }
    store::save_columns(tx, user, &list, columns).await
}

/// Records that the reader took rows of a list away as a file.
pub(crate) async fn exported(tx: &mut TenantTx, list: &str, query: &[(String, String)], format: &str, rows: usize) -> AppResult<()> {
    let asked = serde_json::to_value(query).map_err(AppError::internal)?;
    let change = Change::of(super::EXPORT, "list", Uuid::now_v7()).set("list", list).set("query", asked).set("format", format).set("rows", rows);
    tx.audit(change).await
}
