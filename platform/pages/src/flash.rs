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
    redirect_told(path, format!("{tone}.{key}"))
}

fn redirect_told(path: &str, told: String) -> Response {
    let mut response = redirect(path);
    let cookie = Cookie::build((FLASH_COOKIE, told)).path("/").http_only(true).same_site(SameSite::Lax).build();
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The same with a way back: `undo` is posted to, and ends with `/restore`.
#[must_use]
pub fn redirect_undoable(path: &str, key: &str, undo: &str) -> Response {
    redirect_told(path, format!("good.{key}~{undo}"))
}

/// Reads the cookie's value: a tone, the key of a text, and what takes it back.
pub(crate) fn read(value: &str) -> Option<(Tone, &str, Option<&str>)> {
    let (value, undo) = value.split_once('~').map_or((value, None), |(value, undo)| (value, Some(undo)));
    // Nobody can make the page offer anything but a restoration on this very host.
    let undo = undo.filter(|path| {
        path.starts_with('/')
            && path.ends_with("/restore")
            && !path.contains("//")
            && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-".contains(&b))
    });
    let (tone, key) = value.split_once('.')?;
    let tone = match tone {
        "good" => Tone::Good,
        "warn" => Tone::Warn,
        "bad" => Tone::Bad,
        "info" => Tone::Info,
        _ => Tone::Neutral,
    };
    let plain = key.len() <= 80 && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain.then_some((tone, key, undo))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_offers_no_more_than_to_restore() {
        assert_eq!(read("good.flash-saved"), Some((Tone::Good, "flash-saved", None)));
        assert_eq!(read("good.list-view-deleted~/lists/views/1-a/restore").and_then(|told| told.2), Some("/lists/views/1-a/restore"));
        for bad in ["https://example.com/restore", "//example.com/restore", "/orders/1/cancel", "/a?b/restore"] {
            assert_eq!(read(&format!("good.flash-saved~{bad}")).and_then(|told| told.2), None, "{bad}");
        }
    }
}
