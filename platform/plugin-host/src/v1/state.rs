//! What the host knows during one call.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;
use wasmtime::component::ResourceTable;

use super::bindings::wakala::host::types::{HostError, PluginError, Rejection, Retry};
use crate::call::{Exchange, HostCall};
use crate::capabilities::{Capabilities, CapabilityError, LogLine, SecretValue};
use crate::engine::cpu::{CpuMeter, Turn};
use crate::engine::memory::Limiter;
use crate::grants::{Grants, Policy, Refusal};
use crate::limits::Limits;
use crate::manifest::{Manifest, Mode};
use crate::net::Net;
use crate::secrets::oauth2::TokenLocks;
use crate::secrets::ticket::Tickets;

/// Host calls that a record names; further ones are only counted.
const TIMELINE: usize = 200;

/// A `secret` in the guest's hands.
#[derive(Debug)]
pub struct SecretHandle {
    pub(crate) key: String,
}

/// Services shared by all calls.
pub(crate) struct Services {
    pub net: Net,
    pub token_locks: TokenLocks,
}

/// What survives the call, also one that is cut off.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub exchanges: Vec<Exchange>,
    pub logs: Vec<LogLine>,
    pub logs_dropped: u32,
    pub host_calls: u32,
    pub timeline: Vec<HostCall>,
    pub http_bytes: usize,
    pub created_blobs: Vec<String>,
}

/// Ends a call that made too many host calls.
#[derive(Debug, thiserror::Error)]
#[error("more than {0} host calls")]
pub(crate) struct HostCallsExhausted(pub u32);

/// A host call that goes on; its end is noted when this is dropped, also if the call is cut off meanwhile.
#[must_use = "the host call lasts as long as this is kept"]
pub(crate) struct Timed {
    record: Arc<Mutex<Record>>,
    place: Option<usize>,
    began: Instant,
}

impl Drop for Timed {
    fn drop(&mut self) {
        let Some(place) = self.place else { return };
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(call) = record.timeline.get_mut(place) {
            call.took = self.began.elapsed();
        }
    }
}

/// State of one call, owned by its store.
pub(crate) struct CallState {
    pub table: ResourceTable,
    pub limiter: Limiter,
    pub meter: Arc<CpuMeter>,
    /// Instructions of the guest so far.
    pub fuel: Arc<AtomicU64>,
    pub manifest: Arc<Manifest>,
    pub grants: Arc<Grants>,
    pub mode: Mode,
    pub caps: Arc<dyn Capabilities>,
    pub limits: Limits,
    pub services: Arc<Services>,
    pub installation: Uuid,
    pub began: Instant,
    pub deadline: Instant,
    pub tickets: Tickets,
    pub record: Arc<Mutex<Record>>,
    /// Objects the guest may name.
    pub blobs: HashSet<String>,
    /// Secrets that were used, for masking.
    pub seen: Vec<SecretValue>,
    /// Tokens handed out, so that `renew` drops only the refused one.
    pub tokens: HashMap<String, SecretValue>,
    pub renewed: HashSet<String>,
    pub secret_uses: u32,
    pub guesses: u32,
    pub http_calls: u32,
    /// Addresses of webhooks that were asked for.
    pub addresses: u32,
    /// Screens of dialogues that were asked for.
    pub screens: u32,
    /// Look-ups that were asked for.
    pub questions: u32,
}

impl CallState {
    pub fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn policy(&self) -> Policy<'_> {
        Policy { manifest: &self.manifest, grants: &self.grants, mode: self.mode }
    }

    /// Counts and times a host call, for as long as the answer is kept; an error ends the guest.
    pub fn enter(&mut self, name: &'static str) -> wasmtime::Result<Timed> {
        let began = Instant::now();
        let mut record = self.record();
        record.host_calls += 1;
        if record.host_calls > self.limits.host_calls {
            return Err(wasmtime::Error::new(HostCallsExhausted(self.limits.host_calls)));
        }
        let place = record.timeline.len();
        let place = (place < TIMELINE).then_some(place);
        if place.is_some() {
            record.timeline.push(HostCall { name, at: began.saturating_duration_since(self.began), took: Duration::ZERO });
        }
        drop(record);
        Ok(Timed { record: Arc::clone(&self.record), place, began })
    }

    /// In the middle of long work that the host does for the guest: it counts as the guest's CPU time, others get their turn, and a call
    /// that has to end ends here.
    pub fn turn(&self) -> impl Future<Output = Result<(), HostError>> + Send + use<> {
        let turn = self.meter.tick();
        async move {
            match turn {
                Turn::Wait(others) => {
                    others.await;
                    Ok(())
                }
                // The guest is stopped as soon as it goes on.
                Turn::Stop => Err(HostError::Quota("the CPU time of a call".to_owned())),
            }
        }
    }

    /// Time left until the end of the call.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Remembers a secret for masking.
    pub fn saw(&mut self, secret: &SecretValue) {
        if !self.seen.iter().any(|known| known.expose() == secret.expose()) {
            self.seen.push(secret.clone());
        }
    }

    /// Counts a computation whose answer depends on a secret.
    pub fn use_secret(&mut self) -> Result<(), HostError> {
        self.secret_uses += 1;
        if self.secret_uses > self.limits.secret_uses {
            return Err(HostError::Quota(format!("{} computations with secrets a call", self.limits.secret_uses)));
        }
        Ok(())
    }
}

impl From<CapabilityError> for HostError {
    fn from(error: CapabilityError) -> Self {
        match error {
            CapabilityError::Invalid(text) => Self::Invalid(text),
            CapabilityError::NotFound => Self::NotFound,
            CapabilityError::Conflict => Self::Conflict,
            CapabilityError::TooLarge(limit) => Self::TooLarge(limit),
            CapabilityError::Quota(text) => Self::Quota(text),
            CapabilityError::Unavailable(text) => Self::Unavailable(text),
            CapabilityError::NotOffered => Self::Other("not offered by this platform".to_owned()),
        }
    }
}

/// For imports that answer in the words of plugins.
impl From<CapabilityError> for PluginError {
    fn from(error: CapabilityError) -> Self {
        let rejected = |code: &str, message: String| Self::Rejected(Rejection { code: code.to_owned(), message, extra: Vec::new() });
        match error {
            CapabilityError::Invalid(text) => rejected("format", text),
            CapabilityError::NotFound => rejected("not-found", "the platform does not have it".to_owned()),
            CapabilityError::TooLarge(limit) => rejected("limit", format!("more than {limit} bytes")),
            CapabilityError::Quota(text) => rejected("limit", text),
            CapabilityError::Conflict => Self::Retryable(Retry { after_ms: None, reason: "another call wrote first".to_owned(), extra: Vec::new() }),
            CapabilityError::Unavailable(reason) => Self::Retryable(Retry { after_ms: None, reason, extra: Vec::new() }),
            CapabilityError::NotOffered => Self::Unsupported("not offered by this platform".to_owned()),
        }
    }
}

impl From<Refusal> for HostError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(text) => Self::Invalid(text),
            Refusal::Denied(line) => Self::Denied(line),
        }
    }
}
