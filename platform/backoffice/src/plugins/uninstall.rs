//! Uninstalling a plugin, and what that erases.

use axum::{extract::State, response::Response};
use integrations::{
    Integrations,
    installs::{self, ErasureView, InstallationView},
};
use kernel::{
    App, AppResult,
    http::{Path, Staff},
};
use pages::{Crumb, Fact, Shell, Tone, redirect_with};
use uuid::Uuid;

use crate::{
    entry::Confirmed,
    frame::{FormPage, Office},
};

pub(crate) fn page(shell: Shell, view: &InstallationView, erased: &ErasureView) -> FormPage {
    let href = format!("/plugins/{}", view.installation.id);
    let mut shell = shell.under("office-plugins-plugins", "/plugins");
    shell.crumbs.push(Crumb { label: view.installation.title.clone(), href: href.clone() });
    let mut facts = vec![
        Fact::new(shell.t("office-plugins-uninstall-secrets"), shell.number(erased.secrets)),
        Fact::new(shell.t("office-plugins-uninstall-notes"), shell.number(erased.notes)),
        Fact::new(shell.t("office-plugins-uninstall-routes"), shell.number(erased.routes)),
    ];
    if erased.under_way > 0 {
        facts.insert(0, Fact::new(shell.t("office-plugins-uninstall-waiting"), shell.number(erased.under_way)));
    }
    let (title, lede, keep) =
        (shell.t("office-plugins-uninstall"), shell.t("office-plugins-uninstall-lede"), shell.t("office-plugins-uninstall-keep"));
    let submit = title.clone();
    FormPage::new(shell, title, &format!("{href}/uninstall"), &href, Vec::new()).lede(lede).facts(facts).submit(submit).grave(keep)
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    let integrations = Integrations::of(&app)?;
    let mut tx = staff.begin_read().await?;
    let view = installs::get(&integrations, &mut tx, id).await?;
    let erased = installs::erasure(&integrations, &mut tx, id).await?;
    page(shell, &view, &erased).show()
}

pub(super) async fn send(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<Uuid>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let integrations = Integrations::of(&app)?;
    let mut tx = staff.begin_write().await?;
    let view = installs::get(&integrations, &mut tx, id).await?;
    let erased = installs::erasure(&integrations, &mut tx, id).await?;
    match installs::uninstall(&integrations, &mut tx, id).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with("/plugins", Tone::Good, "office-plugins-uninstalled"))
        }
        Err(error) => page(shell, &view, &erased).again(&sent, error),
    }
}
