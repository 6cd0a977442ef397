//! Removes what has run out: codes, refresh tokens, sessions.

use async_trait::async_trait;
use chrono::TimeDelta;
use kernel::jobs::{Job, JobCx, JobResult, Queue};
use serde::{Deserialize, Serialize};

use crate::{accounts, challenges, identity, passkeys, sessions, tokens};

/// Runs daily for each tenant; safe to repeat.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PurgeExpired {}

const SESSIONS_KEPT: TimeDelta = TimeDelta::days(30);
const SECRETS_KEPT: TimeDelta = TimeDelta::days(1);

#[async_trait]
impl Job for PurgeExpired {
    const NAME: &'static str = "identity.expired.purge";
    const QUEUE: Queue = Queue::Bulk;

    async fn run(self, cx: JobCx) -> JobResult {
        let now = identity(&cx.app)?.now();
        let mut tx = cx.scope.begin_write().await?;
        challenges::store::delete_expired(&mut tx, now - SECRETS_KEPT).await?;
        accounts::store::delete_expired(&mut tx, now - SECRETS_KEPT).await?;
        passkeys::store::delete_expired(&mut tx, now - SECRETS_KEPT).await?;
        tokens::store::blank_successors(&mut tx, None, now - tokens::REPEAT).await?;
        tokens::store::delete_expired(&mut tx, now - SECRETS_KEPT).await?;
        sessions::store::delete_ended(&mut tx, now - SESSIONS_KEPT).await?;
        tx.commit().await?;
        Ok(())
    }
}
