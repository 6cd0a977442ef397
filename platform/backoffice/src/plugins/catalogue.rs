//! What can be installed, and what one agrees to by installing it.

use askama::{Template, filters::Safe};
use axum::{extract::State, response::Response};
use integrations::{
    Integrations, MANAGE,
    catalogue::{self, PluginDetail, PluginLine, Wish},
    installs::{self, InstallationLine, NewInstallation},
};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Query, Staff},
    money::{Currency, Money},
    paging::{Page, PageRequest},
};
use pages::{Badge, Column, Filter, FormState, ListBar, ListQuery, Shell, Tone, html, html_with, markdown};

use super::{
    permissions::{Flow, Permitted, flows, permitted},
    tabs,
};
use crate::{
    entry::Confirmed,
    frame::{Cell, Empty, ListPage, Office, Row, Tile, commit_once, mendable, refused_status, seen_before},
    words,
};

pub(super) async fn list(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let integrations = Integrations::of(&app)?;
    let mut tx = staff.begin_read().await?;
    let offered = catalogue::list(&integrations, &mut tx).await?;
    let installed = installs::list(&integrations, &mut tx, &PageRequest { page_size: Some(100), ..PageRequest::default() }).await?;
    html(&page(shell, &query, &offered, &installed.results))
}

/// Those in use first, then what else there is; each by its name.
pub(crate) fn page(shell: Shell, query: &ListQuery, offered: &[PluginLine], installed: &[InstallationLine]) -> ListPage {
    let shell = shell.titled("office-plugins-plugins");
    let wish = Wish { search: query.search.clone().unwrap_or_default(), kind: query.value("kind").unwrap_or_default().to_owned(), ..Wish::default() };
    let mut used: Vec<&InstallationLine> =
        installed.iter().filter(|line| wish.finds([&line.title, &line.summary, &line.plugin], &line.kind)).collect();
    let mut unused: Vec<&PluginLine> = offered.iter().filter(|line| line.installation.is_none() && wish.fits(line)).collect();
    used.sort_by_key(|line| line.title.to_lowercase());
    unused.sort_by_key(|line| line.title.to_lowercase());
    let count = i64::try_from(used.len() + unused.len()).unwrap_or(i64::MAX);
    let all: Page<()> = Page { count, count_exceeded: false, next: None, previous: None, results: Vec::new() };
    let mut kinds: Vec<&str> = offered.iter().map(|line| line.kind.as_str()).chain(installed.iter().map(|line| line.kind.as_str())).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds = Filter::choice("kind", shell.t("office-plugins-kind"), words::choices(&shell, "plugin-kind", kinds));
    let columns = ["field-name", "office-plugins-what", "office-plugins-kind", "field-status", "office-plugins-health"]
        .map(|key| Column::of(&shell, key))
        .to_vec();
    let list = ListBar::new("/plugins", shell.t("office-plugins-search"), query, &all, Some(kinds), columns);
    let rows = used.into_iter().map(|line| installed_row(&shell, line)).chain(unused.into_iter().map(|line| offered_row(&shell, line))).collect();
    let empty = Empty::new(&shell, "plug", "office-plugins-empty");
    ListPage { tabs: tabs(&shell, "plugins"), lede: shell.t("office-plugins-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn offered_row(shell: &Shell, plugin: &PluginLine) -> Row {
    Row {
        href: format!("/plugins/catalogue/{}", plugin.plugin),
        cells: vec![
            Cell::Pictured(plugin.title.clone(), Tile::new(&plugin.title, plugin.icon.as_deref())),
            Cell::Quiet(plugin.summary.clone()),
            Cell::Text(words::word(shell, "plugin-kind", &plugin.kind)),
            Cell::State(Badge::new(Tone::Neutral, shell.t("office-plugins-not-installed"))),
            Cell::Quiet(String::new()),
        ],
    }
}

fn installed_row(shell: &Shell, line: &InstallationLine) -> Row {
    Row {
        href: format!("/plugins/{}", line.id),
        cells: vec![
            Cell::Pictured(line.title.clone(), Tile::new(&line.title, line.icon.as_deref())),
            Cell::Quiet(line.summary.clone()),
            Cell::Text(words::word(shell, "plugin-kind", &line.kind)),
            Cell::State(words::badge(shell, "plugin-mode", line.mode.as_str())),
            Cell::State(words::badge(shell, "plugin-health", line.health.as_str())),
        ],
    }
}

/// What one agrees to: every permission as a sentence, and which data goes where.
#[derive(Template)]
#[template(path = "office/plugin_consent.html")]
pub(crate) struct ConsentPage {
    pub(crate) shell: Shell,
    pub(crate) form: FormState,
    pub(crate) plugin: PluginDetail,
    pub(crate) tile: Tile,
    pub(crate) kind: String,
    pub(crate) methods: Vec<MethodRow>,
    pub(crate) permitted: Vec<Permitted>,
    pub(crate) flows: Vec<Flow>,
    /// What its author says of it, and what changed.
    pub(crate) readme: Option<Safe<String>>,
    pub(crate) changelog: Option<Safe<String>>,
    pub(crate) may_install: bool,
}

/// A way to pay that the plugin brings.
#[derive(Debug, Clone)]
pub(crate) struct MethodRow {
    pub(crate) title: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

impl ConsentPage {
    pub(crate) fn new(shell: Shell, plugin: PluginDetail) -> Self {
        let shell = shell.under("office-plugins-plugins", "/plugins").named(plugin.plugin.title.clone());
        let money =
            |minor: i64, currency: &str| Currency::from_code(currency).map(|currency| shell.money(&Money::new(minor, currency))).unwrap_or_default();
        let row = |method: &catalogue::MethodView| {
            let currency = method.currencies.first().map_or("", String::as_str);
            MethodRow { title: method.title.clone(), from: money(method.min, currency), to: money(method.max, currency) }
        };
        Self {
            form: FormState::once(&shell),
            tile: Tile::new(&plugin.plugin.title, plugin.plugin.icon.as_deref()),
            kind: words::word(&shell, "plugin-kind", &plugin.plugin.kind),
            methods: plugin.methods.iter().map(row).collect(),
            permitted: permitted(&shell, &plugin.permissions),
            flows: flows(&shell, &plugin.plugin.title, &plugin.permissions),
            readme: plugin.readme.as_deref().map(markdown),
            changelog: plugin.changelog.as_deref().map(markdown),
            may_install: shell.can(MANAGE) && plugin.plugin.installation.is_none(),
            plugin,
            shell,
        }
    }
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(plugin): Path<String>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let plugin = catalogue::get(&*Integrations::of(&app)?, &mut tx, &plugin).await?;
    html(&ConsentPage::new(shell, plugin))
}

pub(super) async fn install(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(plugin): Path<String>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let path = format!("/plugins/catalogue/{plugin}");
    let integrations = Integrations::of(&app)?;
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(answer);
    }
    let asked = catalogue::get(&integrations, &mut tx, &plugin).await?;
    let installed = if sent.yes("agree") {
        // Exactly what this page showed; a plugin that asks for more by now is refused.
        let accepted = sent.all("accepted").into_iter().collect();
        installs::install(&integrations, &mut tx, &NewInstallation { plugin, accepted }).await
    } else {
        Err(AppError::field("agree", "office-plugins-agree-needed"))
    };
    match installed {
        Ok(id) => commit_once(tx, &sent, &path, &format!("/plugins/{id}"), "office-plugins-installed").await,
        Err(error) if mendable(&error) => {
            let mut page = ConsentPage::new(shell, asked);
            page.form = sent.kept(FormState::new(&page.shell)).failing(&page.shell, &error, |_| page.shell.t("office-plugins-agree"));
            html_with(refused_status(&error), &page)
        }
        Err(error) => Err(error),
    }
}
