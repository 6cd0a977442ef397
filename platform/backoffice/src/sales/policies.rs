//! Policies: cover, documents, and the insurer's certificate.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use documents::{DocumentId, DocumentState, register};
use insurance::{
    approvals::APPROVE,
    catalogue::Told,
    policies::{Approval, CANCEL, CERTIFY, Certificate, Moment, PolicyFilter, PolicyId, PolicyRecord, PolicyRow, PolicyState, service},
    policy_notes,
};
use kernel::{
    App, AppError, AppResult,
    http::{Form, Path, Query, Staff},
    money::Money,
    paging::Page,
};
use pages::{
    Badge, BulkAction, Choice, Column, Crumb, Event, Fact, Filter, Flash, ListBar, ListQuery, Shell, Tab, Tone, html, redirect, redirect_with,
};

use super::{
    cancel::{self, End},
    notes::Notes,
};
use crate::{
    customers::viewed,
    elsewhere::Elsewhere,
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section, Sent},
    history::{History, TabQuery},
    words,
};

/// Not a state of its own: policies without the insurer's certificate.
const UNCERTIFIED: &str = "uncertified";
/// Not a state of its own: policies that wait for approval.
const WAITING: &str = "waiting";
/// Not a state of its own: policies that are over.
const ENDED: &str = "ended";

