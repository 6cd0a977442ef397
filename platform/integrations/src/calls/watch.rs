//! Ends calls that are under way when the platform stops what they run. None that begins later gets this far: every call asks first.
//!
//! A process looks at one counter, for all its calls together, and asks what was stopped only once it moved. A call is not ended because
//! the database is away: nobody would know what became of it, and its own time is short.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use kernel::{AppResult, Scope};
use uuid::Uuid;

use crate::{catalogue, installs};

/// How often a call looks. Together with [`FRESH`] and the time to ask, less than a second.
const OFTEN: Duration = Duration::from_millis(400);
/// How long one look serves the other calls of the process.
const FRESH: Duration = Duration::from_millis(200);

/// What this process last saw of the counter.
#[derive(Default)]
pub(crate) struct Watch(Mutex<Option<(Instant, i64)>>);

impl Watch {
    /// Comes back once this version may not run for the installation any more, whichever the installation has by then.
    pub async fn until_stopped(&self, scope: &Scope, installation: Uuid, version: Uuid) {
        let mut seen = None;
        loop {
            tokio::time::sleep(OFTEN).await;
            match self.look(scope, installation, version, &mut seen).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => {
                    let error = kernel::http::error::chain(&error);
                    tracing::warn!(tenant.id = %scope.tenant.id, installation.id = %installation, error, "nobody can say whether a call may go on");
                }
            }
        }
    }

    async fn look(&self, scope: &Scope, installation: Uuid, version: Uuid, seen: &mut Option<i64>) -> AppResult<bool> {
        let generation = self.generation(scope).await?;
        if *seen == Some(generation) {
            return Ok(false);
        }
        let mut tx = scope.begin_read().await?;
        let ended = !installs::store::may_run(&mut tx, installation, version).await?;
        *seen = Some(generation);
        Ok(ended)
    }

    async fn generation(&self, scope: &Scope) -> AppResult<i64> {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, generation)) = known
            && at.elapsed() < FRESH
        {
            return Ok(generation);
        }
        let asked = Instant::now();
        let mut tx = scope.begin_read().await?;
        let generation = catalogue::store::generation(&mut tx).await?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((asked, generation));
        Ok(generation)
    }
}
