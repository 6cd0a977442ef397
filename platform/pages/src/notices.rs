//! The reader's notices as both faces show them: all of them in a list, and the newest few at the bell.

use askama::Template;
use axum::response::Response;
use kernel::{AppResult, paging::Page};

use crate::{
    list::{ListBar, ListQuery},
    parts::{NoticeRow, Tab},
    render::html,
    shell::Shell,
};

/// A page of the list.
#[derive(Debug, Clone, Default)]
pub struct NoticeList {
    pub tabs: Vec<Tab>,
    pub bar: ListBar,
    pub rows: Vec<NoticeRow>,
    /// Some are unread, here or elsewhere.
    pub unread: bool,
}

impl NoticeList {
    /// What was found at the address `base` under the state that the query names, if it names one.
    #[must_use]
    pub fn new(shell: &Shell, base: &str, query: &ListQuery, found: Page<NoticeRow>) -> Self {
        Self {
            tabs: tabs(shell, base, query.state()),
            bar: ListBar::new(base, String::new(), query, &found, None, Vec::new()),
            rows: found.results,
            unread: shell.caller.as_ref().is_some_and(|caller| caller.unread > 0),
        }
    }
}

fn tabs(shell: &Shell, base: &str, state: Option<&str>) -> Vec<Tab> {
    [None, Some("unread"), Some("archived")]
        .into_iter()
        .map(|one| Tab {
            label: shell.t(&format!("notices-tab-{}", one.unwrap_or("all"))),
            href: one.map_or_else(|| base.to_owned(), |state| format!("{base}?state={state}")),
            active: one == state,
            count: None,
        })
        .collect()
}

#[derive(Template)]
#[template(path = "components/bell_list.html")]
struct BellList {
    shell: Shell,
    notices: Vec<NoticeRow>,
    all_href: &'static str,
}

/// The newest few for the bell to show in place, with the way to all of them.
///
/// # Errors
/// It cannot be rendered.
pub fn bell_list(shell: Shell, notices: Vec<NoticeRow>, all_href: &'static str) -> AppResult<Response> {
    html(&BellList { shell, notices, all_href })
}
