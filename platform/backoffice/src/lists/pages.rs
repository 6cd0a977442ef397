//! The small forms beside a list.

use axum::response::Response;
use kernel::{
    AppError, AppResult,
    http::{Form, Path, Staff},
};
use pages::{Tone, redirect_undoable, redirect_with};
use uuid::Uuid;

use super::{model::View, service};
use crate::{
    entry::safe,
    frame::{Field, FormPage, Office, Section, Sent, mendable},
};

/// Columns are sent in their order; a press on an arrow moves one up.
pub(super) async fn arrange(staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let (shown, moved) = (sent.all("column"), sent.text("up"));
    let mut order = sent.all("order");
    if let Some(place) = order.iter().position(|name| name == moved).filter(|place| *place > 0) {
        order.swap(place, place - 1);
    }
    let placed = |name: String| if shown.contains(&name) { name } else { format!("-{name}") };
    let columns: Vec<String> = if sent.yes("reset") { Vec::new() } else { order.into_iter().map(placed).collect() };
    let mut tx = staff.begin_write().await?;
    service::arrange(&mut tx, sent.text("list"), &columns).await?;
    tx.commit().await?;
    Ok(redirect_with(safe(sent.text("next")), Tone::Good, "list-columns-saved"))
}

/// Saving the same name again saves over it, so the form needs no key.
pub(super) async fn save(staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match service::save(&mut tx, sent.text("list"), sent.text("name"), sent.text("query"), sent.yes("shared")).await {
        Ok(view) => {
            tx.commit().await?;
            Ok(redirect_with(&view.href(path_of(&sent)), Tone::Good, "list-view-saved"))
        }
        Err(error) if mendable(&error) => Ok(redirect_with(safe(sent.text("next")), Tone::Warn, refused(&error))),
        Err(error) => Err(error),
    }
}

/// Why a view was not saved; a name that does not do needs no more words than any other.
fn refused(error: &AppError) -> &'static str {
    let code = error.fields.first().map_or("", |field| field.code.as_ref());
    ["list-view-too-many", "list-view-too-much"].into_iter().find(|known| *known == code).unwrap_or("list-view-refused")
}

/// The list that the form stood on, without its query.
fn path_of(sent: &Sent) -> &str {
    safe(sent.text("next")).split('?').next().unwrap_or("/")
}

/// Where a view is seen; of one record's list only its own page knows the way.
fn list_of(view: &View) -> &str {
    if view.list.contains('{') { "/" } else { &view.list }
}

fn page(shell: pages::Shell, view: &View) -> FormPage {
    let list = list_of(view).to_owned();
    let fields = vec![Field::text("name", shell.t("field-name")).max(60), Field::check("shared", shell.t("list-view-share"))];
    let title = shell.t("list-view-edit");
    let page = FormPage::new(shell, title, &format!("/lists/views/{}", view.id), &view.href(&list), vec![Section::of(fields)]);
    let page = page.version(view.version).with("name", view.name.clone());
    if view.shared { page.with("shared", "yes") } else { page }
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    page(shell, &service::own(&mut tx, id).await?).show()
}

pub(super) async fn rename(Office(shell): Office, staff: Staff, Path(id): Path<Uuid>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match service::rename(&mut tx, id, sent.version()?, sent.text("name"), sent.yes("shared")).await {
        Ok(view) => {
            tx.commit().await?;
            Ok(redirect_with(&view.href(list_of(&view)), Tone::Good, "list-view-saved"))
        }
        Err(error) => {
            let view = service::own(&mut tx, id).await?;
            page(shell, &view).again(&sent, error)
        }
    }
}

pub(super) async fn make_default(staff: Staff, Path(id): Path<Uuid>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let view = service::toggle_default(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with(&view.href(list_of(&view)), Tone::Good, "list-view-saved"))
}

pub(super) async fn delete(staff: Staff, Path(id): Path<Uuid>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let view = service::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_undoable(list_of(&view), "list-view-deleted", &format!("/lists/views/{id}/restore")))
}

pub(super) async fn restore(staff: Staff, Path(id): Path<Uuid>, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match service::restore(&mut tx, id).await {
        Ok(view) => {
            tx.commit().await?;
            Ok(redirect_with(&view.href(list_of(&view)), Tone::Good, "list-view-restored"))
        }
        Err(error) if error.is("list_view.taken") => Ok(redirect_with(list_of(&service::own(&mut tx, id).await?), Tone::Warn, "list-view-taken")),
        Err(error) => Err(error),
    }
}
