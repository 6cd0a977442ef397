//! Resolving, checking and connecting.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::SendError;
use super::address::is_public;

/// Longest attempt at one address before the next is tried.
const PER_ADDRESS: Duration = Duration::from_secs(5);
const ADDRESSES: usize = 4;

/// Name resolution, replaceable by tests.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// All addresses of a host.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// A connection, with or without TLS.
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Resolves once and answers with what was checked: what is dialled later is exactly this.
pub(super) async fn public_addresses(resolver: &dyn Resolver, host: &str) -> Result<Vec<IpAddr>, SendError> {
    let addresses = resolver.resolve(host).await.map_err(|error| SendError::NotSent(format!("{host} does not resolve: {error}")))?;
    if addresses.is_empty() {
        return Err(SendError::NotSent(format!("{host} has no address")));
    }
    // Which one it is tells whoever typed the name how the platform's own network is laid out.
    if !addresses.iter().all(|address| is_public(*address)) {
        return Err(SendError::Denied(format!("{host} does not lead to a public address")));
    }
    Ok(addresses)
}

pub(super) async fn first_reachable(addresses: &[IpAddr], port: u16) -> Result<TcpStream, SendError> {
    let mut last = String::new();
    for address in addresses.iter().take(ADDRESSES) {
        match tokio::time::timeout(PER_ADDRESS, TcpStream::connect(SocketAddr::new(*address, port))).await {
            Ok(Ok(stream)) => {
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => last = error.to_string(),
            Err(_) => last = format!("no connection within {PER_ADDRESS:?}"),
        }
    }
    Err(SendError::NotSent(last))
}

pub(super) async fn plain(address: SocketAddr) -> Result<Stream, SendError> {
    let stream = TcpStream::connect(address).await.map_err(|error| SendError::NotSent(error.to_string()))?;
    let _ = stream.set_nodelay(true);
    Ok(Stream::Plain(stream))
}

pub(super) async fn secure(tcp: TcpStream, host: &str, config: Arc<ClientConfig>) -> Result<Stream, SendError> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| SendError::Invalid(format!("{host} is no server name")))?;
    let stream = TlsConnector::from(config).connect(name, tcp).await.map_err(|error| SendError::NotSent(format!("TLS: {error}")))?;
    Ok(Stream::Tls(Box::new(stream)))
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, data),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, data),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::tls::Tls;
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// A TLS server for this name; answers with the name that the client asked for.
    async fn server(name: &str) -> (SocketAddr, Vec<u8>) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
        let der = made.cert.der().clone();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![der.clone()], key)
            .expect("a server");
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                if let Ok(mut stream) = acceptor.accept(tcp).await {
                    let asked = stream.get_ref().1.server_name().unwrap_or_default().to_owned();
                    let _ = stream.write_all(asked.as_bytes()).await;
                    let _ = stream.shutdown().await;
                }
            }
        });
        (address, der.to_vec())
    }

    async fn dial(address: SocketAddr, name: &str, root: &[u8]) -> Result<String, SendError> {
        let tls = Tls::new(&[root.to_vec()]).expect("TLS");
        let tcp = first_reachable(&[address.ip()], address.port()).await?;
        let mut stream = secure(tcp, name, tls.config(None)?).await?;
        let mut said = String::new();
        stream.read_to_string(&mut said).await.expect("an answer");
        Ok(said)
    }

    #[tokio::test]
    async fn the_server_is_asked_for_by_name_and_has_to_prove_it() {
        let (address, root) = server("api.example.com").await;
        assert_eq!(dial(address, "api.example.com", &root).await.as_deref(), Ok("api.example.com"));
        assert!(matches!(dial(address, "other.example.com", &root).await, Err(SendError::NotSent(_))));
        let (_, stranger) = server("api.example.com").await;
        assert!(matches!(dial(address, "api.example.com", &stranger).await, Err(SendError::NotSent(_))));
    }
}
