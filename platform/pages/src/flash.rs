//! A sentence told once on the page after a redirect. It travels in a short-lived cookie as the key of a text, never as text, so
//! that nobody can make the site say something.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Cookie, SameSite};

use crate::parts::Tone;

pub const FLASH_COOKIE: &str = "wakala_flash";

/// 303 to another page.
#[must_use]
pub fn redirect(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// 303 to another page, which then shows the text of `key`.
#[must_use]
pub fn redirect_with(path: &str, tone: Tone, key: &str) -> Response {
    let mut response = redirect(path);
    let cookie = Cookie::build((FLASH_COOKIE, format!("{tone}.{key}"))).path("/").http_only(true).same_site(SameSite::Lax).build();
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Reads the cookie's value: a tone and the key of a text.
pub(crate) fn read(value: &str) -> Option<(Tone, &str)> {
    let (tone, key) = value.split_once('.')?;
    let tone = match tone {
        "good" => Tone::Good,
        "warn" => Tone::Warn,
        "bad" => Tone::Bad,
        "info" => Tone::Info,
        _ => Tone::Neutral,
    };
    let plain = key.len() <= 80 && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain.then_some((tone, key))
}
