//! A mail that is sent once: a row wants it, one worker claims the row, sends without a transaction, and settles it. Modules keep
//! their own rows and words; what holds of all of them stands here.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{
    App, AppResult, ReadTx, Scope, TenantTx,
    jobs::{JobError, JobResult},
};

use crate::{
    PortError,
    message::{Channel, Message, Messenger},
};

/// A worker that claimed a row this long ago is taken to have died. Longer than a job that sends may run.
const CLAIM: Duration = Duration::from_secs(90);

/// What becomes of a claimed row. Claimed, its state is `sending`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing left this process: whoever comes next may take it at once.
    Wanted,
    Sent,
    /// It may have been sent; it is not sent again.
    Unknown,
    /// The reader has no address or left, or the tenant has no way to send.
    NoAddress,
}

impl Outcome {
    /// As rows store it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::NoAddress => "no_address",
        }
    }
}

/// A row that wants a mail.
#[async_trait]
pub trait Outgoing: Send + Sync {
    /// What the row says.
    type Claimed: Send + Sync;
    /// Takes the row for sending; none if it is done, or another worker's claim is of `stale` or later. Claims are real time.
    async fn claim(&self, tx: &mut TenantTx, stale: DateTime<Utc>) -> AppResult<Option<Self::Claimed>>;
    /// Whether a worker has claimed it.
    async fn is_claimed(&self, tx: &mut ReadTx) -> AppResult<bool>;
    /// The mail; none if its reader cannot be reached.
    async fn compose(&self, app: &App, scope: &Scope, claimed: &Self::Claimed) -> AppResult<Option<Message>>;
    /// Writes what became of the claimed row.
    async fn settle(&self, tx: &mut TenantTx, claimed: &Self::Claimed, outcome: Outcome, provider_ref: Option<&str>) -> AppResult<()>;
}

/// Sends the mail unless that was done; for jobs. While another worker sends it, the job waits for what becomes of that.
pub async fn send_once<M: Outgoing>(app: &App, scope: &Scope, mail: &M) -> JobResult {
    let Some(claimed) = claim(scope, mail).await? else { return Ok(()) };
    match send(app, scope, mail, &claimed).await {
        Ok((outcome, provider_ref)) => Ok(settle(scope, mail, &claimed, outcome, provider_ref.as_deref()).await?),
        Err(error) => {
            settle(scope, mail, &claimed, Outcome::Wanted, None).await?;
            Err(error)
        }
    }
}

async fn claim<M: Outgoing>(scope: &Scope, mail: &M) -> Result<Option<M::Claimed>, JobError> {
    let mut tx = scope.begin_write().await?;
    let claimed = mail.claim(&mut tx, Utc::now() - CLAIM).await?;
    if claimed.is_none() && mail.is_claimed(&mut tx).await? {
        return Err(JobError::Snooze(CLAIM));
    }
    tx.commit().await?;
    Ok(claimed)
}

async fn settle<M: Outgoing>(scope: &Scope, mail: &M, claimed: &M::Claimed, outcome: Outcome, provider_ref: Option<&str>) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    mail.settle(&mut tx, claimed, outcome, provider_ref).await?;
    tx.commit().await
}

/// What became of it. An error means that nothing was sent.
async fn send<M: Outgoing>(app: &App, scope: &Scope, mail: &M, claimed: &M::Claimed) -> Result<(Outcome, Option<String>), JobError> {
    let messenger = app.port::<dyn Messenger>()?;
    if !messenger.offers(scope, Channel::Email).await {
        return Ok((Outcome::NoAddress, None));
    }
    let Some(message) = mail.compose(app, scope, claimed).await? else { return Ok((Outcome::NoAddress, None)) };
    let id = message.id;
    match messenger.send(scope, message).await {
        Ok(receipt) => Ok((Outcome::Sent, Some(receipt.provider_ref))),
        Err(PortError::UnknownOutcome(reason)) => {
            tracing::warn!(mail.id = %id, reason, "whether the mail was sent is not known");
            Ok((Outcome::Unknown, None))
        }
        Err(error) => Err(error.into()),
    }
}
