//! Money that leaves: what is asked for, who agreed, how it went. Owns the list and the record; how a payout is asked for and carried on
//! lies in `payout_requests` and `payout_steps`.

use std::collections::HashMap;

use axum::{extract::State, response::Response};
use identity::users;
use insurance::remittances;
use kernel::{
    App, AppResult, Kind, ReadTx,
    http::{Path, Query, Staff},
    paging::Page,
};
use ledger::{
    payout_batches::{self, BatchId, Outcome},
    payouts::{self, Payout, PayoutFilter, PayoutId, PayoutState, PayoutWay},
    permissions::{PAYOUT_APPROVE, PAYOUT_REQUEST, PAYOUT_SEND},
    refunds,
};
use pages::{Column, Fact, Filter, Flash, ListBar, ListQuery, Shell, Tone, html};
use uuid::Uuid;

use super::tabs;
use crate::{
    customers::viewed,
    frame::{Action, Cell, Desk, Empty, ListPage, Office, RecordPage, Related, RelatedItem, Row},
    history::{History, TabQuery},
    words,
};

/// The debts that are paid by payouts, and the page of each.
const DEBTS: &[(&str, &str)] = &[(refunds::DEBT, "/refunds"), (remittances::DEBT, "/remittances")];

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("payout");
    let filter = PayoutFilter {
        state: desk.query.state().and_then(PayoutState::from_name),
        debt_kind: desk.query.value("debt").map(str::to_owned),
        way: desk.query.value("way").and_then(PayoutWay::from_name),
        customer: None,
    };
    let mut tx = desk.begin_read().await?;
    let found = payouts::list(&mut tx, &filter, &desk.query.page()).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

