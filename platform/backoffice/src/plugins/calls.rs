//! The log of calls: what was asked of a plugin, what went out to its provider and came back. Stored masked, shown as stored.

use askama::Template;
use axum::{extract::State, response::Response};
use integrations::{
    Integrations, MANAGE,
    calls::{self, CallDetail, CallFilter, CallLine, CallOutcome, ReplayView},
    installs,
};
use kernel::{
    App, AppResult,
    http::{Path, Staff},
    paging::{Page, PageRequest},
};
use pages::{Badge, Choice, Column, Fact, Filter, Flash, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use uuid::Uuid;

use super::tabs;
use crate::{
    entry::Confirmed,
    frame::{Action, Cell, Desk, Empty, ListPage, Office, Row},
    words,
};

/// Installations of a tenant that the filter names.
const ALL: u16 = 100;

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    show_list(desk, None).await
}

pub(super) async fn list_of(Path(id): Path<Uuid>, desk: Desk) -> AppResult<Response> {
    show_list(desk, Some(id)).await
}

async fn show_list(desk: Desk, installation: Option<Uuid>) -> AppResult<Response> {
    let filter = CallFilter {
        installation: installation.or_else(|| desk.query.id("plugin")),
        outcome: desk.query.state().and_then(CallOutcome::from_name),
        action: desk.query.value("action").map(str::to_owned),
    };
    let mut tx = desk.begin_read().await?;
    let found = calls::list(&mut tx, &desk.query.page(), &filter).await?;
    let actions = calls::actions(&mut tx).await?;
    let plugins = match installation {
        Some(_) => Vec::new(),
        None => {
            let all = PageRequest { page_size: Some(ALL), ..PageRequest::default() };
            let installed = installs::list(&*Integrations::of(&desk.app)?, &mut tx, &all).await?;
            installed.results.into_iter().map(|plugin| Choice::new(plugin.id.to_string(), plugin.title)).collect()
        }
    };
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, installation, Choices { actions, plugins });
    desk.show(page).await
}

