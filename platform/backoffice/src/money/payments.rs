//! Payments: every state with the provider's words, and settling by hand what no call can settle.

use axum::{extract::State, response::Response};
use insurance::orders::{self, PAYABLE};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Path, Query, Staff},
    money::Money,
    paging::Page,
};
use ledger::{
    payments::{
        PaymentFilter, PaymentId, PaymentRecord, PaymentState, PaymentView, Step, inquiry,
        service::{self, Decision},
    },
    permissions::{PAY_LINK, PAYMENT_SETTLE},
    receivables,
};
use pages::{BulkAction, Choice, Column, Crumb, Event, Fact, Filter, FilterKind, Flash, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::tabs;
use crate::{
    customers::{Names, viewed},
    elsewhere::Elsewhere,
    entry::Confirmed,
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section, Sent},
    history::{History, TabQuery},
    words,
};

/// The filter's word for last attempts that came to nothing, where something is still owed.
const UNPAID: &str = "unpaid";

pub(super) fn filter_of(query: &ListQuery) -> PaymentFilter {
    PaymentFilter {
        state: query.state().and_then(PaymentState::from_name),
        unpaid: query.value("only") == Some(UNPAID),
        received_from: query.day("received_from"),
        received_to: query.day("received_to"),
        ..PaymentFilter::default()
    }
}

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("payment");
    let mut tx = desk.begin_read().await?;
    let found = service::list(&mut tx, &filter_of(&desk.query), &desk.query.page()).await?;
    let names = Names::of_all(&mut tx, found.results.iter().map(|payment| payment.customer)).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, &names);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<PaymentView>, names: &Names) -> ListPage {
    let shell = shell.titled("office-payments-title");
    let filter = Filter::choice(
        "state",
        shell.t("field-status"),
        words::choices(&shell, "payment-state", PaymentState::ALL.iter().map(|state| state.as_str())),
    );
    // What was not paid has no receipt, but can be asked for.
    let unpaid = query.value("only") == Some(UNPAID);
    let columns = vec![
        Column::of(&shell, "office-payments-reference"),
        Column::of(&shell, "office-customer"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "field-amount").by("amount"),
        Column::of(&shell, "office-payments-method"),
        Column::of(&shell, "office-payments-payer").aside(),
        Column::of(&shell, "office-payments-receipt").aside_when(unpaid),
        Column::of(&shell, "office-payments-said"),
        Column::of(&shell, "field-created").by("created"),
        Column::of(&shell, "office-actions").aside_when(!unpaid),
    ];
    let row = |view: &PaymentView| Row {
        href: format!("/payments/{}", view.id),
        cells: vec![
            Cell::Main(view.reference.clone()),
            Cell::Link { label: names.of(view.customer), href: format!("/customers/{}", view.customer) },
            Cell::State(words::badge(&shell, "payment-state", view.state.as_str())),
            Cell::Amount(Some(view.amount)),
            Cell::Text(view.method_title.clone()),
            Cell::Text(view.payer_phone.clone().unwrap_or_default()),
            Cell::Text(view.receipt.clone().unwrap_or_default()),
            Cell::Quiet(outcome(&shell, view)),
            Cell::At(view.created_at),
            if unpaid && view.payable_kind == PAYABLE && shell.can(PAY_LINK) {
                Cell::Action {
                    label: shell.t("office-links-make"),
                    href: format!("/orders/{}/pay-link", view.payable_id),
                    about: view.reference.clone(),
                }
            } else {
                Cell::Quiet(String::new())
            },
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let only = Filter::choice("only", shell.t("office-payments-only"), vec![Choice::new(UNPAID, shell.t("office-payments-unpaid"))]);
    let received = Filter { name: "received".to_owned(), label: shell.t("office-payments-received-at"), kind: FilterKind::Days, ..Filter::default() };
    let filters = [filter, only, Filter::created(&shell), received, Filter::amount(&shell)];
    let again = BulkAction::new(shell.t("office-payments-again"), "/payments/again", "refresh");
    let acts = if unpaid && shell.can(PAY_LINK) { vec![again] } else { Vec::new() };
    let list = ListBar::new("/payments", shell.t("office-payments-search"), query, found, filters, columns)
        .choosing(found.results.iter().map(|row| row.id), acts);
    let empty = Empty::new(&shell, "wallet", "office-payments-empty");
    ListPage { tabs: tabs(&shell, "payments"), ..ListPage::new(shell, list, rows, empty) }
}

/// The provider's code and words; a code of our own in words.
fn said(shell: &Shell, code: Option<&str>, message: Option<&str>) -> String {
    let code = code.map(|code| words::known(shell, "payment-code", code).unwrap_or_else(|| code.to_owned()));
    [code.as_deref(), message].into_iter().flatten().collect::<Vec<_>>().join(": ")
}

/// Why it failed, in our words and the provider's; of others, what the provider said last, unless the money is there.
fn outcome(shell: &Shell, payment: &PaymentView) -> String {
    if payment.state == PaymentState::Received {
        return String::new();
    }
    let said = said(shell, payment.code.as_deref(), payment.message.as_deref());
    match why(shell, payment) {
        Some(why) if said.is_empty() => why,
        Some(why) => format!("{why} ({said})"),
        None => said,
    }
}

/// Why it failed, in our words.
fn why(shell: &Shell, payment: &PaymentView) -> Option<String> {
    payment.failure.map(|failure| words::word(shell, "payment-failure", failure.as_str()))
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<PaymentId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let record = service::record(&mut tx, id).await?;
    let about = About::of(&mut tx, &record.payment).await?;
    let elsewhere = Elsewhere::of(&mut tx, "payment", id.0).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "payment", id.0).await?;
    let mut page = record_page(shell, &record, &about);
    elsewhere.add_to(&mut page);
    history.show(&app, &mut page, &format!("/payments/{id}"));
    html(&page)
}

/// What a payment names by an id.
struct About {
    customer: String,
    /// The order's number, if it is for one.
    order: Option<String>,
    /// Something is still owed for it.
    owed: bool,
}

impl About {
    async fn of(tx: &mut ReadTx, payment: &PaymentView) -> AppResult<Self> {
        let customer = crm::customers::service::get(tx, payment.customer.into()).await?.display_name;
        let order = match payment.payable_kind.as_str() {
            PAYABLE => Some(orders::service::get(tx, payment.payable_id.into()).await?.number),
            _ => None,
        };
        let owed = receivables::owed(tx, &payment.payable_kind, payment.payable_id).await?.is_some_and(Money::is_positive);
        Ok(Self { customer, order, owed })
    }
}

fn record_page(shell: Shell, record: &PaymentRecord, about: &About) -> RecordPage {
    let payment = &record.payment;
    let shell = shell.under("office-payments-title", "/payments");
    let state = words::badge(&shell, "payment-state", payment.state.as_str());
    let title = format!("{} · {}", shell.money(&payment.amount), payment.method_title);
    let mut page = RecordPage::new(shell, title, payment.reference.clone(), state);
    let shell = &page.shell;
    if payment.state == PaymentState::Unknown {
        page.alerts.push(Flash { tone: Tone::Warn, text: shell.t("office-payments-unknown-note"), undo: None });
    }
    page.next = next(shell, payment, about);
    if payment.reversed_at.is_some() {
        page.alerts.push(Flash { tone: Tone::Bad, text: shell.t("payment-code-reversed"), undo: None });
    }
    page.facts = facts(shell, payment, about);
    let allocation = |allocation: &ledger::payments::AllocationView| RelatedItem {
        label: allocation.description.clone(),
        detail: shell.money(&allocation.amount),
        ..RelatedItem::default()
    };
    if !record.allocations.is_empty() {
        page.related = vec![Related {
            title: shell.t("office-payments-paid-for"),
            items: record.allocations.iter().map(allocation).collect(),
            all_href: String::new(),
        }];
    }
    let before = std::iter::once(None).chain(record.steps.iter().map(|step| Some(step.state)));
    page.timeline = record.steps.iter().zip(before).map(|(step, before)| step_event(shell, step, before)).collect();
    page
}

/// What may be done with it now: learn its outcome, say it, or let the customer try again.
fn next(shell: &Shell, payment: &PaymentView, about: &About) -> Vec<Action> {
    let href = |what: &str| format!("/payments/{}/{what}", payment.id);
    let mut next = Vec::new();
    if payment.may_ask && shell.can(PAYMENT_SETTLE) {
        next.push(Action::post(shell.t("office-payments-ask"), href("ask")).icon("refresh"));
    }
    if payment.state == PaymentState::Unknown && shell.can(PAYMENT_SETTLE) {
        next.push(Action::link(shell.t("office-payments-settle"), href("settle")).icon("scale").key("e"));
    }
    let failed = matches!(payment.state, PaymentState::Failed | PaymentState::Expired);
    if failed && about.owed && about.order.is_some() && shell.can(PAY_LINK) {
        next.push(Action::link(shell.t("office-links-make"), format!("/orders/{}/pay-link", payment.payable_id)).icon("mail"));
    }
    if failed && about.owed && payment.origin == "request" && shell.can(PAY_LINK) {
        next.push(Action::post(shell.t("office-payments-again"), href("again")).icon("refresh"));
    }
    if let Some(last) = next.pop() {
        next.insert(0, last.primary());
    }
    next
}

/// A second click finds the provider being asked, so the button needs no key.
pub(super) async fn ask(staff: Staff, Path(id): Path<PaymentId>, _: Confirmed) -> AppResult<Response> {
    let page = format!("/payments/{id}");
    let mut tx = staff.begin_write().await?;
    match inquiry::ask_now(&mut tx, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&page, Tone::Good, "office-payments-asked"))
        }
        Err(error) if error.is("payment.not_askable") => Ok(redirect_with(&page, Tone::Warn, "error-payment-not-askable")),
        Err(error) => Err(error),
    }
}

