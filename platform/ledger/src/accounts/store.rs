//! SQL of the accounts.

use kernel::{AppError, AppResult, ReadTx, TenantTx, money::Currency};
use uuid::Uuid;

use super::{Account, AccountKind};
use crate::columns::Code;

pub async fn find(tx: &mut ReadTx, account: &Account, currency: Currency) -> AppResult<Option<Uuid>> {
    let tenant = tx.tenant_id();
    let id = sqlx::query_scalar!(
        "select id from accounts where tenant_id = $1 and kind = $2 and sub_key = $3 and currency = $4",
        tenant,
        account.kind.as_str(),
        account.sub_key,
        currency.code()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id)
}

pub async fn insert(tx: &mut TenantTx, account: &Account, currency: Currency) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into accounts (tenant_id, id, kind, sub_key, currency, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, kind, sub_key, currency) do nothing",
        tenant,
        Uuid::now_v7(),
        account.kind.as_str(),
        account.sub_key,
        currency.code(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn get(tx: &mut ReadTx, id: Uuid) -> AppResult<(Account, Currency)> {
    let tenant = tx.tenant_id();
    let row = sqlx::query!(
        r#"select kind as "kind: AccountKind", sub_key, currency as "currency: Code" from accounts where tenant_id = $1 and id = $2"#,
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(AppError::not_found)?;
    Ok(((row.kind, row.sub_key).into(), row.currency.0))
}
