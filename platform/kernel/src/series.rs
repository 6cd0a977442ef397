//! Document numbers: one series per tenant and year, without gaps, in the format that people quote: `POL-2026-00123`.

use chrono::Datelike;

use crate::{AppError, AppResult, tx::TenantTx};

impl TenantTx {
    /// Takes the next number of a series. The series stays locked until this transaction ends, so take numbers late.
    pub async fn next_number(&mut self, prefix: &'static str) -> AppResult<String> {
        self.next_numbers(prefix, 1).await?.pop().ok_or_else(|| AppError::internal("a series without a next number"))
    }

    /// As [`TenantTx::next_number`], so many at once, in their order.
    pub async fn next_numbers(&mut self, prefix: &'static str, count: usize) -> AppResult<Vec<String>> {
        let count = i64::try_from(count).map_err(AppError::internal)?;
        let period = self.scope().today().year().to_string();
        let tenant = self.tenant_id();
        let last = sqlx::query_scalar!(
            "insert into number_series (tenant_id, series, period, last) values ($1, $2, $3, $4)
             on conflict (tenant_id, series, period) do update set last = number_series.last + $4 returning last",
            tenant,
            prefix,
            period,
            count
        )
        .fetch_one(self.conn())
        .await?;
        Ok((last - count + 1..=last).map(|number| format!("{prefix}-{period}-{number:05}")).collect())
    }
}
