//! Money taken by hand: the list, the record with what happens next, and the forms for an order or for a customer's account.

use axum::{extract::State, response::Response};
use identity::{UserId, users};
use insurance::{
    fulfilment,
    orders::{self, OrderId, OrderRecord, PAYABLE},
};
use kernel::{
    App, AppError, AppResult, Kind, ReadTx,
    http::{Form, Path, Query, Staff},
    money::Money,
    paging::Page,
};
use ledger::{
    payments::{self, PaymentView},
    permissions::{TAKING_APPROVE, TAKING_TAKE},
    takings::{self, Taking, TakingFilter, TakingId, TakingInput, TakingMethod, TakingRules, TakingState, Target},
};
use pages::{Choice, Column, Fact, Filter, Flash, ListBar, ListQuery, Shell, Tone, html, redirect, redirect_with};
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
    let desk = desk.of_people("taking");
    let mut tx = desk.begin_read().await?;
    let found = takings::list(&mut tx, &filter_of(&desk.query), &desk.query.page()).await?;
    let names = Names::of_all(&mut tx, found.results.iter().map(|taking| taking.customer)).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, &names);
    desk.show(page).await
}

fn filter_of(query: &ListQuery) -> TakingFilter {
    TakingFilter {
        state: query.state().and_then(TakingState::from_name),
        method: query.value("method").and_then(TakingMethod::from_name),
        ..TakingFilter::default()
    }
}

