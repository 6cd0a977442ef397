//! SQL of requests about personal data.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest},
};

use super::{DataRequest, DataRequestId, DataRequestRow, RequestKind, RequestState};
use crate::customers::CustomerId;

pub(super) struct NewRequest {
    pub customer: CustomerId,
    pub kind: RequestKind,
    pub answer_by: NaiveDate,
    pub until: Option<DateTime<Utc>>,
}

/// Notes a request; none if one of this kind is open.
pub(super) async fn insert(tx: &mut TenantTx, new: NewRequest) -> AppResult<Option<DataRequestId>> {
    let (tenant, now, actor, id) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string(), DataRequestId::new());
    let done = sqlx::query!(
        "insert into data_requests (tenant_id, id, customer_id, kind, state, requested_at, requested_by, answer_by, until, updated_at)
         values ($1, $2, $3, $4, 'wanted', $5, $6, $7, $8, $5) on conflict do nothing",
        tenant,
        id.0,
        new.customer.0,
        new.kind.as_str(),
        now,
        actor,
        new.answer_by,
        new.until
    )
    .execute(tx.conn())
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

/// The newest request of a kind.
pub(super) async fn newest(tx: &mut ReadTx, customer: CustomerId, kind: RequestKind) -> AppResult<Option<DataRequest>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        DataRequest,
        r#"select id as "id: DataRequestId", customer_id as "customer: CustomerId", kind as "kind: RequestKind", state as "state: RequestState",
             requested_at, answer_by, until, kept_until, path
           from data_requests where tenant_id = $1 and customer_id = $2 and kind = $3 order by id desc limit 1"#,
        tenant,
        customer.0,
        kind.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(super) async fn find(tx: &mut ReadTx, id: DataRequestId) -> AppResult<Option<DataRequest>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        DataRequest,
        r#"select id as "id: DataRequestId", customer_id as "customer: CustomerId", kind as "kind: RequestKind", state as "state: RequestState",
             requested_at, answer_by, until, kept_until, path
           from data_requests where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Takes the request from one state into another. False if it was not in the first.
pub(super) async fn turn(tx: &mut TenantTx, id: DataRequestId, from: RequestState, to: RequestState) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update data_requests set state = $4, updated_at = $5 where tenant_id = $1 and id = $2 and state = $3",
        tenant,
        id.0,
        from.as_str(),
        to.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The copy lies there, until then.
pub(super) async fn ready(tx: &mut TenantTx, id: DataRequestId, path: &str, until: DateTime<Utc>) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update data_requests set state = 'ready', path = $3, until = $4, updated_at = $5 where tenant_id = $1 and id = $2 and state = 'wanted'",
        tenant,
        id.0,
        path,
        until,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A deletion was carried out, but for records that are kept until a day.
pub(super) async fn restrict(tx: &mut TenantTx, id: DataRequestId, kept_until: NaiveDate) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update data_requests set state = 'restricted', kept_until = $3, updated_at = $4 where tenant_id = $1 and id = $2 and state = 'wanted'",
        tenant,
        id.0,
        kept_until,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whoever is erased downloads nothing any more: copies are due for removal at once, and one that was asked for is not made.
pub(super) async fn end_copies(tx: &mut TenantTx, customer: CustomerId) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update data_requests set until = case when state = 'ready' then $3::timestamptz end, state = case when state = 'ready' then state else 'withdrawn' end,
           updated_at = $3
         where tenant_id = $1 and customer_id = $2 and kind = 'export' and state in ('wanted', 'ready')",
        tenant,
        customer.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets others go first, so that those who cannot be erased yet never keep those who can waiting.
pub(super) async fn put_off(tx: &mut TenantTx, id: DataRequestId) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!("update data_requests set updated_at = $3 where tenant_id = $1 and id = $2", tenant, id.0, now).execute(tx.conn()).await?;
    Ok(())
}

/// Requests for which something is to be done by now: deletions whose days are over, records whose years are over, copies that have
/// been there long enough.
pub(super) async fn due(tx: &mut ReadTx) -> AppResult<Vec<DataRequest>> {
    let (tenant, now, today) = (tx.tenant_id(), tx.scope().now(), tx.scope().today());
    let rows = sqlx::query_as!(
        DataRequest,
        r#"select id as "id: DataRequestId", customer_id as "customer: CustomerId", kind as "kind: RequestKind", state as "state: RequestState",
             requested_at, answer_by, until, kept_until, path
           from data_requests
           where tenant_id = $1 and (kind = 'erasure' and state = 'wanted' and until <= $2 or state = 'restricted' and kept_until < $3
             or state = 'ready' and until <= $2)
           order by updated_at, id limit 50"#,
        tenant,
        now,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

const COLUMNS: &str =
    "r.id, r.customer_id, p.display_name as customer_name, c.number as customer_number, r.kind, r.state, r.requested_at, r.answer_by,
    r.until, r.kept_until";
const JOINS: &str = "join customers c on c.tenant_id = r.tenant_id and c.id = r.customer_id
    join parties p on p.tenant_id = c.tenant_id and p.id = c.party_id";

/// Requests for staff, newest first; open: only those on which something is still to happen.
pub(super) async fn list(tx: &mut ReadTx, open: Option<bool>, page: &PageRequest) -> AppResult<Page<DataRequestRow>> {
    let mut list = List::new(COLUMNS, "from data_requests r", "r.tenant_id", "r.id").joining(JOINS);
    match open {
        Some(true) => list.fixed("r.state in ('wanted', 'restricted')"),
        Some(false) => list.fixed("r.state not in ('wanted', 'restricted')"),
        None => &mut list,
    };
    list.fetch(tx, page, |row: &DataRequestRow| row.id.0).await
}
