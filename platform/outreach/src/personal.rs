//! What this crate keeps about a customer: what it was told, and what it wants to hear of.

use async_trait::async_trait;
use kernel::{
    App, AppResult, ReadTx, TenantTx,
    personal_data::{Extent, PersonalData, gather},
};
use serde_json::Value;
use uuid::Uuid;

use crate::notices::store;

/// See [`PersonalData`].
pub(crate) struct Told;

const PARTS: &[(&str, &str)] = &[
    (
        "notices",
        "select jsonb_agg(jsonb_build_object('kind', n.kind, 'topic', n.topic, 'values', n.params, 'at', n.created_at, 'read_at', n.read_at) order by n.id)
         from notices n where n.tenant_id = $1 and n.customer_id = $2",
    ),
    (
        "mails",
        "select jsonb_agg(jsonb_build_object('state', m.state, 'wanted_at', m.created_at, 'sent_at', m.sent_at) order by m.id)
         from notice_mails m where m.tenant_id = $1 and m.customer_id = $2",
    ),
    (
        "choices",
        "select jsonb_agg(jsonb_build_object('topic', c.topic, 'channel', c.channel, 'delivery', c.delivery) order by c.topic, c.channel)
         from notice_choices c where c.tenant_id = $1 and c.customer_id = $2",
    ),
];

#[async_trait]
impl PersonalData for Told {
    fn name(&self) -> &'static str {
        "notices"
    }
    async fn collect(&self, _app: &App, tx: &mut ReadTx, customer: Uuid) -> AppResult<Value> {
        gather(tx, customer, PARTS).await
    }
    /// No law keeps any of it.
    async fn erase(&self, _app: &App, tx: &mut TenantTx, customer: Uuid, _extent: Extent) -> AppResult<()> {
        store::forget(tx, customer).await
    }
}
