//! Operations of the API whose permission is sensitive ask for a proof that the person is there. Pages ask in the form itself.

use std::{collections::HashSet, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use identity::{confirmation, identity, sessions::SessionId};
use kernel::{
    App,
    http::{Caller, Who},
    routes::{Access, Face, Routes},
};

/// The operations, by method and path.
pub(super) struct Grave {
    app: App,
    operations: HashSet<(String, String)>,
}

impl Grave {
    pub(super) fn of(app: &App, routes: &Routes) -> Arc<Self> {
        let catalogue = identity(app).map(|identity| identity.catalogue().clone()).unwrap_or_default();
        let changing = routes.table().iter().filter(|route| route.face == Face::Api && route.method != "GET");
        let operations = changing
            .filter(|route| matches!(route.access, Access::Staff(permission) if catalogue.is_sensitive(permission)))
            .map(|route| (route.method.clone(), format!("/api/v1{}", route.path)))
            .collect();
        Arc::new(Self { app: app.clone(), operations })
    }

    /// The caller and session of a request for one of these operations. Others are refused for what they are.
    fn concerned(&self, request: &Request) -> Option<(Caller, SessionId)> {
        let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
        if !self.operations.contains(&(request.method().to_string(), path.to_owned())) {
            return None;
        }
        let caller = request.extensions().get::<Caller>()?;
        match &caller.who {
            Who::Staff { session, .. } => Some((caller.clone(), SessionId(*session))),
            Who::Customer { .. } | Who::Visitor { .. } => None,
        }
    }
}

/// Refuses with `identity.confirmation_needed`; `/auth/confirm` helps.
pub(super) async fn demand(State(grave): State<Arc<Grave>>, request: Request, next: Next) -> Response {
    let demanded = match grave.concerned(&request) {
        Some((caller, session)) => confirmation::demand(&grave.app, &caller.scope, session).await,
        None => Ok(()),
    };
    match demanded {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}
