//! The reader's notices. Opening one notes that it was read and leads to what it is about.

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult,
    http::{Form, Path, Query, Staff},
};
use outreach::notices::{Notice, NoticeFilter, NoticeId, NoticeState, Reader, Told, live, service};
use pages::{ListQuery, NoticeList, NoticeRow, Shell, Tone, bell_list, html, redirect, redirect_with};

use crate::frame::{Office, Sent};

const PLACE: &str = "/notices";

#[derive(Template)]
#[template(path = "office/notices.html")]
pub(crate) struct NoticesPage {
    pub(crate) shell: Shell,
    pub(crate) found: NoticeList,
}

fn reader(staff: &Staff) -> AppResult<Reader> {
    Reader::of(&staff.scope).ok_or_else(AppError::unauthenticated)
}

fn row((notice, told): (Notice, Told)) -> NoticeRow {
    let href = format!("{PLACE}/{}", notice.id);
    NoticeRow { href, title: told.title, body: told.body, at: notice.created_at, unread: notice.read_at.is_none() }
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let filter = NoticeFilter { state: query.state().and_then(NoticeState::from_name), topic: None };
    let mut tx = staff.begin_read().await?;
    let found = service::list(&mut tx, reader(&staff)?, filter, &query.page()).await?;
    drop(tx);
    let found = service::worded(&app, &staff.scope, found).await?.map(row);
    html(&NoticesPage { found: NoticeList::new(&shell, PLACE, &query, found), shell: shell.titled("notices-title") })
}

/// The newest few, as the bell shows them.
pub(super) async fn bell(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let found = service::newest(&mut tx, reader(&staff)?).await?;
    drop(tx);
    let found = service::worded(&app, &staff.scope, found).await?.map(row);
    bell_list(shell, found.results, PLACE)
}

/// How many are unread, told for as long as the page is open.
pub(super) async fn stream(State(app): State<App>, staff: Staff) -> AppResult<Response> {
    live::stream(&app, &staff).await
}

pub(super) async fn open(staff: Staff, Path(id): Path<NoticeId>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let href = service::mark_read(&mut tx, reader(&staff)?, id).await?;
    tx.commit().await?;
    Ok(redirect(&href))
}

pub(super) async fn read_all(staff: Staff, Form(_): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    service::mark_all_read(&mut tx, reader(&staff)?).await?;
    tx.commit().await?;
    Ok(redirect_with(PLACE, Tone::Good, "notices-all-read"))
}
