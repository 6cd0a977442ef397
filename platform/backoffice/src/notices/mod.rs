//! What the reader is told: the list behind the bell, and what each wants to be told of.

mod choices;
mod list;

use kernel::routes::{Access::AnyStaff, Face::Office, Routes};

pub(crate) use list::NoticesPage;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/notices", AnyStaff, list::show)
        .get(Office, "/notices/bell", AnyStaff, list::bell)
        .get(Office, "/notices/live", AnyStaff, list::stream)
        .post(Office, "/notices/read", AnyStaff, list::read_all)
        .get(Office, "/notices/{id}", AnyStaff, list::open)
        .get(Office, "/profile/notices", AnyStaff, choices::show)
        .post(Office, "/profile/notices", AnyStaff, choices::save)
}
