//! Money that goes back to customers: who asked, who agreed, how it was paid.

use std::collections::HashMap;

use axum::{extract::State, response::Response};
use identity::users;
use kernel::{
    App, AppError, AppResult, Kind, ReadTx,
    error::Fields,
    http::{Form, Path, Query, Staff},
    money::Money,
    paging::Page,
};
use ledger::{
    credits::{self, Credit, CreditId},
    payouts::Payout,
    permissions::{PAYOUT_REQUEST, REFUND_APPROVE, REFUND_PAY, REFUND_REQUEST},
    refunds::{self, NewRefund, Paid, Refund, RefundFilter, RefundId, RefundMethod, RefundState},
};
use pages::{Column, Crumb, Fact, Filter, Flash, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use uuid::Uuid;

use super::tabs;
use crate::{
    customers::{Names, viewed},
    entry::Confirmed,
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Row, Section, Sent, commit_once, seen_before},
    history::{History, TabQuery},
    words,
};

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("refund");
    let filter = RefundFilter { state: desk.query.state().and_then(RefundState::from_name), customer: None };
    let mut tx = desk.begin_read().await?;
    let found = refunds::list(&mut tx, &filter, &desk.query.page()).await?;
    let names = Names::of_all(&mut tx, found.results.iter().map(|refund| refund.customer)).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, &names);
    desk.show(page).await
}

