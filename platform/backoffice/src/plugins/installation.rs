//! One installation: how it stands, its settings for test and for live, and the way from one to the other.

use std::collections::BTreeSet;

use askama::Template;
use axum::{extract::State, response::Response};
use integrations::{
    Integrations, MANAGE,
    catalogue::VersionState,
    circuits,
    installs::{
        self, CheckView, ConfigField, ConfigurationView, FieldState, Health, InstallMode, InstallState, InstallationView, SettingChange,
        SettingsMode, Trial,
    },
};
use kernel::{
    App, AppError, AppResult, TenantTx,
    http::{Path, Query, Staff},
};
use pages::{Badge, Crumb, Fact, Flash, Shell, Tab, Tone, html, html_with, redirect_with};
use uuid::Uuid;

use super::{
    budget,
    permissions::{Flow, Permitted, flows, permitted},
    sharing::{Sharing, sharing},
};
use crate::{
    entry::Confirmed,
    frame::{Action, ChangeRow, Field, FormPage, Office, RecordPage, Section, Sent, Tile, mendable, refused_status},
    history::{History, TabQuery},
    words,
};

#[derive(Template)]
#[template(path = "office/plugin.html")]
pub(crate) struct InstallationPage {
    pub(crate) shell: Shell,
    pub(crate) title: String,
    pub(crate) tile: Tile,
    pub(crate) reference: String,
    pub(crate) state: Badge,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) next: Vec<Action>,
    pub(crate) alerts: Vec<Flash>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) modes: Vec<ModeCard>,
    /// Limits of a day with what was spent of them.
    pub(crate) budget: Vec<Fact>,
    pub(crate) budget_href: String,
    /// Whether its publisher may read calls that failed; none where nobody asks.
    pub(crate) sharing: Option<Sharing>,
    pub(crate) permitted: Vec<Permitted>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) agreed: String,
    pub(crate) changes: Option<Vec<ChangeRow>>,
}

/// The settings of one mode, and what the last check said of them.
#[derive(Debug, Clone)]
pub(crate) struct ModeCard {
    pub(crate) title: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) settings_href: String,
    pub(crate) check_href: String,
    pub(crate) check: Option<CheckView>,
    /// The check was of these very settings.
    pub(crate) current: bool,
    /// Something was entered: there is something to check.
    pub(crate) filled: bool,
    /// What else can be tried.
    pub(crate) trials: Vec<Action>,
}

impl InstallationPage {
    pub(crate) fn new(shell: Shell, view: &InstallationView) -> Self {
        let line = &view.installation;
        let shell = shell.under("office-plugins-plugins", "/plugins").named(line.title.clone());
        let (next, alerts) = (actions(&shell, view), alerts(&shell, view));
        // Of what was uninstalled there is nothing left to change.
        let (modes, budget) = match line.mode {
            InstallMode::Removed => (Vec::new(), Vec::new()),
            _ => ([&view.test, &view.live].map(|settings| card(&shell, line.id, settings)).to_vec(), budget::facts(&shell, &view.budget)),
        };
        Self {
            title: line.title.clone(),
            tile: Tile::new(&line.title, line.icon.as_deref()),
            reference: line.plugin.clone(),
            state: words::badge(&shell, "plugin-mode", line.mode.as_str()),
            tabs: Vec::new(),
            next,
            alerts,
            facts: facts(&shell, view),
            modes,
            budget,
            budget_href: format!("/plugins/{}/budget", line.id),
            sharing: sharing(&shell, view),
            permitted: permitted(&shell, &view.consent.permissions),
            flows: flows(&shell, &line.title, &view.consent.permissions),
            agreed: shell.moment(&view.consent.agreed_at),
            changes: None,
            shell,
        }
    }
    fn refused(mut self, error: &AppError) -> Self {
        self.alerts.insert(0, Flash { tone: Tone::Bad, text: self.shell.error(error), undo: None });
        self
    }
}

