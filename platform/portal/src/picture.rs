//! A picture as pages show it: in the width that the reader's screen needs, never shifting what stands around it.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use insurance::pictures::{self, Picture};
use kernel::{
    App, AppResult,
    http::{Caller, Path},
};
use pages::Shell;

const KEPT: &str = "public, max-age=31536000, immutable";

/// Attributes of an `img` and of the `source` before it.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// WebP, by width.
    pub webp: String,
    /// What every browser reads, by width.
    pub plain: String,
    /// The file for browsers that choose none.
    pub src: String,
    pub width: i32,
    pub height: i32,
    /// Empty: it only decorates.
    pub alt: String,
}

impl View {
    pub fn new(shell: &Shell, picture: &Picture) -> Self {
        let set = |extension: &str| {
            let one = |width: &i32| format!("{} {width}w", picture.href(*width, extension));
            picture.widths.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        let middle = picture.widths.get(picture.widths.len() / 2).copied().unwrap_or(picture.width);
        Self {
            webp: set("webp"),
            plain: set(&picture.format),
            src: picture.href(middle, &picture.format),
            width: picture.width,
            height: picture.height,
            alt: picture.alt.get(&shell.lang).to_owned(),
        }
    }

    pub fn sample() -> Self {
        Self {
            webp: "/images/0/96.webp 96w".to_owned(),
            plain: "/images/0/96.jpg 96w".to_owned(),
            src: "/images/0/96.jpg".to_owned(),
            width: 1600,
            height: 900,
            alt: "A car on a road".to_owned(),
        }
    }
}

/// One file of a picture. Its address names its content, so browsers keep it for ever.
pub(crate) async fn file(
    caller: Caller,
    State(app): State<App>,
    headers: HeaderMap,
    Path((hash, name)): Path<(String, String)>,
) -> AppResult<Response> {
    let tag = format!("\"{name}\"");
    let kept = [(header::CACHE_CONTROL, KEPT.to_owned()), (header::ETAG, tag.clone())];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let (kind, bytes) = pictures::service::file(&app, &caller.scope, &hash, &name).await?;
    Ok((kept, [(header::CONTENT_TYPE, kind), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")], bytes).into_response())
}
