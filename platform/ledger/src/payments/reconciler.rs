//! Finds intents without an outcome: written but never sent, sent by a worker that died, waiting without a job that asks, unknown
//! and due to be asked again. It only wants jobs; the jobs decide under lock. Safe to run twice, on two nodes, at any moment.

use chrono::Duration;
use kernel::{AppResult, Scope};

use super::{Submit, inquiry, store};
use crate::payments::PaymentState;

/// How long something may lie before its own job counts as lost.
const QUIET: Duration = Duration::seconds(60);

/// Takes up what lies. Gives how many payments it took up.
///
/// # Errors
/// Those of the database.
pub async fn reconcile(scope: &Scope) -> AppResult<usize> {
    let mut tx = scope.begin_read().await?;
    let lying = store::without_outcome(&mut tx, scope.now() - QUIET).await?;
    drop(tx);
    for id in &lying {
        let mut tx = scope.begin_write().await?;
        let mut payment = store::lock(&mut tx, *id).await?;
        if payment.updated_at >= scope.now() - QUIET {
            continue;
        }
        match payment.state {
            PaymentState::Created | PaymentState::Submitted => {
                // Counts the version up, so that the next look finds it touched.
                store::update(&mut tx, &mut payment).await?;
                tx.enqueue(&Submit { payment: payment.id, version: payment.version, locale: None }).await?;
            }
            PaymentState::Received => continue,
            _ => inquiry::resume(&mut tx, *id).await?,
        }
        tx.commit().await?;
    }
    Ok(lying.len())
}
