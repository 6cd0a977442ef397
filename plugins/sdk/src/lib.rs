//! What a Wakala plugin written in Rust builds on.
//!
//! A plugin is a type that implements one trait per ability and hands itself to [`export!`]:
//!
//! ```ignore
//! use wakala_plugin_sdk::{export, lifecycle, payments::gateway, webhook};
//!
//! struct Provider;
//! impl lifecycle::Guest for Provider { /* … */ }
//! impl webhook::Guest for Provider { /* … */ }
//! impl gateway::Guest for Provider { /* … */ }
//!
//! export!(Provider: lifecycle, webhook, gateway);
//! ```
//!
//! Which interfaces a kind of plugin has to implement is in the table of `../wit/README.md`; each package of it is a module here.
//!
//! The bindings come from the WIT files beside this crate (`../wit`), whose comments are the contract; here they are only given
//! Rust names. What must hold: a guest sees nothing but [`host`], and a plugin never names `wit-bindgen` itself, so that one version
//! of it is in force. Everything but the calls into the host works on any target, so parsing and mapping are tested natively.

pub mod addresses;
pub mod ai;
pub mod amounts;
pub mod base64;
#[doc(hidden)]
pub mod bindings;
pub mod collections;
pub mod error;
pub mod events;
pub mod form;
pub mod host;
pub mod http;
pub mod identity;
pub mod insurance;
pub mod messaging;
#[doc(hidden)]
pub mod panics;
pub mod payments;
pub mod time;

pub use error::Failure;
pub use host::types::{CallContext, PluginError};

/// Required of every plugin: `check`, `activate`, `deactivate`, `migrate_config`.
pub mod lifecycle {
    pub use crate::bindings::lifecycle::exports::wakala::host::lifecycle::*;
}
/// Calls that a provider makes to the platform.
pub mod webhook {
    pub use crate::bindings::webhook::exports::wakala::host::webhook::*;
    pub use crate::host::types::Event;
}
/// Events fetched by the manifest's `poll` schedule.
pub mod poll {
    pub use crate::bindings::poll::exports::wakala::host::poll::*;
    pub use crate::host::types::Event;
}

/// Exports a plugin's implementation of the named interfaces from the component.
///
/// `export!(Provider: lifecycle, webhook, gateway);` where the first name is a type in scope that implements `Guest` of each
/// interface. On other targets than WebAssembly nothing is exported, but the traits are still asked for. A panic ends the call as a
/// trap; where it happened and its message stand in the log.
#[macro_export]
macro_rules! export {
    ($plugin:ident: $($interface:ident),+ $(,)?) => {
        // Here and not in the SDK, since a linker leaves out what nothing in a library refers to.
        #[cfg(target_family = "wasm")]
        const _: () = {
            #[used]
            #[allow(unsafe_code, reason = "constructors are found by their section")]
            #[unsafe(link_section = ".init_array")]
            static REPORT_PANICS: extern "C" fn() = $crate::panics::report;
        };
        $(
            #[cfg(target_family = "wasm")]
            const _: () = {
                $crate::bindings::$interface::export_interface!($plugin with_types_in $crate::bindings::$interface);
            };
            #[cfg(not(target_family = "wasm"))]
            const _: fn() = || {
                fn implemented<T: $crate::bindings::$interface::Guest>() {}
                implemented::<$plugin>();
            };
        )+
    };
}
