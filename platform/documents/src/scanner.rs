//! clamd, which scans streams that it is sent: over TCP, or by a socket on the same machine.

use std::{io, path::PathBuf, str::FromStr, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use ports::scan::{ScanError, Verdict, VirusScanner};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};

const CHUNK: usize = 64 * 1024;
const CONNECT: Duration = Duration::from_secs(3);
/// For a whole scan; a large file with archives in it takes seconds.
const SCAN: Duration = Duration::from_secs(30);
/// No answer is longer.
const LONGEST_ANSWER: u64 = 4096;

/// Where clamd listens: `host:port`, or the path of its socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    Tcp(String),
    Unix(PathBuf),
}

impl FromStr for Address {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with('/') {
            return Ok(Self::Unix(text.into()));
        }
        let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty()).and_then(|(_, port)| port.parse::<u16>().ok());
        if port.is_some() { Ok(Self::Tcp(text.to_owned())) } else { Err(format!("{text:?} is neither host:port nor the path of a socket")) }
    }
}

/// A client of one clamd. Each question is a connection of its own.
#[derive(Debug, Clone)]
pub struct Clamd {
    address: Address,
}

impl Clamd {
    #[must_use]
    pub fn new(address: Address) -> Self {
        Self { address }
    }

    async fn ask(&self, command: &str, stream: Option<&[u8]>) -> Result<String, ScanError> {
        let answer = match &self.address {
            Address::Tcp(place) => converse(connected(TcpStream::connect(place)).await?, command, stream).await,
            Address::Unix(path) => converse(connected(UnixStream::connect(path)).await?, command, stream).await,
        };
        answer.map_err(|error| ScanError(error.to_string()))
    }
}

async fn connected<S>(connecting: impl Future<Output = io::Result<S>>) -> Result<S, ScanError> {
    match timeout(CONNECT, connecting).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(ScanError(format!("no connection: {error}"))),
        Err(_) => Err(ScanError("no connection in time".to_owned())),
    }
}

/// One command, the bytes that it is about, and the answer up to its zero byte.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, command: &str, bytes: Option<&[u8]>) -> io::Result<String> {
    stream.write_all(format!("z{command}\0").as_bytes()).await?;
    if let Some(bytes) = bytes {
        // A scanner that will not read all of it says why and hangs up; the answer matters more than that it hung up.
        if let Err(error) = send(&mut stream, bytes).await {
            tracing::debug!(%error, "the virus scanner stopped listening");
        }
    }
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    match answer.iter().position(|byte| *byte == 0) {
        Some(end) => Ok(String::from_utf8_lossy(&answer[..end]).into_owned()),
        None => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the answer ends in the middle")),
    }
}

/// The bytes in pieces, each behind its length; a piece without length ends them.
async fn send<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> io::Result<()> {
    for piece in bytes.chunks(CHUNK) {
        let length = u32::try_from(piece.len()).map_err(io::Error::other)?;
        stream.write_all(&length.to_be_bytes()).await?;
        stream.write_all(piece).await?;
    }
    stream.write_all(&0u32.to_be_bytes()).await?;
    stream.flush().await
}

fn verdict(answer: &str) -> Result<Verdict, ScanError> {
    match answer.strip_prefix("stream: ") {
        Some("OK") => Ok(Verdict::Clean),
        Some(found) => match found.strip_suffix(" FOUND") {
            Some(name) => Ok(Verdict::Infected(name.to_owned())),
            None => Err(ScanError(format!("it answered {answer:?}"))),
        },
        None => Err(ScanError(format!("it answered {answer:?}"))),
    }
}

#[async_trait]
impl VirusScanner for Clamd {
    async fn scan(&self, bytes: Bytes) -> Result<Verdict, ScanError> {
        let answer = timeout(SCAN, self.ask("INSTREAM", Some(&bytes))).await.map_err(|_| ScanError("no answer in time".to_owned()))??;
        verdict(&answer)
    }
    async fn ping(&self) -> Result<(), ScanError> {
        let answer = timeout(SCAN, self.ask("PING", None)).await.map_err(|_| ScanError("no answer in time".to_owned()))??;
        if answer == "PONG" { Ok(()) } else { Err(ScanError(format!("it answered {answer:?}"))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_yes_is_clean() {
        assert_eq!(verdict("stream: OK").unwrap(), Verdict::Clean);
        assert_eq!(verdict("stream: Eicar-Signature FOUND").unwrap(), Verdict::Infected("Eicar-Signature".to_owned()));
        for unclear in ["", "OK", "stream: OK ERROR", "INSTREAM size limit exceeded. ERROR", "stream: lstat() failed. ERROR"] {
            assert!(verdict(unclear).is_err(), "{unclear}");
        }
    }

    #[test]
    fn an_address_is_a_port_or_a_socket() {
        assert_eq!("localhost:3310".parse(), Ok(Address::Tcp("localhost:3310".to_owned())));
        assert_eq!("/run/clamd.sock".parse(), Ok(Address::Unix("/run/clamd.sock".into())));
        for wrong in ["", "localhost", ":3310", "localhost:door"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
