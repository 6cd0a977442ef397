//! Whether the portal is open, what is missing until it may be, and a link to see it before.

use askama::Template;
use axum::{extract::State, response::Response};
use identity::users;
use insurance::collection::Collection;
use integrations::{
    Integrations,
    installs::{self, InstallMode},
};
use kernel::{App, AppResult, ReadTx, http::Staff, paging::PageRequest, tenant::TenantState};
use pages::{Shell, Tab, Tone, html, html_with, redirect_with};
use tenancy::{
    onboarding::{self, Checklist, Facts, Step},
    permissions::PORTAL_OPEN,
};

use super::tabs;
use crate::{
    entry::Confirmed,
    frame::{Office, mendable, refused_status},
    today::{SetupStep, one},
};

#[derive(Template)]
#[template(path = "office/portal.html")]
pub(crate) struct PortalPage {
    pub(crate) shell: Shell,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) steps: Vec<SetupStep>,
    pub(crate) is_open: bool,
    /// Nothing that is required is missing, and the reader may open it.
    pub(crate) may_open: bool,
    /// Where the portal is; before it is open, with a token that lets its holder see it.
    pub(crate) portal_url: String,
    /// Why it could not be opened; empty: nothing went wrong.
    pub(crate) refused: String,
}

/// What the other modules know about the tenant's readiness.
pub(crate) async fn facts(app: &App, tx: &mut ReadTx) -> AppResult<Facts> {
    let collection_mode = tx.setting::<Collection>().await?.value.mode.is_some();
    let installed = installs::list(&*Integrations::of(app)?, tx, &PageRequest { page_size: Some(100), ..PageRequest::default() }).await?;
    let payment_live = installed.results.iter().any(|line| line.kind == "payment" && line.mode == InstallMode::Live);
    let staff_invited = users::list_staff(tx, None, None, &one()).await?.count > 1;
    Ok(Facts { collection_mode, payment_live, staff_invited })
}

/// The checklist as people see it.
pub(crate) fn steps(shell: &Shell, checklist: &Checklist) -> Vec<SetupStep> {
    checklist.steps.iter().map(|(step, done)| step_line(shell, *step, *done)).collect()
}

fn step_line(shell: &Shell, step: Step, done: bool) -> SetupStep {
    let href = match step {
        Step::Company | Step::Licence => "/settings/company",
        Step::CollectionMode => "/settings/collection",
        Step::Brand => "/settings/brand",
        Step::Payment => "/plugins",
        Step::Staff => "/settings/staff",
    };
    let mut detail = shell.t(&format!("onboarding-{}-detail", step.key()));
    if step.required() {
        detail = format!("{detail} {}", shell.t("office-setup-required"));
    }
    SetupStep { label: shell.t(&format!("onboarding-{}", step.key())), detail, href: href.to_owned(), done }
}

fn page(app: &App, shell: Shell, staff: &Staff, checklist: &Checklist) -> PortalPage {
    let shell = shell.titled("office-settings-portal");
    let tenant = staff.tenant();
    let is_open = checklist.state == TenantState::Live;
    let path = if is_open { "/".to_owned() } else { format!("/?preview={}", app.signer.sign("preview", &tenant.id.to_string())) };
    PortalPage {
        tabs: tabs(&shell, "portal"),
        steps: steps(&shell, checklist),
        is_open,
        may_open: checklist.may_open() && shell.can(PORTAL_OPEN),
        portal_url: app.hosts.portal_url(&tenant.slug, &path),
        refused: String::new(),
        shell,
    }
}

pub(super) async fn show(State(app): State<App>, Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let facts = facts(&app, &mut tx).await?;
    let checklist = onboarding::checklist(&mut tx, facts).await?;
    html(&page(&app, shell, &staff, &checklist))
}

pub(super) async fn open(State(app): State<App>, Office(shell): Office, staff: Staff, Confirmed(_): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let facts = facts(&app, &mut tx).await?;
    let checklist = onboarding::checklist(&mut tx, facts).await?;
    match onboarding::open_portal(&app, &mut tx, checklist.is_done(Step::Licence), checklist.is_done(Step::CollectionMode)).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/settings/portal", Tone::Good, "office-portal-opened"))
        }
        Err(error) if mendable(&error) => {
            let refused = shell.error(&error);
            html_with(refused_status(&error), &PortalPage { refused, ..page(&app, shell, &staff, &checklist) })
        }
        Err(error) => Err(error),
    }
}
