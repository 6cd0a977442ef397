//! SQL of addresses, deliveries and reports.

use chrono::{DateTime, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    paging::{List, Page, PageRequest},
    platform_tx::PlatformTx,
};
use plugin_host::{manifest::Mode, model::Event};
use uuid::Uuid;

use super::{DeliveryFilter, DeliveryLine, DeliveryState, receive::Address};
use crate::installs::{SettingsMode, mode_word};

/// Whose address it is. The only thing that the platform's role reads of webhooks.
pub(super) async fn find_tenant(tx: &mut PlatformTx, hash: &[u8]) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select tenant_id from hook_tokens where token_hash = $1", hash).fetch_optional(tx.conn()).await?)
}

/// Whether the tenant has this address.
pub(super) async fn knows_token(tx: &mut ReadTx, hash: &[u8]) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_scalar!(r#"select exists (select from hook_tokens where tenant_id = $1 and token_hash = $2) as "known!""#, tenant, hash)
        .fetch_one(tx.conn())
        .await?)
}

/// The address and the version that its installation runs.
pub(super) async fn find_address(tx: &mut ReadTx, hash: &[u8]) -> AppResult<Option<Address>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        r#"select t.installation_id, t.webhook, t.subject, t.mode as "mode: SettingsMode", i.version_id
           from hook_tokens t join plugin_installations i on i.tenant_id = t.tenant_id and i.id = t.installation_id
           where t.tenant_id = $1 and t.token_hash = $2"#,
        tenant,
        hash
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Address {
        installation: row.installation_id,
        version: row.version_id,
        webhook: row.webhook,
        subject: row.subject,
        mode: row.mode.into(),
    }))
}

pub(super) struct NewToken<'a> {
    pub hash: &'a [u8],
    pub installation: Uuid,
    pub webhook: &'a str,
    pub subject: Option<&'a str>,
    pub mode: Mode,
    pub now: DateTime<Utc>,
}

/// The same address again is no new row.
pub(super) async fn insert_token(tx: &mut TenantTx, new: NewToken<'_>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into hook_tokens (tenant_id, id, token_hash, installation_id, webhook, subject, mode, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, token_hash) do nothing",
        tenant,
        Uuid::now_v7(),
        new.hash,
        new.installation,
        new.webhook,
        new.subject,
        mode_word(new.mode),
        new.now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) struct NewDelivery<'a> {
    pub id: Uuid,
    pub installation: Uuid,
    pub webhook: &'a str,
    pub subject: Option<&'a str>,
    pub mode: Mode,
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub headers: serde_json::Value,
    pub body: &'a [u8],
    pub source_ip: Option<String>,
    pub source_trusted: bool,
    pub signature_verified: bool,
    pub received_at: DateTime<Utc>,
}

pub(super) async fn insert_delivery(tx: &mut TenantTx, new: NewDelivery<'_>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into webhook_deliveries (tenant_id, id, installation_id, webhook, subject, mode, method, path, query, headers, body, source_ip,
           source_trusted, signature_verified, received_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        tenant,
        new.id,
        new.installation,
        new.webhook,
        new.subject,
        mode_word(new.mode),
        new.method,
        new.path,
        new.query,
        new.headers,
        new.body,
        new.source_ip,
        new.source_trusted,
        new.signature_verified,
        new.received_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A stored request.
pub(super) struct Delivery {
    pub installation: Uuid,
    pub webhook: String,
    pub subject: Option<String>,
    pub mode: Mode,
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub source_ip: Option<String>,
    pub source_trusted: bool,
    pub signature_verified: bool,
    /// Still to be looked at.
    pub is_open: bool,
    pub received_at: DateTime<Utc>,
}

struct DeliveryRow {
    installation_id: Uuid,
    webhook: String,
    subject: Option<String>,
    mode: SettingsMode,
    method: String,
    path: String,
    query: String,
    headers: serde_json::Value,
    body: Vec<u8>,
    source_ip: Option<String>,
    source_trusted: bool,
    signature_verified: bool,
    state: DeliveryState,
    received_at: DateTime<Utc>,
}

impl DeliveryRow {
    fn read(self) -> AppResult<Delivery> {
        Ok(Delivery {
            installation: self.installation_id,
            webhook: self.webhook,
            subject: self.subject,
            mode: self.mode.into(),
            method: self.method,
            path: self.path,
            query: self.query,
            headers: serde_json::from_value(self.headers).map_err(AppError::internal)?,
            body: self.body,
            source_ip: self.source_ip,
            source_trusted: self.source_trusted,
            signature_verified: self.signature_verified,
            is_open: self.state == DeliveryState::Received,
            received_at: self.received_at,
        })
    }
}

pub(super) async fn find_delivery(tx: &mut ReadTx, id: Uuid) -> AppResult<Option<Delivery>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        DeliveryRow,
        r#"select installation_id, webhook, subject, mode as "mode: SettingsMode", method, path, query, headers, body, source_ip, source_trusted,
             signature_verified, state as "state: DeliveryState", received_at
           from webhook_deliveries where tenant_id = $1 and id = $2"#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(DeliveryRow::read).transpose()
}

