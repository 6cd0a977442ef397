//! SQL of news for plugins.

use chrono::{DateTime, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    events::Event,
    paging::{List, Page, PageRequest},
};
use sqlx::types::Json;
use uuid::Uuid;

use super::{NewsFilter, NewsId, NewsLine, NewsLink, NewsState, model::Waiting};

/// An event of the subject.
pub(super) struct Happened {
    pub id: Uuid,
    pub kind: String,
    pub sequence: i64,
}

/// The event, and those of what it happened to that came before it since then, in their order.
pub(super) async fn up_to(tx: &mut ReadTx, event: &Event, since: DateTime<Utc>) -> AppResult<Vec<Happened>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Happened,
        "select id, type as kind, sequence from events
         where tenant_id = $1 and aggregate_id = $2 and sequence <= $3 and (occurred_at >= $4 or sequence = $3) order by sequence",
        tenant,
        event.aggregate_id,
        event.sequence,
        since
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub(super) struct New<'a> {
    pub id: NewsId,
    pub installation: Uuid,
    pub event: &'a Happened,
    pub subject: &'a str,
    pub now: DateTime<Utc>,
}

/// False if the installation has news of this event.
pub(super) async fn insert(tx: &mut TenantTx, new: New<'_>) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "insert into plugin_news (tenant_id, id, installation_id, event_id, type, subject, sequence, state, due_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $8) on conflict (tenant_id, installation_id, event_id) do nothing",
        tenant,
        new.id.0,
        new.installation,
        new.event.id,
        new.event.kind,
        new.subject,
        new.event.sequence,
        new.now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What waits for this attempt, and since when there is news of it.
pub(super) async fn find_waiting(tx: &mut ReadTx, id: NewsId, attempt: i32) -> AppResult<Option<(Waiting, DateTime<Utc>)>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        "select installation_id, event_id, subject, sequence, created_at from plugin_news
         where tenant_id = $1 and id = $2 and attempts = $3 and state = 'waiting'",
        tenant,
        id.0,
        attempt
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| {
        let waiting = Waiting { id, installation: row.installation_id, event: row.event_id, subject: row.subject, sequence: row.sequence };
        (waiting, row.created_at)
    }))
}

/// When the first of the earlier news of the subject is due that still wait and are not older than that.
pub(super) async fn behind(tx: &mut ReadTx, waiting: &Waiting, oldest: DateTime<Utc>) -> AppResult<Option<DateTime<Utc>>> {
    let tenant = tx.tenant_id();
    let due = sqlx::query_scalar!(
        "select due_at from plugin_news
         where tenant_id = $1 and installation_id = $2 and subject = $3 and sequence < $4 and state = 'waiting' and created_at >= $5
         order by sequence limit 1",
        tenant,
        waiting.installation,
        waiting.subject,
        waiting.sequence,
        oldest
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(due)
}

/// What the plugin answered last for the same subject.
pub(super) async fn earlier_ref(tx: &mut ReadTx, waiting: &Waiting) -> AppResult<Option<String>> {
    let tenant = tx.tenant_id();
    let reference = sqlx::query_scalar!(
        r#"select provider_ref as "provider_ref!" from plugin_news
           where tenant_id = $1 and installation_id = $2 and subject = $3 and sequence < $4 and provider_ref is not null
           order by sequence desc limit 1"#,
        tenant,
        waiting.installation,
        waiting.subject,
        waiting.sequence
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(reference)
}

/// What came of an attempt.
pub(super) struct Outcome {
    pub state: NewsState,
    /// When the next one is due, if there is one.
    pub again: Option<DateTime<Utc>>,
    pub error: Option<String>,
    pub provider_ref: Option<String>,
    pub links: Vec<NewsLink>,
}

/// False if another worker was first.
pub(super) async fn note(tx: &mut TenantTx, id: NewsId, before: i32, outcome: &Outcome, now: DateTime<Utc>) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let settled_at = (outcome.state != NewsState::Waiting).then_some(now);
    let done = sqlx::query!(
        "update plugin_news set attempts = attempts + 1, state = $4, error = $5, provider_ref = $6, links = $7, settled_at = $8,
           due_at = coalesce($9, due_at)
         where tenant_id = $1 and id = $2 and attempts = $3 and state = 'waiting'",
        tenant,
        id.0,
        before,
        outcome.state.as_str(),
        outcome.error,
        outcome.provider_ref,
        Json(&outcome.links) as _,
        settled_at,
        outcome.again
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What waits for an installation, with the attempts so far.
pub(super) async fn list_waiting(tx: &mut ReadTx, installation: Uuid) -> AppResult<Vec<(NewsId, i32)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select id, attempts from plugin_news where tenant_id = $1 and installation_id = $2 and state = 'waiting' order by sequence",
        tenant,
        installation
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (NewsId(row.id), row.attempts)).collect())
}

pub(super) async fn list(tx: &mut ReadTx, filter: &NewsFilter, page: &PageRequest) -> AppResult<Page<NewsLine>> {
    let mut list = List::new(
        "n.id, n.installation_id, n.type as kind, n.state, n.attempts, n.error, n.created_at, n.settled_at",
        "from plugin_news n",
        "n.tenant_id",
        "n.id",
    );
    if let Some(installation) = filter.installation {
        list.filter("n.installation_id = ", installation, "");
    }
    if let Some(state) = filter.state {
        list.filter("n.state = ", state, "");
    }
    list.fetch(tx, page, |line: &NewsLine| line.id.0).await
}

/// Of the latest news of a subject.
pub(super) async fn links(tx: &mut ReadTx, subject: &str) -> AppResult<Vec<NewsLink>> {
    let tenant = tx.tenant_id();
    let lists = sqlx::query_scalar!(
        r#"select links as "links: Json<Vec<NewsLink>>" from plugin_news
           where tenant_id = $1 and subject = $2 and links <> '[]' order by sequence desc limit 20"#,
        tenant,
        subject
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(lists.into_iter().flat_map(|list| list.0).collect())
}

/// Drops what waits for an installation that was switched off.
pub(super) async fn drop_waiting(tx: &mut TenantTx, installation: Uuid, now: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update plugin_news set state = 'dropped', settled_at = $3 where tenant_id = $1 and installation_id = $2 and state = 'waiting'",
        tenant,
        installation,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// At most 10,000 at a time: the next run takes the rest.
pub(super) async fn purge(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "delete from plugin_news where tenant_id = $1 and id in
           (select id from plugin_news where tenant_id = $1 and created_at < $2 and state <> 'waiting' order by created_at limit 10000)",
        tenant,
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
