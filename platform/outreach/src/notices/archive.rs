//! Clears the lists: what is old is archived, what is very old is removed.

use async_trait::async_trait;
use chrono::{Days, Duration};
use kernel::jobs::{Job, JobCx, JobResult, Queue};
use serde::{Deserialize, Serialize};

use super::{NoticeSettings, store};

const BATCH: i64 = 1_000;
const REMOVED_AFTER_DAYS: i64 = 730;
const REMINDER_DAYS_KEPT: u64 = 400;

/// Archives after the tenant's number of days, removes after two years; safe to run twice.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ArchiveNotices {}

#[async_trait]
impl Job for ArchiveNotices {
    const NAME: &'static str = "outreach.notice.archive";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(300);

    async fn run(self, cx: JobCx) -> JobResult {
        let (now, today) = (cx.scope.now(), cx.scope.today());
        loop {
            let mut tx = cx.scope.begin_write().await?;
            let keep = tx.setting::<NoticeSettings>().await?.value.keep_days;
            let archived = store::archive(&mut tx, now - Duration::days(i64::from(keep)), BATCH).await?;
            tx.commit().await?;
            if archived == 0 {
                break;
            }
        }
        let mut tx = cx.scope.begin_write().await?;
        store::purge(&mut tx, now - Duration::days(REMOVED_AFTER_DAYS), today - Days::new(REMINDER_DAYS_KEPT)).await?;
        tx.commit().await?;
        Ok(())
    }
}
