//! SQL of the checkouts.

use chrono::NaiveDate;
use kernel::{AppError, AppResult, ReadTx, TenantTx};
use uuid::Uuid;

use super::{Checkout, CheckoutId, CheckoutStep};
use crate::{orders::OrderId, plans::Plan};

/// The caller's purchase under way.
pub(super) async fn find_open(tx: &mut ReadTx, visitor: Option<Uuid>, customer: Option<Uuid>) -> AppResult<Option<Checkout>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Checkout,
        r#"select id as "id: CheckoutId", visitor_id as visitor, customer_id as customer, step as "step: CheckoutStep", starts_on,
             plan as "plan: Plan", order_id as "order: OrderId"
           from checkouts where tenant_id = $1 and (customer_id = $2 or (visitor_id = $3 and customer_id is null)) and order_id is null
           order by id desc limit 1"#,
        tenant,
        customer,
        visitor
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(super) async fn find(tx: &mut ReadTx, id: CheckoutId) -> AppResult<Option<Checkout>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Checkout,
        r#"select id as "id: CheckoutId", visitor_id as visitor, customer_id as customer, step as "step: CheckoutStep", starts_on,
             plan as "plan: Plan", order_id as "order: OrderId"
           from checkouts where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Locks the row, then reads it.
pub(super) async fn lock(tx: &mut TenantTx, id: CheckoutId) -> AppResult<Checkout> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from checkouts where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    find(tx, id).await?.ok_or_else(AppError::not_found)
}

/// Starts one, unless another request was quicker.
pub(super) async fn insert(tx: &mut TenantTx, visitor: Option<Uuid>, customer: Option<Uuid>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into checkouts (tenant_id, id, visitor_id, customer_id, step, created_at, updated_at) values ($1, $2, $3, $4, 'details', $5, $5) on conflict do nothing",
        tenant,
        Uuid::now_v7(),
        visitor,
        customer,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn update(
    tx: &mut TenantTx,
    id: CheckoutId,
    step: CheckoutStep,
    starts_on: Option<NaiveDate>,
    order: Option<OrderId>,
) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update checkouts set step = $3, starts_on = $4, order_id = $5, version = version + 1, updated_at = $6 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        step.as_str(),
        starts_on,
        order.map(|order| order.0),
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(AppError::not_found()) }
}

pub(super) async fn update_plan(tx: &mut TenantTx, id: CheckoutId, plan: Plan) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update checkouts set plan = $3, version = version + 1, updated_at = $4 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        plan.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(AppError::not_found()) }
}

/// The customer's own open checkout makes room for the one that the visitor brings; as `system`.
pub(super) async fn move_to_customer(tx: &mut TenantTx, visitor: Uuid, customer: Uuid) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "delete from checkouts own where own.tenant_id = $1 and own.customer_id = $3 and own.order_id is null
           and exists (select 1 from checkouts v where v.tenant_id = $1 and v.visitor_id = $2 and v.customer_id is null and v.order_id is null)",
        tenant,
        visitor,
        customer
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update checkouts set customer_id = $3, version = version + 1, updated_at = $4
         where tenant_id = $1 and visitor_id = $2 and customer_id is null and order_id is null",
        tenant,
        visitor,
        customer,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
