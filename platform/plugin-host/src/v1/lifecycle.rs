//! Calls that every kind of plugin takes: `lifecycle`, `webhook`, `poll`.

use wasmtime::Store;
use wasmtime::component::Instance;

use super::bindings::wakala::host::types::CallContext;
use super::state::CallState;
use super::{Break, Exports, Invocation, load};
use crate::model::{CheckReport, Handled, Inbound, PluginError, PollBatch};

pub(crate) struct Check;
pub(crate) struct Activate;
pub(crate) struct Deactivate;
pub(crate) struct MigrateConfig {
    pub from_version: String,
    pub settings: String,
}
pub(crate) struct HandleWebhook(pub Inbound);
pub(crate) struct PollNext(pub Option<String>);

impl Invocation for Check {
    type Answer = Result<CheckReport, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, lifecycle);
        Ok(guest.call_check(store, &context).await?.map(Into::into).map_err(Into::into))
    }
}

impl Invocation for Activate {
    type Answer = Result<(), PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, lifecycle);
        Ok(guest.call_activate(store, &context).await?.map_err(Into::into))
    }
}

impl Invocation for Deactivate {
    type Answer = Result<(), PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, lifecycle);
        Ok(guest.call_deactivate(store, &context).await?.map_err(Into::into))
    }
}

impl Invocation for MigrateConfig {
    type Answer = Result<String, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, _context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, lifecycle);
        Ok(guest.call_migrate_config(store, &self.from_version, &self.settings).await?.map_err(Into::into))
    }
}

impl Invocation for HandleWebhook {
    type Answer = Result<Handled, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, webhook);
        Ok(guest.call_handle(store, &context, &self.0.into()).await?.map(Into::into).map_err(Into::into))
    }
}

impl Invocation for PollNext {
    type Answer = Result<PollBatch, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, poll);
        Ok(guest.call_next(store, &context, self.0.as_deref()).await?.map(Into::into).map_err(Into::into))
    }
}
