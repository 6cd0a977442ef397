//! Secrets of a call: handles, tickets, and what the host computes with them.

pub(crate) mod algorithms;
pub(crate) mod der;
pub(crate) mod encode;
pub(crate) mod oauth2;
pub(crate) mod ticket;
