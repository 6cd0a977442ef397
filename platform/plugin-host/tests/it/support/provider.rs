//! A provider on loopback that behaves as badly as real ones do. The path chooses how.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub struct Provider {
    port: u16,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<String>>,
    tokens: AtomicU32,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { port, seen }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Whole requests, head and body, in order.
    pub fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().expect("the lock").clone()
    }

    /// How many tokens it gave out.
    pub fn tokens(&self) -> u32 {
        self.seen.tokens.load(Ordering::Relaxed)
    }
}

async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut data = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
        data.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&data).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").and_then(|n| n.parse().ok()));
            if body.len() >= length.unwrap_or(0usize) {
                return Some(text);
            }
        }
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Seen>) -> Option<()> {
    let request = read(&mut stream).await?;
    seen.requests.lock().expect("the lock").push(request.clone());
    let path = request.split(' ').nth(1)?.split('?').next()?.to_owned();
    let answer = |status: &str, headers: &str, body: &str| format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len());
    match path.as_str() {
        "/ok" => stream.write_all(answer("200 OK", "", "fine").as_bytes()).await.ok(),
        "/echo" => stream.write_all(answer("200 OK", "", &request).as_bytes()).await.ok(),
        "/redirect" => stream.write_all(answer("302 Found", "location: http://169.254.169.254/latest/meta-data\r\n", "").as_bytes()).await.ok(),
        "/redirect-within" => stream.write_all(answer("302 Found", "location: https://a.wild.example.com/\r\n", "").as_bytes()).await.ok(),
        "/token" => {
            let number = seen.tokens.fetch_add(1, Ordering::Relaxed) + 1;
            stream.write_all(answer("200 OK", "", &format!("{{\"access_token\":\"token-{number}\",\"expires_in\":\"3599\"}}")).as_bytes()).await.ok()
        }
        "/refuse-token-1" => {
            let status = if request.contains("Bearer token-1\r\n") { "401 Unauthorized" } else { "200 OK" };
            stream.write_all(answer(status, "", "").as_bytes()).await.ok()
        }
        "/long-head" => stream.write_all(answer("200 OK", &format!("x-filler: {}\r\n", "y".repeat(1 << 20)), "").as_bytes()).await.ok(),
        "/announced" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n").await.ok()?;
            flood(stream).await
        }
        "/unannounced" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await.ok()?;
            flood(stream).await
        }
        "/drip" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n").await.ok()?;
            loop {
                stream.write_all(b"x").await.ok()?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        "/hang" => std::future::pending().await,
        "/close" => None,
        _ => stream.write_all(answer("404 Not Found", "", "").as_bytes()).await.ok(),
    }
}

async fn flood(mut stream: TcpStream) -> Option<()> {
    let piece = vec![b'x'; 1 << 16];
    for _ in 0..1_600 {
        stream.write_all(&piece).await.ok()?;
    }
    Some(())
}
