//! Jobs at rest. Schedules tick often, so that nothing waits long; a job that knows when it next has something to do for a tenant
//! rests until then, and the ticks between leave the tenant out.

use chrono::{DateTime, Days, TimeDelta, Utc};

use crate::{AppResult, jobs::Job, tx::TenantTx};

/// How long a job does not rest after something changed: longer than a run that began before, and has not seen it, may still take.
const AWAKE: TimeDelta = TimeDelta::minutes(10);

impl TenantTx {
    /// Without work for this tenant, `J` is not scheduled before `until`, a moment of business time within two days, unless
    /// [`TenantTx::end_rest`] calls it. Where that was a moment ago, it does not rest.
    pub async fn rest_until<J: Job>(&mut self, until: DateTime<Utc>) -> AppResult<()> {
        let (tenant, now) = (self.tenant_id(), self.scope().now());
        sqlx::query!(
            "insert into job_rests (tenant_id, job, until) values ($1, $2, $3)
             on conflict (tenant_id, job) do update set until = excluded.until where job_rests.awake_until <= $4",
            tenant,
            J::NAME,
            until,
            now
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// For a job that has done all that this day brought, and has work again when the next one begins. In the first hour of a day it
    /// does not rest: what began before midnight may still write what fitted the day before.
    pub async fn rest_until_tomorrow<J: Job>(&mut self) -> AppResult<()> {
        let (now, today) = (self.scope().now(), self.scope().today());
        if now < self.scope().moment(today, 1) {
            return Ok(());
        }
        let tomorrow = self.scope().moment(today + Days::new(1), 0);
        self.rest_until::<J>(tomorrow).await
    }

    /// Something changed that `J` has to look at with its next tick. The row stays, so that a run that is under way finds it.
    pub async fn end_rest<J: Job>(&mut self) -> AppResult<()> {
        let (tenant, awake_until) = (self.tenant_id(), self.scope().now() + AWAKE);
        sqlx::query!(
            "insert into job_rests (tenant_id, job, until, awake_until) values ($1, $2, '-infinity', $3)
             on conflict (tenant_id, job) do update set until = excluded.until, awake_until = excluded.awake_until",
            tenant,
            J::NAME,
            awake_until
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
