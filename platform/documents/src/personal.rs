//! What this crate keeps about a customer: documents and their files.

use async_trait::async_trait;
use kernel::{
    App, AppResult, ReadTx, TenantTx,
    personal_data::{Extent, PersonalData, StoredFile, gather},
};
use serde_json::Value;
use uuid::Uuid;

use crate::register::{
    jobs::{MARGIN, UNDO},
    store,
};

/// See [`PersonalData`].
pub(crate) struct Papers;

const PARTS: &[(&str, &str)] = &[(
    "documents",
    "select jsonb_agg(jsonb_build_object('id', d.id, 'origin', d.origin, 'kind', d.kind, 'number', d.number, 'title', d.title, 'file_name', d.file_name,
       'state', d.state, 'verified_at', d.verified_at, 'issued_at', d.issued_at, 'created_at', d.created_at) order by d.id)
     from documents d where d.tenant_id = $1 and d.customer_id = $2 and d.state not in ('preparing', 'erased')",
)];

#[async_trait]
impl PersonalData for Papers {
    fn name(&self) -> &'static str {
        "documents"
    }
    async fn collect(&self, _app: &App, tx: &mut ReadTx, customer: Uuid) -> AppResult<Value> {
        gather(tx, customer, PARTS).await
    }
    async fn files(&self, tx: &mut ReadTx, customer: Uuid) -> AppResult<Vec<StoredFile>> {
        store::files_of(tx, customer).await
    }
    /// The files themselves are deleted by the job that erases what was removed.
    async fn erase(&self, _app: &App, tx: &mut TenantTx, customer: Uuid, extent: Extent) -> AppResult<()> {
        let removed_at = tx.scope().now() - UNDO - MARGIN - chrono::Duration::minutes(1);
        store::remove_all(tx, customer, removed_at, extent == Extent::Everything).await
    }
}
