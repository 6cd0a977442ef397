//! Whether the process lives, and whether it can do its work. Answered on every host, without credentials.

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use kernel::App;
use ports::object::ObjectStore;
use serde_json::{Value, json};

pub(super) fn serves(path: &str) -> bool {
    matches!(path.trim_end_matches('/'), "/health" | "/health/live" | "/health/ready")
}

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/health", get(live))
        .route("/health/", get(live))
        .route("/health/live", get(live))
        .route("/health/live/", get(live))
        .route("/health/ready", get(ready))
        .route("/health/ready/", get(ready))
}

async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn ready(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let database = app.db.ping().await.is_ok();
    let objects = match app.port::<dyn ObjectStore>() {
        Ok(store) => store.ping().await.is_ok(),
        Err(_) => false,
    };
    let word = |ok| if ok { "ok" } else { "unavailable" };
    let status = if database && objects { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "status": word(database && objects), "database": word(database), "objects": word(objects) })))
}
