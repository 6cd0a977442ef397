//! Customers: list, record, and the form that makes or changes one.

mod activities;
mod data_requests;
mod form;
mod inbox;
mod list;
mod record;
mod second_factor;

use std::collections::{BTreeSet, HashMap};

use crm::customers::{READ, WRITE, service};
use identity::permissions::USER_CHANGE;
use kernel::{
    App, AppResult, ReadTx, Scope,
    access::Access as Viewed,
    routes::{Access::Staff, Face::Office, Routes},
};
use uuid::Uuid;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(Office, "/customers", Staff(READ), list::show)
        .get(Office, "/customers/new", Staff(WRITE), form::show_new)
        .get(Office, "/data-requests", Staff(READ), data_requests::list)
        .post(Office, "/customers/new", Staff(WRITE), form::create)
        .get(Office, "/customers/{id}", Staff(READ), record::show)
        .get(Office, "/customers/{id}/log", Staff(WRITE), activities::show_log)
        .post(Office, "/customers/{id}/log", Staff(WRITE), activities::log)
        .get(Office, "/follow-ups", Staff(READ), activities::list)
        .get(Office, "/follow-ups/{id}", Staff(READ), activities::show)
        .post(Office, "/follow-ups/{id}/done", Staff(WRITE), activities::complete)
        .get(Office, "/inbox", Staff(READ), inbox::list)
        .get(Office, "/inbox/{id}", Staff(READ), inbox::show)
        .post(Office, "/inbox/{id}/settle", Staff(WRITE), inbox::settle)
        .post(Office, "/inbox/{id}/match", Staff(WRITE), inbox::find_sender)
        .get(Office, "/customers/{id}/edit", Staff(WRITE), form::show_edit)
        .post(Office, "/customers/{id}/edit", Staff(WRITE), form::update)
        .get(Office, "/customers/{id}/second-factor", Staff(USER_CHANGE), second_factor::show)
        .post(Office, "/customers/{id}/second-factor", Staff(USER_CHANGE), second_factor::reset)
}

/// Names of customers, for lists that know them by id.
pub(crate) struct Names(HashMap<Uuid, String>);

impl Names {
    pub(crate) async fn of_all(tx: &mut ReadTx, ids: impl Iterator<Item = Uuid>) -> AppResult<Self> {
        let ids: Vec<Uuid> = ids.collect::<BTreeSet<_>>().into_iter().collect();
        Ok(Self(service::names(tx, &ids).await?))
    }
    pub(crate) fn of(&self, id: Uuid) -> String {
        self.0.get(&id).cloned().unwrap_or_default()
    }
}

/// Records that the reader opened this customer's data. An answer waits for it.
pub(crate) async fn viewed(app: &App, scope: &Scope, object_type: &'static str, id: Uuid) -> AppResult<()> {
    app.access.record(scope, Viewed { object_type, object_id: Some(id), query: None, rows: 1 }).await
}

/// Records that the reader saw a list of personal data.
pub(crate) async fn listed(app: &App, scope: &Scope, object_type: &'static str, query: Option<String>, rows: usize) -> AppResult<()> {
    app.access.record(scope, Viewed { object_type, object_id: None, query, rows: i32::try_from(rows).unwrap_or(i32::MAX) }).await
}
