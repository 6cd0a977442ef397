//! Settings of a tenant: one typed value per key, read by every audience (what is secret is sealed elsewhere), changed by staff
//! with an audit entry.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{AppError, AppResult, ReadTx, TenantTx, audit::Change};

/// A setting's type, its key, and what holds while nothing was set.
pub trait Setting: Serialize + DeserializeOwned + Default + Send {
    /// `area.noun`: `tenancy.profile`.
    const KEY: &'static str;
}

/// A value with the version that an update must name.
#[derive(Debug, Clone)]
pub struct Versioned<T> {
    pub value: T,
    /// 0 while nothing was set.
    pub version: i32,
}

impl ReadTx {
    /// The tenant's value, or the default.
    pub async fn setting<S: Setting>(&mut self) -> AppResult<Versioned<S>> {
        let tenant = self.tenant_id();
        let row = sqlx::query!("select value, version from tenant_settings where tenant_id = $1 and key = $2", tenant, S::KEY)
            .fetch_optional(self.conn())
            .await?;
        match row {
            Some(row) => Ok(Versioned { value: serde_json::from_value(row.value).map_err(AppError::internal)?, version: row.version }),
            None => Ok(Versioned { value: S::default(), version: 0 }),
        }
    }
}

impl TenantTx {
    /// Replaces the value if its version is still `expected`; otherwise `setting_changed`.
    pub async fn set_setting<S: Setting>(&mut self, value: &S, expected: i32) -> AppResult<()> {
        let before = self.setting::<S>().await?;
        if before.version != expected {
            return Err(AppError::new(crate::Kind::Precondition, "setting_changed"));
        }
        let json = serde_json::to_value(value).map_err(AppError::internal)?;
        let (tenant, actor) = (self.tenant_id(), self.scope().actor.to_string());
        let done = sqlx::query!(
            "insert into tenant_settings (tenant_id, key, value, updated_by) values ($1, $2, $3, $4)
             on conflict (tenant_id, key) do update set value = $3, version = tenant_settings.version + 1, updated_at = now(), updated_by = $4
             where tenant_settings.version = $5",
            tenant,
            S::KEY,
            json,
            actor,
            expected
        )
        .execute(self.conn())
        .await?;
        if done.rows_affected() != 1 {
            return Err(AppError::new(crate::Kind::Precondition, "setting_changed"));
        }
        let old = serde_json::to_value(&before.value).map_err(AppError::internal)?;
        let mut change = Change::of("tenancy.setting.change", "setting", tenant).because(S::KEY);
        if let (Value::Object(old), Value::Object(new)) = (&old, &json) {
            let fields: serde_json::Map<String, Value> =
                new.iter().filter(|(name, value)| old.get(*name) != Some(*value)).map(|(n, v)| (n.clone(), v.clone())).collect();
            change = change.change("value", old.clone(), Value::Object(fields));
        } else {
            change = change.change("value", old, json);
        }
        self.audit(change).await
    }
}