/// A step that left the payment as it was `before` says so, instead of sounding as if the provider had said that state.
fn step_event(shell: &Shell, step: &Step, before: Option<PaymentState>) -> Event {
    let tone = words::badge(shell, "payment-state", step.state.as_str()).tone;
    let (cause, state) = (words::word(shell, "payment-cause", step.cause.as_str()), words::word(shell, "payment-state", step.state.as_str()));
    let came_of_it = if before == Some(step.state) { shell.tf("office-payments-step-unchanged", [("state", state)]) } else { state };
    Event {
        icon: "activity",
        tone,
        text: format!("{cause}: {came_of_it}"),
        who: String::new(),
        at: step.at,
        detail: said(shell, step.code.as_deref(), step.message.as_deref()),
    }
}

fn facts(shell: &Shell, payment: &PaymentView, about: &About) -> Vec<Fact> {
    let mut facts = vec![Fact::new(shell.t("office-customer"), about.customer.clone()).linked(format!("/customers/{}", payment.customer))];
    if let Some(number) = &about.order {
        facts.push(Fact::new(shell.t("office-orders-one"), number.clone()).linked(format!("/orders/{}", payment.payable_id)));
    }
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push(Fact::new(shell.t(key), value));
        }
    };
    add("office-payments-payer", payment.payer_phone.clone());
    add("office-payments-received", payment.received.as_ref().map(|amount| shell.money(amount)));
    add("office-payments-receipt", payment.receipt.clone());
    add("office-payments-provider-ref", payment.provider_ref.clone());
    add("office-payments-why", why(shell, payment));
    add("office-payments-said", Some(said(shell, payment.code.as_deref(), payment.message.as_deref())));
    add("office-payments-proof", payment.proof.map(|proof| words::word(shell, "payment-proof", proof.as_str())));
    add("office-payments-fee", payment.fee.as_ref().map(|fee| shell.money(fee)));
    add("office-payments-credited", Some(payment.credited).filter(|credited| credited.is_positive()).map(|credited| shell.money(&credited)));
    add("field-reason", payment.credit_reason.map(|reason| words::word(shell, "credit-reason", reason.as_str())));
    // Of a payment that ended otherwise, the time says nothing.
    let waits = payment.state.is_open() || payment.state == PaymentState::Expired;
    add("office-payments-expires", waits.then(|| shell.moment(&payment.expires_at)));
    add("office-payments-received-at", payment.received_at.as_ref().map(|at| shell.moment(at)));
    add("field-created", Some(shell.moment(&payment.created_at)));
    facts
}

