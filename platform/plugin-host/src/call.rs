//! One call: what it needs, and what it leaves behind.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::capabilities::{Capabilities, LogLine};
use crate::grants::Grants;
use crate::limits::Limits;
use crate::model::CallContext;

/// What a call needs besides its arguments.
#[derive(Clone)]
pub struct CallSpec {
    /// Whose call it is; concurrency is shared out per tenant.
    pub tenant: Uuid,
    /// The installation, for logs.
    pub installation: Uuid,
    /// What accompanies the call into the plugin.
    pub context: CallContext,
    /// What the tenant agreed to.
    pub grants: Arc<Grants>,
    /// State and services of the installation.
    pub caps: Arc<dyn Capabilities>,
    /// Ceilings of the tenant's plan; the manifest's wishes are applied by the host.
    pub limits: Limits,
    /// Objects named in the arguments, which the plugin may therefore read.
    pub blobs: Vec<String>,
}

impl CallSpec {
    /// With further objects named in the arguments. A call that moves any has the time for it.
    #[must_use]
    pub(crate) fn naming(mut self, blobs: impl IntoIterator<Item = String>) -> Self {
        let before = self.blobs.len();
        self.blobs.extend(blobs);
        if self.blobs.len() > before {
            self.limits = self.limits.blobs();
        }
        self
    }
}

/// What a call left behind.
#[derive(Debug)]
pub struct CallReport<T> {
    /// The plugin's answer, or why there is none.
    pub outcome: Result<T, CallFailure>,
    /// What it cost.
    pub usage: Usage,
    /// What the guest asked of the host, in order; the first few hundred.
    pub timeline: Vec<HostCall>,
    /// Outgoing requests in order.
    pub exchanges: Vec<Exchange>,
    /// Log lines in order.
    pub logs: Vec<LogLine>,
    /// Lines beyond the allowance.
    pub logs_dropped: u32,
    /// Objects that the plugin made. Those that its answer does not name are nobody's.
    pub created_blobs: Vec<String>,
}

impl<T> CallReport<T> {
    /// Whether a request may have reached the provider. Decides, after a failure, between "surely nothing happened" and "unknown".
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        self.exchanges.iter().any(|exchange| exchange.may_have_arrived)
    }

    /// Whether a request that may have changed something was cut off before its answer was read. Whatever the plugin makes of it, nobody
    /// can be sure that nothing happened.
    #[must_use]
    pub fn left_open(&self) -> bool {
        let asks_only = |exchange: &Exchange| ["GET", "HEAD", "OPTIONS"].contains(&exchange.method.as_str());
        self.exchanges.iter().any(|exchange| exchange.may_have_arrived && exchange.error.is_some() && !asks_only(exchange))
    }

    /// The same report with its answer read in another way.
    pub fn map<U>(self, read: impl FnOnce(T) -> U) -> CallReport<U> {
        CallReport {
            outcome: self.outcome.map(read),
            usage: self.usage,
            timeline: self.timeline,
            exchanges: self.exchanges,
            logs: self.logs,
            logs_dropped: self.logs_dropped,
            created_blobs: self.created_blobs,
        }
    }
}

/// What a call cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Waiting for a free place.
    pub queued: Duration,
    /// From start to end.
    pub duration: Duration,
    /// CPU time of guest and host functions.
    pub cpu: Duration,
    /// Instructions of the guest: the same work costs the same on every machine. A call that was cut off may have used more.
    pub fuel: u64,
    /// Most linear memory in use, in bytes.
    pub memory_peak: usize,
    /// Host calls of any sort.
    pub host_calls: u32,
    /// Bodies sent and received, in bytes.
    pub http_bytes: usize,
}

/// One call of the host by the guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostCall {
    /// Interface and function: `kv.get`.
    pub name: &'static str,
    /// Since the call began.
    pub at: Duration,
    /// How long it took, up to the end of the call if it was cut off.
    pub took: Duration,
}

/// One outgoing request, masked for the call log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Method.
    pub method: String,
    /// Host and port.
    pub host: String,
    /// Path without query.
    pub path: String,
    /// Status, if there was an answer.
    pub status: Option<u16>,
    /// What went wrong otherwise.
    pub error: Option<String>,
    /// Milliseconds since the call began.
    pub at_ms: u64,
    /// How long it took.
    pub duration: Duration,
    /// Beginning of the request body, secrets and personal numbers masked.
    pub request_excerpt: String,
    /// Beginning of the response body, personal numbers masked.
    pub response_excerpt: String,
    /// False only if certainly no byte of it left.
    pub may_have_arrived: bool,
}

/// Why there is no answer. Never the plugin's own "no": that is an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// The guest broke off.
    #[error("trap: {kind}: {detail}")]
    Trap {
        /// Sort of trap.
        kind: TrapKind,
        /// The runtime's words.
        detail: String,
    },
    /// The time of the call ran out.
    #[error("deadline of {0:?} exceeded")]
    Deadline(Duration),
    /// The platform stopped it while it ran.
    #[error("stopped by the platform")]
    Stopped,
    /// The guest used up its CPU time.
    #[error("CPU budget of {0:?} used up")]
    CpuBudget(Duration),
    /// The guest needed more memory than it may have.
    #[error("memory limit of {0} bytes reached")]
    MemoryLimit(usize),
    /// The process has no memory left for guests; nothing is wrong with this one.
    #[error("no memory left for plugin calls")]
    HostMemory,
    /// A limit on tables, handles, host calls or transferred bytes.
    #[error("limit: {0}")]
    Limit(LimitKind),
    /// No free place within the allowed wait; nothing was started.
    #[error("busy: too many calls of this {0}")]
    Busy(Scope),
    /// The component does not export what was asked for.
    #[error("the component does not offer {0}")]
    NotOffered(String),
    /// An export has another shape than this version of the interface; nothing was started.
    #[error("interface mismatch: {0}")]
    WrongInterface(String),
    /// The host itself failed.
    #[error("host fault: {0}")]
    Host(String),
}

impl CallFailure {
    /// Whether it is certain that no line of the plugin's code ran for this call.
    #[must_use]
    pub fn before_start(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::NotOffered(_) | Self::WrongInterface(_))
    }
}

/// Sort of trap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrapKind {
    /// Panic, abort, failed assertion.
    Unreachable,
    /// Recursion too deep.
    StackOverflow,
    /// Access outside of memory.
    MemoryOutOfBounds,
    /// Division by zero, overflow, bad conversion.
    Arithmetic,
    /// Bad indirect call or table access.
    IndirectCall,
    /// A result that does not follow the interface.
    MalformedResult,
    /// Anything else.
    Other,
}

impl fmt::Display for TrapKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "unreachable",
            Self::StackOverflow => "stack overflow",
            Self::MemoryOutOfBounds => "memory out of bounds",
            Self::Arithmetic => "arithmetic",
            Self::IndirectCall => "indirect call",
            Self::MalformedResult => "malformed result",
            Self::Other => "other",
        })
    }
}

/// Sort of limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// Elements, tables, memories or instances.
    Tables,
    /// Live handles.
    Handles,
    /// Bytes carried from guest to host in one call.
    Transfer,
    /// Number of host calls.
    HostCalls,
}

impl fmt::Display for LimitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tables => "tables or instances",
            Self::Handles => "live handles",
            Self::Transfer => "bytes passed to the host",
            Self::HostCalls => "host calls",
        })
    }
}

/// Whose places are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The tenant's.
    Tenant,
    /// The plugin's.
    Plugin,
    /// The process's.
    Process,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tenant => "tenant",
            Self::Plugin => "plugin",
            Self::Process => "process",
        })
    }
}