fn actions(shell: &Shell, view: &InstallationView) -> Vec<Action> {
    let href = format!("/plugins/{}", view.installation.id);
    let mut actions = Vec::new();
    if !shell.can(MANAGE) {
        return actions;
    }
    let live = Action::post(shell.t("office-plugins-go-live"), format!("{href}/go-live")).icon("rocket");
    let test = Action::post(shell.t("office-plugins-use-test"), format!("{href}/use-test-mode"));
    let disable = Action::post(shell.t("office-plugins-disable"), format!("{href}/disable")).icon("ban");
    let hold = Action::post(shell.t("office-plugins-hold"), format!("{href}/hold"));
    let resume = Action::post(shell.t("office-plugins-resume"), format!("{href}/resume"));
    let uninstall = Action::link(shell.t("office-plugins-uninstall"), format!("{href}/uninstall")).icon("trash");
    if view.installation.mode == InstallMode::Removed {
        return actions;
    }
    if let Some(update) = &view.update {
        actions.push(
            Action::link(shell.tf("office-plugins-take-update", [("version", update.version.as_str())]), format!("{href}/upgrade")).icon("sparkles"),
        );
    }
    if view.circuit.as_ref().is_some_and(|circuit| circuit.waits_until.is_some()) {
        actions.push(Action::post(shell.t("office-plugins-close-circuit"), format!("{href}/close-circuit")));
    }
    if let Some(previous) = &view.previous {
        let back = shell.tf("office-plugins-roll-back", [("version", previous.version.as_str())]);
        actions.push(Action::post(back, format!("{href}/roll-back")).icon("undo"));
    }
    match view.installation.mode {
        InstallMode::Test => {
            if view.may_go_live {
                actions.push(live.primary());
            }
            actions.extend([disable, uninstall]);
        }
        InstallMode::Live => actions.extend([test, hold, disable]),
        InstallMode::Held => actions.extend([resume.primary(), disable]),
        InstallMode::Disabled => {
            actions.push(test.primary());
            if view.may_go_live {
                actions.push(live);
            }
            actions.push(uninstall);
        }
        InstallMode::Removed => {}
    }
    actions
}

fn alerts(shell: &Shell, view: &InstallationView) -> Vec<Flash> {
    let line = &view.installation;
    let mut alerts = Vec::new();
    if line.state == InstallState::Attention {
        alerts.push(Flash { tone: Tone::Warn, text: line.attention.clone().unwrap_or_else(|| shell.t("office-plugins-attention")), undo: None });
    }
    if line.mode == InstallMode::Held {
        alerts.push(Flash { tone: Tone::Warn, text: shell.t("office-plugins-held-note"), undo: None });
    }
    if line.mode == InstallMode::Removed {
        alerts.push(Flash { tone: Tone::Info, text: shell.t("office-plugins-removed-note"), undo: None });
    }
    if let Some(circuit) = &view.circuit {
        let failures = shell.number(circuit.failures);
        let text = match &circuit.waits_until {
            Some(until) => {
                shell.tf("office-plugins-waits", [("failures", failures), ("until", shell.moment(until)), ("reason", circuit.reason.clone())])
            }
            None => shell.tf("office-plugins-failing", [("failures", failures), ("reason", circuit.reason.clone())]),
        };
        alerts.push(Flash { tone: if circuit.waits_until.is_some() { Tone::Bad } else { Tone::Warn }, text, undo: None });
    }
    if view.stopped {
        alerts.push(Flash { tone: Tone::Bad, text: shell.t("office-plugins-stopped"), undo: None });
    }
    let withdrawn = match view.version_state {
        VersionState::Listed => None,
        VersionState::Deprecated => Some((Tone::Info, "office-plugins-deprecated")),
        VersionState::Yanked => Some((Tone::Warn, "office-plugins-yanked")),
        VersionState::Revoked => Some((Tone::Bad, "office-plugins-revoked")),
    };
    if let Some((tone, key)) = withdrawn {
        alerts.push(Flash { tone, text: shell.t(key), undo: None });
    }
    if view.budget.refused_today > 0 {
        alerts.push(Flash { tone: Tone::Warn, text: shell.t("office-budget-reached"), undo: None });
    }
    if line.mode == InstallMode::Test {
        let key = match (view.may_go_live, view.test.version) {
            (true, _) => "office-plugins-test-ready",
            (false, 0) => "office-plugins-test-first",
            (false, _) => "office-plugins-test-note",
        };
        alerts.push(Flash { tone: Tone::Info, text: shell.t(key), undo: None });
    }
    if let Some(update) = &view.update {
        alerts.push(Flash { tone: Tone::Info, text: shell.tf("office-plugins-update", [("version", update.version.as_str())]), undo: None });
    }
    alerts
}

