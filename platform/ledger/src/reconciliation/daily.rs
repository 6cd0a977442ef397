//! Statements that providers tell by the day: fetched every night and judged like a file. What holds: a day is fetched once it is
//! over, and once more with the day after it, because some lines end late; a day that could not be fetched is fetched before later ones.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{Days, NaiveDate, TimeDelta};
use kernel::{
    AppError, AppResult, Scope,
    jobs::{Job, JobCx, JobResult, Queue},
};
use ports::payment::{PaymentGateway, PaymentMethod};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Book, BookKind, Import, MAX_LINES, import, store};

/// The hour of the tenant's day after which the day before is fetched: providers close their books after midnight.
const HOUR: u8 = 3;
/// Days that are made up for at most.
const BEHIND: u64 = 31;
/// How long the job rests after a provider could not be asked.
const PAUSE: TimeDelta = TimeDelta::hours(1);

/// Fetches the days that are over from every provider that tells them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FetchStatements {}

#[async_trait]
impl Job for FetchStatements {
    const NAME: &'static str = "ledger.statement.fetch";
    const QUEUE: Queue = Queue::Bulk;
    const ATTEMPTS: u32 = 1;
    const TIMEOUT: Duration = Duration::from_secs(600);

    fn unique_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        let (scope, today) = (&cx.scope, cx.scope.today());
        let mut rest_until = scope.moment(today + Days::new(1), HOUR);
        if scope.now() < scope.moment(today, HOUR) {
            rest_until = scope.moment(today, HOUR);
        } else {
            for method in cx.app.port::<dyn PaymentGateway>()?.daily_statements(scope).await? {
                if let Err(error) = fetch_all(&cx, &method).await {
                    rest_until = scope.now() + PAUSE;
                    let error = kernel::http::error::chain(&error);
                    tracing::warn!(tenant.id = %scope.tenant.id, installation.id = %method.installation, error, "a statement cannot be fetched");
                }
            }
        }
        let mut tx = scope.begin_write().await?;
        tx.rest_until::<Self>(rest_until).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The days that are to be fetched from one provider, oldest first.
async fn fetch_all(cx: &JobCx, method: &PaymentMethod) -> AppResult<()> {
    let mut tx = cx.scope.begin_read().await?;
    let last = store::last_day(&mut tx, method.installation).await?;
    drop(tx);
    for day in days(last, cx.scope.today()) {
        let lines = cx.app.port::<dyn PaymentGateway>()?.statement_of(&cx.scope, method.installation, day).await?;
        if lines.len() > MAX_LINES {
            return Err(AppError::internal(format!("the statement of {day} has more than {MAX_LINES} lines")));
        }
        let book = Book { kind: BookKind::Offered, method: method.clone(), number: String::new() };
        let file_hash = Sha256::digest(format!("{}:{day}", method.installation)).into();
        take(&cx.scope, Import { day: Some(day), ..Import::of(book, day.to_string(), file_hash, lines) }).await?;
    }
    Ok(())
}

async fn take(scope: &Scope, file: Import) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    import(&mut tx, file).await?;
    tx.commit().await
}

/// From the day that was fetched last, once more, to yesterday; only yesterday if none was.
fn days(last: Option<NaiveDate>, today: NaiveDate) -> Vec<NaiveDate> {
    let Some(yesterday) = today.pred_opt() else { return Vec::new() };
    let first = last.unwrap_or(yesterday).max(today.checked_sub_days(Days::new(BEHIND)).unwrap_or(yesterday));
    if last == Some(yesterday) { Vec::new() } else { first.iter_days().take_while(|day| *day <= yesterday).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(last: Option<&str>) -> Vec<String> {
        let read = |text: &str| text.parse().unwrap_or_else(|error| panic!("{error}"));
        days(last.map(read), read("2026-11-22")).iter().map(NaiveDate::to_string).collect()
    }

    #[test]
    fn days_that_are_over_are_fetched_with_the_one_before_and_none_is_left_out() {
        assert_eq!(told(None), ["2026-11-21"]);
        assert_eq!(told(Some("2026-11-20")), ["2026-11-20", "2026-11-21"]);
        assert_eq!(told(Some("2026-11-21")), Vec::<String>::new());
        assert_eq!(told(Some("2026-11-18")).len(), 4);
        assert_eq!(told(Some("2026-01-01")).len(), 31);
    }
}