pub(crate) fn filter_of(query: &ListQuery) -> PolicyFilter {
    PolicyFilter {
        state: query.state().and_then(PolicyState::from_name),
        uncertified: query.state() == Some(UNCERTIFIED),
        ended: query.state() == Some(ENDED),
        waiting: query.state() == Some(WAITING),
        ..PolicyFilter::default()
    }
}

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.of_people("policy");
    let mut tx = desk.begin_read().await?;
    let found = service::list(&mut tx, &filter_of(&desk.query), &desk.query.page()).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<PolicyRow>) -> ListPage {
    let shell = shell.titled("office-policies-title");
    let mut choices = words::choices(&shell, "policy-state", PolicyState::ALL.iter().map(|state| state.as_str()));
    choices.push(Choice::new(ENDED, shell.t("office-policies-ended")));
    choices.push(Choice::new(WAITING, shell.t("policy-approval-waiting")));
    choices.push(Choice::new(UNCERTIFIED, shell.t("office-policies-uncertified")));
    let filter = Filter::choice("state", shell.t("field-status"), choices);
    let columns = vec![
        Column::of(&shell, "field-number").by("number"),
        Column::of(&shell, "office-customer"),
        Column::of(&shell, "office-product"),
        Column::of(&shell, "office-insurer").aside(),
        Column::of(&shell, "office-plate"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-policies-until").by("until"),
        Column::figure(&shell, "office-policies-premium").aside(),
    ];
    let row = |row: &PolicyRow| Row {
        href: format!("/policies/{}", row.id),
        cells: vec![
            Cell::Main(row.number.clone()),
            Cell::Link { label: row.customer_name.clone(), href: format!("/customers/{}", row.customer_id) },
            Cell::Text(row.product_name.get(&shell.lang).to_owned()),
            Cell::Quiet(row.insurer_name.clone()),
            Cell::Text(row.plate.clone().unwrap_or_default()),
            Cell::State(state(&shell, row.state, row.approval)),
            Cell::Day(row.ends_on),
            Cell::Amount(words::money(row.payable_minor, &row.currency)),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let approve = BulkAction::new(shell.t("office-approve-do"), "/policies/approve", "check");
    let acts = if shell.can(APPROVE) { vec![approve] } else { Vec::new() };
    let list = ListBar::new("/policies", shell.t("office-policies-search"), query, found, [filter, Filter::created(&shell)], columns)
        .choosing(found.results.iter().map(|row| row.id), acts);
    let empty = Empty::new(&shell, "shield", "office-policies-empty");
    ListPage { tabs: tabs(&shell, query), ..ListPage::new(shell, list, rows, empty) }
}

/// Where a policy stands; one that waits for approval says so.
fn state(shell: &Shell, state: PolicyState, approval: Approval) -> Badge {
    match approval {
        Approval::Waiting | Approval::Declined => words::badge(shell, "policy-approval", approval.as_str()),
        Approval::NotNeeded | Approval::Approved => words::badge(shell, "policy-state", state.as_str()),
    }
}

/// The states that staff work through, each a list of its own.
fn tabs(shell: &Shell, query: &ListQuery) -> Vec<Tab> {
    let states = [
        ("", "all"),
        (WAITING, "policy-approval-waiting"),
        ("pending", "policy-state-pending"),
        ("active", "policy-state-active"),
        (ENDED, "office-policies-ended"),
    ];
    let tab = |(state, label): (&str, &str)| Tab {
        label: shell.t(label),
        href: if state.is_empty() { "/policies".to_owned() } else { format!("/policies?state={state}") },
        active: query.state().unwrap_or_default() == state,
        count: None,
    };
    states.into_iter().map(tab).collect()
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<PolicyId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let mut record = service::record(&mut tx, id).await?;
    let customer = crm::customers::service::get(&mut tx, crm::CustomerId(record.policy.customer)).await?;
    let order = insurance::orders::service::get(&mut tx, record.policy.order).await?;
    let end = End::of(&mut tx, id).await?;
    let notes = Notes::of(&mut tx, id).await?;
    record.documents.extend(end.letters(&mut tx).await?);
    let elsewhere = Elsewhere::of(&mut tx, "policy", id.0).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "policy", id.0).await?;
    let mut page = record_page(shell, &record, &customer.display_name, &order.number, &end);
    notes.add_to(&mut page);
    elsewhere.add_to(&mut page);
    history.show(&app, &mut page, &format!("/policies/{id}"));
    html(&page)
}

fn goes_on(record: &PolicyRecord) -> bool {
    matches!(record.policy.status, PolicyState::Pending | PolicyState::Active)
}

fn waits(record: &PolicyRecord) -> bool {
    record.policy.approval == Approval::Waiting
}

/// Saying yes or no comes before everything else.
fn decide(shell: &Shell, record: &PolicyRecord, href: &str) -> Vec<Action> {
    if !waits(record) || !shell.can(APPROVE) {
        return Vec::new();
    }
    vec![
        Action::link(shell.t("office-approve-do"), format!("{href}/approve")).primary().icon("check").key("e"),
        Action::link(shell.t("office-decline-do"), format!("{href}/decline")).icon("x"),
    ]
}

pub(crate) fn record_page(shell: Shell, record: &PolicyRecord, customer: &str, order: &str, end: &End) -> RecordPage {
    let policy = &record.policy;
    let shell = shell.under("office-policies-title", "/policies");
    let state = state(&shell, policy.status, policy.approval);
    let title = format!("{} {}", policy.product_name.get(&shell.lang), policy.plate.clone().unwrap_or_default());
    let mut page = RecordPage::new(shell, title.trim(), policy.policy_number.clone(), state);
    let shell = &page.shell;
    let href = format!("/policies/{}", policy.id);
    page.next = decide(shell, record, &href);
    let may_end = goes_on(record) && shell.can(CANCEL) && end.agreed.is_none();
    let cancel = Action::link(shell.t("office-policies-cancel"), format!("{href}/cancel")).icon("ban");
    // A customer waits for the answer, so it comes before everything else.
    if may_end && end.wish.is_some() {
        page.next.push(cancel.clone().primary());
        page.next.push(Action::link(shell.t("office-cancel-decline"), format!("{href}/cancel/decline")));
    }
    if goes_on(record) && !waits(record) && shell.can(CERTIFY) {
        let certify = Action::link(shell.t("office-policies-certify"), format!("{href}/certificate")).icon("file-check").key("e");
        page.next.push(if policy.insurer_certificate.is_none() && end.wish.is_none() { certify.primary() } else { certify });
    }
    if goes_on(record) && shell.can(CERTIFY) {
        page.next.push(Action::link(shell.t("office-policies-file"), format!("{href}/file")).icon("upload"));
        if !record.documents.is_empty() {
            page.next.push(Action::link(shell.t("office-policies-reissue"), format!("{href}/reissue")).icon("refresh"));
        }
    }
    if shell.can(policy_notes::WRITE) {
        page.next.push(Action::link(shell.t("office-note-title"), format!("{href}/note")).icon("edit").key("n"));
    }
    if may_end && end.wish.is_none() {
        page.next.push(cancel);
    }
    if let Some(give_back) = end.give_back(shell) {
        page.next.insert(0, give_back);
    }
    page.alerts = end.notices(shell);
    if waits(record) {
        page.alerts.push(Flash { tone: Tone::Warn, text: shell.t("office-approve-waits"), undo: None });
    }
    page.facts = facts(shell, record, customer, order);
    page.lines = words::price(shell, &policy.breakdown, &policy.premium_amount);
    page.related = related(shell, record);
    page.related.splice(0..0, Some(end.related(shell)).filter(|refunds| !refunds.items.is_empty()));
    if let Some(agreed) = &end.agreed {
        page.lines.extend(cancel::lines(shell, &agreed.calculation, agreed.collects));
    }
    page.timeline = record
        .timeline
        .iter()
        .filter(|item| matches!(item.moment, Moment::Paid | Moment::DocumentIssued))
        .map(|item| Event {
            icon: "check-circle",
            tone: Tone::Good,
            text: shell.t(item.moment.text_key()),
            who: String::new(),
            at: item.at,
            detail: item.detail.clone(),
        })
        .collect();
    page
}

fn facts(shell: &Shell, record: &PolicyRecord, customer: &str, order: &str) -> Vec<Fact> {
    let policy = &record.policy;
    let mut facts = vec![
        Fact::new(shell.t("office-customer"), customer).linked(format!("/customers/{}", policy.customer)),
        Fact::new(shell.t("office-insurer"), policy.insurance_company.clone()),
        Fact::new(shell.t("office-category"), policy.category_title.get(&shell.lang)),
        Fact::new(
            shell.t("office-policies-period"),
            format!("{}, {} – {}", shell.date(&policy.start_date), policy.start_time.format("%H:%M"), shell.date(&policy.end_date)),
        ),
    ];
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            facts.push(Fact::new(shell.t(key), value));
        }
    };
    add("office-policies-certificate", policy.insurer_certificate.clone());
    add("office-policies-certified-on", policy.certified_on.map(|day| shell.date(&day)));
    add("office-policies-insurer-number", policy.insurer_policy_number.clone());
    add("office-policies-sum", policy.sum_insured.as_ref().map(|sum| shell.money(sum)));
    add("field-reason", policy.cancel_reason.clone());
    facts.push(Fact::new(shell.t("office-orders-one"), order).linked(format!("/orders/{}", policy.order)));
    facts.extend(words::answers(shell, &record.details));
    facts
}

