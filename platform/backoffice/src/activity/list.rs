//! The list of everything that was changed, narrowed by who, what and when.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use kernel::{
    App, AppResult,
    http::{Query, Staff},
    paging::{Page, PageRequest},
};
use pages::{Choice, Column, Filter, FilterKind, ListBar, Shell, html};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    actor_name, record_kind,
    store::{self, Line, Names, Wanted},
};
use crate::{
    frame::{Cell, Empty, ListPage, Office, Row},
    settings::tabs,
    words,
};

pub(super) const HERE: &str = "/settings/activity";

/// Kinds of records that the filter offers.
const KINDS: &[&str] = &["customer", "insurer", "order", "payment", "plugin_installation", "policy", "product", "quote", "role", "setting", "user"];

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ActivityQuery {
    cursor: String,
    who: String,
    kind: String,
    record: String,
    from: String,
    to: String,
}

impl ActivityQuery {
    /// Days are those of the tenant.
    pub(super) fn wanted(&self, staff: &Staff) -> Wanted {
        let midnight = |day: NaiveDate| -> Option<DateTime<Utc>> {
            let local = staff.tenant().time_zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest()?;
            Some(local.with_timezone(&Utc))
        };
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Wanted {
            actor: some(&self.who),
            object_type: some(&self.kind),
            object: self.record.parse::<Uuid>().ok(),
            from: day(&self.from).and_then(midnight),
            until: day(&self.to).and_then(|day| day.checked_add_days(Days::new(1))).and_then(midnight),
        }
    }
    pub(super) fn page(&self) -> PageRequest {
        PageRequest { cursor: Some(self.cursor.clone()).filter(|cursor| !cursor.is_empty()), page_size: Some(50), search: None }
    }
    /// The same filters at another address.
    fn at(&self, path: &str, cursor: Option<&str>) -> String {
        let pairs = [("who", self.who.as_str()), ("kind", &self.kind), ("record", &self.record), ("from", &self.from), ("to", &self.to)];
        let pairs = pairs.into_iter().chain(cursor.map(|cursor| ("cursor", cursor)));
        let query: Vec<String> = pairs.filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }
    fn is_narrowed(&self) -> bool {
        [&self.who, &self.kind, &self.record, &self.from, &self.to].iter().any(|text| !text.is_empty())
    }
}

/// A query value, percent-encoded.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b':') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Query(query): Query<ActivityQuery>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let found = store::list(&mut tx, query.wanted(&staff), &query.page()).await?;
    let names = store::names(&mut tx, found.results.iter().map(|line| line.actor.as_str())).await?;
    let people = store::staff(&mut tx).await?;
    let seal = store::newest_block(&mut tx).await?;
    let lede = match seal {
        Some((number, at)) => shell.tf("activity-lede", [("number", shell.number(number)), ("at", shell.moment(&at))]),
        None => shell.t("activity-lede-unsealed"),
    };
    html(&page(&app, shell, &query, &found, &names, people, lede))
}

fn page(app: &App, shell: Shell, query: &ActivityQuery, found: &Page<Line>, names: &Names, people: Vec<(String, String)>, lede: String) -> ListPage {
    let shell = shell.titled("office-settings-activity");
    let columns =
        ["activity-what", "activity-record", "activity-who", "activity-when", "activity-seal"].map(|key| Column::new(shell.t(key))).to_vec();
    let row = |line: &Line| Row {
        href: format!("{HERE}/{}", line.id),
        cells: vec![
            Cell::Main(words::action(&app.texts, &shell.lang, &line.action)),
            Cell::Text(record_kind(&shell, &line.object_type)),
            Cell::Text(actor_name(&shell, names, &line.actor)),
            Cell::At(line.at),
            Cell::Quiet(
                line.block.map_or_else(|| shell.t("activity-not-sealed"), |number| shell.tf("activity-sealed", [("number", shell.number(number))])),
            ),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let empty = Empty::new(&shell, "list", "activity-empty");
    let list = bar(&shell, query, found, people, columns);
    ListPage { tabs: tabs(&shell, "activity"), list, rows, actions: Vec::new(), lede, empty, shell }
}

fn bar(shell: &Shell, query: &ActivityQuery, found: &Page<Line>, people: Vec<(String, String)>, columns: Vec<Column>) -> ListBar {
    let everybody = people.into_iter().map(|(value, label)| Choice::new(value, label));
    let who = everybody.chain([Choice::new("system", shell.t("office-actor-system"))]).collect();
    let kinds = KINDS.iter().map(|kind| Choice::new(*kind, record_kind(shell, kind))).collect();
    let choice = |name: &str, key: &str, value: &str, choices: Vec<Choice>| Filter {
        name: name.to_owned(),
        label: shell.t(key),
        value: value.to_owned(),
        choices,
        ..Filter::default()
    };
    let date = |name: &str, key: &str, value: &str| Filter { kind: FilterKind::Date, ..choice(name, key, value, Vec::new()) };
    let kept = Some(("record".to_owned(), query.record.clone())).filter(|(_, record)| !record.is_empty());
    ListBar {
        action: HERE.to_owned(),
        filters: vec![
            choice("who", "activity-who", &query.who, who),
            choice("kind", "activity-record", &query.kind, kinds),
            date("from", "activity-from", &query.from),
            date("to", "activity-to", &query.to),
        ],
        clear: if query.is_narrowed() { HERE.to_owned() } else { String::new() },
        columns,
        count: found.count.unsigned_abs(),
        count_exceeded: found.count_exceeded,
        previous: found.previous.as_deref().map(|cursor| query.at(HERE, Some(cursor))).unwrap_or_default(),
        next: found.next.as_deref().map(|cursor| query.at(HERE, Some(cursor))).unwrap_or_default(),
        export: query.at(&format!("{HERE}.csv"), None),
        kept: kept.into_iter().collect(),
        ..ListBar::default()
    }
}
