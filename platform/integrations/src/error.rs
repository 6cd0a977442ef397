//! What can go wrong with plugins and installations, beside fields that are not acceptable.

use kernel::{Failure, Kind};

use crate::budgets::Limit;

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
    #[error("the platform has stopped the plugin")]
    Stopped,
    #[error("not while it is {0}")]
    NotNow(&'static str),
    #[error("the platform offers the version to at most {0} of 100 tenants")]
    ShareLimited(i32),
    #[error("no such stop")]
    StopNotFound,
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
    #[error("the installation is held")]
    Held,
    #[error("the installation is not held")]
    NotHeld,
    #[error("the installation is not live")]
    NotLive,
    #[error("the installation is still switched on")]
    StillOn,
    #[error("{0} things that were begun with the installation have no outcome yet")]
    UnderWay(i64),
    #[error("the provider did not take the registration: {0}")]
    NotActivated(String),
    #[error("there is no newer version")]
    UpToDate,
    #[error("there is no version to go back to")]
    NoWayBack,
    #[error("the newer version cannot take over the settings: {0}")]
    NotMigrated(String),
    #[error("the newer version needs other settings: {0}")]
    NeedsSettings(String),
    #[error("the last calls failed, and new ones wait")]
    Waits,
    #[error("the limit of {0} for today is reached")]
    OverBudget(Limit),
    #[error("no such call")]
    CallNotFound,
    #[error("the call cannot be played again")]
    NotReplayable,
    #[error("no such delivery")]
    DeliveryNotFound,
    #[error("the delivery was read, or its contents are no longer kept")]
    NotReadable,
    #[error("no such rule")]
    RouteNotFound,
    #[error("somebody changed the rule since it was read")]
    RouteChanged,
    #[error("there are too many rules")]
    TooManyRoutes,
}

impl Failure for IntegrationFailure {
    fn kind(&self) -> Kind {
        match self {
            Self::PluginNotFound
            | Self::InstallationNotFound
            | Self::CallNotFound
            | Self::DeliveryNotFound
            | Self::StopNotFound
            | Self::RouteNotFound => Kind::NotFound,
            Self::ConsentIncomplete => Kind::Invalid,
            Self::Changed | Self::RouteChanged => Kind::Precondition,
            Self::Damaged(_) => Kind::Internal,
            Self::OverBudget(_) => Kind::RateLimited,
            Self::Waits => Kind::Unavailable,
            Self::NotOffered
            | Self::AlreadyInstalled
            | Self::Revoked
            | Self::Stopped
            | Self::NotNow(_)
            | Self::ShareLimited(_)
            | Self::NotChecked
            | Self::Disabled
            | Self::Held
            | Self::NotHeld
            | Self::NotLive
            | Self::StillOn
            | Self::UnderWay(_)
            | Self::NotActivated(_)
            | Self::UpToDate
            | Self::NoWayBack
            | Self::TooManyRoutes
            | Self::NotReplayable
            | Self::NotReadable
            | Self::NeedsSettings(_)
            | Self::NotMigrated(_) => Kind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::PluginNotFound => "plugin.not_found",
            Self::NotOffered => "plugin.not_offered",
            Self::ConsentIncomplete => "plugin.consent_incomplete",
            Self::AlreadyInstalled => "plugin.already_installed",
            Self::Revoked => "plugin.revoked",
            Self::Stopped => "plugin.stopped",
            Self::NotNow(_) => "plugin.state",
            Self::ShareLimited(_) => "plugin.share_limited",
            Self::StopNotFound => "plugin_stop.not_found",
            Self::Damaged(_) => "plugin.damaged",
            Self::InstallationNotFound => "installation.not_found",
            Self::Changed => "installation.changed",
            Self::NotChecked => "installation.not_checked",
            Self::Disabled => "installation.disabled",
            Self::Held => "installation.held",
            Self::NotHeld => "installation.not_held",
            Self::NotLive => "installation.not_live",
            Self::StillOn => "installation.still_on",
            Self::UnderWay(_) => "installation.under_way",
            Self::UpToDate => "installation.up_to_date",
            Self::NoWayBack => "installation.no_way_back",
            Self::NotMigrated(_) => "installation.not_migrated",
            Self::NeedsSettings(_) => "installation.needs_settings",
            Self::NotActivated(_) => "installation.not_activated",
            Self::Waits => "installation.waits",
            Self::OverBudget(Limit::Calls) => "installation.over_calls",
            Self::OverBudget(Limit::Messages) => "installation.over_messages",
            Self::OverBudget(Limit::Money) => "installation.over_money",
            Self::CallNotFound => "call.not_found",
            Self::NotReplayable => "call.not_replayable",
            Self::DeliveryNotFound => "delivery.not_found",
            Self::NotReadable => "delivery.not_readable",
            Self::RouteNotFound => "route.not_found",
            Self::RouteChanged => "route.changed",
            Self::TooManyRoutes => "route.too_many",
        }
    }
    fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotActivated(reason) | Self::NotMigrated(reason) => vec![("reason", reason.clone())],
            Self::NeedsSettings(fields) => vec![("fields", fields.clone())],
            Self::ShareLimited(most) => vec![("most", most.to_string())],
            Self::UnderWay(count) => vec![("count", count.to_string())],
            _ => Vec::new(),
        }
    }
}