fn related(shell: &Shell, record: &PolicyRecord) -> Vec<Related> {
    let document = |document: &documents::DocumentView| RelatedItem {
        label: document.title.clone(),
        detail: document.number.clone().unwrap_or_default(),
        href: if shell.can(documents::READ) { format!("/documents/{}", document.id) } else { String::new() },
        state: superseded(shell, document),
    };
    let payment = |payment: &ledger::payments::PaymentStatus| RelatedItem {
        label: format!("{} {}", payment.method_title, payment.reference),
        detail: shell.money(&payment.amount),
        href: format!("/payments/{}", payment.id),
        state: words::badge(shell, "payment-state", payment.state.as_str()),
    };
    let cover = |benefit: &insurance::catalogue::terms::Benefit| RelatedItem {
        label: benefit.title.get(&shell.lang).to_owned(),
        detail: most_paid(record, benefit).map(|most| shell.money(&most)).unwrap_or_default(),
        ..RelatedItem::default()
    };
    let mut groups = vec![
        Related { title: shell.t("office-policies-documents"), items: record.documents.iter().map(document).collect(), all_href: String::new() },
        Related { title: shell.t("office-payments-title"), items: record.payment_history.iter().map(payment).collect(), all_href: String::new() },
        Related { title: shell.t("office-policies-cover"), items: record.coverage.iter().map(cover).collect(), all_href: String::new() },
    ];
    groups.retain(|group| !group.items.is_empty());
    groups
}

