//! What modules keep about a customer: gathered when the customer asks for it, erased when the customer asks for that. A module
//! contributes a [`PersonalData`]; whoever answers such a request finds all of them behind the port [`Holders`].

use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{App, AppResult, ReadTx, TenantTx};

/// How much is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What no law keeps while records of business must stay: ways to reach the person, wishes, files that prove nothing.
    Dispensable,
    /// All that says who the person is.
    Everything,
}

/// A file that belongs to the customer, below the tenant's prefix in the object store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    pub name: String,
    pub path: String,
}

/// Why a customer cannot be erased yet. The sentence is the text of `erasure-hold-` and `what`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    pub what: &'static str,
    pub count: i64,
}

/// One module's part. All of it is asked in the tenant's own scope, as the system.
#[async_trait]
pub trait PersonalData: Send + Sync {
    /// Under which an export lists it.
    fn name(&self) -> &'static str;
    /// Everything that the module keeps about the customer.
    async fn collect(&self, app: &App, tx: &mut ReadTx, customer: Uuid) -> AppResult<Value>;
    /// Files that an export holds besides.
    async fn files(&self, _tx: &mut ReadTx, _customer: Uuid) -> AppResult<Vec<StoredFile>> {
        Ok(Vec::new())
    }
    /// What must end before the customer can be erased.
    async fn holds(&self, _tx: &mut ReadTx, _customer: Uuid) -> AppResult<Vec<Hold>> {
        Ok(Vec::new())
    }
    /// The last day of business of which records must be kept; none if there was no business.
    async fn last_business(&self, _tx: &mut ReadTx, _customer: Uuid) -> AppResult<Option<NaiveDate>> {
        Ok(None)
    }
    /// Erases in the caller's transaction. Repeating changes nothing.
    async fn erase(&self, app: &App, tx: &mut TenantTx, customer: Uuid, extent: Extent) -> AppResult<()>;
}

/// All modules' parts.
#[derive(Clone, Default)]
pub struct Holders(pub Vec<Arc<dyn PersonalData>>);

/// Gathers rows by statements that each give one JSON value; `$1` is the tenant, `$2` the customer.
pub async fn gather(tx: &mut ReadTx, customer: Uuid, parts: &[(&'static str, &'static str)]) -> AppResult<Value> {
    let tenant = tx.tenant_id();
    let mut found = Map::new();
    for (name, statement) in parts {
        let value: Option<Value> = sqlx::query_scalar(*statement).bind(tenant).bind(customer).persistent(false).fetch_one(tx.conn()).await?;
        found.insert((*name).to_owned(), value.unwrap_or_default());
    }
    Ok(Value::Object(found))
}
