//! What somebody typed into the form, checked against the manifest. All errors at once, each at its field.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jsonschema::error::ValidationErrorKind;
use kernel::{AppError, AppResult, error::FieldError};
use plugin_host::{
    manifest::{Manifest, Mode, Setting, SettingKind},
    pem::{self, PemFault},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;
use uuid::Uuid;

use super::{form::asked_for, mode_word};

/// Longest secret in bytes: a certificate chain with its key. Nothing plain is longer either.
const SECRET: usize = 16 * 1024;

/// New settings of one mode. Plain settings replace all plain settings; secrets replace those that are named and not empty.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConfigInput {
    #[schema(value_type = Object)]
    pub settings: BTreeMap<String, Value>,
    /// Written only, never read back. Empty: stays as it is.
    #[schema(value_type = Object)]
    pub secrets: BTreeMap<String, String>,
    /// Secrets to forget.
    pub forget: BTreeSet<String>,
    /// Settings whose server the plugin may be let to.
    pub approve_hosts: BTreeSet<String>,
    /// Version that was read; `installation.changed` if there is a newer one.
    pub version: Option<i32>,
}

/// What may be stored.
pub(crate) struct Checked {
    pub settings: Value,
    pub secrets: Vec<(String, String)>,
    pub forget: BTreeSet<String>,
    pub approved_hosts: BTreeMap<String, String>,
}

/// Where a secret is sealed: bound to installation, mode and key.
pub(crate) fn secret_place(installation: Uuid, mode: Mode, key: &str) -> String {
    format!("integrations.secret:{installation}:{}:{key}", mode_word(mode))
}

/// Plain settings as plugins read them: text as typed, anything else as JSON, defaults filled in.
pub(crate) fn interface_settings(manifest: &Manifest, settings: &Value, mode: Mode) -> HashMap<String, String> {
    let defaults = manifest.config.iter().filter(|(_, s)| s.mode.covers(mode)).filter_map(|(key, s)| Some((key, s.default.as_ref()?)));
    let typed = settings.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    defaults.chain(typed).map(|(key, value)| (key.clone(), text(value))).collect()
}

impl ConfigInput {
    /// Reads the fields of a sent form by the keys of the manifest. Empty fields are settings that are not set; an unchecked box is no.
    pub(crate) fn read(manifest: &Manifest, mode: Mode, fields: &BTreeMap<String, String>) -> Self {
        let mut input = Self::default();
        for (key, setting) in manifest.config.iter().filter(|(_, setting)| asked_for(setting, mode)) {
            let typed = fields.get(key).map(|text| text.trim()).unwrap_or_default();
            if setting.kind.is_secret() {
                if !typed.is_empty() {
                    input.secrets.insert(key.clone(), typed.to_owned());
                }
                continue;
            }
            let value = match setting.kind {
                SettingKind::Boolean => Some(Value::Bool(matches!(typed, "true" | "on" | "1" | "yes"))),
                _ if typed.is_empty() => None,
                SettingKind::Integer => Some(typed.parse::<i64>().map_or_else(|_| Value::from(typed), Value::from)),
                SettingKind::List => Some(typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect()),
                _ => Some(Value::from(typed)),
            };
            input.settings.extend(value.map(|value| (key.clone(), value)));
        }
        for key in &manifest.capabilities.http_from_config {
            if fields.contains_key(&format!("approve_{key}")) {
                input.approve_hosts.insert(key.clone());
            }
        }
        input
    }
}

struct Errors(Vec<FieldError>);

impl Errors {
    fn add(&mut self, field: &str, code: &'static str, params: Vec<(&'static str, String)>) {
        self.0.push(FieldError { field: field.to_owned().into(), code: code.into(), params });
    }

    /// Of a field with a wrong form, for which something else says what is wrong with it, only that.
    fn keep_the_telling(&mut self) {
        let telling: BTreeSet<String> = self.0.iter().filter(|error| error.code != "setting-form").map(|error| error.field.to_string()).collect();
        self.0.retain(|error| error.code != "setting-form" || !telling.contains(error.field.as_ref()));
    }
}

/// Checks settings and secrets. `known` are the secrets already set, `approved` the hosts approved so far.
pub(crate) fn check(
    manifest: &Manifest,
    mode: Mode,
    input: ConfigInput,
    known: &BTreeSet<String>,
    approved: &BTreeMap<String, String>,
) -> AppResult<Checked> {
    let mut errors = Errors(Vec::new());
    let settings: Map<String, Value> = input.settings.into_iter().filter(|(_, value)| !is_empty(value)).collect();
    let settings = Value::Object(settings);
    plain(manifest, mode, &settings, &mut errors)?;

    let mut secrets = Vec::new();
    for (key, typed) in input.secrets {
        match manifest.config.get(&key).filter(|setting| setting.kind.is_secret() && asked_for(setting, mode)) {
            None => errors.add(&key, "setting-unknown", Vec::new()),
            Some(setting) => {
                let typed = typed.trim();
                if !typed.is_empty() && secret(&key, setting, typed, &mut errors) {
                    secrets.push((key, typed.to_owned()));
                }
            }
        }
    }
    for (key, setting) in manifest.config.iter().filter(|(_, s)| s.kind.is_secret() && !s.optional && asked_for(s, mode)) {
        let given = secrets.iter().any(|(given, _)| given == key) || errors.0.iter().any(|error| error.field == key.as_str());
        let kept = known.contains(key) && !input.forget.contains(key);
        let needed = setting.depends_on.as_ref().is_none_or(|other| switched_on(&settings, other));
        if needed && !given && !kept {
            errors.add(key, "setting-required", Vec::new());
        }
    }
    let approved_hosts = hosts(manifest, &settings, &input.approve_hosts, approved, &mut errors);
    errors.keep_the_telling();
    if errors.0.is_empty() {
        Ok(Checked { settings, secrets, forget: input.forget, approved_hosts })
    } else {
        Err(AppError { fields: errors.0, ..AppError::new(kernel::Kind::Invalid, "validation_error") })
    }
}

