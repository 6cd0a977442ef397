//! Keeping what arrived: while deliveries are being written, those of other requests gather and are written together next, those of
//! one tenant in one transaction with the jobs that look at them. A request is answered once its delivery is durable.

use std::collections::{BTreeMap, HashMap};

use chrono::{TimeDelta, Utc};
use futures::{StreamExt, stream};
use kernel::{AppError, AppResult, Kind, Scope, http::error::chain, tenant::TenantId};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::{
    HandleWebhook, HandleWebhooks,
    store::{self, NewDelivery},
};

const BATCH: usize = 200;
/// Requests that may wait for their turn; others are told to come again.
const WAITING: usize = 2_000;
const TENANTS_AT_A_TIME: usize = 2;
/// How long the batch that is busy with an installation may take over what comes, before that gets a worker of its own.
const GRACE: TimeDelta = TimeDelta::milliseconds(100);

struct Entry {
    scope: Scope,
    delivery: NewDelivery,
    done: oneshot::Sender<AppResult<()>>,
}

/// Writes what has gathered, at most 200 deliveries at a time.
pub(crate) struct Intake {
    queue: mpsc::Sender<Entry>,
}

impl Intake {
    /// Starts the writer on the current runtime; it ends with the intake.
    #[must_use]
    pub fn start() -> Self {
        let (queue, mut entries) = mpsc::channel::<Entry>(WAITING);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while entries.recv_many(&mut batch, BATCH).await > 0 {
                write(std::mem::take(&mut batch)).await;
            }
        });
        Self { queue }
    }

    /// Returns when the delivery and its job are durable.
    ///
    /// # Errors
    /// Unavailable, and nothing is kept, while too many others wait.
    pub(super) async fn keep(&self, scope: &Scope, delivery: NewDelivery) -> AppResult<()> {
        let (done, written) = oneshot::channel();
        let entry = Entry { scope: scope.clone(), delivery, done };
        self.queue.try_send(entry).map_err(|_| later())?;
        written.await.map_err(|_| later())?
    }
}

/// Too many wait already.
pub(super) fn later() -> AppError {
    AppError::unavailable("unavailable").with("retry_after", "1")
}

async fn write(batch: Vec<Entry>) {
    let mut by_tenant: HashMap<TenantId, Vec<Entry>> = HashMap::new();
    for entry in batch {
        by_tenant.entry(entry.scope.tenant.id).or_default().push(entry);
    }
    // A tenant does not wait for another's deliveries.
    stream::iter(by_tenant.into_values()).for_each_concurrent(TENANTS_AT_A_TIME, write_tenant).await;
}

async fn write_tenant(entries: Vec<Entry>) {
    let Some(first) = entries.first() else { return };
    let all: Vec<&NewDelivery> = entries.iter().map(|entry| &entry.delivery).collect();
    let written = keep(&first.scope, &all).await;
    match written {
        // One that cannot be kept takes no other with it.
        Err(error) if entries.len() > 1 && error.kind != Kind::Unavailable => {
            tracing::warn!(tenant.id = %first.scope.tenant.id, error = chain(&error), "deliveries are written one by one");
            for entry in entries {
                let alone = keep(&entry.scope, &[&entry.delivery]).await;
                let _ = entry.done.send(alone);
            }
        }
        outcome => {
            for entry in entries {
                let _ = entry.done.send(outcome.clone());
            }
        }
    }
}

/// Writes deliveries of one tenant, and a job for those of each installation.
async fn keep(scope: &Scope, deliveries: &[&NewDelivery]) -> AppResult<()> {
    let mut by_installation: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for delivery in deliveries {
        by_installation.entry(delivery.installation).or_default().push(delivery.id);
    }
    let mut tx = scope.begin_write().await?;
    store::insert_deliveries(&mut tx, deliveries).await?;
    for (installation, deliveries) in by_installation {
        if let &[delivery] = deliveries.as_slice() {
            tx.enqueue(&HandleWebhook { delivery }).await?;
        } else {
            tx.enqueue_at(&HandleWebhooks { installation, deliveries }, Utc::now() + GRACE).await?;
        }
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use kernel::app::Ports;
    use plugin_host::manifest::Mode;
    use serde_json::json;
    use testkit::World;

    use super::*;
    use crate::calls::installation;

    fn delivery(installation: Uuid, path: &str) -> NewDelivery {
        NewDelivery {
            id: Uuid::now_v7(),
            installation,
            webhook: "paid".into(),
            subject: None,
            mode: Mode::Live,
            method: "POST".into(),
            path: path.into(),
            query: String::new(),
            headers: json!([]),
            body: b"{}".to_vec(),
            source_ip: None,
            source_trusted: false,
            signature_verified: false,
            received_at: Utc::now(),
        }
    }

    #[tokio::test]
    async fn one_that_cannot_be_kept_fails_alone_among_those_it_came_with() {
        let world = World::new(Ports::new());
        let tenant = world.brokerage().await;
        let scope = world.system(&tenant);
        let installation = installation(&world, &scope).await;
        let intake = Intake::start();
        // The database has no character of number zero.
        let [first, damaged, last] = ["first", "\0", "last"].map(|path| delivery(installation, path));
        let kept = [first.id, last.id];
        let (first, damaged, last) = tokio::join!(intake.keep(&scope, first), intake.keep(&scope, damaged), intake.keep(&scope, last));
        assert!(first.is_ok() && last.is_ok(), "{first:?} {last:?}");
        assert_eq!(damaged.unwrap_err().kind, Kind::Malformed);
        let mut tx = scope.begin_read().await.unwrap();
        let rows: Vec<Uuid> = sqlx::query_scalar("select id from webhook_deliveries where tenant_id = $1 order by id")
            .bind(tenant.id.0)
            .fetch_all(tx.conn())
            .await
            .unwrap();
        assert_eq!(rows, kept);
        let jobs: Vec<String> = sqlx::query_scalar("select payload ->> 'delivery' from outbox where tenant_id = $1 order by 1")
            .bind(tenant.id.0)
            .fetch_all(tx.conn())
            .await
            .unwrap();
        assert_eq!(jobs, kept.map(|id| id.to_string()), "each has its job");
    }
}
