//! Calls of plugins: the one way to make them, what a call is lent, and the log of what came of each.

pub(crate) mod api;
mod blobs;
pub(crate) mod caps;
mod dialogues;
mod jobs;
mod kv;
mod lookups;
mod model;
pub(crate) mod record;
mod references;
mod replay;
mod runner;
mod service;
pub(crate) mod store;
mod tokens;
mod watch;

pub(crate) use blobs::Blobs;
pub use jobs::Purge;
#[cfg(test)]
pub(crate) use kv::tests::installation;
pub use model::{CallDetail, CallFilter, CallLine, CallOutcome, ExchangeView, HostCallView, LogView, ReplayView};
pub use replay::{Recorded, Rehearsal, Rehearsed, replay};
pub(crate) use runner::{Done, Logged, NotStarted, Opened, Use, Wanted};
pub use service::{actions, get, list};
pub(crate) use watch::Watch;