/// What is wrong with plain settings, field by field.
pub(crate) fn faults(manifest: &Manifest, mode: Mode, settings: &Value) -> AppResult<Vec<FieldError>> {
    let mut errors = Errors(Vec::new());
    plain(manifest, mode, settings, &mut errors)?;
    Ok(errors.0)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn switched_on(settings: &Value, key: &str) -> bool {
    !matches!(settings.get(key), None | Some(Value::Null | Value::Bool(false)))
}

fn plain(manifest: &Manifest, mode: Mode, settings: &Value, errors: &mut Errors) -> AppResult<()> {
    let validator = jsonschema::validator_for(&manifest.settings_schema(mode)).map_err(|error| AppError::internal(error.to_string()))?;
    for error in validator.iter_errors(settings) {
        let path = error.instance_path().to_string();
        let field = path.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
        match error.kind() {
            ValidationErrorKind::Required { property } => errors.add(property.as_str().unwrap_or_default(), "setting-required", Vec::new()),
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                unexpected.iter().for_each(|key| errors.add(key, "setting-unknown", Vec::new()))
            }
            ValidationErrorKind::Pattern { .. } => errors.add(&field, "setting-form", Vec::new()),
            ValidationErrorKind::Enum { .. } => errors.add(&field, "setting-choice", Vec::new()),
            ValidationErrorKind::Minimum { limit } => errors.add(&field, "setting-least", vec![("limit", limit.to_string())]),
            ValidationErrorKind::Maximum { limit } => errors.add(&field, "setting-most", vec![("limit", limit.to_string())]),
            ValidationErrorKind::Type { .. } => errors.add(&field, "setting-type", Vec::new()),
            _ => errors.add(&field, "setting-form", Vec::new()),
        }
    }
    for (key, value) in settings.as_object().into_iter().flatten() {
        let text = value.to_string();
        if text.len() > SECRET {
            errors.add(key, "setting-long", vec![("limit", SECRET.to_string())]);
        }
        // The database has no such character.
        if text.contains("\\u0000") {
            errors.add(key, "setting-form", Vec::new());
        }
    }
    for (key, setting) in manifest.config.iter().filter(|(_, s)| s.mode.covers(mode) && !s.kind.is_secret() && !s.optional && s.default.is_none()) {
        let wanted = setting.depends_on.as_ref().is_some_and(|other| switched_on(settings, other));
        if wanted && settings.get(key).is_none() {
            errors.add(key, "setting-required", Vec::new());
        }
    }
    Ok(())
}

fn secret(key: &str, setting: &Setting, typed: &str, errors: &mut Errors) -> bool {
    if typed.len() > SECRET {
        errors.add(key, "setting-long", vec![("limit", SECRET.to_string())]);
        return false;
    }
    let fault = match setting.kind {
        SettingKind::PrivateKey => pem::check_key(typed).err(),
        SettingKind::ClientCertificate => pem::check_identity(typed).err(),
        _ => None,
    };
    if let Some(fault) = fault {
        let code = match fault {
            PemFault::Key => "setting-pem-key",
            PemFault::Certificate => "setting-pem-certificate",
            PemFault::Mismatch => "setting-pem-mismatch",
        };
        errors.add(key, code, Vec::new());
        return false;
    }
    let is_pem = matches!(setting.kind, SettingKind::PrivateKey | SettingKind::ClientCertificate);
    // A line break in what goes into a header would be another header.
    let fits = is_pem || !typed.chars().any(char::is_control);
    let pattern = setting.pattern.as_ref().map(|pattern| serde_json::json!({ "type": "string", "pattern": pattern }));
    let matches = pattern.is_none_or(|schema| jsonschema::is_valid(&schema, &Value::from(typed)));
    if !fits || !matches {
        errors.add(key, "setting-form", Vec::new());
    }
    fits && matches
}

