//! Forgets what the kernel keeps for a while: the answers of requests that could be repeated.

use std::time::Duration;

use async_trait::async_trait;
use kernel::{
    jobs::{Job, JobCx, JobResult, Queue, Schedule},
    module::{Module, Retention},
};
use serde::{Deserialize, Serialize};

/// What keeping house contributes.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "housekeeping",
        schedules: vec![Schedule::every::<ForgetAnswers>(Duration::from_secs(24 * 60 * 60))],
        retention: &[Retention { table: "idempotency_keys", keep: "7 days", job: Some(ForgetAnswers::NAME) }],
        ..Module::default()
    }
}

/// Removes keys that nobody repeats any more; safe to repeat.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ForgetAnswers {}

#[async_trait]
impl Job for ForgetAnswers {
    const NAME: &'static str = "kernel.idempotency.purge";
    const QUEUE: Queue = Queue::Bulk;

    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_write().await?;
        let tenant = tx.tenant_id();
        sqlx::query!("delete from idempotency_keys where tenant_id = $1 and created_at < now() - interval '7 days'", tenant)
            .execute(tx.conn())
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
