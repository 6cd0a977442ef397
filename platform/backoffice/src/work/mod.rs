//! What did not go by itself: tasks that orders left for staff, and background work that was given up.

mod ask;
mod assign;
mod jobs;
mod tasks;

use insurance::orders as order;
use kernel::{
    dead_letters as letters,
    routes::{Access::Staff, Face::Office, Routes},
};

pub(crate) use jobs::why;
pub(crate) use tasks::{item, wanted};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/tasks", Staff(order::READ), tasks::list)
        .get(Office, "/tasks/settle", Staff(order::SETTLE_TASK), tasks::show_settle_many)
        .post(Office, "/tasks/settle", Staff(order::SETTLE_TASK), tasks::settle_many)
        .get(Office, "/tasks/assign", Staff(order::SETTLE_TASK), assign::show_many)
        .post(Office, "/tasks/assign", Staff(order::SETTLE_TASK), assign::save_many)
        .get(Office, "/tasks/{id}", Staff(order::READ), tasks::show)
        .post(Office, "/tasks/{id}/take", Staff(order::SETTLE_TASK), assign::take)
        .get(Office, "/tasks/{id}/assign", Staff(order::SETTLE_TASK), assign::show)
        .post(Office, "/tasks/{id}/assign", Staff(order::SETTLE_TASK), assign::save)
        .get(Office, "/tasks/{id}/settle", Staff(order::SETTLE_TASK), tasks::show_settle)
        .post(Office, "/tasks/{id}/settle", Staff(order::SETTLE_TASK), tasks::settle)
        .get(Office, "/tasks/{id}/reopen", Staff(order::SETTLE_TASK), tasks::show_reopen)
        .post(Office, "/tasks/{id}/reopen", Staff(order::SETTLE_TASK), tasks::reopen)
        .get(Office, "/orders/{id}/task", Staff(order::SETTLE_TASK), ask::show)
        .post(Office, "/orders/{id}/task", Staff(order::SETTLE_TASK), ask::save)
        .get(Office, "/jobs", Staff(letters::READ), jobs::list)
        .get(Office, "/jobs/retry", Staff(letters::SETTLE), jobs::show_retry_many)
        .post(Office, "/jobs/retry", Staff(letters::SETTLE), jobs::retry_many)
        .get(Office, "/jobs/dismiss", Staff(letters::SETTLE), jobs::show_dismiss_many)
        .post(Office, "/jobs/dismiss", Staff(letters::SETTLE), jobs::dismiss_many)
        .get(Office, "/jobs/{id}", Staff(letters::READ), jobs::show)
        .post(Office, "/jobs/{id}/retry", Staff(letters::SETTLE), jobs::retry)
        .get(Office, "/jobs/{id}/dismiss", Staff(letters::SETTLE), jobs::show_dismiss)
        .post(Office, "/jobs/{id}/dismiss", Staff(letters::SETTLE), jobs::dismiss)
}
