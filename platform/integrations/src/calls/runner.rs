//! The one way to call a plugin: find the installation, check consent, open its secrets for this call only, run, record.

use std::{collections::HashMap, future::Future, sync::Arc};

use chrono::Utc;
use kernel::{AppError, AppResult, ReadTx, Scope};
use plugin_host::{
    CallReport, CallSpec, Grants, Limits, Plugin, SecretValue,
    manifest::Mode,
    model::{CallContext, PluginError},
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Blobs,
    caps::{Home, Lent},
    record, store,
};
use crate::{
    IntegrationFailure, Integrations,
    catalogue::{Package, VersionState},
    installs::{self, InstallMode},
};

/// With which settings a call works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The live ones, of a live installation only: for what begins something new.
    Live,
    /// These, whatever mode the installation is in: for checks, and for what belongs to something begun earlier.
    In(Mode),
}

/// What a call is for.
pub(crate) struct Use {
    pub installation: Uuid,
    pub wanted: Wanted,
    /// `collect`, as the log shows it.
    pub action: &'static str,
    /// The same for every attempt at one intent: 16 to 50 of a-z, 0-9 and hyphen.
    pub key: String,
    pub attempt: u32,
    /// For the log; long numbers are masked.
    pub request: Value,
    pub blobs: Blobs,
}

impl Use {
    pub fn new(installation: Uuid, wanted: Wanted, action: &'static str) -> Self {
        Self { installation, wanted, action, key: Uuid::now_v7().to_string(), attempt: 1, request: Value::Null, blobs: Blobs::default() }
    }
}

/// A call that was made.
pub(crate) struct Done<T> {
    pub report: CallReport<Result<T, PluginError>>,
    pub package: Arc<Package>,
    /// Version of the settings it worked with.
    pub settings_version: i32,
}

/// Why a call was not made: certainly nothing happened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotStarted {
    #[error("there is no such installation")]
    Unknown,
    #[error("the installation is not live")]
    NotLive,
    #[error("the plugin's version was withdrawn")]
    Revoked,
    #[error("the tenant has not agreed to what this version asks for")]
    NoConsent,
    #[error("the plugin cannot be reached: {0}")]
    Unready(#[from] AppError),
}

impl From<NotStarted> for AppError {
    fn from(error: NotStarted) -> Self {
        match error {
            NotStarted::Unknown => IntegrationFailure::InstallationNotFound.into(),
            NotStarted::NotLive => IntegrationFailure::Disabled.into(),
            NotStarted::Revoked => IntegrationFailure::Revoked.into(),
            NotStarted::NoConsent => IntegrationFailure::ConsentIncomplete.into(),
            NotStarted::Unready(error) => error,
        }
    }
}

/// Everything of an installation that one call needs.
struct Opened {
    package: Arc<Package>,
    mode: Mode,
    settings_version: i32,
    lent: Lent,
    grants: Arc<Grants>,
}

