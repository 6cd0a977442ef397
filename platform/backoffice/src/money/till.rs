//! The till: counting cash at the end of a day, who answers for the difference, and bringing cash to the bank.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use identity::{UserId, users};
use kernel::{
    App, AppError, AppResult, Kind, ReadTx,
    http::{Form, Path, Query, Staff},
    money::{Currency, Money},
    paging::Page,
};
use ledger::{
    day_closes::{self, Count, DayClose, DayCloseId, DayCloseState, Till},
    permissions::{CASH_APPROVE, CASH_CLOSE},
};
use pages::{Badge, Column, Fact, Filter, Flash, ListBar, ListQuery, Shell, Tone, html, redirect_with};
use serde::Deserialize;

use super::tabs;
use crate::{
    entry::Confirmed,
    frame::{
        Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section, Sent, commit_once, seen_before,
    },
    history::{History, TabQuery},
    words,
};

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let mut tx = desk.begin_read().await?;
    let found = day_closes::list(&mut tx, desk.query.state().and_then(DayCloseState::from_name), &desk.query.page()).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found);
    desk.show(page).await
}

pub(crate) fn page(shell: Shell, query: &ListQuery, found: &Page<DayClose>) -> ListPage {
    let shell = shell.titled("office-till-title");
    let choices = words::choices(&shell, "day-close-state", DayCloseState::ALL.iter().map(|state| state.as_str()));
    let filter = Filter::choice("state", shell.t("field-status"), choices);
    let columns = vec![
        Column::of(&shell, "office-statements-day"),
        Column::of(&shell, "field-status"),
        Column::figure(&shell, "office-till-expected"),
        Column::figure(&shell, "office-till-counted"),
        Column::figure(&shell, "office-till-difference"),
        Column::of(&shell, "field-created").by("created"),
    ];
    let row = |close: &DayClose| Row {
        href: format!("/till/{}", close.id),
        cells: vec![
            Cell::Main(shell.date(&close.day)),
            Cell::State(words::badge(&shell, "day-close-state", close.state.as_str())),
            Cell::Amount(Some(close.expected)),
            Cell::Amount(Some(close.counted)),
            Cell::Amount(Some(close.difference())),
            Cell::At(close.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let list = ListBar::new("/till", String::new(), query, found, [filter, Filter::created(&shell)], columns)
        .choosing(found.results.iter().map(|close| close.id), Vec::new());
    let mut empty = Empty::new(&shell, "coins", "office-till-empty");
    let mut actions = Vec::new();
    if shell.can(CASH_CLOSE) {
        actions.push(Action::link(shell.t("office-till-close"), "/till/close").primary().icon("check-circle").key("c"));
        actions.push(Action::link(shell.t("office-till-bank"), "/till/bank").icon("bank"));
        empty = empty.leading(shell.t("office-till-close"), "/till/close");
    }
    ListPage { tabs: tabs(&shell, "till"), actions, lede: shell.t("office-till-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// The money of a country as pieces.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CashFile {
    #[expect(dead_code, reason = "the file must name its source")]
    source: String,
    /// In minor units, largest first.
    pieces: Vec<i64>,
}

fn pieces(app: &App, staff: &Staff) -> AppResult<Vec<i64>> {
    let name = &staff.tenant().pack;
    let pack = app.packs.get(name).ok_or_else(|| AppError::internal(format!("no pack named {name:?}")))?;
    Ok(pack.toml::<CashFile>("law/cash.toml")?.pieces)
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct OfDay {
    #[serde(default)]
    day: String,
}

fn close_page(shell: Shell, till: &Till, people: &[(String, Money)], pieces: &[i64]) -> FormPage {
    let shell = shell.under("office-till-title", "/till");
    let currency = till.expected.currency;
    let mut facts = vec![
        Fact::new(shell.t("office-statements-day"), shell.date(&till.day)),
        Fact::new(shell.t("office-till-expected"), shell.money(&till.expected)),
    ];
    if till.waiting.is_positive() {
        facts.push(Fact::new(shell.t("office-till-waiting"), shell.money(&till.waiting)).linked("/takings?state=to_approve&method=cash"));
    }
    facts.extend(people.iter().map(|(name, moved)| Fact::new(shell.tf("office-till-person", [("name", name.clone())]), shell.money(moved))));
    let count = |piece: &i64| Field::text(format!("piece_{piece}"), shell.money(&Money::new(*piece, currency))).max(6).optional();
    let reason = Field::area("reason", shell.t("field-reason")).max(300).help(shell.t("office-till-reason-help")).optional();
    let sections = vec![
        Section::titled(shell.t("office-till-pieces"), pieces.iter().map(count).collect()),
        Section::titled(shell.t("office-till-difference"), vec![reason]),
    ];
    let (title, lede, submit) = (shell.t("office-till-close"), shell.t("office-till-close-lede"), shell.t("office-till-close"));
    FormPage::new(shell, title, "/till/close", "/till", sections).lede(lede).facts(facts).submit(submit).hidden("day", till.day.to_string())
}

pub(super) async fn show_close(State(app): State<App>, Office(shell): Office, staff: Staff, Query(of): Query<OfDay>) -> AppResult<Response> {
    let day = of.day.parse::<NaiveDate>().unwrap_or_else(|_| staff.scope.today());
    let (till, people) = till_of(&mut staff.begin_read().await?, &shell, day).await?;
    close_page(shell, &till, &people, &pieces(&app, &staff)?).show()
}

/// The till of a day, and what each person moved of it by name.
async fn till_of(tx: &mut ReadTx, shell: &Shell, day: NaiveDate) -> AppResult<(Till, Vec<(String, Money)>)> {
    let till = day_closes::till(tx, day).await?;
    let mut people = Vec::new();
    for one in &till.by_person {
        let name = match one.person.strip_prefix("user:").and_then(|id| id.parse().ok()) {
            Some(id) => users::get(tx, UserId(id)).await.ok().map(|user| user.name.full()),
            None => None,
        };
        people.push((name.unwrap_or_else(|| shell.t("office-actor-system")), one.moved));
    }
    Ok((till, people))
}

/// The pieces that were counted; an empty field is none.
fn counted(sent: &Sent, pieces: &[i64], currency: Currency) -> AppResult<Count> {
    let mut count = Count::new();
    for piece in pieces {
        let name = format!("piece_{piece}");
        let Some(text) = sent.some(&name) else { continue };
        let number = text.parse::<u32>().ok().filter(|number| *number <= 100_000);
        count.insert(*piece, number.ok_or_else(|| AppError::field(name, "field-invalid"))?);
    }
    day_closes::counted(&count, currency)?;
    Ok(count)
}

pub(super) async fn close(State(app): State<App>, Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let pieces = pieces(&app, &staff)?;
    let day = sent.text("day").parse::<NaiveDate>().map_err(|_| AppError::malformed("day"))?;
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, "/till/close").await? {
        return Ok(answer);
    }
    let done = match counted(&sent, &pieces, staff.tenant().currency) {
        Ok(count) => day_closes::close(&mut tx, day, count, sent.text("reason")).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(made) => {
            let flash = if made.state == DayCloseState::Closed { "office-till-was-closed" } else { "office-till-waits" };
            commit_once(tx, &sent, "/till/close", &format!("/till/{}", made.id), flash).await
        }
        Err(error) => {
            drop(tx);
            let (till, people) = till_of(&mut staff.begin_read().await?, &shell, day).await?;
            close_page(shell, &till, &people, &pieces).again(&sent, error)
        }
    }
}

fn bank_page(shell: Shell, held: &Money) -> FormPage {
    let shell = shell.under("office-till-title", "/till");
    let fields = vec![
        Field::money("amount", shell.t("field-amount"), held.currency.symbol()),
        Field::text("reference", shell.t("office-till-slip")).max(60).help(shell.t("office-till-slip-help")),
    ];
    let facts = vec![Fact::new(shell.t("office-till-expected"), shell.money(held))];
    let (title, lede) = (shell.t("office-till-bank"), shell.t("office-till-bank-lede"));
    FormPage::new(shell, title, "/till/bank", "/till", vec![Section::of(fields)]).lede(lede).facts(facts)
}

/// What the till holds by now.
async fn held(staff: &Staff) -> AppResult<Money> {
    let mut tx = staff.begin_read().await?;
    let today = tx.scope().today();
    Ok(day_closes::till(&mut tx, today).await?.expected)
}

pub(super) async fn show_bank(Office(shell): Office, staff: Staff) -> AppResult<Response> {
    bank_page(shell, &held(&staff).await?).show()
}

pub(super) async fn bank(Office(shell): Office, staff: Staff, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    if let Some(answer) = seen_before(&mut tx, &sent, "/till/bank").await? {
        return Ok(answer);
    }
    let amount = Money::parse(sent.text("amount"), staff.tenant().currency);
    match day_closes::bank(&mut tx, amount, sent.text("reference")).await {
        Ok(_) => commit_once(tx, &sent, "/till/bank", "/till", "office-till-was-banked").await,
        Err(error) => {
            drop(tx);
            bank_page(shell, &held(&staff).await?).again(&sent, error)
        }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<DayCloseId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let close = day_closes::get(&mut tx, id).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    let own = tx.scope().user() == Some(close.closed_by);
    drop(tx);
    let mut page = record_page(shell, &close, own);
    history.show(&app, &mut page, &format!("/till/{id}"));
    html(&page)
}

/// `own`: the reader counted, so another person decides.
pub(crate) fn record_page(shell: Shell, close: &DayClose, own: bool) -> RecordPage {
    let shell = shell.under("office-till-title", "/till");
    let title = shell.tf("office-till-of", [("date", shell.date(&close.day))]);
    let state = words::badge(&shell, "day-close-state", close.state.as_str());
    let mut page = RecordPage::new(shell, title, close.day.to_string(), state);
    let shell = &page.shell;
    let href = format!("/till/{}", close.id);
    let mut next = Vec::new();
    if close.state == DayCloseState::ToApprove && shell.can(CASH_APPROVE) && !own {
        next.push(Action::post(shell.t("office-till-approve"), format!("{href}/approve")).primary().icon("check-circle"));
        next.push(Action::post(shell.t("office-till-refuse"), format!("{href}/refuse")).icon("ban"));
    }
    if close.state == DayCloseState::Closed && shell.can(CASH_APPROVE) {
        next.push(Action::link(shell.t("office-till-reopen"), format!("{href}/reopen")).icon("ban"));
    }
    if close.state == DayCloseState::ToApprove {
        let text = shell.t(if own { "office-till-own" } else { "office-till-wait" });
        page.alerts.push(Flash { tone: Tone::Warn, text, undo: None });
    }
    let mut facts = vec![
        Fact::new(shell.t("office-till-expected"), shell.money(&close.expected)),
        Fact::new(shell.t("office-till-counted"), shell.money(&close.counted)),
        Fact::new(shell.t("office-till-difference"), shell.money(&close.difference())),
    ];
    for (key, reason) in [("field-reason", &close.reason), ("office-till-reopened-because", &close.reopen_reason)] {
        if let Some(reason) = reason {
            facts.push(Fact::new(shell.t(key), reason.clone()));
        }
    }
    let item = |(piece, number): (&i64, &u32)| RelatedItem {
        label: shell.money(&Money::new(*piece, close.counted.currency)),
        detail: shell.number(*number),
        href: String::new(),
        state: Badge::default(),
    };
    page.related =
        vec![Related { title: shell.t("office-till-pieces"), items: close.pieces.iter().rev().map(item).collect(), all_href: String::new() }];
    page.facts = facts;
    page.next = next;
    page
}

/// Says what was done, or, where somebody was quicker or may not, that.
fn told(id: DayCloseId, done: AppResult<()>, flash: &str) -> AppResult<Response> {
    let page = format!("/till/{id}");
    match done {
        Ok(()) => Ok(redirect_with(&page, Tone::Good, flash)),
        Err(error) if error.kind == Kind::Conflict || error.is("day_close.own_count") => {
            Ok(redirect_with(&page, Tone::Warn, &format!("error-{}", error.code.replace(['.', '_'], "-"))))
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn approve(staff: Staff, Path(id): Path<DayCloseId>, _: Confirmed) -> AppResult<Response> {
    let done = async {
        let mut tx = staff.begin_write().await?;
        day_closes::approve(&mut tx, id).await?;
        tx.commit().await
    };
    told(id, done.await, "office-till-was-closed")
}

pub(super) async fn refuse(staff: Staff, Path(id): Path<DayCloseId>, _: Confirmed) -> AppResult<Response> {
    let done = async {
        let mut tx = staff.begin_write().await?;
        day_closes::refuse(&mut tx, id).await?;
        tx.commit().await
    };
    told(id, done.await, "office-till-was-refused")
}

fn reopen_page(shell: Shell, id: DayCloseId) -> FormPage {
    let shell = shell.under("office-till-title", "/till");
    let reason = Field::area("reason", shell.t("field-reason")).max(300).help(shell.t("office-settle-reason-help"));
    let (title, lede, href) = (shell.t("office-till-reopen"), shell.t("office-till-reopen-lede"), format!("/till/{id}"));
    let (submit, keep) = (title.clone(), shell.t("office-till-keep"));
    FormPage::new(shell, title, &format!("{href}/reopen"), &href, vec![Section::of(vec![reason])]).lede(lede).submit(submit).grave(keep)
}

pub(super) async fn show_reopen(Office(shell): Office, Path(id): Path<DayCloseId>) -> AppResult<Response> {
    reopen_page(shell, id).show()
}

pub(super) async fn reopen(Office(shell): Office, staff: Staff, Path(id): Path<DayCloseId>, Confirmed(sent): Confirmed) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    match day_closes::reopen(&mut tx, id, sent.text("reason")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/till/{id}"), Tone::Good, "office-till-was-reopened"))
        }
        Err(error) => reopen_page(shell, id).again(&sent, error),
    }
}
