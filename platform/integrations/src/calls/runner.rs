//! The one way to call a plugin: find the installation, check consent, open its secrets for this call only, run, record.

use std::{collections::HashMap, future::Future, sync::Arc};

use chrono::{DateTime, Utc};
use kernel::{AppError, AppResult, ReadTx, Scope, TenantTx};
use plugin_host::{
    CallReport, CallSpec, Grants, Limits, Plugin, SecretValue,
    manifest::Mode,
    model::{CallContext, PluginError},
};
use ports::provider::Errand;
use serde_json::Value;
use uuid::Uuid;

use super::{
    Blobs, CallOutcome,
    caps::{Home, Lent},
    record, references, store,
};
use crate::{
    IntegrationFailure, Integrations,
    budgets::{self, Budget, Limit, Spend, Spent},
    catalogue::{Package, VersionState},
    circuits::{self, Circuit, Verdict},
    installs::{self, InstallMode},
};

/// With which settings a call works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The live ones, of a live installation only: for what begins something new.
    Live,
    /// These, whatever mode the installation is in: for what belongs to something begun earlier.
    In(Mode),
    /// These, also while the installation is held: for what staff do with it by hand, and checks.
    ByHand(Mode),
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
    /// What it takes of the day's budget beside one call. Counted only for what begins something new.
    pub spend: Spend,
}

impl Use {
    pub fn new(installation: Uuid, wanted: Wanted, action: &'static str) -> Self {
        Self {
            installation,
            wanted,
            action,
            key: Uuid::now_v7().to_string(),
            attempt: 1,
            request: Value::Null,
            blobs: Blobs::default(),
            spend: Spend::default(),
        }
    }
}

impl Use {
    /// For what a domain wants done: by a live installation only.
    pub fn errand(errand: Errand, action: &'static str, request: Value, blobs: &Blobs) -> Self {
        let (key, attempt) = (errand.key, errand.attempt);
        Self { key, attempt, request, blobs: blobs.clone(), ..Self::new(errand.installation, Wanted::Live, action) }
    }

    /// For what a domain asks about something begun earlier: also of an installation that was switched off meanwhile.
    pub fn question(installation: Uuid, action: &'static str, request: Value, blobs: &Blobs) -> Self {
        Self { request, blobs: blobs.clone(), ..Self::new(installation, Wanted::In(Mode::Live), action) }
    }
}