impl Integrations {
    /// Makes a call. No transaction may be open. `describe` says for the log what the plugin answered.
    pub(crate) async fn call<T, F, Fut>(
        &self,
        scope: &Scope,
        using: Use,
        describe: impl FnOnce(&T) -> Value,
        invoke: F,
    ) -> Result<Done<T>, NotStarted>
    where
        F: FnOnce(Arc<Plugin>, CallSpec) -> Fut,
        Fut: Future<Output = CallReport<Result<T, PluginError>>>,
    {
        let scope = scope.as_system("integrations.call");
        let opened = self.open(&scope, &using).await?;
        let plugin = self.plugin(&opened.package).await?;
        let correlation_id = scope.request_id.to_string();
        let spec = CallSpec {
            tenant: scope.tenant.id.0,
            installation: using.installation,
            context: CallContext {
                idempotency_key: using.key.clone(),
                attempt: using.attempt,
                live: opened.mode == Mode::Live,
                locale: scope.locale.to_string(),
                correlation_id: correlation_id.clone(),
                extra: Vec::new(),
            },
            grants: opened.grants,
            caps: Arc::new(opened.lent),
            limits: Limits::default(),
            blobs: Vec::new(),
        };
        let at = Utc::now();
        let report = invoke(plugin, spec).await;
        let response = report.outcome.as_ref().ok().and_then(|answer| answer.as_ref().ok()).map(describe);
        let (outcome, error) = record::outcome(&report);
        record::count(&opened.package.manifest.id, using.action, outcome, report.usage.duration);
        let call = store::NewCall {
            id: Uuid::now_v7(),
            installation: using.installation,
            version_id: opened.package.version_id,
            action: using.action,
            mode: opened.mode,
            attempt: i32::try_from(using.attempt).unwrap_or(i32::MAX),
            correlation_id: &correlation_id,
            outcome,
            error,
            request: record::masked(using.request),
            response: response.map(record::masked),
            exchanges: serde_json::to_value(record::exchanges(&report)).unwrap_or_default(),
            logs: serde_json::to_value(record::logs(&report)).unwrap_or_default(),
            duration_us: record::micros(report.usage.duration),
            queued_us: record::micros(report.usage.queued),
            cpu_us: record::micros(report.usage.cpu),
            memory_bytes: i64::try_from(report.usage.memory_peak).unwrap_or(i64::MAX),
            host_calls: i32::try_from(report.usage.host_calls).unwrap_or(i32::MAX),
            at,
        };
        let attention = match &report.outcome {
            Ok(Err(error @ (PluginError::Misconfigured { .. } | PluginError::Unauthorized(_)))) if opened.mode == Mode::Live => {
                Some(record::words(error))
            }
            _ => None,
        };
        // The call happened and its outcome counts, whether or not it can be written down.
        if let Err(error) = write_down(&scope, call, attention).await {
            let error = kernel::http::error::chain(&error);
            tracing::error!(tenant.id = %scope.tenant.id, installation.id = %using.installation, error, "a plugin call cannot be recorded");
        }
        Ok(Done { report, package: opened.package, settings_version: opened.settings_version })
    }

    async fn open(&self, scope: &Scope, using: &Use) -> Result<Opened, NotStarted> {
        let mut tx = scope.begin_read().await?;
        let found = installs::store::find_runnable(&mut tx, using.installation).await?.ok_or(NotStarted::Unknown)?;
        if found.version_state == VersionState::Revoked {
            return Err(NotStarted::Revoked);
        }
        let mode = match using.wanted {
            Wanted::In(mode) => mode,
            Wanted::Live if found.mode == InstallMode::Live => Mode::Live,
            Wanted::Live => return Err(NotStarted::NotLive),
        };
        let package = self.package(&mut tx, found.version_id).await?;
        let manifest = &package.manifest;
        if manifest.permissions().iter().any(|permission| !found.granted.contains(&permission.key)) {
            return Err(NotStarted::NoConsent);
        }
        let configuration = installs::store::get_configuration(&mut tx, using.installation, mode).await?;
        let mut grants = Grants::all(manifest);
        grants.config_hosts = serde_json::from_value(configuration.approved_hosts).map_err(AppError::internal)?;
        let secrets = self.open_secrets(&mut tx, using.installation, mode).await?;
        drop(tx);
        let lent = Lent {
            settings: installs::interface_settings(manifest, &configuration.settings, mode),
            secrets,
            public_keys: package.public_keys.clone(),
            blobs: using.blobs.clone(),
            home: Some(Home {
                parts: self.parts.clone(),
                scope: scope.clone(),
                installation: using.installation,
                mode,
                quota: manifest.capabilities.kv,
                runtime: tokio::runtime::Handle::current(),
            }),
        };
        Ok(Opened { mode, settings_version: configuration.version, lent, grants: Arc::new(grants), package })
    }

    /// The secrets of an installation in one mode, decrypted. For one call, or to verify a signature.
    pub(crate) async fn open_secrets(&self, tx: &mut ReadTx, installation: Uuid, mode: Mode) -> AppResult<HashMap<String, SecretValue>> {
        let mut open = HashMap::new();
        for row in installs::store::list_secrets(tx, installation, mode).await? {
            let plain = self.parts.sealer.open(tx, &installs::secret_place(installation, mode, &row.key), &row.sealed).await?;
            open.insert(row.key, SecretValue::new(String::from_utf8(plain).map_err(AppError::internal)?));
        }
        Ok(open)
    }
}

async fn write_down(scope: &Scope, call: store::NewCall<'_>, attention: Option<String>) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    let installation = call.installation;
    store::insert_call(&mut tx, call).await?;
    if let Some(words) = attention {
        installs::store::set_attention(&mut tx, installation, &crate::mask::numbers(&words), Utc::now()).await?;
    }
    tx.commit().await
}
