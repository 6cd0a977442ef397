//! The switch that stops plugins for now: what is stopped, and by whom.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use identity::{UserId, users};
use integrations::catalogue::{self, PublishedVersion, Reach, StopView};
use kernel::{
    App, AppError, AppResult,
    error::Fields,
    http::{Path, Query, Staff},
    paging::Page,
};
use pages::{Choice, Column, Crumb, Fact, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use serde::Deserialize;
use uuid::Uuid;

use super::{LIST, NEW_STOP, REASON, STOPS, at_operators};
use crate::{
    entry::Confirmed,
    frame::{Action, Cell, Empty, Field, FormPage, ListPage, Office, Row, Section, Sent, commit_once, seen_before},
};

/// The values of the choice of what is stopped.
const ONE: &str = "plugin";
const ALL: &str = "everything";

/// Where a version is stopped.
pub(super) fn new_address(plugin: &str, version: &str) -> String {
    pages::address(NEW_STOP, [("plugin", plugin), ("version", version)].map(|(name, value)| (name.to_owned(), value.to_owned())))
}

/// The stops that hold; colleagues who stopped something by their names, others as they said.
async fn holding(app: &App, staff: &Staff) -> AppResult<Vec<StopView>> {
    let mut stops = catalogue::list_stops(app).await?;
    let mut tx = staff.begin_read().await?;
    for stop in &mut stops {
        if let Some(id) = stop.stopped_by.strip_prefix("user:").and_then(|id| id.parse().ok())
            && let Ok(user) = users::get(&mut tx, UserId(id)).await
        {
            stop.stopped_by = user.name.full();
        }
    }
    Ok(stops)
}

pub(super) async fn list(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    html(&list_page(shell, &holding(&app, &staff).await?))
}

pub(crate) fn list_page(shell: Shell, stops: &[StopView]) -> ListPage {
    let shell = shell.under("office-reviewing-title", LIST).titled("office-stops-title");
    let all: Page<()> = Page::whole(stops.iter().map(|_| ()).collect());
    let columns = ["office-stops-what", "office-stops-office", "field-reason", "office-stops-by", "office-stops-since"];
    let columns = columns.map(|key| Column::of(&shell, key)).to_vec();
    let row = |stop: &StopView| Row {
        href: format!("{STOPS}/{}", stop.id),
        cells: vec![
            Cell::Main(what(&shell, stop)),
            Cell::Text(office(&shell, stop)),
            Cell::Quiet(stop.reason.clone()),
            Cell::Text(stop.stopped_by.clone()),
            Cell::At(stop.stopped_at),
        ],
    };
    let rows = stops.iter().map(row).collect();
    let list = ListBar::new(STOPS, String::new(), &ListQuery::default(), &all, None, columns);
    let actions = vec![Action::link(shell.t("office-stops-new"), NEW_STOP).primary().icon("ban")];
    let empty = Empty::new(&shell, "check-circle", "office-stops-empty");
    ListPage { actions, lede: shell.t("office-stops-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn what(shell: &Shell, stop: &StopView) -> String {
    match (&stop.plugin, &stop.version) {
        (Some(plugin), Some(version)) => format!("{plugin} {version}"),
        (Some(plugin), None) => plugin.clone(),
        (None, _) => shell.t("office-stops-everything"),
    }
}

fn office(shell: &Shell, stop: &StopView) -> String {
    stop.tenant.clone().unwrap_or_else(|| shell.t("office-stops-everywhere"))
}

fn below(shell: Shell) -> Shell {
    let mut shell = shell.under("office-reviewing-title", LIST);
    shell.crumbs.push(Crumb { label: shell.t("office-stops-title"), href: STOPS.to_owned() });
    shell
}

/// What the form begins with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Begun {
    plugin: String,
    version: String,
}

/// What can be stopped: plugins with their publishers, and numbers of versions with the plugins that have them.
fn suggestions(published: &[PublishedVersion]) -> (Vec<Choice>, Vec<Choice>) {
    let publishers: BTreeMap<&str, &str> = published.iter().map(|version| (version.plugin.as_str(), version.publisher.as_str())).collect();
    let mut numbers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for version in published {
        numbers.entry(&version.version).or_default().push(&version.plugin);
    }
    let plugins = publishers.into_iter().map(|(plugin, publisher)| Choice::new(plugin, publisher)).collect();
    (plugins, numbers.into_iter().map(|(number, plugins)| Choice::new(number, plugins.join(", "))).collect())
}

pub(crate) fn new_page(shell: Shell, published: &[PublishedVersion], plugin: &str, version: &str) -> FormPage {
    let shell = below(shell);
    let (plugins, numbers) = suggestions(published);
    let kinds = vec![Choice::new(ONE, shell.t("office-stops-one")), Choice::new(ALL, shell.t("office-stops-everything"))];
    let one = vec![
        Field::text("plugin", shell.t("office-routes-plugin")).max(100).help(shell.t("office-stops-plugin-help")).suggesting(plugins),
        Field::text("number", shell.t("office-plugins-version")).max(100).help(shell.t("office-stops-version-help")).suggesting(numbers).optional(),
    ];
    let rest = vec![
        Field::text("office", shell.t("office-stops-office")).max(100).help(shell.t("office-stops-office-help")).optional(),
        Field::text("reason", shell.t("field-reason")).max(REASON).help(shell.t("office-releases-reason-help")),
    ];
    let sections = vec![
        Section::of(vec![Field::choices("what", shell.t("office-stops-what"), kinds)]),
        Section::of(one).when(&format!("what={ONE}")),
        Section::of(rest),
    ];
    let (title, lede, keep) = (shell.t("office-stops-new"), shell.t("office-stops-new-lede"), shell.t("button-cancel"));
    let page = FormPage::new(shell, title.clone(), NEW_STOP, STOPS, sections).lede(lede).submit(title).grave(keep);
    page.with("what", ONE).with("plugin", plugin).with("number", version)
}

pub(super) async fn show_new(State(app): State<App>, Office(shell): Office, staff: Staff, Query(begun): Query<Begun>) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    new_page(shell, &catalogue::published(&app, None).await?, &begun.plugin, &begun.version).show()
}

/// What is to be stopped, and why.
async fn read(app: &App, sent: &Sent) -> AppResult<(Reach, String)> {
    let office = match sent.some("office") {
        Some(slug) => Some(app.directory.by_slug(slug).await?),
        None => None,
    };
    let mut fields = Fields::new();
    let reason = fields.line("reason", sent.text("reason"), REASON);
    let (mut plugin, mut version) = (None, None);
    match sent.text("what") {
        ONE => {
            plugin = fields.check("plugin", sent.some("plugin").map(str::to_owned), "field-required");
            version = sent.some("number").map(str::to_owned);
        }
        ALL => {}
        _ => fields.add("what", "field-required"),
    }
    if matches!(office, Some(None)) {
        fields.add("office", "office-stops-office-unknown");
    }
    fields.finish()?;
    Ok((Reach { plugin, version, tenant: office.flatten() }, reason))
}

async fn stopped(app: &App, staff: &Staff, sent: &Sent) -> AppResult<Uuid> {
    let (reach, reason) = read(app, sent).await?;
    match catalogue::stop(app, &reach, &staff.scope.actor.to_string(), &reason).await {
        Err(error) if error.is("plugin.not_found") => {
            let field = if reach.version.is_some() { "number" } else { "plugin" };
            Err(AppError::field(field, "plugin.not_found"))
        }
        done => done,
    }
}

pub(super) async fn stop(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, NEW_STOP).await? {
        return Ok(answer);
    }
    match stopped(&app, &staff, &sent).await {
        Ok(_) => commit_once(tx, &sent, NEW_STOP, STOPS, "office-stops-stopped").await,
        Err(error) => new_page(shell, &catalogue::published(&app, None).await?, "", "").again(&sent, error),
    }
}

