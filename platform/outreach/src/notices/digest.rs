//! The daily digest: what waits for a member of staff goes out in one mail, in the morning of a business day.

use async_trait::async_trait;
use chrono::Days;
use insurance::law::Law;
use kernel::{
    App, Scope,
    calendar::HolidayCalendar,
    jobs::{Job, JobCx, JobResult, Queue},
};
use serde::{Deserialize, Serialize};

use super::{NoticeSettings, Reader, SendNoticeMail, store};

/// Tenants with staff for whom something waits and who had no digest today. The job knows the hour and the business days, and rests
/// until them.
pub(crate) const WAITING: &str = "select t.id from working_tenants($1) t
    cross join lateral (select from notices n where n.tenant_id = t.id and n.held and not exists
        (select from notice_mails m where m.tenant_id = n.tenant_id and m.user_id = n.user_id and m.day = t.today) limit 1) due";

/// Wants the digests of today, one for each reader for whom something waits; safe to run twice.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PlanDigests {}

#[async_trait]
impl Job for PlanDigests {
    const NAME: &'static str = "outreach.digest.plan";
    const QUEUE: Queue = Queue::Bulk;

    async fn run(self, cx: JobCx) -> JobResult {
        let scope = &cx.scope;
        let today = scope.today();
        let mut tx = scope.begin_read().await?;
        let settings = tx.setting::<NoticeSettings>().await?.value;
        let waiting = store::list_awaiting_digest(&mut tx).await?;
        drop(tx);
        let is_business_day = holidays(&cx.app, scope).is_business_day(today);
        let begins = scope.moment(today, settings.digest_hour);
        if !is_business_day || scope.now() < begins {
            let next = if is_business_day { begins } else { scope.moment(today + Days::new(1), settings.digest_hour) };
            let mut tx = scope.begin_write().await?;
            tx.rest_until::<Self>(next).await?;
            tx.commit().await?;
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
