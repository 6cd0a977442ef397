//! SQL of reviews.

use std::collections::HashMap;

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    error::{expect_one, violated_constraint},
    paging::{List, Page, PageRequest, prefix_end},
};
use uuid::Uuid;

use super::{Rating, Review, ReviewFailure, ReviewId, ReviewInput, ReviewRow, ReviewState};
use crate::{
    catalogue::ProductId,
    policies::{Policy, PolicyId},
};

pub(super) async fn ratings(tx: &mut ReadTx, product: Option<ProductId>) -> AppResult<HashMap<ProductId, Rating>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select product_id as "product: ProductId", count(*) as "count!", sum(rating)::bigint as "sum!" from product_reviews
           where tenant_id = $1 and state = 'published' and ($2::uuid is null or product_id = $2) group by product_id"#,
        tenant,
        product.map(|product| product.0)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.product, Rating { count: row.count, sum: row.sum })).collect())
}

pub(super) async fn list_published(tx: &mut ReadTx, product: ProductId, most: i64) -> AppResult<Vec<Review>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Review,
        r#"select id as "id: ReviewId", product_id as "product: ProductId", policy_id as "policy: PolicyId", customer_id, rating, body, author,
             state as "state: ReviewState", reason, version, created_at, updated_at
           from product_reviews where tenant_id = $1 and product_id = $2 and state = 'published' order by id desc limit $3"#,
        tenant,
        product.0,
        most
    )
    .fetch_all(tx.conn())
    .await?)
}

pub(super) async fn find(tx: &mut ReadTx, id: ReviewId) -> AppResult<Option<Review>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Review,
        r#"select id as "id: ReviewId", product_id as "product: ProductId", policy_id as "policy: PolicyId", customer_id, rating, body, author,
             state as "state: ReviewState", reason, version, created_at, updated_at
           from product_reviews where tenant_id = $1 and id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(super) async fn find_of_policy(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Option<Review>> {
    let tenant = tx.tenant_id();
    Ok(sqlx::query_as!(
        Review,
        r#"select id as "id: ReviewId", product_id as "product: ProductId", policy_id as "policy: PolicyId", customer_id, rating, body, author,
             state as "state: ReviewState", reason, version, created_at, updated_at
           from product_reviews where tenant_id = $1 and policy_id = $2"#,
        tenant,
        policy.0
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(super) async fn insert(tx: &mut TenantTx, id: ReviewId, policy: &Policy, customer: Uuid, author: &str, input: &ReviewInput) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    sqlx::query!(
        "insert into product_reviews (tenant_id, id, product_id, policy_id, customer_id, rating, body, author, created_at, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)",
        tenant,
        id.0,
        policy.product.0,
        policy.id.0,
        customer,
        input.rating,
        input.body,
        author,
        now,
        actor,
    )
    .execute(tx.conn())
    .await
    .map_err(|error| match violated_constraint(&error) {
        // The same customer in another window.
        Some("product_reviews_policy_key") => ReviewFailure::Changed.into(),
        _ => AppError::from(error),
    })?;
    Ok(())
}

/// New words wait for staff again.
pub(super) async fn update_wording(tx: &mut TenantTx, review: &Review, input: &ReviewInput) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "update product_reviews set rating = $4, body = $5, state = 'waiting', reason = '', version = version + 1, updated_at = $6, updated_by = $7
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        review.id.0,
        review.version,
        input.rating,
        input.body,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), ReviewFailure::Changed)
}

pub(super) async fn update_state(tx: &mut TenantTx, id: ReviewId, version: i32, state: ReviewState, reason: &str) -> AppResult<()> {
    let (tenant, now, actor) = (tx.tenant_id(), tx.scope().now(), tx.scope().actor.to_string());
    let done = sqlx::query!(
        "update product_reviews set state = $4, reason = $5, version = version + 1, updated_at = $6, updated_by = $7
         where tenant_id = $1 and id = $2 and version = $3",
        tenant,
        id.0,
        version,
        state.as_str(),
        reason,
        now,
        actor,
    )
    .execute(tx.conn())
    .await?;
    expect_one(done.rows_affected(), ReviewFailure::Changed)
}

pub(super) async fn delete(tx: &mut TenantTx, id: ReviewId) -> AppResult<bool> {
    let tenant = tx.tenant_id();
    let done = sqlx::query!("delete from product_reviews where tenant_id = $1 and id = $2", tenant, id.0).execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn list(tx: &mut ReadTx, request: &PageRequest, state: Option<ReviewState>) -> AppResult<Page<ReviewRow>> {
    let columns = "r.id, p.name as product_name, i.name as insurer_name, r.author, r.rating, r.body, r.state, r.updated_at";
    let mut list = List::new(columns, "from product_reviews r", "r.tenant_id", "r.id").joining(
        "join products p on p.tenant_id = r.tenant_id and p.id = r.product_id
         join insurers i on i.tenant_id = p.tenant_id and i.id = p.insurer_id",
    );
    if let Some(state) = state {
        list.filter("r.state = ", state.as_str(), "");
    }
    if let Some(text) = request.search_text() {
        list.joined().filter("p.name_norm >= ", text.clone(), "").filter("p.name_norm < ", prefix_end(&text), "");
    }
    list.fetch(tx, request, |row: &ReviewRow| row.id.0).await
}
