//! SQL of messages that were sent.

use chrono::{DateTime, Utc};
use kernel::{
    AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest},
};
use ports::report::MessageReported;
use uuid::Uuid;

use super::{Going, SentFilter, SentLine, SentState};

/// A message that was given up and is sent once more is no second one.
pub(super) async fn insert(tx: &mut TenantTx, going: &Going, state: SentState, provider_ref: Option<&str>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into sent_messages (tenant_id, id, installation_id, channel, recipient, provider_ref, state, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
         on conflict (tenant_id, id) do update set installation_id = $3, provider_ref = $6, state = $7, updated_at = $8",
        tenant,
        going.id,
        going.installation,
        going.channel,
        going.recipient,
        provider_ref,
        state.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The message of a report with its state, held until the transaction ends. By our id where the report has it.
pub(super) async fn lock(tx: &mut TenantTx, report: &MessageReported) -> AppResult<Option<(Uuid, SentState)>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        r#"select id, state as "state: SentState" from sent_messages
           where tenant_id = $1 and installation_id = $2 and (id = $3 or ($3::uuid is null and provider_ref = $4))
           order by id desc limit 1 for no key update"#,
        tenant,
        report.source.installation,
        report.message,
        report.provider_ref
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id, row.state)))
}

pub(super) async fn update(tx: &mut TenantTx, id: Uuid, state: SentState, code: Option<&str>, is_permanent: bool) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update sent_messages set state = $3, code = $4, is_permanent = $5, updated_at = $6 where tenant_id = $1 and id = $2",
        tenant,
        id,
        state.as_str(),
        code,
        is_permanent,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list(tx: &mut ReadTx, page: &PageRequest, filter: &SentFilter) -> AppResult<Page<SentLine>> {
    let mut list = List::new(
        "id, installation_id, channel, recipient, state, code, is_permanent, created_at, updated_at",
        "from sent_messages",
        "tenant_id",
        "id",
    );
    if let Some(installation) = filter.installation {
        list.filter("installation_id = ", installation, "");
    }
    if let Some(state) = filter.state {
        list.filter("state = ", state, "");
    }
    list.fetch(tx, page, |row: &SentLine| row.id).await
}

pub(super) async fn delete_before(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "delete from sent_messages where tenant_id = $1 and id in
           (select id from sent_messages where tenant_id = $1 and created_at < $2 order by created_at limit 10000)",
        tenant,
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
