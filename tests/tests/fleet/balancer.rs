//! A small proxy that sends each request to the next process, whoever asks.

use std::{
    net::{Ipv4Addr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::task::JoinHandle;

/// Proxies until it is dropped.
pub struct Balancer(JoinHandle<()>);

#[derive(Clone)]
struct Doors {
    ports: [u16; 2],
    next: Arc<AtomicUsize>,
    client: reqwest::Client,
}

impl Balancer {
    pub async fn start(port: u16, ports: [u16; 2]) -> anyhow::Result<Self> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let doors = Doors { ports, next: Arc::default(), client: reqwest::Client::new() };
        let router = Router::new().fallback(forward).with_state(doors);
        Ok(Self(tokio::spawn(async move {
            axum::serve(listener, router).await.ok();
        })))
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn forward(State(doors): State<Doors>, request: Request) -> Response {
    let turn = doors.next.fetch_add(1, Ordering::SeqCst);
    let port = doors.ports[turn % doors.ports.len()];
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let Ok(body) = to_bytes(body, 32 << 20).await else { return StatusCode::BAD_REQUEST.into_response() };
    let mut headers = parts.headers;
    // Both ends agree on lengths and encodings by themselves.
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::ACCEPT_ENCODING);
    let sent = doors.client.request(parts.method, format!("http://127.0.0.1:{port}{path}")).headers(headers).body(body).send().await;
    let Ok(answer) = sent else { return StatusCode::BAD_GATEWAY.into_response() };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
    let mut response = Response::new(Body::from(answer.bytes().await.unwrap_or_default()));
    (*response.status_mut(), *response.headers_mut()) = (status, headers);
    response
}

/// A loopback port that nobody uses at this moment.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