/// A call that was made.
pub(crate) struct Done<T> {
    /// Its id in the log.
    pub call: Uuid,
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
    #[error("the installation is held")]
    Held,
    #[error("the plugin's version was withdrawn")]
    Revoked,
    #[error("the platform has stopped the plugin")]
    Stopped,
    #[error("the tenant has not agreed to what this version asks for")]
    NoConsent,
    #[error("the plugin's limit of {0} for today is reached")]
    OverBudget(Limit),
    #[error("the last calls of the plugin failed, and the next one waits until {0}")]
    Waits(DateTime<Utc>),
    #[error("the plugin cannot be reached: {0}")]
    Unready(#[from] AppError),
}

impl From<NotStarted> for AppError {
    fn from(error: NotStarted) -> Self {
        match error {
            NotStarted::Unknown => IntegrationFailure::InstallationNotFound.into(),
            NotStarted::NotLive => IntegrationFailure::Disabled.into(),
            NotStarted::Held => IntegrationFailure::Held.into(),
            NotStarted::Revoked => IntegrationFailure::Revoked.into(),
            NotStarted::Stopped => IntegrationFailure::Stopped.into(),
            NotStarted::NoConsent => IntegrationFailure::ConsentIncomplete.into(),
            NotStarted::OverBudget(limit) => IntegrationFailure::OverBudget(limit).into(),
            NotStarted::Waits(_) => IntegrationFailure::Waits.into(),
            NotStarted::Unready(error) => error,
        }
    }
}

/// Everything of an installation that one call needs, or several that are made right after each other.
pub(crate) struct Opened {
    /// As `system`.
    scope: Scope,
    pub package: Arc<Package>,
    plugin: Arc<Plugin>,
    mode: Mode,
    settings_version: i32,
    /// Of the day, for what begins something new.
    budget: Option<Budget>,
    /// Failures in a row before this call.
    circuit: Option<Circuit>,
    lent: Arc<Lent>,
    grants: Arc<Grants>,
}

/// What a call leaves in the log, and what somebody has to correct after it.
#[derive(Clone)]
pub(crate) struct Logged {
    call: store::NewCall,
    attention: Option<String>,
}

impl Logged {
    /// Puts it there.
    pub async fn write(self, tx: &mut TenantTx) -> AppResult<()> {
        let installation = self.call.installation;
        store::insert_call(tx, self.call).await?;
        if let Some(words) = self.attention {
            installs::store::set_attention(tx, installation, &crate::mask::numbers(&words), Utc::now()).await?;
        }
        Ok(())
    }
}

type Report<T> = CallReport<Result<T, PluginError>>;

impl Opened {
    /// Makes a call and gives what is to be written down of it. No transaction may be open.
    pub async fn make<T, F, Fut>(&self, using: Use, describe: impl FnOnce(&T) -> Value, invoke: F) -> (Report<T>, Logged)
    where
        F: FnOnce(Arc<Plugin>, CallSpec) -> Fut,
        Fut: Future<Output = Report<T>>,
    {
        let scope = &self.scope;
        let correlation_id = scope.request_id.to_string();
        let spec = CallSpec {
            tenant: scope.tenant.id.0,
            installation: using.installation,
            context: CallContext {
                idempotency_key: using.key.clone(),
                attempt: using.attempt,
                live: self.mode == Mode::Live,
                locale: scope.locale.to_string(),
                correlation_id: correlation_id.clone(),
                extra: Vec::new(),
            },
            grants: self.grants.clone(),
            caps: self.lent.clone(),
            limits: Limits::default(),
            blobs: Vec::new(),
        };
        let at = Utc::now();
        let report = invoke(self.plugin.clone(), spec).await;
        let response = report.outcome.as_ref().ok().and_then(|answer| answer.as_ref().ok()).map(describe);
        let (outcome, error) = record::outcome(&report);
        record::count(&self.package.manifest.id, using.action, outcome, report.usage.duration);
        let (request, response) = (record::masked(using.request), response.map(record::masked));
        let refs = references::of([using.key.as_str(), correlation_id.as_str()], &[&request, response.as_ref().unwrap_or(&Value::Null)]);
        let attention = match &report.outcome {
            Ok(Err(error @ (PluginError::Misconfigured { .. } | PluginError::Unauthorized(_)))) if self.mode == Mode::Live => {
                Some(record::words(error))
            }
            _ => None,
        };
        let call = store::NewCall {
            id: Uuid::now_v7(),
            installation: using.installation,
            version_id: self.package.version_id,
            action: using.action,
            mode: self.mode,
            attempt: i32::try_from(using.attempt).unwrap_or(i32::MAX),
            correlation_id,
            key: using.key,
            outcome,
            error,
            broke_off: record::broke_off(&report),
            request,
            response,
            refs,
            exchanges: serde_json::to_value(record::exchanges(&report)).unwrap_or_default(),
            logs: serde_json::to_value(record::logs(&report)).unwrap_or_default(),
            timeline: serde_json::to_value(record::timeline(&report)).unwrap_or_default(),
            duration_us: record::micros(report.usage.duration),
            queued_us: record::micros(report.usage.queued),
            cpu_us: record::micros(report.usage.cpu),
            fuel: i64::try_from(report.usage.fuel).unwrap_or(i64::MAX),
            memory_bytes: i64::try_from(report.usage.memory_peak).unwrap_or(i64::MAX),
            host_calls: i32::try_from(report.usage.host_calls).unwrap_or(i32::MAX),
            at,
        };
        (report, Logged { call, attention })
    }
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
        let opened = self.open(scope, &using).await?;
        let (installation, wanted) = (using.installation, using.wanted);
        let spent = budgets::spend(&opened.scope, installation, opened.budget.as_ref(), &using.spend).await?.map_err(NotStarted::OverBudget)?;
        let (report, logged) = opened.make(using, describe, invoke).await;
        let verdict = if wanted == Wanted::Live { circuits::judge(&report, logged.call.error.as_deref()) } else { Verdict::Silent };
        let nothing_happened = matches!(logged.call.outcome, CallOutcome::Retryable | CallOutcome::Rejected) && !report.left_open();
        let unspent = spent.filter(|_| nothing_happened);
        let call = logged.call.id;
        let after = Aftermath { unspent, circuit: opened.circuit, verdict };
        // The call happened and its outcome counts, whether or not it can be written down.
        if let Err(error) = write_down(&opened.scope, installation, logged, after).await {
            let error = kernel::http::error::chain(&error);
            tracing::error!(tenant.id = %opened.scope.tenant.id, installation.id = %installation, error, "a plugin call cannot be recorded");
        }
        Ok(Done { call, report, package: opened.package, settings_version: opened.settings_version })
    }

