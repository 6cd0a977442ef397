//! The front door, and the way from it to one's own back office.

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{App, AppResult, http::Query};
use pages::{FormState, PageShell, Shell, html};
use serde::Deserialize;

/// A tenant that visitors may look into; development shows its own.
#[derive(Debug, Clone)]
pub struct Demo {
    pub name: String,
    /// What it is, in a line.
    pub line: String,
    pub portal_href: String,
    pub office_href: String,
}

/// Registered as a port where there are any.
pub struct Demos(pub Vec<Demo>);

#[derive(Template)]
#[template(path = "console/home.html")]
pub(crate) struct HomePage {
    pub(crate) shell: Shell,
    pub(crate) signup_href: String,
    pub(crate) login_href: String,
    pub(crate) demos: Vec<Demo>,
}

/// Asks for the firm's address, and then links to its log-in.
#[derive(Template)]
#[template(path = "console/find.html")]
pub(crate) struct FindPage {
    pub(crate) shell: Shell,
    pub(crate) form: FormState,
    /// Empty: nothing was asked, or nothing found.
    pub(crate) office_href: String,
    pub(crate) name: String,
    pub(crate) missing: bool,
}

pub(super) async fn show(State(app): State<App>, PageShell(shell): PageShell) -> AppResult<Response> {
    let demos = app.port::<Demos>().map(|demos| demos.0.clone()).unwrap_or_default();
    let mut shell = shell.titled("console-home-title");
    shell.description = shell.t("console-home-lede");
    shell.canonical = app.hosts.platform_url("/");
    shell.index = true;
    html(&HomePage { shell, signup_href: "/start".to_owned(), login_href: "/login".to_owned(), demos })
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Firm {
    #[serde(default)]
    firm: String,
}

pub(super) async fn find(State(app): State<App>, PageShell(shell): PageShell, Query(asked): Query<Firm>) -> AppResult<Response> {
    let typed = asked.firm.trim().to_ascii_lowercase();
    // People paste the whole address of their portal.
    let host = typed.split_once("://").map_or(typed.as_str(), |(_, rest)| rest);
    let label = host.split(['.', '/', ':']).next().unwrap_or_default();
    let tenant = if label.is_empty() { None } else { app.directory.by_slug(label).await? };
    let form = FormState::new(&shell).with("firm", asked.firm.clone());
    html(&FindPage {
        shell: shell.titled("console-find-title"),
        form,
        office_href: tenant.as_ref().map(|tenant| app.hosts.office_url(&tenant.slug, "/login")).unwrap_or_default(),
        missing: !label.is_empty() && tenant.is_none(),
        name: tenant.map(|tenant| tenant.name.clone()).unwrap_or_default(),
    })
}
