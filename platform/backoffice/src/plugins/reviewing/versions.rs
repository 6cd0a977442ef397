//! Versions of every publisher in the catalogue, and what becomes of them.

use axum::{extract::State, response::Response};
use integrations::{
    catalogue::{self, PublishedVersion, VersionState},
    publishing,
};
use kernel::{
    App, AppResult,
    error::Fields,
    http::{Path, Query, Staff},
    paging::Page,
};
use pages::{Choice, Column, Crumb, Fact, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::{LIST, REASON, VERSIONS, at_operators, stops};
use crate::{
    entry::Confirmed,
    frame::{Action, Cell, Empty, Field, FormPage, ListPage, Office, RecordPage, Row, Section, Sent},
    words,
};

fn address(version: &PublishedVersion) -> String {
    format!("{VERSIONS}/{}/{}", version.plugin, version.version)
}

fn title(version: &PublishedVersion) -> String {
    format!("{} {}", version.plugin, version.version)
}

pub(super) async fn list(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    let search = query.search.as_deref().map(str::trim).filter(|search| !search.is_empty());
    html(&list_page(shell, &query, &catalogue::published(&app, search).await?))
}

pub(crate) fn list_page(shell: Shell, query: &ListQuery, versions: &[PublishedVersion]) -> ListPage {
    let shell = shell.under("office-reviewing-title", LIST).titled("office-releases-title");
    let all: Page<()> = Page::whole(versions.iter().map(|_| ()).collect());
    let columns = vec![
        Column::of(&shell, "field-name"),
        Column::of(&shell, "office-plugins-version"),
        Column::of(&shell, "office-plugins-publisher"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "office-releases-installed"),
        Column::of(&shell, "office-releases-since"),
    ];
    let row = |version: &PublishedVersion| Row {
        href: address(version),
        cells: vec![
            Cell::Main(version.plugin.clone()),
            Cell::Text(version.version.clone()),
            Cell::Text(version.publisher.clone()),
            Cell::State(words::badge(&shell, "plugin-version", version.state.as_str())),
            Cell::count(version.installed),
            Cell::At(version.published_at),
        ],
    };
    let rows = versions.iter().map(row).collect();
    let list = ListBar::new(VERSIONS, shell.t("office-reviewing-search"), query, &all, None, columns);
    let empty = Empty::new(&shell, "plug", "office-reviewing-catalogue");
    ListPage { lede: shell.t("office-reviewing-catalogue-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn below(shell: Shell) -> Shell {
    let mut shell = shell.under("office-reviewing-title", LIST);
    shell.crumbs.push(Crumb { label: shell.t("office-releases-title"), href: VERSIONS.to_owned() });
    shell
}

/// What may become of it.
fn next(version: &PublishedVersion) -> impl Iterator<Item = VersionState> {
    let now = version.state;
    VersionState::ALL.iter().copied().filter(move |next| now.can_become(*next))
}

fn facts(shell: &Shell, version: &PublishedVersion) -> Vec<Fact> {
    vec![
        Fact::new(shell.t("office-plugins-publisher"), version.publisher.clone()),
        Fact::new(shell.t("office-releases-share"), shell.tf("office-releases-percent", [("percent", version.share.to_string())])),
        Fact::new(shell.t("office-releases-installed"), shell.number(version.installed)),
        Fact::new(shell.t("office-releases-live"), shell.number(version.live)),
        Fact::new(shell.t("office-releases-since"), shell.moment(&version.published_at)),
    ]
}

pub(crate) fn page(shell: Shell, version: &PublishedVersion) -> RecordPage {
    let shell = below(shell);
    let state = words::badge(&shell, "plugin-version", version.state.as_str());
    let mut actions = Vec::new();
    if next(version).next().is_some() {
        actions.push(Action::link(shell.t("office-reviewing-mark"), format!("{}/mark", address(version))).primary().icon("flag"));
        if version.state == VersionState::Listed {
            actions.push(Action::link(shell.t("office-releases-offer"), format!("{}/offer", address(version))).icon("settings"));
        }
        actions.push(Action::link(shell.t("office-stops-new"), stops::new_address(&version.plugin, &version.version)).icon("ban"));
    }
    let facts = facts(&shell, version);
    RecordPage { next: actions, facts, ..RecordPage::new(shell, title(version), "", state) }
}

type Named = Path<(String, String)>;

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path((plugin, version)): Named) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    html(&page(shell, &catalogue::published_version(&app, &plugin, &version).await?))
}

pub(crate) fn mark_page(shell: Shell, version: &PublishedVersion) -> FormPage {
    let (href, mut shell) = (address(version), below(shell));
    shell.crumbs.push(Crumb { label: title(version), href: href.clone() });
    let choice = |state: VersionState| Choice {
        detail: words::word(&shell, "office-reviewing-mark", state.as_str()),
        ..Choice::new(state.as_str(), words::word(&shell, "plugin-version", state.as_str()))
    };
    let fields = vec![
        Field::choices("state", shell.t("field-status"), next(version).map(choice).collect()),
        Field::text("reason", shell.t("field-reason")).max(REASON).help(shell.t("office-releases-reason-help")),
    ];
    let (title, facts, keep) = (shell.t("office-reviewing-mark"), facts(&shell, version), shell.t("button-cancel"));
    FormPage::new(shell, title.clone(), &format!("{href}/mark"), &href, vec![Section::of(fields)]).facts(facts).submit(title).grave(keep)
}

pub(super) async fn show_mark(State(app): State<App>, Office(shell): Office, staff: Staff, Path((plugin, version)): Named) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    mark_page(shell, &catalogue::published_version(&app, &plugin, &version).await?).show()
}

