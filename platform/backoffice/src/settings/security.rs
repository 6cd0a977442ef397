//! Of whom a second factor is demanded, and for how long a confirmation holds.

use axum::{extract::State, response::Response};
use identity::{
    roles::{self, RoleSummary},
    second_factor::{self, SecondFactorPolicy},
};
use kernel::{App, AppResult, http::Staff};
use pages::{Choice, Shell, Tone, redirect_with};

use super::tabs;
use crate::{
    entry::Confirmed,
    frame::{Field, FormPage, Office, Section, Sent},
};

fn page(shell: Shell, roles: &[RoleSummary]) -> FormPage {
    let choices = ["nobody", "roles", "everybody"].map(|name| Choice::new(name, shell.t(&format!("office-demand-{name}")))).to_vec();
    let roles = roles.iter().map(|role| Choice { value: role.key.clone(), label: role.name.clone(), detail: role.description.clone() }).collect();
    let minutes =
        Field::text("confirmation_minutes", shell.t("office-confirmation-minutes")).max(3).help(shell.t("office-confirmation-minutes-help"));
    let sections = vec![
        Section::of(vec![Field::choices("demand", shell.t("office-demand"), choices)]),
        Section::of(vec![Field::checks("roles", shell.t("office-demand-of-roles"), roles)]).when("demand=roles"),
        Section::of(vec![minutes]),
    ];
    let (title, lede, tabs) = (shell.t("office-settings-security"), shell.t("office-demand-lede"), tabs(&shell, "security"));
    FormPage::new(shell, title, "/settings/security", "/", sections).lede(lede).tabs(tabs)
}

pub(super) async fn show(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let roles = roles::list(&mut tx).await?;
    let policy = tx.setting::<SecondFactorPolicy>().await?;
    let demand = match &policy.value {
        policy if policy.everybody => "everybody",
        policy if !policy.roles.is_empty() => "roles",
        _ => "nobody",
    };
    let mut page = page(shell, &roles)
        .version(policy.version)
        .with("demand", demand)
        .with("confirmation_minutes", policy.value.confirmation_minutes.to_string());
    for key in policy.value.roles {
        page = page.with("roles", key);
    }
    page.show()
}

fn read(sent: &Sent) -> SecondFactorPolicy {
    SecondFactorPolicy {
        everybody: sent.text("demand") == "everybody",
        roles: if sent.text("demand") == "roles" { sent.all("roles") } else { Vec::new() },
        // What is no number is no acceptable one either.
        confirmation_minutes: sent.text("confirmation_minutes").parse().unwrap_or_default(),
    }
}

pub(super) async fn save(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match second_factor::change_policy(&app, &mut tx, &read(&sent), sent.version()?).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/settings/security", Tone::Good, "flash-saved"))
        }
        Err(error) => {
            let roles = roles::list(&mut tx).await?;
            page(shell, &roles).again(&sent, error)
        }
    }
}
