//! SQL of cancellations and of customers' wishes.

use chrono::{DateTime, NaiveDate, Utc};
use crm::CustomerId;
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::violated_constraint,
    money::{Currency, Money},
};
use sqlx::types::Json;
use uuid::Uuid;

use super::{AskedBy, Calculation, Cancellation, CancellationFailure, CancellationId, CancellationRequest, RequestId, RequestState};
use crate::policies::PolicyId;

/// Writes what was agreed; a policy ends once.
pub(super) async fn insert(tx: &mut TenantTx, new: &Cancellation) -> AppResult<()> {
    let (tenant, actor) = (tx.tenant_id(), tx.scope().actor.to_string());
    let worked = &new.calculation;
    sqlx::query!(
        "insert into cancellations (tenant_id, id, policy_id, customer_id, asked_by, reason, from_on, calculation, law_version, collects, refund_minor, netted_minor,
           commission_minor, currency, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        tenant,
        new.id.0,
        new.policy.0,
        new.customer.0,
        new.asked_by.as_str(),
        new.reason,
        worked.from,
        Json(worked) as _,
        worked.law_version,
        new.collects,
        worked.refund.minor,
        new.netted.minor,
        worked.commission.minor,
        worked.refund.currency.code(),
        new.created_at,
        actor
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("cancellations_policy_key") => CancellationFailure::AlreadyAgreed.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

struct Columns {
    id: CancellationId,
    policy_id: Uuid,
    customer_id: Uuid,
    asked_by: AskedBy,
    reason: String,
    calculation: Json<Calculation>,
    collects: bool,
    netted_minor: i64,
    currency: String,
    created_at: DateTime<Utc>,
}

impl Columns {
    fn read(self) -> AppResult<Cancellation> {
        let currency = Currency::from_code(&self.currency).map_err(AppError::internal)?;
        Ok(Cancellation {
            id: self.id,
            policy: PolicyId(self.policy_id),
            customer: CustomerId(self.customer_id),
            asked_by: self.asked_by,
            reason: self.reason,
            calculation: self.calculation.0,
            collects: self.collects,
            netted: Money::new(self.netted_minor, currency),
            created_at: self.created_at,
        })
    }
}

pub(super) async fn find(tx: &mut ReadTx, id: CancellationId) -> AppResult<Option<Cancellation>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Columns,
        r#"select id as "id: CancellationId", policy_id, customer_id, asked_by as "asked_by: AskedBy", reason, calculation as "calculation: Json<Calculation>",
             collects, netted_minor, currency, created_at
           from cancellations where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Columns::read).transpose()
}

pub(crate) async fn of_policy(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Option<Cancellation>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Columns,
        r#"select id as "id: CancellationId", policy_id, customer_id, asked_by as "asked_by: AskedBy", reason, calculation as "calculation: Json<Calculation>",
             collects, netted_minor, currency, created_at
           from cancellations where tenant_id = $1 and policy_id = $2"#,
        tenant,
        policy.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Columns::read).transpose()
}

/// Policies that go on although the day of their agreed end has come, with the reason; those after the given one.
pub(super) async fn list_due(tx: &mut ReadTx, today: NaiveDate, after: PolicyId) -> AppResult<Vec<(PolicyId, String)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select p.id as "id: PolicyId", c.reason from cancellations c join policies p on p.tenant_id = c.tenant_id and p.id = c.policy_id
           where c.tenant_id = $1 and c.from_on <= $2 and p.id > $3 and p.state in ('pending', 'active') order by p.id limit 1000"#,
        tenant,
        today,
        after.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.reason)).collect())
}

pub(super) async fn insert_request(tx: &mut TenantTx, policy: PolicyId, customer: CustomerId, from: NaiveDate, reason: &str) -> AppResult<RequestId> {
    let (tenant, now, id) = (tx.tenant_id(), tx.scope().now(), RequestId::new());
    sqlx::query!(
        "insert into cancellation_requests (tenant_id, id, policy_id, customer_id, from_on, reason, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)",
        tenant,
        id.0,
        policy.0,
        customer.0,
        from,
        reason,
        now
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("cancellation_requests_one_open") => CancellationFailure::AlreadyAsked.into(),
        _ => AppError::from(error),
    })?;
    Ok(id)
}

/// The newest wish of the customer, answered or not.
pub(super) async fn newest_request(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Option<CancellationRequest>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        CancellationRequest,
        r#"select id as "id: RequestId", policy_id as "policy: PolicyId", from_on as "from", reason, state as "state: RequestState", answer, created_at
           from cancellation_requests where tenant_id = $1 and policy_id = $2 order by id desc limit 1"#,
        tenant,
        policy.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Answers the open wish about a policy; false if there is none.
pub(super) async fn answer_request(tx: &mut TenantTx, policy: PolicyId, state: RequestState, answer: Option<&str>) -> AppResult<bool> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "update cancellation_requests set state = $3, answer = $4, answered_at = $5, answered_by = $6, updated_at = $5
         where tenant_id = $1 and policy_id = $2 and state = 'open'",
        tenant,
        policy.0,
        state.as_str(),
        answer,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
