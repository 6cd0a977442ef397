//! SQL of tasks and mails.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    events::EventData,
    paging::{List, Page, PageRequest, prefix_end},
};
use ports::outgoing::Outcome;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::orders::{OrderId, SETTLE_TASK};

kernel::id!(/** Identifies something that staff have to put right. */ TaskId);

kernel::text_enum! {
    pub enum TaskKind {
        /// A paid line could not be issued; the money is the customer's credit.
        LineFailed = "line_failed",
        /// A provider took back money for which policies were issued.
        PaymentReversed = "payment_reversed",
        /// An instalment is late, and cover goes on.
        InstalmentOverdue = "instalment_overdue",
        /// A policy waits for somebody's approval.
        PolicyApproval = "policy_approval",
        /// Somebody asked for it; the reason is in their words.
        ByHand = "by_hand",
    }
}

kernel::text_enum! {
    pub enum TaskState {
        Open = "open",
        Done = "done",
    }
}

/// What staff have to put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Task {
    pub id: TaskId,
    pub kind: TaskKind,
    pub order: OrderId,
    /// The line, the payment, the instalment, or the policy.
    pub cause: Uuid,
    pub reason: String,
    pub state: TaskState,
    pub done_note: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// A task with whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct TaskRow {
    pub id: TaskId,
    pub kind: TaskKind,
    pub order: OrderId,
    #[schema(example = "ORD-2026-00042")]
    pub order_number: String,
    pub customer: Uuid,
    pub customer_name: String,
    /// The line, the payment, the instalment, or the policy; of a task that somebody asked for, the task itself.
    pub cause: Uuid,
    /// The code of the failure, or what is to be done.
    pub reason: String,
    pub state: TaskState,
    /// The member of staff who sees to it.
    pub assigned_to: Option<Uuid>,
    pub due_on: Option<NaiveDate>,
    pub done_note: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// Who sees to a task, and until when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Assignment {
    pub to: Option<Uuid>,
    pub due_on: Option<NaiveDate>,
}

/// A task has another person who sees to it, or nobody.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TaskAssigned {
    pub task: TaskId,
    pub to: Option<Uuid>,
    pub by: Option<Uuid>,
}

impl EventData for TaskAssigned {
    const TYPE: &'static str = "fulfilment_task.assigned";
    const AGGREGATE: &'static str = "fulfilment_task";
    fn aggregate_id(&self) -> Uuid {
        self.task.0
    }
}

/// Staff have something to put right.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TaskOpened {
    pub task: TaskId,
    pub kind: TaskKind,
    pub order: OrderId,
}

impl EventData for TaskOpened {
    const TYPE: &'static str = "fulfilment_task.opened";
    const AGGREGATE: &'static str = "fulfilment_task";
    fn aggregate_id(&self) -> Uuid {
        self.task.0
    }
}

/// What the list of tasks may be narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct TaskFilter {
    pub state: Option<TaskState>,
    /// Seen to by this member of staff.
    pub assigned_to: Option<Uuid>,
    /// Seen to by nobody.
    pub unassigned: bool,
    /// Due on this day at the latest.
    pub due_by: Option<NaiveDate>,
}

/// Adds a task, once per cause, and says that it is there.
pub(super) async fn insert_task(tx: &mut TenantTx, kind: TaskKind, order: OrderId, cause: Uuid, reason: &str) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let id = TaskId::new();
    let added = sqlx::query!(
        "insert into fulfilment_tasks (tenant_id, id, kind, order_id, cause_id, reason, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict on constraint fulfilment_tasks_cause_key do nothing",
        tenant,
        id.0,
        kind.as_str(),
        order.0,
        cause,
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 1 { tx.emit(&TaskOpened { task: id, kind, order }).await } else { Ok(()) }
}

