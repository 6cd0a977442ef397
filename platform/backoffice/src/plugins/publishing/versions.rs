//! What is in the catalogue: how each version does, whom it is offered to, and the way back to the one before.

use axum::{extract::State, response::Response};
use integrations::{
    catalogue::VersionState,
    figures::{CallFigures, SampleView, VersionFigures},
    publishing::{self, VersionView},
};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Staff},
    paging::Page,
};
use pages::{Column, Crumb, Fact, Flash, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use rust_decimal::Decimal;

use super::{LIST, VERSIONS};
use crate::{
    entry::Confirmed,
    frame::{Action, Cell, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section},
    words,
};

pub(super) fn address(plugin: &str, version: &str) -> String {
    format!("{VERSIONS}/{plugin}/{version}")
}

pub(super) async fn list(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    match publishing::versions(&app, &staff.scope).await {
        Ok(versions) => html(&list_page(shell, &versions)),
        Err(error) if error.is("publisher.none") => Ok(redirect_with(LIST, Tone::Info, "office-publishing-account-first")),
        Err(error) => Err(error),
    }
}

pub(crate) fn list_page(shell: Shell, versions: &[VersionFigures]) -> ListPage {
    let shell = shell.under("office-publishing-title", LIST).titled("office-releases-title");
    let all: Page<()> = Page::whole(versions.iter().map(|_| ()).collect());
    let columns = vec![
        Column::of(&shell, "field-name"),
        Column::of(&shell, "office-plugins-version"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "office-releases-share"),
        Column::figure(&shell, "office-releases-installed"),
        Column::figure(&shell, "office-releases-calls"),
        Column::figure(&shell, "office-releases-failures"),
        Column::figure(&shell, "office-releases-p95"),
        Column::figure(&shell, "office-releases-traps"),
    ];
    let row = |version: &VersionFigures| {
        let told = Told::of(&shell, version);
        Row {
            href: address(&version.plugin, &version.version),
            cells: vec![
                Cell::Main(version.plugin.clone()),
                Cell::Text(version.version.clone()),
                Cell::State(words::badge(&shell, "plugin-version", version.state.as_str())),
                Cell::Figure(told.share),
                Cell::count(version.installed),
                Cell::Figure(told.calls),
                Cell::Figure(told.failures),
                Cell::Figure(told.p95),
                Cell::Figure(told.traps),
            ],
        }
    };
    let rows = versions.iter().map(row).collect();
    let list = ListBar::new(VERSIONS, String::new(), &ListQuery::default(), &all, None, columns);
    let empty = Empty::new(&shell, "plug", "office-releases-empty").leading(shell.t("office-publishing-title"), LIST);
    ListPage { lede: shell.t("office-releases-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// Figures in words. Of few offices, and of calls that nobody made, there is nothing to tell.
struct Told {
    share: String,
    calls: String,
    failures: String,
    p95: String,
    traps: String,
}

impl Told {
    fn of(shell: &Shell, version: &VersionFigures) -> Self {
        let offered = version.state == VersionState::Listed;
        let share = if offered { shell.tf("office-releases-percent", [("percent", version.share.to_string())]) } else { "–".to_owned() };
        let CallFigures { calls, failures, traps, p95_us } = version.calls.unwrap_or_default();
        let told = |text: String| if calls > 0 { text } else { "–".to_owned() };
        Self {
            share,
            calls: if version.calls.is_some() { shell.number(calls) } else { shell.t("office-releases-few") },
            failures: told(shell.tf("office-releases-percent", [("percent", percent(failures, calls))])),
            p95: told(p95_us.map(|us| format!("{} ms", us / 1_000)).unwrap_or_default()),
            traps: told(shell.number(traps)),
        }
    }
}

/// With one place behind the point.
fn percent(part: i64, whole: i64) -> String {
    let permille = part.saturating_mul(1_000) / whole.max(1);
    Decimal::new(permille, 1).normalize().to_string()
}

pub(crate) fn page(shell: Shell, view: &VersionView) -> RecordPage {
    let version = &view.figures;
    let shell = below_versions(shell);
    let state = words::badge(&shell, "plugin-version", version.state.as_str());
    let title = format!("{} {}", version.plugin, version.version);
    let (next, alerts, facts, related) = (actions(&shell, view), alerts(&shell, view), facts(&shell, version), samples(&shell, &view.samples));
    RecordPage { next, alerts, facts, related, ..RecordPage::new(shell, title, "", state) }
}

fn below_versions(shell: Shell) -> Shell {
    let mut shell = shell.under("office-publishing-title", LIST);
    shell.crumbs.push(Crumb { label: shell.t("office-releases-title"), href: VERSIONS.to_owned() });
    shell
}

fn below(shell: Shell, view: &VersionView) -> Shell {
    let (version, mut shell) = (&view.figures, below_versions(shell));
    let label = format!("{} {}", version.plugin, version.version);
    shell.crumbs.push(Crumb { label, href: address(&version.plugin, &version.version) });
    shell
}

fn actions(shell: &Shell, view: &VersionView) -> Vec<Action> {
    let version = &view.figures;
    let href = address(&version.plugin, &version.version);
    let mut actions = Vec::new();
    if version.state == VersionState::Listed {
        actions.push(Action::link(shell.t("office-releases-offer"), format!("{href}/offer")).icon("settings"));
    }
    if let Some(before) = back_to(view) {
        actions.push(Action::link(shell.tf("office-plugins-roll-back", [("version", before)]), format!("{href}/roll-back")).icon("undo"));
    }
    actions
}

/// The version that takes the place of one that is taken back; none if that cannot be.
fn back_to(view: &VersionView) -> Option<&str> {
    let may = view.figures.state != VersionState::Revoked && view.figures.taken_back_at.is_none();
    view.before.as_deref().filter(|_| may)
}

fn alerts(shell: &Shell, view: &VersionView) -> Vec<Flash> {
    let version = &view.figures;
    let mut alerts = Vec::new();
    let mut tell = |tone, text| alerts.push(Flash { tone, text, undo: None });
    if let Some(at) = &version.taken_back_at {
        tell(Tone::Warn, shell.tf("office-releases-taken-back", [("date", shell.moment(at))]));
    }
    match version.calls {
        None => tell(Tone::Info, shell.t("office-releases-few-hint")),
        Some(figures) if figures.calls == 0 => tell(Tone::Info, shell.t("office-releases-none-hint")),
        Some(_) => {}
    }
    if view.samples.is_empty() {
        tell(Tone::Info, shell.t("office-releases-samples-none"));
    }
    alerts
}

fn facts(shell: &Shell, version: &VersionFigures) -> Vec<Fact> {
    let told = Told::of(shell, version);
    vec![
        Fact::new(shell.t("office-releases-share"), told.share),
        Fact::new(shell.t("office-releases-installed"), shell.number(version.installed)),
        Fact::new(shell.t("office-releases-live"), shell.number(version.live)),
        Fact::new(shell.t("office-releases-calls"), told.calls),
        Fact::new(shell.t("office-releases-failures"), told.failures),
        Fact::new(shell.t("office-releases-p95"), told.p95),
        Fact::new(shell.t("office-releases-traps"), told.traps),
        Fact::new(shell.t("office-releases-since"), shell.moment(&version.published_at)),
    ]
}

/// Failing calls that offices let the publisher read.
fn samples(shell: &Shell, samples: &[SampleView]) -> Vec<Related> {
    let item = |sample: &SampleView| {
        let took = format!("{}, {} ms", shell.moment(&sample.at), sample.duration_us / 1_000);
        let lines = sample.logs.iter().map(|line| {
            let values: String = line.values.iter().map(|(name, value)| format!(" {name}={value}")).collect();
            format!("{}: {}{values}", line.level, line.message)
        });
        RelatedItem {
            label: [sample.action.as_str(), sample.error.as_deref().unwrap_or_default()].join(": "),
            detail: std::iter::once(took).chain(lines).collect::<Vec<_>>().join(" · "),
            href: String::new(),
            state: words::badge(shell, "call-outcome", sample.outcome.as_str()),
        }
    };
    if samples.is_empty() {
        return Vec::new();
    }
    vec![Related { title: shell.t("office-releases-samples"), items: samples.iter().map(item).collect(), ..Related::default() }]
}

type Named = Path<(String, String)>;

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path((plugin, version)): Named) -> AppResult<Response> {
    html(&page(shell, &publishing::version(&app, &staff.scope, &plugin, &version).await?))
}

pub(crate) fn offer_page(shell: Shell, view: &VersionView) -> FormPage {
    let version = &view.figures;
    let (shell, href) = (below(shell, view), address(&version.plugin, &version.version));
    let field = Field::text("share", shell.t("office-releases-share")).max(3).help(shell.t("office-releases-share-help"));
    let (title, lede) = (shell.t("office-releases-offer"), shell.t("office-releases-offer-lede"));
    FormPage::new(shell, title, &format!("{href}/offer"), &href, vec![Section::of(vec![field])]).lede(lede).with("share", version.share.to_string())
}

pub(super) async fn show_offer(State(app): State<App>, Office(shell): Office, staff: Staff, Path((plugin, version)): Named) -> AppResult<Response> {
    let view = publishing::version(&app, &staff.scope, &plugin, &version).await?;
    offer_page(shell, &view).show()
}

/// Offering to as many again changes nothing, so the form needs no key.
pub(super) async fn offer(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((plugin, version)): Named,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let done = match sent.text("share").parse() {
        Ok(share) => publishing::offer(&app, &staff.scope, &plugin, &version, share).await,
        Err(_) => Err(AppError::field("share", "field-share")),
    };
    match done {
        Ok(()) => Ok(redirect_with(&address(&plugin, &version), Tone::Good, "office-releases-offered")),
        Err(error) => {
            let view = publishing::version(&app, &staff.scope, &plugin, &version).await?;
            offer_page(shell, &view).again(&sent, error)
        }
    }
}

pub(crate) fn take_back_page(shell: Shell, view: &VersionView) -> AppResult<FormPage> {
    let version = &view.figures;
    let before = back_to(view).ok_or_else(AppError::not_found)?;
    let (shell, href) = (below(shell, view), address(&version.plugin, &version.version));
    let facts = vec![
        Fact::new(shell.t("office-releases-installed"), shell.number(version.installed)),
        Fact::new(shell.t("office-releases-before"), before.to_owned()),
    ];
    let field = Field::text("reason", shell.t("field-reason")).max(500).help(shell.t("office-releases-reason-help"));
    let title = shell.tf("office-plugins-roll-back", [("version", before)]);
    let (lede, submit, keep) = (shell.t("office-releases-take-back-lede"), title.clone(), shell.t("office-releases-keep"));
    let page = FormPage::new(shell, title, &format!("{href}/roll-back"), &href, vec![Section::of(vec![field])]);
    Ok(page.lede(lede).facts(facts).submit(submit).grave(keep))
}

pub(super) async fn show_take_back(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((plugin, version)): Named,
) -> AppResult<Response> {
    let view = publishing::version(&app, &staff.scope, &plugin, &version).await?;
    take_back_page(shell, &view)?.show()
}

/// A version is taken back once: whoever asks again is led to it.
pub(super) async fn take_back(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((plugin, version)): Named,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    match publishing::take_back(&app, &staff.scope, &plugin, &version, sent.text("reason")).await {
        Ok(()) => Ok(redirect_with(&address(&plugin, &version), Tone::Good, "office-releases-is-taken-back")),
        Err(error) => {
            let view = publishing::version(&app, &staff.scope, &plugin, &version).await?;
            take_back_page(shell, &view)?.again(&sent, error)
        }
    }
}
