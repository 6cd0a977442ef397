//! Premium that is held for insurers, and the batches by which it is paid.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use insurance::{
    insurers::{self, InsurerId},
    remittances::{
        self, Agreement, DueLine, Held, PAY, Remittance, RemittanceId, RemittanceLine, RemittanceRecord, RemittanceState,
        service::{self, MAX_LINES},
    },
};
use kernel::{
    App, AppError, AppResult,
    http::{Path, Query, Staff},
    money::Money,
    paging::Page,
};
use ledger::{payouts::Payout, permissions::PAYOUT_REQUEST};
use pages::{Badge, Choice, Column, Fact, Filter, ListBar, ListQuery, Shell, Tone, html, redirect, redirect_with};

use super::tabs;
use crate::{
    customers::viewed,
    entry::Confirmed,
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section, commit_once, seen_before},
    history::{History, TabQuery},
    words,
};

/// How premium stands, insurer by insurer.
pub(super) async fn held(desk: Desk) -> AppResult<Response> {
    let mut tx = desk.begin_read().await?;
    let found = Page::whole(service::held(&mut tx).await?);
    drop(tx);
    let page = held_page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

pub(crate) fn held_page(shell: Shell, query: &ListQuery, found: &Page<Held>) -> ListPage {
    let shell = shell.titled("office-premium-held-title");
    let columns = vec![
        Column::of(&shell, "office-insurer"),
        Column::figure(&shell, "office-premium-held-held"),
        Column::figure(&shell, "office-premium-held-open"),
        Column::figure(&shell, "office-premium-held-due"),
        Column::of(&shell, "office-premium-held-oldest"),
        Column::figure(&shell, "office-premium-held-commission"),
        Column::of(&shell, "office-actions"),
    ];
    let row = |row: &Held| {
        let href = format!("/premium-held/{}", row.insurer);
        Row {
            cells: vec![
                Cell::Main(row.insurer_name.clone()),
                Cell::Link { label: shell.money(&row.held), href: format!("/books/accounts/{}", row.account) },
                Cell::Amount(Some(row.open)),
                Cell::Amount(Some(row.due)),
                Cell::Quiet(row.oldest_due_on.map(|day| shell.date(&day)).unwrap_or_default()),
                Cell::Amount(Some(row.commission_owed)),
                if shell.can(PAY) && row.open.is_positive() {
                    Cell::Action { label: shell.t("office-remittances-new"), href: format!("{href}/remit"), about: row.insurer_name.clone() }
                } else {
                    Cell::Quiet(String::new())
                },
            ],
            href,
        }
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/premium-held", String::new(), query, found, None, columns);
    let empty = Empty::new(&shell, "building", "office-premium-held-empty");
    let actions = vec![Action::link(shell.t("office-remittances-title"), "/remittances").icon("file-check")];
    ListPage { tabs: tabs(&shell, "premium-held"), actions, lede: shell.t("office-premium-held-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// What is due to one insurer, posting by posting.
pub(super) async fn due(desk: Desk, Path(id): Path<InsurerId>) -> AppResult<Response> {
    let desk = desk.of_people("policy");
    let mut tx = desk.begin_read().await?;
    let lines = service::due_lines(&mut tx, id).await?;
    let (insurer, _) = insurers::service::get(&mut tx, id).await?;
    let agreed = service::agreement(&mut tx, id).await?;
    drop(tx);
    let page = due_page(desk.shell(), &desk.query, id, &insurer.name, agreed, &Page::whole(lines));
    desk.show(page).await
}

fn due_page(shell: Shell, query: &ListQuery, id: InsurerId, insurer: &str, agreed: Agreement, found: &Page<DueLine>) -> ListPage {
    let shell = shell.under("office-premium-held-title", "/premium-held").named(insurer);
    let columns = vec![
        Column::of(&shell, "office-remittances-policy"),
        Column::of(&shell, "office-remittances-insured"),
        Column::of(&shell, "office-books-day"),
        Column::of(&shell, "office-receivables-due"),
        Column::figure(&shell, "office-remittances-commission"),
        Column::figure(&shell, "office-premium-held-held"),
    ];
    let row = |line: &DueLine| Row {
        href: line.policy.map(|policy| format!("/policies/{policy}")).unwrap_or_default(),
        cells: vec![
            Cell::Main(line.policy_number.clone().unwrap_or_else(|| line.description.clone())),
            Cell::Text(line.insured.clone().unwrap_or_default()),
            Cell::Quiet(shell.date(&line.business_date)),
            Cell::Quiet(shell.date(&line.due_on)),
            Cell::Amount(Some(line.commission)),
            Cell::Amount(Some(line.held)),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let href = format!("/premium-held/{id}");
    let list = ListBar::new(&href, String::new(), query, found, None, columns);
    let mut actions = Vec::new();
    if shell.can(PAY) {
        actions.push(Action::link(shell.t("office-remittances-agreement"), format!("{href}/agreement")).icon("settings"));
        if !found.results.is_empty() {
            actions.push(Action::link(shell.t("office-remittances-new"), format!("{href}/remit")).primary().icon("plus").key("c"));
        }
    }
    let lede = shell.t(if agreed.commission_netted { "office-premium-held-netted" } else { "office-premium-held-whole" });
    let empty = Empty::new(&shell, "check-circle", "office-premium-held-none");
    ListPage { tabs: tabs(&shell, "premium-held"), actions, lede, ..ListPage::new(shell, list, rows, empty) }
}

fn agreement_page(shell: Shell, id: InsurerId, insurer: &str, agreed: Agreement) -> FormPage {
    let shell = shell.under("office-premium-held-title", "/premium-held");
    let choices = vec![Choice::new("yes", shell.t("office-remittances-netted")), Choice::new("no", shell.t("office-remittances-whole"))];
    let fields = vec![
        Field::text("remit_days", shell.t("office-remittances-days")).max(3).help(shell.t("office-remittances-days-help")).optional(),
        Field::choices("netted", shell.t("office-remittances-commission"), choices),
    ];
    let (title, href) = (shell.tf("office-remittances-agreement-with", [("name", insurer.to_owned())]), format!("/premium-held/{id}"));
    FormPage::new(shell, title, &format!("{href}/agreement"), &href, vec![Section::of(fields)])
        .version(agreed.version)
        .with("remit_days", agreed.remit_days.map(|days| days.to_string()).unwrap_or_default())
        .with("netted", if agreed.commission_netted { "yes" } else { "no" })
}

pub(super) async fn show_agreement(Office(shell): Office, staff: Staff, Path(id): Path<InsurerId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let (insurer, _) = insurers::service::get(&mut tx, id).await?;
    let agreed = service::agreement(&mut tx, id).await?;
    agreement_page(shell, id, &insurer.name, agreed).show()
}

pub(super) async fn agree(Office(shell): Office, staff: Staff, Path(id): Path<InsurerId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let agreed = match sent.some("remit_days").map(str::parse::<u16>).transpose() {
        Ok(remit_days) => Ok(Agreement { remit_days, commission_netted: sent.yes("netted"), version: sent.version()? }),
        Err(_) => Err(AppError::field("remit_days", "field-invalid")),
    };
    let done = match agreed {
        Ok(agreed) => service::agree(&mut tx, id, agreed).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/premium-held/{id}"), Tone::Good, "flash-saved"))
        }
        Err(error) => {
            let (insurer, _) = insurers::service::get(&mut tx, id).await?;
            let agreed = service::agreement(&mut tx, id).await?;
            agreement_page(shell, id, &insurer.name, agreed).again(&sent, error)
        }
    }
}

fn remit_page(shell: Shell, id: InsurerId, insurer: &str, lines: &[DueLine], today: NaiveDate) -> AppResult<FormPage> {
    let shell = shell.under("office-premium-held-title", "/premium-held");
    let choice = |line: &DueLine| Choice {
        value: line.journal_line.to_string(),
        label: match (&line.policy_number, &line.insured) {
            (Some(number), Some(insured)) => format!("{number}, {insured}: {}", shell.money(&line.held)),
            _ => format!("{}: {}", line.description, shell.money(&line.held)),
        },
        detail: {
            let told = shell.tf("office-remittances-line", [("date", shell.date(&line.due_on)), ("commission", shell.money(&line.commission))]);
            if line.held.minor < 0 { format!("{} · {told}", shell.t("office-remittances-given-back")) } else { told }
        },
    };
    let together = |key: &str, lines: Vec<&DueLine>| -> AppResult<Option<Fact>> {
        let Some(first) = lines.first() else { return Ok(None) };
        let sum = Money::sum(first.held.currency, lines.iter().map(|line| line.held))?;
        let told = format!("{} · {}", shell.money(&sum), shell.tn("office-remittances-count", lines.len()));
        Ok(Some(Fact::new(shell.t(key), told)))
    };
    let due = together("office-premium-held-due", lines.iter().filter(|line| line.due_on <= today).collect())?;
    let all = together("office-remittances-all", lines.iter().collect())?;
    let facts = due.into_iter().chain(all).collect();
    let choices = lines.iter().map(choice).collect();
    let lede = shell.tf("office-remittances-new-lede", [("max", shell.number(MAX_LINES))]);
    let field = Field::checks("lines", shell.t("office-remittances-lines"), choices);
    let (title, href) = (shell.tf("office-remittances-to", [("name", insurer.to_owned())]), format!("/premium-held/{id}"));
    let submit = shell.t("office-remittances-set-aside");
    Ok(FormPage::new(shell, title, &format!("{href}/remit"), &href, vec![Section::of(vec![field])]).lede(lede).facts(facts).submit(submit))
}

pub(super) async fn show_remit(Office(shell): Office, staff: Staff, Path(id): Path<InsurerId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let (insurer, _) = insurers::service::get(&mut tx, id).await?;
    let lines = service::due_lines(&mut tx, id).await?;
    let today = tx.scope().today();
    let due: Vec<&DueLine> = lines.iter().filter(|line| line.due_on <= today).collect();
    // What is due is chosen already; where nothing is, everything.
    let chosen = if due.is_empty() { lines.iter().collect() } else { due };
    let page = remit_page(shell, id, &insurer.name, &lines, today)?;
    chosen.into_iter().fold(page, |page, line| page.with("lines", line.journal_line.to_string())).show()
}

pub(super) async fn remit(Office(shell): Office, staff: Staff, Path(id): Path<InsurerId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let path = format!("/premium-held/{id}/remit");
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, &path).await? {
        return Ok(answer);
    }
    let postings: Vec<uuid::Uuid> = sent.all("lines").iter().filter_map(|id| id.parse().ok()).collect();
    match service::create(&mut tx, id, &postings).await {
        Ok(made) => commit_once(tx, &sent, &path, &format!("/remittances/{}", made.id), "office-remittances-made").await,
        Err(error) => {
            drop(tx);
            let mut tx = staff.begin_read().await?;
            let (insurer, _) = insurers::service::get(&mut tx, id).await?;
            let lines = service::due_lines(&mut tx, id).await?;
            let today = tx.scope().today();
            remit_page(shell, id, &insurer.name, &lines, today)?.again(&sent, error)
        }
    }
}

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let mut tx = desk.begin_read().await?;
    let found = service::list(&mut tx, desk.query.state().and_then(RemittanceState::from_name), &desk.query.page()).await?;
    drop(tx);
    let page = list_page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

pub(crate) fn list_page(shell: Shell, query: &ListQuery, found: &Page<Remittance>) -> ListPage {
    let shell = shell.under("office-premium-held-title", "/premium-held").titled("office-remittances-title");
    let choices = words::choices(&shell, "remittance-state", RemittanceState::ALL.iter().map(|state| state.as_str()));
    let filter = Filter::choice("state", shell.t("field-status"), choices);
    let columns = vec![
        Column::of(&shell, "field-number"),
        Column::of(&shell, "office-insurer"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "field-amount"),
        Column::of(&shell, "office-receivables-due"),
        Column::of(&shell, "office-remittances-paid-on"),
        Column::of(&shell, "office-remittances-reference"),
    ];
    let row = |row: &Remittance| Row {
        href: format!("/remittances/{}", row.id),
        cells: vec![
            Cell::Main(row.number.clone()),
            Cell::Link { label: row.insurer_name.clone(), href: format!("/premium-held/{}", row.insurer) },
            Cell::State(words::badge(&shell, "remittance-state", row.state.as_str())),
            Cell::Amount(Some(row.payable)),
            Cell::Quiet(shell.date(&row.due_on)),
            Cell::Quiet(row.paid_on.map(|day| shell.date(&day)).unwrap_or_default()),
            Cell::Text(row.bank_reference.clone().unwrap_or_default()),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/remittances", shell.t("office-remittances-search"), query, found, Some(filter), columns);
    let empty = Empty::new(&shell, "file-check", "office-remittances-empty").leading(shell.t("office-premium-held-title"), "/premium-held");
    ListPage { tabs: tabs(&shell, "premium-held"), ..ListPage::new(shell, list, rows, empty) }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<RemittanceId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let record = service::record(&mut tx, id).await?;
    let payout = service::payout_of(&mut tx, id).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "remittance", id.0).await?;
    let mut page = record_page(shell, &record, payout.as_ref());
    history.show(&app, &mut page, &format!("/remittances/{id}"));
    html(&page)
}

pub(crate) fn record_page(shell: Shell, record: &RemittanceRecord, payout: Option<&Payout>) -> RecordPage {
    let remittance = &record.remittance;
    let shell = shell.under("office-remittances-title", "/remittances");
    let title = shell.tf("office-remittances-to", [("name", remittance.insurer_name.clone())]);
    let state = words::badge(&shell, "remittance-state", remittance.state.as_str());
    let mut page = RecordPage::new(shell, title, remittance.number.clone(), state);
    let shell = &page.shell;
    let href = format!("/remittances/{}", remittance.id);
    let mut next = Vec::new();
    let open = remittance.state == RemittanceState::Draft && payout.is_none();
    if shell.can(PAYOUT_REQUEST) && open {
        next.push(Action::link(shell.t("office-payouts-request"), format!("{href}/payout")).primary().icon("send").key("p"));
    }
    if shell.can(PAY) && open {
        next.push(Action::link(shell.t("office-remittances-pay"), format!("{href}/pay")).icon("check-circle").key("e"));
    }
    next.push(Action::link(shell.t("office-remittances-bordereau"), format!("{href}/bordereau.csv")).icon("download"));
    if remittance.state == RemittanceState::Paid && shell.can(documents::READ) {
        next.push(Action::link(shell.t("office-remittances-advice"), format!("{href}/advice")).icon("file-check"));
    }
    if shell.can(PAY) && open {
        next.push(Action::post(shell.t("office-remittances-discard"), format!("{href}/discard")).icon("ban"));
    }
    if shell.can(PAY) && remittance.state == RemittanceState::Paid {
        next.push(Action::link(shell.t("office-remittances-reverse"), format!("{href}/reverse")).icon("ban"));
    }
    page.facts = facts(shell, remittance);
    if let Some(payout) = payout {
        page.facts.push(Fact::new(shell.t("office-payouts-one"), payout.number.clone()).linked(format!("/payouts/{}", payout.id)));
    }
    page.related = vec![Related {
        title: shell.t("office-remittances-lines"),
        items: record.lines.iter().map(|line| item(shell, line)).collect(),
        all_href: String::new(),
    }];
    page.next = next;
    page
}

fn facts(shell: &Shell, remittance: &Remittance) -> Vec<Fact> {
    let commission = shell.t(if remittance.commission_netted { "office-remittances-netted" } else { "office-remittances-whole" });
    let mut facts = vec![
        Fact::new(shell.t("office-insurer"), remittance.insurer_name.clone()).linked(format!("/premium-held/{}", remittance.insurer)),
        Fact::new(shell.t("office-remittances-payable"), shell.money(&remittance.payable)),
        Fact::new(shell.t("office-premium-held-held"), shell.money(&remittance.held)),
        Fact::new(shell.t("office-remittances-commission"), shell.money(&remittance.commission)),
        Fact::new(shell.t("office-remittances-way"), commission),
        Fact::new(shell.t("office-receivables-due"), shell.date(&remittance.due_on)),
    ];
    if let (Some(day), Some(reference)) = (remittance.paid_on, &remittance.bank_reference) {
        facts.push(Fact::new(shell.t("office-remittances-paid-on"), shell.date(&day)));
        facts.push(Fact::new(shell.t("office-remittances-reference"), reference.clone()).copied());
    }
    if let Some(reason) = &remittance.closed_reason {
        facts.push(Fact::new(shell.t("field-reason"), reason.clone()));
    }
    facts
}

fn item(shell: &Shell, line: &RemittanceLine) -> RelatedItem {
    let label = match (&line.policy_number, &line.insured) {
        (Some(number), Some(insured)) => format!("{number}, {insured}"),
        _ => line.description.clone(),
    };
    RelatedItem {
        label,
        detail: shell.tf("office-remittances-item", [("held", shell.money(&line.held)), ("commission", shell.money(&line.commission))]),
        href: line.policy.map(|policy| format!("/policies/{policy}")).unwrap_or_default(),
        state: Badge::default(),
    }
}

/// The list for the insurer, as a sheet.
pub(super) async fn bordereau(State(app): State<App>, staff: Staff, Path(id): Path<RemittanceId>) -> AppResult<Response> {
    let record = service::record(&mut staff.begin_read().await?, id).await?;
    viewed(&app, &staff.scope, "remittance", id.0).await?;
    pages::download(&format!("{}.csv", record.remittance.number), pages::CSV, remittances::bordereau(&record)?)
}

/// The paper for the insurer, made now if it is not there yet.
pub(super) async fn advice(State(app): State<App>, staff: Staff, Path(id): Path<RemittanceId>) -> AppResult<Response> {
    let document = remittances::advice(&app, &staff.scope, id).await?;
    Ok(redirect(&format!("/documents/{}", document.id)))
}

fn pay_page(shell: Shell, remittance: &Remittance) -> FormPage {
    let shell = shell.under("office-remittances-title", "/remittances");
    let fields = vec![
        Field::date("paid_on", shell.t("office-remittances-paid-on")),
        Field::text("bank_reference", shell.t("office-remittances-reference")).max(60).help(shell.t("office-remittances-reference-help")),
    ];
    let facts = vec![
        Fact::new(shell.t("field-number"), remittance.number.clone()),
        Fact::new(shell.t("office-insurer"), remittance.insurer_name.clone()),
        Fact::new(shell.t("office-remittances-payable"), shell.money(&remittance.payable)),
    ];
    let (title, lede, href) = (shell.t("office-remittances-pay"), shell.t("office-remittances-pay-lede"), format!("/remittances/{}", remittance.id));
    FormPage::new(shell, title, &format!("{href}/pay"), &href, vec![Section::of(fields)]).lede(lede).facts(facts)
}

pub(super) async fn show_pay(Office(shell): Office, staff: Staff, Path(id): Path<RemittanceId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let record = service::record(&mut tx, id).await?;
    let today = tx.scope().today();
    pay_page(shell, &record.remittance).with("paid_on", today.to_string()).show()
}

/// A second click finds the remittance paid, so the form needs no key.
pub(super) async fn pay(Office(shell): Office, staff: Staff, Path(id): Path<RemittanceId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let done = match sent.text("paid_on").parse::<NaiveDate>() {
        Ok(day) => service::pay(&mut tx, id, sent.text("bank_reference"), day).await,
        Err(_) => Err(AppError::field("paid_on", "field-invalid")),
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/remittances/{id}"), Tone::Good, "office-remittances-was-paid"))
        }
        Err(error) => {
            drop(tx);
            let record = service::record(&mut staff.begin_read().await?, id).await?;
            pay_page(shell, &record.remittance).again(&sent, error)
        }
    }
}

pub(super) async fn discard(staff: Staff, Path(id): Path<RemittanceId>, Confirmed(_): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    service::discard(&mut tx, id).await?;
    tx.commit().await?;
    Ok(redirect_with(&format!("/remittances/{id}"), Tone::Good, "flash-saved"))
}

fn reverse_page(shell: Shell, id: RemittanceId) -> FormPage {
    let shell = shell.under("office-remittances-title", "/remittances");
    let reason = Field::area("reason", shell.t("field-reason")).max(300).help(shell.t("office-settle-reason-help"));
    let (title, lede, href) = (shell.t("office-remittances-reverse"), shell.t("office-remittances-reverse-lede"), format!("/remittances/{id}"));
    let (submit, keep) = (title.clone(), shell.t("office-remittances-keep"));
    FormPage::new(shell, title, &format!("{href}/reverse"), &href, vec![Section::of(vec![reason])]).lede(lede).submit(submit).grave(keep)
}

pub(super) async fn show_reverse(Office(shell): Office, Path(id): Path<RemittanceId>) -> AppResult<Response> {
    reverse_page(shell, id).show()
}

pub(super) async fn reverse(Office(shell): Office, staff: Staff, Path(id): Path<RemittanceId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match service::reverse(&mut tx, id, sent.text("reason")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/remittances/{id}"), Tone::Good, "office-remittances-was-reversed"))
        }
        Err(error) => reverse_page(shell, id).again(&sent, error),
    }
}
