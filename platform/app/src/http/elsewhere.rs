//! Links from our pages to those of providers, in development: they lead to whoever stands in for the provider on this machine. Where
//! nobody does, as in production, pages are left alone.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::AppError;

/// Beginnings of links, and what they become.
#[derive(Clone)]
pub(super) struct StandIns(Arc<[(String, String)]>);

impl StandIns {
    /// Out of `host=http://127.0.0.1:port`.
    pub(super) fn new(entries: &[String]) -> Self {
        let link = |entry: &String| {
            let (host, target) = entry.split_once('=')?;
            Some((format!("href=\"https://{}/", host.trim()), format!("href=\"{}/", target.trim())))
        };
        Self(entries.iter().filter_map(link).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn lead(&self, page: &str) -> String {
        self.0.iter().fold(page.to_owned(), |page, (link, ours)| page.replace(link, ours))
    }
}

/// Lets the links of a page lead here.
pub(super) async fn lead(State(stand_ins): State<StandIns>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return AppError::internal("a page broke off").into_response() };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(stand_ins.lead(&String::from_utf8_lossy(&bytes))))
}

#[cfg(test)]
mod tests {
    use super::StandIns;

    #[test]
    fn links_to_a_provider_lead_to_who_stands_in_for_it() {
        let stand_ins = StandIns::new(&["pay.example.com=http://127.0.0.1:9000".to_owned()]);
        assert_eq!(stand_ins.lead("<a href=\"https://pay.example.com/a1\">"), "<a href=\"http://127.0.0.1:9000/a1\">");
        let other = "<a href=\"https://example.com/pay.example.com/\">https://pay.example.com/</a>";
        assert_eq!(stand_ins.lead(other), other);
        assert!(StandIns::new(&[]).is_empty());
    }
}