fn facts(shell: &Shell, view: &InstallationView) -> Vec<Fact> {
    let line = &view.installation;
    let mut facts = vec![
        Fact::new(shell.t("office-plugins-version"), line.plugin_version.clone()),
        Fact::new(shell.t("office-plugins-kind"), words::word(shell, "plugin-kind", &line.kind)),
    ];
    // Nobody has looked yet, or ever will again: what tests said stands with their settings.
    if line.health != Health::Unknown && line.mode != InstallMode::Removed {
        facts.push(Fact::new(shell.t("office-plugins-health"), health(shell, line.health, line.health_summary.as_deref())));
        if let Some(at) = &line.health_at {
            facts.push(Fact::new(shell.t("office-plugins-checked"), shell.moment(at)));
        }
    }
    if let Some(at) = &line.live_since {
        facts.push(Fact::new(shell.t("office-plugins-live-since"), shell.moment(at)));
    }
    facts.push(Fact::new(shell.t("field-created"), shell.moment(&line.created_at)));
    if view.version_state != VersionState::Revoked {
        facts.push(Fact::new(shell.t("console-plugins-says"), shell.t("office-plugins-says-show")).linked(words_of(&line.plugin, "says")));
    }
    facts.push(Fact::new(shell.t("office-plugins-calls"), shell.t("office-plugins-calls-show")).linked(format!("/plugins/{}/calls", line.id)));
    facts.push(
        Fact::new(shell.t("office-plugins-deliveries"), shell.t("office-plugins-deliveries-show")).linked(format!("/plugins/{}/deliveries", line.id)),
    );
    facts
}

/// The catalogue has what the publisher writes of a plugin.
fn words_of(plugin: &str, part: &str) -> String {
    format!("/plugins/catalogue/{plugin}#{part}")
}

fn health(shell: &Shell, health: Health, summary: Option<&str>) -> String {
    let word = words::word(shell, "plugin-health", health.as_str());
    summary.map_or_else(|| word.clone(), |summary| format!("{word}: {summary}"))
}

fn card(shell: &Shell, id: Uuid, settings: &ConfigurationView) -> ModeCard {
    let mode = settings.mode.as_str();
    let trial = |trial: Trial| Action::link(words::word(shell, "plugin-trial", trial.as_str()), format!("/plugins/{id}/try/{mode}/{trial}"));
    ModeCard {
        title: words::word(shell, "office-plugins-settings", mode),
        facts: settings.form.fields.iter().map(|field| Fact::new(field.title.clone(), shown(shell, field))).collect(),
        settings_href: format!("/plugins/{id}/settings/{mode}"),
        check_href: format!("/plugins/{id}/check/{mode}"),
        check: settings.check.clone(),
        current: settings.checked || settings.check.as_ref().is_some_and(|check| !check.passed),
        filled: settings.version > 0,
        trials: settings.trials.iter().map(|offered| trial(offered.trial)).collect(),
    }
}

