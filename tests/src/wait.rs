//! Waiting for conditions. Nothing here waits for a time and hopes.

use std::{
    fmt::Display,
    future::Future,
    time::{Duration, Instant},
};

use anyhow::bail;

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(100);

/// Looks until there is something. An error counts as nothing yet.
///
/// # Errors
/// After `limit`, with what was seen last.
pub async fn until<T, F>(what: impl Display, limit: Duration, mut look: impl FnMut() -> F) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<Option<T>>>,
{
    let begun = Instant::now();
    loop {
        let last = match look().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if begun.elapsed() > limit {
            match last {
                Some(error) => return Err(error.context(format!("waited {} s in vain for {what}", limit.as_secs()))),
                None => bail!("waited {} s in vain for {what}", limit.as_secs()),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
