//! HTTP of one process. The host names the face (platform, portal, back office), the path may narrow it (API, provider callbacks);
//! each face has its own router, and one layer around all finds tenant and person before any of them runs.

mod assets;
mod context;
mod description;
mod elsewhere;
mod errors;
mod grave;
mod headers;
mod health;
mod limits;
mod measure;

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
};
use kernel::{
    App, AppError,
    routes::{Face, Routes},
};
use outreach::notices::Bells;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::RequestBodyTimeoutLayer};
use tracing::Instrument;
use uuid::Uuid;

pub(crate) use health::routes as health_routes;
pub use limits::RequestLimits;

/// Largest bodies: of a form with files, of an API request, of a provider's callback.
const PAGE_BYTES: usize = 32 * 1024 * 1024;
const API_BYTES: usize = 1024 * 1024;
const HOOK_BYTES: usize = 4 * 1024 * 1024;
/// How long a sender may pause within a body.
const BODY_PAUSE: Duration = Duration::from_secs(15);

/// Everything that answers, ready to be served.
#[derive(Clone)]
pub struct Web {
    app: App,
    faces: Arc<Faces>,
}

struct Faces {
    platform: Router,
    portal: Router,
    office: Router,
    api: Router,
    hook: Router,
    everywhere: Router,
    context: context::Settings,
}

impl Web {
    #[must_use]
    pub fn new(app: App, mut routes: Routes, config: &crate::config::Config) -> Self {
        let grave = grave::Grave::of(&app, &routes);
        let api = Router::new()
            .nest("/api/v1", routes.router(Face::Api).layer(from_fn_with_state(grave, grave::demand)))
            .merge(description::routes(routes.openapi()))
            .fallback(not_found)
            .method_not_allowed_fallback(wrong_method)
            .layer(DefaultBodyLimit::max(API_BYTES))
            .with_state(app.clone());
        let hook = routes.router(Face::Hook).fallback(not_found).layer(DefaultBodyLimit::max(HOOK_BYTES)).with_state(app.clone());
        let everywhere = health::routes().merge(assets::routes()).with_state(app.clone());
        let stand_ins = elsewhere::StandIns::new(&config.development.stand_ins);
        let mut pages = |face| {
            let router: Router = routes
                .router(face)
                .fallback(not_found)
                .method_not_allowed_fallback(wrong_method)
                .layer(DefaultBodyLimit::max(PAGE_BYTES))
                .with_state(app.clone());
            if stand_ins.is_empty() { router } else { router.layer(from_fn_with_state(stand_ins.clone(), elsewhere::lead)) }
        };
        let faces = Faces {
            platform: pages(Face::Platform),
            portal: pages(Face::Portal),
            office: pages(Face::Office),
            api,
            hook,
            everywhere,
            context: context::Settings::new(config),
        };
        Self { app, faces: Arc::new(faces) }
    }

    /// Answers one request that came from `peer`.
    pub async fn answer(&self, peer: SocketAddr, mut request: Request) -> Response {
        // A trailing slash is optional on the API.
        let path = request.uri().path();
        if path.starts_with("/api/") && path.len() > 5 && path.ends_with('/') {
            let trimmed = path.trim_end_matches('/').to_owned();
            let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
            if let Ok(uri) = format!("{trimmed}{query}").parse() {
                *request.uri_mut() = uri;
            }
        }
        if assets::serves(request.uri().path()) || health::serves(request.uri().path()) {
            return run(&self.faces.everywhere, request).await;
        }
        let request_id = Uuid::now_v7();
        let span = context::span(&self.faces.context, peer, request.headers(), request_id);
        let answer = context::answer(&self.app, &self.faces.context, peer, request_id, request, |face, request| {
            let router = match face {
                Face::Platform => &self.faces.platform,
                Face::Portal => &self.faces.portal,
                Face::Office => &self.faces.office,
                Face::Api => &self.faces.api,
                Face::Hook => &self.faces.hook,
            };
            run(router, request)
        });
        answer.instrument(span).await
    }
}

async fn run(router: &Router, request: Request) -> Response {
    router.clone().oneshot(request).await.unwrap_or_else(|never: Infallible| match never {})
}

async fn not_found() -> AppError {
    AppError::not_found()
}

async fn wrong_method() -> Response {
    let mut response = AppError::not_found().into_response();
    *response.status_mut() = axum::http::StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// Serves until `stop`, then lets open requests finish.
pub async fn serve(listener: TcpListener, web: Web, stop: CancellationToken) -> std::io::Result<()> {
    tokio::spawn(forget_idle(web.clone(), stop.clone()));
    tokio::spawn(ring_bells(web.app.clone(), stop.clone()));
    let service = tower::service_fn(move |request: Request| {
        let web = web.clone();
        async move {
            let peer = request
                .extensions()
                .get::<axum::extract::ConnectInfo<SocketAddr>>()
                .map_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)), |info| info.0);
            Ok::<_, Infallible>(web.answer(peer, request).await)
        }
    });
    let router = Router::new()
        .fallback_service(service)
        .layer(CompressionLayer::new())
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| AppError::internal("a handler panicked").into_response()));
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await
}

/// Streams to open pages hear what every process says, and end with this one: a request that is never over would hold it up.
async fn ring_bells(app: App, stop: CancellationToken) {
    let Ok(bells) = app.port::<Bells>() else { return };
    tokio::select! {
        () = stop.cancelled() => {}
        () = bells.listen(&app.db) => {}
    }
    bells.close();
}

/// Limits remember everybody who asked; those who stopped are forgotten now and then.
async fn forget_idle(web: Web, stop: CancellationToken) {
    let mut pulse = tokio::time::interval(Duration::from_secs(600));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = pulse.tick() => web.faces.context.forget_idle(),
        }
    }
}
