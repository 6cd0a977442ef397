//! On whose behalf the system acts.

use kernel::{App, Audience, Scope};

/// The tenant's system scope in which the person stays the actor: for what identity does to credentials, which staff may not read.
pub(crate) fn on_behalf(app: &App, scope: &Scope) -> Scope {
    Scope::new(app.db.clone(), scope.tenant.clone(), Audience::System, scope.actor.clone(), scope.request_id, scope.clock.clone())
}
