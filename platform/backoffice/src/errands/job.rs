//! The worker's part: step after step until it is done, each written down before the next.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use kernel::{
    AppError, AppResult, Kind, TenantTx,
    jobs::{Job, JobCx, JobError, JobResult, Queue},
};
use outreach::notices::{self, NewNotice, Param, Reader};
use ports::object::ObjectStore;
use serde::{Deserialize, Serialize};

use super::{
    error::ErrandFailure,
    model::{Errand, ErrandId, ErrandState, Settled},
    store,
    walk::Walker,
};
use crate::{
    frame::{Columns, File, Format, Part},
    lists::exported,
};

/// Name of the job, for the list of retentions.
pub(crate) const CLEAR: &str = "office.errand.clear";

/// Rows of a list that are read at once.
const PART: u32 = 2_000;
/// Rows of an act that are settled by one request.
const TAKEN: i64 = 50;
/// Steps of one turn; then the errands of others come first.
const STEPS: usize = 20;
const PAUSE: Duration = Duration::from_millis(500);
/// Rows that an act is about at most.
const MOST_ACTED_ON: i32 = 20_000;
/// How long a file is kept, and how long an errand is remembered.
const KEPT: TimeDelta = TimeDelta::days(7);
const REMEMBERED: TimeDelta = TimeDelta::days(90);

/// Rows that a file holds at most. A workbook is made in memory, cell by cell.
pub(super) fn most_rows(format: Option<Format>) -> i32 {
    match format {
        Some(Format::Csv) => 200_000,
        Some(Format::Xlsx) => 50_000,
        None => MOST_ACTED_ON,
    }
}

/// Does an errand. Safe to run twice, also at the same time.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RunErrand {
    pub(super) errand: ErrandId,
}

#[async_trait]
impl Job for RunErrand {
    const NAME: &'static str = "office.errand.run";
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: Duration = Duration::from_secs(600);

    fn unique_key(&self) -> Option<String> {
        Some(self.errand.to_string())
    }

    async fn run(self, cx: JobCx) -> JobResult {
        for _ in 0..STEPS {
            match step(&cx, self.errand).await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => return give_up(&cx, self.errand, error).await,
            }
        }
        Err(JobError::Snooze(PAUSE))
    }
}

/// Ends an errand that cannot go on; one that may go on later is tried again.
async fn give_up(cx: &JobCx, id: ErrandId, error: AppError) -> JobResult {
    let mut tx = cx.scope.begin_read().await?;
    let over = store::find(&mut tx, id).await?.is_none_or(|errand| errand.state.is_over());
    drop(tx);
    // Another worker was quicker, and took away what was needed here.
    if over {
        return Ok(());
    }
    let may_heal = matches!(error.kind, Kind::Internal | Kind::Unavailable | Kind::RateLimited | Kind::Precondition);
    if may_heal && cx.attempt < RunErrand::ATTEMPTS {
        return Err(JobError::Retry(error));
    }
    let mut tx = cx.scope.begin_write().await?;
    if let Some(errand) = store::find(&mut tx, id).await?
        && store::update_over(&mut tx, id, ErrandState::Failed, Some(&error.code)).await?
    {
        tell(&mut tx, &errand).await?;
    }
    tx.commit().await?;
    // What was given up for a fault of ours is for whoever looks after the platform, too.
    if may_heal { Err(JobError::Fail(error)) } else { Ok(()) }
}

/// One step. False: nothing is left to be done.
async fn step(cx: &JobCx, id: ErrandId) -> AppResult<bool> {
    let mut tx = cx.scope.begin_write().await?;
    let running = store::update_running(&mut tx, id).await?;
    let errand = store::find(&mut tx, id).await?;
    tx.commit().await?;
    let Some(errand) = errand.filter(|_| running) else { return Ok(false) };
    match (errand.gathered, errand.format()) {
        (false, _) => gather(cx, &errand).await,
        (true, Some(format)) => make_file(cx, &errand, format).await,
        (true, None) => act(cx, &errand).await,
    }
}

fn objects(cx: &JobCx) -> AppResult<std::sync::Arc<dyn ObjectStore>> {
    cx.app.port::<dyn ObjectStore>()
}

