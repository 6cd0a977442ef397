//! What orders left for staff: cover that was paid and could not be issued, money that was taken back after cover was issued.

use axum::{extract::State, response::Response};
use insurance::{
    fulfilment::{self, Task, TaskFilter, TaskId, TaskKind, TaskRow, TaskState},
    orders::{self, OrderRecord, SETTLE_TASK},
};
use kernel::{
    App, AppError, AppResult,
    http::{Form, Path, Query, Staff},
    paging::Page,
};
use ledger::permissions::PAYMENT_READ;
use pages::{BulkAction, Column, Crumb, Event, Fact, Filter, Flash, ListBar, ListQuery, Shell, Tone, html, redirect_with};

use super::assign::{self, Team};
use crate::{
    customers::viewed,
    frame::{Action, Cell, Desk, Empty, Field, FormPage, ListPage, Office, RecordPage, Related, RelatedItem, Row, Section, Sent},
    history::{History, TabQuery},
    words,
};

pub(super) const LIST: (&str, &str) = ("office-tasks-title", "/tasks");

pub(super) async fn list(desk: Desk) -> AppResult<Response> {
    let desk = desk.beginning(TaskState::Open.as_str()).of_people("fulfilment_task");
    let found = find(&desk).await?;
    let mut tx = desk.begin_read().await?;
    let team = Team::of(&mut tx).await?;
    drop(tx);
    let page = page(desk.shell(), &desk.query, &found, &team);
    desk.show(page).await
}

/// The rows that the reader asks for: a page, or those chosen.
pub(super) async fn find(desk: &Desk) -> AppResult<Page<TaskRow>> {
    let scope = &desk.staff.scope;
    let state = desk.query.state().and_then(TaskState::from_name);
    let filter = TaskFilter { state, ..assign::filter(&desk.query, scope.user(), scope.today()) };
    let mut tx = desk.begin_read().await?;
    fulfilment::tasks(&mut tx, &filter, &desk.query.page()).await
}

fn settle_many_page(desk: &Desk, found: &Page<TaskRow>) -> FormPage {
    let shell = desk.shell();
    let note = Field::area("note", shell.t("office-tasks-done")).max(500).help(shell.t("office-tasks-done-help"));
    desk.act(LIST, "office-tasks-settle", "office-tasks-settle-many-lede", found, vec![note])
}

pub(super) async fn show_settle_many(desk: Desk) -> AppResult<Response> {
    let found = find(&desk).await?;
    settle_many_page(&desk, &found).show()
}

pub(super) async fn settle_many(desk: Desk, Form(sent): Form<Sent>) -> AppResult<Response> {
    let found = find(&desk).await?;
    if sent.text("note").is_empty() {
        return settle_many_page(&desk, &found).again(&sent, AppError::field("note", "field-required"));
    }
    if let Some(answer) = desk.put_off(&found, &sent, LIST.1, "office-tasks-settle").await? {
        return Ok(answer);
    }
    let mut batch = desk.batch();
    for task in found.results {
        let mut tx = desk.staff.begin_write().await?;
        let done = fulfilment::settle_task(&mut tx, task.id, sent.text("note")).await;
        batch.take(tx, task.id, named(&desk.shell(), &task), format!("/tasks/{}", task.id), done).await?;
    }
    batch.report("office-tasks-settle", LIST)
}

/// What a task is called among others.
pub(super) fn named(shell: &Shell, task: &TaskRow) -> String {
    format!("{} · {}", words::word(shell, "task-kind", task.kind.as_str()), task.order_number)
}

fn page(shell: Shell, query: &ListQuery, found: &Page<TaskRow>, team: &Team) -> ListPage {
    let shell = shell.titled("office-tasks-title");
    let filter =
        Filter::choice("state", shell.t("field-status"), words::choices(&shell, "task-state", TaskState::ALL.iter().map(|state| state.as_str())));
    let columns = vec![
        Column::of(&shell, "office-tasks-what"),
        Column::of(&shell, "field-status"),
        Column::of(&shell, "office-orders-one"),
        Column::of(&shell, "office-customer"),
        Column::of(&shell, "office-tasks-assignee"),
        Column::of(&shell, "office-tasks-due").by("due"),
        Column::of(&shell, "field-reason"),
        Column::of(&shell, "office-tasks-done").aside(),
        Column::of(&shell, "field-created").by("created").aside(),
    ];
    let row = |row: &TaskRow| Row {
        href: format!("/tasks/{}", row.id),
        cells: vec![
            Cell::Main(words::word(&shell, "task-kind", row.kind.as_str())),
            Cell::State(words::badge(&shell, "task-state", row.state.as_str())),
            Cell::Link { label: row.order_number.clone(), href: format!("/orders/{}", row.order) },
            Cell::Link { label: row.customer_name.clone(), href: format!("/customers/{}", row.customer) },
            Cell::Text(team.name(row.assigned_to)),
            row.due_on.map_or_else(|| Cell::Quiet(String::new()), Cell::Day),
            Cell::Quiet(cause(&shell, row.kind, &row.reason)),
            Cell::Quiet(row.done_note.clone().unwrap_or_default()),
            Cell::At(row.created_at),
        ],
    };
    let rows = found.results.iter().map(row).collect();
    let settle = BulkAction::new(shell.t("office-tasks-settle"), "/tasks/settle", "check");
    let assign = BulkAction::new(shell.t("office-tasks-assign"), "/tasks/assign", "user");
    let acts = if shell.can(SETTLE_TASK) { vec![settle, assign] } else { Vec::new() };
    let [assignee, due] = assign::filters(&shell, team);
    let filters = [filter, assignee, due, Filter::created(&shell)];
    let list = ListBar::new("/tasks", shell.t("office-tasks-search"), query, found, filters, columns)
        .choosing(found.results.iter().map(|task| task.id), acts);
    let empty = Empty::new(&shell, "check-circle", "office-tasks-empty");
    ListPage { lede: shell.t("office-tasks-lede"), ..ListPage::new(shell, list, rows, empty) }
}

