//! Customers: list, record, and the form that makes or changes one.

mod form;
mod list;
mod record;

use crm::customers::{READ, WRITE};
use kernel::{
    App, AppResult, Scope,
    access::Access as Viewed,
    routes::{Access::Staff, Face::Office, Routes},
};
use uuid::Uuid;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/customers", Staff(READ), list::show)
        .get(Office, "/customers/new", Staff(WRITE), form::show_new)
        .post(Office, "/customers/new", Staff(WRITE), form::create)
        .get(Office, "/customers/{id}", Staff(READ), record::show)
        .get(Office, "/customers/{id}/edit", Staff(WRITE), form::show_edit)
        .post(Office, "/customers/{id}/edit", Staff(WRITE), form::update)
}

/// Records that the reader opened this customer's data. An answer waits for it.
pub(crate) async fn viewed(app: &App, scope: &Scope, object_type: &'static str, id: Uuid) -> AppResult<()> {
    app.access.record(scope, Viewed { object_type, object_id: Some(id), query: None, rows: 1 }).await
}

/// Records that the reader saw a list of personal data.
pub(crate) async fn listed(app: &App, scope: &Scope, object_type: &'static str, query: Option<String>, rows: usize) -> AppResult<()> {
    app.access.record(scope, Viewed { object_type, object_id: None, query, rows: i32::try_from(rows).unwrap_or(i32::MAX) }).await
}
