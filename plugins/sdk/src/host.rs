//! Everything a guest may ask of the platform, by interface: `config::get`, `secrets::get`, `kv::set`, `clock::now_ms`, ….
//!
//! What is not granted by the tenant answers `denied` with the manifest line to add.

pub use crate::bindings::host::wakala::host::{blobs, clock, config, crypto, hooks, http, kv, log, lookup, secrets, types};