fn page(shell: Shell, query: &ListQuery, found: &Page<Refund>, names: &Names) -> ListPage {
    let shell = shell.titled("office-refunds-title");
    let states = words::choices(&shell, "refund-state", RefundState::ALL.iter().map(|state| state.as_str()));
    let filter = Filter::choice("state", shell.t("field-status"), states);
    let columns = vec![
        Column::of(&shell, "field-number"),
        Column::of(&shell, "office-customer"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "field-amount").by("amount"),
        Column::of(&shell, "field-reason"),
        Column::of(&shell, "office-refunds-paid-by").aside(),
        Column::of(&shell, "field-created").by("created"),
    ];
    let row = |refund: &Refund| Row {
        href: format!("/refunds/{}", refund.id),
        cells: vec![
            Cell::Main(refund.number.clone()),
            Cell::Link { label: names.of(refund.customer), href: format!("/customers/{}", refund.customer) },
            Cell::State(words::badge(&shell, "refund-state", refund.state.as_str())),
            Cell::Amount(Some(refund.amount)),
            Cell::Quiet(refund.reason.clone()),
            Cell::Quiet(paid_by(&shell, refund).unwrap_or_default()),
            Cell::At(refund.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let filters = [filter, Filter::created(&shell), Filter::amount(&shell)];
    let list = ListBar::new("/refunds", shell.t("office-refunds-search"), query, found, filters, columns)
        .choosing(found.results.iter().map(|refund| refund.id), Vec::new());
    let empty = Empty::new(&shell, "coins", "office-refunds-empty");
    ListPage { tabs: tabs(&shell, "refunds"), lede: shell.t("office-refunds-lede"), ..ListPage::new(shell, list, rows, empty) }
}

fn paid_by(shell: &Shell, refund: &Refund) -> Option<String> {
    let (method, reference) = (refund.method?, refund.reference.as_ref()?);
    Some(format!("{}, {reference}", words::word(shell, "refund-method", method.as_str())))
}

/// Names of the people who asked and agreed.
struct People(HashMap<Uuid, String>);

impl People {
    async fn of(tx: &mut ReadTx, refund: &Refund) -> AppResult<Self> {
        let mut names = HashMap::new();
        for id in [Some(refund.requested_by), refund.approved_by].into_iter().flatten() {
            match users::get(tx, id.into()).await {
                Ok(user) => names.insert(id, user.name.full()),
                Err(error) if error.kind == Kind::NotFound => None,
                Err(error) => return Err(error),
            };
        }
        Ok(Self(names))
    }
    fn name(&self, id: Uuid) -> String {
        self.0.get(&id).cloned().unwrap_or_default()
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<RefundId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let refund = refunds::get(&mut tx, id).await?;
    let customer = crm::customers::service::get(&mut tx, refund.customer.into()).await?;
    let people = People::of(&mut tx, &refund).await?;
    let payout = refunds::payout_of(&mut tx, id).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "refund", id.0).await?;
    let mut page = record(shell, &refund, &customer.display_name, &people, payout.as_ref(), staff.scope.user());
    history.show(&app, &mut page, &format!("/refunds/{id}"));
    html(&page)
}

fn record(shell: Shell, refund: &Refund, customer: &str, people: &People, payout: Option<&Payout>, reader: Option<Uuid>) -> RecordPage {
    let shell = shell.under("office-refunds-title", "/refunds");
    let state = words::badge(&shell, "refund-state", refund.state.as_str());
    let title = shell.tf("office-refunds-to", [("amount", shell.money(&refund.amount)), ("name", customer.to_owned())]);
    let mut page = RecordPage::new(shell, title, refund.number.clone(), state);
    let shell = &page.shell;
    let href = format!("/refunds/{}", refund.id);
    let own = reader == Some(refund.requested_by);
    if refund.state == RefundState::Due {
        if own || !shell.can(REFUND_APPROVE) {
            page.alerts.push(Flash { tone: Tone::Info, text: shell.t("office-refunds-second-person"), undo: None });
        } else {
            page.next.push(Action::link(shell.t("office-refunds-approve"), format!("{href}/approve")).primary().icon("check").key("e"));
        }
    }
    if refund.state == RefundState::Approved && payout.is_none() && shell.can(PAYOUT_REQUEST) {
        page.next.push(Action::link(shell.t("office-payouts-request"), format!("{href}/payout")).primary().icon("send").key("p"));
    }
    if refund.state == RefundState::Approved && payout.is_none() && shell.can(REFUND_PAY) {
        page.next.push(Action::link(shell.t("office-refunds-pay"), format!("{href}/pay")).icon("wallet").key("e"));
    }
    if refund.state.can_become(RefundState::Returned) && payout.is_none() && shell.can(REFUND_REQUEST) {
        page.next.push(Action::link(shell.t("office-refunds-return"), format!("{href}/return")).icon("ban"));
    }
    page.facts = vec![
        Fact::new(shell.t("office-customer"), customer).linked(format!("/customers/{}", refund.customer)),
        Fact::new(shell.t("field-amount"), shell.money(&refund.amount)),
        Fact::new(shell.t("field-reason"), refund.reason.clone()),
        Fact::new(shell.t("office-refunds-requested-by"), people.name(refund.requested_by)),
        Fact::new(shell.t("field-created"), shell.moment(&refund.created_at)),
    ];
    if let Some(payout) = payout {
        page.facts.push(Fact::new(shell.t("office-payouts-one"), payout.number.clone()).linked(format!("/payouts/{}", payout.id)));
    }
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            page.facts.push(Fact::new(shell.t(key), value));
        }
    };
    add("office-refunds-approved-by", refund.approved_by.map(|id| people.name(id)));
    add("office-refunds-paid-by", paid_by(shell, refund));
    add("office-refunds-paid-on", refund.paid_on.map(|day| shell.date(&day)));
    add("office-refunds-returned", refund.returned_reason.clone());
    page
}

fn request_page(shell: Shell, credit: &Credit, customer: &str) -> FormPage {
    let shell = shell.under("office-credits-title", "/credits");
    let symbol = credit.amount.currency.symbol();
    let fields = vec![
        Field::money("amount", shell.t("field-amount"), symbol).help(shell.tf("office-refunds-left", [("left", shell.money(&credit.left()))])),
        Field::area("reason", shell.t("field-reason")).max(300),
    ];
    let facts = vec![
        Fact::new(shell.t("office-customer"), customer).linked(format!("/customers/{}", credit.customer)),
        Fact::new(shell.t("office-refunds-credit"), words::word(&shell, "credit-reason", &credit.reason)),
        Fact::new(shell.t("office-refunds-credit-left"), shell.money(&credit.left())),
    ];
    let (title, lede) = (shell.t("office-refunds-request"), shell.t("office-refunds-request-lede"));
    let submit = title.clone();
    FormPage::new(shell, title, &format!("/credits/{}/refund", credit.id), "/credits", vec![Section::of(fields)])
        .lede(lede)
        .facts(facts)
        .submit(submit)
}

async fn credit_of(tx: &mut ReadTx, id: CreditId) -> AppResult<(Credit, String)> {
    let credit = credits::get(tx, id).await?;
    let customer = crm::customers::service::get(tx, credit.customer.into()).await?;
    Ok((credit, customer.display_name))
}

pub(super) async fn show_request(Office(shell): Office, staff: Staff, Path(id): Path<CreditId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let (credit, customer) = credit_of(&mut tx, id).await?;
    request_page(shell, &credit, &customer).with("amount", credit.left().figure()).show()
}

pub(super) async fn request(Office(shell): Office, staff: Staff, Path(id): Path<CreditId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let path = format!("/credits/{id}/refund");
    let mut tx = staff.begin_write().await?;
    if let Some(before) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(before);
    }
    let (credit, customer) = credit_of(&mut tx, id).await?;
    let asked = match Money::parse(sent.text("amount"), credit.amount.currency) {
        Some(amount) => refunds::request(&mut tx, NewRefund { credit: id, amount, reason: sent.owned("reason") }).await,
        None => Err(AppError::field("amount", "field-invalid")),
    };
    match asked {
        Ok(refund) => commit_once(tx, &sent, &path, &format!("/refunds/{}", refund.id), "office-refunds-requested").await,
        Err(error) => request_page(shell, &credit, &customer).again(&sent, error),
    }
}