/// Reads the next part of the list. It is kept first, then counted: what is not counted is read again, over the same place.
async fn gather(cx: &JobCx, errand: &Errand) -> AppResult<bool> {
    let found = Walker::of(cx, errand).await?.read(errand, PART).await?;
    let count = i32::try_from(found.part.len()).map_err(AppError::internal)?;
    let most = most_rows(errand.format());
    if errand.rows.saturating_add(count) > most {
        return Err(ErrandFailure::TooManyRows(most).into());
    }
    if errand.format().is_some() {
        let part = serde_json::to_vec(&found.part).map_err(AppError::internal)?;
        objects(cx)?.put(cx.scope.tenant.id, &errand.part_path(errand.parts), "application/json", Bytes::from(part)).await?;
    }
    let mut tx = cx.scope.begin_write().await?;
    if !store::update_progress(&mut tx, errand, count, found.next.as_deref()).await? {
        return Ok(false);
    }
    if errand.format().is_none() {
        store::insert_lines(&mut tx, errand, &found.ids).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Sends the act for the rows that wait next. A row that the act does not meet any more is settled as refused.
async fn act(cx: &JobCx, errand: &Errand) -> AppResult<bool> {
    let mut tx = cx.scope.begin_read().await?;
    let rows = store::list_waiting(&mut tx, errand.id, TAKEN).await?;
    drop(tx);
    if rows.is_empty() {
        return finish(cx, errand, None).await;
    }
    Walker::of(cx, errand).await?.act(errand, &rows).await?;
    let gone = cx.app.texts.get(&cx.scope.locale, "office-errand-row-gone", &[]);
    let mut tx = cx.scope.begin_write().await?;
    for row in rows {
        let settled = Settled { row, name: String::new(), href: String::new(), refused: Some(gone.clone()) };
        store::update_line(&mut tx, errand.id, &settled).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn part(cx: &JobCx, errand: &Errand, number: i32) -> AppResult<Part> {
    let bytes = objects(cx)?.get(cx.scope.tenant.id, &errand.part_path(number)).await?;
    serde_json::from_slice(&bytes).map_err(AppError::internal)
}

/// Puts the parts together. The parts are read twice, one at a time: what stands in a column is said in its head.
async fn make_file(cx: &JobCx, errand: &Errand, format: Format) -> AppResult<bool> {
    let mut columns = Columns::default();
    for number in 0..errand.parts {
        columns.see(&part(cx, errand, number).await?);
    }
    let mut file = File::begin(format, &columns)?;
    for number in 0..errand.parts {
        let (part, columns) = (part(cx, errand, number).await?, columns.clone());
        let added = tokio::task::spawn_blocking(move || file.add(&columns, part).map(|()| file));
        file = added.await.map_err(AppError::internal)??;
    }
    let bytes = tokio::task::spawn_blocking(move || file.finish()).await.map_err(AppError::internal)??;
    let size = i64::try_from(bytes.len()).map_err(AppError::internal)?;
    let path = errand.file_path().unwrap_or_default();
    objects(cx)?.put(cx.scope.tenant.id, &path, format.content_type(), Bytes::from(bytes)).await?;
    finish(cx, errand, Some((format, size))).await?;
    remove_parts(cx, errand).await?;
    Ok(false)
}

/// Says that it is done, once.
async fn finish(cx: &JobCx, errand: &Errand, file: Option<(Format, i64)>) -> AppResult<bool> {
    let mut tx = cx.scope.begin_write().await?;
    if !store::update_over(&mut tx, errand.id, ErrandState::Done, None).await? {
        return Ok(false);
    }
    if let Some((format, bytes)) = file {
        let expires_at = cx.scope.now() + KEPT;
        store::update_file(&mut tx, errand.id, bytes, expires_at).await?;
        let rows = usize::try_from(errand.rows).unwrap_or_default();
        exported(&mut tx, &errand.asked.list, &errand.asked.query, format.as_str(), rows).await?;
    }
    tell(&mut tx, errand).await?;
    tx.commit().await?;
    Ok(false)
}

/// Tells whoever asked that it is over; its page says how it ended.
async fn tell(tx: &mut TenantTx, errand: &Errand) -> AppResult<()> {
    let notice = NewNotice {
        reader: Reader::Staff(errand.user),
        kind: notices::Kind::ErrandOver,
        subject: Some(("errand", errand.id.0)),
        params: [("what".to_owned(), Param::Text(errand.asked.title.clone()))].into(),
        href: format!("/errands/{}", errand.id),
        cause: format!("errand:{}", errand.id),
    };
    notices::service::tell(tx, &notice).await.map(drop)
}

async fn remove_parts(cx: &JobCx, errand: &Errand) -> AppResult<()> {
    // The part that was kept and not counted, too.
    for number in 0..=errand.parts {
        objects(cx)?.delete(cx.scope.tenant.id, &errand.part_path(number)).await?;
    }
    Ok(())
}

/// Errands that one run clears; the next goes on.
const CLEARED: i64 = 100;

/// Tenants with errands of which something is to be removed: [`REMEMBERED`] days after they ended, or objects before that.
pub(super) const LITTERED: &str = "select distinct tenant_id from errands where finished_at < $1 - interval '90 days'
    or finished_at is not null and format is not null and (expires_at < $1 or parts > 0 and file_bytes is null)";

/// Removes files past their time, parts that nobody puts together any more, and errands that ended long ago; safe to repeat.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct ClearErrands {}

#[async_trait]
impl Job for ClearErrands {
    const NAME: &'static str = CLEAR;
    const QUEUE: Queue = Queue::Bulk;
    const TIMEOUT: Duration = Duration::from_secs(300);

    async fn run(self, cx: JobCx) -> JobResult {
        let now = cx.scope.now();
        let mut tx = cx.scope.begin_read().await?;
        let litter = store::list_litter(&mut tx, now, CLEARED).await?;
        drop(tx);
        for id in litter {
            clear(&cx, id).await?;
        }
        let mut tx = cx.scope.begin_write().await?;
        store::delete_ended(&mut tx, now - REMEMBERED, CLEARED).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The objects first: a row that still names them is found again, an object without a row is not.
async fn clear(cx: &JobCx, id: ErrandId) -> AppResult<()> {
    let mut tx = cx.scope.begin_read().await?;
    let Some(errand) = store::find(&mut tx, id).await? else { return Ok(()) };
    drop(tx);
    remove_parts(cx, &errand).await?;
    if let Some(path) = errand.file_path() {
        objects(cx)?.delete(cx.scope.tenant.id, &path).await?;
    }
    let mut tx = cx.scope.begin_write().await?;
    store::update_cleared(&mut tx, id).await?;
    tx.commit().await
}
