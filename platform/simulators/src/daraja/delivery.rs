//! Posting to merchants: through the route table only, never to the real network.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use url::{Host, Url};

use super::book::Delivery;
use super::core::Simulator;
use super::eat;

/// How much of the receiver's answer is kept.
const KEPT: usize = 2_000;

/// What to post where.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub url: String,
    pub body: String,
    /// Goes into the `Businessshortcode` header.
    pub shortcode: String,
    /// Address to claim; the platform believes it from loopback in dev and tests.
    pub source: IpAddr,
    pub planned: bool,
    pub timeout_ms: u64,
}

impl Simulator {
    /// Posts once and reports what came of it. Never fails: failure is an outcome.
    pub async fn post(&self, post: Post) -> Delivery {
        let at = eat::now();
        let started = Instant::now();
        let result = self.send(&post).await;
        let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (status, answer, error) = match result {
            Ok((status, answer)) => (Some(status), answer, None),
            Err(error) => (None, String::new(), Some(error)),
        };
        let Post { url, body, source, planned, .. } = post;
        Delivery { at, url, body, source, planned, status, answer, error, took_ms }
    }

    async fn send(&self, post: &Post) -> Result<(u16, String), String> {
        let mut url = Url::parse(&post.url).map_err(|error| error.to_string())?;
        let Some(Host::Domain(host)) = url.host() else {
            return Err("not a host name".to_owned());
        };
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let scheme = url.scheme().to_owned();
        let to = self.lock().routes.iter().find(|route| route.matches(host)).map(|route| route.to);
        let to = to.ok_or_else(|| format!("no route to {host}"))?;
        if !to.ip().is_loopback() {
            return Err(format!("route to {host} leaves this machine"));
        }
        let plain = url.set_scheme("http").is_ok() && url.set_ip_host(to.ip()).is_ok() && url.set_port(Some(to.port())).is_ok();
        if !plain {
            return Err("cannot redirect the URL".to_owned());
        }
        let response = self
            .http
            .post(url)
            .header("Host", authority)
            .header("Content-Type", "application/json;charset=UTF-8")
            .header("Businessshortcode", &post.shortcode)
            .header("X-Forwarded-For", post.source.to_string())
            .header("X-Forwarded-Proto", scheme)
            .timeout(Duration::from_millis(post.timeout_ms))
            .body(post.body.clone())
            .send()
            .await
            .map_err(|error| causes(&error))?;
        let status = response.status().as_u16();
        let answer = response.text().await.map_err(|error| causes(&error))?;
        Ok((status, answer.chars().take(KEPT).collect()))
    }
}

/// An error with all its causes, since the outermost one says little.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