async fn find(app: &App, staff: &Staff, id: Uuid) -> AppResult<StopView> {
    holding(app, staff).await?.into_iter().find(|stop| stop.id == id).ok_or_else(AppError::not_found)
}

pub(crate) fn end_page(shell: Shell, stop: &StopView) -> FormPage {
    let shell = below(shell);
    let facts = vec![
        Fact::new(shell.t("office-stops-what"), what(&shell, stop)),
        Fact::new(shell.t("office-stops-office"), office(&shell, stop)),
        Fact::new(shell.t("field-reason"), stop.reason.clone()),
        Fact::new(shell.t("office-stops-by"), stop.stopped_by.clone()),
        Fact::new(shell.t("office-stops-since"), shell.moment(&stop.stopped_at)),
    ];
    let (title, lede) = (shell.t("office-stops-end"), shell.t("office-stops-end-lede"));
    FormPage::new(shell, title.clone(), &format!("{STOPS}/{}", stop.id), STOPS, Vec::new()).lede(lede).facts(facts).submit(title)
}

pub(super) async fn show_end(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    end_page(shell, &find(&app, &staff, id).await?).show()
}

pub(super) async fn end(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, Confirmed(_): Confirmed) -> AppResult<Response> {
    at_operators(&app, &staff)?;
    catalogue::resume(&app, id, &staff.scope.actor.to_string()).await?;
    Ok(redirect_with(STOPS, Tone::Good, "office-stops-ended"))
}
