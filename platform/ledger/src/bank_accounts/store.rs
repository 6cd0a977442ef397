//! SQL of the bank accounts.

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::expect_one,
    paging::{List, Page, PageRequest},
};
use sqlx::{FromRow, types::Json};
use uuid::Uuid;

use super::{BankAccount, BankAccountError, BankAccountId, BankAccountState};
use crate::{columns::Code, reconciliation::formats::Mapping};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    code: String,
    name: String,
    bank: String,
    number: String,
    currency: Code,
    state: BankAccountState,
    version: i32,
}

impl From<Row> for BankAccount {
    fn from(row: Row) -> Self {
        Self {
            id: BankAccountId(row.id),
            code: row.code,
            name: row.name,
            bank: row.bank,
            number: row.number,
            currency: row.currency.0,
            state: row.state,
            version: row.version,
        }
    }
}

/// False if the code is taken.
///
/// # Errors
/// `bank_account.number_taken`.
pub async fn insert(tx: &mut TenantTx, account: &BankAccount) -> AppResult<bool> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "insert into bank_accounts (tenant_id, id, code, name, bank, number, currency, state, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (tenant_id, code) do nothing",
        tenant,
        account.id.0,
        account.code,
        account.name,
        account.bank,
        account.number,
        account.currency.code(),
        account.state.as_str(),
        now
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    Ok(done.rows_affected() == 1)
}

/// # Errors
/// `bank_account.changed`; `bank_account.number_taken`.
pub async fn update(tx: &mut TenantTx, account: &BankAccount, version: i32) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update bank_accounts set name = $4, bank = $5, number = $6, state = $7, version = version + 1, updated_at = $8
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        account.id.0,
        version,
        account.name,
        account.bank,
        account.number,
        account.state.as_str(),
        now
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    expect_one(done.rows_affected(), BankAccountError::Changed)
}

fn refused(error: sqlx::Error) -> AppError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("bank_accounts_number_key") => BankAccountError::NumberTaken.into(),
        _ => error.into(),
    }
}

pub async fn find(tx: &mut ReadTx, id: BankAccountId) -> AppResult<Option<BankAccount>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, code, name, bank, number, currency as "currency: Code", state as "state: BankAccountState", version
           from bank_accounts where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(BankAccount::from))
}

pub async fn find_by_code(tx: &mut ReadTx, code: &str) -> AppResult<Option<BankAccount>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Row,
        r#"select id, code, name, bank, number, currency as "currency: Code", state as "state: BankAccountState", version
           from bank_accounts where tenant_id = $1 and code = $2"#,
        tenant,
        code
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(BankAccount::from))
}

pub async fn list(tx: &mut ReadTx, page: &PageRequest) -> AppResult<Page<BankAccount>> {
    let list = List::new("b.id, b.code, b.name, b.bank, b.number, b.currency, b.state, b.version", "from bank_accounts b", "b.tenant_id", "b.id");
    Ok(list.fetch(tx, page, |row: &Row| row.id).await?.map(BankAccount::from))
}

pub async fn mapping(tx: &mut ReadTx, book: &str) -> AppResult<Option<Mapping>> {
    let tenant = tx.tenant_id();
    let found =
        sqlx::query_scalar!(r#"select mapping as "mapping: Json<Mapping>" from statement_mappings where tenant_id = $1 and book = $2"#, tenant, book)
            .fetch_optional(tx.conn())
            .await?;
    Ok(found.map(|mapping| mapping.0))
}

pub async fn upsert_mapping(tx: &mut TenantTx, book: &str, mapping: &Mapping) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into statement_mappings (tenant_id, id, book, mapping, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
         on conflict (tenant_id, book) do update set mapping = excluded.mapping, version = statement_mappings.version + 1, updated_at = excluded.updated_at",
        tenant,
        Uuid::now_v7(),
        book,
        Json(mapping) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
