//! Server-rendered pages of a tenant's staff and administrators, and of the platform's own site.
//!
//! Handlers decide nothing: they read a form, open a transaction, call the domain's service, commit, and show what it says.
//! Whoever may open a page is stated beside its route with the domain's own permission. A page that shows one customer's data
//! records who looked before it answers.

mod account;
mod activity;
mod catalogue;
mod customers;
mod elsewhere;
mod entry;
mod errands;
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
mod webhooks;
mod words;
mod work;

pub use site::{Demo, Demos};

use kernel::{
    module::{Module, Retention},
    routes::Routes,
};

/// See [`Module`].
#[must_use]
pub fn module() -> Module {
    Module {
        name: "backoffice",
        permissions: lists::PERMISSIONS,
        retention: RETENTION,
        routes: routes(),
        jobs: errands::jobs(),
        schedules: errands::schedules(),
        ..Module::default()
    }
}

const RETENTION: &[Retention] = &[
    Retention { table: "list_views", keep: "while the tenant is a customer", job: None },
    Retention { table: "list_layouts", keep: "while the tenant is a customer", job: None },
    Retention { table: "errands", keep: "90 days after they are over; their files 7 days", job: Some(errands::CLEAR) },
    Retention { table: "errand_lines", keep: "as long as their errand", job: Some(errands::CLEAR) },
];

/// All pages; an errand walks through them, too.
fn routes() -> Routes {
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
        webhooks::routes(),
        settings::routes(),
        activity::routes(),
        work::routes(),
        lists::routes(),
        errands::routes(),
        site::routes(),
    ] {
        routes.extend(part);
    }
    routes
}
