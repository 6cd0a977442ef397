//! The reader's notices. Opening one notes that it was read and leads to what it is about.

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult,
    http::{Form, Path, Query, Staff},
    paging::PageRequest,
};
use outreach::notices::{Notice, NoticeFilter, NoticeId, NoticeState, Reader, live, service};
use pages::{ListBar, ListQuery, NoticeRow, Shell, Tab, Tone, html, redirect, redirect_with};

use crate::frame::{Office, Sent};

#[derive(Template)]
#[template(path = "office/notices.html")]
pub(crate) struct NoticesPage {
    pub(crate) shell: Shell,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) list: ListBar,
    pub(crate) notices: Vec<NoticeRow>,
    pub(crate) unread: bool,
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

fn reader(staff: &Staff) -> AppResult<Reader> {
    Reader::of(&staff.scope).ok_or_else(AppError::unauthenticated)
}

async fn rows(app: &App, staff: &Staff, notices: Vec<Notice>) -> AppResult<Vec<NoticeRow>> {
    let texts = app.worded(&staff.scope).await?.texts;
    let row = |notice: Notice| {
        let told = notice.told(&texts, &staff.scope.locale);
        NoticeRow {
            href: format!("/notices/{}", notice.id),
            title: told.title,
            body: told.body,
            at: notice.created_at,
            unread: notice.read_at.is_none(),
        }
    };
    Ok(notices.into_iter().map(row).collect())
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let filter = NoticeFilter { state: query.state().and_then(NoticeState::from_name), topic: None };
    let mut tx = staff.begin_read().await?;
    let found = service::list(&mut tx, reader(&staff)?, filter, &query.page()).await?;
    drop(tx);
    let list = ListBar::new("/notices", String::new(), &query, &found, None, Vec::new());
    let shell = shell.titled("notices-title");
    let tabs = tabs(&shell, query.state());
    let notices = rows(&app, &staff, found.results).await?;
    let unread = shell.caller.as_ref().is_some_and(|caller| caller.unread > 0);
    html(&NoticesPage { tabs, list, notices, unread, shell })
}

fn tabs(shell: &Shell, state: Option<&str>) -> Vec<Tab> {
    [None, Some("unread"), Some("archived")]
        .into_iter()
        .map(|one| Tab {
            label: shell.t(&format!("notices-tab-{}", one.unwrap_or("all"))),
            href: one.map_or_else(|| "/notices".to_owned(), |state| format!("/notices?state={state}")),
            active: one == state,
            count: None,
        })
        .collect()
}

pub(super) async fn bell(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let few = PageRequest { page_size: Some(FEW), ..PageRequest::default() };
    let mut tx = staff.begin_read().await?;
    let found = service::list(&mut tx, reader(&staff)?, NoticeFilter::default(), &few).await?;
    drop(tx);
    let notices = rows(&app, &staff, found.results).await?;
    html(&BellList { shell, notices, all_href: "/notices" })
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
    Ok(redirect_with("/notices", Tone::Good, "notices-all-read"))
}
