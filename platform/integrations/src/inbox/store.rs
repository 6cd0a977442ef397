//! SQL of messages that came in.

use chrono::{DateTime, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest, prefix_end},
};
use uuid::Uuid;

use super::{InboxFilter, InboxState, NewMessage, Received, ReceivedId, Wish};

pub(super) async fn insert(tx: &mut TenantTx, id: ReceivedId, new: &NewMessage) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into received_messages (tenant_id, id, installation_id, channel, provider_ref, sender, sender_name, text, files, wish, happened_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        tenant,
        id.0,
        new.source.installation,
        new.channel,
        new.provider_ref,
        new.sender,
        new.sender_name,
        new.text,
        new.files,
        new.wish.map(|wish| wish.as_str()),
        new.happened_at,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list(tx: &mut ReadTx, filter: &InboxFilter, page: &PageRequest) -> AppResult<Page<Received>> {
    let mut list = List::new(
        "m.id, m.installation_id, m.channel, m.sender, m.sender_name, m.text, m.files, m.wish, m.customer_id, m.happened_at, m.settled_at, m.created_at",
        "from received_messages m",
        "m.tenant_id",
        "m.id",
    );
    match filter.state {
        Some(InboxState::Open) => list.fixed("m.settled_at is null and m.customer_id is not null"),
        Some(InboxState::Unknown) => list.fixed("m.settled_at is null and m.customer_id is null"),
        Some(InboxState::Settled) => list.fixed("m.settled_at is not null"),
        None => list.fixed("m.settled_at is null"),
    };
    if let Some(text) = page.search_text() {
        list.filter("m.sender >= ", text.clone(), "").filter("m.sender < ", prefix_end(&text), "");
    }
    list.fetch(tx, page, |row: &Received| row.id.0).await
}

pub(super) async fn find(tx: &mut ReadTx, id: ReceivedId) -> AppResult<Option<Received>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Received,
        r#"select id as "id: ReceivedId", installation_id, channel, sender, sender_name, text, files, wish as "wish: Wish", customer_id, happened_at, settled_at, created_at
           from received_messages where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Of one customer, newest first.
pub(super) async fn of_customer(tx: &mut ReadTx, customer: Uuid, most: i64) -> AppResult<Vec<Received>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Received,
        r#"select id as "id: ReceivedId", installation_id, channel, sender, sender_name, text, files, wish as "wish: Wish", customer_id, happened_at, settled_at, created_at
           from received_messages where tenant_id = $1 and customer_id = $2 order by id desc limit $3"#,
        tenant,
        customer,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub(super) async fn assign(tx: &mut TenantTx, id: ReceivedId, customer: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("update received_messages set customer_id = $3 where tenant_id = $1 and id = $2 and customer_id is null", tenant, id.0, customer)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// False if it was settled, or is not there.
pub(super) async fn settle(tx: &mut TenantTx, id: ReceivedId) -> AppResult<bool> {
    let (tenant, now, user) = (tx.tenant_id(), tx.scope().now(), tx.scope().user());
    let done = sqlx::query!(
        "update received_messages set settled_at = $3, settled_by = $4 where tenant_id = $1 and id = $2 and settled_at is null",
        tenant,
        id.0,
        now,
        user
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn forget(tx: &mut TenantTx, customer: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("delete from received_messages where tenant_id = $1 and customer_id = $2", tenant, customer).execute(tx.conn()).await?;
    Ok(())
}

pub(super) async fn delete_before(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "delete from received_messages where tenant_id = $1 and id in
           (select id from received_messages where tenant_id = $1 and customer_id is null and created_at < $2 order by id limit 10000)",
        tenant,
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
