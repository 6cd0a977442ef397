//! Orders: what was bought, how it stands with the money, and confirming the insurer's receipt where the insurer collects.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use documents::DocumentState;
use insurance::{
    collection::CollectionMode,
    orders::{CONFIRM_RECEIPT, Confirmation, OrderFilter, OrderId, OrderRecord, OrderRow, OrderState, PAYABLE, SETTLE_TASK, service},
    plans::Plan,
};
use kernel::{
    App, AppResult, ReadTx,
    http::{Path, Query, Staff},
    paging::Page,
};
use ledger::{
    pay_links::{self, PayLink},
    payments::service as payments,
    permissions::{PAY_LINK, PAYMENT_READ, TAKING_TAKE},
    receivables::{self, Receivable},
    takings::{self, Taking},
};
use pages::{Choice, Column, Crumb, Fact, Filter, Flash, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use ports::payment::DirectNumber;

use crate::{
    customers::viewed,
    entry::Confirmed,
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section},
    history::{History, TabQuery},
    words, work,
};

/// Not a state of its own: open orders whose insurer collects.
const AWAITING: &str = "awaiting_receipt";

pub(crate) fn filter_of(query: &ListQuery) -> OrderFilter {
    OrderFilter { state: query.state().and_then(OrderState::from_name), awaiting_receipt: query.state() == Some(AWAITING), ..OrderFilter::default() }
}

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("order");
    let mut tx = desk.begin_read().await?;
    let found = service::list(&mut tx, &filter_of(&desk.query), &desk.query.page()).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<OrderRow>) -> ListPage {
    let shell = shell.titled("office-orders-title");
    let mut choices = words::choices(&shell, "order-state", OrderState::ALL.iter().map(|state| state.as_str()));
    choices.push(Choice::new(AWAITING, shell.t("office-orders-awaiting")));
    let filter = Filter::choice("state", shell.t("field-status"), choices);
    let columns = vec![
        Column::of(&shell, "field-number").by("number"),
        Column::of(&shell, "office-customer"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-orders-collection").aside(),
        Column::figure(&shell, "office-orders-lines"),
        Column::figure(&shell, "office-orders-payable").by("amount"),
        Column::of(&shell, "office-orders-until").by("until"),
        Column::of(&shell, "field-created").by("created"),
    ];
    let row = |row: &OrderRow| Row {
        href: format!("/orders/{}", row.id),
        cells: vec![
            Cell::Main(row.number.clone()),
            Cell::Link { label: row.customer_name.clone(), href: format!("/customers/{}", row.customer_id) },
            Cell::State(words::badge(&shell, "order-state", row.state.as_str())),
            Cell::Quiet(words::word(&shell, "collection", &row.collection_mode)),
            Cell::count(row.lines),
            Cell::Amount(words::money(row.payable_minor, &row.currency)),
            Cell::Day(row.valid_until),
            Cell::At(row.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list =
        ListBar::new("/orders", shell.t("office-orders-search"), query, found, [filter, Filter::created(&shell), Filter::amount(&shell)], columns)
            .choosing(found.results.iter().map(|row| row.id), Vec::new());
    let empty = Empty::new(&shell, "inbox", "office-orders-empty");
    ListPage::new(shell, list, rows, empty)
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<OrderId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let record = service::record(&mut tx, id).await?;
    let note = insurance::billing::debit_note(&mut tx, id).await?;
    let by_hand = ByHand::of(&mut tx, id).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "order", id.0).await?;
    let owed = record.status.owed;
    let numbers = if owed.is_positive() { payments::direct_numbers(&app, &staff.scope, owed.currency).await? } else { Vec::new() };
    let mut page = record_page(shell, &record);
    tell_numbers(&mut page, &record.status.order.number, &numbers);
    offer_debit_note(&mut page, id, note);
    let groups = by_hand.groups(&page.shell, staff.scope.now());
    page.related.extend(groups);
    history.show(&app, &mut page, &format!("/orders/{id}"));
    html(&page)
}

/// Where the customer may send the money without a request, to be read out.
fn tell_numbers(page: &mut RecordPage, order: &str, numbers: &[DirectNumber]) {
    let shell = &page.shell;
    let item = |number: &DirectNumber| RelatedItem {
        label: format!("{}: {} {}", number.title, shell.t(&format!("direct-{}", number.kind)), number.number),
        detail: if number.takes_reference() { format!("{} {order}", shell.t("direct-reference")) } else { shell.t("office-orders-nameless") },
        ..RelatedItem::default()
    };
    let items: Vec<RelatedItem> = numbers.iter().map(item).collect();
    if !items.is_empty() {
        page.related.push(Related { title: shell.t("office-orders-direct"), items, all_href: String::new() });
    }
}

/// The debit note: to be made, or to be opened and mailed.
fn offer_debit_note(page: &mut RecordPage, id: OrderId, note: Option<documents::Document>) {
    let (shell, href) = (&page.shell, format!("/orders/{id}/debit-note"));
    let Some(note) = note else {
        page.next.push(Action::post(shell.t("office-debit-note-make"), href).icon("receipt"));
        return;
    };
    page.next.push(Action::link(shell.t("office-debit-note-mail"), format!("{href}/mail")).icon("mail"));
    let item = RelatedItem {
        label: note.title.clone(),
        detail: note.number.clone().unwrap_or_default(),
        href: if shell.can(documents::READ) && note.state == DocumentState::Current { format!("/documents/{}", note.id) } else { String::new() },
        state: words::badge(shell, "document-state", note.state.as_str()),
    };
    page.related.push(Related { title: shell.t("office-policies-documents"), items: vec![item], all_href: String::new() });
}

/// What staff did about the money: what they took, and links that they sent.
struct ByHand {
    takings: Vec<Taking>,
    links: Vec<PayLink>,
    owed: Vec<Receivable>,
}

impl ByHand {
    async fn of(tx: &mut ReadTx, id: OrderId) -> AppResult<Self> {
        Ok(Self {
            takings: takings::of_payable(tx, id.0).await?,
            links: pay_links::of_payable(tx, id.0).await?,
            owed: receivables::of_payable(tx, PAYABLE, id.0).await?,
        })
    }

    fn groups(&self, shell: &Shell, now: DateTime<Utc>) -> Vec<Related> {
        let taking = |taking: &Taking| RelatedItem {
            label: format!("{} {}", taking.number, taking.method_title),
            detail: shell.money(&taking.amount),
            href: if shell.can(PAYMENT_READ) { format!("/takings/{}", taking.id) } else { String::new() },
            state: words::badge(shell, "taking-state", taking.state.as_str()),
        };
        let link = |link: &PayLink| RelatedItem {
            label: shell.moment(&link.created_at),
            detail: link.opened_at.map(|at| shell.tf("office-links-seen", [("when", shell.moment(&at))])).unwrap_or_default(),
            href: if shell.can(PAY_LINK) { format!("/pay-links/{}", link.id) } else { String::new() },
            state: words::badge(shell, "pay-link-state", link.state(&self.owed, now).as_str()),
        };
        let group = |key: &str, items: Vec<RelatedItem>| Related { title: shell.t(key), items, all_href: String::new() };
        let mut groups = vec![
            group("office-takings-title", self.takings.iter().map(taking).collect()),
            group("office-links-title", self.links.iter().map(link).collect()),
        ];
        groups.retain(|group| !group.items.is_empty());
        groups
    }
}

/// Staff have to say that the insurer has the money.
fn awaits_receipt(record: &OrderRecord) -> bool {
    let order = &record.status.order;
    order.state == OrderState::Open && order.collection_mode == CollectionMode::InsurerCollects.name()
}

pub(crate) fn record_page(shell: Shell, record: &OrderRecord) -> RecordPage {
    let (order, status) = (&record.status.order, &record.status);
    let shell = shell.under("office-orders-title", "/orders");
    let state = words::badge(&shell, "order-state", order.state.as_str());
    let mut page = RecordPage::new(shell, order.number.clone(), order.number.clone(), state);
    let shell = &page.shell;
    if awaits_receipt(record) && shell.can(CONFIRM_RECEIPT) {
        page.next
            .push(Action::link(shell.t("office-orders-confirm"), format!("/orders/{}/confirm-receipt", order.id)).primary().icon("check").key("e"));
    }
    let may_take = order.collection_mode != CollectionMode::InsurerCollects.name() && shell.can(TAKING_TAKE);
    let take = Action::link(shell.t("office-takings-take"), format!("/orders/{}/take-money", order.id)).icon("coins").key("m");
    if may_take && status.owed.is_positive() {
        page.next.push(take.clone().primary());
    }
    if status.owed.is_positive() && shell.can(PAY_LINK) {
        page.next.push(Action::link(shell.t("office-links-make"), format!("/orders/{}/pay-link", order.id)).icon("link").key("l"));
    }
    if shell.can(SETTLE_TASK) {
        page.next.push(Action::link(shell.t("office-tasks-ask"), format!("/orders/{}/task", order.id)).icon("plus"));
    }
    // More than is owed is taken too: it becomes the customer's credit.
    if may_take && !status.owed.is_positive() {
        page.next.push(take);
    }
    for task in record.tasks.iter().filter(|task| task.state.as_str() == "open") {
        page.alerts.push(Flash { tone: Tone::Warn, text: work::wanted(shell, task.kind, &task.reason), undo: None });
    }
    page.facts = vec![
        Fact::new(shell.t("office-customer"), format!("{} ({})", record.customer_name, record.customer_number))
            .linked(format!("/customers/{}", order.customer)),
        Fact::new(shell.t("office-orders-collection"), words::word(shell, "collection", &order.collection_mode)),
        Fact::new(shell.t("office-orders-payable"), shell.money(&order.payable)),
        Fact::new(shell.t("office-orders-owed"), shell.money(&status.owed)),
        Fact::new(shell.t("office-orders-until"), shell.date(&order.valid_until)),
        Fact::new(shell.t("field-created"), shell.moment(&order.created_at)),
    ];
    for due in status.schedule.iter().filter(|_| status.schedule.len() > 1) {
        let left = if due.outstanding.is_positive() { shell.t("office-orders-part-open") } else { shell.t("office-orders-part-paid") };
        page.facts
            .push(Fact::new(shell.tf("office-orders-part", [("date", shell.date(&due.due_on))]), format!("{} · {left}", shell.money(&due.amount))));
    }
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            page.facts.push(Fact::new(shell.t(key), value));
        }
    };
    add("office-orders-paid-at", order.paid_at.as_ref().map(|at| shell.moment(at)));
    add("office-orders-plan", (order.plan != Plan::Full).then(|| words::word(shell, "plan", order.plan.as_str())));
    add("office-orders-receipt-note", record.receipt_note.clone());
    add("field-reason", order.closed_reason.clone());
    page.related = related(shell, record);
    page
}

fn related(shell: &Shell, record: &OrderRecord) -> Vec<Related> {
    let status = &record.status;
    let line = |line: &insurance::orders::LineView| RelatedItem {
        label: format!("{}: {} {}", line.insurer_name, line.product_name.get(&shell.lang), line.plate.clone().unwrap_or_default()).trim().to_owned(),
        detail: shell.money(&line.payable),
        href: line.policy.map(|policy| format!("/policies/{policy}")).unwrap_or_default(),
        state: words::badge(shell, "order-line", line.state.as_str()),
    };
    let payment = |payment: &ledger::payments::PaymentStatus| RelatedItem {
        label: format!("{} {}", payment.method_title, payment.reference),
        detail: format!("{} · {}", shell.money(&payment.amount), shell.moment(&payment.created_at)),
        href: format!("/payments/{}", payment.id),
        state: words::badge(shell, "payment-state", payment.state.as_str()),
    };
    let insurer = |pay: &insurance::orders::PayAtInsurer| RelatedItem {
        label: format!("{} · {}", pay.insurer_name, pay.reference),
        detail: pay.instructions.clone(),
        href: String::new(),
        state: pages::Badge::new(Tone::Neutral, shell.money(&pay.amount)),
    };
    let tasks = record.tasks.iter().map(|task| work::item(shell, task)).collect();
    let mut groups = vec![
        Related { title: shell.t("office-tasks-title"), items: tasks, all_href: String::new() },
        Related { title: shell.t("office-orders-lines"), items: status.lines.iter().map(line).collect(), all_href: String::new() },
        Related { title: shell.t("office-payments-title"), items: status.payments.iter().map(payment).collect(), all_href: String::new() },
        Related { title: shell.t("office-orders-at-insurer"), items: status.pay_at_insurer.iter().map(insurer).collect(), all_href: String::new() },
    ];
    groups.retain(|group| !group.items.is_empty());
    groups
}

fn confirm_page(shell: Shell, record: &OrderRecord) -> FormPage {
    let order = &record.status.order;
    let href = format!("/orders/{}", order.id);
    let mut shell = shell.under("office-orders-title", "/orders");
    shell.crumbs.push(Crumb { label: order.number.clone(), href: href.clone() });
    let facts = vec![
        Fact::new(shell.t("office-customer"), record.customer_name.clone()),
        Fact::new(shell.t("office-orders-payable"), shell.money(&order.payable)),
        Fact::new(
            shell.t("office-orders-reference"),
            record.status.pay_at_insurer.iter().map(|pay| pay.reference.as_str()).collect::<Vec<_>>().join(", "),
        ),
    ];
    let note = Field::text("note", shell.t("office-orders-note")).help(shell.t("office-orders-note-help")).max(300);
    let (title, lede) = (shell.t("office-orders-confirm"), shell.t("office-orders-confirm-lede"));
    let submit = title.clone();
    FormPage::new(shell, title, &format!("{href}/confirm-receipt"), &href, vec![Section::of(vec![note])]).lede(lede).facts(facts).submit(submit)
}

pub(super) async fn show_confirm(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<OrderId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let record = service::record(&mut tx, id).await?;
    drop(tx);
    viewed(&app, &staff.scope, "order", id.0).await?;
    confirm_page(shell, &record).show()
}

pub(super) async fn confirm(Office(shell): Office, staff: Staff, Path(id): Path<OrderId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let record = service::record(&mut tx, id).await?;
    match service::confirm_receipt(&mut tx, id, &Confirmation { note: sent.owned("note") }).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/orders/{id}"), Tone::Good, "office-orders-confirmed"))
        }
        Err(error) => confirm_page(shell, &record).again(&sent, error),
    }
}
