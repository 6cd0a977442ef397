//! The tenant's colours and logo. Both are asked for by an address that changes with them, so browsers keep them for long.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use kernel::{App, AppError, AppResult, http::Caller};
use pages::Profiles;
use ports::object::ObjectStore;

const KEPT: &str = "public, max-age=31536000, immutable";

/// Custom properties that the portal's style sheet reads.
pub(super) async fn style(caller: Caller, State(app): State<App>) -> AppResult<Response> {
    let profile = app.port::<Profiles>()?.of(&caller.scope).await?;
    let css = tenancy::brand::brand_css(&profile);
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, KEPT)], css).into_response())
}

/// The logo from the tenant's own files; not found while there is none.
pub(super) async fn logo(caller: Caller, State(app): State<App>, headers: HeaderMap) -> AppResult<Response> {
    let profile = app.port::<Profiles>()?.of(&caller.scope).await?;
    let path = profile.logo_path.clone().ok_or_else(AppError::not_found)?;
    let tag = format!("\"{path}\"");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|value| value == tag);
    let kept = [(header::CACHE_CONTROL, KEPT.to_owned()), (header::ETAG, tag)];
    if known {
        return Ok((axum::http::StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let bytes = app.port::<dyn ObjectStore>()?.get(caller.scope.tenant.id, &path).await?;
    let kind = if path.ends_with(".jpg") {
        "image/jpeg"
    } else if path.ends_with(".webp") {
        "image/webp"
    } else {
        "image/png"
    };
    Ok((kept, [(header::CONTENT_TYPE, kind)], bytes).into_response())
}
