//! The catalogue of plugins, for everybody: what there is, what each would be allowed to do, its versions, and whom to ask.

use askama::{Template, filters::Safe};
use axum::{extract::State, response::Response};
use integrations::catalogue::{self, PluginDetail, PluginLine, VersionState, Wish};
use kernel::{
    App, AppResult,
    http::{Path, Query},
};
use pages::{Badge, Choice, FormState, PageShell, Shell, html, markdown};

use crate::{
    frame::Tile,
    plugins::{Permitted, permitted},
    words,
};

#[derive(Template)]
#[template(path = "console/plugins.html")]
pub(crate) struct PluginsPage {
    pub(crate) shell: Shell,
    pub(crate) form: FormState,
    /// Kinds that there are.
    pub(crate) kinds: Vec<Choice>,
    pub(crate) found: Vec<Offer>,
}

/// A plugin in the list.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) href: String,
    pub(crate) tile: Tile,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) kind: String,
    pub(crate) publisher: String,
}

#[derive(Template)]
#[template(path = "console/plugin.html")]
pub(crate) struct PluginPage {
    pub(crate) shell: Shell,
    pub(crate) plugin: PluginDetail,
    pub(crate) tile: Tile,
    pub(crate) kind: String,
    pub(crate) permitted: Vec<Permitted>,
    pub(crate) versions: Vec<VersionRow>,
    /// What its author says of it, and what changed.
    pub(crate) readme: Option<Safe<String>>,
    pub(crate) changelog: Option<Safe<String>>,
}

/// A version in the list of versions.
#[derive(Debug, Clone)]
pub(crate) struct VersionRow {
    pub(crate) version: String,
    pub(crate) day: String,
    pub(crate) state: Badge,
}

impl PluginsPage {
    /// By name, whatever their order was.
    pub(crate) fn new(shell: Shell, mut all: Vec<PluginLine>, wish: &Wish) -> Self {
        all.sort_by_key(|line| line.title.to_lowercase());
        let mut shell = shell.titled("console-plugins-title");
        shell.description = shell.t("console-plugins-lede");
        let mut kinds: Vec<&str> = all.iter().map(|line| line.kind.as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let kinds = words::choices(&shell, "plugin-kind", kinds);
        let form = FormState::new(&shell).with("search", wish.search.clone()).with("kind", wish.kind.clone());
        let offer = |line: PluginLine| Offer {
            href: format!("/plugins/{}", line.plugin),
            tile: Tile::new(&line.title, line.icon.as_deref()),
            kind: words::word(&shell, "plugin-kind", &line.kind),
            title: line.title,
            summary: line.summary,
            publisher: line.publisher,
        };
        let found = all.into_iter().filter(|line| wish.fits(line)).map(offer).collect();
        Self { form, kinds, found, shell }
    }
}

impl PluginPage {
    pub(crate) fn new(shell: Shell, plugin: PluginDetail) -> Self {
        let mut shell = shell.named(plugin.plugin.title.clone());
        shell.description.clone_from(&plugin.plugin.summary);
        let row = |line: &catalogue::VersionLine| VersionRow {
            version: line.version.clone(),
            day: shell.day_of(&line.published_at),
            state: words::badge(&shell, "plugin-version", line.state.as_str()),
        };
        // A revoked version is nobody's choice, but whoever runs it looks for it here.
        let versions = plugin.versions.iter().map(row).collect();
        let (readme, changelog) = (plugin.readme.as_deref().map(markdown), plugin.changelog.as_deref().map(markdown));
        let tile = Tile::new(&plugin.plugin.title, plugin.plugin.icon.as_deref());
        let permitted = permitted(&shell, &plugin.permissions);
        Self { tile, kind: words::word(&shell, "plugin-kind", &plugin.plugin.kind), permitted, versions, readme, changelog, plugin, shell }
    }
}

pub(super) async fn list(State(app): State<App>, PageShell(shell): PageShell, Query(wish): Query<Wish>) -> AppResult<Response> {
    let mut page = PluginsPage::new(shell, catalogue::shelf(&app).await?, &wish);
    page.shell.canonical = app.hosts.platform_url("/plugins");
    page.shell.index = true;
    html(&page)
}

pub(super) async fn show(State(app): State<App>, PageShell(shell): PageShell, Path(plugin): Path<String>) -> AppResult<Response> {
    let mut page = PluginPage::new(shell, catalogue::on_shelf(&app, &plugin).await?);
    page.shell.canonical = app.hosts.platform_url(&format!("/plugins/{plugin}"));
    page.shell.index = page.plugin.versions.first().is_some_and(|line| line.state == VersionState::Listed);
    html(&page)
}
