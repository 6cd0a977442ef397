//! A form that creates something carries a key, so that a second click or a reload has no second effect: it leads to where the
//! first one led.

use axum::response::Response;
use kernel::{AppResult, TenantTx, idempotency::IdempotencyKey};
use pages::{Tone, redirect, redirect_with};

use super::Sent;

fn key_of(sent: &Sent, path: &str) -> AppResult<IdempotencyKey> {
    let content: String = sent.pairs().filter(|(name, _)| *name != "csrf").map(|(name, value)| format!("{name}={value}\n")).collect();
    Ok(IdempotencyKey::new(sent.text("idempotency_key"), "POST", path, content.as_bytes())?)
}

/// Claims the form's key in this transaction. Some: this form was sent before, and this is where it leads.
pub(crate) async fn seen_before(tx: &mut TenantTx, sent: &Sent, path: &str) -> AppResult<Option<Response>> {
    let answer = tx.claim_key(&key_of(sent, path)?).await?;
    Ok(answer.map(|answer| redirect(answer.body.as_str().unwrap_or("/"))))
}

/// Commits the effect together with where it leads, and goes there.
pub(crate) async fn commit_once(tx: TenantTx, sent: &Sent, path: &str, location: &str, flash: &str) -> AppResult<Response> {
    tx.commit_with(&key_of(sent, path)?, 303, &location).await?;
    Ok(redirect_with(location, Tone::Good, flash))
}
