//! Jobs that were given up, until staff deal with them. Owns the list; the worker buries jobs in it, pages and API settle them.
//!
//! What holds: nothing that was given up vanishes by itself; a job that is tried again goes back under its old id, by which
//! whomever it calls recognises it, and stands open again if it is given up once more; a dismissed one never runs again.

mod api;
mod model;
mod service;
mod store;

pub use model::{Burial, DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterState, JobGivenUp};
pub use service::{bury, dismiss, get, given_up, jobs, list, retry};

use crate::module::{Module, Permission, Retention};

pub const READ: &str = "jobs.dead_letter.read";
/// Trying again, or giving up for good.
pub const SETTLE: &str = "jobs.dead_letter.settle";

/// What the list contributes to the application.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "jobs",
        permissions: &[Permission { code: READ, sensitive: false }, Permission { code: SETTLE, sensitive: false }],
        routes: api::routes(),
        retention: &[
            Retention { table: "outbox", keep: "until done", job: None },
            Retention { table: "dead_letters", keep: "as evidence of what staff decided, as the tenant", job: None },
        ],
        ..Module::default()
    }
}