/// What the list may be narrowed to, besides outcomes and days.
pub(crate) struct Choices {
    pub(crate) actions: Vec<String>,
    /// None where the list is of one plugin.
    pub(crate) plugins: Vec<Choice>,
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<CallLine>, installation: Option<Uuid>, choices: Choices) -> ListPage {
    let shell = shell.under("office-plugins-plugins", "/plugins").titled("office-plugins-calls");
    let address = installation.map_or_else(|| "/plugins/calls".to_owned(), |id| format!("/plugins/{id}/calls"));
    let Choices { actions, plugins } = choices;
    let outcomes = words::choices(&shell, "call-outcome", CallOutcome::ALL.iter().map(|o| o.as_str()));
    let mut filters = vec![
        Filter::choice("state", shell.t("office-calls-outcome"), outcomes),
        Filter::choice("action", shell.t("office-calls-action"), actions.iter().map(|name| Choice::new(name, action_of(&shell, name))).collect()),
        Filter::created(&shell),
    ];
    if installation.is_none() {
        filters.insert(1, Filter::choice("plugin", shell.t("office-calls-plugin"), plugins.clone()));
    }
    let mut columns = vec![
        Column::of(&shell, "office-calls-action"),
        Column::of(&shell, "office-calls-outcome"),
        Column::of(&shell, "office-calls-mode"),
        Column::of(&shell, "office-calls-error"),
        Column::figure(&shell, "office-calls-attempt"),
        Column::figure(&shell, "office-calls-duration"),
        Column::of(&shell, "office-changes-when").by("created"),
    ];
    if installation.is_none() {
        columns.insert(1, Column::of(&shell, "office-calls-plugin"));
    }
    let list = ListBar::new(&address, shell.t("office-calls-search"), query, found, filters, columns)
        .choosing(found.results.iter().map(|line| line.id), Vec::new());
    let row = |line: &CallLine| {
        let mut cells = vec![
            Cell::Main(action_of(&shell, &line.action)),
            Cell::State(outcome(&shell, line.outcome)),
            Cell::Text(words::word(&shell, "plugin-mode", &line.mode)),
            Cell::Quiet(line.error.clone().unwrap_or_default()),
            Cell::count(line.attempt),
            Cell::Figure(duration(line.duration_us)),
            Cell::At(line.at),
        ];
        if installation.is_none() {
            let id = line.installation_id.to_string();
            let plugin = plugins.iter().find(|plugin| plugin.value == id).map(|plugin| plugin.label.clone());
            cells.insert(1, Cell::Text(plugin.unwrap_or_default()));
        }
        Row { href: format!("/plugins/calls/{}", line.id), cells }
    };
    let rows = found.results.iter().map(row).collect();
    let empty = Empty::new(&shell, "activity", "office-calls-empty");
    ListPage { tabs: tabs(&shell, "calls"), lede: shell.t("office-calls-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// What was asked of the plugin; an action of an interface that has no words here stands by its name.
fn action_of(shell: &Shell, action: &str) -> String {
    words::known(shell, "call-action", action).unwrap_or_else(|| action.to_owned())
}

/// What came of a call in a sentence: what the plugin answered, or whether anything may have happened.
fn came_of(shell: &Shell, detail: &CallDetail) -> Flash {
    let call = &detail.call;
    let said = |name: &str| detail.response.as_ref().and_then(|response| response.get(name)).and_then(|value| value.as_str()).unwrap_or_default();
    let text = if call.outcome == CallOutcome::Ok {
        words::known(shell, "call-said", &format!("{}-{}", call.action, said("state")))
            .or_else(|| words::known(shell, "call-said", &call.action).map(|text| [text.as_str(), said("text")].join(" ").trim_end().to_owned()))
            .unwrap_or_else(|| shell.t("call-said-anything"))
    } else {
        let error = call.error.as_deref().unwrap_or_default();
        [words::word(shell, "call-came", call.outcome.as_str()).as_str(), error].join(" ").trim_end().to_owned()
    };
    Flash { tone: outcome(shell, call.outcome).tone, text, undo: None }
}

fn outcome(shell: &Shell, outcome: CallOutcome) -> Badge {
    words::badge(shell, "call-outcome", outcome.as_str())
}

/// Microseconds as milliseconds.
fn duration(us: i64) -> String {
    format!("{} ms", us / 1000)
}

#[derive(Template)]
#[template(path = "office/call.html")]
pub(crate) struct CallPage {
    pub(crate) shell: Shell,
    pub(crate) title: String,
    pub(crate) state: Badge,
    pub(crate) came: Flash,
    /// Back to the plugin, and the same attempt once more.
    pub(crate) next: Vec<Action>,
    pub(crate) facts: Vec<Fact>,
    /// What a developer asks for.
    pub(crate) costs: Vec<Fact>,
    /// What came and went is shown without being asked for, since something is amiss.
    pub(crate) open: bool,
    pub(crate) request: String,
    /// Empty: there was none.
    pub(crate) response: String,
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) asked: Vec<Asked>,
    pub(crate) logs: Vec<LogLine>,
    /// Where it is played again; empty if it cannot be, or by this reader.
    pub(crate) replay_href: String,
    pub(crate) replays: Vec<Replay>,
}

/// A play of the call, without effect.
#[derive(Debug, Clone)]
pub(crate) struct Replay {
    pub(crate) at: String,
    pub(crate) state: Badge,
    pub(crate) cost: String,
    /// Empty: it answered.
    pub(crate) problem: String,
    pub(crate) said: String,
    pub(crate) requests: Vec<String>,
    pub(crate) log: Vec<String>,
}

/// One thing that the plugin asked of the platform.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) at: String,
    pub(crate) took: String,
}

/// One request to the provider.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) line: String,
    pub(crate) outcome: String,
    pub(crate) took: String,
    pub(crate) request: String,
    pub(crate) response: String,
}

#[derive(Debug, Clone)]
pub(crate) struct LogLine {
    pub(crate) level: String,
    pub(crate) message: String,
    pub(crate) at: String,
}

