//! Reads the audit entries of records. What a value was is blank where erasure took it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::{AppResult, ReadTx};
use serde_json::Value;
use uuid::Uuid;

pub(super) struct Entry {
    pub(super) at: DateTime<Utc>,
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) reason: Option<String>,
    pub(super) object_type: String,
    /// Field, before, after.
    pub(super) values: Vec<(String, Value, Value)>,
}

/// The newest `limit` entries of these objects, newest first.
pub(super) async fn list(tx: &mut ReadTx, objects: &[Uuid], limit: i64) -> AppResult<Vec<Entry>> {
    let tenant = tx.tenant_id();
    let rows = sqlx::query!(
        "select id, at, actor, action, reason, object_type from audit_entries where tenant_id = $1 and object_id = any($2) order by id desc limit $3",
        tenant,
        objects,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut values: HashMap<Uuid, Vec<(String, Value, Value)>> = HashMap::new();
    let changed = sqlx::query!(
        "select entry_id, field, before, after from audit_values where tenant_id = $1 and entry_id = any($2) order by field",
        tenant,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    for value in changed {
        values.entry(value.entry_id).or_default().push((value.field, value.before.unwrap_or_default(), value.after.unwrap_or_default()));
    }
    let entries = rows.into_iter().map(|row| Entry {
        at: row.at,
        actor: row.actor,
        action: row.action,
        reason: row.reason,
        object_type: row.object_type,
        values: values.remove(&row.id).unwrap_or_default(),
    });
    Ok(entries.collect())
}
