//! Installations as staff see them. Secrets are never part of it.

use chrono::{DateTime, Utc};
use kernel::{events::EventData, text_enum};
use plugin_host::manifest::Mode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ConfigForm, TrialView};
use crate::{
    budgets::BudgetView,
    catalogue::{PermissionView, VersionState},
    circuits::CircuitView,
};

text_enum! {
    /// With which settings an installation works.
    pub enum InstallMode {
        /// The provider's test system; nothing of value moves and checkout does not offer it.
        Test = "test",
        Live = "live",
        /// Begins nothing new. What was begun before is followed to its end.
        Disabled = "disabled",
        /// Sends nothing and looks at nothing that arrives until it goes on. What arrives is kept.
        Held = "held",
        /// Uninstalled: its settings, secrets and notes are erased.
        Removed = "removed",
    }
}

impl InstallMode {
    /// Its provider reaches us by the live settings.
    #[must_use]
    pub fn is_on(self) -> bool {
        matches!(self, Self::Live | Self::Held)
    }
}

text_enum! {
    pub enum InstallState {
        Active = "active",
        /// Somebody has to correct settings or credentials.
        Attention = "attention",
    }
}

text_enum! {
    pub enum Health {
        Unknown = "unknown",
        Healthy = "healthy",
        /// Works with warnings, or did not answer the last check.
        Degraded = "degraded",
        /// The provider refuses settings or credentials.
        Down = "down",
    }
}

text_enum! {
    /// One of the two sets of settings.
    pub enum SettingsMode {
        Test = "test",
        Live = "live",
    }
}

impl From<SettingsMode> for Mode {
    fn from(mode: SettingsMode) -> Self {
        match mode {
            SettingsMode::Test => Self::Test,
            SettingsMode::Live => Self::Live,
        }
    }
}

impl From<Mode> for SettingsMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Test => Self::Test,
            Mode::Live => Self::Live,
        }
    }
}

/// The stored word of a mode.
pub(crate) fn mode_word(mode: Mode) -> &'static str {
    SettingsMode::from(mode).as_str()
}

/// A line of the list of installations.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InstallationLine {
    pub id: Uuid,
    /// The plugin's reverse domain name.
    pub plugin: String,
    pub title: String,
    pub summary: String,
    pub kind: String,
    /// Path of its picture, if it has one.
    pub icon: Option<String>,
    pub plugin_version: String,
    pub mode: InstallMode,
    pub state: InstallState,
    /// What has to be corrected.
    pub attention: Option<String>,
    pub health: Health,
    pub health_summary: Option<String>,
    pub health_at: Option<DateTime<Utc>>,
    pub live_since: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// An installation with consent, settings and last checks.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InstallationView {
    #[serde(flatten)]
    pub installation: InstallationLine,
    pub update: Option<UpdateView>,
    /// What it ran before its last upgrade and can go back to.
    pub previous: Option<PreviousView>,
    pub consent: ConsentView,
    pub test: ConfigurationView,
    pub live: ConfigurationView,
    /// What it may spend in a day, and has spent today.
    pub budget: BudgetView,
    /// Its last calls, if they failed.
    pub circuit: Option<CircuitView>,
    /// What became of its version in the catalogue.
    pub version_state: VersionState,
    /// The platform lets nobody call it for now.
    pub stopped: bool,
    /// Since when its publisher may read calls that failed; none: it may not.
    pub shared_since: Option<DateTime<Utc>>,
    /// Its publisher is another than the platform, which needs no leave to look after its own plugins.
    pub foreign: bool,
    /// The live settings passed a check since they were last changed, so that the installation may go live.
    pub may_go_live: bool,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

/// A newer version that can be had.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct UpdateView {
    pub version: String,
    /// Its publisher says that somebody has to act: what to do stands among its changes.
    pub breaking: bool,
    /// What it asks for beyond the present version: to be agreed to.
    pub permissions: Vec<PermissionView>,
    /// What the present version asks for and it does not.
    pub dropped: Vec<PermissionView>,
}

/// What uninstalling erases, or has erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ErasureView {
    /// Secrets and access tokens.
    pub secrets: i64,
    /// What the plugin kept for itself.
    pub notes: i64,
    /// Rules that send payments to it.
    pub routes: i64,
    /// What was begun with it and has no outcome yet, and what its provider sent and nobody has read: it stays installed until then.
    pub under_way: i64,
}

/// The version before the last upgrade.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PreviousView {
    pub version: String,
    /// When it was replaced.
    pub until: DateTime<Utc>,
}

/// What was agreed to, in the sentences that were shown.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConsentView {
    /// Who agreed, as audit entries name actors: `user:…`.
    pub agreed_by: String,
    pub agreed_at: DateTime<Utc>,
    pub permissions: Vec<PermissionView>,
}

/// Settings of one mode.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConfigurationView {
    pub mode: SettingsMode,
    /// To be sent back when changing; 0 while nothing was set.
    pub version: i32,
    pub form: ConfigForm,
    /// The last check, also if settings changed since.
    pub check: Option<CheckView>,
    /// The last check was of these settings and passed.
    pub checked: bool,
    /// What can be tried with these settings beside the check.
    pub trials: Vec<TrialView>,
    pub updated_at: Option<DateTime<Utc>>,
}

/// What a check found, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CheckView {
    pub passed: bool,
    pub summary: String,
    pub warnings: Vec<String>,
    /// The setting that has to be corrected, if it is one.
    pub field: Option<String>,
    /// Figures worth watching, by name.
    pub values: Vec<(String, String)>,
    pub at: DateTime<Utc>,
}

/// The latest check of the live settings came out differently than the one before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HealthChanged {
    pub installation: Uuid,
    pub plugin: String,
    pub health: Health,
}

impl EventData for HealthChanged {
    const TYPE: &'static str = "integration.health_changed";
    const AGGREGATE: &'static str = "plugin_installation";
    fn aggregate_id(&self) -> Uuid {
        self.installation
    }
}

/// An installation went back to the version before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RolledBack {
    pub installation: Uuid,
    pub plugin: String,
    pub from: String,
    pub to: String,
    /// Nobody asked for it: too many calls failed.
    pub automatic: bool,
}

impl EventData for RolledBack {
    const TYPE: &'static str = "integration.rolled_back";
    const AGGREGATE: &'static str = "plugin_installation";
    fn aggregate_id(&self) -> Uuid {
        self.installation
    }
}

/// An installation changed its mode: what a tenant offers may be another.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InstallationChanged {
    pub installation: Uuid,
    pub plugin: String,
    pub mode: InstallMode,
}

impl EventData for InstallationChanged {
    const TYPE: &'static str = "integration.mode_changed";
    const AGGREGATE: &'static str = "plugin_installation";
    fn aggregate_id(&self) -> Uuid {
        self.installation
    }
}
