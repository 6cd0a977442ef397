//! The tenant's portal: server-rendered public and customer pages under its brand.
//!
//! What always holds: a handler calls services and shows what they answer, never deciding anything itself; every page works
//! without scripts; every form carries the token that ties it to its reader, comes back with what was typed, and is followed by a
//! redirect when it was accepted; no text stands in the code.

mod account;
mod checkout;
mod entry;
mod form;
mod language;
mod page;
mod picture;
mod place;
mod price;
pub mod samples;
mod session;
mod shop;
mod site;
pub mod ussd;
mod verify;

use kernel::{module::Module, routes::Routes};

/// See [`Module`].
#[must_use]
pub fn module() -> Module {
    let mut routes = Routes::new();
    for part in [site::routes(), shop::routes(), checkout::routes(), account::routes(), verify::routes(), entry::routes(), language::routes()] {
        routes.extend(part);
    }
    Module { name: "portal", routes, ..Module::default() }
}
