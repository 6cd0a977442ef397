//! SQL of the receivables.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::violated_constraint,
    money::Money,
    paging::{List, Page, PageRequest},
};
use serde::Serialize;
use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{CustomerAges, OpenDebt, Receivable, ReceivableError, ReceivableFilter, ReceivableId, ReceivableState};
use crate::{columns::Code, reference::Reference};

#[derive(FromRow)]
pub struct Row {
    id: Uuid,
    payable_kind: String,
    payable_id: Uuid,
    line_id: Option<Uuid>,
    instalment: i16,
    customer_id: Uuid,
    description: String,
    amount_minor: i64,
    allocated_minor: i64,
    currency: Code,
    due_on: NaiveDate,
    reference: String,
    state: ReceivableState,
    closed_reason: Option<String>,
    version: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for Receivable {
    fn from(row: Row) -> Self {
        Self {
            id: ReceivableId(row.id),
            payable_kind: row.payable_kind,
            payable_id: row.payable_id,
            line: row.line_id,
            instalment: row.instalment,
            customer: row.customer_id,
            description: row.description,
            amount: Money::new(row.amount_minor, row.currency.0),
            allocated: Money::new(row.allocated_minor, row.currency.0),
            due_on: row.due_on,
            reference: row.reference,
            state: row.state,
            closed_reason: row.closed_reason,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A receivable in columns.
#[derive(Serialize)]
struct New<'a> {
    id: ReceivableId,
    payable_kind: &'a str,
    payable_id: Uuid,
    line: Option<Uuid>,
    instalment: i16,
    customer: Uuid,
    description: &'a str,
    amount_minor: i64,
    currency: &'static str,
    due_on: NaiveDate,
    reference: &'a str,
    number: Option<&'a str>,
}

impl<'a> New<'a> {
    fn of(new: &'a Receivable, number: Option<&'a str>) -> Self {
        Self {
            id: new.id,
            payable_kind: &new.payable_kind,
            payable_id: new.payable_id,
            line: new.line,
            instalment: new.instalment,
            customer: new.customer,
            description: &new.description,
            amount_minor: new.amount.minor,
            currency: new.amount.currency.code(),
            due_on: new.due_on,
            reference: &new.reference,
            number,
        }
    }
}

/// Inserts what is opened now, under the number of its payable in the normal form.
pub async fn insert(tx: &mut TenantTx, new: &[Receivable], number: Option<&str>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let rows: Vec<New<'_>> = new.iter().map(|new| New::of(new, number)).collect();
    sqlx::query!(
        "insert into receivables (tenant_id, id, payable_kind, payable_id, line_id, customer_id, description, amount_minor, currency, due_on, reference, state, created_at, updated_at, instalment,
                                  payable_number)
         select $1, r.id, r.payable_kind, r.payable_id, r.line, r.customer, r.description, r.amount_minor, r.currency, r.due_on, r.reference, 'open', $3, $3, r.instalment, r.number
         from jsonb_to_recordset($2) as r (id uuid, payable_kind text, payable_id uuid, line uuid, customer uuid, description text, amount_minor bigint, currency text,
           due_on date, reference text, instalment smallint, number text)",
        tenant,
        Json(rows) as _,
        now
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("receivables_line_key") => ReceivableError::AlreadyOpened.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

pub async fn of_payable(tx: &mut ReadTx, kind: &str, id: Uuid) -> AppResult<Vec<Receivable>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Row,
        r#"select id, payable_kind, payable_id, line_id, instalment, customer_id, description, amount_minor, allocated_minor, currency as "currency: Code", due_on,
                  reference, state as "state: ReceivableState", closed_reason, version, created_at, updated_at
           from receivables where tenant_id = $1 and payable_kind = $2 and payable_id = $3 order by due_on, id"#,
        tenant,
        kind,
        id
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Receivable::from).collect())
}

/// All receivables of a payable, locked in one order so that two payments for it wait for each other.
pub async fn lock_payable(tx: &mut TenantTx, kind: &str, id: Uuid) -> AppResult<Vec<Receivable>> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "select id from receivables where tenant_id = $1 and payable_kind = $2 and payable_id = $3 order by due_on, id for update",
        tenant,
        kind,
        id
    )
    .fetch_all(tx.conn())
    .await?;
    of_payable(tx, kind, id).await
}