/// Hosts of addresses that the tenant typed: each has to be approved by itself, and again when it changes.
fn hosts(
    manifest: &Manifest,
    settings: &Value,
    approve: &BTreeSet<String>,
    approved: &BTreeMap<String, String>,
    errors: &mut Errors,
) -> BTreeMap<String, String> {
    let mut hosts = BTreeMap::new();
    for key in &manifest.capabilities.http_from_config {
        let Some(typed) = settings.get(key).and_then(Value::as_str) else { continue };
        let place = Url::parse(typed)
            .ok()
            .filter(|url| url.scheme() == "https")
            .and_then(|url| Some(format!("{}:{}", url.domain()?, url.port().unwrap_or(443))));
        match place {
            None => errors.add(key, "setting-address", Vec::new()),
            Some(place) if approve.contains(key) || approved.get(key) == Some(&place) => {
                hosts.insert(key.clone(), place);
            }
            Some(place) => errors.add(key, "setting-approve-host", vec![("host", place)]),
        }
    }
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
        id = "com.example.pay"
        version = "1.0.0"
        publisher = "example"
        kind = "payment"
        wit = "wakala:payments@1.0"
        license = "Apache-2.0"
        [display]
        name = "Example Pay"
        summary = "Pays."
        [capabilities]
        http_from_config = ["base"]
        [[method]]
        name = "pay"
        currencies = ["KES"]
        min = 100
        max = 1000
        [config.code]
        type = "string"
        title = "Code"
        pattern = "^[0-9]{5}$"
        [config.retries]
        type = "integer"
        title = "Retries"
        minimum = 1
        maximum = 5
        default = 3
        [config.fast]
        type = "boolean"
        title = "Fast"
        optional = true
        [config.lane]
        type = "string"
        title = "Lane"
        depends_on = "fast"
        [config.base]
        type = "string"
        title = "Server"
        optional = true
        [config.key]
        type = "secret"
        title = "Key"
        [config.certificate]
        type = "client-certificate"
        title = "Certificate"
        optional = true
    "#;

    fn manifest() -> Manifest {
        Manifest::parse(MANIFEST).unwrap_or_else(|error| panic!("{error}"))
    }

    fn input(fields: &[(&str, &str)]) -> ConfigInput {
        ConfigInput::read(&manifest(), Mode::Live, &fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    fn errors(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        match check(&manifest(), Mode::Live, input(fields), &BTreeSet::new(), &BTreeMap::new()) {
            Ok(_) => Vec::new(),
            Err(error) => error.fields.iter().map(|f| (f.field.to_string(), f.code.to_string())).collect(),
        }
    }

    #[test]
    fn every_field_that_is_wrong_is_named_with_its_reason() {
        let found = errors(&[("code", "12"), ("retries", "9"), ("fast", "on"), ("base", "http://pay.example.com"), ("key", "a\nb")]);
        for (field, code) in [
            ("code", "setting-form"),
            ("retries", "setting-most"),
            ("lane", "setting-required"),
            ("base", "setting-address"),
            ("key", "setting-form"),
        ] {
            assert!(found.contains(&(field.to_owned(), code.to_owned())), "{field} in {found:?}");
        }
        assert_eq!(found.len(), 5, "{found:?}");
        assert_eq!(errors(&[]), [("code".to_owned(), "setting-required".to_owned()), ("key".to_owned(), "setting-required".to_owned())]);
        assert_eq!(errors(&[("code", "12345"), ("key", "x"), ("retries", "many")]), [("retries".to_owned(), "setting-type".to_owned())]);
    }

    #[test]
    fn what_cannot_be_kept_is_refused_where_it_was_given() {
        let long = "x".repeat(SECRET);
        for (typed, code) in [("a\u{0}b", "setting-form"), (long.as_str(), "setting-long")] {
            let found = errors(&[("code", "12345"), ("key", "x"), ("lane", typed)]);
            assert_eq!(found, [("lane".to_owned(), code.to_owned())]);
        }
    }

    #[test]
    fn a_certificate_that_is_none_is_refused_where_it_was_given() {
        let found = errors(&[("code", "12345"), ("key", "x"), ("certificate", "not a certificate")]);
        assert_eq!(found, [("certificate".to_owned(), "setting-pem-certificate".to_owned())]);
    }

    #[test]
    fn a_typed_server_is_approved_by_itself_and_again_when_it_changes() {
        let fields = [("code", "12345"), ("key", "x"), ("base", "https://pay.example.com/v1")];
        assert_eq!(errors(&fields), [("base".to_owned(), "setting-approve-host".to_owned())]);
        let approved = [&fields[..], &[("approve_base", "on")]].concat();
        let first = check(&manifest(), Mode::Live, input(&approved), &BTreeSet::new(), &BTreeMap::new()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(first.approved_hosts["base"], "pay.example.com:443");
        assert!(check(&manifest(), Mode::Live, input(&fields), &BTreeSet::new(), &first.approved_hosts).is_ok());
        let moved = [("code", "12345"), ("key", "x"), ("base", "https://other.example.com")];
        assert!(check(&manifest(), Mode::Live, input(&moved), &BTreeSet::new(), &first.approved_hosts).is_err());
    }

    #[test]
    fn plugins_read_text_as_typed_and_the_rest_as_json_with_defaults() {
        let read = interface_settings(&manifest(), &serde_json::json!({"code": "12345", "fast": true}), Mode::Live);
        assert_eq!((read["code"].as_str(), read["fast"].as_str(), read["retries"].as_str()), ("12345", "true", "3"));
    }
}
