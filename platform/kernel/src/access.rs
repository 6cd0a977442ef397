//! Who looked: staff who open a customer's record or a list of personal data leave a row. While rows are being written, those of
//! other requests gather and are written together next; an answer waits for its row, so nothing is shown that was not recorded.

use std::collections::HashMap;

use futures::{StreamExt, stream};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::{AppError, AppResult, Scope, tenant::TenantId};

/// One view of personal data.
#[derive(Debug, Clone)]
pub struct Access {
    pub object_type: &'static str,
    /// The record that was opened; none for a list.
    pub object_id: Option<Uuid>,
    /// What a list was asked for.
    pub query: Option<String>,
    pub rows: i32,
}

struct Entry {
    scope: Scope,
    access: Access,
    done: oneshot::Sender<bool>,
}

/// Writes what has gathered, at most 200 rows at a time, per tenant in one statement.
#[derive(Clone)]
pub struct AccessLog {
    queue: mpsc::Sender<Entry>,
}

const BATCH: usize = 200;
const TENANTS_AT_A_TIME: usize = 2;

impl AccessLog {
    /// Starts the writer on the current runtime; it ends when the last clone is gone.
    #[must_use]
    pub fn start() -> Self {
        let (queue, mut entries) = mpsc::channel::<Entry>(4 * BATCH);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while entries.recv_many(&mut batch, BATCH).await > 0 {
                write(std::mem::take(&mut batch)).await;
            }
        });
        Self { queue }
    }

    /// Returns when the row is durable; an answer must not be sent before.
    pub async fn record(&self, scope: &Scope, access: Access) -> AppResult<()> {
        let (done, written) = oneshot::channel();
        let entry = Entry { scope: scope.clone(), access, done };
        self.queue.send(entry).await.map_err(|_| AppError::unavailable("unavailable"))?;
        match written.await {
            Ok(true) => Ok(()),
            _ => Err(AppError::unavailable("unavailable")),
        }
    }
}

async fn write(batch: Vec<Entry>) {
    let mut by_tenant: HashMap<TenantId, Vec<Entry>> = HashMap::new();
    for entry in batch {
        by_tenant.entry(entry.scope.tenant.id).or_default().push(entry);
    }
    // A tenant does not wait for another's rows.
    stream::iter(by_tenant.into_values())
        .for_each_concurrent(TENANTS_AT_A_TIME, async |entries| {
            let written = write_tenant(&entries).await;
            if let Err(error) = &written {
                tracing::error!(error = %error, "access rows were not written");
            }
            for entry in entries {
                let _ = entry.done.send(written.is_ok());
            }
        })
        .await;
}

async fn write_tenant(entries: &[Entry]) -> AppResult<()> {
    let Some(first) = entries.first() else { return Ok(()) };
    let mut tx = first.scope.as_system("access").begin_write().await?;
    let ids: Vec<Uuid> = entries.iter().map(|_| Uuid::now_v7()).collect();
    let actors: Vec<String> = entries.iter().map(|e| e.scope.actor.to_string()).collect();
    let requests: Vec<Uuid> = entries.iter().map(|e| e.scope.request_id).collect();
    let types: Vec<String> = entries.iter().map(|e| e.access.object_type.to_owned()).collect();
    let objects: Vec<Option<Uuid>> = entries.iter().map(|e| e.access.object_id).collect();
    let queries: Vec<Option<String>> = entries.iter().map(|e| e.access.query.clone()).collect();
    let rows: Vec<i32> = entries.iter().map(|e| e.access.rows).collect();
    let (tenant, at) = (tx.tenant_id(), first.scope.now());
    sqlx::query!(
        "insert into access_entries (tenant_id, at, id, actor, request_id, object_type, object_id, query, rows)
         select $1, $2, * from unnest($3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::int[])",
        tenant,
        at,
        &ids,
        &actors,
        &requests,
        &types,
        &objects as &[Option<Uuid>],
        &queries as &[Option<String>],
        &rows,
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await
}
