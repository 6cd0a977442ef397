//! Use cases of reviews. The caller commits.

use std::collections::HashMap;

use kernel::{
    AppError, AppResult, ReadTx, TenantTx,
    audit::Change,
    error::Fields,
    paging::{Page, PageRequest},
};

use super::{Rating, Review, ReviewFailure, ReviewId, ReviewInput, ReviewRow, ReviewState, store};
use crate::{
    catalogue::ProductId,
    policies::{self, PolicyId},
};

const LONGEST: usize = 2_000;
/// Reviews that a product's page shows.
const SHOWN: i64 = 20;

/// What the published reviews come to, by product; a product without one is missing.
pub async fn ratings(tx: &mut ReadTx) -> AppResult<HashMap<ProductId, Rating>> {
    store::ratings(tx, None).await
}

/// As [`ratings`], of one product.
pub async fn rating(tx: &mut ReadTx, product: ProductId) -> AppResult<Option<Rating>> {
    Ok(store::ratings(tx, Some(product)).await?.remove(&product))
}

/// The newest published reviews of a product.
pub async fn published(tx: &mut ReadTx, product: ProductId) -> AppResult<Vec<Review>> {
    store::list_published(tx, product, SHOWN).await
}

/// The caller's review of a policy, if one was written.
pub async fn of_policy(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Option<Review>> {
    store::find_of_policy(tx, policy).await
}

/// Writes the review of the customer's own policy, or changes it; either way it waits for staff. `author` is what the portal shows.
pub async fn write(tx: &mut TenantTx, policy: PolicyId, author: &str, input: ReviewInput) -> AppResult<Review> {
    let customer = tx.scope().customer().ok_or_else(AppError::unauthenticated)?;
    let policy = policies::service::get(tx, policy).await?;
    if policy.customer.0 != customer {
        return Err(AppError::not_found());
    }
    let mut fields = Fields::new();
    if !(1..=5).contains(&input.rating) {
        fields.add("rating", "field-required");
    }
    let body = fields.optional_text("body", &input.body, LONGEST);
    fields.finish()?;
    let before = store::find_of_policy(tx, policy.id).await?;
    let id = before.as_ref().map_or_else(ReviewId::new, |review| review.id);
    let input = ReviewInput { body, ..input };
    match &before {
        Some(review) => store::update_wording(tx, review, &input).await?,
        None => store::insert(tx, id, &policy, customer, author, &input).await?,
    }
    let old = before.as_ref().map_or(0, |review| review.rating);
    tx.audit(Change::of("insurance.review.write", "review", id.0).change("rating", old, input.rating).set("policy", policy.number)).await?;
    get(tx, id).await
}

/// Takes the customer's own review back; nothing of it is kept.
pub async fn withdraw(tx: &mut TenantTx, policy: PolicyId) -> AppResult<()> {
    let review = store::find_of_policy(tx, policy).await?.ok_or(ReviewFailure::NotFound)?;
    if Some(review.customer_id) != tx.scope().customer() || !store::delete(tx, review.id).await? {
        return Err(ReviewFailure::NotFound.into());
    }
    tx.audit(Change::of("insurance.review.withdraw", "review", review.id.0)).await
}

pub async fn get(tx: &mut ReadTx, id: ReviewId) -> AppResult<Review> {
    Ok(store::find(tx, id).await?.ok_or(ReviewFailure::NotFound)?)
}

/// Reviews for staff, newest first; the search takes the beginning of a product's name.
pub async fn list(tx: &mut ReadTx, request: &PageRequest, state: Option<ReviewState>) -> AppResult<Page<ReviewRow>> {
    store::list(tx, request, state).await
}

/// Shows a review to everybody. Its words are never changed by staff.
pub async fn publish(tx: &mut TenantTx, id: ReviewId, version: i32) -> AppResult<Review> {
    moderate(tx, id, version, ReviewState::Published, "").await
}

/// Hides a review from everybody but its writer, with the reason.
pub async fn hide(tx: &mut TenantTx, id: ReviewId, version: i32, reason: &str) -> AppResult<Review> {
    let mut fields = Fields::new();
    let reason = fields.text("reason", reason, 500);
    fields.finish()?;
    moderate(tx, id, version, ReviewState::Hidden, &reason).await
}

async fn moderate(tx: &mut TenantTx, id: ReviewId, version: i32, state: ReviewState, reason: &str) -> AppResult<Review> {
    let before = get(tx, id).await?;
    store::update_state(tx, id, version, state, reason).await?;
    let action = if state == ReviewState::Hidden { "insurance.review.hide" } else { "insurance.review.publish" };
    let change = Change::of(action, "review", id.0).change("state", before.state.as_str(), state.as_str());
    tx.audit(if reason.is_empty() { change } else { change.because(reason) }).await?;
    get(tx, id).await
}
