//! Payouts as files for banks, and what the banks answer.

use axum::{extract::State, response::Response};
use kernel::{
    App, AppError, AppResult, ReadTx,
    http::{Path, Query, Staff},
    paging::{Page, PageRequest},
};
use ledger::{
    bank_accounts::{self, BankAccount, BankAccountState},
    payout_batches::{self, Batch, BatchId, BatchItem, BatchRecord, BatchState, NewBatch, ResultFile, ResultLine, Verdict},
    payouts::{self, Payout, PayoutFilter, PayoutId, PayoutState, PayoutWay},
    permissions::PAYOUT_SEND,
};
use pages::{Choice, Column, Crumb, Fact, Filter, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::{payout_layouts, tabs};
use crate::{
    customers::viewed,
    entry::{Confirmed, ConfirmedFiles, Present},
    frame::{
        Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section, Sent, commit_once, seen_before,
    },
    history::{History, TabQuery},
    words,
};

const XML: &str = "application/xml; charset=utf-8";
/// The answer is CSV of an account whose columns nobody said.
const NO_MAPPING: &str = "payout_answer.no_mapping";
/// As many approved payouts are offered for one file.
const OFFERED: u16 = 100;

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let mut tx = desk.begin_read().await?;
    let found = payout_batches::list(&mut tx, desk.query.state().and_then(BatchState::from_name), &desk.query.page()).await?;
    let accounts = accounts(&mut tx).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, &accounts);
    desk.show(page).await
}

async fn accounts(tx: &mut ReadTx) -> AppResult<Vec<BankAccount>> {
    Ok(bank_accounts::list(tx, &PageRequest { page_size: Some(100), ..PageRequest::default() }).await?.results)
}