/// Why it came to the task, in words.
fn cause(shell: &Shell, kind: TaskKind, reason: &str) -> String {
    if kind == TaskKind::ByHand {
        return reason.to_owned();
    }
    let slug = reason.replace('.', "-");
    words::known(shell, "task-reason", &slug).or_else(|| words::known(shell, "error", &slug)).unwrap_or_else(|| reason.to_owned())
}

/// What a task asks for, in words.
pub(crate) fn wanted(shell: &Shell, kind: TaskKind, reason: &str) -> String {
    if kind == TaskKind::ByHand { reason.to_owned() } else { words::word(shell, "task", kind.as_str()) }
}

/// The task as a line among what belongs to its order.
pub(crate) fn item(shell: &Shell, task: &Task) -> RelatedItem {
    RelatedItem {
        label: words::word(shell, "task-kind", task.kind.as_str()),
        detail: task.done_note.clone().unwrap_or_else(|| cause(shell, task.kind, &task.reason)),
        href: format!("/tasks/{}", task.id),
        state: words::badge(shell, "task-state", task.state.as_str()),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Office(shell): Office,
    staff: Staff,
    Path(id): Path<TaskId>,
    Query(tab): Query<TabQuery>,
) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let task = fulfilment::task(&mut tx, id).await?;
    let order = orders::service::record(&mut tx, task.order).await?;
    let history = History::of(&mut tx, &[id.0], &tab).await?;
    let team = Team::of(&mut tx).await?;
    drop(tx);
    viewed(&app, &staff.scope, "fulfilment_task", id.0).await?;
    let mut page = record_page(shell, &task, &order, &team);
    history.show(&app, &mut page, &format!("/tasks/{id}"));
    html(&page)
}

fn record_page(shell: Shell, task: &TaskRow, order: &OrderRecord, team: &Team) -> RecordPage {
    let shell = shell.under("office-tasks-title", "/tasks");
    let state = words::badge(&shell, "task-state", task.state.as_str());
    let title = words::word(&shell, "task-kind", task.kind.as_str());
    let mut page = RecordPage::new(shell, title, task.order_number.clone(), state);
    let shell = &page.shell;
    if task.state == TaskState::Open {
        page.alerts.push(Flash { tone: Tone::Warn, text: wanted(shell, task.kind, &task.reason), undo: None });
        if shell.can(SETTLE_TASK) {
            page.next.push(Action::link(shell.t("office-tasks-settle"), format!("/tasks/{}/settle", task.id)).primary().icon("check").key("e"));
            if task.assigned_to.is_none() {
                page.next.push(Action::post(shell.t("office-tasks-take"), format!("/tasks/{}/take", task.id)).icon("user"));
            }
            page.next.push(Action::link(shell.t("office-tasks-assign"), format!("/tasks/{}/assign", task.id)).icon("edit"));
        }
    } else if shell.can(SETTLE_TASK) {
        page.next.push(Action::link(shell.t("office-tasks-reopen"), format!("/tasks/{}/reopen", task.id)).icon("undo"));
    }
    page.facts = vec![
        Fact::new(shell.t("office-orders-one"), task.order_number.clone()).linked(format!("/orders/{}", task.order)),
        Fact::new(shell.t("office-customer"), task.customer_name.clone()).linked(format!("/customers/{}", task.customer)),
        Fact::new(shell.t("field-reason"), cause(shell, task.kind, &task.reason)),
        Fact::new(shell.t("field-created"), shell.moment(&task.created_at)),
    ];
    if task.assigned_to.is_some() {
        page.facts.push(Fact::new(shell.t("office-tasks-assignee"), team.name(task.assigned_to)));
    }
    if let Some(day) = &task.due_on {
        page.facts.push(Fact::new(shell.t("office-tasks-due"), shell.date(day)));
    }
    if let Some(note) = &task.done_note {
        page.facts.push(Fact::new(shell.t("office-tasks-done"), note.clone()));
    }
    page.related = related(shell, task, order);
    page.timeline = vec![Event {
        icon: "alert",
        tone: Tone::Warn,
        text: words::word(shell, "task-kind", task.kind.as_str()),
        who: String::new(),
        at: task.created_at,
        detail: cause(shell, task.kind, &task.reason),
    }];
    page
}