/// Adds a task that somebody asked for.
pub(super) async fn insert_own_task(tx: &mut TenantTx, order: OrderId, what: &str, assignment: Assignment) -> AppResult<TaskId> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let id = TaskId::new();
    sqlx::query!(
        "insert into fulfilment_tasks (tenant_id, id, kind, order_id, cause_id, reason, assigned_to, due_on, created_at, updated_at)
         values ($1, $2, $3, $4, $2, $5, $6, $7, $8, $8)",
        tenant,
        id.0,
        TaskKind::ByHand.as_str(),
        order.0,
        what,
        assignment.to,
        assignment.due_on,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

pub(super) async fn tasks_of_order(tx: &mut ReadTx, order: OrderId) -> AppResult<Vec<Task>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Task,
        r#"select id as "id: TaskId", kind as "kind: TaskKind", order_id as "order: OrderId", cause_id as cause, reason, state as "state: TaskState", done_note,
             created_at
           from fulfilment_tasks where tenant_id = $1 and order_id = $2 order by id"#,
        tenant,
        order.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub(super) async fn find_task(tx: &mut ReadTx, id: TaskId) -> AppResult<Option<TaskRow>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        TaskRow,
        r#"select f.id as "id: TaskId", f.kind as "kind: TaskKind", f.order_id as "order: OrderId", o.number as order_number, o.customer_id as customer,
             p.display_name as customer_name, f.cause_id as cause, f.reason, f.state as "state: TaskState", f.assigned_to, f.due_on, f.done_note,
             f.version, f.created_at
           from fulfilment_tasks f
           join orders o on o.tenant_id = f.tenant_id and o.id = f.order_id
           join customers c on c.tenant_id = o.tenant_id and c.id = o.customer_id
           join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id
           where f.tenant_id = $1 and f.id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(super) async fn list_tasks(tx: &mut ReadTx, filter: &TaskFilter, page: &PageRequest) -> AppResult<Page<TaskRow>> {
    let mut list = List::new(
        r#"f.id, f.kind, f.order_id as "order", o.number as order_number, o.customer_id as customer, p.display_name as customer_name, f.cause_id as cause,
         f.reason, f.state, f.assigned_to, f.due_on, f.done_note, f.version, f.created_at"#,
        "from fulfilment_tasks f",
        "f.tenant_id",
        "f.id",
    )
    .joining(
        "join orders o on o.tenant_id = f.tenant_id and o.id = f.order_id
         join customers c on c.tenant_id = o.tenant_id and c.id = o.customer_id
         join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id",
    )
    .sortable_lacking("due", "coalesce(f.due_on, 'infinity'::date)", "coalesce(f.due_on, '-infinity'::date)");
    if let Some(state) = filter.state {
        list.filter("f.state = ", state.as_str(), "");
    }
    if let Some(user) = filter.assigned_to {
        list.filter("f.assigned_to = ", user, "");
    }
    if filter.unassigned {
        list.fixed("f.assigned_to is null");
    }
    if let Some(day) = filter.due_by {
        list.filter("f.due_on <= ", day, "");
    }
    if let Some(text) = page.search_text() {
        let key = text.to_uppercase();
        if key.starts_with("ORD-") {
            list.joined().filter("o.number = ", key, "");
        } else {
            list.joined().filter("p.name_norm >= ", text.clone(), "").filter("p.name_norm < ", prefix_end(&text), "");
        }
    }
    list.fetch(tx, page, |task: &TaskRow| task.id.0).await
}

/// The task's version, kept from others until the transaction ends.
pub(super) async fn lock_task(tx: &mut TenantTx, id: TaskId) -> AppResult<Option<i32>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!("select version from fulfilment_tasks where tenant_id = $1 and id = $2 for update", tenant, id.0)
        .fetch_optional(tx.conn())
        .await?)
}

