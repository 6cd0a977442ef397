//! Tells staff of instalments that are late.

use async_trait::async_trait;
use chrono::Days;
use kernel::jobs::{Job, JobCx, JobResult, Queue};
use ledger::receivables;
use serde::{Deserialize, Serialize};

use super::store::{self, TaskKind};
use crate::{
    orders::{OrderId, PAYABLE},
    plans::PaymentPlans,
};

/// Instalments that one run looks at.
const MOST: i64 = 500;

/// Makes a task of each instalment that is late by more than the days of grace. Reads state and acts; safe to run twice.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct WatchInstalments;

#[async_trait]
impl Job for WatchInstalments {
    const NAME: &'static str = "insurance.instalments.watch";
    const QUEUE: Queue = Queue::Bulk;
    async fn run(self, cx: JobCx) -> JobResult {
        let mut tx = cx.scope.begin_write().await?;
        let grace = tx.setting::<PaymentPlans>().await?.value.grace_days;
        let today = tx.scope().today();
        let before = today.checked_sub_days(Days::new(grace.into())).unwrap_or(today);
        for late in receivables::later_parts_due_before(&mut tx, PAYABLE, before, MOST).await? {
            store::insert_task(&mut tx, TaskKind::InstalmentOverdue, OrderId(late.payable_id), late.id.0, "instalment_overdue").await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
