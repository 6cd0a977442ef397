//! Routes that say who may use them. The table of all routes can be listed, so that tests try each one without credentials, from
//! another tenant and in the wrong role; a route without a declared access does not compile.

use axum::{
    Router,
    extract::{MatchedPath, Request},
    handler::Handler,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, ResponseBuilder};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::{
    App, AppError,
    http::caller::{Caller, Who},
};

/// Which host answers a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    /// The platform's own site.
    Platform,
    /// Pages of a tenant's portal.
    Portal,
    /// Pages of a tenant's back office.
    Office,
    /// JSON, on portal and office hosts, below `/api/v1`.
    Api,
    /// What providers call, on every host.
    Hook,
}

/// Who may use a route. Checked before the handler runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, also without signing in.
    Public,
    /// Anybody who is signed in.
    SignedIn,
    /// A signed-in customer.
    Customer,
    /// Staff of any role.
    AnyStaff,
    /// Staff whose roles hold this permission.
    Staff(&'static str),
}

/// A line of the table of routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub face: Face,
    pub method: String,
    pub path: String,
    pub access: Access,
}

/// Routes of one module, by face.
#[derive(Default)]
pub struct Routes {
    table: Vec<Route>,
    routers: Vec<(Face, Router<App>)>,
    openapi: OpenApi,
}

impl Routes {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A page that is read.
    #[must_use]
    pub fn get<H, T>(self, face: Face, path: &str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.on(MethodFilter::GET, "GET", face, path, access, handler)
    }

    /// A form that is sent.
    #[must_use]
    pub fn post<H, T>(self, face: Face, path: &str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.on(MethodFilter::POST, "POST", face, path, access, handler)
    }

    fn on<H, T>(mut self, filter: MethodFilter, method: &str, face: Face, path: &str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.table.push(Route { face, method: method.to_owned(), path: path.to_owned(), access });
        self.routers.push((face, Router::new().route(path, guard(on(filter, handler), access))));
        self
    }

    /// An operation of the API, with what `utoipa_axum::routes!` read from the handler: `api(Access::Public, routes!(quote))`.
    /// Paths are written without `/api/v1`.
    #[must_use]
    pub fn api(mut self, access: Access, operation: UtoipaMethodRouter<App>) -> Self {
        let (schemas, paths, router) = operation;
        for (path, item) in &paths.paths {
            for (method, present) in [
                ("GET", item.get.is_some()),
                ("POST", item.post.is_some()),
                ("PUT", item.put.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ] {
                if present {
                    self.table.push(Route { face: Face::Api, method: method.to_owned(), path: path.clone(), access });
                }
            }
        }
        if let Some(path) = paths.paths.keys().next() {
            self.routers.push((Face::Api, Router::new().route(path, guard(router, access))));
        }
        let components = self.openapi.components.get_or_insert_with(Default::default);
        components.schemas.extend(schemas);
        for (path, mut item) in paths.paths {
            describe_access(&mut item, access);
            self.openapi.paths.paths.entry(path).or_default().merge_operations(item);
        }
        self
    }

    #[must_use]
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// Joins the routes of another module to these.
    pub fn extend(&mut self, other: Routes) {
        self.table.extend(other.table);
        self.routers.extend(other.routers);
        self.openapi.merge(other.openapi);
    }

    /// Takes the router of one face out.
    pub fn router(&mut self, face: Face) -> Router<App> {
        self.routers.extract_if(.., |(of, _)| *of == face).fold(Router::new(), |all, (_, router)| all.merge(router))
    }

    /// Takes the description of the API out, which is large.
    pub fn openapi(&mut self) -> OpenApi {
        std::mem::take(&mut self.openapi)
    }
}

fn describe_access(item: &mut utoipa::openapi::PathItem, access: Access) {
    let needs = match access {
        Access::Public => "Open to anybody.".to_owned(),
        Access::SignedIn => "For anybody who is signed in.".to_owned(),
        Access::Customer => "For signed-in customers.".to_owned(),
        Access::AnyStaff => "For staff.".to_owned(),
        Access::Staff(permission) => format!("For staff with the permission `{permission}`."),
    };
    for operation in [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten() {
        describe_failures(operation);
        let text = operation.description.take().unwrap_or_default();
        operation.description = Some(if text.is_empty() { needs.clone() } else { format!("{text}\n\n{needs}") });
    }
}

/// What every operation may answer, whatever its handler does: what the layers before it refuse, and what a busy system says.
fn describe_failures(operation: &mut utoipa::openapi::path::Operation) {
    const ALL: [(&str, &str); 8] = [
        ("400", "It cannot be read."),
        ("401", "Nobody is signed in, or the token is over."),
        ("403", "The caller may not do this."),
        ("404", "Not there, not the caller's, or not offered on this host."),
        ("422", "A value is not acceptable; `errors` says which."),
        ("429", "Too often; `Retry-After` says how long to wait."),
        ("500", "Our fault. We have been told."),
        ("503", "Busy; the same request may be sent again."),
    ];
    const OF_A_BODY: [(&str, &str); 2] = [("413", "It is too large."), ("415", "It is of another type than described.")];
    let body: &[_] = if operation.request_body.is_some() { &OF_A_BODY } else { &[] };
    for (status, meaning) in ALL.iter().chain(body) {
        operation.responses.responses.entry((*status).to_owned()).or_insert_with(|| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
            ResponseBuilder::new().description(*meaning).content("application/json", content).build().into()
        });
    }
}

fn guard(router: MethodRouter<App>, access: Access) -> MethodRouter<App> {
    router.layer(middleware::from_fn(move |request: Request, next: Next| async move {
        // The path as it was declared, for whoever counts answers.
        let path = request.extensions().get::<MatchedPath>().cloned();
        let mut response = match check(access, request.extensions().get::<Caller>()) {
            Ok(()) => next.run(request).await,
            Err(error) => refuse(error),
        };
        if let Some(path) = path {
            response.extensions_mut().insert(path);
        }
        response
    }))
}

fn refuse(error: AppError) -> Response {
    error.into_response()
}

/// Whether a caller may use a route with this access.
pub fn check(access: Access, caller: Option<&Caller>) -> Result<(), AppError> {
    let who = caller.map(|caller| &caller.who);
    match (access, who) {
        (Access::Public, _) | (Access::SignedIn, Some(Who::Customer { .. } | Who::Staff { .. })) => Ok(()),
        (Access::Customer, Some(Who::Customer { .. })) | (Access::AnyStaff, Some(Who::Staff { .. })) => Ok(()),
        (Access::Staff(permission), Some(Who::Staff { permissions, .. })) if permissions.contains(permission) => Ok(()),
        (Access::Staff(permission), Some(Who::Staff { .. })) => Err(AppError::forbidden().with("permission", permission)),
        (Access::Customer | Access::AnyStaff | Access::Staff(_), Some(Who::Customer { .. } | Who::Staff { .. })) => Err(AppError::forbidden()),
        _ => Err(AppError::unauthenticated()),
    }
}
