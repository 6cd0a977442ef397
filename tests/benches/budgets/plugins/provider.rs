//! A provider on this machine's loopback, as far as a question about one payment goes. It can let those wait that ask.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

pub struct Provider {
    port: u16,
    answers: watch::Sender<bool>,
    waiting: Arc<AtomicUsize>,
}

impl Provider {
    /// Knows this payment.
    pub async fn start(reference: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let (answers, open) = watch::channel(true);
        let waiting = Arc::new(AtomicUsize::new(0));
        let (counter, response) = (Arc::clone(&waiting), Arc::new(response(reference)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, open.clone(), Arc::clone(&counter), Arc::clone(&response)));
            }
        });
        Ok(Self { port, answers, waiting })
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Answers from now on, or lets wait.
    pub fn answers(&self, at_once: bool) {
        self.answers.send_replace(at_once);
    }

    /// How many have asked and wait.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

fn response(reference: &str) -> Vec<u8> {
    let data = json!({
        "id": 4_099_260_516_u64, "domain": "test", "status": "success", "reference": reference, "amount": 150_000, "currency": "KES", "fees": 2_250,
        "channel": "mobile_money", "gateway_response": "Approved", "paid_at": "2026-01-05T08:00:00.000Z", "customer": { "email": "asha@example.com" },
    });
    let body = json!({ "status": true, "message": "Verification successful", "data": data }).to_string();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    (head + &body).into_bytes()
}

/// One question, which is a request without a body. Whoever ends the connection early is nobody's trouble.
async fn answer(mut stream: TcpStream, mut open: watch::Receiver<bool>, waiting: Arc<AtomicUsize>, response: Arc<Vec<u8>>) -> std::io::Result<()> {
    let mut head = Vec::with_capacity(512);
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    waiting.fetch_add(1, Ordering::Relaxed);
    let goes_on = open.wait_for(|open| *open).await.is_ok();
    waiting.fetch_sub(1, Ordering::Relaxed);
    if goes_on {
        stream.write_all(&response).await?;
    }
    Ok(())
}
