//! SQL of the carts.

use chrono::NaiveDate;
use kernel::{AppResult, ReadTx, TenantTx};
use uuid::Uuid;

use super::CartItemId;
use crate::quotes::{OfferId, QuoteId};

/// Whose cart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner {
    pub visitor: Option<Uuid>,
    pub customer: Option<Uuid>,
}

pub(super) struct Row {
    pub id: CartItemId,
    pub quote: QuoteId,
    pub offer: OfferId,
    pub starts_on: Option<NaiveDate>,
}

pub(super) async fn list(tx: &mut ReadTx, owner: Owner) -> AppResult<Vec<Row>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: CartItemId", quote_id as "quote: QuoteId", offer_id as "offer: OfferId", starts_on from cart_items
           where tenant_id = $1 and (customer_id = $2 or (visitor_id = $3 and customer_id is null)) order by id limit 100"#,
        tenant,
        owner.customer,
        owner.visitor
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Puts the offer in place of another one of the same quote; the day that was chosen stays.
pub(super) async fn replace(tx: &mut TenantTx, owner: Owner, quote: QuoteId, offer: OfferId) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into cart_items (tenant_id, id, visitor_id, customer_id, quote_id, offer_id, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict on constraint cart_items_quote_key do update set offer_id = $6, version = cart_items.version + 1, updated_at = $7",
        tenant,
        Uuid::now_v7(),
        owner.visitor,
        owner.customer,
        quote.0,
        offer.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn update_start(tx: &mut TenantTx, id: CartItemId, starts_on: NaiveDate) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update cart_items set starts_on = $3, version = version + 1, updated_at = $4 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        starts_on,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// False if there was none.
pub(super) async fn delete(tx: &mut TenantTx, id: CartItemId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from cart_items where tenant_id = $1 and id = $2", tenant, id.0).execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}

/// Gives how many there were of these.
pub(super) async fn delete_all(tx: &mut TenantTx, owner: Owner, ids: &[CartItemId]) -> AppResult<u64> {
    let (tenant, ids) = (tx.tenant_id(), ids.iter().map(|id| id.0).collect::<Vec<_>>());
    let done = sqlx::query!(
        "delete from cart_items where tenant_id = $1 and id = any($2) and (customer_id = $3 or (visitor_id = $4 and customer_id is null))",
        tenant,
        &ids,
        owner.customer,
        owner.visitor
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Gives the visitor's items to the customer; as `system`.
pub(super) async fn move_to_customer(tx: &mut TenantTx, visitor: Uuid, customer: Uuid) -> AppResult<u64> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update cart_items set customer_id = $3, version = version + 1, updated_at = $4 where tenant_id = $1 and visitor_id = $2 and customer_id is null",
        tenant,
        visitor,
        customer,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
