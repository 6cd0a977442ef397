//! What staff say of differences above the limit: waiting for another person, who approves or refuses it.

use axum::{extract::State, response::Response};
use identity::users;
use kernel::{
    App, AppResult, Kind, ReadTx,
    http::{Path, Query, Staff},
    paging::Page,
};
use ledger::{
    permissions::PAYMENT_SETTLE,
    reconciliation::{self, Decision, DecisionFilter, DecisionId, DecisionState},
};
use pages::{Column, Crumb, Fact, Filter, Flash, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use uuid::Uuid;

use super::tabs;
use crate::{
    customers::viewed,
    entry::Confirmed,
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Row, Section},
    history::{History, TabQuery},
    words,
};

const HERE: &str = "/differences/decisions";

/// What is said after something was decided: it is done, or waits.
pub(super) fn said(state: DecisionState) -> (Tone, &'static str) {
    match state {
        DecisionState::Done => (Tone::Good, "flash-saved"),
        DecisionState::ToApprove | DecisionState::Refused => (Tone::Info, "office-decisions-waits"),
    }
}

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.beginning(DecisionState::ToApprove.as_str());
    let filter = DecisionFilter { state: desk.query.state().and_then(DecisionState::from_name) };
    let mut tx = desk.begin_read().await?;
    let found = reconciliation::decisions(&mut tx, &filter, &desk.query.page()).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

