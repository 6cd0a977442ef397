//! SQL of the batches.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::{expect_one, violated_constraint},
    money::Money,
    paging::{List, Page, PageRequest},
};
use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{Batch, BatchError, BatchId, BatchItem, BatchState, Layout, Outcome, ResultFile, ResultLine, ResultMapping};
use crate::{bank_accounts::BankAccountId, columns::Code, payouts::PayoutId};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    number: String,
    bank_account_id: Uuid,
    currency: Code,
    execute_on: NaiveDate,
    state: BatchState,
    payout_count: i32,
    total_minor: i64,
    created_by: Uuid,
    withdrawn_reason: Option<String>,
    version: i32,
    created_at: DateTime<Utc>,
}

impl From<Row> for Batch {
    fn from(row: Row) -> Self {
        Self {
            id: BatchId(row.id),
            number: row.number,
            account: BankAccountId(row.bank_account_id),
            execute_on: row.execute_on,
            state: row.state,
            payout_count: row.payout_count,
            total: Money::new(row.total_minor, row.currency.0),
            created_by: row.created_by,
            withdrawn_reason: row.withdrawn_reason,
            version: row.version,
            created_at: row.created_at,
        }
    }
}

pub async fn insert(tx: &mut TenantTx, batch: &Batch) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into payout_batches (tenant_id, id, number, bank_account_id, currency, execute_on, state, payout_count, total_minor, created_by, created_at,
           updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        tenant,
        batch.id.0,
        batch.number,
        batch.account.0,
        batch.total.currency.code(),
        batch.execute_on,
        batch.state.as_str(),
        batch.payout_count,
        batch.total.minor,
        batch.created_by,
        batch.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts payouts into a batch, in this order, each by its reference.
///
/// # Errors
/// `payout_batch.payout_taken` if one is in another.
pub async fn insert_items(tx: &mut TenantTx, batch: BatchId, payouts: &[Uuid], references: &[String]) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let ids: Vec<Uuid> = payouts.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into payout_batch_items (tenant_id, batch_id, created_at, outcome, id, payout_id, reference, nr)
         select $1, $2, $3, 'open', i.id, i.payout, i.reference, i.nr
         from unnest($4::uuid[], $5::uuid[], $6::text[]) with ordinality as i (id, payout, reference, nr)",
        tenant,
        batch.0,
        now,
        &ids,
        payouts,
        references
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        Some("payout_batch_items_payout_key") => BatchError::PayoutTaken.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

pub async fn get(tx: &mut ReadTx, id: BatchId) -> AppResult<Batch> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, number, bank_account_id, currency as "currency: Code", execute_on, state as "state: BatchState", payout_count, total_minor, created_by,
             withdrawn_reason, version, created_at
           from payout_batches where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Batch::from).ok_or_else(AppError::not_found)
}

pub async fn lock(tx: &mut TenantTx, id: BatchId) -> AppResult<Batch> {
    let tenant = tx.tenant_id();
    sqlx::query!("select id from payout_batches where tenant_id = $1 and id = $2 for update", tenant, id.0).fetch_optional(tx.conn()).await?;
    get(tx, id).await
}

/// # Errors
/// `payout_batch.changed`.
pub async fn update(tx: &mut TenantTx, batch: &Batch) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update payout_batches set state = $4, withdrawn_reason = $5, version = version + 1, updated_at = $6
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        batch.id.0,
        batch.version,
        batch.state.as_str(),
        batch.withdrawn_reason,
        now
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), BatchError::Changed)
}

/// What is in a batch, in the order of its file.
pub async fn items(tx: &mut ReadTx, id: BatchId) -> AppResult<Vec<BatchItem>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select i.id, i.payout_id as "payout: PayoutId", i.reference, p.payee, p.amount_minor, p.currency as "currency: Code",
             i.outcome as "outcome: Outcome", i.receipt, i.reason
           from payout_batch_items i join payouts p on p.tenant_id = i.tenant_id and p.id = i.payout_id
           where i.tenant_id = $1 and i.batch_id = $2 order by i.nr"#,
        tenant,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| BatchItem {
            id: row.id,
            payout: row.payout,
            reference: row.reference,
            payee: row.payee,
            amount: Money::new(row.amount_minor, row.currency.0),
            outcome: row.outcome,
            receipt: row.receipt,
            reason: row.reason,
        })
        .collect())
}

