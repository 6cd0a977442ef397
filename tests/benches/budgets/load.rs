//! Requests over kept connections, as cheap for this process as can be: prepared bytes out, and of the answer only status and length.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use futures::future::try_join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::table::Latencies;

/// Requests that are sent in turn, over and over.
#[derive(Clone)]
pub struct Requests {
    address: SocketAddr,
    each: Arc<Vec<Vec<u8>>>,
}

impl Requests {
    pub fn to(port: u16, each: Vec<Vec<u8>>) -> Self {
        Self { address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), each: Arc::new(each) }
    }

    fn nth(&self, n: usize) -> &[u8] {
        self.each.get(n % self.each.len()).map_or(&[], Vec::as_slice)
    }

    /// So many a second for so long, whatever the answers take. Where an answer comes so late that the next request of its connection is
    /// due before it, that one's time counts from when it was due, so that nothing hides behind a late answer. How late a timer of this
    /// program rings counts for nobody.
    ///
    /// # Errors
    /// A connection breaks, or an answer is not a success.
    pub async fn at_rate(&self, per_second: u32, seconds: u32, connections: u32) -> anyhow::Result<Latencies> {
        let start = Instant::now() + Duration::from_millis(50);
        let lanes = (0..connections).map(|lane| {
            let requests = self.clone();
            tokio::spawn(async move {
                let mut connection = Connection::open(requests.address).await?;
                let mut times = Vec::new();
                for n in (lane..per_second * seconds).step_by(connections as usize) {
                    let due = start + Duration::from_secs(1) * n / per_second;
                    let late = Instant::now() > due;
                    tokio::time::sleep_until(due.into()).await;
                    let began = if late { due } else { Instant::now() };
                    connection.ask(requests.nth(n as usize)).await?;
                    times.push(began.elapsed());
                }
                anyhow::Ok(times)
            })
        });
        collect(lanes).await
    }

    /// As many as so many connections get answered, one after the other.
    ///
    /// # Errors
    /// As [`Requests::at_rate`].
    pub async fn as_many_as_possible(&self, connections: u32, long: Duration) -> anyhow::Result<Latencies> {
        let end = Instant::now() + long;
        let lanes = (0..connections).map(|lane| {
            let requests = self.clone();
            tokio::spawn(async move {
                let mut connection = Connection::open(requests.address).await?;
                let (mut times, mut n) = (Vec::new(), lane as usize * 17);
                while Instant::now() < end {
                    let began = Instant::now();
                    connection.ask(requests.nth(n)).await?;
                    times.push(began.elapsed());
                    n += 1;
                }
                anyhow::Ok(times)
            })
        });
        collect(lanes).await
    }

    /// So many a second for so long, by senders that do not give up: what is not answered with a success, since nobody listens or the
    /// connection ends before, is sent again over another connection. Gives how often that was.
    ///
    /// # Errors
    /// A request is still not answered a minute after the last was due.
    pub async fn until_answered(&self, per_second: u32, seconds: u32, connections: u32) -> anyhow::Result<usize> {
        let start = Instant::now();
        let end = start + Duration::from_secs(1) * seconds + Duration::from_secs(60);
        let lanes = (0..connections).map(|lane| {
            let requests = self.clone();
            tokio::spawn(async move {
                let (mut connection, mut again) = (None, 0_usize);
                for n in (lane..per_second * seconds).step_by(connections as usize) {
                    tokio::time::sleep_until((start + Duration::from_secs(1) * n / per_second).into()).await;
                    while let Err(error) = requests.send(&mut connection, n as usize).await {
                        anyhow::ensure!(Instant::now() < end, "request {n} is never answered: {error:#}");
                        again += 1;
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
                anyhow::Ok(again)
            })
        });
        try_join_all(lanes).await?.into_iter().sum()
    }

    /// A connection that failed is not used again.
    async fn send(&self, kept: &mut Option<Connection>, n: usize) -> anyhow::Result<()> {
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => Connection::open(self.address).await?,
        };
        connection.ask(self.nth(n)).await?;
        *kept = Some(connection);
        Ok(())
    }

    /// One after the other, so many.
    ///
    /// # Errors
    /// As [`Requests::at_rate`].
    pub async fn one_by_one(&self, count: usize) -> anyhow::Result<Latencies> {
        let mut connection = Connection::open(self.address).await?;
        let mut times = Vec::with_capacity(count);
        for n in 0..count {
            let began = Instant::now();
            connection.ask(self.nth(n)).await?;
            times.push(began.elapsed());
        }
        Ok(Latencies::of(times))
    }
}

async fn collect(lanes: impl Iterator<Item = tokio::task::JoinHandle<anyhow::Result<Vec<Duration>>>>) -> anyhow::Result<Latencies> {
    let mut times = Vec::new();
    for lane in try_join_all(lanes).await? {
        times.extend(lane?);
    }
    Ok(Latencies::of(times))
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    async fn ask(&mut self, request: &[u8]) -> anyhow::Result<()> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the connection ended before the answer did");
            }
            let Some(head) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let text = std::str::from_utf8(self.buffer.get(..head).unwrap_or_default())?;
            if !text.starts_with("HTTP/1.1 2") {
                bail!("answered {:?}: {}", text.lines().next().unwrap_or_default(), String::from_utf8_lossy(&self.buffer));
            }
            let length: usize = text
                .lines()
                .find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")))
                .context("an answer without a length")?
                .1
                .trim()
                .parse()?;
            let end = head + 4 + length;
            while self.buffer.len() < end {
                if self.stream.read_buf(&mut self.buffer).await? == 0 {
                    bail!("the connection ended before the answer did");
                }
            }
            return Ok(());
        }
    }
}
