//! A page that stays open in a customer's browser, and is told how many notices are unread.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use anyhow::{Context, ensure};
use journeys::{
    buyer::{Buyer, PASSWORD},
    surroundings::Surroundings,
};
use reqwest::{Client, Response, StatusCode, header, redirect::Policy};
use serde_json::Value;
use tokio::task::JoinHandle;

/// Hears until it is dropped, or told no more.
pub struct OpenPage {
    unread: Arc<AtomicI64>,
    hearing: JoinHandle<()>,
}

/// Nothing was heard yet.
const UNKNOWN: i64 = -1;

impl OpenPage {
    /// Signs the buyer in with a browser at the process on this port, and opens a page there.
    pub async fn open(around: &Surroundings, port: u16, buyer: &Buyer) -> anyhow::Result<Self> {
        let host = format!("{}.localhost:{}", around.slug(), around.port());
        let client = Client::builder().redirect(Policy::none()).build()?;
        let login = format!("http://127.0.0.1:{port}/login");
        let shown = client.get(&login).header(header::HOST, &host).send().await?;
        let visitor = cookies(&shown);
        let page = shown.text().await?;
        let csrf = page.split_once("name=\"csrf\" value=\"").and_then(|(_, rest)| rest.split('"').next()).context("a form without a token")?;
        let form = [("csrf", csrf), ("email", buyer.email.as_str()), ("password", PASSWORD)];
        let entered = client.post(&login).header(header::HOST, &host).header(header::COOKIE, visitor).form(&form).send().await?;
        ensure!(entered.status() == StatusCode::SEE_OTHER, "the login was answered with {}", entered.status());
        let live = format!("http://127.0.0.1:{port}/account/notices/live");
        let stream = client.get(live).header(header::HOST, &host).header(header::COOKIE, cookies(&entered)).send().await?;
        ensure!(stream.status() == StatusCode::OK, "the stream was answered with {}", stream.status());
        let unread = Arc::new(AtomicI64::new(UNKNOWN));
        Ok(Self { hearing: tokio::spawn(hear(stream, unread.clone())), unread })
    }

    /// What was heard last, if anything was.
    pub fn unread(&self) -> Option<i64> {
        Some(self.unread.load(Ordering::SeqCst)).filter(|count| *count != UNKNOWN)
    }

    /// Whether the process ended the stream.
    pub fn is_over(&self) -> bool {
        self.hearing.is_finished()
    }
}

impl Drop for OpenPage {
    fn drop(&mut self) {
        self.hearing.abort();
    }
}

async fn hear(mut stream: Response, unread: Arc<AtomicI64>) {
    let mut text = String::new();
    while let Ok(Some(bytes)) = stream.chunk().await {
        text.push_str(&String::from_utf8_lossy(&bytes));
        while let Some(end) = text.find("\n\n") {
            let event: String = text.drain(..end + 2).collect();
            if let Some(count) = count_in(&event) {
                unread.store(count, Ordering::SeqCst);
            }
        }
    }
}

fn count_in(event: &str) -> Option<i64> {
    let data = event.lines().find_map(|line| line.strip_prefix("data: "))?;
    serde_json::from_str::<Value>(data).ok()?["unread"].as_i64()
}

/// What an answer has a browser keep, as the browser sends it back.
fn cookies(answer: &Response) -> String {
    let set = answer.headers().get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
}
