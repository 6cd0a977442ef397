//! Caught mail in a browser: list, message, its HTML in a sandbox.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{Router, get, post};
use serde::Deserialize;

use super::message::{Message, link_spans};
use super::store::Mailroom;

/// The message's own HTML may show images and styles, and open links in a new tab; nothing else.
const SANDBOX: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
    img-src http: https: data:; style-src 'unsafe-inline'; font-src https: data:; form-action 'none'";
const OWN: &str = "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; frame-ancestors 'none'";
/// Seconds between reloads of the list.
const RELOAD: u32 = 5;
/// Messages listed at most.
const LISTED: usize = 200;

pub(crate) fn routes() -> Router<Arc<Mailroom>> {
    Router::new()
        .route("/", get(list))
        .route("/messages/{id}", get(show))
        .route("/messages/{id}/html", get(html))
        .route("/clear", post(clear))
        .route("/assets/mail.css", get(style))
}

async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"))];
    (headers, include_str!("../../assets/mail.css")).into_response()
}

#[derive(Template)]
#[template(path = "mail_list.html")]
struct ListPage {
    reload: u32,
    to: String,
    messages: Vec<Line>,
}

struct Line {
    id: u64,
    to: String,
    subject: String,
    time: String,
    files: usize,
}

#[derive(Template)]
#[template(path = "mail_message.html")]
struct MessagePage {
    message: Arc<Message>,
    to: String,
    time: String,
    pieces: Vec<Piece>,
}

/// A stretch of plain text that is, or is not, a link.
struct Piece {
    text: String,
    is_link: bool,
}

#[derive(Deserialize)]
struct Filter {
    to: Option<String>,
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => {
            let headers =
                [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(OWN)), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            (headers, Html(html)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "cannot render a page");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn list(State(room): State<Arc<Mailroom>>, Query(filter): Query<Filter>) -> Response {
    // A page that reloads itself would take the words out of a typing hand.
    let reload = if filter.to.is_none() { RELOAD } else { 0 };
    let to = filter.to.unwrap_or_default();
    let part = to.trim().to_ascii_lowercase();
    let found = room.list(|m| part.is_empty() || m.to.iter().any(|to| to.to_ascii_lowercase().contains(&part)));
    let messages = found.iter().take(LISTED).map(|message| Line {
        id: message.id,
        to: message.to.join(", "),
        subject: subject(message),
        time: message.at.format("%H:%M:%S").to_string(),
        files: message.attachments.len(),
    });
    page(&ListPage { reload, to, messages: messages.collect() })
}

fn subject(message: &Message) -> String {
    if message.subject.is_empty() { "(no subject)".to_owned() } else { message.subject.clone() }
}

async fn show(State(room): State<Arc<Mailroom>>, Path(id): Path<u64>) -> Response {
    let Some(kept) = room.find(id) else {
        return (StatusCode::NOT_FOUND, "This message is not kept any more.").into_response();
    };
    let message = kept.message;
    let pieces = message.text.as_deref().map(pieces).unwrap_or_default();
    let time = message.at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    page(&MessagePage { to: message.to.join(", "), time, pieces, message })
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut done = 0;
    let mut push = |from: usize, to: usize, is_link: bool| {
        if let Some(text) = text.get(from..to).filter(|text| !text.is_empty()) {
            pieces.push(Piece { text: text.to_owned(), is_link });
        }
    };
    for (from, to) in link_spans(text) {
        push(done, from, false);
        push(from, to, true);
        done = to;
    }
    push(done, text.len(), false);
    pieces
}

/// The HTML part with inline images pointed at this server and links opening in a new tab.
async fn html(State(room): State<Arc<Mailroom>>, Path(id): Path<u64>) -> Response {
    let Some(kept) = room.find(id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(mut html) = kept.message.html.clone() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    for attachment in &kept.message.attachments {
        if let Some(content_id) = &attachment.content_id {
            let url = format!("/api/messages/{id}/attachments/{}", attachment.index);
            html = html.replace(&format!("cid:{content_id}"), &url);
        }
    }
    let headers = [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX))];
    (headers, Html(format!("<base target=\"_blank\">{html}"))).into_response()
}

async fn clear(State(room): State<Arc<Mailroom>>) -> Response {
    if let Err(error) = room.clear() {
        tracing::error!(%error, "cannot remove caught messages");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    Redirect::to("/").into_response()
}