/// Writes what became of a payout in its batch.
pub async fn settle_item(tx: &mut TenantTx, id: Uuid, outcome: Outcome, receipt: Option<&str>, reason: Option<&str>) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "update payout_batch_items set outcome = $3, receipt = $4, reason = $5, settled_at = $6 where tenant_id = $1 and id = $2 and outcome = 'open'",
        tenant,
        id,
        outcome.as_str(),
        receipt,
        reason,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The batches that a payout was or is in, the newest first.
pub async fn of_payout(tx: &mut ReadTx, payout: PayoutId) -> AppResult<Vec<(BatchId, String, Outcome)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select b.id as "id: BatchId", b.number, i.outcome as "outcome: Outcome"
           from payout_batch_items i join payout_batches b on b.tenant_id = i.tenant_id and b.id = i.batch_id
           where i.tenant_id = $1 and i.payout_id = $2 order by i.id desc limit 20"#,
        tenant,
        payout.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.number, row.outcome)).collect())
}

pub async fn list(tx: &mut ReadTx, state: Option<BatchState>, page: &PageRequest) -> AppResult<Page<Batch>> {
    let mut list = List::new(
        "b.id, b.number, b.bank_account_id, b.currency, b.execute_on, b.state, b.payout_count, b.total_minor, b.created_by, b.withdrawn_reason, b.version,
         b.created_at",
        "from payout_batches b",
        "b.tenant_id",
        "b.id",
    );
    if let Some(state) = state {
        list.filter("b.state = ", state.as_str(), "");
    }
    if let Some(text) = page.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        list.filter("b.number = ", text.to_uppercase(), "");
    }
    let rows = list.fetch(tx, page, |row: &Row| row.id).await?;
    Ok(rows.map(Batch::from))
}

pub async fn insert_answer(tx: &mut TenantTx, batch: BatchId, answer: &ResultFile) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into payout_results (tenant_id, id, batch_id, file_name, lines, uploaded_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        Uuid::now_v7(),
        batch.0,
        answer.file_name,
        Json(&answer.lines) as _,
        answer.uploaded_by,
        answer.at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The answers to a batch, the newest first.
pub async fn answers(tx: &mut ReadTx, batch: BatchId) -> AppResult<Vec<ResultFile>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select file_name, lines as "lines: Json<Vec<ResultLine>>", uploaded_by, created_at
           from payout_results where tenant_id = $1 and batch_id = $2 order by id desc limit 20"#,
        tenant,
        batch.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ResultFile { file_name: row.file_name, lines: row.lines.0, uploaded_by: row.uploaded_by, at: row.created_at })
        .collect())
}

pub async fn layout(tx: &mut ReadTx, account: BankAccountId) -> AppResult<Option<Layout>> {
    let tenant = tx.tenant_id();
    let found =
        sqlx::query_scalar!(r#"select layout as "layout: Json<Layout>" from payout_layouts where tenant_id = $1 and id = $2"#, tenant, account.0)
            .fetch_optional(tx.conn())
            .await?;
    Ok(found.flatten().map(|layout| layout.0))
}

pub async fn result_mapping(tx: &mut ReadTx, account: BankAccountId) -> AppResult<Option<ResultMapping>> {
    let tenant = tx.tenant_id();
    let found = sqlx::query_scalar!(
        r#"select result as "result: Json<ResultMapping>" from payout_layouts where tenant_id = $1 and id = $2"#,
        tenant,
        account.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.flatten().map(|mapping| mapping.0))
}

pub async fn upsert_layout(tx: &mut TenantTx, account: BankAccountId, layout: &Layout) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into payout_layouts (tenant_id, id, layout, created_at, updated_at) values ($1, $2, $3, $4, $4)
         on conflict (tenant_id, id) do update set layout = excluded.layout, version = payout_layouts.version + 1, updated_at = excluded.updated_at",
        tenant,
        account.0,
        Json(layout) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn upsert_result_mapping(tx: &mut TenantTx, account: BankAccountId, mapping: &ResultMapping) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into payout_layouts (tenant_id, id, result, created_at, updated_at) values ($1, $2, $3, $4, $4)
         on conflict (tenant_id, id) do update set result = excluded.result, version = payout_layouts.version + 1, updated_at = excluded.updated_at",
        tenant,
        account.0,
        Json(mapping) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