fn page(shell: Shell, query: &ListQuery, found: &Page<Batch>, accounts: &[BankAccount]) -> ListPage {
    let shell = shell.under("office-payouts-title", "/payouts").titled("office-payout-batches-title");
    let states = words::choices(&shell, "payout-batch-state", BatchState::ALL.iter().map(|state| state.as_str()));
    let filters = [Filter::choice("state", shell.t("field-status"), states), Filter::created(&shell)];
    let columns = vec![
        Column::of(&shell, "field-number"),
        Column::of(&shell, "office-payout-batches-account"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "office-payouts-title"),
        Column::figure(&shell, "field-amount"),
        Column::of(&shell, "office-payout-batches-on"),
        Column::of(&shell, "field-created").by("created"),
    ];
    let name = |batch: &Batch| accounts.iter().find(|account| account.id == batch.account).map(|account| account.name.clone()).unwrap_or_default();
    let row = |batch: &Batch| Row {
        href: format!("/payout-batches/{}", batch.id),
        cells: vec![
            Cell::Main(batch.number.clone()),
            Cell::Text(name(batch)),
            Cell::State(words::badge(&shell, "payout-batch-state", batch.state.as_str())),
            Cell::count(batch.payout_count),
            Cell::Amount(Some(batch.total)),
            Cell::Day(batch.execute_on),
            Cell::At(batch.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/payout-batches", shell.t("office-payout-batches-search"), query, found, filters, columns);
    let mut empty = Empty::new(&shell, "layers", "office-payout-batches-empty");
    let mut actions = Vec::new();
    if shell.can(PAYOUT_SEND) {
        actions.push(Action::link(shell.t("office-payout-batches-new"), "/payout-batches/new").primary().icon("plus").key("c"));
        empty = empty.leading(shell.t("office-payout-batches-new"), "/payout-batches/new");
    }
    ListPage { tabs: tabs(&shell, "payouts"), actions, lede: shell.t("office-payout-batches-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// Accounts from which can be paid, and payouts that are ready, the newest first.
async fn ready(tx: &mut ReadTx) -> AppResult<(Vec<BankAccount>, Vec<Payout>)> {
    let mut accounts = accounts(tx).await?;
    accounts.retain(|account| account.state == BankAccountState::Active);
    let filter = PayoutFilter { state: Some(PayoutState::Approved), ..PayoutFilter::default() };
    let mut payouts = payouts::list(tx, &filter, &PageRequest { page_size: Some(OFFERED), ..PageRequest::default() }).await?.results;
    payouts.retain(|payout| payout.to.way != PayoutWay::Original);
    Ok((accounts, payouts))
}

fn new_page(shell: Shell, accounts: &[BankAccount], payouts: &[Payout]) -> FormPage {
    let shell = shell.under("office-payouts-title", "/payouts").under("office-payout-batches-title", "/payout-batches");
    let accounts =
        accounts.iter().map(|account| Choice::new(account.id.to_string(), format!("{}, {}", account.name, account.currency.code()))).collect();
    let choice = |payout: &Payout| Choice {
        value: payout.id.to_string(),
        label: format!("{}, {}: {}", payout.number, payout.to.payee, shell.money(&payout.amount)),
        detail: words::word(&shell, "payout-way", payout.to.way.as_str()),
    };
    let mut chosen = Field::checks("payouts", shell.t("office-payouts-title"), payouts.iter().map(choice).collect());
    if payouts.is_empty() {
        chosen = chosen.help(shell.t("office-payout-batches-none"));
    }
    let fields = vec![
        Field::select("account", shell.t("office-payout-batches-account"), accounts).help(shell.t("office-payout-batches-account-help")),
        Field::date("execute_on", shell.t("office-payout-batches-on")),
        chosen,
    ];
    let (title, lede) = (shell.t("office-payout-batches-new"), shell.t("office-payout-batches-new-lede"));
    let submit = title.clone();
    FormPage::new(shell, title, "/payout-batches/new", "/payout-batches", vec![Section::of(fields)]).lede(lede).submit(submit)
}

pub(super) async fn show_new(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let (accounts, payouts) = ready(&mut tx).await?;
    let today = tx.scope().today();
    let page = new_page(shell, &accounts, &payouts).with("execute_on", today.to_string());
    let page = match accounts.as_slice() {
        [only] => page.with("account", only.id.to_string()),
        _ => page,
    };
    page.show()
}

fn read(sent: &Sent) -> AppResult<NewBatch> {
    let account = sent.text("account").parse().map_err(|_| AppError::field("account", "field-required"))?;
    let execute_on = sent.text("execute_on").parse().map_err(|_| AppError::field("execute_on", "field-invalid"))?;
    let payouts: Vec<PayoutId> = sent.all("payouts").iter().filter_map(|id| id.parse().ok()).collect();
    Ok(NewBatch { account, payouts, execute_on })
}

pub(super) async fn create(Office(shell): Office, staff: Staff, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let path = "/payout-batches/new";
    let mut tx = staff.begin_write().await?;
    if let Some(before) = seen_before(&mut tx, &sent, path).await? {
        return Ok(before);
    }
    let made = match read(&sent) {
        Ok(new) => payout_batches::create(&mut tx, new).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(batch) => commit_once(tx, &sent, path, &format!("/payout-batches/{}", batch.id), "office-payout-batches-made").await,
        Err(error) => {
            drop(tx);
            let (accounts, payouts) = ready(&mut staff.begin_read().await?).await?;
            new_page(shell, &accounts, &payouts).again(&sent, error)
        }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<BatchId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let record = payout_batches::record(&mut tx, id).await?;
    let account = bank_accounts::get(&mut tx, record.batch.account).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    drop(tx);
    viewed(&app, &staff.scope, "payout_batch", id.0).await?;
    let mut page = record_page(shell, &record, &account);
    history.show(&app, &mut page, &format!("/payout-batches/{id}"));
    html(&page)
}

fn record_page(shell: Shell, record: &BatchRecord, account: &BankAccount) -> RecordPage {
    let batch = &record.batch;
    let shell = shell.under("office-payouts-title", "/payouts").under("office-payout-batches-title", "/payout-batches");
    let state = words::badge(&shell, "payout-batch-state", batch.state.as_str());
    let title = shell.tf("office-payout-batches-of", [("amount", shell.money(&batch.total)), ("name", account.name.clone())]);
    let mut page = RecordPage::new(shell, title, batch.number.clone(), state);
    let shell = &page.shell;
    page.next = next(shell, record, account);
    page.facts = vec![
        Fact::new(shell.t("office-payout-batches-account"), format!("{}, {}", account.name, account.number)),
        Fact::new(shell.t("office-payout-batches-on"), shell.date(&batch.execute_on)),
        Fact::new(shell.t("office-payouts-title"), shell.number(batch.payout_count)),
        Fact::new(shell.t("field-amount"), shell.money(&batch.total)),
    ];
    if let Some(reason) = &batch.withdrawn_reason {
        page.facts.push(Fact::new(shell.t("field-reason"), reason.clone()));
    }
    page.related = vec![Related {
        title: shell.t("office-payouts-title"),
        items: record.items.iter().map(|item| payout_item(shell, item)).collect(),
        all_href: String::new(),
    }];
    page.related.extend(record.answers.iter().map(|answer| answer_lines(shell, answer)));
    page
}

fn next(shell: &Shell, record: &BatchRecord, account: &BankAccount) -> Vec<Action> {
    let batch = &record.batch;
    let href = format!("/payout-batches/{}", batch.id);
    if batch.state == BatchState::Withdrawn || !shell.can(PAYOUT_SEND) {
        return Vec::new();
    }
    let answered = !record.answers.is_empty();
    let answer = Action::link(shell.t("office-payout-batches-answer"), format!("{href}/answer")).icon("upload").key("u");
    let xml = Action::link(shell.t("office-payout-batches-xml"), format!("{href}/pain001.xml")).icon("download");
    let mut next = vec![
        if answered || batch.state == BatchState::Settled { xml } else { xml.primary() },
        Action::link(shell.t("office-payout-batches-csv"), format!("{href}/payouts.csv")).icon("download"),
        answer,
        Action::link(shell.t("office-payout-layouts-title"), format!("/payout-layouts/{}", account.id)).icon("columns"),
    ];
    if batch.state == BatchState::Open {
        next.push(Action::link(shell.t("office-payout-batches-withdraw"), format!("{href}/withdraw")).icon("ban"));
    }
    next
}

fn payout_item(shell: &Shell, item: &BatchItem) -> RelatedItem {
    let told = [Some(shell.money(&item.amount)), item.receipt.clone(), item.reason.clone()];
    RelatedItem {
        label: format!("{}, {}", item.reference, item.payee),
        detail: told.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        href: format!("/payouts/{}", item.payout),
        state: words::badge(shell, "payout-outcome", item.outcome.as_str()),
    }
}

/// An answer with the verdict of each of its lines.
fn answer_lines(shell: &Shell, answer: &ResultFile) -> Related {
    let item = |line: &ResultLine| RelatedItem {
        label: if line.reference.is_empty() { shell.t("office-payout-batches-no-reference") } else { line.reference.clone() },
        detail: [Some(line.status.clone()), line.reason.clone()]
            .into_iter()
            .flatten()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        href: String::new(),
        state: verdict(shell, line.verdict),
    };
    Related {
        title: shell.tf("office-payout-batches-answer-of", [("file", answer.file_name.clone()), ("at", shell.moment(&answer.at))]),
        items: answer.lines.iter().map(item).collect(),
        all_href: String::new(),
    }
}

fn verdict(shell: &Shell, verdict: Verdict) -> pages::Badge {
    let tone = match verdict {
        Verdict::Paid => Tone::Good,
        Verdict::Failed | Verdict::Contradicts | Verdict::AmountDiffers => Tone::Bad,
        Verdict::UnknownReference | Verdict::UnknownWord => Tone::Warn,
        Verdict::Pending => Tone::Info,
        Verdict::Unchanged => Tone::Neutral,
    };
    pages::Badge::new(tone, words::word(shell, "payout-verdict", verdict.as_str()))
}

pub(super) async fn xml(_: Present, State(app): State<App>, staff: Staff, Path(id): Path<BatchId>) -> AppResult<Response> {
    let (name, file) = payout_batches::pain001(&mut staff.begin_read().await?, id).await?;
    viewed(&app, &staff.scope, "payout_batch", id.0).await?;
    pages::download(&name, XML, file)
}

pub(super) async fn csv(_: Present, State(app): State<App>, staff: Staff, Path(id): Path<BatchId>) -> AppResult<Response> {
    let (name, file) = payout_batches::csv(&mut staff.begin_read().await?, id).await?;
    viewed(&app, &staff.scope, "payout_batch", id.0).await?;
    pages::download(&name, pages::CSV, file)
}

/// The form of one step of a batch.
fn step(shell: Shell, batch: &Batch, step: &str, fields: Vec<Field>) -> FormPage {
    let mut shell = shell.under("office-payouts-title", "/payouts").under("office-payout-batches-title", "/payout-batches");
    let href = format!("/payout-batches/{}", batch.id);
    shell.crumbs.push(Crumb { label: batch.number.clone(), href: href.clone() });
    let (title, lede) = (shell.t(&format!("office-payout-batches-{step}")), shell.t(&format!("office-payout-batches-{step}-lede")));
    let submit = title.clone();
    FormPage::new(shell, title, &format!("{href}/{step}"), &href, vec![Section::of(fields)]).lede(lede).submit(submit)
}

fn answer_page(shell: Shell, batch: &Batch) -> FormPage {
    let file = Field::file("file", shell.t("field-file"), ".csv,.txt,.xml,text/csv,application/xml").help(shell.t("office-payout-batches-file-help"));
    step(shell, batch, "answer", vec![file]).files()
}

async fn find(staff: &Staff, id: BatchId) -> AppResult<Batch> {
    payout_batches::get(&mut staff.begin_read().await?, id).await
}

pub(super) async fn show_answer(_: Present, Office(shell): Office, staff: Staff, Path(id): Path<BatchId>) -> AppResult<Response> {
    answer_page(shell, &find(&staff, id).await?).show()
}

/// The same answer again changes nothing, so the form needs no key.
pub(super) async fn answer(
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<BatchId>,
    ConfirmedFiles(form): ConfirmedFiles,
) -> AppResult<Response> {
    let sent = Sent::of(form.fields.clone());
    let Some(file) = form.file("file") else {
        return answer_page(shell, &find(&staff, id).await?).again(&sent, AppError::field("file", "field-required"));
    };
    let mut tx = staff.begin_write().await?;
    match payout_batches::take_answer(&mut tx, id, &file.name, &file.bytes).await {
        Ok(taken) => {
            tx.commit().await?;
            let moved = taken.count(Verdict::Paid) + taken.count(Verdict::Failed);
            let (tone, said) = if moved == 0 { (Tone::Info, "office-payout-batches-nothing") } else { (Tone::Good, "office-payout-batches-taken") };
            Ok(redirect_with(&format!("/payout-batches/{id}"), tone, said))
        }
        Err(error) => {
            drop(tx);
            let batch = find(&staff, id).await?;
            if error.code == NO_MAPPING {
                return payout_layouts::first(shell, batch.account, id, &file.bytes);
            }
            answer_page(shell, &batch).again(&sent, error)
        }
    }
}

fn withdraw_page(shell: Shell, batch: &Batch) -> FormPage {
    let (reason, keep) = (Field::area("reason", shell.t("field-reason")).max(300), shell.t("office-payout-batches-keep"));
    step(shell, batch, "withdraw", vec![reason]).version(batch.version).grave(keep)
}

pub(super) async fn show_withdraw(Office(shell): Office, staff: Staff, Path(id): Path<BatchId>) -> AppResult<Response> {
    withdraw_page(shell, &find(&staff, id).await?).show()
}

pub(super) async fn withdraw(Office(shell): Office, staff: Staff, Path(id): Path<BatchId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match payout_batches::withdraw(&mut tx, id, sent.version()?, sent.text("reason")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/payout-batches/{id}"), Tone::Good, "office-payout-batches-withdrawn"))
        }
        Err(error) => {
            drop(tx);
            withdraw_page(shell, &find(&staff, id).await?).again(&sent, error)
        }
    }
}
