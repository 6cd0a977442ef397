//! Counts answers. Labels are declared routes and closed lists, so that nobody outside can make new ones.

use std::time::Duration;

use axum::{
    extract::MatchedPath,
    http::{Method, StatusCode},
};
use kernel::routes::Face;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

pub(super) fn answered(face: Face, method: &Method, route: Option<&MatchedPath>, status: StatusCode, took: Duration) {
    let face = match face {
        Face::Platform => "platform",
        Face::Portal => "portal",
        Face::Office => "office",
        Face::Api => "api",
        Face::Hook => "hook",
    };
    let method = match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    };
    let route = route.map_or("none", MatchedPath::as_str).to_owned();
    let code = status.as_u16();
    let status = match code / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    let span = Span::current();
    span.set_attribute("http.request.method", method);
    span.set_attribute("http.route", route.clone());
    span.set_attribute("http.response.status_code", i64::from(code));
    metrics::counter!("wakala_http_requests_total", "face" => face, "method" => method, "route" => route.clone(), "status" => status).increment(1);
    metrics::histogram!("wakala_http_request_duration_seconds", "face" => face, "method" => method, "route" => route).record(took);
}
