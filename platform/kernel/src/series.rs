//! Document numbers: one series per tenant and year, without gaps, in the format that people quote: `POL-2026-00123`.

use chrono::Datelike;

use crate::{AppResult, tx::TenantTx};

impl TenantTx {
    /// Takes the next number of a series. The series stays locked until this transaction ends, so take numbers late.
    pub async fn next_number(&mut self, prefix: &'static str) -> AppResult<String> {
        let period = self.scope().today().year().to_string();
        let tenant = self.tenant_id();
        let last = sqlx::query_scalar!(
            "insert into number_series (tenant_id, series, period, last) values ($1, $2, $3, 1)
             on conflict (tenant_id, series, period) do update set last = number_series.last + 1 returning last",
            tenant,
            prefix,
            period
        )
        .fetch_one(self.conn())
        .await?;
        Ok(format!("{prefix}-{period}-{last:05}"))
    }
}