    /// Opens an installation for a call, or for several of one kind.
    pub(crate) async fn open(&self, scope: &Scope, using: &Use) -> Result<Opened, NotStarted> {
        let scope = scope.as_system("integrations.call");
        let mut tx = scope.begin_read().await?;
        let found = installs::store::find_runnable(&mut tx, using.installation).await?.ok_or(NotStarted::Unknown)?;
        if found.version_state == VersionState::Revoked {
            return Err(NotStarted::Revoked);
        }
        if found.stopped {
            return Err(NotStarted::Stopped);
        }
        if found.mode == InstallMode::Removed {
            return Err(NotStarted::Unknown);
        }
        let mode = match using.wanted {
            Wanted::ByHand(mode) => mode,
            Wanted::Live | Wanted::In(_) if found.mode == InstallMode::Held => return Err(NotStarted::Held),
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
        let (mut budget, mut circuit) = (None, None);
        if using.wanted == Wanted::Live {
            budget = budgets::store::find(&mut tx, using.installation).await?;
            circuit = circuits::store::find(&mut tx, using.installation).await?;
        }
        if let Some(until) = circuit.as_ref().and_then(|circuit| circuit.waits_until(Utc::now())) {
            return Err(NotStarted::Waits(until));
        }
        drop(tx);
        let plugin = self.plugin(&package).await?;
        let lent = Lent {
            settings: installs::interface_settings(manifest, &configuration.settings, mode),
            secrets,
            public_keys: package.public_keys.clone(),
            blobs: using.blobs.clone(),
            home: Some(Home {
                parts: self.parts.clone(),
                scope: scope.clone(),
                installation: using.installation,
                version: package.version_id,
                mode,
                quota: manifest.capabilities.kv,
                watch: self.watch.clone(),
                runtime: tokio::runtime::Handle::current(),
            }),
        };
        Ok(Opened {
            scope,
            plugin,
            mode,
            settings_version: configuration.version,
            budget,
            circuit,
            lent: Arc::new(lent),
            grants: Arc::new(grants),
            package,
        })
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

/// What a call leaves behind beside its entry in the log.
struct Aftermath {
    /// What it took of the budget and did not spend.
    unspent: Option<Spent>,
    /// Failures in a row before it, and what it says of the provider itself.
    circuit: Option<Circuit>,
    verdict: Verdict,
}

async fn write_down(scope: &Scope, installation: Uuid, logged: Logged, after: Aftermath) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    logged.write(&mut tx).await?;
    if let Some(unspent) = after.unspent {
        unspent.give_back(&mut tx, installation).await?;
    }
    circuits::note(&mut tx, installation, after.circuit.as_ref(), after.verdict).await?;
    tx.commit().await
}
