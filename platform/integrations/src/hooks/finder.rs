//! Looking up addresses: most payments have one of their own. While some are looked up, those of other requests gather and are looked up
//! together next.

use std::collections::HashMap;

use futures::{StreamExt, stream};
use kernel::{AppResult, Scope, tenant::TenantId};
use tokio::sync::{mpsc, oneshot};

use super::{
    intake::later,
    store::{self, AddressRow},
};

const BATCH: usize = 200;
const WAITING: usize = 2_000;
const TENANTS_AT_A_TIME: usize = 2;

struct Question {
    scope: Scope,
    hash: [u8; 32],
    answer: oneshot::Sender<AppResult<Option<AddressRow>>>,
}

/// Looks up what has gathered, at most 200 addresses at a time.
pub(super) struct Finder {
    queue: mpsc::Sender<Question>,
}

impl Finder {
    /// Starts on the current runtime; it ends with the finder.
    #[must_use]
    pub fn start() -> Self {
        let (queue, mut questions) = mpsc::channel::<Question>(WAITING);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(BATCH);
            while questions.recv_many(&mut batch, BATCH).await > 0 {
                let mut by_tenant: HashMap<TenantId, Vec<Question>> = HashMap::new();
                for question in std::mem::take(&mut batch) {
                    by_tenant.entry(question.scope.tenant.id).or_default().push(question);
                }
                stream::iter(by_tenant.into_values()).for_each_concurrent(TENANTS_AT_A_TIME, answer).await;
            }
        });
        Self { queue }
    }

    /// The tenant's address with this token, if it has one.
    ///
    /// # Errors
    /// Unavailable while too many others wait.
    pub async fn find(&self, scope: &Scope, hash: [u8; 32]) -> AppResult<Option<AddressRow>> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Question { scope: scope.clone(), hash, answer }).map_err(|_| later())?;
        answered.await.map_err(|_| later())?
    }
}

/// Questions of one tenant.
async fn answer(questions: Vec<Question>) {
    let Some(first) = questions.first() else { return };
    let hashes: Vec<Vec<u8>> = questions.iter().map(|question| question.hash.to_vec()).collect();
    let found = look_up(&first.scope, &hashes).await;
    for Question { hash, answer, .. } in questions {
        let own = found.as_ref().map(|rows| rows.iter().find(|row| row.token_hash == hash).cloned());
        let _ = answer.send(own.map_err(Clone::clone));
    }
}

async fn look_up(scope: &Scope, hashes: &[Vec<u8>]) -> AppResult<Vec<AddressRow>> {
    let mut tx = scope.begin_read().await?;
    store::find_addresses(&mut tx, hashes).await
}
