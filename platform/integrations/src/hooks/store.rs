//! SQL of addresses, deliveries and reports.

use chrono::{DateTime, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    jobs::Job,
    paging::{List, Page, PageRequest},
    platform_tx::PlatformTx,
};
use plugin_host::{manifest::Mode, model::Event};
use uuid::Uuid;

use super::{DeliveryFilter, DeliveryLine, DeliveryState, HandleWebhooks};
use crate::installs::{SettingsMode, mode_word};

/// Whose address it is. The only thing that the platform's role reads of webhooks.
pub(super) async fn find_tenant(tx: &mut PlatformTx, hash: &[u8]) -> AppResult<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select tenant_id from hook_tokens where token_hash = $1", hash).fetch_optional(tx.conn()).await?)
}

#[derive(Clone)]
pub(super) struct AddressRow {
    pub token_hash: Vec<u8>,
    pub installation_id: Uuid,
    pub webhook: String,
    pub subject: Option<String>,
    pub mode: SettingsMode,
    pub version_id: Uuid,
}

/// Those addresses of these that the tenant has, and the versions that their installations run.
pub(super) async fn find_addresses(tx: &mut ReadTx, hashes: &[Vec<u8>]) -> AppResult<Vec<AddressRow>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        AddressRow,
        r#"select t.token_hash, t.installation_id, t.webhook, t.subject, t.mode as "mode: SettingsMode", i.version_id
           from hook_tokens t join plugin_installations i on i.tenant_id = t.tenant_id and i.id = t.installation_id
           where t.tenant_id = $1 and t.token_hash = any($2) and i.mode <> 'removed'"#,
        tenant,
        hashes
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
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

/// A request that is to be stored.
pub(super) struct NewDelivery {
    pub id: Uuid,
    pub installation: Uuid,
    pub webhook: String,
    pub subject: Option<String>,
    pub mode: Mode,
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: serde_json::Value,
    pub body: Vec<u8>,
    pub source_ip: Option<String>,
    pub source_trusted: bool,
    pub signature_verified: bool,
    pub received_at: DateTime<Utc>,
}

pub(super) async fn insert_deliveries(tx: &mut TenantTx, new: &[&NewDelivery]) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let ids: Vec<Uuid> = new.iter().map(|d| d.id).collect();
    let installations: Vec<Uuid> = new.iter().map(|d| d.installation).collect();
    let webhooks: Vec<String> = new.iter().map(|d| d.webhook.clone()).collect();
    let subjects: Vec<Option<String>> = new.iter().map(|d| d.subject.clone()).collect();
    let modes: Vec<String> = new.iter().map(|d| mode_word(d.mode).to_owned()).collect();
    let methods: Vec<String> = new.iter().map(|d| d.method.clone()).collect();
    let paths: Vec<String> = new.iter().map(|d| d.path.clone()).collect();
    let queries: Vec<String> = new.iter().map(|d| d.query.clone()).collect();
    let headers: Vec<serde_json::Value> = new.iter().map(|d| d.headers.clone()).collect();
    let bodies: Vec<Vec<u8>> = new.iter().map(|d| d.body.clone()).collect();
    let sources: Vec<Option<String>> = new.iter().map(|d| d.source_ip.clone()).collect();
    let trusted: Vec<bool> = new.iter().map(|d| d.source_trusted).collect();
    let verified: Vec<bool> = new.iter().map(|d| d.signature_verified).collect();
    let received: Vec<DateTime<Utc>> = new.iter().map(|d| d.received_at).collect();
    sqlx::query!(
        "insert into webhook_deliveries (tenant_id, id, installation_id, webhook, subject, mode, method, path, query, headers, body, source_ip,
           source_trusted, signature_verified, received_at)
         select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::jsonb[],
           $11::bytea[], $12::text[], $13::bool[], $14::bool[], $15::timestamptz[])",
        tenant,
        &ids,
        &installations,
        &webhooks,
        &subjects as &[Option<String>],
        &modes,
        &methods,
        &paths,
        &queries,
        &headers,
        &bodies,
        &sources as &[Option<String>],
        &trusted,
        &verified,
        &received
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
    id: Uuid,
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
        r#"select id, installation_id, webhook, subject, mode as "mode: SettingsMode", method, path, query, headers, body, source_ip, source_trusted,
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
        r#"select id, installation_id, webhook, subject, mode as "mode: SettingsMode", method, path, query, headers, body, source_ip, source_trusted,
             signature_verified, state as "state: DeliveryState", received_at
           from webhook_deliveries where tenant_id = $1 and id = $2 for no key update"#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(DeliveryRow::read).transpose()
}

/// Those of these deliveries that still have to be looked at, in the order in which they came. Told apart here: by their state, the
/// database would look through all open ones instead of these few.
pub(super) async fn list_open_among(tx: &mut ReadTx, ids: &[Uuid]) -> AppResult<Vec<(Uuid, Delivery)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        DeliveryRow,
        r#"select id, installation_id, webhook, subject, mode as "mode: SettingsMode", method, path, query, headers, body, source_ip, source_trusted,
             signature_verified, state as "state: DeliveryState", received_at
           from webhook_deliveries where tenant_id = $1 and id = any($2) order by id"#,
        tenant,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().filter(|row| row.state == DeliveryState::Received).map(|row| Ok((row.id, row.read()?))).collect()
}

