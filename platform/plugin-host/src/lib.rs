//! Runs plugins: untrusted WebAssembly components that translate between the platform and providers.
//!
//! Owns the wasmtime engine, the sandbox and its limits, the interface versions, the guarded way out to the network, manifests and the
//! checks before publishing. It is the only crate that names wasmtime, and nothing of wasmtime shows in its interface. It knows neither
//! tables nor tenants: what an installation has comes in through [`Capabilities`], what a tenant agreed to through [`Grants`].
//!
//! What always holds: every call runs on a fresh instance that no other call ever sees; machine code is loaded only if our own child
//! compiled it or its HMAC verifies; a request leaves only for a host that manifest and tenant name, towards a public address, and what
//! the platform itself posts to addresses that tenants typed takes the same way; a secret leaves only in a request, and only where its
//! manifest entry says; whatever a guest does ends in a typed [`CallFailure`].

mod admission;
mod call;
mod capabilities;
mod compile;
mod engine;
mod failure;
mod grants;
mod guard;
mod host;
mod letters;
mod limits;
pub mod manifest;
mod mask;
pub mod model;
mod net;
mod outward;
pub mod package;
pub mod pem;
mod plugin;
pub mod publish;
mod secrets;
mod v1;

pub use admission::Places;
pub use call::{CallFailure, CallReport, CallSpec, Exchange, HostCall, LimitKind, Scope, TrapKind, Usage};
pub use capabilities::{BlobInfo, BlobWriter, Capabilities, CapabilityError, KeyPage, KvEntry, LogLevel, LogLine, SecretValue, StoredToken};
pub use compile::child::{CompileLimits, Compiler, compile_child_main};
pub use compile::{CompileError, CompiledComponent, ComponentDigest, Source};
pub use engine::Pool;
pub use grants::Grants;
pub use guard::{Unverified, verify_webhook};
pub use host::{HostConfig, HostError, LoadError, PluginHost};
pub use letters::misleads;
pub use limits::Limits;
pub use net::{HostOverrides, OverrideError, Resolver, SystemResolver};
pub use outward::{PostError, Posted, check_address};
pub use plugin::{Answer, Plugin};
