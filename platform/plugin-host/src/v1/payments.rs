//! Calls of a payment plugin.

use wasmtime::Store;
use wasmtime::component::Instance;

use super::bindings::wakala::host::types::CallContext;
use super::state::CallState;
use super::{Break, Exports, Invocation, load};
use crate::model::payments::{Balance, CollectRequest, Outcome, PaymentRef, PayoutRequest, StatementPage};
use crate::model::{Money, PluginError};

pub(crate) struct Collect(pub CollectRequest);
pub(crate) struct QueryCollect(pub PaymentRef);
pub(crate) struct Refund {
    pub payment: PaymentRef,
    pub amount: Money,
    pub reason: String,
}
pub(crate) struct QueryRefund(pub PaymentRef);
pub(crate) struct PayOut(pub PayoutRequest);
pub(crate) struct QueryPayout(pub PaymentRef);
pub(crate) struct StatementDay {
    pub day: String,
    pub cursor: Option<String>,
}
pub(crate) struct ReadStatement {
    pub file: String,
    pub cursor: Option<String>,
}
pub(crate) struct Balances;
pub(crate) struct Forget(pub String);

impl Invocation for Collect {
    type Answer = Result<Outcome, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, gateway);
        Ok(guest.call_collect(store, &context, &self.0.into()).await?.map(Into::into).map_err(Into::into))
    }
}

impl Invocation for QueryCollect {
    type Answer = Result<Outcome, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, gateway);
        Ok(guest.call_query(store, &context, &self.0.into()).await?.map(Into::into).map_err(Into::into))
    }
}

impl Invocation for Refund {
    type Answer = Result<Outcome, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, refunds);
        let amount = self.amount.into();
        Ok(guest.call_refund(store, &context, &self.payment.into(), &amount, &self.reason).await?.map(Into::into).map_err(Into::into))
    }
}

impl Invocation for QueryRefund {
    type Answer = Result<Outcome, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, refunds);
        Ok(guest.call_query(store, &context, &self.0.into()).await?.map(Into::into).map_err(Into::into))
    }
}

impl Invocation for PayOut {
    type Answer = Result<Outcome, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, payouts);
        Ok(guest.call_pay_out(store, &context, &self.0.into()).await?.map(Into::into).map_err(Into::into))
    }
}

impl Invocation for QueryPayout {
    type Answer = Result<Outcome, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, payouts);
        Ok(guest.call_query(store, &context, &self.0.into()).await?.map(Into::into).map_err(Into::into))
    }
}

impl Invocation for StatementDay {
    type Answer = Result<StatementPage, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, statements);
        Ok(guest.call_page(store, &context, &self.day, self.cursor.as_deref()).await?.map(Into::into).map_err(Into::into))
    }
}

impl Invocation for ReadStatement {
    type Answer = Result<StatementPage, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, statements);
        Ok(guest.call_read_file(store, &context, &self.file, self.cursor.as_deref()).await?.map(Into::into).map_err(Into::into))
    }
}

impl Invocation for Balances {
    type Answer = Result<Vec<Balance>, PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, statements);
        Ok(guest.call_balances(store, &context).await?.map(|list| list.into_iter().map(Into::into).collect()).map_err(Into::into))
    }
}

impl Invocation for Forget {
    type Answer = Result<(), PluginError>;

    async fn call(self, store: &mut Store<CallState>, instance: &Instance, exports: &Exports, context: CallContext) -> Result<Self::Answer, Break> {
        let guest = load!(store, instance, exports, vault);
        Ok(guest.call_forget(store, &context, &self.0).await?.map_err(Into::into))
    }
}
