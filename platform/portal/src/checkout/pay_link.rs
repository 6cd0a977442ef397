//! A debt that is paid by a link, without logging in: its number, what is owed, and the ways to pay. Whoever holds the link sees
//! nothing of the person who owes.

use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult, Scope,
    http::{Anyone, Path, form::Form},
};
use ledger::pay_links::{self, PayLink, PayLinkState};
use pages::Shell;

use super::{
    debt::{self, Debt, Shown},
    pay_form::{Own, PayForm},
    phase::Phase,
};
use crate::{page::Page, samples::Sample};

/// The link with this secret, and its debt.
///
/// # Errors
/// `not_found` for a secret that we did not give out.
async fn read(scope: &Scope, token: &str) -> AppResult<(PayLink, Shown)> {
    let mut tx = scope.begin_read().await?;
    let link = pay_links::find(&mut tx, token).await?.ok_or_else(AppError::not_found)?;
    let debt = Debt::of(&mut tx, &link.payable_kind, link.payable_id, &link.label).await?;
    let shown = Shown {
        phase: match link.state(&debt.owed, scope.now()) {
            PayLinkState::Withdrawn | PayLinkState::Expired => Phase::Over,
            PayLinkState::Sent | PayLinkState::Opened | PayLinkState::Paid => debt.phase(scope)?,
        },
        debt,
        wording: "portal-link",
        href: format!("/pay/{token}"),
        until: Some(link.expires_at.with_timezone(&scope.tenant.time_zone).date_naive()),
        own: Own::default(),
    };
    Ok((link, shown))
}

/// Who holds the secret acts as nobody in particular: the link alone says what may be seen and paid.
fn acting(caller: &Anyone) -> Scope {
    let locale = caller.scope.locale.to_string();
    caller.scope.as_system("portal.pay_link").speaking(Some(&locale))
}

pub(super) async fn show(caller: Anyone, State(app): State<App>, Page(shell): Page, Path(token): Path<String>) -> AppResult<Response> {
    let scope = acting(&caller);
    let (link, shown) = read(&scope, &token).await?;
    if shown.phase.may_pay() {
        let mut tx = scope.begin_write().await?;
        pay_links::note_opened(&mut tx, link.id).await?;
        tx.commit().await?;
    }
    shown.show(&app, &scope, shell).await
}

pub(super) async fn state(caller: Anyone, State(app): State<App>, Page(shell): Page, Path(token): Path<String>) -> AppResult<Response> {
    let scope = acting(&caller);
    read(&scope, &token).await?.1.state(&app, &scope, shell).await
}

pub(super) async fn pay(
    caller: Anyone,
    State(app): State<App>,
    Page(shell): Page,
    Path(token): Path<String>,
    Form(body): Form<PayForm>,
) -> AppResult<Response> {
    let scope = acting(&caller);
    read(&scope, &token).await?.1.pay(&app, &scope, shell, body).await
}

pub(super) fn samples(shell: &Shell) -> Vec<Sample> {
    debt::samples(shell, "portal-link", ["link-to-pay", "link-asked", "link-failed", "link-paid", "link-over"])
}
