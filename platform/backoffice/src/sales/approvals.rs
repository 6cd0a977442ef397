//! Cover that waits for approval: a yes, one by one or for many at once, or a no with its reason.

use axum::{extract::State, response::Response};
use insurance::{
    approvals,
    cancellations::{AskedBy, Calculation, service as cancellations},
    law::Law,
    orders,
    policies::{Policy, PolicyId, PolicyRow, service},
};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Staff},
    paging::Page,
};
use pages::{Crumb, Fact, Shell, Tone, redirect_with};

use super::{cancel, policies::filter_of};
use crate::{
    customers::viewed,
    entry::Confirmed,
    frame::{Desk, Field, FormPage, Office, Section},
};

const LIST: (&str, &str) = ("office-policies-title", "/policies");

fn under(shell: Shell, policy: &Policy) -> Shell {
    let mut shell = shell.under(LIST.0, LIST.1);
    shell.crumbs.push(Crumb { label: policy.number.clone(), href: format!("/policies/{}", policy.id) });
    shell
}

fn facts(shell: &Shell, policy: &Policy) -> Vec<Fact> {
    vec![
        Fact::new(shell.t("office-product"), policy.product_name.get(&shell.lang)),
        Fact::new(shell.t("office-insurer"), policy.insurer_name.clone()),
        Fact::new(shell.t("office-plate"), policy.plate.clone().unwrap_or_default()),
    ]
}

async fn read(app: &App, staff: &Staff, id: PolicyId) -> AppResult<Policy> {
    let mut tx = staff.begin_read().await?;
    let policy = service::get(&mut tx, id).await?;
    drop(tx);
    viewed(app, &staff.scope, "policy", id.0).await?;
    Ok(policy)
}

fn approve_page(shell: Shell, policy: &Policy) -> FormPage {
    let (shell, href) = (under(shell, policy), format!("/policies/{}", policy.id));
    let (title, lede, facts) = (shell.t("office-approve-title"), shell.t("office-approve-lede"), facts(&shell, policy));
    let submit = shell.t("office-approve-do");
    FormPage::new(shell, title, &format!("{href}/approve"), &href, Vec::new()).lede(lede).facts(facts).submit(submit).version(policy.version)
}

pub(super) async fn show_approve(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>) -> AppResult<Response> {
    approve_page(shell, &read(&app, &staff, id).await?).show()
}

pub(super) async fn approve(Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let policy = service::get(&mut tx, id).await?;
    match approvals::service::approve(&mut tx, id, sent.version()?).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/policies/{id}"), Tone::Good, "office-approve-done"))
        }
        Err(error) => approve_page(shell, &policy).again(&sent, error),
    }
}

/// The rows that the reader chose.
///
/// # Errors
/// `malformed` where none were: a page of the list is never meant.
async fn find(desk: &Desk) -> AppResult<Page<PolicyRow>> {
    if desk.query.chosen.is_none() {
        return Err(AppError::malformed("id"));
    }
    let mut tx = desk.begin_read().await?;
    service::list(&mut tx, &filter_of(&desk.query), &desk.query.page()).await
}

pub(super) async fn show_approve_many(desk: Desk) -> AppResult<Response> {
    let found = find(&desk).await?;
    desk.act(LIST, "office-approve-do", "office-approve-many-lede", &found, Vec::new()).show()
}

/// Each policy as it stands now; one that does not wait is refused and changes nothing.
pub(super) async fn approve_many(desk: Desk, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let found = find(&desk).await?;
    if let Some(answer) = desk.put_off(&found, &sent, LIST.1, "office-approve-do").await? {
        return Ok(answer);
    }
    let mut batch = desk.batch();
    for row in found.results {
        let mut tx = desk.staff.begin_write().await?;
        let done = match service::get(&mut tx, row.id).await {
            Ok(policy) => approvals::service::approve(&mut tx, row.id, policy.version).await,
            Err(error) => Err(error),
        };
        batch.take(tx, row.id, row.number, format!("/policies/{}", row.id), done).await?;
    }
    batch.report("office-approve-do", LIST)
}

fn decline_page(shell: Shell, policy: &Policy, worked: &Calculation, collects: bool) -> FormPage {
    let (shell, href) = (under(shell, policy), format!("/policies/{}", policy.id));
    let reason = Field::area("reason", shell.t("field-reason")).max(300).help(shell.t("office-policies-cancel-help"));
    let (title, keep) = (shell.t("office-decline-title"), shell.t("office-decline-keep"));
    let lede = shell.t(if collects { "office-decline-lede" } else { "office-decline-insurer-lede" });
    let (facts, lines, submit) = (facts(&shell, policy), cancel::lines(&shell, worked, collects), shell.t("office-decline-do"));
    FormPage::new(shell, title, &format!("{href}/decline"), &href, vec![Section::of(vec![reason])])
        .lede(lede)
        .facts(facts)
        .lines(lines)
        .submit(submit)
        .grave(keep)
        .version(policy.version)
}

/// The policy and what declining it gives back.
async fn declined(app: &App, staff: &Staff, id: PolicyId) -> AppResult<(Policy, Calculation, bool)> {
    let law = Law::of(app, staff.tenant())?;
    let mut tx = staff.begin_read().await?;
    let policy = service::get(&mut tx, id).await?;
    let worked = cancellations::work_out(&mut tx, &law, &policy, AskedBy::Insurer, staff.scope.today()).await?;
    let collects = orders::service::get(&mut tx, policy.order).await?.collects();
    Ok((policy, worked, collects))
}

pub(super) async fn show_decline(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>) -> AppResult<Response> {
    let (policy, worked, collects) = declined(&app, &staff, id).await?;
    viewed(&app, &staff.scope, "policy", id.0).await?;
    decline_page(shell, &policy, &worked, collects).show()
}

pub(super) async fn decline(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<PolicyId>,
    Confirmed(sent): Confirmed,
) -> AppResult<Response> {
    let law = Law::of(&app, staff.tenant())?;
    let mut tx = staff.begin_write().await?;
    match approvals::service::decline(&mut tx, &law, id, sent.version()?, sent.text("reason")).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/policies/{id}"), Tone::Good, "office-decline-done"))
        }
        Err(error) if error.is("validation_error") => {
            drop(tx);
            let (policy, worked, collects) = declined(&app, &staff, id).await?;
            decline_page(shell, &policy, &worked, collects).again(&sent, error)
        }
        Err(error) => Err(error),
    }
}
