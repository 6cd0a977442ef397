//! The daily digest: what waits for a member of staff goes out in one mail, in the morning of a business day.

use async_trait::async_trait;
use chrono::Timelike;
use insurance::law::Law;
use kernel::{
    App, Scope,
    calendar::HolidayCalendar,
    jobs::{Job, JobCx, JobResult, Queue},
};
use serde::{Deserialize, Serialize};

use super::{NoticeSettings, Reader, SendNoticeMail, store};

/// Wants the digests of today, one for each reader for whom something waits; safe to run twice.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PlanDigests {}

#[async_trait]
impl Job for PlanDigests {
    const NAME: &'static str = "outreach.digest.plan";
    const QUEUE: Queue = Queue::Bulk;

    async fn run(self, cx: JobCx) -> JobResult {
        let scope = &cx.scope;
        let (today, hour) = (scope.today(), scope.now().with_timezone(&scope.tenant.time_zone).hour());
        let mut tx = scope.begin_read().await?;
        let settings = tx.setting::<NoticeSettings>().await?.value;
        let waiting = store::list_awaiting_digest(&mut tx).await?;
        drop(tx);
        if hour < u32::from(settings.digest_hour) || !holidays(&cx.app, scope).is_business_day(today) {
            return Ok(());
        }
        for user in waiting {
            let mut tx = scope.begin_write().await?;
            // What comes after today's digest waits for the next one.
            let Some(mail) = store::insert_mail(&mut tx, Reader::Staff(user), Some(today)).await? else { continue };
            store::put_held_into_mail(&mut tx, user, mail).await?;
            tx.enqueue(&SendNoticeMail { mail }).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// A tenant whose pack dates no holidays works on all weekdays.
fn holidays(app: &App, scope: &Scope) -> HolidayCalendar {
    Law::of(app, &scope.tenant).map(|law| law.holidays).unwrap_or_default()
}