pub(crate) fn settle_page(shell: Shell, payment: &PaymentView) -> FormPage {
    let href = format!("/payments/{}", payment.id);
    let mut shell = shell.under("office-payments-title", "/payments");
    shell.crumbs.push(Crumb { label: payment.reference.clone(), href: href.clone() });
    let choice = |name: &str| Choice {
        value: name.to_owned(),
        label: shell.t(&format!("office-settle-{name}")),
        detail: shell.t(&format!("office-settle-{name}-detail")),
    };
    let sections = vec![
        Section::of(vec![Field::choices("decision", shell.t("office-settle-decision"), vec![choice("received"), choice("not-received")])]),
        Section::of(vec![
            Field::text("receipt", shell.t("office-payments-receipt")).max(60).help(shell.t("office-settle-receipt-help")),
            Field::money("amount", shell.t("office-payments-received"), payment.amount.currency.symbol())
                .optional()
                .help(shell.t("office-settle-amount-help")),
        ])
        .when("decision=received"),
        Section::of(vec![Field::area("reason", shell.t("field-reason")).max(300).help(shell.t("office-settle-reason-help"))]),
    ];
    let facts = vec![
        Fact::new(shell.t("field-amount"), shell.money(&payment.amount)),
        Fact::new(shell.t("office-payments-method"), payment.method_title.clone()),
    ];
    let title = shell.t("office-payments-settle");
    let lede = shell.t("office-settle-lede");
    FormPage::new(shell, title, &format!("{href}/settle"), &href, sections).lede(lede).facts(facts)
}

pub(super) async fn show_settle(Office(shell): Office, staff: Staff, Path(id): Path<PaymentId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let record = service::record(&mut tx, id).await?;
    settle_page(shell, &record.payment).show()
}

fn decision(sent: &Sent, asked: &Money) -> AppResult<Decision> {
    match sent.text("decision") {
        "received" => {
            let typed = sent.some("amount").map(|text| Money::parse(text, asked.currency).ok_or_else(|| AppError::field("amount", "field-invalid")));
            Ok(Decision::Received { receipt: sent.owned("receipt"), amount: typed.transpose()? })
        }
        "not-received" => Ok(Decision::NotReceived),
        _ => Err(AppError::field("decision", "field-required")),
    }
}

pub(super) async fn settle(Office(shell): Office, staff: Staff, Path(id): Path<PaymentId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let record = service::record(&mut tx, id).await?;
    let done = match decision(&sent, &record.payment.amount) {
        Ok(decision) => service::settle(&mut tx, id, decision, sent.text("reason")).await.map(drop),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/payments/{id}"), Tone::Good, "office-payments-settled"))
        }
        Err(error) => settle_page(shell, &record.payment).again(&sent, error),
    }
}
