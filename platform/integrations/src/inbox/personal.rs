//! What a customer wrote.

use async_trait::async_trait;
use kernel::{
    App, AppResult, ReadTx, TenantTx,
    personal_data::{Extent, PersonalData, gather},
};
use serde_json::Value;
use uuid::Uuid;

use super::store;

/// See [`PersonalData`].
pub(crate) struct Letters;

const PARTS: &[(&str, &str)] = &[(
    "received",
    "select jsonb_agg(jsonb_build_object('channel', m.channel, 'sender', m.sender, 'name', m.sender_name, 'text', m.text, 'at', m.happened_at) order by m.id)
     from received_messages m where m.tenant_id = $1 and m.customer_id = $2",
)];

#[async_trait]
impl PersonalData for Letters {
    fn name(&self) -> &'static str {
        "messages"
    }
    async fn collect(&self, _app: &App, tx: &mut ReadTx, customer: Uuid) -> AppResult<Value> {
        gather(tx, customer, PARTS).await
    }
    /// No law keeps any of it.
    async fn erase(&self, _app: &App, tx: &mut TenantTx, customer: Uuid, _extent: Extent) -> AppResult<()> {
        store::forget(tx, customer).await
    }
}
