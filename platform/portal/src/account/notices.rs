//! What the customer is told. Opening a notice notes that it was read and leads to what it is about.

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult,
    http::{Customer, Path, Query, form::Form},
    paging::PageRequest,
};
use outreach::notices::{Notice, NoticeFilter, NoticeId, NoticeState, Reader, live, service};
use pages::{ListBar, ListQuery, NoticeRow, Shell, Tab, Tone, html, redirect, redirect_with};
use serde::Deserialize;

use crate::{page::Page, samples::Sample};

#[derive(Template)]
#[template(path = "portal/notices.html")]
struct NoticesPage {
    shell: Shell,
    tabs: Vec<Tab>,
    list: ListBar,
    notices: Vec<NoticeRow>,
    unread: bool,
}

/// The newest few, as the bell shows them; asked for again and again.
#[derive(Template)]
#[template(path = "components/bell_list.html")]
struct BellList {
    shell: Shell,
    notices: Vec<NoticeRow>,
    all_href: &'static str,
}

/// Notices that the bell shows.
const FEW: u16 = 6;

fn reader(caller: &Customer) -> AppResult<Reader> {
    Reader::of(&caller.scope).ok_or_else(AppError::unauthenticated)
}

async fn rows(app: &App, caller: &Customer, notices: Vec<Notice>) -> AppResult<Vec<NoticeRow>> {
    let texts = app.worded(&caller.scope).await?.texts;
    let row = |notice: Notice| {
        let told = notice.told(&texts, &caller.scope.locale);
        NoticeRow {
            href: format!("/account/notices/{}", notice.id),
            title: told.title,
            body: told.body,
            at: notice.created_at,
            unread: notice.read_at.is_none(),
        }
    };
    Ok(notices.into_iter().map(row).collect())
}

pub(super) async fn show(caller: Customer, State(app): State<App>, Page(shell): Page, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let filter = NoticeFilter { state: query.state().and_then(NoticeState::from_name), topic: None };
    let mut tx = caller.begin_read().await?;
    let found = service::list(&mut tx, reader(&caller)?, filter, &query.page()).await?;
    drop(tx);
    let list = ListBar::new("/account/notices", String::new(), &query, &found, None, Vec::new());
    let notices = rows(&app, &caller, found.results).await?;
    let unread = shell.caller.as_ref().is_some_and(|caller| caller.unread > 0);
    html(&NoticesPage { tabs: tabs(&shell, query.state()), list, notices, unread, shell: shell.titled("notices-title") })
}

fn tabs(shell: &Shell, state: Option<&str>) -> Vec<Tab> {
    [None, Some("unread"), Some("archived")]
        .into_iter()
        .map(|one| Tab {
            label: shell.t(&format!("notices-tab-{}", one.unwrap_or("all"))),
            href: one.map_or_else(|| "/account/notices".to_owned(), |state| format!("/account/notices?state={state}")),
            active: one == state,
            count: None,
        })
        .collect()
}

pub(super) async fn bell(caller: Customer, State(app): State<App>, Page(shell): Page) -> AppResult<Response> {
    let few = PageRequest { page_size: Some(FEW), ..PageRequest::default() };
    let mut tx = caller.begin_read().await?;
    let found = service::list(&mut tx, reader(&caller)?, NoticeFilter::default(), &few).await?;
    drop(tx);
    let notices = rows(&app, &caller, found.results).await?;
    html(&BellList { shell, notices, all_href: "/account/notices" })
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
    Ok(redirect_with("/account/notices", Tone::Good, "notices-all-read"))
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    let row = |unread| NoticeRow {
        href: "/account/notices/1".to_owned(),
        title: "Payment received".to_owned(),
        body: "We received KSh 45,243 for ORD-2026-00042.".to_owned(),
        at: chrono::DateTime::default(),
        unread,
    };
    let page = |notices: Vec<NoticeRow>| NoticesPage {
        shell: shell.clone().titled("notices-title"),
        tabs: tabs(shell, None),
        list: ListBar { count: notices.len() as u64, ..ListBar::default() },
        unread: !notices.is_empty(),
        notices,
    };
    vec![Sample::of("notices", &page(vec![row(true), row(false)])), Sample::of("notices-empty", &page(Vec::new()))]
}