async fn marked(app: &App, staff: &Staff, version: &PublishedVersion, sent: &Sent) -> AppResult<()> {
    let mut fields = Fields::new();
    let state = fields.check("state", VersionState::from_name(sent.text("state")), "field-required");
    let reason = fields.line("reason", sent.text("reason"), REASON);
    fields.finish()?;
    publishing::mark_here(app, &staff.scope, &version.plugin, &version.version, state.unwrap_or(version.state), &reason).await
}

/// What became of a version becomes of it once: whoever asks again is told so.
pub(super) async fn mark(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((plugin, version)): Named,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    let found = catalogue::published_version(&app, &plugin, &version).await?;
    match marked(&app, &staff, &found, &sent).await {
        Ok(()) => Ok(redirect_with(&address(&found), Tone::Good, "office-reviewing-marked")),
        Err(error) => mark_page(shell, &found).again(&sent, error),
    }
}

pub(crate) fn offer_page(shell: Shell, version: &PublishedVersion) -> FormPage {
    let (href, mut shell) = (address(version), below(shell));
    shell.crumbs.push(Crumb { label: title(version), href: href.clone() });
    let fields = vec![
        Field::text("share", shell.t("office-releases-share")).max(3).help(shell.t("office-releases-share-help")),
        Field::text("reason", shell.t("field-reason")).max(REASON).help(shell.t("office-releases-reason-help")),
    ];
    let (title, lede) = (shell.t("office-releases-offer"), shell.t("office-reviewing-offer-lede"));
    let page = FormPage::new(shell, title.clone(), &format!("{href}/offer"), &href, vec![Section::of(fields)]);
    page.lede(lede).submit(title).with("share", version.share.to_string())
}

pub(super) async fn show_offer(State(app): State<App>, Office(shell): Office, staff: Staff, Path((plugin, version)): Named) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    offer_page(shell, &catalogue::published_version(&app, &plugin, &version).await?).show()
}

async fn offered(app: &App, staff: &Staff, version: &PublishedVersion, sent: &Sent) -> AppResult<()> {
    let mut fields = Fields::new();
    let share = fields.check("share", sent.text("share").parse().ok().filter(|share: &u8| *share <= 100), "field-share");
    let reason = fields.line("reason", sent.text("reason"), REASON);
    fields.finish()?;
    publishing::offer_here(app, &staff.scope, &version.plugin, &version.version, share.unwrap_or_default(), &reason).await
}

/// Offering to as many again changes nothing, so the form needs no key.
pub(super) async fn offer(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((plugin, version)): Named,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    let found = catalogue::published_version(&app, &plugin, &version).await?;
    match offered(&app, &staff, &found, &sent).await {
        Ok(()) => Ok(redirect_with(&address(&found), Tone::Good, "office-releases-offered")),
        Err(error) => offer_page(shell, &found).again(&sent, error),
    }
}
