//! Use cases of jobs that were given up. The caller commits.

use uuid::Uuid;

use super::{Burial, DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterState, JobGivenUp, store};
use crate::{
    AppError, AppResult, Kind, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    paging::{Page, PageRequest},
};

/// Lists a job that is given up; called by the worker, as `system`. One that was tried again and failed again is open again.
pub async fn bury(tx: &mut TenantTx, burial: Burial<'_>) -> AppResult<()> {
    store::insert(tx, burial).await?;
    tx.emit(&JobGivenUp { letter: burial.id.into(), job: burial.job.to_owned() }).await
}

/// Newest first. The search looks into errors and ids, and takes every job of `named`: those whose words the reader may mean.
pub async fn list(tx: &mut ReadTx, filter: &DeadLetterFilter, named: &[String], page: &PageRequest) -> AppResult<Page<DeadLetter>> {
    store::list(tx, filter, named, page).await
}

/// Names of all jobs that stand in the list.
pub async fn jobs(tx: &mut ReadTx) -> AppResult<Vec<String>> {
    store::jobs(tx).await
}

/// The job of this name that was given up last and not tried again, of those whose payload has this id in `field`.
pub async fn given_up(tx: &mut ReadTx, job: &str, field: &str, id: Uuid) -> AppResult<Option<DeadLetter>> {
    store::given_up(tx, job, field, id).await
}

/// # Errors
/// `not_found`.
pub async fn get(tx: &mut ReadTx, id: DeadLetterId) -> AppResult<DeadLetter> {
    store::find(tx, id).await?.ok_or_else(AppError::not_found)
}

/// Puts the job back among those that wait, with all its attempts before it.
///
/// # Errors
/// `not_found`; `dead_letter.settled` if somebody was quicker.
pub async fn retry(tx: &mut TenantTx, id: DeadLetterId) -> AppResult<()> {
    let letter = lock_open(tx, id).await?;
    store::settle(tx, id, DeadLetterState::Retried, None).await?;
    store::requeue(tx, &letter).await?;
    tx.wake_on_commit();
    let change = Change::of("jobs.dead_letter.retry", "dead_letter", id.0).set("job", letter.job).change("state", "open", "retried");
    tx.audit(change).await
}

/// Takes the job off the list for good.
///
/// # Errors
/// `not_found`; `dead_letter.settled` if somebody was quicker; the reason is required.
pub async fn dismiss(tx: &mut TenantTx, id: DeadLetterId, reason: &str) -> AppResult<()> {
    let mut fields = Fields::new();
    let reason = fields.text("reason", reason, 500);
    fields.finish()?;
    let letter = lock_open(tx, id).await?;
    store::settle(tx, id, DeadLetterState::Dismissed, Some(&reason)).await?;
    let change = Change::of("jobs.dead_letter.dismiss", "dead_letter", id.0).because(reason).set("job", letter.job);
    tx.audit(change.change("state", "open", "dismissed")).await
}

async fn lock_open(tx: &mut TenantTx, id: DeadLetterId) -> AppResult<DeadLetter> {
    let letter = store::lock(tx, id).await?.ok_or_else(AppError::not_found)?;
    if letter.state == DeadLetterState::Open { Ok(letter) } else { Err(AppError::new(Kind::Conflict, "dead_letter.settled")) }
}
