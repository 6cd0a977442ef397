//! What can go wrong with plugins and installations, beside fields that are not acceptable.

use kernel::{Failure, Kind};

#[derive(Debug, thiserror::Error)]
pub enum IntegrationFailure {
    #[error("no such plugin")]
    PluginNotFound,
    #[error("no version of the plugin can be installed")]
    NotOffered,
    #[error("not every permission was agreed to")]
    ConsentIncomplete,
    #[error("the plugin is installed already")]
    AlreadyInstalled,
    #[error("the plugin's version was withdrawn")]
    Revoked,
    #[error("the package is not the one that was published: {0}")]
    Damaged(String),
    #[error("no such installation")]
    InstallationNotFound,
    #[error("somebody changed the settings since they were read")]
    Changed,
    #[error("the live settings have not passed a check")]
    NotChecked,
    #[error("the installation is switched off")]
    Disabled,
    #[error("the provider did not take the registration: {0}")]
    NotActivated(String),
    #[error("there is no newer version")]
    UpToDate,
    #[error("the newer version needs its settings converted")]
    NeedsMigration,
    #[error("no such call")]
    CallNotFound,
}

impl Failure for IntegrationFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::PluginNotFound | Self::InstallationNotFound | Self::CallNotFound => Kind::NotFound,
            Self::ConsentIncomplete => Kind::Invalid,
            Self::Changed => Kind::Precondition,
            Self::Damaged(_) => Kind::Internal,
            Self::NotOffered
            | Self::AlreadyInstalled
            | Self::Revoked
            | Self::NotChecked
            | Self::Disabled
            | Self::NotActivated(_)
            | Self::UpToDate
            | Self::NeedsMigration => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::PluginNotFound => "plugin.not_found",
            Self::NotOffered => "plugin.not_offered",
            Self::ConsentIncomplete => "plugin.consent_incomplete",
            Self::AlreadyInstalled => "plugin.already_installed",
            Self::Revoked => "plugin.revoked",
            Self::Damaged(_) => "plugin.damaged",
            Self::InstallationNotFound => "installation.not_found",
            Self::Changed => "installation.changed",
            Self::NotChecked => "installation.not_checked",
            Self::Disabled => "installation.disabled",
            Self::UpToDate => "installation.up_to_date",
            Self::NeedsMigration => "installation.needs_migration",
            Self::NotActivated(_) => "installation.not_activated",
            Self::CallNotFound => "call.not_found",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotActivated(reason) => vec![("reason", reason.clone())],
            _ => Vec::new(),
        }
    }
}
