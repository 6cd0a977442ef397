//! Trying one ability of a plugin. The answer is its entry in the log of calls.

use axum::{extract::State, response::Response};
use integrations::{
    Integrations,
    installs::{self, ChoiceView, InstallationView, SettingsMode, Trial, TrialInput, TrialView},
};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Staff},
};
use pages::{Choice, Crumb, Shell};
use uuid::Uuid;

use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section, commit_once, seen_before},
    words,
};

pub(crate) fn page(shell: Shell, view: &InstallationView, mode: SettingsMode, offered: &TrialView) -> FormPage {
    let href = format!("/plugins/{}", view.installation.id);
    let mut shell = shell.under("office-plugins-plugins", "/plugins");
    shell.crumbs.push(Crumb { label: view.installation.title.clone(), href: href.clone() });
    let mut fields = Vec::new();
    if offered.choices.len() > 1 {
        let choices = offered.choices.iter().map(|choice| Choice::new(&choice.name, label(&shell, choice))).collect();
        fields.push(Field::select("choice", shell.t("office-plugins-trial-choice"), choices));
    }
    for asked in &offered.asks {
        fields.push(match asked.as_str() {
            "phone" => Field::phone("phone", shell.t("field-phone")),
            "email" => Field::email("email", shell.t("field-email")),
            "name" => Field::text("name", shell.t("field-name")),
            _ => Field::text("to", shell.t("office-plugins-trial-to")),
        });
    }
    let title = words::word(&shell, "plugin-trial", offered.trial.as_str());
    let lede = words::word(&shell, "office-plugins-trial-lede", mode.as_str());
    let action = format!("{href}/try/{mode}/{}", offered.trial);
    let submit = title.clone();
    FormPage::new(shell, title, &action, &href, vec![Section::of(fields)]).lede(lede).submit(submit)
}

/// Channels are called as everywhere here, ways to pay as their plugin calls them.
fn label(shell: &Shell, choice: &ChoiceView) -> String {
    words::known(shell, "inbox-channel", &choice.name).unwrap_or_else(|| choice.label.clone())
}

fn offered<'a>(view: &'a InstallationView, mode: SettingsMode, name: &str) -> AppResult<&'a TrialView> {
    let trial = Trial::from_name(name).ok_or_else(AppError::not_found)?;
    let settings = if mode == SettingsMode::Test { &view.test } else { &view.live };
    settings.trials.iter().find(|offered| offered.trial == trial).ok_or_else(AppError::not_found)
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((id, mode, trial)): Path<(Uuid, SettingsMode, String)>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let view = installs::get(&*Integrations::of(&app)?, &mut tx, id).await?;
    page(shell, &view, mode, offered(&view, mode, &trial)?).show()
}

pub(super) async fn send(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((id, mode, trial)): Path<(Uuid, SettingsMode, String)>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let integrations = Integrations::of(&app)?;
    let path = format!("/plugins/{id}/try/{mode}/{trial}");
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(answer);
    }
    let view = installs::get(&integrations, &mut tx, id).await?;
    // The plugin is called while no transaction is open.
    drop(tx);
    let offered = offered(&view, mode, &trial)?;
    let told = |name: &str| sent.some(name).map(str::to_owned);
    let input = TrialInput { choice: told("choice"), phone: told("phone"), email: told("email"), name: told("name"), to: told("to") };
    // The provider tells a second click by the same key.
    let key = sent.text("idempotency_key").parse().unwrap_or_else(|_| Uuid::now_v7());
    match integrations.try_out(&staff.scope, id, mode, offered.trial, input, key).await {
        Ok(call) => {
            let mut tx = staff.begin_write().await?;
            if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
                return Ok(answer);
            }
            commit_once(tx, &sent, &path, &format!("/plugins/calls/{call}"), "office-plugins-trial-done").await
        }
        Err(error) => page(shell, &view, mode, offered).again(&sent, error),
    }
}