pub async fn by_reference(tx: &mut ReadTx, reference: &str) -> AppResult<Option<Receivable>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, payable_kind, payable_id, line_id, instalment, customer_id, description, amount_minor, allocated_minor, currency as "currency: Code", due_on,
                  reference, state as "state: ReceivableState", closed_reason, version, created_at, updated_at
           from receivables where tenant_id = $1 and reference = $2"#,
        tenant,
        reference
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Receivable::from))
}

/// What is owed for the payable of this number; what is open first, oldest due first.
pub async fn by_number(tx: &mut ReadTx, number: &str) -> AppResult<Option<Receivable>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, payable_kind, payable_id, line_id, instalment, customer_id, description, amount_minor, allocated_minor, currency as "currency: Code", due_on,
                  reference, state as "state: ReceivableState", closed_reason, version, created_at, updated_at
           from receivables where tenant_id = $1 and payable_number = $2 order by (state = 'open') desc, due_on, id limit 1"#,
        tenant,
        number
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Receivable::from))
}

pub async fn of_amount(tx: &mut ReadTx, amount: Money) -> AppResult<Vec<Receivable>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Row,
        r#"select id, payable_kind, payable_id, line_id, instalment, customer_id, description, amount_minor, allocated_minor, currency as "currency: Code", due_on,
                  reference, state as "state: ReceivableState", closed_reason, version, created_at, updated_at
           from receivables where tenant_id = $1 and state = 'open' and amount_minor - allocated_minor = $2 and currency = $3
           order by due_on, id limit 6"#,
        tenant,
        amount.minor,
        amount.currency.code()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Receivable::from).collect())
}

pub async fn ages_by_customer(tx: &mut ReadTx, today: NaiveDate) -> AppResult<Vec<CustomerAges>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select customer_id, currency as "currency: Code", sum(amount_minor - allocated_minor)::bigint as "total!",
                  coalesce(sum(amount_minor - allocated_minor) filter (where due_on >= $2), 0)::bigint as "current!",
                  coalesce(sum(amount_minor - allocated_minor) filter (where due_on < $2 and due_on >= $2 - 30), 0)::bigint as "up_to_30!",
                  coalesce(sum(amount_minor - allocated_minor) filter (where due_on < $2 - 30 and due_on >= $2 - 60), 0)::bigint as "up_to_60!",
                  coalesce(sum(amount_minor - allocated_minor) filter (where due_on < $2 - 60 and due_on >= $2 - 90), 0)::bigint as "up_to_90!",
                  coalesce(sum(amount_minor - allocated_minor) filter (where due_on < $2 - 90), 0)::bigint as "over_90!"
           from receivables where tenant_id = $1 and state = 'open'
           group by customer_id, currency order by sum(amount_minor - allocated_minor) desc, customer_id limit 200"#,
        tenant,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let money = |minor| Money::new(minor, row.currency.0);
            CustomerAges {
                customer: row.customer_id,
                ages: [row.current, row.up_to_30, row.up_to_60, row.up_to_90, row.over_90].map(money),
                total: money(row.total),
            }
        })
        .collect())
}

/// As [`ages_by_customer`], of all customers together.
pub async fn ages(tx: &mut ReadTx, today: NaiveDate) -> AppResult<Vec<([Money; 5], Money)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select currency as "currency: Code", sum(amount_minor - allocated_minor)::bigint as "total!",
                  coalesce(sum(amount_minor - allocated_minor) filter (where due_on >= $2), 0)::bigint as "current!",
                  coalesce(sum(amount_minor - allocated_minor) filter (where due_on < $2 and due_on >= $2 - 30), 0)::bigint as "up_to_30!",
                  coalesce(sum(amount_minor - allocated_minor) filter (where due_on < $2 - 30 and due_on >= $2 - 60), 0)::bigint as "up_to_60!",
                  coalesce(sum(amount_minor - allocated_minor) filter (where due_on < $2 - 60 and due_on >= $2 - 90), 0)::bigint as "up_to_90!",
                  coalesce(sum(amount_minor - allocated_minor) filter (where due_on < $2 - 90), 0)::bigint as "over_90!"
           from receivables where tenant_id = $1 and state = 'open' group by currency order by currency"#,
        tenant,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let money = |minor| Money::new(minor, row.currency.0);
            ([row.current, row.up_to_30, row.up_to_60, row.up_to_90, row.over_90].map(money), money(row.total))
        })
        .collect())
}

