//! Server-rendered pages of a tenant's staff and administrators, and of the platform's own site.
//!
//! Handlers decide nothing: they read a form, open a transaction, call the domain's service, commit, and show what it says.
//! Whoever may open a page is stated beside its route with the domain's own permission. A page that shows one customer's data
//! records who looked before it answers.

mod account;
mod catalogue;
mod customers;
mod entry;
mod frame;
mod history;
mod lists;
mod market;
mod money;
mod notices;
mod papers;
mod plugins;
mod sales;
pub mod samples;
mod search;
mod settings;
mod site;
mod today;
mod words;
mod work;

pub use site::{Demo, Demos};

use kernel::{module::Module, routes::Routes};

/// See [`Module`].
#[must_use]
pub fn module() -> Module {
    let mut routes = Routes::new();
    for part in [
        entry::routes(),
        today::routes(),
        search::routes(),
        account::routes(),
        notices::routes(),
        customers::routes(),
        sales::routes(),
        catalogue::routes(),
        market::routes(),
        money::routes(),
        papers::routes(),
        plugins::routes(),
        settings::routes(),
        work::routes(),
        lists::routes(),
        site::routes(),
    ] {
        routes.extend(part);
    }
    Module { name: "backoffice", permissions: lists::PERMISSIONS, retention: lists::RETENTION, routes, ..Module::default() }
}
