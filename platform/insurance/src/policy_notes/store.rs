//! SQL of notes.

use kernel::{AppResult, ReadTx, TenantTx};

use super::{NoteId, PolicyNote};
use crate::policies::PolicyId;

pub(super) async fn insert(tx: &mut TenantTx, policy: PolicyId, note: &PolicyNote) -> AppResult<()> {
    let tenant = tx.tenant_id();
    sqlx::query!(
        "insert into policy_notes (tenant_id, id, policy_id, user_id, text, created_at) values ($1, $2, $3, $4, $5, $6)",
        tenant,
        note.id.0,
        policy.0,
        note.user,
        note.text,
        note.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list(tx: &mut ReadTx, policy: PolicyId, most: i64) -> AppResult<Vec<PolicyNote>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query_as!(
        PolicyNote,
        r#"select id as "id: NoteId", user_id as "user", text, created_at from policy_notes where tenant_id = $1 and policy_id = $2 order by id desc limit $3"#,
        tenant,
        policy.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}
