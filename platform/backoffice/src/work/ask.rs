//! A task that somebody asks for: what is to be done about an order, by whom, and until when.

use axum::response::Response;
use insurance::{
    fulfilment::{self, Assignment, NewTask},
    orders::{self, Order, OrderId},
};
use kernel::{
    AppResult,
    http::{Form, Path, Staff},
};
use pages::{Crumb, Shell};

use super::assign::{self, Team};
use crate::frame::{Field, FormPage, Office, Section, Sent, commit_once, seen_before};

fn form(shell: Shell, order: &Order, team: &Team) -> FormPage {
    let href = format!("/orders/{}", order.id);
    let mut shell = shell.under("office-orders-title", "/orders");
    shell.crumbs.push(Crumb { label: order.number.clone(), href: href.clone() });
    let mut fields = vec![Field::area("what", shell.t("office-tasks-ask-what")).max(500)];
    fields.extend(assign::fields(&shell, team));
    let title = shell.t("office-tasks-ask");
    FormPage::new(shell, title, &format!("{href}/task"), &href, vec![Section::of(fields)])
}

pub(super) async fn show(Office(shell): Office, staff: Staff, Path(id): Path<OrderId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let order = orders::service::get(&mut tx, id).await?;
    let team = Team::of(&mut tx).await?;
    form(shell, &order, &team).show()
}

pub(super) async fn save(Office(shell): Office, staff: Staff, Path(id): Path<OrderId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let path = format!("/orders/{id}/task");
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(answer);
    }
    let order = orders::service::get(&mut tx, id).await?;
    let team = Team::of(&mut tx).await?;
    let made = match (team.read(&sent), assign::day(&sent)) {
        (Ok(to), Ok(due_on)) => {
            let new = NewTask { order: id, what: sent.owned("what"), assignment: Assignment { to, due_on } };
            fulfilment::create_task(&mut tx, &new).await
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match made {
        Ok(task) => commit_once(tx, &sent, &path, &format!("/tasks/{task}"), "office-tasks-asked").await,
        Err(error) => form(shell, &order, &team).again(&sent, error),
    }
}
