//! The record of every change: who, when, what, why, before and after. Entries are written in the business transaction; a sealer
//! chains them into blocks later, so that writers of one tenant never queue behind a chain head. Values carry a salt each, and
//! the entry keeps only their hash: erasure may blank a value without breaking the chain.

use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{AppResult, tokens, tx::TenantTx};

/// A change to one object. Build it with [`Change::of`] and add the fields that changed.
#[derive(Debug, Clone)]
pub struct Change {
    action: &'static str,
    object_type: &'static str,
    object_id: Uuid,
    reason: Option<String>,
    values: Vec<(&'static str, Value, Value)>,
}

impl Change {
    /// `action` is `area.noun.verb`, as the permission that allowed it.
    #[must_use]
    pub fn of(action: &'static str, object_type: &'static str, object_id: Uuid) -> Self {
        Self { action, object_type, object_id, reason: None, values: Vec::new() }
    }
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
    #[must_use]
    pub fn set(mut self, field: &'static str, after: impl Into<Value>) -> Self {
        self.values.push((field, Value::Null, after.into()));
        self
    }
    #[must_use]
    pub fn change(mut self, field: &'static str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        let (before, after) = (before.into(), after.into());
        if before != after {
            self.values.push((field, before, after));
        }
        self
    }
}

/// What a value contributes to its entry's hash: SHA-256 over salt, field, before and after, objects by sorted keys.
#[must_use]
pub fn value_hash(salt: &[u8], field: &str, before: &Value, after: &Value) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(salt);
    for part in [field, &canonical(before), &canonical(after)] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// JSON text that does not depend on the order in which keys were written or stored.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            let fields: Vec<String> = keys.into_iter().map(|k| format!("{}:{}", Value::from(k.as_str()), canonical(&map[k]))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

impl TenantTx {
    /// Writes the entry and its values into this transaction.
    pub async fn audit(&mut self, change: Change) -> AppResult<()> {
        self.audit_all(vec![change]).await
    }

    /// As [`TenantTx::audit`], several at once.
    pub async fn audit_all(&mut self, changes: Vec<Change>) -> AppResult<()> {
        let scope = self.scope().clone();
        let (mut ids, mut actions, mut types, mut objects) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut reasons, mut hashes) = (Vec::new(), Vec::new());
        let (mut entries, mut fields, mut salts, mut befores, mut afters) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for change in changes {
            let id = Uuid::now_v7();
            let mut all = Sha256::new();
            for (field, before, after) in change.values {
                let salt = tokens::random_bytes::<16>();
                all.update(value_hash(&salt, field, &before, &after));
                entries.push(id);
                fields.push(field.to_owned());
                salts.push(salt.to_vec());
                befores.push(before);
                afters.push(after);
            }
            let values_hash: [u8; 32] = all.finalize().into();
            ids.push(id);
            actions.push(change.action.to_owned());
            types.push(change.object_type.to_owned());
            objects.push(change.object_id);
            reasons.push(change.reason);
            hashes.push(values_hash.to_vec());
        }
        sqlx::query!(
            "insert into audit_entries (tenant_id, id, at, actor, request_id, action, object_type, object_id, reason, values_hash)
             select $1, e.id, $2, $3, $4, e.action, e.object_type, e.object_id, e.reason, e.values_hash
             from unnest($5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::text[], $10::bytea[]) as e (id, action, object_type, object_id, reason, values_hash)",
            scope.tenant.id.0,
            scope.now(),
            scope.actor.to_string(),
            scope.request_id,
            &ids,
            &actions,
            &types,
            &objects,
            &reasons as &[Option<String>],
            &hashes,
        )
        .execute(self.conn())
        .await?;
        if !fields.is_empty() {
            sqlx::query!(
                "insert into audit_values (tenant_id, entry_id, field, salt, before, after)
                 select $1, * from unnest($2::uuid[], $3::text[], $4::bytea[], $5::jsonb[], $6::jsonb[])",
                scope.tenant.id.0,
                &entries,
                &fields,
                &salts,
                &befores,
                &afters,
            )
            .execute(self.conn())
            .await?;
        }
        Ok(())
    }

    /// Blanks what these fields were in the entries about these objects: that they changed, when and by whom stays. The salt goes too, so
    /// that nobody finds a value by trying. Done by the system alone; repeating changes nothing.
    pub async fn blank_audit(&mut self, objects: &[Uuid], fields: &[&str]) -> AppResult<()> {
        let (tenant, now) = (self.tenant_id(), self.scope().now());
        let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        sqlx::query!(
            "update audit_values v set before = null, after = null, salt = '', blanked_at = $4 from audit_entries e
             where v.tenant_id = $1 and e.tenant_id = v.tenant_id and e.id = v.entry_id and e.object_id = any($2) and v.field = any($3)
               and v.blanked_at is null",
            tenant,
            objects,
            &fields,
            now
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
