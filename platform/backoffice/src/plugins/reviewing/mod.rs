//! What those who run the platform decide about plugins, at the one office that is theirs: packages that wait for their review, what
//! becomes of versions in the catalogue, and stops. At any other office there are no such pages, whatever a role says.

mod package;
mod stops;
mod versions;

use axum::{extract::State, response::Response};
use integrations::{
    Integrations, REVIEW,
    publishing::{self, SubmissionLine, SubmissionState},
};
use kernel::{
    App, AppError, AppResult,
    http::{Query, Staff},
    paging::Page,
    routes::{Access, Face, Routes},
};
use pages::{Column, Filter, ListBar, ListQuery, Shell, html};

use super::tabs;
use crate::{
    frame::{Action, Cell, Empty, ListPage, Office, Row},
    words,
};

pub(crate) use package::{approve_page, page as package_page, reject_page};
pub(crate) use stops::{end_page, list_page as stops_page, new_page as stop_page};
pub(crate) use versions::{list_page as versions_page, mark_page, offer_page, page as version_page};

const LIST: &str = "/reviewing";
const VERSIONS: &str = "/reviewing/versions";
const STOPS: &str = "/reviewing/stops";
const NEW_STOP: &str = "/reviewing/stops/new";
/// Longest reason that is kept with what becomes of a version, and with a stop.
const REASON: usize = 500;

/// States of a package that was submitted.
const STATES: [SubmissionState; 4] = [SubmissionState::Submitted, SubmissionState::Rejected, SubmissionState::Approved, SubmissionState::Listed];

pub(super) fn routes() -> Routes {
    let may = Access::Staff(REVIEW);
    Routes::new()
        .get(Face::Office, LIST, may, list)
        .get(Face::Office, "/reviewing/packages/{id}", may, package::show)
        .get(Face::Office, "/reviewing/packages/{id}/approve", may, package::show_approve)
        .post(Face::Office, "/reviewing/packages/{id}/approve", may, package::approve)
        .get(Face::Office, "/reviewing/packages/{id}/reject", may, package::show_reject)
        .post(Face::Office, "/reviewing/packages/{id}/reject", may, package::reject)
        .post(Face::Office, "/reviewing/packages/{id}/examine", may, package::examine)
        .get(Face::Office, VERSIONS, may, versions::list)
        .get(Face::Office, "/reviewing/versions/{plugin}/{version}", may, versions::show)
        .get(Face::Office, "/reviewing/versions/{plugin}/{version}/mark", may, versions::show_mark)
        .post(Face::Office, "/reviewing/versions/{plugin}/{version}/mark", may, versions::mark)
        .get(Face::Office, "/reviewing/versions/{plugin}/{version}/offer", may, versions::show_offer)
        .post(Face::Office, "/reviewing/versions/{plugin}/{version}/offer", may, versions::offer)
        .get(Face::Office, STOPS, may, stops::list)
        .get(Face::Office, NEW_STOP, may, stops::show_new)
        .post(Face::Office, NEW_STOP, may, stops::stop)
        .get(Face::Office, "/reviewing/stops/{id}", may, stops::show_end)
        .post(Face::Office, "/reviewing/stops/{id}", may, stops::end)
}

/// Every page and every act begins with it: anywhere but at the office of those who run the platform there is nothing here.
fn at_operators(app: &App, staff: &Staff) -> AppResult<()> {
    if Integrations::of(app)?.is_operators(staff.tenant()) { Ok(()) } else { Err(AppError::not_found()) }
}

async fn list(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    let query = query.beginning(SubmissionState::Submitted.as_str());
    let found = publishing::submitted(&app, query.state().and_then(SubmissionState::from_name)).await?;
    html(&page(shell, &query, &found))
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &[SubmissionLine]) -> ListPage {
    let shell = shell.titled("office-reviewing-title");
    let all: Page<()> = Page::whole(found.iter().map(|_| ()).collect());
    let states = words::choices(&shell, "submission-state", STATES.iter().map(|state| state.as_str()));
    let filter = Filter::choice("state", shell.t("field-status"), states);
    let keys = [
        "field-name",
        "office-plugins-version",
        "office-plugins-publisher",
        "field-status",
        "office-publishing-machine",
        "office-publishing-submitted",
    ];
    let columns = keys.map(|key| Column::of(&shell, key)).to_vec();
    let machine = |passed| shell.t(if passed { "office-publishing-passed" } else { "office-publishing-failed" });
    let row = |line: &SubmissionLine| Row {
        href: package::address(line.id),
        cells: vec![
            Cell::Main(line.plugin.clone()),
            Cell::Text(line.version.clone()),
            Cell::Text(line.publisher.clone()),
            Cell::State(words::badge(&shell, "submission-state", line.state.as_str())),
            Cell::Text(line.report_passed.map(machine).unwrap_or_default()),
            Cell::At(line.submitted_at.unwrap_or(line.updated_at)),
        ],
    };
    let rows = found.iter().map(row).collect();
    let list = ListBar::new(LIST, String::new(), query, &all, Some(filter), columns);
    let empty = Empty::new(&shell, "shield-check", "office-reviewing-empty");
    let actions = vec![Action::link(shell.t("office-releases-title"), VERSIONS), Action::link(shell.t("office-stops-title"), STOPS)];
    ListPage { actions, tabs: tabs(&shell, "reviewing"), lede: shell.t("office-reviewing-lede"), ..ListPage::new(shell, list, rows, empty) }
}