/// Whether this member of staff may settle tasks.
pub(super) async fn may_settle(tx: &mut ReadTx, member: Uuid) -> AppResult<bool> {
    Ok(sqlx::query_scalar!(r#"select staff_may($1, $2) as "may!""#, member, SETTLE_TASK).fetch_one(tx.conn()).await?)
}

/// Who sees to an open task, kept from others until the transaction ends. None if it is not open.
pub(super) async fn lock_assignment(tx: &mut TenantTx, id: TaskId) -> AppResult<Option<Assignment>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_as!(
        Assignment,
        r#"select assigned_to as "to", due_on from fulfilment_tasks where tenant_id = $1 and id = $2 and state = 'open' for update"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found)
}

pub(super) async fn update_assignment(tx: &mut TenantTx, id: TaskId, assignment: Assignment) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update fulfilment_tasks set assigned_to = $3, due_on = $4, updated_at = $5, version = version + 1 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        assignment.to,
        assignment.due_on,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn settle_task(tx: &mut TenantTx, id: TaskId, note: &str) -> AppResult<()> {
    let (tenant, now, user) = (tx.tenant_id(), tx.scope().now(), tx.scope().user());
    let done = sqlx::query!(
        "update fulfilment_tasks set state = 'done', done_at = $3, done_by = $4, done_note = $5, updated_at = $3, version = version + 1
         where tenant_id = $1 and id = $2 and state = 'open'",
        tenant,
        id.0,
        now,
        user,
        note
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(AppError::not_found()) }
}

/// Opens a task again that a person marked as done. False if it is open, or was settled by what happened.
pub(super) async fn reopen_task(tx: &mut TenantTx, id: TaskId) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update fulfilment_tasks set state = 'open', done_at = null, done_by = null, done_note = null, updated_at = $3, version = version + 1
         where tenant_id = $1 and id = $2 and state = 'done' and done_by is not null",
        tenant,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that a cause is no more, if there is an open task about it.
pub(crate) async fn settle_task_of(tx: &mut TenantTx, kind: TaskKind, cause: Uuid) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update fulfilment_tasks set state = 'done', done_at = $4, updated_at = $4, version = version + 1
         where tenant_id = $1 and kind = $2 and cause_id = $3 and state = 'open'",
        tenant,
        kind.as_str(),
        cause,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Wants the order's mail, once.
pub(super) async fn want_mail(tx: &mut TenantTx, order: OrderId) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into order_mails (tenant_id, id, order_id, created_at, updated_at) values ($1, $2, $3, $4, $4) on conflict on constraint order_mails_order_key do nothing",
        tenant,
        Uuid::now_v7(),
        order.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes the order's mail for sending: its id, which is the message's. None if it is done, or another worker sends it, whose claim
/// is of `stale` or later. Claims are real time.
pub(super) async fn claim_mail(tx: &mut TenantTx, order: OrderId, stale: DateTime<Utc>) -> AppResult<Option<Uuid>> {
    let tenant = tx.tenant_id();
    let id = sqlx::query_scalar!(
        "update order_mails set state = 'sending', claimed_at = now(), updated_at = $4
         where tenant_id = $1 and order_id = $2 and (state = 'wanted' or (state = 'sending' and claimed_at < $3)) returning id",
        tenant,
        order.0,
        stale,
        tx.scope().now()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

pub(super) async fn is_mail_claimed(tx: &mut ReadTx, order: OrderId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let claimed =
        sqlx::query_scalar!(r#"select state = 'sending' as "claimed!" from order_mails where tenant_id = $1 and order_id = $2"#, tenant, order.0)
            .fetch_optional(tx.conn())
            .await?;
    Ok(claimed.unwrap_or(false))
}

/// Writes what became of a claimed mail.
pub(super) async fn update_mail(tx: &mut TenantTx, id: Uuid, outcome: Outcome, provider_ref: Option<&str>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let sent_at = (outcome == Outcome::Sent).then_some(now);
    sqlx::query!(
        "update order_mails set state = $3, provider_ref = $4, sent_at = $5, claimed_at = null, updated_at = $6
         where tenant_id = $1 and id = $2 and state = 'sending'",
        tenant,
        id,
        outcome.as_str(),
        provider_ref,
        sent_at,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
