//! Plain settings: their JSON Schema, validation and defaults.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value, json};

use super::{Mode, Setting, SettingKind};

/// What is wrong with the settings a tenant entered: field and message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SettingsError(pub Vec<(String, String)>);

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (field, message)) in self.0.iter().enumerate() {
            write!(f, "{}{field}: {message}", if n > 0 { "; " } else { "" })?;
        }
        Ok(())
    }
}

/// The schema of one plain setting; `None` for secret kinds.
pub(super) fn field_schema(setting: &Setting) -> Option<Value> {
    let mut schema = Map::new();
    let kind = match setting.kind {
        SettingKind::String => "string",
        SettingKind::Integer => "integer",
        SettingKind::Boolean => "boolean",
        SettingKind::List => "array",
        _ => return None,
    };
    schema.insert("type".into(), json!(kind));
    schema.insert("title".into(), json!(setting.title));
    if let Some(help) = &setting.help {
        schema.insert("description".into(), json!(help));
    }
    if setting.kind == SettingKind::List {
        let mut items = json!({"type": "string"});
        if let (Some(choices), Some(items)) = (&setting.choices, items.as_object_mut()) {
            items.insert("enum".into(), json!(choices));
        }
        schema.insert("items".into(), items);
    } else if let Some(choices) = &setting.choices {
        schema.insert("enum".into(), json!(choices));
    }
    if let Some(pattern) = &setting.pattern {
        schema.insert("pattern".into(), json!(pattern));
    }
    if let Some(minimum) = setting.minimum {
        schema.insert("minimum".into(), json!(minimum));
    }
    if let Some(maximum) = setting.maximum {
        schema.insert("maximum".into(), json!(maximum));
    }
    if let Some(default) = &setting.default {
        schema.insert("default".into(), default.clone());
    }
    Some(Value::Object(schema))
}

pub(super) fn schema(settings: &BTreeMap<String, Setting>, mode: Mode) -> Value {
    let asked = || settings.iter().filter(|(_, setting)| setting.mode.covers(mode));
    let properties: Map<String, Value> = asked().filter_map(|(key, setting)| Some((key.clone(), field_schema(setting)?))).collect();
    let required: Vec<&String> =
        asked().filter(|(_, s)| !s.kind.is_secret() && !s.optional && s.default.is_none() && s.depends_on.is_none()).map(|(key, _)| key).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

pub(super) fn complete(settings: &BTreeMap<String, Setting>, values: &Value, mode: Mode) -> Result<Map<String, Value>, SettingsError> {
    let Some(given) = values.as_object() else {
        return Err(SettingsError(vec![(String::new(), "settings must be an object".to_owned())]));
    };
    let validator = jsonschema::validator_for(&schema(settings, mode)).map_err(|error| SettingsError(vec![(String::new(), error.to_string())]))?;
    let mut problems: Vec<(String, String)> = validator
        .iter_errors(values)
        .map(|error| (error.instance_path().to_string().trim_start_matches('/').to_owned(), error.to_string()))
        .collect();
    for (key, setting) in settings.iter().filter(|(_, s)| s.mode.covers(mode) && !s.kind.is_secret() && !s.optional && s.default.is_none()) {
        if let Some(other) = &setting.depends_on
            && switched_on(given.get(other))
            && !given.contains_key(key)
        {
            problems.push((key.clone(), format!("is needed because `{other}` is set")));
        }
    }
    if !problems.is_empty() {
        return Err(SettingsError(problems));
    }
    let mut filled = given.clone();
    for (key, setting) in settings.iter().filter(|(_, s)| s.mode.covers(mode)) {
        if let Some(default) = &setting.default {
            filled.entry(key.clone()).or_insert_with(|| default.clone());
        }
    }
    Ok(filled)
}

fn switched_on(value: Option<&Value>) -> bool {
    !matches!(value, None | Some(Value::Null | Value::Bool(false)))
}
