//! Sheets of the platform's own design, made anew whenever they are asked for: nobody's record, neither numbered nor kept.

use bytes::Bytes;
use kernel::{App, AppError, AppResult, Scope, profile::Profile};
use serde_json::Value;

use crate::{
    issued::{failure, logo, renderer},
    qr,
    render::{RenderRequest, Template},
};

const COMPARISON: &str = include_str!("../assets/comparison.typ");

/// Products side by side as a PDF. `data` is what the sheet prints, except whether there is a logo; `link` leads back to where it
/// was asked for.
///
/// # Errors
/// `document.busy` while all processors make others.
pub async fn comparison(app: &App, scope: &Scope, profile: &Profile, mut data: Value, link: &str) -> AppResult<Bytes> {
    let logo = logo(app, scope, profile).await?;
    data["brand"]["logo"] = logo.is_some().into();
    let square = qr::svg(link).map_err(AppError::internal)?;
    let mut request = RenderRequest::new(Template::new("comparison.typ", COMPARISON), data, scope.now()).with_asset("qr.svg", square.into_bytes());
    if let Some(logo) = logo {
        request = request.with_asset("logo.png", logo);
    }
    Ok(renderer().render(request).await.map_err(failure)?.pdf)
}
