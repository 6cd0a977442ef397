//! Tells staff of instalments that are late.

use std::time::Duration;

use async_trait::async_trait;
use chrono::Days;
use kernel::jobs::{Job, JobCx, JobResult, Queue};
use ledger::receivables::{self, ReceivableId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store::{self, TaskKind};
use crate::{
    orders::{OrderId, PAYABLE},
    plans::PaymentPlans,
};

/// Tenants with instalments that are late by any days; the job knows the days of grace, and rests until the next day.
pub(crate) const LATE: &str = "select t.id from working_tenants($1) t
    cross join lateral (select from receivables r where r.tenant_id = t.id and r.state = 'open' and r.instalment > 1 and r.due_on < t.today limit 1) due";

/// Instalments of one transaction.
const BATCH: i64 = 500;

/// Makes a task of each instalment that is late by more than the days of grace. Reads state and acts; safe to run twice.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct WatchInstalments;

#[async_trait]
impl Job for WatchInstalments {
    const NAME: &'static str = "insurance.instalments.watch";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: Duration = Duration::from_secs(300);
    async fn run(self, cx: JobCx) -> JobResult {
        let mut after = ReceivableId(Uuid::nil());
        loop {
            let mut tx = cx.scope.begin_write().await?;
            let grace = tx.setting::<PaymentPlans>().await?.value.grace_days;
            let today = tx.scope().today();
            let before = today.checked_sub_days(Days::new(grace.into())).unwrap_or(today);
            let late = receivables::later_parts_due_before(&mut tx, PAYABLE, before, after, BATCH).await?;
            let Some(last) = late.last() else {
                tx.rest_until_tomorrow::<Self>().await?;
                tx.commit().await?;
                return Ok(());
            };
            after = last.id;
            for part in late {
                store::insert_task(&mut tx, TaskKind::InstalmentOverdue, OrderId(part.payable_id), part.id.0, "instalment_overdue").await?;
            }
            tx.commit().await?;
        }
    }
}