/// What a field holds, as it may be shown: of a secret only that it is set.
fn shown(shell: &Shell, field: &ConfigField) -> String {
    match &field.state {
        FieldState::Set { at } => shell.tf("office-plugins-secret-set", [("date", shell.moment(at))]),
        FieldState::Value { text } if text == "true" => shell.t("yes"),
        FieldState::Value { text } if text == "false" => shell.t("no"),
        FieldState::Value { text } => called(field, text),
        FieldState::Empty => field.default.as_deref().map_or_else(|| shell.t("office-plugins-empty-field"), |text| called(field, text)),
    }
}

/// A value as the form calls it.
fn called(field: &ConfigField, value: &str) -> String {
    field.choices.iter().find(|choice| choice.name == value).map_or_else(|| value.to_owned(), |choice| choice.label.clone())
}

async fn view(app: &App, staff: &Staff, id: Uuid) -> AppResult<InstallationView> {
    let mut tx = staff.begin_read().await?;
    installs::get(&*Integrations::of(app)?, &mut tx, id).await
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let view = installs::get(&*Integrations::of(&app)?, &mut tx, id).await?;
    let history = History::of(&mut tx, &[id], &tab).await?;
    drop(tx);
    let mut record = RecordPage::new(shell.clone(), "", "", Badge::default());
    history.show(&app, &mut record, &format!("/plugins/{id}"));
    let mut page = InstallationPage::new(shell, &view);
    (page.tabs, page.changes) = (record.tabs, record.changes);
    html(&page)
}

/// Keeps what was done, or nothing of what was refused.
async fn ended(tx: TenantTx, done: AppResult<()>) -> AppResult<()> {
    match done {
        Ok(()) => tx.commit().await,
        Err(error) => {
            tx.rollback().await?;
            Err(error)
        }
    }
}

