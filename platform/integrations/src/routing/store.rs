//! SQL of the rules.

use kernel::{AppResult, ReadTx, TenantTx, error::expect_one};
use uuid::Uuid;

use super::{RouteInput, RouteView};
use crate::IntegrationFailure;

/// In the order in which they count.
pub(super) async fn list(tx: &mut ReadTx) -> AppResult<Vec<RouteView>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        RouteView,
        "select id, place, method, currency, from_minor, to_minor, installation_id as installation, version
         from payment_routes where tenant_id = $1 order by place, id",
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub(super) async fn find(tx: &mut ReadTx, id: Uuid) -> AppResult<Option<RouteView>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        RouteView,
        "select id, place, method, currency, from_minor, to_minor, installation_id as installation, version
         from payment_routes where tenant_id = $1 and id = $2",
        tenant,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub(super) async fn insert(tx: &mut TenantTx, id: Uuid, new: &RouteInput) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    sqlx::query!(
        "insert into payment_routes (tenant_id, id, place, method, currency, from_minor, to_minor, installation_id, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        tenant,
        id,
        new.place,
        new.method,
        new.currency,
        new.from_minor,
        new.to_minor,
        new.installation,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// `route.changed` unless it still has this version.
pub(super) async fn update(tx: &mut TenantTx, id: Uuid, version: i32, new: &RouteInput) -> AppResult<()> {
    let (tenant, now) = (tx.tenant_id(), tx.scope().now());
    let done = sqlx::query!(
        "update payment_routes set place = $4, method = $5, currency = $6, from_minor = $7, to_minor = $8, installation_id = $9,
           version = version + 1, updated_at = $10
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        id,
        version,
        new.place,
        new.method,
        new.currency,
        new.from_minor,
        new.to_minor,
        new.installation,
        now
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), IntegrationFailure::RouteChanged)
}

/// How many rules name this installation.
pub(crate) async fn count_of(tx: &mut ReadTx, installation: Uuid) -> AppResult<i64> {
    let tenant = tx.tenant_id();
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from payment_routes where tenant_id = $1 and installation_id = $2"#, tenant, installation)
            .fetch_one(tx.conn())
            .await?;
    Ok(count)
}

/// Every rule that names this installation.
pub(crate) async fn delete_of(tx: &mut TenantTx, installation: Uuid) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!("delete from payment_routes where tenant_id = $1 and installation_id = $2", tenant, installation).execute(tx.conn()).await?;
    Ok(())
}

/// `route.changed` unless it still has this version.
pub(super) async fn delete(tx: &mut TenantTx, id: Uuid, version: i32) -> AppResult<()> {
    let tenant = tx.tenant_id();
    let done =
        sqlx::query!("delete from payment_routes where tenant_id = $1 and id = $2 and version = $3", tenant, id, version).execute(tx.conn()).await?;
    expect_one(done.rows_affected(), IntegrationFailure::RouteChanged)
}