/// The most that is paid for it: what the terms say, or the sum that was asked for.
fn most_paid(record: &PolicyRecord, benefit: &insurance::catalogue::terms::Benefit) -> Option<Money> {
    let fixed = benefit.amount.and_then(|amount| amount.in_currency(record.policy.premium_amount.currency).ok());
    fixed.or_else(|| {
        let key = benefit.limit_of.as_ref()?;
        record.details.iter().find_map(|detail| match detail.answer {
            Told::Money(money) if detail.key == *key => Some(money),
            _ => None,
        })
    })
}

/// Whether a newer print counts, or none.
fn superseded(shell: &Shell, document: &documents::DocumentView) -> Badge {
    match document.state {
        DocumentState::Replaced | DocumentState::Cancelled => words::badge(shell, "document-state", document.state.as_str()),
        DocumentState::Preparing
        | DocumentState::Current
        | DocumentState::Removed
        | DocumentState::Erased
        | DocumentState::Held
        | DocumentState::Refused => Badge::default(),
    }
}

fn under(shell: Shell, record: &PolicyRecord) -> Shell {
    let mut shell = shell.under("office-policies-title", "/policies");
    shell.crumbs.push(Crumb { label: record.policy.policy_number.clone(), href: format!("/policies/{}", record.policy.id) });
    shell
}

fn certify_page(shell: Shell, record: &PolicyRecord) -> FormPage {
    let (shell, href) = (under(shell, record), format!("/policies/{}", record.policy.id));
    let fields = vec![
        Field::text("certificate_number", shell.t("office-policies-certificate")).max(60),
        Field::text("insurer_policy_number", shell.t("office-policies-insurer-number")).max(60).optional(),
        Field::date("issued_on", shell.t("office-policies-certified-on")).optional().help(shell.t("office-policies-certified-help")),
    ];
    let (title, lede) = (shell.t("office-policies-certify"), shell.t("office-policies-certify-lede"));
    FormPage::new(shell, title, &format!("{href}/certificate"), &href, vec![Section::of(fields)]).lede(lede).version(record.policy.version)
}

pub(super) async fn show_certify(State(app): State<App>, Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>) -> AppResult<Response> {
    let record = read(&app, &staff, id).await?;
    let (certificate, number) =
        (record.policy.insurer_certificate.clone().unwrap_or_default(), record.policy.insurer_policy_number.clone().unwrap_or_default());
    certify_page(shell, &record).with("certificate_number", certificate).with("insurer_policy_number", number).show()
}

async fn read(app: &App, staff: &Staff, id: PolicyId) -> AppResult<PolicyRecord> {
    let mut tx = staff.begin_read().await?;
    let record = service::record(&mut tx, id).await?;
    drop(tx);
    viewed(app, &staff.scope, "policy", id.0).await?;
    Ok(record)
}

pub(super) async fn certify(Office(shell): Office, staff: Staff, Path(id): Path<PolicyId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let record = service::record(&mut tx, id).await?;
    let issued_on: Result<Option<NaiveDate>, AppError> =
        sent.some("issued_on").map(|text| text.parse().map_err(|_| AppError::field("issued_on", "field-invalid"))).transpose();
    let done = match issued_on {
        Ok(issued_on) => {
            let certificate = Certificate {
                version: sent.version()?,
                certificate_number: sent.owned("certificate_number"),
                insurer_policy_number: sent.owned("insurer_policy_number"),
                issued_on,
            };
            service::certify(&mut tx, id, &certificate).await.map(drop)
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/policies/{id}"), Tone::Good, "office-policies-certified"))
        }
        Err(error) => certify_page(shell, &record).again(&sent, error),
    }
}

/// Opens a document by an address that works for an hour; documents records that it was opened.
pub(super) async fn document(State(app): State<App>, staff: Staff, Path(id): Path<DocumentId>) -> AppResult<Response> {
    let link = register::service::download_link(&app, &staff.scope, id).await?;
    Ok(redirect(&link.url))
}
