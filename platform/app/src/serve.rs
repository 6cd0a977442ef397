//! The long-running roles: `serve` answers HTTP, `work` runs background jobs; `dev` does both in one process.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context;
use kernel::App;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{assemble::Assembled, config::Config, http, worker};

/// Answers HTTP until `stop`.
pub async fn serve(config: &Config, assembled: Assembled, stop: CancellationToken) -> anyhow::Result<()> {
    let listener = listen(config).await?;
    let web = http::Web::new(assembled.app, assembled.routes, config);
    tracing::info!(address = %listener.local_addr()?, "serving");
    http::serve(listener, web, stop).await?;
    Ok(())
}

/// Binds the configured address; a port in use gives a sentence that says what to do.
pub async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    listen_on(config.server.address).await
}

/// Binds an address; see [`listen`].
pub async fn listen_on(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| match address.port() {
        0 => format!("cannot listen on {address}"),
        port => format!("port {port} is in use: stop the program that uses it, or choose another with --port"),
    })
}

/// Runs background jobs until `stop`.
pub async fn work(app: App, work: Arc<worker::Work>, stop: CancellationToken) {
    tracing::info!("working");
    worker::run(app, work, stop).await;
}

/// Cancelled by Ctrl-C or SIGTERM.
pub fn stop_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let signalled = stop.clone();
    tokio::spawn(async move {
        let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(stream) => stream,
            Err(error) => {
                tracing::error!(%error, "SIGTERM cannot be heard");
                return;
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        signalled.cancel();
    });
    stop
}