fn page(shell: Shell, query: &ListQuery, found: &Page<Decision>) -> ListPage {
    let shell = shell.titled("office-decisions-title");
    let columns = vec![
        Column::of(&shell, "office-differences-as"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "field-amount"),
        Column::of(&shell, "field-reason"),
        Column::of(&shell, "field-created").by("created"),
    ];
    let row = |decision: &Decision| Row {
        href: format!("{HERE}/{}", decision.id),
        cells: vec![
            Cell::Main(words::word(&shell, "book-as", decision.how.as_str())),
            Cell::State(words::badge(&shell, "decision-state", decision.state.as_str())),
            Cell::Amount(Some(decision.amount)),
            Cell::Quiet(decision.reason.clone()),
            Cell::At(decision.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let states = words::choices(&shell, "decision-state", DecisionState::ALL.iter().map(|state| state.as_str()));
    let filters = [Filter::choice("state", shell.t("field-status"), states), Filter::created(&shell)];
    let list =
        ListBar::new(HERE, String::new(), query, found, filters, columns).choosing(found.results.iter().map(|decision| decision.id), Vec::new());
    let empty = Empty::new(&shell, "check-circle", "office-decisions-empty");
    ListPage { tabs: tabs(&shell, "differences"), lede: shell.t("office-decisions-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// A member of staff by name; nothing for one that is gone.
async fn person(tx: &mut ReadTx, id: Option<Uuid>) -> AppResult<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    match users::get(tx, id.into()).await {
        Ok(user) => Ok(Some(user.name.full())),
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<DecisionId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let decision = reconciliation::get_decision(&mut tx, id).await?;
    let proposed_by = person(&mut tx, decision.proposed_by).await?;
    let decided_by = person(&mut tx, decision.decided_by).await?;
    let line = match decision.line {
        Some(line) => Some(reconciliation::get_line(&mut tx, line).await?),
        None => None,
    };
    let credit_to = match decision.credit_to {
        Some(customer) => Some(crm::customers::service::get(&mut tx, customer.into()).await?.display_name),
        None => None,
    };
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "difference_decision", id.0).await?;
    let mut page = record(shell, &decision, staff.scope.user());
    let shell = &page.shell;
    let line_name = line.as_ref().map(|line| line.receipt.clone().unwrap_or_else(|| line.provider_ref.clone()));
    let told = [
        ("office-payments-receipt", line_name),
        ("office-payments-reference", decision.debt.clone()),
        ("office-customer", credit_to),
        ("office-refunds-requested-by", proposed_by),
        ("office-decisions-decided-by", decided_by),
    ];
    let told: Vec<Fact> = told.into_iter().filter_map(|(key, value)| Some(Fact::new(shell.t(key), value?))).collect();
    page.facts.extend(told);
    history.show(&app, &mut page, &format!("{HERE}/{id}"));
    html(&page)
}

fn record(shell: Shell, decision: &Decision, reader: Option<Uuid>) -> RecordPage {
    let shell = under(shell);
    let state = words::badge(&shell, "decision-state", decision.state.as_str());
    let what = words::word(&shell, "book-as", decision.how.as_str());
    let mut page = RecordPage::new(shell, what, "", state);
    let shell = &page.shell;
    let href = format!("{HERE}/{}", decision.id);
    if decision.state == DecisionState::ToApprove {
        let may = shell.can(PAYMENT_SETTLE);
        if may && decision.proposed_by != reader {
            page.next.push(Action::post(shell.t("office-decisions-approve"), format!("{href}/approve")).primary().icon("check"));
        } else {
            page.alerts.push(Flash { tone: Tone::Info, text: shell.t("office-decisions-second-person"), undo: None });
        }
        if may {
            page.next.push(Action::link(shell.t("office-decisions-refuse"), format!("{href}/refuse")).icon("ban"));
        }
    }
    page.facts = vec![
        Fact::new(shell.t("field-amount"), shell.money(&decision.amount)),
        Fact::new(shell.t("field-reason"), decision.reason.clone()),
        Fact::new(shell.t("field-created"), shell.moment(&decision.created_at)),
    ];
    if let Some(payment) = decision.payment {
        page.facts.push(Fact::new(shell.t("office-payments-one"), shell.t("office-decisions-payment")).linked(format!("/payments/{payment}")));
    }
    page
}

fn under(shell: Shell) -> Shell {
    let mut shell = shell.under("office-differences-title", "/differences");
    let label = shell.t("office-decisions-title");
    shell.crumbs.push(Crumb { label, href: HERE.to_owned() });
    shell
}

/// What was decided meanwhile is said instead, so the button needs no key.
pub(super) async fn approve(staff: Staff, Path(id): Path<DecisionId>, _: Confirmed) -> AppResult<Response> {
    let page = format!("{HERE}/{id}");
    let mut tx = staff.begin_write().await?;
    match reconciliation::approve(&mut tx, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&page, Tone::Good, "office-decisions-approved"))
        }
        Err(error) if error.is("statement.same_person") => Ok(redirect_with(&page, Tone::Warn, "error-statement-same-person")),
        // The line or the payment agrees by now, or somebody was quicker.
        Err(error) if matches!(error.kind, Kind::Conflict | Kind::NotFound) => Ok(redirect_with(&page, Tone::Warn, "office-decisions-outdated")),
        Err(error) => Err(error),
    }
}

fn refuse_page(shell: Shell, decision: &Decision) -> FormPage {
    let (shell, href) = (under(shell), format!("{HERE}/{}", decision.id));
    let facts = vec![
        Fact::new(shell.t("office-differences-as"), words::word(&shell, "book-as", decision.how.as_str())),
        Fact::new(shell.t("field-amount"), shell.money(&decision.amount)),
        Fact::new(shell.t("field-reason"), decision.reason.clone()),
    ];
    let reason = Field::area("reason", shell.t("field-reason")).max(300).help(shell.t("office-settle-reason-help"));
    let (title, lede) = (shell.t("office-decisions-refuse"), shell.t("office-decisions-refuse-lede"));
    FormPage::new(shell, title, &format!("{href}/refuse"), &href, vec![Section::of(vec![reason])]).lede(lede).facts(facts)
}

pub(super) async fn show_refuse(Office(shell): Office, staff: Staff, Path(id): Path<DecisionId>) -> AppResult<Response> {
    refuse_page(shell, &reconciliation::get_decision(&mut staff.begin_read().await?, id).await?).show()
}

pub(super) async fn refuse(Office(shell): Office, staff: Staff, Path(id): Path<DecisionId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let decision = reconciliation::get_decision(&mut tx, id).await?;
    match reconciliation::refuse(&mut tx, id, sent.text("reason")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("{HERE}/{id}"), Tone::Good, "office-decisions-refused"))
        }
        Err(error) => refuse_page(shell, &decision).again(&sent, error),
    }
}
