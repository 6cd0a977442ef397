//! What a member of staff makes of a list: saved views, alone or for the team, and which columns stand where. Nobody sees what
//! another keeps for themselves: the table's policies say so.

mod model;
mod pages;
mod service;
mod store;

use kernel::{
    module::Permission,
    routes::{Access::AnyStaff, Face::Office, Routes},
};

pub(crate) use model::{Kept, Layout};
pub(crate) use service::{exported, kept};

/// May take a list away as a file.
pub(crate) const EXPORT: &str = "office.list.export";

pub(crate) const PERMISSIONS: &[Permission] = &[Permission { code: EXPORT, sensitive: false }];

pub(crate) fn routes() -> Routes {
    Routes::new()
        .post(Office, "/lists/columns", AnyStaff, pages::arrange)
        .post(Office, "/lists/views", AnyStaff, pages::save)
        .get(Office, "/lists/views/{id}", AnyStaff, pages::show)
        .post(Office, "/lists/views/{id}", AnyStaff, pages::rename)
        .post(Office, "/lists/views/{id}/default", AnyStaff, pages::make_default)
        .post(Office, "/lists/views/{id}/delete", AnyStaff, pages::delete)
        .post(Office, "/lists/views/{id}/restore", AnyStaff, pages::restore)
}
