//! Operations of the API whose permission is sensitive ask for a proof that the person is there. Pages ask in the form itself.

use std::{collections::HashSet, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use identity::{confirmation, identity, sessions::SessionId};
use kernel::{
    App, AppResult,
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

    async fn check(&self, request: &Request) -> AppResult<()> {
        let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
        if !self.operations.contains(&(request.method().to_string(), path.to_owned())) {
            return Ok(());
        }
        match request.extensions().get::<Caller>() {
            Some(Caller { scope, who: Who::Staff { session, .. }, .. }) => confirmation::demand(&self.app, scope, SessionId(*session)).await,
            // Others are refused for what they are.
            _ => Ok(()),
        }
    }
}

/// Refuses with `identity.confirmation_needed`; `/auth/confirm` helps.
pub(super) async fn demand(State(grave): State<Arc<Grave>>, request: Request, next: Next) -> Response {
    match grave.check(&request).await {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}
