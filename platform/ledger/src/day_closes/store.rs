//! SQL of the till.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    money::{Currency, Money},
    paging::{List, Page, PageRequest},
};
use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{Count, DayClose, DayCloseId, DayCloseState, PersonCash};
use crate::{accounts::Account, columns::Code};

fn key(tx: &ReadTx) -> String {
    format!("ledger.till:{}", tx.tenant_id())
}

/// Held until the transaction ends: nobody else closes a day or posts cash.
pub async fn lock_till(tx: &mut TenantTx) -> AppResult<()> {
    let key = key(tx);
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key).execute(tx.conn()).await?;
    Ok(())
}

/// Held until the transaction ends: nobody closes a day; others post cash beside this one.
pub async fn share_till(tx: &mut TenantTx) -> AppResult<()> {
    let key = key(tx);
    sqlx::query!("select pg_advisory_xact_lock_shared(hashtextextended($1, 0))", key).execute(tx.conn()).await?;
    Ok(())
}

/// What the cash account comes to at the end of a day.
pub async fn balance(tx: &mut ReadTx, currency: Currency, day: NaiveDate) -> AppResult<Money> {
    let (tenant, cash) = (tx.tenant_id(), Account::cash());
    let minor = sqlx::query_scalar!(
        r#"select coalesce(sum(j.amount_minor), 0)::bigint as "sum!" from accounts a
           join journal_lines j on j.tenant_id = a.tenant_id and j.account_id = a.id
           where a.tenant_id = $1 and a.kind = 'clearing' and a.sub_key = $2 and a.currency = $3 and j.business_date <= $4"#,
        tenant,
        cash.sub_key(),
        currency.code(),
        day
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Money::new(minor, currency))
}

/// What each person moved of it on the day.
pub async fn by_person(tx: &mut ReadTx, currency: Currency, day: NaiveDate) -> AppResult<Vec<PersonCash>> {
    let (tenant, cash) = (tx.tenant_id(), Account::cash());
    let rows = sqlx::query!(
        r#"select e.posted_by, sum(j.amount_minor)::bigint as "sum!" from accounts a
           join journal_lines j on j.tenant_id = a.tenant_id and j.account_id = a.id
           join journal_entries e on e.tenant_id = j.tenant_id and e.id = j.entry_id
           where a.tenant_id = $1 and j.business_date = $2 and a.kind = 'clearing' and a.sub_key = $3 and a.currency = $4
           group by e.posted_by order by e.posted_by"#,
        tenant,
        day,
        cash.sub_key(),
        currency.code()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| PersonCash { person: row.posted_by, moved: Money::new(row.sum, currency) }).collect())
}

/// Cash that was taken by the end of the day and waits for approval.
pub async fn waiting(tx: &mut ReadTx, currency: Currency, day: NaiveDate) -> AppResult<Money> {
    let (tenant, cash) = (tx.tenant_id(), Account::cash());
    let minor = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from takings
           where tenant_id = $1 and method = $2 and currency = $3 and received_on <= $4 and state = 'to_approve'"#,
        tenant,
        cash.sub_key(),
        currency.code(),
        day
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Money::new(minor, currency))
}

/// The last day that counts as closed; one that waits for approval does.
pub async fn last_closed(tx: &mut ReadTx) -> AppResult<Option<NaiveDate>> {
    let tenant = tx.tenant_id();
    let day = sqlx::query_scalar!("select max(day) from day_closes where tenant_id = $1 and state in ('to_approve', 'closed')", tenant)
        .fetch_one(tx.conn())
        .await?;
    Ok(day)
}

/// False if somebody else was quicker.
pub async fn insert(tx: &mut TenantTx, close: &DayClose) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "insert into day_closes (tenant_id, id, day, currency, expected_minor, counted_minor, pieces, reason, state, above_limit, closed_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
         on conflict (tenant_id, day, currency) where state in ('to_approve', 'closed') do nothing",
        tenant,
        close.id.0,
        close.day,
        close.expected.currency.code(),
        close.expected.minor,
        close.counted.minor,
        Json(&close.pieces) as _,
        close.reason,
        close.state.as_str(),
        close.above_limit,
        close.closed_by,
        close.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn decide(tx: &mut TenantTx, id: DayCloseId, state: DayCloseState, by: Uuid) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update day_closes set state = $3, decided_by = $4, version = version + 1, updated_at = $5 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        state.as_str(),
        by,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn reopen(tx: &mut TenantTx, id: DayCloseId, reason: &str) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update day_closes set state = 'reopened', reopen_reason = $3, version = version + 1, updated_at = $4 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    day: NaiveDate,
    currency: Code,
    expected_minor: i64,
    counted_minor: i64,
    pieces: Json<Count>,
    reason: Option<String>,
    state: DayCloseState,
    above_limit: bool,
    closed_by: Uuid,
    decided_by: Option<Uuid>,
    reopen_reason: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<Row> for DayClose {
    fn from(row: Row) -> Self {
        Self {
            id: DayCloseId(row.id),
            day: row.day,
            expected: Money::new(row.expected_minor, row.currency.0),
            counted: Money::new(row.counted_minor, row.currency.0),
            pieces: row.pieces.0,
            reason: row.reason,
            state: row.state,
            above_limit: row.above_limit,
            closed_by: row.closed_by,
            decided_by: row.decided_by,
            reopen_reason: row.reopen_reason,
            created_at: row.created_at,
        }
    }
}

pub async fn find(tx: &mut ReadTx, id: DayCloseId) -> AppResult<Option<DayClose>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, day, currency as "currency: Code", expected_minor, counted_minor, pieces as "pieces: Json<Count>", reason,
                  state as "state: DayCloseState", above_limit, closed_by, decided_by, reopen_reason, created_at
           from day_closes where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(DayClose::from))
}

pub async fn lock(tx: &mut TenantTx, id: DayCloseId) -> AppResult<Option<DayClose>> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from day_closes where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    find(tx, id).await
}

pub async fn list(tx: &mut ReadTx, state: Option<DayCloseState>, page: &PageRequest) -> AppResult<Page<DayClose>> {
    let mut list = List::new(
        "d.id, d.day, d.currency, d.expected_minor, d.counted_minor, d.pieces, d.reason, d.state, d.above_limit, d.closed_by, d.decided_by, d.reopen_reason, \
         d.created_at",
        "from day_closes d",
        "d.tenant_id",
        "d.id",
    );
    if let Some(state) = state {
        list.filter("d.state = ", state.as_str(), "");
    }
    Ok(list.fetch(tx, page, |row: &Row| row.id).await?.map(DayClose::from))
}
