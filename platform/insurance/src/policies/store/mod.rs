//! SQL of policies and their terms; versions and lists lie beside it.

mod lists;
mod versions;

use chrono::{DateTime, Utc};
use crm::CustomerId;
use kernel::{AppResult, ReadTx, TenantTx, error::expect_one};
use sqlx::types::Json;
use uuid::Uuid;

pub(super) use lists::{find_end_of_stretch, list, list_ending, list_turning};
pub(crate) use versions::newest_version;
pub(super) use versions::{next_revision, update_certificate};

use super::{Approval, Policy, PolicyFailure, PolicyId, PolicyState, PolicyTerm, TermId, VersionId};
use crate::{
    catalogue::ProductId,
    insurers::InsurerId,
    law::plates::normalise,
    orders::{OrderId, OrderLine, OrderLineId},
    text::LocalText,
};

/// A policy to be written, with its first term and version, from the line that was bought.
pub(super) struct NewPolicy<'a> {
    pub id: PolicyId,
    pub number: &'a str,
    pub state: PolicyState,
    pub approval: Approval,
    pub term: &'a PolicyTerm,
    pub version: VersionId,
    pub line: &'a OrderLine,
}

pub(super) async fn insert(tx: &mut TenantTx, new: NewPolicy<'_>) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let (line, term) = (new.line, new.term);
    sqlx::query!(
        "insert into policies (tenant_id, id, number, customer_id, insurer_id, product_id, category_code, business_line, plate, plate_norm, state, order_id,
           order_line_id, current_term_id, created_at, created_by, updated_at, approval)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $15, $17)",
        tenant,
        new.id.0,
        new.number,
        line.customer.0,
        line.insurer.0,
        line.product.0,
        line.category_code,
        line.business_line,
        line.plate,
        line.plate.as_deref().map(normalise),
        new.state.as_str(),
        line.order.0,
        line.id.0,
        term.id.0,
        now,
        actor,
        new.approval.as_str()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into policy_terms (tenant_id, id, policy_id, sequence, starts_on, starts_at, ends_on, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        tenant,
        term.id.0,
        new.id.0,
        term.sequence,
        term.starts_on,
        term.starts_at,
        term.ends_on,
        now
    )
    .execute(tx.conn())
    .await?;
    versions::insert(tx, new.id, new.version, term, line).await
}

struct Columns {
    id: PolicyId,
    number: String,
    customer_id: Uuid,
    insurer_id: Uuid,
    insurer_name: String,
    product_id: Uuid,
    product_name: Json<LocalText>,
    category_code: String,
    category_title: Json<LocalText>,
    business_line: String,
    plate: Option<String>,
    state: PolicyState,
    approval: Approval,
    insurer_policy_number: Option<String>,
    order_id: Uuid,
    order_line_id: Uuid,
    current_term_id: Uuid,
    cancelled_at: Option<DateTime<Utc>>,
    cancel_reason: Option<String>,
    version: i32,
    created_at: DateTime<Utc>,
}

impl From<Columns> for Policy {
    fn from(c: Columns) -> Self {
        Self {
            id: c.id,
            number: c.number,
            customer: CustomerId(c.customer_id),
            insurer: InsurerId(c.insurer_id),
            insurer_name: c.insurer_name,
            product: ProductId(c.product_id),
            product_name: c.product_name.0,
            category_code: c.category_code,
            category_title: c.category_title.0,
            business_line: c.business_line,
            plate: c.plate,
            state: c.state,
            approval: c.approval,
            insurer_policy_number: c.insurer_policy_number,
            order: OrderId(c.order_id),
            order_line: OrderLineId(c.order_line_id),
            current_term: TermId(c.current_term_id),
            cancelled_at: c.cancelled_at,
            cancel_reason: c.cancel_reason,
            version: c.version,
            created_at: c.created_at,
        }
    }
}

/// The names are those under which it was bought: they stand on its order line.
pub(crate) async fn find(tx: &mut ReadTx, id: PolicyId) -> AppResult<Option<Policy>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Columns,
        r#"select p.id as "id: PolicyId", p.number, p.customer_id, p.insurer_id, l.insurer_name, p.product_id, l.product_name as "product_name: Json<LocalText>",
             p.category_code, l.category_title as "category_title: Json<LocalText>", p.business_line, coalesce(p.plate, p.plate_norm) as plate, p.state as "state: PolicyState",
             p.approval as "approval: Approval", p.insurer_policy_number, p.order_id, p.order_line_id, p.current_term_id, p.cancelled_at, p.cancel_reason, p.version, p.created_at
           from policies p join order_lines l on l.tenant_id = p.tenant_id and l.id = p.order_line_id
           where p.tenant_id = $1 and p.id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Policy::from))
}

pub(super) async fn find_by_number(tx: &mut ReadTx, number: &str) -> AppResult<Option<PolicyId>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(r#"select id as "id: PolicyId" from policies where tenant_id = $1 and number = $2"#, tenant, number)
        .fetch_optional(tx.conn())
        .await?)
}

/// Locks the row, then reads it.
pub(crate) async fn lock(tx: &mut TenantTx, id: PolicyId) -> AppResult<Policy> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from policies where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    Ok(find(tx, id).await?.ok_or(PolicyFailure::NotFound)?)
}

/// Writes what can change of a locked policy.
pub(super) async fn update(tx: &mut TenantTx, policy: &Policy) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update policies set state = $4, insurer_policy_number = $5, cancelled_at = $6, cancel_reason = $7, version = version + 1, updated_at = $8, approval = $9
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        policy.id.0,
        policy.version,
        policy.state.as_str(),
        policy.insurer_policy_number,
        policy.cancelled_at,
        policy.cancel_reason,
        now,
        policy.approval.as_str()
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), PolicyFailure::Changed)
}

pub(crate) async fn terms(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Vec<PolicyTerm>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        PolicyTerm,
        r#"select id as "id: TermId", sequence, starts_on, starts_at, ends_on from policy_terms where tenant_id = $1 and policy_id = $2 order by sequence"#,
        tenant,
        policy.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Policies of an order, in the order of its lines.
pub(crate) async fn of_order(tx: &mut ReadTx, order: OrderId) -> AppResult<Vec<PolicyId>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        r#"select p.id as "id: PolicyId" from policies p join order_lines l on l.tenant_id = p.tenant_id and l.id = p.order_line_id
           where p.tenant_id = $1 and p.order_id = $2 order by l.line_no"#,
        tenant,
        order.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}
