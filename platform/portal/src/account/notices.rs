//! What the customer is told. Opening a notice notes that it was read and leads to what it is about.

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult,
    http::{Customer, Path, Query, form::Form},
    paging,
};
use outreach::notices::{Notice, NoticeFilter, NoticeId, NoticeState, Reader, Told, live, service};
use pages::{ListQuery, NoticeList, NoticeRow, Shell, Tone, bell_list, html, redirect, redirect_with};
use serde::Deserialize;

use crate::{page::Page, samples::Sample};

const PLACE: &str = "/account/notices";

#[derive(Template)]
#[template(path = "portal/notices.html")]
struct NoticesPage {
    shell: Shell,
    found: NoticeList,
}

fn reader(caller: &Customer) -> AppResult<Reader> {
    Reader::of(&caller.scope).ok_or_else(AppError::unauthenticated)
}

fn row((notice, told): (Notice, Told)) -> NoticeRow {
    let href = format!("{PLACE}/{}", notice.id);
    NoticeRow { href, title: told.title, body: told.body, at: notice.created_at, unread: notice.read_at.is_none() }
}

pub(super) async fn show(caller: Customer, State(app): State<App>, Page(shell): Page, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let filter = NoticeFilter { state: query.state().and_then(NoticeState::from_name), topic: None };
    let mut tx = caller.begin_read().await?;
    let found = service::list(&mut tx, reader(&caller)?, filter, &query.page()).await?;
    drop(tx);
    let found = service::worded(&app, &caller.scope, found).await?.map(row);
    html(&NoticesPage { found: NoticeList::new(&shell, PLACE, &query, found), shell: shell.titled("notices-title") })
}

/// The newest few, as the bell shows them.
pub(super) async fn bell(caller: Customer, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    let mut tx = caller.begin_read().await?;
    let found = service::newest(&mut tx, reader(&caller)?).await?;
    drop(tx);
    let found = service::worded(&app, &caller.scope, found).await?.map(row);
    bell_list(shell, found.results, PLACE)
}

/// How many are unread, told for as long as the page is open.
pub(super) async fn stream(caller: Customer, State(app): State<App>) -> AppResult<Response> {
    live::stream(&app, &caller).await
}

pub(super) async fn open(caller: Customer, Path(id): Path<NoticeId>) -> AppResult<Response> {
    let mut tx = caller.begin_write().await?;
    let href = service::mark_read(&mut tx, reader(&caller)?, id).await?;
    tx.commit().await?;
    Ok(redirect(&href))
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn read_all(caller: Customer, Form(Nothing {}): Form<Nothing>) -> AppResult<Response> {
    let mut tx = caller.begin_write().await?;
    service::mark_all_read(&mut tx, reader(&caller)?).await?;
    tx.commit().await?;
    Ok(redirect_with(PLACE, Tone::Good, "notices-all-read"))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let row = |unread| NoticeRow {
        href: "/account/notices/1".to_owned(),
        title: "Payment received".to_owned(),
        body: "We received KSh 45,243 for ORD-2026-00042.".to_owned(),
        at: chrono::DateTime::default(),
        unread,
    };
    let page = |rows: Vec<NoticeRow>| {
        let found = NoticeList::new(shell, PLACE, &ListQuery::default(), paging::Page::whole(rows));
        NoticesPage { found: NoticeList { unread: !found.rows.is_empty(), ..found }, shell: shell.clone().titled("notices-title") }
    };
    vec![Sample::of("notices", &page(vec![row(true), row(false)])), Sample::of("notices-empty", &page(Vec::new()))]
}
