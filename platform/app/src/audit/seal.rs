//! A block holds up to 500 entries in the order of their ids; its hash covers the previous block's hash and every entry.

use async_trait::async_trait;
use kernel::{
    AppResult, ReadTx, TenantTx,
    jobs::{Job, JobCx, JobResult, Queue},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const BLOCK: i64 = 500;

/// Seals what is unsealed; harmless when nothing is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Seal {}

#[async_trait]
impl Job for Seal {
    const NAME: &'static str = "audit.block.seal";
    const QUEUE: Queue = Queue::Bulk;

    async fn run(self, cx: JobCx) -> JobResult {
        loop {
            let mut tx = cx.scope.begin_write().await?;
            let sealed = seal_block(&mut tx).await?;
            tx.commit().await?;
            if sealed < usize::try_from(BLOCK).unwrap_or(usize::MAX) {
                return Ok(());
            }
        }
    }
}

struct Entry {
    id: Uuid,
    at: chrono::DateTime<chrono::Utc>,
    actor: String,
    action: String,
    object_type: String,
    object_id: Uuid,
    reason: Option<String>,
    values_hash: Vec<u8>,
}

/// Seals one block, and says how many entries it holds.
async fn seal_block(tx: &mut TenantTx) -> AppResult<usize> {
    let tenant = tx.tenant_id();
    // One sealer per tenant at a time, on whichever node.
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('audit' || $1::text, 0))", tenant.to_string()).execute(tx.conn()).await?;
    let entries = sqlx::query_as!(
        Entry,
        "select id, at, actor, action, object_type, object_id, reason, values_hash from audit_entries
         where tenant_id = $1 and block is null order by id limit $2",
        tenant,
        BLOCK
    )
    .fetch_all(tx.conn())
    .await?;
    if entries.is_empty() {
        return Ok(0);
    }
    let last = sqlx::query!("select number, hash from audit_blocks where tenant_id = $1 order by number desc limit 1", tenant)
        .fetch_optional(tx.conn())
        .await?;
    let (number, previous) = last.map_or((1, vec![0; 32]), |row| (row.number + 1, row.hash));
    let hash = block_hash(&previous, &entries);
    let now = tx.scope().now();
    sqlx::query!(
        "insert into audit_blocks (tenant_id, number, entries, previous_hash, hash, sealed_at) values ($1, $2, $3, $4, $5, $6)",
        tenant,
        number,
        i32::try_from(entries.len()).unwrap_or(i32::MAX),
        previous,
        &hash[..],
        now
    )
    .execute(tx.conn())
    .await?;
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
    sqlx::query!("update audit_entries set block = $2 where tenant_id = $1 and id = any($3)", tenant, number, &ids).execute(tx.conn()).await?;
    Ok(entries.len())
}

fn block_hash(previous: &[u8], entries: &[Entry]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(previous);
    for entry in entries {
        let at = entry.at.timestamp_micros().to_string();
        for part in [
            entry.id.as_bytes().as_slice(),
            at.as_bytes(),
            entry.actor.as_bytes(),
            entry.action.as_bytes(),
            entry.object_type.as_bytes(),
            entry.object_id.as_bytes(),
            entry.reason.as_deref().unwrap_or_default().as_bytes(),
            &entry.values_hash,
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hash.finalize().into()
}

/// The first block that does not match its entries or its predecessor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("audit block {0} was tampered with")]
pub struct Broken(pub i64);

/// Recomputes the whole chain of the transaction's tenant.
pub async fn verify(tx: &mut ReadTx) -> AppResult<Result<i64, Broken>> {
    let tenant = tx.tenant_id();
    let blocks = sqlx::query!("select number, entries, previous_hash, hash from audit_blocks where tenant_id = $1 order by number", tenant)
        .fetch_all(tx.conn())
        .await?;
    let mut previous = vec![0; 32];
    for (index, block) in blocks.iter().enumerate() {
        let entries = sqlx::query_as!(
            Entry,
            "select id, at, actor, action, object_type, object_id, reason, values_hash from audit_entries where tenant_id = $1 and block = $2 order by id",
            tenant,
            block.number
        )
        .fetch_all(tx.conn())
        .await?;
        let expected_number = i64::try_from(index).unwrap_or(i64::MAX) + 1;
        let intact = block.number == expected_number
            && block.previous_hash == previous
            && i32::try_from(entries.len()).ok() == Some(block.entries)
            && block.hash == block_hash(&previous, &entries);
        if !intact {
            return Ok(Err(Broken(block.number)));
        }
        previous.clone_from(&block.hash);
    }
    Ok(Ok(blocks.len() as i64))
}
