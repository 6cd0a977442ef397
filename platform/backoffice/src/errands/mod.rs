//! Errands: what staff ask for that takes longer than a page may, done in the background.
//!
//! An errand reads its list through the list's own page, and sends its act to the page that takes it, as the member of staff who
//! asked and with what that person may do now; so a list or act has no second way to its rows. What always holds: a part of a file
//! is counted after it is kept, and a row of an act is settled in the transaction of the act, so that after a crash the next worker
//! goes on and does nothing twice; each sees own errands only; files are kept for a week.

mod error;
mod job;
mod model;
mod pages;
mod service;
mod store;
mod walk;

use kernel::{
    jobs::{JobDef, Schedule},
    routes::{
        Access::{AnyStaff, Staff},
        Face::Office,
        Routes,
    },
};

pub(crate) use job::CLEAR;
pub(crate) use model::{ErrandId, NewErrand, Settled};
pub(crate) use pages::offer_file;
pub(crate) use service::{begin, settle};
pub(crate) use walk::{Found, Walk};

use crate::lists::EXPORT;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/errands", AnyStaff, pages::list)
        .post(Office, "/errands", Staff(EXPORT), pages::begin_file)
        .get(Office, "/errands/{id}", AnyStaff, pages::show)
        .get(Office, "/errands/{id}/rows", AnyStaff, pages::rows)
        .get(Office, "/errands/{id}/file", Staff(EXPORT), pages::file)
        .post(Office, "/errands/{id}/stop", AnyStaff, pages::stop)
}

pub(crate) fn jobs() -> Vec<JobDef> {
    vec![JobDef::of::<job::RunErrand>()]
}

pub(crate) fn schedules() -> Vec<Schedule> {
    vec![Schedule::every::<job::ClearErrands>(std::time::Duration::from_secs(6 * 3_600)).for_tenants(job::LITTERED)]
}