/// A step of a refund: its form, for the refund as it was read.
fn step_page(shell: Shell, refund: &Refund, step: &str, fields: Vec<Field>) -> FormPage {
    let mut shell = shell.under("office-refunds-title", "/refunds");
    let href = format!("/refunds/{}", refund.id);
    shell.crumbs.push(Crumb { label: refund.number.clone(), href: href.clone() });
    let (title, lede) = (shell.t(&format!("office-refunds-{step}")), shell.t(&format!("office-refunds-{step}-lede")));
    let facts = vec![Fact::new(shell.t("field-amount"), shell.money(&refund.amount)), Fact::new(shell.t("field-reason"), refund.reason.clone())];
    let submit = title.clone();
    FormPage::new(shell, title, &format!("{href}/{step}"), &href, vec![Section::of(fields)])
        .lede(lede)
        .facts(facts)
        .submit(submit)
        .version(refund.version)
}

async fn find(staff: &Staff, id: RefundId) -> AppResult<Refund> {
    let mut tx = staff.begin_read().await?;
    refunds::get(&mut tx, id).await
}

pub(super) async fn show_approve(Office(shell): Office, staff: Staff, Path(id): Path<RefundId>) -> AppResult<Response> {
    step_page(shell, &find(&staff, id).await?, "approve", Vec::new()).show()
}

pub(super) async fn approve(Office(shell): Office, staff: Staff, Path(id): Path<RefundId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let refund = refunds::get(&mut tx, id).await?;
    match refunds::approve(&mut tx, id, sent.version()?).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/refunds/{id}"), Tone::Good, "office-refunds-approved"))
        }
        Err(error) => step_page(shell, &refund, "approve", Vec::new()).again(&sent, error),
    }
}

fn pay_fields(shell: &Shell) -> Vec<Field> {
    let methods = words::choices(shell, "refund-method", RefundMethod::BY_HAND.iter().map(|method| method.as_str()));
    vec![
        Field::choices("method", shell.t("office-refunds-method"), methods),
        Field::text("reference", shell.t("office-refunds-reference")).max(100).help(shell.t("office-refunds-reference-help")),
        Field::date("on", shell.t("office-refunds-paid-on")),
    ]
}

pub(super) async fn show_pay(Office(shell): Office, staff: Staff, Path(id): Path<RefundId>) -> AppResult<Response> {
    let fields = pay_fields(&shell);
    step_page(shell, &find(&staff, id).await?, "pay", fields).with("on", staff.scope.today().to_string()).show()
}

fn paid(sent: &Sent) -> AppResult<Paid> {
    let mut fields = Fields::new();
    let method = fields.check("method", RefundMethod::from_name(sent.text("method")), "field-required");
    let on = fields.check("on", sent.text("on").parse().ok(), "field-invalid");
    fields.finish()?;
    match (method, on) {
        (Some(method), Some(on)) => Ok(Paid { method, reference: sent.owned("reference"), on }),
        _ => Err(AppError::malformed("refund")),
    }
}

pub(super) async fn pay(Office(shell): Office, staff: Staff, Path(id): Path<RefundId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let refund = refunds::get(&mut tx, id).await?;
    let done = match paid(&sent) {
        Ok(paid) => refunds::pay(&mut tx, id, sent.version()?, &paid).await.map(drop),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/refunds/{id}"), Tone::Good, "office-refunds-paid"))
        }
        Err(error) => {
            let fields = pay_fields(&shell);
            step_page(shell, &refund, "pay", fields).again(&sent, error)
        }
    }
}

fn return_fields(shell: &Shell) -> Vec<Field> {
    vec![Field::area("reason", shell.t("field-reason")).max(300)]
}

pub(super) async fn show_return(Office(shell): Office, staff: Staff, Path(id): Path<RefundId>) -> AppResult<Response> {
    let fields = return_fields(&shell);
    step_page(shell, &find(&staff, id).await?, "return", fields).show()
}

pub(super) async fn take_back(Office(shell): Office, staff: Staff, Path(id): Path<RefundId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let refund = refunds::get(&mut tx, id).await?;
    match refunds::take_back(&mut tx, id, sent.version()?, sent.text("reason")).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/refunds/{id}"), Tone::Good, "office-refunds-taken-back"))
        }
        Err(error) => {
            let fields = return_fields(&shell);
            step_page(shell, &refund, "return", fields).again(&sent, error)
        }
    }
}
