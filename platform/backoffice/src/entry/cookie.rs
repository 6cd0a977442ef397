//! The cookie of a browser's session.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use axum_extra::extract::cookie::{Cookie, SameSite};
use identity::sessions::{COOKIE, OpenedSession};
use kernel::App;

fn base(app: &App, value: String) -> Cookie<'static> {
    Cookie::build((COOKIE, value)).path("/").http_only(true).secure(app.hosts.scheme == "https").same_site(SameSite::Lax).build()
}

fn append(response: &mut Response, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Signs the browser in; the cookie ends with the browser, the session by its own rules.
pub(crate) fn begin(app: &App, mut response: Response, session: &OpenedSession) -> Response {
    append(&mut response, &base(app, session.token.clone()));
    response
}

/// Forgets the session in the browser.
pub(crate) fn end(app: &App, mut response: Response) -> Response {
    let mut cookie = base(app, String::new());
    cookie.make_removal();
    append(&mut response, &cookie);
    response
}
