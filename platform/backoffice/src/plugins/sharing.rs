//! Whether the publisher of a plugin may read calls that failed.

use axum::{extract::State, response::Response};
use integrations::installs::{self, InstallMode, InstallationView};
use kernel::{
    App, AppResult,
    http::{Path, Staff},
};
use pages::{Shell, Tone, redirect_with};
use uuid::Uuid;

use crate::{entry::Confirmed, frame::Action};

/// What is shared now, in words, and how to change that.
#[derive(Debug, Clone)]
pub(crate) struct Sharing {
    pub(crate) text: String,
    pub(crate) change: Action,
}

/// None where nobody asks: the platform's own plugins, and what was uninstalled.
pub(super) fn sharing(shell: &Shell, view: &InstallationView) -> Option<Sharing> {
    let line = &view.installation;
    if !view.foreign || line.mode == InstallMode::Removed {
        return None;
    }
    Some(match &view.shared_since {
        Some(at) => Sharing {
            text: shell.tf("office-sharing-on", [("date", shell.moment(at))]),
            change: Action::post(shell.t("office-sharing-stop"), format!("/plugins/{}/stop-sharing", line.id)),
        },
        None => Sharing {
            text: shell.t("office-sharing-off"),
            change: Action::post(shell.t("office-sharing-start"), format!("/plugins/{}/share", line.id)),
        },
    })
}

pub(super) async fn share(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, Confirmed(_): Confirmed) -> AppResult<Response> {
    change(&app, &staff, id, true).await
}

pub(super) async fn stop(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, Confirmed(_): Confirmed) -> AppResult<Response> {
    change(&app, &staff, id, false).await
}

async fn change(app: &App, staff: &Staff, id: Uuid, shared: bool) -> AppResult<Response> {
    installs::share(app, &staff.scope, id, shared).await?;
    let said = if shared { "office-sharing-begun" } else { "office-sharing-ended" };
    Ok(redirect_with(&format!("/plugins/{id}"), Tone::Good, said))
}
