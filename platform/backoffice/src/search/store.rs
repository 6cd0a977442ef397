//! The statements of the search.

use kernel::{AppResult, ReadTx};
use uuid::Uuid;

/// A record that answers, and how well: 10 for one that is named, 5 for what belongs to somebody named, 1 for a name like it.
pub(super) struct Hit {
    pub(super) kind: String,
    pub(super) id: Uuid,
    pub(super) rank: i32,
}

/// What is looked for, as rows hold it.
pub(super) struct Wanted {
    pub(super) terms: Vec<String>,
    pub(super) keys: Vec<String>,
    pub(super) plate: String,
    pub(super) amount: Option<i64>,
}

/// Records of these kinds, at most `most` of each branch of the search.
pub(super) async fn find(tx: &mut ReadTx, wanted: &Wanted, kinds: &[String], most: i32) -> AppResult<Vec<Hit>> {
    let hits = sqlx::query_as!(
        Hit,
        r#"select kind as "kind!", id as "id!", rank as "rank!" from search.everything($1, $2, $3, $4, $5, $6)"#,
        &wanted.terms,
        &wanted.keys,
        wanted.plate,
        wanted.amount,
        kinds,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(hits)
}

/// What the reader looked for lately, the newest first, each once. It is in the record of who saw what.
pub(super) async fn list_recent(tx: &mut ReadTx, limit: i64) -> AppResult<Vec<String>> {
    let (tenant, actor) = (tx.tenant_id(), tx.scope().actor.to_string());
    let recent = sqlx::query_scalar!(
        r#"select query as "query!" from
             (select query, id from access_entries where tenant_id = $1 and actor = $2 and object_type = 'search' order by id desc limit 50) latest
           where query is not null group by query order by max(id::text) desc limit $3"#,
        tenant,
        actor,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(recent)
}
