//! What the host knows during one call.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;
use wasmtime::component::ResourceTable;

use super::bindings::wakala::host::types::HostError;
use crate::call::Exchange;
use crate::capabilities::{Capabilities, CapabilityError, LogLine, SecretValue};
use crate::engine::cpu::CpuMeter;
use crate::engine::memory::Limiter;
use crate::grants::{Grants, Policy, Refusal};
use crate::limits::Limits;
use crate::manifest::{Manifest, Mode};
use crate::net::Net;
use crate::secrets::oauth2::TokenLocks;
use crate::secrets::ticket::Tickets;

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
    pub http_bytes: usize,
    pub created_blobs: Vec<String>,
}

/// Ends a call that made too many host calls.
#[derive(Debug, thiserror::Error)]
#[error("more than {0} host calls")]
pub(crate) struct HostCallsExhausted(pub u32);

/// State of one call, owned by its store.
pub(crate) struct CallState {
    pub table: ResourceTable,
    pub limiter: Limiter,
    pub meter: Arc<CpuMeter>,
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
}

impl CallState {
    pub fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn policy(&self) -> Policy<'_> {
        Policy { manifest: &self.manifest, grants: &self.grants, mode: self.mode }
    }

    /// Counts a host call; an error ends the guest. Also gives up the turn of a long call, since what follows may wait.
    pub fn enter(&mut self) -> wasmtime::Result<()> {
        let mut record = self.record();
        record.host_calls += 1;
        if record.host_calls > self.limits.host_calls {
            return Err(wasmtime::Error::new(HostCallsExhausted(self.limits.host_calls)));
        }
        Ok(())
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

impl From<Refusal> for HostError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(text) => Self::Invalid(text),
            Refusal::Denied(line) => Self::Denied(line),
        }
    }
}