fn page(shell: Shell, query: &ListQuery, found: &Page<Payout>) -> ListPage {
    let shell = shell.titled("office-payouts-title");
    let columns = vec![
        Column::of(&shell, "field-number"),
        Column::of(&shell, "office-payouts-payee"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "field-amount").by("amount"),
        Column::of(&shell, "office-payouts-debt"),
        Column::of(&shell, "office-payouts-way"),
        Column::of(&shell, "field-created").by("created"),
    ];
    let row = |payout: &Payout| Row {
        href: format!("/payouts/{}", payout.id),
        cells: vec![
            Cell::Main(payout.number.clone()),
            Cell::Text(payout.to.payee.clone()),
            Cell::State(words::badge(&shell, "payout-state", payout.state.as_str())),
            Cell::Amount(Some(payout.amount)),
            Cell::Quiet(words::word(&shell, "payout-debt", &payout.debt_kind)),
            Cell::Quiet(words::word(&shell, "payout-way", payout.to.way.as_str())),
            Cell::At(payout.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let filters = [
        Filter::choice("state", shell.t("field-status"), words::choices(&shell, "payout-state", PayoutState::ALL.iter().map(|state| state.as_str()))),
        Filter::choice("debt", shell.t("office-payouts-debt"), words::choices(&shell, "payout-debt", DEBTS.iter().map(|(kind, _)| *kind))),
        Filter::choice("way", shell.t("office-payouts-way"), words::choices(&shell, "payout-way", PayoutWay::ALL.iter().map(|way| way.as_str()))),
        Filter::created(&shell),
        Filter::amount(&shell),
    ];
    let list = ListBar::new("/payouts", shell.t("office-payouts-search"), query, found, filters, columns)
        .choosing(found.results.iter().map(|payout| payout.id), Vec::new());
    let empty = Empty::new(&shell, "send", "office-payouts-empty").leading(shell.t("office-refunds-title"), "/refunds?state=approved");
    let mut actions = Vec::new();
    if shell.can(PAYOUT_SEND) {
        actions.push(Action::link(shell.t("office-payout-batches-new"), "/payout-batches/new").primary().icon("download").key("c"));
    }
    actions.push(Action::link(shell.t("office-payout-batches-title"), "/payout-batches").icon("layers"));
    ListPage { tabs: tabs(&shell, "payouts"), actions, lede: shell.t("office-payouts-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// Names of the people who asked, agreed and sent.
async fn people(tx: &mut ReadTx, payout: &Payout) -> AppResult<HashMap<Uuid, String>> {
    let mut names = HashMap::new();
    for id in [Some(payout.requested_by), payout.approved_by, payout.sent_by].into_iter().flatten() {
        match users::get(tx, id.into()).await {
            Ok(user) => drop(names.insert(id, user.name.full())),
            Err(error) if error.kind == Kind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(names)
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<PayoutId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let payout = payouts::get(&mut tx, id).await?;
    let batches = payout_batches::of_payout(&mut tx, id).await?;
    let people = people(&mut tx, &payout).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "payout", id.0).await?;
    let mut page = record(shell, &payout, &people, staff.scope.user());
    page.related = related(&page.shell, &batches);
    history.show(&app, &mut page, &format!("/payouts/{id}"));
    html(&page)
}

fn related(shell: &Shell, batches: &[(BatchId, String, Outcome)]) -> Vec<Related> {
    if batches.is_empty() {
        return Vec::new();
    }
    let item = |(id, number, outcome): &(BatchId, String, Outcome)| RelatedItem {
        label: number.clone(),
        detail: String::new(),
        href: format!("/payout-batches/{id}"),
        state: words::badge(shell, "payout-outcome", outcome.as_str()),
    };
    vec![Related { title: shell.t("office-payout-batches-title"), items: batches.iter().map(item).collect(), all_href: String::new() }]
}

fn record(shell: Shell, payout: &Payout, people: &HashMap<Uuid, String>, reader: Option<Uuid>) -> RecordPage {
    let shell = shell.under("office-payouts-title", "/payouts");
    let state = words::badge(&shell, "payout-state", payout.state.as_str());
    let title = shell.tf("office-refunds-to", [("amount", shell.money(&payout.amount)), ("name", payout.to.payee.clone())]);
    let mut page = RecordPage::new(shell, title, payout.number.clone(), state);
    let shell = &page.shell;
    page.next = next(shell, payout, reader);
    if payout.state == PayoutState::Requested && (reader == Some(payout.requested_by) || !shell.can(PAYOUT_APPROVE)) {
        page.alerts.push(Flash { tone: Tone::Info, text: shell.t("office-payouts-second-person"), undo: None });
    }
    if payout.state == PayoutState::Unknown {
        page.alerts.push(Flash { tone: Tone::Warn, text: shell.t("office-payouts-unknown"), undo: None });
    }
    page.facts = facts(shell, payout, people);
    page
}

/// What may be done next, the likeliest first.
fn next(shell: &Shell, payout: &Payout, reader: Option<Uuid>) -> Vec<Action> {
    let href = format!("/payouts/{}", payout.id);
    let mut next = Vec::new();
    match payout.state {
        PayoutState::Requested if reader != Some(payout.requested_by) && shell.can(PAYOUT_APPROVE) => {
            next.push(Action::link(shell.t("office-payouts-approve"), format!("{href}/approve")).primary().icon("check").key("e"));
        }
        PayoutState::Approved if shell.can(PAYOUT_SEND) => {
            next.push(Action::link(shell.t("office-payouts-send"), format!("{href}/send")).primary().icon("send").key("e"));
            if payout.to.way != PayoutWay::Original {
                next.push(Action::link(shell.t("office-payout-batches-new"), "/payout-batches/new").icon("download"));
            }
        }
        PayoutState::Unknown if shell.can(PAYOUT_SEND) => {
            next.push(Action::link(shell.t("office-payouts-decide"), format!("{href}/decide")).icon("check"));
        }
        PayoutState::Failed if shell.can(PAYOUT_SEND) => {
            next.push(Action::post(shell.t("office-payouts-again"), format!("{href}/again")).primary().icon("refresh"));
        }
        PayoutState::Paid if shell.can(PAYOUT_SEND) => {
            next.push(Action::link(shell.t("office-payouts-back"), format!("{href}/back")).icon("undo"));
        }
        _ => {}
    }
    if payout.state.can_become(PayoutState::Withdrawn) && shell.can(PAYOUT_REQUEST) {
        let label = if payout.state == PayoutState::Requested { "office-payouts-refuse" } else { "office-payouts-withdraw" };
        next.push(Action::link(shell.t(label), format!("{href}/withdraw")).icon("ban"));
    }
    next
}

fn facts(shell: &Shell, payout: &Payout, people: &HashMap<Uuid, String>) -> Vec<Fact> {
    let name = |id: Uuid| people.get(&id).cloned().unwrap_or_default();
    let debt = Fact::new(shell.t("office-payouts-debt"), words::word(shell, "payout-debt", &payout.debt_kind));
    let debt = match DEBTS.iter().find(|(kind, _)| *kind == payout.debt_kind) {
        Some((_, page)) => debt.linked(format!("{page}/{}", payout.debt_id)),
        None => debt,
    };
    let mut facts = vec![
        debt,
        Fact::new(shell.t("field-amount"), shell.money(&payout.amount)),
        Fact::new(shell.t("office-payouts-way"), words::word(shell, "payout-way", payout.to.way.as_str())),
        Fact::new(shell.t("office-payouts-payee"), payout.to.payee.clone()),
    ];
    let to = &payout.to;
    if let Some(payment) = to.payment {
        facts.push(Fact::new(shell.t("office-payouts-payment"), shell.t("office-payouts-payment-open")).linked(format!("/payments/{payment}")));
    }
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            facts.push(Fact::new(shell.t(key), value));
        }
    };
    add("office-payouts-bank", to.bank.clone());
    add("office-payouts-bank-code", to.bank_code.clone());
    add("office-payouts-branch-code", to.branch_code.clone());
    add("office-payouts-account", to.account.clone());
    add("office-payouts-phone", to.phone.as_deref().map(|phone| shell.phone(phone)));
    add("office-payouts-description", Some(payout.description.clone()));
    add("office-refunds-requested-by", Some(name(payout.requested_by)));
    add("office-refunds-approved-by", payout.approved_by.map(name));
    add("office-payouts-sent-by", payout.sent_by.map(name));
    add("office-payouts-sent-at", payout.sent_at.map(|at| shell.moment(&at)));
    add("office-payouts-reference", (payout.tries > 0).then(|| payout.reference()));
    add("office-payouts-provider-ref", payout.through.as_ref().and_then(|through| through.provider_ref.clone()));
    add("office-payouts-receipt", payout.receipt.clone());
    add("office-refunds-paid-on", payout.paid_on.map(|day| shell.date(&day)));
    // Some reasons are words of ours, the others those of people, banks and providers.
    let said = |reason: &String| words::known(shell, "payout-reason", reason).unwrap_or_else(|| reason.clone());
    add("field-reason", payout.reason.as_ref().map(said));
    facts
}
