//! The values and complaints of one form. Building it anew from what was sent renders the page again with everything kept.

use std::collections::BTreeMap;

use kernel::AppError;

use crate::shell::Shell;

/// What is wrong with one field; an empty `field` concerns the whole form.
#[derive(Debug, Clone, Default)]
pub struct Complaint {
    pub field: String,
    pub label: String,
    pub message: String,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    pub csrf: String,
    /// Makes sending the same form twice harmless; empty where nothing is created.
    pub idempotency_key: String,
    /// The version of the record that is edited; empty where there is none.
    pub version: String,
    values: BTreeMap<String, Vec<String>>,
    complaints: Vec<Complaint>,
}

impl FormState {
    /// An empty form for this page.
    #[must_use]
    pub fn new(shell: &Shell) -> Self {
        Self { csrf: shell.csrf.clone(), ..Self::default() }
    }
    /// With a key, for forms that create something or move money.
    #[must_use]
    pub fn once(shell: &Shell) -> Self {
        Self { idempotency_key: uuid::Uuid::now_v7().to_string(), ..Self::new(shell) }
    }
    #[must_use]
    pub fn with_version(mut self, version: i32) -> Self {
        self.version = version.to_string();
        self
    }
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.entry(name.into()).or_default().push(value.into());
        self
    }
    /// Keeps all values of a serialisable body.
    #[must_use]
    pub fn with_values<T: serde::Serialize>(mut self, body: &T) -> Self {
        if let Ok(serde_json::Value::Object(map)) = serde_json::to_value(body) {
            for (name, value) in map {
                let texts = match value {
                    serde_json::Value::Null => Vec::new(),
                    serde_json::Value::String(text) => vec![text],
                    serde_json::Value::Array(items) => items.into_iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
                    other => vec![other.to_string()],
                };
                self.values.insert(name, texts);
            }
        }
        self
    }
    /// Adds what an error says of fields, or of the form. `label_of` names a field as the page does.
    #[must_use]
    pub fn failing(mut self, shell: &Shell, error: &AppError, label_of: impl Fn(&str) -> String) -> Self {
        for field in &error.fields {
            let label = label_of(&field.field);
            self.complaints.push(Complaint { field: field.field.to_string(), label, message: shell.field_error(field) });
        }
        if error.fields.is_empty() {
            self.complaints.push(Complaint { message: shell.error(error), ..Complaint::default() });
        }
        self
    }
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.get(name).is_some_and(|values| values.iter().any(|v| v == value))
    }
    #[must_use]
    pub fn error(&self, name: &str) -> &str {
        self.complaints.iter().find(|c| c.field == name).map_or("", |c| c.message.as_str())
    }
    #[must_use]
    pub fn failed(&self) -> bool {
        !self.complaints.is_empty()
    }
    #[must_use]
    pub fn complaints(&self) -> &[Complaint] {
        &self.complaints
    }
}
