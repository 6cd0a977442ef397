//! Webhooks: tenants' own systems are told what happened, by the Standard Webhooks specification.
//!
//! What always holds: each event becomes one message to each endpoint that wants it, sent until it is taken, at growing intervals, under
//! one id; its data are the ids, amounts and states of [`catalogue`] and nothing else; it is signed with every secret of its endpoint that
//! still counts, so that a secret can be replaced without losing a message; it leaves by the guarded way out, towards public addresses
//! only; an endpoint that is slow holds up only what is for itself; one that took nothing for days is switched off, and whoever manages it
//! is told.

pub(crate) mod api;
pub mod catalogue;
mod deliver;
mod error;
mod fan_out;
mod lanes;
mod model;
mod purge;
mod rules;
pub mod service;
mod store;

pub use deliver::Deliver;
pub use error::WebhookError;
pub use fan_out::FanOut;
pub use lanes::Lanes;
pub use model::{
    Endpoint, EndpointDisabled, EndpointId, EndpointInput, EndpointState, Message, MessageFilter, MessageId, MessageLine, MessageState, Try,
};
pub use purge::Purge;
pub use rules::TEST;
