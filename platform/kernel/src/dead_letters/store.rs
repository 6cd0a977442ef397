//! SQL of jobs that were given up. Times are real: the queue does not follow the business clock.

use uuid::Uuid;

use super::{Burial, DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterState};
use crate::{
    AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest},
};

pub(super) async fn insert(tx: &mut TenantTx, burial: Burial<'_>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into dead_letters (tenant_id, id, queue, job, payload, error, attempts) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id, id) do update set error = excluded.error, attempts = dead_letters.attempts + excluded.attempts, died_at = now(),
           state = 'open', settled_at = null, settled_by = null
         where dead_letters.state = 'retried'",
        tenant,
        burial.id,
        burial.queue,
        burial.job,
        burial.payload,
        burial.error,
        burial.attempts
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find(tx: &mut ReadTx, id: DeadLetterId) -> AppResult<Option<DeadLetter>> {
    let tenant = tx.tenant_id();
    let letter = sqlx::query_as!(
        DeadLetter,
        r#"select id as "id: DeadLetterId", queue, job, payload, error, attempts, state as "state: DeadLetterState", note, died_at, settled_at, settled_by
           from dead_letters where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(letter)
}

pub(super) async fn given_up(tx: &mut ReadTx, job: &str, field: &str, id: Uuid) -> AppResult<Option<DeadLetter>> {
    let (tenant, id) = (tx.tenant_id(), id.to_string());
    let letter = sqlx::query_as!(
        DeadLetter,
        r#"select id as "id: DeadLetterId", queue, job, payload, error, attempts, state as "state: DeadLetterState", note, died_at, settled_at, settled_by
           from dead_letters where tenant_id = $1 and job = $2 and payload ->> $3::text = $4 and state <> 'retried' order by died_at desc limit 1"#,
        tenant,
        job,
        field,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(letter)
}

/// Locks the row, then reads it.
pub(super) async fn lock(tx: &mut TenantTx, id: DeadLetterId) -> AppResult<Option<DeadLetter>> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from dead_letters where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    find(tx, id).await
}

pub(super) async fn settle(tx: &mut TenantTx, id: DeadLetterId, state: DeadLetterState, note: Option<&str>) -> AppResult<()> {
    let (tenant, user) = (tx.tenant_id(), tx.scope().user());
    sqlx::query!(
        "update dead_letters set state = $3, note = $4, settled_at = now(), settled_by = $5 where tenant_id = $1 and id = $2",
        tenant,
        id.0,
        state.as_str(),
        note,
        user
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes the job to the outbox again. If it still lies there (the worker died between giving it up and taking it out), it runs anyway.
pub(super) async fn requeue(tx: &mut TenantTx, letter: &DeadLetter) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into outbox (tenant_id, id, queue, job, payload, run_at) values ($1, $2, $3, $4, $5, now()) on conflict do nothing",
        tenant,
        letter.id.0,
        letter.queue,
        letter.job,
        letter.payload
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn jobs(tx: &mut ReadTx) -> AppResult<Vec<String>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!("select distinct job from dead_letters where tenant_id = $1 order by job", tenant).fetch_all(tx.conn()).await?)
}

pub(super) async fn list(tx: &mut ReadTx, filter: &DeadLetterFilter, named: &[String], page: &PageRequest) -> AppResult<Page<DeadLetter>> {
    let mut list = List::new(
        "d.id, d.queue, d.job, d.payload, d.error, d.attempts, d.state, d.note, d.died_at, d.settled_at, d.settled_by",
        "from dead_letters d",
        "d.tenant_id",
        "d.id",
    );
    if let Some(state) = filter.state {
        list.filter("d.state = ", state.as_str(), "");
    }
    if let Some(text) = page.search_text() {
        let ids = search(tx, &text, named).await?;
        list.filter("d.id = any(", ids, ")");
    }
    list.fetch(tx, page, |letter: &DeadLetter| letter.id.0).await
}

async fn search(tx: &mut ReadTx, text: &str, named: &[String]) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        "select id from dead_letters
         where tenant_id = $1 and (job = any($3) or strpos(lower(error), $2) > 0 or strpos(payload::text, $2) > 0 or strpos(id::text, $2) > 0)
         order by id desc limit 1000",
        tenant,
        text,
        named
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}
