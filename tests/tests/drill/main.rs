//! What one hopes never to need, and what every release needs, practised. Run by `ops/drill`, which brings programs and keys; without it
//! nothing happens here.

mod restore;
mod upgrade;
mod vault;

use std::time::Duration;

use journeys::{buyer::Purchase, surroundings::Surroundings, wait::until};
use uuid::Uuid;

/// Waits until the purchase is paid and its certificate written.
async fn delivered(around: &Surroundings, purchase: Purchase) -> anyhow::Result<Purchase> {
    until(format!("the documents of {}", purchase.number), Duration::from_secs(90), || async {
        Ok((documents(around, purchase.order).await? > 0).then_some(()))
    })
    .await?;
    Ok(purchase)
}

/// Finished documents of the policies of an order.
async fn documents(around: &Surroundings, order: Uuid) -> anyhow::Result<i64> {
    let mut books = around.cluster.connect().await?;
    let finished = "select count(*) from documents d join policies p on p.tenant_id = d.tenant_id and p.id = d.subject_id
                    where p.order_id = $1 and d.subject_kind = 'policy' and d.state = 'current'";
    Ok(sqlx::query_scalar(finished).bind(order).fetch_one(&mut books).await?)
}
