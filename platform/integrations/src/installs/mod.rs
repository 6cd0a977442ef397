//! Installations: consent, settings and secrets per mode, checks, and the way to live and off.

pub(crate) mod api;
mod deactivation;
mod form;
mod health;
mod identities;
mod lifecycle;
mod model;
mod renewal;
mod rollback;
mod service;
mod settings;
mod sharing;
pub(crate) mod store;
mod trial;
mod upgrade;

pub use deactivation::DeactivatePlugin;
pub use form::{ChoiceView, ConfigField, ConfigForm, FieldKind, FieldState};
pub use health::CheckHealth;
pub(crate) use health::{ANY, LIVE};
pub use lifecycle::{check, disable, erasure, go_live, hold, resume, uninstall, use_test_mode};
pub(crate) use model::mode_word;
pub use model::{
    CheckView, ConfigurationView, ConsentView, ErasureView, Health, HealthChanged, InstallMode, InstallState, InstallationChanged, InstallationLine,
    InstallationView, PreviousView, RolledBack, SettingsMode, UpdateView,
};
pub use renewal::RenewInstallations;
pub(crate) use rollback::UPGRADED;
pub use rollback::{GuardUpgrades, roll_back};
pub use service::{NewInstallation, configure, get, install, list, mode};
pub use settings::ConfigInput;
pub(crate) use settings::{interface_settings, secret_place};
pub use sharing::share;
pub use trial::{Trial, TrialInput, TrialView};
pub use upgrade::{Migration, SettingChange, migrate, upgrade};