/// Holds these until the transaction ends, and names those that still have to be looked at.
pub(super) async fn lock_open_among(tx: &mut TenantTx, ids: &[Uuid]) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select id, state as "state: DeliveryState" from webhook_deliveries where tenant_id = $1 and id = any($2) order by id for no key update"#,
        tenant,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter(|row| row.state == DeliveryState::Received).map(|row| row.id).collect())
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

/// Has a delivery that ended in one of these states looked at again, while its contents are kept. False for any other.
pub(super) async fn reopen(tx: &mut TenantTx, id: Uuid, ended: &[DeliveryState]) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let ended: Vec<String> = ended.iter().map(|state| state.as_str().to_owned()).collect();
    let done = sqlx::query!(
        "update webhook_deliveries set state = 'received', error = null, handled_at = null
         where tenant_id = $1 and id = $2 and state = any($3) and headers <> '[]'",
        tenant,
        id,
        &ended
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
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

/// Deliveries that nobody has looked at since `before` and no batch carries, but those of installations that are held or may not run.
pub(super) async fn list_forgotten(tx: &mut ReadTx, before: DateTime<Utc>) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        "select d.id from webhook_deliveries d join plugin_installations i on i.tenant_id = d.tenant_id and i.id = d.installation_id
           join plugin_versions v on v.id = i.version_id
         where d.tenant_id = $1 and d.state = 'received' and d.received_at < $2 and i.mode <> 'held' and v.state <> 'revoked'
           and not plugin_stopped(i.tenant_id, i.plugin_id, i.version_id)
           and d.id not in (select carried::uuid from outbox o, jsonb_array_elements_text(o.payload -> 'deliveries') as carried
             where o.tenant_id = $1 and o.job = $3)
         order by d.id limit 1000",
        tenant,
        before,
        HandleWebhooks::NAME
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// Deliveries of an installation that were not looked at yet.
pub(crate) async fn list_open(tx: &mut ReadTx, installation: Uuid) -> AppResult<Vec<Uuid>> {
    let tenant = tx.tenant_id();
    let ids = sqlx::query_scalar!(
        "select id from webhook_deliveries where tenant_id = $1 and installation_id = $2 and state = 'received' order by id limit 1000",
        tenant,
        installation
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// What was sent to the live addresses of an installation and was not looked at yet, but can be.
pub(crate) async fn count_unread(tx: &mut ReadTx, installation: Uuid) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from webhook_deliveries d
             join plugin_installations i on i.tenant_id = d.tenant_id and i.id = d.installation_id join plugin_versions v on v.id = i.version_id
           where d.tenant_id = $1 and d.installation_id = $2 and d.state = 'received' and d.mode = 'live' and v.state <> 'revoked'"#,
        tenant,
        installation
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
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

/// Deletes deliveries with their reports, and addresses of single payments: at most 10,000 of each at a time. Says of which were more.
pub(crate) async fn delete_before(tx: &mut TenantTx, before: DateTime<Utc>) -> AppResult<u64> {
    let tenant = tx.tenant_id();
    let old =
        sqlx::query_scalar!("select id from webhook_deliveries where tenant_id = $1 and received_at < $2 order by id limit 10000", tenant, before)
            .fetch_all(tx.conn())
            .await?;
    sqlx::query!("delete from provider_reports where tenant_id = $1 and delivery_id = any($2)", tenant, &old).execute(tx.conn()).await?;
    let deliveries = sqlx::query!("delete from webhook_deliveries where tenant_id = $1 and id = any($2)", tenant, &old).execute(tx.conn()).await?;
    let addresses = sqlx::query!(
        "delete from hook_tokens where tenant_id = $1 and id in (
           select id from hook_tokens where tenant_id = $1 and subject is not null and created_at < $2 order by id limit 10000)",
        tenant,
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(deliveries.rows_affected().max(addresses.rows_affected()))
}

/// A live installation and how far asking its provider has come.
pub(super) struct Polled {
    pub id: Uuid,
    pub version_id: Uuid,
    pub polled_at: Option<DateTime<Utc>>,
}

pub(super) async fn list_polled(tx: &mut ReadTx) -> AppResult<Vec<Polled>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        Polled,
        "select i.id, i.version_id, i.polled_at from plugin_installations i join plugin_versions v on v.id = i.version_id
         where i.tenant_id = $1 and i.mode = 'live' and v.state <> 'revoked' order by i.id",
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Notes that the provider is asked now, and says from where on.
pub(super) async fn begin_poll(tx: &mut TenantTx, installation: Uuid, now: DateTime<Utc>) -> AppResult<Option<String>> {
    let tenant = tx.tenant_id();
    let cursor = sqlx::query_scalar!(
        "update plugin_installations set polled_at = $3 where tenant_id = $1 and id = $2 returning poll_cursor",
        tenant,
        installation,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(cursor)
}

/// Moves on. False if somebody else has done so since `from` was read.
pub(super) async fn move_cursor(tx: &mut TenantTx, installation: Uuid, from: Option<&str>, to: Option<&str>) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!(
        "update plugin_installations set poll_cursor = $4 where tenant_id = $1 and id = $2 and poll_cursor is not distinct from $3",
        tenant,
        installation,
        from,
        to
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
