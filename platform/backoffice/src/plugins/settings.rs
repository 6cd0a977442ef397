//! Settings of an installation in one mode. The form is the plugin's own; secrets are written and never shown.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use integrations::{
    Integrations,
    installs::{self, ConfigField, ConfigInput, ConfigurationView, FieldKind, FieldState, InstallationView, SettingsMode},
};
use kernel::{
    App, AppResult,
    http::{Path, Staff},
};
use pages::{Choice, Crumb, Shell, Tone, redirect_with};
use uuid::Uuid;

use crate::{
    entry::{ConfirmedFiles, Present},
    frame::{Field, FormPage, Office, Section, Sent},
    words,
};

/// What the fields of a plugin are called in the form, so that none is taken for one of ours.
const PREFIX: &str = "setting-";
/// The same for files, which are an alternative to typing.
const FILE: &str = "file-";
/// What a key or certificate may come as. Other forms cannot be read and are told so.
const PEM: &str = ".pem,.crt,.cer,.key,.txt";

fn name_of(key: &str) -> String {
    format!("{PREFIX}{key}")
}

fn of_mode(view: &InstallationView, mode: SettingsMode) -> &ConfigurationView {
    match mode {
        SettingsMode::Test => &view.test,
        SettingsMode::Live => &view.live,
    }
}

pub(crate) fn page(shell: Shell, view: &InstallationView, mode: SettingsMode) -> FormPage {
    let href = format!("/plugins/{}", view.installation.id);
    let mut shell = shell.under("office-plugins-plugins", "/plugins");
    shell.crumbs.push(Crumb { label: view.installation.title.clone(), href: href.clone() });
    let settings = of_mode(view, mode);
    let mut fields = Vec::new();
    for field in &settings.form.fields {
        fields.push(typed(&shell, field));
        if field.kind == FieldKind::SecretText {
            let label = shell.tf("office-plugins-secret-file", [("field", field.title.as_str())]);
            fields.push(Field::file(format!("{FILE}{}", field.key), label, PEM).help(shell.t("office-plugins-secret-file-help")).optional());
        }
        // A server that somebody types has to be approved, so that the plugin is let to no other.
        if view.consent.permissions.iter().any(|permission| permission.key == format!("http-config:{}", field.key)) {
            fields.push(Field::check(
                name_of(&format!("approve_{}", field.key)),
                shell.tf("office-plugins-approve", [("field", field.title.as_str())]),
            ));
        }
    }
    let title = words::word(&shell, "office-plugins-settings", mode.as_str());
    let lede = shell.t(if mode == SettingsMode::Test { "office-plugins-settings-test-lede" } else { "office-plugins-settings-live-lede" });
    let mut page = FormPage::new(shell, title, &format!("{href}/settings/{}", mode.as_str()), &href, vec![Section::of(fields)])
        .lede(lede)
        .files()
        .version(settings.version);
    for field in &settings.form.fields {
        page = match (&field.state, field.kind) {
            (FieldState::Value { text }, FieldKind::Bool) => page.with(&name_of(&field.key), if text == "true" { "yes" } else { "" }),
            (FieldState::Value { text }, _) => page.with(&name_of(&field.key), text.clone()),
            (FieldState::Empty | FieldState::Set { .. }, _) => page,
        };
    }
    page
}

fn typed(shell: &Shell, field: &ConfigField) -> Field {
    let (key, title) = (name_of(&field.key), field.title.as_str());
    let made = match field.kind {
        FieldKind::Text => Field::text(key, title),
        FieldKind::Number => Field::text(key, title).max(20),
        FieldKind::Bool => Field::check(key, title),
        FieldKind::Choice => Field::select(key, title, field.choices.iter().map(|choice| Choice::new(&choice.name, &choice.label)).collect()),
        FieldKind::List => Field::area(key, title),
        FieldKind::Secret => Field::secret(&key, title),
        FieldKind::SecretText => Field::secret_area(&key, title),
    };
    let mut help: Vec<String> = field.help.iter().cloned().collect();
    if let FieldState::Set { at } = &field.state {
        help.push(shell.tf("office-plugins-secret-keep", [("date", shell.moment(at))]));
    }
    if let Some(default) = &field.default {
        help.push(shell.tf("office-plugins-default", [("value", default.as_str())]));
    }
    if field.kind == FieldKind::List {
        help.push(shell.t("office-plugins-one-a-line"));
    }
    let is_set = matches!(field.state, FieldState::Set { .. });
    let made = made.help(help.join(" "));
    if field.required && !is_set { made } else { made.optional() }
}

pub(super) async fn show(
    _: Present,
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((id, mode)): Path<(Uuid, SettingsMode)>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let view = installs::get(&*Integrations::of(&app)?, &mut tx, id).await?;
    page(shell, &view, mode).show()
}

pub(super) async fn save(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path((id, mode)): Path<(Uuid, SettingsMode)>,
    ConfirmedFiles(form): ConfirmedFiles,
) -> AppResult<Response> {
    let integrations = Integrations::of(&app)?;
    let mut fields: BTreeMap<String, String> =
        form.fields.iter().filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_owned(), value.clone()))).collect();
    for file in &form.files {
        if let Some(key) = file.field.strip_prefix(FILE) {
            fields.insert(key.to_owned(), String::from_utf8_lossy(&file.bytes).into_owned());
        }
    }
    let sent = Sent::of(form.fields);
    let mut tx = staff.begin_write().await?;
    let view = installs::get(&integrations, &mut tx, id).await?;
    let read = ConfigInput::from_form(&integrations, &mut tx, id, mode, &fields).await?;
    let input = ConfigInput { version: Some(sent.version()?), ..read };
    match installs::configure(&integrations, &mut tx, id, mode, input).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/plugins/{id}"), Tone::Good, "office-plugins-settings-saved"))
        }
        Err(mut error) => {
            for field in &mut error.fields {
                field.field = name_of(&field.field).into();
            }
            page(shell, &view, mode).again(&sent, error)
        }
    }
}
