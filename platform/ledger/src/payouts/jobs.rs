//! Background work of payouts: each job opens a transaction, closes it, calls the provider, and opens another.

use std::time::Duration;

use async_trait::async_trait;
use kernel::jobs::{Job, JobCx, JobError, JobResult, Queue};
use ports::payout::PayoutGateway;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    PayoutId, Through,
    provider::{self, Begin},
    store,
};

/// How long something may lie before its own job counts as lost.
const QUIET: chrono::Duration = chrono::Duration::seconds(60);

/// Takes a payout one step on: tells its provider, or asks it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Carry {
    pub payout: PayoutId,
    /// Of the try: what is left of one before says nothing to this one.
    pub key: Uuid,
    /// Only the job of the present round may act, so that two chains become one.
    pub round: i32,
}

impl Carry {
    /// Whether this job is the one of the payout's present try and round.
    pub(super) fn is_of(&self, through: &Through) -> bool {
        through.key == self.key && through.asks == self.round
    }
}

#[async_trait]
impl Job for Carry {
    const NAME: &'static str = "ledger.payout.carry";
    const QUEUE: Queue = Queue::Money;
    fn unique_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.key, self.round))
    }
    async fn run(self, cx: JobCx) -> JobResult {
        let gateway = cx.app.port::<dyn PayoutGateway>()?;
        let mut tx = cx.scope.begin_write().await?;
        let begin = provider::begin(&mut tx, &self).await?;
        tx.commit().await?;
        match begin {
            Begin::Send(order) => {
                let answer = gateway.send(&cx.scope, *order).await;
                let mut tx = cx.scope.begin_write().await?;
                provider::sent(&mut tx, &self, answer).await?;
                tx.commit().await?;
            }
            Begin::Ask(named) => {
                let answer = gateway.query(&cx.scope, *named).await;
                let mut tx = cx.scope.begin_write().await?;
                provider::answered(&mut tx, &self, answer).await?;
                tx.commit().await?;
            }
            Begin::Wait(left) => return Err(JobError::Snooze(left.to_std().unwrap_or(Duration::from_secs(1)))),
            Begin::Done => {}
        }
        Ok(())
    }
}

/// Tenants with payouts at which somebody should have looked.
pub const PASSED_BY: &str = "select distinct tenant_id from payouts where state in ('sent', 'unknown') and ask_at < now() - interval '60 seconds'";

/// Looks for payouts that nobody carries on.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Resume {}

#[async_trait]
impl Job for Resume {
    const NAME: &'static str = "ledger.payout.resume";
    const QUEUE: Queue = Queue::Money;
    const ATTEMPTS: u32 = 3;
    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_read().await?;
        let lying = store::lying(&mut tx, cx.scope.now() - QUIET).await?;
        drop(tx);
        for id in lying {
            let mut tx = cx.scope.begin_write().await?;
            provider::resume(&mut tx, id).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