impl CallPage {
    /// `plugin` is what the plugin is called.
    pub(crate) fn new(shell: Shell, detail: &CallDetail, plugin: &str) -> Self {
        let call = &detail.call;
        let title = action_of(&shell, &call.action);
        let shell = shell.under("office-plugins-calls", "/plugins/calls").named(title.clone());
        let pretty = |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap_or_default();
        let home = format!("/plugins/{}", call.installation_id);
        let facts = vec![
            Fact::new(shell.t("office-calls-plugin"), format!("{plugin} {}", detail.version)).linked(home.clone()),
            Fact::new(shell.t("office-calls-mode"), words::word(&shell, "plugin-mode", &call.mode)),
            Fact::new(shell.t("office-changes-when"), shell.moment(&call.at)),
            Fact::new(shell.t("office-calls-duration"), duration(call.duration_us)),
            Fact::new(shell.t("office-calls-attempt"), shell.number(call.attempt)),
        ];
        let costs = vec![
            Fact::new(shell.t("office-calls-name"), call.action.clone()),
            Fact::new(shell.t("office-calls-correlation"), detail.correlation_id.clone()).copied(),
            Fact::new(shell.t("office-calls-queued"), duration(detail.queued_us)),
            Fact::new(shell.t("office-calls-cpu"), duration(detail.cpu_us)),
            Fact::new(shell.t("office-calls-fuel"), shell.number(detail.fuel)),
            Fact::new(shell.t("office-calls-host-calls"), shell.number(detail.host_calls)),
            Fact::new(shell.t("office-calls-memory"), format!("{} KB", detail.memory_bytes / 1024)),
        ];
        let mut next = vec![Action::link(shell.t("office-calls-to-plugin"), home.clone())];
        if detail.request.get("trial").is_some() && shell.can(MANAGE) {
            next.push(Action::link(shell.t("office-calls-try-again"), format!("{home}/try/{}/{}", call.mode, call.action)));
        }
        let exchange = |e: &integrations::calls::ExchangeView| Exchange {
            line: format!("{} {}{}", e.method, e.host, e.path),
            outcome: e.status.map_or_else(|| e.error.clone().unwrap_or_default(), |status| status.to_string()),
            took: format!("+{} ms, {}", e.at_ms, duration(i64::try_from(e.duration_us).unwrap_or(i64::MAX))),
            request: e.request.clone(),
            response: e.response.clone(),
        };
        let asked = |call: &integrations::calls::HostCallView| Asked {
            name: call.name.clone(),
            at: format!("+{} ms", call.at_us / 1000),
            took: format!("{} µs", call.duration_us),
        };
        let log = |l: &integrations::calls::LogView| {
            let values: String = l.values.iter().map(|(name, value)| format!(" {name}={value}")).collect();
            LogLine { level: l.level.clone(), message: format!("{}{values}", l.message), at: format!("+{} ms", l.at_ms) }
        };
        let replay = |replay: &ReplayView| Replay {
            at: shell.moment(&replay.at),
            state: words::badge(&shell, "call-outcome", if replay.problem.is_none() { "ok" } else { "failed" }),
            cost: format!("{} ms, {} KB", replay.wall_ms, replay.memory_kib),
            problem: replay.problem.clone().unwrap_or_default(),
            said: pretty(&replay.said),
            requests: replay.requests.clone(),
            log: replay.log.clone(),
        };
        let may_replay = detail.replayable && shell.can(MANAGE);
        Self {
            title,
            state: outcome(&shell, call.outcome),
            came: came_of(&shell, detail),
            next,
            facts,
            costs,
            open: call.outcome != CallOutcome::Ok,
            request: pretty(&detail.request),
            response: detail.response.as_ref().map(pretty).unwrap_or_default(),
            exchanges: detail.exchanges.iter().map(exchange).collect(),
            asked: detail.timeline.iter().map(asked).collect(),
            logs: detail.logs.iter().map(log).collect(),
            replay_href: if may_replay { format!("/plugins/calls/{}/replay", call.id) } else { String::new() },
            replays: detail.replays.iter().map(replay).collect(),
            shell,
        }
    }
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let detail = calls::get(&mut tx, id).await?;
    let plugin = installs::get(&*Integrations::of(&app)?, &mut tx, detail.call.installation_id).await?.installation.title;
    html(&CallPage::new(shell, &detail, &plugin))
}

/// Plays the call in the sandbox and shows it below.
pub(super) async fn replay(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let (tone, flash) = match calls::replay(&app, &staff.scope, id).await {
        Ok(_) => (Tone::Good, "office-calls-replayed"),
        Err(error) if error.is("call.not_replayable") => (Tone::Bad, "error-call-not-replayable"),
        Err(error) => return Err(error),
    };
    Ok(redirect_with(&format!("/plugins/calls/{id}"), tone, flash))
}