fn page(shell: Shell, query: &ListQuery, found: &Page<Taking>, names: &Names) -> ListPage {
    let shell = shell.titled("office-takings-title");
    let filters = [
        Filter::choice("state", shell.t("field-status"), words::choices(&shell, "taking-state", TakingState::ALL.iter().map(|state| state.as_str()))),
        Filter::choice(
            "method",
            shell.t("office-payments-method"),
            words::choices(&shell, "taking-method", TakingMethod::ALL.iter().map(|m| m.as_str())),
        ),
        Filter::created(&shell),
        Filter::amount(&shell),
    ];
    let columns = vec![
        Column::of(&shell, "field-number"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "field-amount").by("amount"),
        Column::of(&shell, "office-payments-method"),
        Column::of(&shell, "office-takings-reference"),
        Column::of(&shell, "office-customer"),
        Column::of(&shell, "office-takings-about").aside(),
        Column::of(&shell, "field-created").by("created"),
    ];
    let row = |taking: &Taking| Row {
        href: format!("/takings/{}", taking.id),
        cells: vec![
            Cell::Main(taking.number.clone()),
            Cell::State(words::badge(&shell, "taking-state", taking.state.as_str())),
            Cell::Amount(Some(taking.amount)),
            Cell::Text(taking.method_title.clone()),
            Cell::Text(taking.reference.clone().unwrap_or_default()),
            Cell::Link { label: names.of(taking.customer), href: format!("/customers/{}", taking.customer) },
            Cell::Quiet(taking.about.clone()),
            Cell::At(taking.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/takings", shell.t("office-takings-search"), query, found, filters, columns)
        .choosing(found.results.iter().map(|taking| taking.id), Vec::new());
    let empty = Empty::new(&shell, "coins", "office-takings-empty");
    ListPage { tabs: tabs(&shell, "takings"), lede: shell.t("office-takings-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// What a taking names by an id.
struct About {
    customer: String,
    taken_by: String,
    decided_by: Option<String>,
    payment: Option<PaymentView>,
    /// While it waits: above which amount somebody else has to agree, and what is still owed for what it is for.
    limit: Option<Money>,
    owed: Option<Money>,
}

impl About {
    async fn of(tx: &mut ReadTx, taking: &Taking) -> AppResult<Self> {
        let payment = match taking.payment {
            Some(payment) => Some(payments::service::record(tx, payment).await?.payment),
            None => None,
        };
        let decided_by = match taking.decided_by {
            Some(user) => Some(name_of(tx, user).await),
            None => None,
        };
        let customer = crm::customers::service::get(tx, taking.customer.into()).await?.display_name;
        let (limit, owed) = if taking.state == TakingState::ToApprove { weighed(tx, taking).await? } else { (None, None) };
        Ok(Self { limit, owed, customer, taken_by: name_of(tx, taking.taken_by).await, decided_by, payment })
    }
}

/// The limit of the firm, and what is owed.
async fn weighed(tx: &mut ReadTx, taking: &Taking) -> AppResult<(Option<Money>, Option<Money>)> {
    let rules = tx.setting::<TakingRules>().await?.value;
    let limit = rules.approve_above_minor.map(|minor| Money::new(minor, taking.amount.currency));
    let owed = match &taking.payable {
        Some((kind, id)) if kind == PAYABLE => Some(orders::service::record(tx, OrderId(*id)).await?.status.owed),
        _ => None,
    };
    Ok((limit, owed))
}

/// Nothing for somebody who is no longer known.
async fn name_of(tx: &mut ReadTx, user: Uuid) -> String {
    users::get(tx, UserId(user)).await.map(|user| user.name.full()).unwrap_or_default()
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<TakingId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let taking = takings::get(&mut tx, id).await?;
    let about = About::of(&mut tx, &taking).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "taking", id.0).await?;
    let mut page = record_page(shell, &taking, &about, staff.scope.user());
    history.show(&app, &mut page, &format!("/takings/{id}"));
    html(&page)
}

fn record_page(shell: Shell, taking: &Taking, about: &About, reader: Option<Uuid>) -> RecordPage {
    let shell = shell.under("office-takings-title", "/takings");
    let state = words::badge(&shell, "taking-state", taking.state.as_str());
    let title = format!("{} · {}", shell.money(&taking.amount), taking.method_title);
    let mut page = RecordPage::new(shell, title, taking.number.clone(), state);
    page.next = next(&page.shell, taking, reader);
    page.alerts = alerts(&page.shell, taking, about, reader);
    page.facts = facts(&page.shell, taking, about);
    page
}

/// What may be done with it now, by whom.
fn next(shell: &Shell, taking: &Taking, reader: Option<Uuid>) -> Vec<Action> {
    let href = |what: &str| format!("/takings/{}/{what}", taking.id);
    let mut next = Vec::new();
    match taking.state {
        TakingState::ToApprove if shell.can(TAKING_APPROVE) && reader != Some(taking.taken_by) => {
            next.push(Action::post(shell.t("office-takings-approve"), href("approve")).primary().icon("check").key("e"));
            next.push(Action::link(shell.t("office-takings-refuse"), href("refuse")).icon("x"));
        }
        TakingState::Held | TakingState::Received if taking.method == TakingMethod::Cheque && shell.can(TAKING_TAKE) => {
            next.push(Action::post(shell.t("office-takings-deposit"), href("deposit")).icon("bank"));
        }
        TakingState::Deposited if shell.can(TAKING_TAKE) => next.push(Action::post(shell.t("office-takings-clear"), href("clear")).icon("check")),
        _ => {}
    }
    let may_bounce = taking.method == TakingMethod::Cheque && taking.state.can_become(TakingState::Bounced);
    if may_bounce && shell.can(TAKING_TAKE) {
        next.push(Action::link(shell.t("office-takings-bounce"), href("bounce")).icon("x"));
    }
    if taking.payment.is_some() && taking.state != TakingState::Bounced && shell.can(documents::READ) {
        let receipt = Action::link(shell.t("office-takings-receipt"), href("receipt")).icon("receipt").key("r");
        next.insert(0, if next.is_empty() { receipt.primary() } else { receipt });
        next.push(Action::post(shell.t("office-takings-mail"), href("mail")).icon("mail"));
    }
    next
}

fn alerts(shell: &Shell, taking: &Taking, about: &About, reader: Option<Uuid>) -> Vec<Flash> {
    let mut alerts = Vec::new();
    let mut tell = |tone: Tone, text: String| alerts.push(Flash { tone, text, undo: None });
    match taking.state {
        TakingState::ToApprove if reader == Some(taking.taken_by) => tell(Tone::Warn, shell.t("office-takings-own")),
        TakingState::ToApprove => tell(Tone::Warn, shell.t("office-takings-waits")),
        TakingState::Held => tell(Tone::Info, shell.t("office-takings-held")),
        TakingState::Bounced => tell(Tone::Bad, shell.t("office-takings-bounced-note")),
        _ => {}
    }
    // Of money that bought nothing, why, and that it is not lost.
    if let Some(payment) = about.payment.as_ref().filter(|payment| payment.credited.is_positive() && payment.reversed_at.is_none()) {
        let reason = payment.credit_reason.map(|reason| words::word(shell, "credit-reason", reason.as_str())).unwrap_or_default();
        let words = [("amount", shell.money(&payment.credited)), ("reason", reason)];
        tell(Tone::Warn, shell.tf("office-takings-credited", words));
    }
    alerts
}

fn facts(shell: &Shell, taking: &Taking, about: &About) -> Vec<Fact> {
    let mut facts = vec![Fact::new(shell.t("office-customer"), about.customer.clone()).linked(format!("/customers/{}", taking.customer))];
    facts.push(match &taking.payable {
        Some((kind, id)) if kind == PAYABLE => Fact::new(shell.t("office-takings-about"), taking.about.clone()).linked(format!("/orders/{id}")),
        _ => Fact::new(shell.t("office-takings-about"), taking.about.clone()),
    });
    if let Some(payment) = &about.payment {
        facts.push(Fact::new(shell.t("office-takings-payment"), payment.reference.clone()).linked(format!("/payments/{}", payment.id)));
    }
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push(Fact::new(shell.t(key), value));
        }
    };
    add("office-takings-owed", about.owed.map(|owed| shell.money(&owed)));
    add("office-takings-limit", about.limit.map(|limit| shell.money(&limit)));
    add("office-takings-reference", taking.reference.clone());
    add("office-takings-bank", Some(taking.bank.clone()));
    add("office-takings-cheque-date", taking.cheque_date.map(|day| shell.date(&day)));
    add("office-takings-payer", taking.payer_name.clone());
    add("field-note", taking.note.clone());
    add("field-reason", taking.reason.clone());
    add("office-takings-taken-by", Some(about.taken_by.clone()));
    add("office-takings-decided-by", about.decided_by.clone());
    add("office-takings-day", Some(shell.date(&taking.received_on)));
    facts
}

/// What a form of money is for: an order, or the customer's account.
struct Purpose {
    customer: String,
    about: String,
    owed: Option<Money>,
    /// What is to be paid now.
    due: Option<Money>,
    href: String,
    back: String,
    target: Target,
}

impl Purpose {
    fn of_order(record: &OrderRecord) -> Self {
        let order = &record.status.order;
        let back = format!("/orders/{}", order.id);
        Self {
            customer: record.customer_name.clone(),
            about: order.number.clone(),
            owed: Some(record.status.owed),
            due: Some(record.status.due),
            href: format!("{back}/take-money"),
            back,
            target: Target::Payable { kind: PAYABLE.to_owned(), id: order.id.0 },
        }
    }

    async fn of_customer(tx: &mut ReadTx, id: Uuid) -> AppResult<Self> {
        let customer = crm::customers::service::get(tx, id.into()).await?;
        let back = format!("/customers/{id}");
        Ok(Self {
            customer: customer.display_name,
            about: customer.number,
            owed: None,
            due: None,
            href: format!("{back}/take-money"),
            back,
            target: Target::Account { customer: id },
        })
    }
}

fn form(shell: Shell, purpose: &Purpose, symbol: &str) -> FormPage {
    let mut shell = match purpose.target {
        Target::Payable { .. } => shell.under("office-orders-title", "/orders"),
        Target::Account { .. } => shell.under("office-customers-title", "/customers"),
    };
    shell.crumbs.push(pages::Crumb { label: purpose.about.clone(), href: purpose.back.clone() });
    let methods = TakingMethod::ALL.iter().map(|method| Choice::new(method.as_str(), method_title(&shell, *method))).collect();
    let text = |name: &str, key: &str| Field::text(name, shell.t(key));
    let sections = vec![
        Section::of(vec![
            Field::money("amount", shell.t("field-amount"), symbol).help(shell.t(if purpose.owed.is_some() {
                "office-takings-amount-help"
            } else {
                "office-takings-account-help"
            })),
            Field::choices("method", shell.t("office-payments-method"), methods),
        ]),
        Section::of(vec![text("reference", "office-takings-reference").max(60).help(shell.t("office-takings-reference-help"))])
            .when("method=cheque,bank_transfer,mobile_money"),
        Section::of(vec![
            text("bank", "office-takings-bank").max(100),
            Field::date("cheque_date", shell.t("office-takings-cheque-date")).help(shell.t("office-takings-cheque-date-help")),
        ])
        .when("method=cheque"),
        Section::of(vec![text("payer_name", "office-takings-payer").optional(), text("note", "field-note").max(300).optional()]),
    ];
    let mut facts = vec![Fact::new(shell.t("office-customer"), purpose.customer.clone())];
    if let Some(owed) = &purpose.owed {
        facts.push(Fact::new(shell.t("office-orders-owed"), shell.money(owed)));
    }
    let (title, submit) = (shell.t("office-takings-take"), shell.t("office-takings-submit"));
    FormPage::new(shell, title, &purpose.href, &purpose.back, sections).facts(facts).submit(submit)
}

/// As receipts and lists call it.
fn method_title(shell: &Shell, method: TakingMethod) -> String {
    words::word(shell, "taking-method", method.as_str())
}

fn fresh(shell: Shell, staff: &Staff, purpose: &Purpose) -> AppResult<Response> {
    let mut page = form(shell, purpose, staff.tenant().currency.symbol()).with("method", TakingMethod::Cash.as_str());
    if let Some(due) = purpose.due.filter(|due| due.is_positive()) {
        page = page.with("amount", due.short());
    }
    page.show()
}

pub(super) async fn show_for_order(Office(shell): Office, staff: Staff, Path(id): Path<OrderId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let purpose = Purpose::of_order(&orders::service::record(&mut tx, id).await?);
    drop(tx);
    fresh(shell, &staff, &purpose)
}

pub(super) async fn show_for_customer(Office(shell): Office, staff: Staff, Path(id): Path<Uuid>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let purpose = Purpose::of_customer(&mut tx, id).await?;
    drop(tx);
    fresh(shell, &staff, &purpose)
}

pub(super) async fn take_for_order(Office(shell): Office, staff: Staff, Path(id): Path<OrderId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let purpose = Purpose::of_order(&orders::service::record(&mut tx, id).await?);
    drop(tx);
    take(shell, &staff, purpose, &sent).await
}

pub(super) async fn take_for_customer(Office(shell): Office, staff: Staff, Path(id): Path<Uuid>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let purpose = Purpose::of_customer(&mut tx, id).await?;
    drop(tx);
    take(shell, &staff, purpose, &sent).await
}

async fn take(shell: Shell, staff: &Staff, purpose: Purpose, sent: &Sent) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, sent, &purpose.href).await? {
        return Ok(answer);
    }
    let method_title = TakingMethod::from_name(sent.text("method")).map(|method| method_title(&shell, method)).unwrap_or_default();
    let input = TakingInput {
        method: sent.owned("method"),
        method_title,
        about: purpose.about.clone(),
        amount: sent.owned("amount"),
        reference: sent.owned("reference"),
        bank: sent.owned("bank"),
        cheque_date: sent.owned("cheque_date"),
        payer_name: sent.owned("payer_name"),
        note: sent.owned("note"),
    };
    match takings::take(&mut tx, purpose.target.clone(), &input).await {
        Ok(taking) => {
            let flash = match taking.state {
                TakingState::ToApprove => "office-takings-wants-approval",
                TakingState::Held => "office-takings-kept",
                _ => "office-takings-taken",
            };
            commit_once(tx, sent, &purpose.href, &format!("/takings/{}", taking.id), flash).await
        }
        Err(error) => form(shell, &purpose, staff.tenant().currency.symbol()).again(sent, error),
    }
}

/// Says what was done, or, where somebody was quicker, that.
fn told(id: TakingId, done: AppResult<()>, flash: &str) -> AppResult<Response> {
    let page = format!("/takings/{id}");
    match done {
        Ok(()) => Ok(redirect_with(&page, Tone::Good, flash)),
        Err(error) if error.kind == Kind::Conflict || error.is("taking.own") => {
            Ok(redirect_with(&page, Tone::Warn, &format!("error-{}", error.code.replace(['.', '_'], "-"))))
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn approve(staff: Staff, Path(id): Path<TakingId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let done = async {
        let mut tx = staff.begin_write().await?;
        takings::approve(&mut tx, id).await?;
        tx.commit().await
    }
    .await;
    told(id, done, "office-takings-approved")
}

pub(super) async fn deposit(staff: Staff, Path(id): Path<TakingId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let done = async {
        let mut tx = staff.begin_write().await?;
        takings::deposit(&mut tx, id).await?;
        tx.commit().await
    }
    .await;
    told(id, done, "office-takings-deposited")
}

pub(super) async fn clear(staff: Staff, Path(id): Path<TakingId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let done = async {
        let mut tx = staff.begin_write().await?;
        takings::clear(&mut tx, id).await?;
        tx.commit().await
    }
    .await;
    told(id, done, "office-takings-cleared")
}

/// A form with a reason, for what cannot be taken back.
fn reason_page(shell: Shell, taking: &Taking, what: &str) -> FormPage {
    let href = format!("/takings/{}", taking.id);
    let mut shell = shell.under("office-takings-title", "/takings");
    shell.crumbs.push(pages::Crumb { label: taking.number.clone(), href: href.clone() });
    let reason = Field::area("reason", shell.t("field-reason")).max(300);
    let facts = vec![
        Fact::new(shell.t("field-amount"), shell.money(&taking.amount)),
        Fact::new(shell.t("office-payments-method"), taking.method_title.clone()),
    ];
    let title = shell.t(&format!("office-takings-{what}"));
    let (lede, keep, submit) = (shell.t(&format!("office-takings-{what}-lede")), shell.t("button-cancel"), title.clone());
    FormPage::new(shell, title, &format!("{href}/{what}"), &href, vec![Section::of(vec![reason])]).lede(lede).facts(facts).submit(submit).grave(keep)
}

pub(super) async fn show_refuse(Office(shell): Office, staff: Staff, Path(id): Path<TakingId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    reason_page(shell, &takings::get(&mut tx, id).await?, "refuse").show()
}

pub(super) async fn show_bounce(Office(shell): Office, staff: Staff, Path(id): Path<TakingId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    reason_page(shell, &takings::get(&mut tx, id).await?, "bounce").show()
}

pub(super) async fn refuse(Office(shell): Office, staff: Staff, Path(id): Path<TakingId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let taking = takings::get(&mut tx, id).await?;
    match takings::refuse(&mut tx, id, sent.text("reason")).await {
        Ok(_) => told(id, tx.commit().await, "office-takings-refused"),
        Err(error) => reason_page(shell, &taking, "refuse").again(&sent, error),
    }
}

pub(super) async fn bounce(Office(shell): Office, staff: Staff, Path(id): Path<TakingId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let taking = takings::get(&mut tx, id).await?;
    match takings::bounce(&mut tx, id, sent.text("reason")).await {
        Ok(_) => told(id, tx.commit().await, "office-takings-bounced"),
        Err(error) => reason_page(shell, &taking, "bounce").again(&sent, error),
    }
}

async fn payment_of(staff: &Staff, id: TakingId) -> AppResult<payments::PaymentId> {
    let mut tx = staff.begin_read().await?;
    takings::get(&mut tx, id).await?.payment.ok_or_else(AppError::not_found)
}

/// The receipt, made now if it is not there yet.
pub(super) async fn receipt(State(app): State<App>, staff: Staff, Path(id): Path<TakingId>) -> AppResult<Response> {
    let payment = payment_of(&staff, id).await?;
    let document = fulfilment::receipt(&app, &staff.scope, payment).await?;
    Ok(redirect(&format!("/documents/{}", document.id)))
}

pub(super) async fn mail(staff: Staff, Path(id): Path<TakingId>, Form(_): Form<Sent>) -> AppResult<Response> {
    let payment = payment_of(&staff, id).await?;
    let mut tx = staff.begin_write().await?;
    let taking = takings::get(&mut tx, id).await?;
    if crm::customers::service::get(&mut tx, taking.customer.into()).await?.email.is_none() {
        return Ok(redirect_with(&format!("/takings/{id}"), Tone::Warn, "office-takings-no-address"));
    }
    tx.enqueue(&fulfilment::ReceiptMail { payment, wish: Uuid::now_v7() }).await?;
    told(id, tx.commit().await, "office-takings-mailed")
}
