//! SQL by which a customer is forgotten. Repeating any of it changes nothing.

use kernel::{AppResult, TenantTx};
use uuid::Uuid;

/// What no contract rests on: the cart, named people, reviews, the answers of quotes that nobody bought, addresses that prices went to.
pub(super) async fn forget_wishes(tx: &mut TenantTx, customer: Uuid, everything: bool) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "delete from nominees m using nominations n where m.tenant_id = $1 and m.customer_id = $2
           and n.tenant_id = m.tenant_id and n.id = m.nomination_id and ($3 or n.role = 'dependant')",
        tenant,
        customer,
        everything
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from cart_items where tenant_id = $1 and customer_id = $2", tenant, customer).execute(tx.conn()).await?;
    sqlx::query!("delete from checkouts where tenant_id = $1 and customer_id = $2", tenant, customer).execute(tx.conn()).await?;
    sqlx::query!("delete from product_reviews where tenant_id = $1 and customer_id = $2", tenant, customer).execute(tx.conn()).await?;
    sqlx::query!(
        "update quote_mails m set email = 'erased@erased.invalid', state = case when m.state = 'wanted' then 'no_address' else m.state end
         from quotes q where m.tenant_id = $1 and q.tenant_id = m.tenant_id and q.id = m.quote_id and q.customer_id = $2",
        tenant,
        customer
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update quotes q set answers = '{}', plate = null, plate_norm = null where q.tenant_id = $1 and q.customer_id = $2
           and ($3 or not exists (select from order_lines l where l.tenant_id = q.tenant_id and l.quote_id = q.id))",
        tenant,
        customer,
        everything
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was insured, and what the customer wrote of it; figures and days stay.
pub(super) async fn forget_contracts(tx: &mut TenantTx, customer: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update order_lines set answers = '{}', plate = null, plate_norm = null where tenant_id = $1 and customer_id = $2",
        tenant,
        customer
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("update policies set plate = null, plate_norm = null where tenant_id = $1 and customer_id = $2", tenant, customer)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "update policy_versions v set answers = '{}' from policies p
         where v.tenant_id = $1 and p.tenant_id = v.tenant_id and p.id = v.policy_id and p.customer_id = $2",
        tenant,
        customer
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("update cancellations set reason = '-' where tenant_id = $1 and customer_id = $2", tenant, customer).execute(tx.conn()).await?;
    sqlx::query!("update cancellation_requests set reason = '-' where tenant_id = $1 and customer_id = $2", tenant, customer)
        .execute(tx.conn())
        .await?;
    sqlx::query!("update document_mails set params = '{}' where tenant_id = $1 and customer_id = $2 and state <> 'wanted'", tenant, customer)
        .execute(tx.conn())
        .await?;
    Ok(())
}
