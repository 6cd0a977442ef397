//! What this office publishes for others: its account as a publisher, its keys, the packages it hands in, and the versions it has listed.

mod account;
mod keys;
mod package;
mod versions;

use axum::{extract::State, response::Response};
use integrations::{
    PUBLISH,
    publishing::{self, SubmissionLine},
};
use kernel::{
    App, AppResult,
    http::Staff,
    paging::Page,
    routes::{Access, Face, Routes},
};
use pages::{Column, ListBar, ListQuery, Shell, html};

use super::tabs;
use crate::{
    frame::{Action, Cell, Empty, ListPage, Office, Row},
    words,
};

pub(crate) use account::page as account_page;
pub(crate) use keys::page as keys_page;
pub(crate) use package::page as package_page;
pub(super) use package::related;
pub(crate) use versions::{list_page as versions_page, offer_page, page as version_page, take_back_page};

const LIST: &str = "/publishing";
const ACCOUNT: &str = "/publishing/account";
const KEYS: &str = "/publishing/keys";
const NEW_KEY: &str = "/publishing/keys/new";
const HAND_IN: &str = "/publishing/packages/new";
const VERSIONS: &str = "/publishing/versions";

pub(super) fn routes() -> Routes {
    let may = Access::Staff(PUBLISH);
    Routes::new()
        .get(Face::Office, LIST, may, list)
        .get(Face::Office, ACCOUNT, may, account::show)
        .post(Face::Office, ACCOUNT, may, account::save)
        .get(Face::Office, KEYS, may, keys::list)
        .get(Face::Office, NEW_KEY, may, keys::show_new)
        .post(Face::Office, NEW_KEY, may, keys::add)
        .get(Face::Office, "/publishing/keys/{id}/revoke", may, keys::show_revoke)
        .post(Face::Office, "/publishing/keys/{id}/revoke", may, keys::revoke)
        .get(Face::Office, HAND_IN, may, package::show_new)
        .post(Face::Office, HAND_IN, may, package::hand_in)
        .get(Face::Office, "/publishing/packages/{id}", may, package::show)
        .post(Face::Office, "/publishing/packages/{id}/submit", may, package::submit)
        .post(Face::Office, "/publishing/packages/{id}/list", may, package::put_on_list)
        .get(Face::Office, VERSIONS, may, versions::list)
        .get(Face::Office, "/publishing/versions/{plugin}/{version}", may, versions::show)
        .get(Face::Office, "/publishing/versions/{plugin}/{version}/offer", may, versions::show_offer)
        .post(Face::Office, "/publishing/versions/{plugin}/{version}/offer", may, versions::offer)
        .get(Face::Office, "/publishing/versions/{plugin}/{version}/roll-back", may, versions::show_take_back)
        .post(Face::Office, "/publishing/versions/{plugin}/{version}/roll-back", may, versions::take_back)
}

async fn list(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let lines = match publishing::list(&app, &staff.scope).await {
        Ok(lines) => Some(lines),
        Err(error) if error.is("publisher.none") => None,
        Err(error) => return Err(error),
    };
    html(&page(shell, lines.as_deref()))
}

/// Packages of this office; none if it is no publisher yet.
pub(crate) fn page(shell: Shell, lines: Option<&[SubmissionLine]>) -> ListPage {
    let shell = shell.titled("office-publishing-title");
    let found = lines.unwrap_or_default();
    let all: Page<()> = Page::whole(found.iter().map(|_| ()).collect());
    let columns = ["field-name", "office-plugins-version", "field-status", "field-updated"].map(|key| Column::of(&shell, key)).to_vec();
    let row = |line: &SubmissionLine| Row {
        href: package::address(line.id),
        cells: vec![
            Cell::Main(line.plugin.clone()),
            Cell::Text(line.version.clone()),
            Cell::State(words::badge(&shell, "submission-state", line.state.as_str())),
            Cell::At(line.updated_at),
        ],
    };
    let rows = found.iter().map(row).collect();
    let list = ListBar::new(LIST, String::new(), &ListQuery::default(), &all, None, columns);
    let (actions, empty) = if lines.is_some() {
        let actions = vec![
            Action::link(shell.t("office-publishing-hand-in"), HAND_IN).primary().icon("upload"),
            Action::link(shell.t("office-releases-title"), VERSIONS),
            Action::link(shell.t("office-publishing-keys"), KEYS),
            Action::link(shell.t("office-publishing-account"), ACCOUNT),
        ];
        (actions, Empty::new(&shell, "plug", "office-publishing-empty"))
    } else {
        (Vec::new(), Empty::new(&shell, "plug", "office-publishing-none").leading(shell.t("office-publishing-begin"), ACCOUNT))
    };
    ListPage { actions, tabs: tabs(&shell, "publishing"), lede: shell.t("office-publishing-lede"), ..ListPage::new(shell, list, rows, empty) }
}
