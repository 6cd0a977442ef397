//! The form of a plugin's settings, made from its manifest. A secret shows only that it is set, and since when.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use plugin_host::manifest::{Grant, Manifest, Mode, Setting, SettingKind};
use serde::Serialize;
use serde_json::Value;

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    Number,
    Bool,
    /// One of `choices`.
    Choice,
    /// Several texts, one a line.
    List,
    /// One line that is never shown again.
    Secret,
    /// Several lines that are never shown again: a key or certificate in PEM.
    SecretText,
}

/// What a field holds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FieldState {
    Empty,
    /// A plain setting, as the form writes it.
    Value {
        text: String,
    },
    /// A secret that was typed at that time.
    Set {
        at: DateTime<Utc>,
    },
}

/// Something to choose, and how it is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ChoiceView {
    pub name: String,
    pub label: String,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ConfigField {
    pub key: String,
    pub title: String,
    pub help: Option<String>,
    pub kind: FieldKind,
    pub required: bool,
    pub choices: Vec<ChoiceView>,
    /// What holds while the field is empty.
    pub default: Option<String>,
    /// Asked for only if this other field is filled in.
    pub depends_on: Option<String>,
    pub state: FieldState,
}

/// The fields of one mode in the order of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ConfigForm {
    pub fields: Vec<ConfigField>,
}

impl ConfigForm {
    /// `settings` are the plain ones, `secrets` says when each was set.
    pub(crate) fn new(manifest: &Manifest, mode: Mode, settings: &Value, secrets: &BTreeMap<String, DateTime<Utc>>) -> Self {
        let mut asked: Vec<(&String, &Setting)> = manifest.config.iter().filter(|(_, setting)| asked_for(setting, mode)).collect();
        asked.sort_by_key(|(key, setting)| (setting.order, *key));
        let fields = asked.into_iter().map(|(key, setting)| field(key, setting, settings.get(key), secrets.get(key).copied())).collect();
        Self { fields }
    }
}

/// Whether somebody types this setting in this mode. A connection that the host makes from other settings is not typed.
pub(crate) fn asked_for(setting: &Setting, mode: Mode) -> bool {
    let made = setting.oauth2.as_ref().is_some_and(|oauth2| oauth2.grant == Grant::ClientCredentials);
    setting.mode.covers(mode) && !(setting.kind == SettingKind::OAuth2 && made)
}

fn field(key: &str, setting: &Setting, value: Option<&Value>, set_at: Option<DateTime<Utc>>) -> ConfigField {
    let kind = match setting.kind {
        SettingKind::String if setting.choices.is_some() => FieldKind::Choice,
        SettingKind::String => FieldKind::Text,
        SettingKind::Integer => FieldKind::Number,
        SettingKind::Boolean => FieldKind::Bool,
        SettingKind::List => FieldKind::List,
        SettingKind::Secret | SettingKind::OAuth2 => FieldKind::Secret,
        SettingKind::PrivateKey | SettingKind::ClientCertificate => FieldKind::SecretText,
    };
    let state = match (setting.kind.is_secret(), value, set_at) {
        (true, _, Some(at)) => FieldState::Set { at },
        (false, Some(value), _) => FieldState::Value { text: text(value) },
        _ => FieldState::Empty,
    };
    ConfigField {
        key: key.to_owned(),
        title: setting.title.clone(),
        help: setting.help.clone(),
        kind,
        required: !setting.optional && setting.default.is_none(),
        choices: setting.choices.iter().flatten().map(|value| choice(setting, text(value))).collect(),
        default: setting.default.as_ref().map(text),
        depends_on: setting.depends_on.clone(),
        state,
    }
}

fn choice(setting: &Setting, name: String) -> ChoiceView {
    ChoiceView { label: setting.labels.get(&name).unwrap_or(&name).clone(), name }
}

/// A plain value as a form writes it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}
