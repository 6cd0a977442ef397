//! Reading and adding notes. The caller commits.

use chrono::{DateTime, Utc};
use kernel::{AppError, AppResult, ReadTx, TenantTx, audit::Change, error::Fields};
use serde::Serialize;
use uuid::Uuid;

use super::store;
use crate::policies::{self, PolicyId};

kernel::id!(/** Identifies a note about a policy. */ NoteId);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PolicyNote {
    pub id: NoteId,
    /// Who wrote it.
    pub user: Uuid,
    pub text: String,
    pub created_at: DateTime<Utc>,
}

/// Adds a note.
///
/// # Errors
/// `policy.not_found`; an error of the field `text`; `forbidden` for what is no person.
pub async fn add(tx: &mut TenantTx, policy: PolicyId, text: &str) -> AppResult<PolicyNote> {
    let user = tx.scope().user().ok_or_else(AppError::forbidden)?;
    let mut fields = Fields::new();
    let text = fields.text("text", text, 2_000);
    fields.finish()?;
    policies::service::get(tx, policy).await?;
    let note = PolicyNote { id: NoteId::new(), user, text, created_at: tx.scope().now() };
    store::insert(tx, policy, &note).await?;
    tx.audit(Change::of("insurance.policy.note", "policy", policy.0).set("note", note.id.to_string())).await?;
    Ok(note)
}

/// The newest hundred, newest first. Customers get none.
pub async fn of_policy(tx: &mut ReadTx, policy: PolicyId) -> AppResult<Vec<PolicyNote>> {
    store::list(tx, policy, 100).await
}
