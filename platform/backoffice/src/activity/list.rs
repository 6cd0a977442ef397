//! The list of everything that was changed, narrowed by who, what and when.

use std::collections::HashMap;

use axum::{extract::State, response::Response};
use kernel::{
    App, AppResult,
    http::{Query, Staff},
    paging::Page,
};
use pages::{Choice, Column, Filter, ListBar, ListQuery, Shell, html};
use uuid::Uuid;

use super::{
    actor_name, record_kind,
    store::{self, Line, Names, Wanted},
};
use crate::{
    frame::{Action, Cell, Empty, ListPage, Office, Row},
    settings::tabs,
    words,
};

pub(super) const HERE: &str = "/settings/activity";

/// Kinds of records that the filter offers.
const KINDS: &[&str] =
    &["customer", "insurer", "order", "payment", "plugin_installation", "policy", "product", "quote", "role", "setting", "user", "webhook_endpoint"];

/// What the address asks for: `who`, `kind` and `record`.
pub(super) fn wanted(query: &ListQuery) -> Wanted {
    let some = |name: &str| query.value(name).map(str::to_owned);
    Wanted { actor: some("who"), object_type: some("kind"), object: query.id("record") }
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ListQuery>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let found = store::list(&mut tx, wanted(&query), &query.page()).await?;
    let names = store::names(&mut tx, found.results.iter().map(|line| line.actor.as_str())).await?;
    let people = store::staff(&mut tx).await?;
    let objects: Vec<Uuid> = found.results.iter().map(|line| line.object_id).collect();
    let records = store::called(&mut tx, &objects).await?;
    let lede = match store::newest_block(&mut tx).await? {
        Some((number, at)) => shell.tf("activity-lede", [("number", shell.number(number)), ("at", shell.moment(&at))]),
        None => shell.t("activity-lede-unsealed"),
    };
    html(&page(&app, shell, &query, &found, &Called { actors: names, records }, people, lede))
}

/// What people and records of the entries are called.
struct Called {
    actors: Names,
    records: HashMap<Uuid, String>,
}

fn page(app: &App, shell: Shell, query: &ListQuery, found: &Page<Line>, called: &Called, people: Vec<(String, String)>, lede: String) -> ListPage {
    let shell = shell.titled("office-settings-activity");
    let columns =
        ["activity-what", "activity-record", "activity-who", "activity-when", "activity-seal"].map(|key| Column::new(shell.t(key))).to_vec();
    let row = |line: &Line| Row {
        href: format!("{HERE}/{}", line.id),
        cells: vec![
            Cell::Main(words::action(&app.texts, &shell.lang, &line.action)),
            Cell::Text(
                [record_kind(&shell, &line.object_type), called.records.get(&line.object_id).cloned().unwrap_or_default()]
                    .join(" ")
                    .trim_end()
                    .to_owned(),
            ),
            Cell::Text(actor_name(&shell, &called.actors, &line.actor)),
            Cell::At(line.at),
            Cell::Quiet(
                line.block.map_or_else(|| shell.t("activity-not-sealed"), |number| shell.tf("activity-sealed", [("number", shell.number(number))])),
            ),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let everybody = people.into_iter().map(|(value, label)| Choice::new(value, label));
    let who = everybody.chain([Choice::new("system", shell.t("office-actor-system"))]).collect();
    let kinds = KINDS.iter().map(|kind| Choice::new(*kind, record_kind(&shell, kind))).collect();
    let filters = [
        Filter::choice("who", shell.t("activity-who"), who),
        Filter::choice("kind", shell.t("activity-record"), kinds),
        Filter { label: shell.t("activity-when"), ..Filter::created(&shell) },
    ];
    let list = ListBar::new(HERE, String::new(), query, found, filters, columns);
    let file = Action::link(shell.t("activity-file"), pages::address(&format!("{HERE}.csv"), query.pairs())).icon("download");
    let empty = Empty::new(&shell, "list", "activity-empty");
    ListPage { tabs: tabs(&shell, "activity"), actions: vec![file], lede, ..ListPage::new(shell, list, rows, empty) }
}