/// Writes what can change of a locked row.
pub async fn update(tx: &mut TenantTx, receivable: &Receivable) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update receivables set allocated_minor = $4, state = $5, closed_reason = $6, version = version + 1, updated_at = $7
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        receivable.id.0,
        receivable.version,
        receivable.allocated.minor,
        receivable.state.as_str(),
        receivable.closed_reason,
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(AppError::internal("a locked receivable changed")) }
}

pub async fn insert_allocation(tx: &mut TenantTx, payment: Uuid, receivable: ReceivableId, minor: i64) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into allocations (tenant_id, id, payment_id, receivable_id, amount_minor, created_at) values ($1, $2, $3, $4, $5, $6)",
        tenant,
        Uuid::now_v7(),
        payment,
        receivable.0,
        minor,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Open second and later parts that were due before a day, in the order of their ids; those after the given one.
pub async fn later_parts_due_before(tx: &mut ReadTx, kind: &str, day: NaiveDate, after: ReceivableId, most: i64) -> AppResult<Vec<Receivable>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Row,
        r#"select id, payable_kind, payable_id, line_id, instalment, customer_id, description, amount_minor, allocated_minor, currency as "currency: Code", due_on,
                  reference, state as "state: ReceivableState", closed_reason, version, created_at, updated_at
           from receivables where tenant_id = $1 and state = 'open' and due_on < $2 and payable_kind = $3 and instalment > 1 and id > $4 order by id limit $5"#,
        tenant,
        day,
        kind,
        after.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Receivable::from).collect())
}

pub async fn list(tx: &mut ReadTx, filter: &ReceivableFilter, page: &PageRequest) -> AppResult<Page<Receivable>> {
    let mut list = List::new(
        "r.id, r.payable_kind, r.payable_id, r.line_id, r.instalment, r.customer_id, r.description, r.amount_minor, r.allocated_minor, r.currency, r.due_on, r.reference, r.state, r.closed_reason, r.version, r.created_at, r.updated_at",
        "from receivables r",
        "r.tenant_id",
        "r.id",
    )
    .amounts("r.amount_minor")
    .sortable("due", "r.due_on");
    if let Some(state) = filter.state {
        list.filter("r.state = ", state.as_str(), "");
    }
    if let Some(customer) = filter.customer {
        list.filter("r.customer_id = ", customer, "");
    }
    if let Some(payable) = filter.payable_id {
        list.filter("r.payable_id = ", payable, "");
    }
    if let Some(day) = filter.due_by {
        list.filter("r.due_on <= ", day, "");
    }
    if let Some(day) = filter.due_from {
        list.filter("r.due_on >= ", day, "");
    }
    if let Some(text) = page.search_text() {
        let reference = Reference::parse(&text).map_or(text, |reference| reference.as_str().to_owned());
        list.filter("r.reference = ", reference, "");
    }
    let rows = list.fetch(tx, page, |row: &Row| row.id).await?;
    Ok(rows.map(Receivable::from))
}

/// Open debts due between two days, both included, after the given one in the order of days and payables; at most `limit`.
pub async fn list_due(tx: &mut ReadTx, from: NaiveDate, to: NaiveDate, after: (NaiveDate, Uuid), limit: i64) -> AppResult<Vec<OpenDebt>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select payable_kind, payable_id, customer_id, due_on, currency as "currency: Code", min(description) as "description!",
             sum(amount_minor - allocated_minor)::bigint as "outstanding!", min(created_at) as "opened_at!"
           from receivables where tenant_id = $1 and state = 'open' and due_on between $2 and $3 and (due_on, payable_id) > ($4, $5)
           group by payable_kind, payable_id, customer_id, due_on, currency order by due_on, payable_id limit $6"#,
        tenant,
        from,
        to,
        after.0,
        after.1,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OpenDebt {
            payable_kind: row.payable_kind,
            payable_id: row.payable_id,
            customer: row.customer_id,
            description: row.description,
            outstanding: Money::new(row.outstanding, row.currency.0),
            due_on: row.due_on,
            opened_at: row.opened_at,
        })
        .collect())
}