/// The row, held until the transaction ends, so that two jobs do not take its reports at once.
pub(super) async fn lock_delivery(tx: &mut TenantTx, id: Uuid) -> AppResult<Option<Delivery>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        DeliveryRow,
        r#"select installation_id, webhook, subject, mode as "mode: SettingsMode", method, path, query, headers, body, source_ip, source_trusted,
             signature_verified, state as "state: DeliveryState", received_at
           from webhook_deliveries where tenant_id = $1 and id = $2 for no key update"#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(DeliveryRow::read).transpose()
}

pub(super) async fn close_delivery(
    tx: &mut TenantTx,
    id: Uuid,
    state: DeliveryState,
    reports: i32,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "update webhook_deliveries set state = $3, reports = $4, error = $5, handled_at = $6 where tenant_id = $1 and id = $2 and state = 'received'",
        tenant,
        id,
        state.as_str(),
        reports,
        error,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// True if this report was not taken before.
pub(super) async fn insert_report(tx: &mut TenantTx, delivery: &Delivery, delivery_id: Uuid, event: &Event, now: DateTime<Utc>) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "insert into provider_reports (tenant_id, installation_id, mode, report_id, delivery_id, kind, taken_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id, installation_id, mode, report_id) do nothing",
        tenant,
        delivery.installation,
        mode_word(delivery.mode),
        event.id,
        delivery_id,
        event.kind,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deliveries that nobody has looked at since `before`.
pub(super) async fn list_forgotten(tx: &mut ReadTx, before: DateTime<Utc>) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        "select id from webhook_deliveries where tenant_id = $1 and state = 'received' and received_at < $2 order by id limit 1000",
        tenant,
        before
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

pub(super) async fn list_deliveries(tx: &mut ReadTx, request: &PageRequest, filter: &DeliveryFilter) -> AppResult<Page<DeliveryLine>> {
    let mut list = List::new(
        "id, installation_id, webhook, subject, mode, method, source_ip, source_trusted, state, reports, error, received_at, handled_at",
        "from webhook_deliveries",
        "tenant_id",
        "id",
    );
    if let Some(installation) = filter.installation {
        list.filter("installation_id = ", installation, "");
    }
    if let Some(state) = filter.state {
        list.filter("state = ", state, "");
    }
    list.fetch(tx, request, |row: &DeliveryLine| row.id).await
}

/// Removes what deliveries held, not that they came. At most 10,000 at a time.
pub(crate) async fn blank_before(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "update webhook_deliveries set body = '', headers = '[]', query = '' where tenant_id = $1 and id in (
           select id from webhook_deliveries where tenant_id = $1 and received_at < $2 and state <> 'received' and headers <> '[]' order by id limit 10000)",
        tenant,
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Deletes deliveries with their reports, and addresses of single payments. At most 10,000 of each at a time.
pub(crate) async fn delete_before(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let old =
        sqlx::query_scalar!("select id from webhook_deliveries where tenant_id = $1 and received_at < $2 order by id limit 10000", tenant, before)
            .fetch_all(tx.conn())
            .await?;
    sqlx::query!("delete from provider_reports where tenant_id = $1 and delivery_id = any($2)", tenant, &old).execute(tx.conn()).await?;
    sqlx::query!("delete from webhook_deliveries where tenant_id = $1 and id = any($2)", tenant, &old).execute(tx.conn()).await?;
    sqlx::query!(
        "delete from hook_tokens where tenant_id = $1 and id in (
           select id from hook_tokens where tenant_id = $1 and subject is not null and created_at < $2 order by id limit 10000)",
        tenant,
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