/// Back to the installation with the outcome; a refusal is shown on the page itself.
async fn told(app: &App, shell: Shell, staff: &Staff, id: Uuid, outcome: AppResult<()>, flash: &str) -> AppResult<Response> {
    match outcome {
        Ok(()) => Ok(redirect_with(&format!("/plugins/{id}"), Tone::Good, flash)),
        Err(error) if mendable(&error) => {
            let view = view(app, staff, id).await?;
            html_with(refused_status(&error), &InstallationPage::new(shell, &view).refused(&error))
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn check(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((id, mode)): Path<(Uuid, SettingsMode)>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    let report = match installs::check(&*Integrations::of(&app)?, &staff.scope, id, mode).await {
        Ok(report) => report,
        Err(error) => return told(&app, shell, &staff, id, Err(error), "office-plugins-check-failed").await,
    };
    let (tone, key) = if report.passed { (Tone::Good, "office-plugins-check-passed") } else { (Tone::Bad, "office-plugins-check-failed") };
    Ok(redirect_with(&format!("/plugins/{id}"), tone, key))
}

pub(super) async fn roll_back(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let done = installs::roll_back(&*Integrations::of(&app)?, &mut tx, id).await;
    let done = ended(tx, done).await;
    told(&app, shell, &staff, id, done, "office-plugins-rolled-back").await
}

pub(super) async fn go_live(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    let done = installs::go_live(&*Integrations::of(&app)?, &staff.scope, id).await;
    told(&app, shell, &staff, id, done, "office-plugins-is-live").await
}

pub(super) async fn use_test_mode(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    let done = installs::use_test_mode(&*Integrations::of(&app)?, &staff.scope, id).await;
    told(&app, shell, &staff, id, done, "office-plugins-is-test").await
}

pub(super) async fn close_circuit(staff: Staff, Path(id): Path<Uuid>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    circuits::close(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/plugins/{id}"), Tone::Good, "office-plugins-circuit-closed"))
}

pub(super) async fn hold(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let done = installs::hold(&*Integrations::of(&app)?, &mut tx, id).await;
    let done = ended(tx, done).await;
    told(&app, shell, &staff, id, done, "office-plugins-is-held").await
}

pub(super) async fn resume(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let done = installs::resume(&*Integrations::of(&app)?, &mut tx, id).await;
    let done = ended(tx, done).await;
    told(&app, shell, &staff, id, done, "office-plugins-goes-on").await
}

pub(super) async fn disable(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(_): Confirmed,
) -> AppResult<Response> {
    let done = installs::disable(&*Integrations::of(&app)?, &staff.scope, id).await;
    told(&app, shell, &staff, id, done, "office-plugins-is-disabled").await
}

/// What the new version asks for and no longer does, and what becomes of settings that it keeps in another shape.
pub(crate) fn upgrade_page<'c>(shell: Shell, view: &InstallationView, settings: impl IntoIterator<Item = &'c SettingChange>) -> AppResult<FormPage> {
    let update = view.update.as_ref().ok_or_else(AppError::not_found)?;
    let href = format!("/plugins/{}", view.installation.id);
    let mut shell = shell.under("office-plugins-plugins", "/plugins");
    shell.crumbs.push(Crumb { label: view.installation.title.clone(), href: href.clone() });
    let mut facts: Vec<Fact> =
        update.permissions.iter().map(|permission| Fact::new(permission.sentence.clone(), permission.why.clone().unwrap_or_default())).collect();
    facts.extend(update.dropped.iter().map(|permission| Fact::new(permission.sentence.clone(), shell.t("office-plugins-update-dropped"))));
    let settings = settings.into_iter().map(|change| {
        let mode = words::word(&shell, "plugin-mode", change.mode.as_str());
        let nothing = || shell.t("office-plugins-empty-field");
        let text = shell.tf(
            "office-plugins-setting-becomes",
            [("before", change.before.clone().unwrap_or_else(nothing)), ("after", change.after.clone().unwrap_or_else(nothing))],
        );
        Fact::new(format!("{} ({mode})", change.title), text)
    });
    facts.extend(settings);
    let changes = shell.t("office-plugins-changes-show");
    facts.push(Fact::new(shell.t("console-plugins-changes"), changes).linked(words_of(&view.installation.plugin, "changelog")));
    let title = shell.tf("office-plugins-take-update", [("version", update.version.as_str())]);
    let mut lede = shell.t(if update.permissions.is_empty() { "office-plugins-update-same" } else { "office-plugins-update-more" });
    if update.breaking {
        lede = format!("{lede} {}", shell.t("office-plugins-update-breaking"));
    }
    let mut fields = Vec::new();
    if !update.permissions.is_empty() {
        fields.push(Field::check("agree", shell.t("office-plugins-agree")));
    }
    let submit = title.clone();
    let mut page = FormPage::new(shell, title, &format!("{href}/upgrade"), &href, vec![Section::of(fields)]).lede(lede).facts(facts).submit(submit);
    page.hidden = update.permissions.iter().map(|permission| ("accepted".to_owned(), permission.key.clone())).collect();
    Ok(page)
}

pub(super) async fn show_upgrade(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    let view = view(&app, &staff, id).await?;
    match installs::migrate(&*Integrations::of(&app)?, &staff.scope, id).await {
        Ok(migration) => upgrade_page(shell, &view, migration.changes())?.show(),
        Err(error) => upgrade_page(shell, &view, [])?.again(&Sent::of(Vec::new()), error),
    }
}

pub(super) async fn upgrade(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let view = view(&app, &staff, id).await?;
    let integrations = Integrations::of(&app)?;
    let migration = match installs::migrate(&integrations, &staff.scope, id).await {
        Ok(migration) => migration,
        Err(error) => return upgrade_page(shell, &view, [])?.again(&sent, error),
    };
    let page = upgrade_page(shell, &view, migration.changes())?;
    let accepted: BTreeSet<String> = sent.all("accepted").into_iter().collect();
    if !accepted.is_empty() && !sent.yes("agree") {
        return page.again(&sent, AppError::field("agree", "office-plugins-agree-needed"));
    }
    let mut tx = staff.begin_write().await?;
    match installs::upgrade(&integrations, &mut tx, id, &accepted, &migration).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/plugins/{id}"), Tone::Good, "office-plugins-updated"))
        }
        Err(error) => page.again(&sent, error),
    }
}
