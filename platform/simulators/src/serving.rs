//! One loopback HTTP server for all simulators.
//!
//! Own accept loop instead of `axum::serve`, because a simulator must be able to cut a single
//! connection in the middle of a request, which the higher-level server does not offer.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// How long open requests may take to finish once a simulator is told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Background work of one simulator: stops when told, or when dropped.
#[derive(Debug)]
pub(crate) struct Background {
    pub stop: CancellationToken,
    pub tasks: TaskTracker,
}

impl Background {
    pub fn new() -> Self {
        Self { stop: CancellationToken::new(), tasks: TaskTracker::new() }
    }

    /// Stops all tasks and waits for them.
    pub async fn finish(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The TCP connection a request came in on, found among the request's extensions.
#[derive(Clone, Debug)]
pub(crate) struct Connection(CancellationToken);

impl Connection {
    /// Closes the connection without an answer. Never returns: the request's future is dropped.
    pub async fn cut(&self) -> std::convert::Infallible {
        self.0.cancel();
        std::future::pending().await
    }
}

/// Binds 127.0.0.1 on the port given, or on a free one.
///
/// # Errors
/// When the port is taken.
pub(crate) async fn listen(port: Option<u16>) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await?;
    let addr = listener.local_addr()?;
    Ok((listener, addr))
}

/// Serves a router; every request carries its [`Connection`].
pub(crate) fn serve_router(listener: TcpListener, router: Router, background: &Background) {
    serve(listener, background, move |connection| {
        let router = router.clone().map_request(move |mut request: http::Request<Incoming>| {
            request.extensions_mut().insert(connection.clone());
            request
        });
        TowerToHyperService::new(router)
    });
}

/// Serves whatever `make` builds for each connection.
pub(crate) fn serve<M, S, B>(listener: TcpListener, background: &Background, make: M)
where
    M: Fn(Connection) -> S + Send + 'static,
    S: Service<http::Request<Incoming>, Response = http::Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: hyper::body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let stop = background.stop.clone();
    let tasks = background.tasks.clone();
    background.tasks.spawn(async move {
        while let Some(stream) = accept(&listener, &stop).await {
            let connection = Connection(CancellationToken::new());
            let service = make(connection.clone());
            tasks.spawn(drive(stream, service, connection, stop.clone()));
        }
    });
}

/// The next connection, or nothing when told to stop.
pub(crate) async fn accept(listener: &TcpListener, stop: &CancellationToken) -> Option<TcpStream> {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return None,
        };
        match accepted {
            Ok((stream, _)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "cannot switch off Nagle's algorithm");
                }
                return Some(stream);
            }
            // Out of file descriptors, or the peer went away: the next accept may succeed.
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::task::yield_now().await;
            }
        }
    }
}

async fn drive<S, B>(stream: TcpStream, service: S, connection: Connection, stop: CancellationToken)
where
    S: Service<http::Request<Incoming>, Response = http::Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: hyper::body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let builder = Builder::new(TokioExecutor::new());
    let mut serving = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let result = tokio::select! {
        result = serving.as_mut() => result,
        () = connection.0.cancelled() => return,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            match tokio::time::timeout(GRACE, serving).await {
                Ok(result) => result,
                Err(_) => return,
            }
        }
    };
    if let Err(error) = result {
        tracing::debug!(error = %error, "connection ended early");
    }
}
