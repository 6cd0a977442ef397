//! SQL of drafts, and past quotes of a product.

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx, TenantTx, error::expect_one};
use sqlx::types::Json;

use super::{PricingFailure, preview::Asked};
use crate::{
    catalogue::{ProductId, Terms, form::RawAnswers},
    quotes::QuoteId,
};

/// What was drafted last; its version counts on from one draft to the next.
pub(super) struct SavedDraft {
    /// None once it was published or discarded.
    pub terms: Option<Json<Terms>>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
    pub updated_by: String,
}

pub(super) async fn find(tx: &mut ReadTx, product: ProductId) -> AppResult<Option<SavedDraft>> {
    let tenant = tx.tenant_id();
    let row = sqlx::query_as!(
        SavedDraft,
        r#"select terms as "terms?: Json<Terms>", version, updated_at, updated_by from product_drafts where tenant_id = $1 and id = $2"#,
        tenant,
        product.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Of all products of which something was ever drafted.
pub(super) async fn list(tx: &mut ReadTx) -> AppResult<Vec<(ProductId, SavedDraft)>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select id as "id: ProductId", terms as "terms?: Json<Terms>", version, updated_at, updated_by from product_drafts where tenant_id = $1"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (r.id, SavedDraft { terms: r.terms, version: r.version, updated_at: r.updated_at, updated_by: r.updated_by }))
        .collect())
}

/// Writes the draft if the version is still `expected`; 0 is none ever.
pub(super) async fn save(tx: &mut TenantTx, product: ProductId, expected: i32, terms: &Terms) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = if expected == 0 {
        sqlx::query!(
            "insert into product_drafts (tenant_id, id, terms, created_at, updated_at, updated_by) values ($1, $2, $3, $4, $4, $5) on conflict do nothing",
            tenant,
            product.0,
            Json(terms) as _,
            now,
            actor
        )
        .execute(tx.conn())
        .await?
    } else {
        sqlx::query!(
            "update product_drafts set terms = $4, version = version + 1, updated_at = $5, updated_by = $6
             where tenant_id = $1 and id = $2 and version = $3",
            tenant,
            product.0,
            expected,
            Json(terms) as _,
            now,
            actor
        )
        .execute(tx.conn())
        .await?
    };
    expect_one(done.rows_affected(), PricingFailure::DraftChanged)
}

/// Ends the draft if its version is still `expected`.
pub(super) async fn end(tx: &mut TenantTx, product: ProductId, expected: i32) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "update product_drafts set terms = null, version = version + 1, updated_at = $4, updated_by = $5
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        product.0,
        expected,
        now,
        actor
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), PricingFailure::DraftChanged)
}

/// The newest quotes that asked this product.
pub(super) async fn list_asked(tx: &mut ReadTx, product: ProductId, limit: i64) -> AppResult<Vec<Asked>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select q.id as "id: QuoteId", q.reference, q.priced_on, q.answers as "answers: Json<RawAnswers>", o.add_ons
           from quote_offers o join quotes q on q.tenant_id = o.tenant_id and q.id = o.quote_id
           where o.tenant_id = $1 and o.product_id = $2 order by o.id desc limit $3"#,
        tenant,
        product.0,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Asked {
            quote_id: row.id,
            reference: row.reference,
            priced_on: row.priced_on,
            answers: row.answers.0,
            add_ons: row.add_ons.into_iter().collect(),
        })
        .collect())
}