/// What the task is about: the cover that was not issued, or the payment that was taken back and what had been issued for it.
fn related(shell: &Shell, task: &TaskRow, order: &OrderRecord) -> Vec<Related> {
    let about_line = order.status.lines.iter().any(|line| line.id.0 == task.cause);
    let lines = order.status.lines.iter().filter(|line| !about_line || line.id.0 == task.cause);
    let line = |line: &orders::LineView| RelatedItem {
        label: format!("{}: {} {}", line.insurer_name, line.product_name.get(&shell.lang), line.plate.clone().unwrap_or_default()).trim().to_owned(),
        detail: shell.money(&line.payable),
        href: line.policy.map(|policy| format!("/policies/{policy}")).unwrap_or_default(),
        state: words::badge(shell, "order-line", line.state.as_str()),
    };
    let payments = order.status.payments.iter().filter(|payment| task.kind == TaskKind::LineFailed || payment.id.0 == task.cause);
    let payment = |payment: &ledger::payments::PaymentStatus| RelatedItem {
        label: format!("{} {}", payment.method_title, payment.reference),
        detail: shell.money(&payment.amount),
        href: if shell.can(PAYMENT_READ) { format!("/payments/{}", payment.id) } else { String::new() },
        state: words::badge(shell, "payment-state", payment.state.as_str()),
    };
    let mut groups = vec![
        Related { title: shell.t("office-orders-lines"), items: lines.map(line).collect(), all_href: String::new() },
        Related { title: shell.t("office-payments-title"), items: payments.map(payment).collect(), all_href: String::new() },
    ];
    groups.retain(|group| !group.items.is_empty());
    groups
}

fn settle_page(shell: Shell, task: &TaskRow) -> FormPage {
    let href = format!("/tasks/{}", task.id);
    let mut shell = shell.under("office-tasks-title", "/tasks");
    shell.crumbs.push(Crumb { label: task.order_number.clone(), href: href.clone() });
    let note = Field::area("note", shell.t("office-tasks-done")).max(500).help(shell.t("office-tasks-done-help"));
    let facts = vec![
        Fact::new(shell.t("office-tasks-what"), words::word(&shell, "task-kind", task.kind.as_str())),
        Fact::new(shell.t("office-customer"), task.customer_name.clone()),
    ];
    let (title, lede) = (shell.t("office-tasks-settle"), wanted(&shell, task.kind, &task.reason));
    FormPage::new(shell, title, &format!("{href}/settle"), &href, vec![Section::of(vec![note])]).lede(lede).facts(facts)
}

pub(super) async fn show_settle(Office(shell): Office, staff: Staff, Path(id): Path<TaskId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let task = fulfilment::task(&mut tx, id).await?;
    settle_page(shell, &task).show()
}

pub(super) async fn settle(Office(shell): Office, staff: Staff, Path(id): Path<TaskId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let mut tx = staff.begin_write().await?;
    let task = fulfilment::task(&mut tx, id).await?;
    if task.state == TaskState::Done {
        return Ok(redirect_with(&format!("/tasks/{id}"), Tone::Warn, "office-tasks-done-before"));
    }
    match fulfilment::settle_task(&mut tx, id, sent.text("note")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/tasks", Tone::Good, "office-tasks-settled"))
        }
        Err(error) => settle_page(shell, &task).again(&sent, error),
    }
}

fn reopen_page(shell: Shell, task: &TaskRow) -> FormPage {
    let href = format!("/tasks/{}", task.id);
    let mut shell = shell.under("office-tasks-title", "/tasks");
    shell.crumbs.push(Crumb { label: task.order_number.clone(), href: href.clone() });
    let reason = Field::area("reason", shell.t("field-reason")).max(500);
    let (title, lede) = (shell.t("office-tasks-reopen"), wanted(&shell, task.kind, &task.reason));
    FormPage::new(shell, title, &format!("{href}/reopen"), &href, vec![Section::of(vec![reason])]).lede(lede).version(task.version)
}

pub(super) async fn show_reopen(Office(shell): Office, staff: Staff, Path(id): Path<TaskId>) -> AppResult<Response> {
    let mut tx = staff.begin_read().await?;
    let task = fulfilment::task(&mut tx, id).await?;
    reopen_page(shell, &task).show()
}

pub(super) async fn reopen(Office(shell): Office, staff: Staff, Path(id): Path<TaskId>, Form(sent): Form<Sent>) -> AppResult<Response> {
    let version = sent.version()?;
    let mut tx = staff.begin_write().await?;
    let task = fulfilment::task(&mut tx, id).await?;
    let reopened = match fulfilment::hold_task(&mut tx, id, version).await {
        Ok(()) => fulfilment::reopen_task(&mut tx, id, sent.text("reason")).await,
        changed => changed,
    };
    match reopened {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/tasks/{id}"), Tone::Good, "office-tasks-reopened"))
        }
        Err(error) => reopen_page(shell, &task).again(&sent, error),
    }
}
