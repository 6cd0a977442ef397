//! Installations: consent, settings and secrets per mode, checks, and the way to live and off.

pub(crate) mod api;
mod form;
mod health;
mod lifecycle;
mod model;
mod service;
mod settings;
pub(crate) mod store;

pub use form::{ConfigField, ConfigForm, FieldKind, FieldState};
pub use health::CheckHealth;
pub(crate) use health::LIVE;
pub use lifecycle::{check, disable, go_live, use_test_mode};
pub(crate) use model::mode_word;
pub use model::{
    CheckView, ConfigurationView, ConsentView, Health, HealthChanged, InstallMode, InstallState, InstallationChanged, InstallationLine,
    InstallationView, SettingsMode, UpdateView,
};
pub use service::{NewInstallation, configure, get, install, list, upgrade};
pub use settings::ConfigInput;
pub(crate) use settings::{interface_settings, secret_place};
