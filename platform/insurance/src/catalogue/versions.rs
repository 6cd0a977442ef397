//! SQL of the versions of products' terms. A row is written once and never changed.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AppResult, ReadTx, TenantTx, money::Currency};
use sqlx::types::Json;

use super::{ProductId, ProductVersion, ProductVersionId, Terms};

/// A version to write.
pub(crate) struct NewVersion<'a> {
    pub id: ProductVersionId,
    pub product: ProductId,
    pub number: i32,
    pub effective_from: NaiveDate,
    pub terms: &'a Terms,
    pub currency: Currency,
    /// Why it was made; empty for a first one.
    pub reason: &'a str,
}

pub(crate) async fn insert(tx: &mut TenantTx, version: NewVersion<'_>) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let price_from = version.terms.price_from(version.currency)?;
    sqlx::query!(
        "insert into product_versions (tenant_id, id, product_id, number, effective_from, terms, price_from_minor, reason, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tenant,
        version.id.0,
        version.product.0,
        version.number,
        version.effective_from,
        Json(version.terms) as _,
        price_from.map(|money| money.minor),
        version.reason,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct Columns {
    id: ProductVersionId,
    product_id: ProductId,
    number: i32,
    effective_from: NaiveDate,
    terms: Json<Terms>,
}

impl From<Columns> for ProductVersion {
    fn from(c: Columns) -> Self {
        Self { id: c.id, product_id: c.product_id, number: c.number, effective_from: c.effective_from, terms: c.terms.0 }
    }
}

pub(crate) async fn find(tx: &mut ReadTx, id: ProductVersionId) -> AppResult<Option<ProductVersion>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Columns,
        r#"select id as "id: ProductVersionId", product_id as "product_id: ProductId", number, effective_from, terms as "terms: Json<Terms>"
           from product_versions where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(ProductVersion::from))
}

/// Those of these versions that are there, in no order.
pub(crate) async fn find_all(tx: &mut ReadTx, ids: &[ProductVersionId]) -> AppResult<Vec<ProductVersion>> {
    let (tenant, ids) = (tx.tenant_id(), ids.iter().map(|id| id.0).collect::<Vec<_>>());
    let rows = sqlx::query_as!(
        Columns,
        r#"select id as "id: ProductVersionId", product_id as "product_id: ProductId", number, effective_from, terms as "terms: Json<Terms>"
           from product_versions where tenant_id = $1 and id = any($2)"#,
        tenant,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(ProductVersion::from).collect())
}

/// The version that counts on a day, as far as is known today.
pub(crate) async fn in_force(tx: &mut ReadTx, product: ProductId, day: NaiveDate) -> AppResult<Option<ProductVersion>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        Columns,
        r#"select id as "id: ProductVersionId", product_id as "product_id: ProductId", number, effective_from, terms as "terms: Json<Terms>"
           from product_versions where tenant_id = $1 and id = version_in_force($1, $2, $3)"#,
        tenant,
        product.0,
        day
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(ProductVersion::from))
}

/// A version among the others of its product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionLine {
    pub id: ProductVersionId,
    pub number: i32,
    pub effective_from: NaiveDate,
    pub price_from_minor: Option<i64>,
    pub reason: String,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
}

/// The newest hundred, the last one first.
pub(crate) async fn list(tx: &mut ReadTx, product: ProductId) -> AppResult<Vec<VersionLine>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        VersionLine,
        r#"select id as "id: ProductVersionId", number, effective_from, price_from_minor, reason, created_at, created_by
           from product_versions where tenant_id = $1 and product_id = $2 order by number desc limit 100"#,
        tenant,
        product.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The highest number that a product's versions have. The product must be locked.
pub(crate) async fn last_number(tx: &mut ReadTx, product: ProductId) -> AppResult<i32> {
    let tenant = tx.tenant_id();
    let number = sqlx::query_scalar!(
        r#"select coalesce(max(number), 0) as "number!" from product_versions where tenant_id = $1 and product_id = $2"#,
        tenant,
        product.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(number)
}
