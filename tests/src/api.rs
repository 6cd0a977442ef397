//! The API as an application calls it.

use std::{fmt, net::Ipv4Addr, time::Duration};

use anyhow::{Context, bail, ensure};
use reqwest::{Client, Method, RequestBuilder, StatusCode, header};
use serde_json::{Value, json};

use crate::wait::until;

/// Which of a tenant's hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Portal,
    Office,
}

impl Door {
    pub(crate) fn host(self, slug: &str, port: u16) -> String {
        match self {
            Self::Portal => format!("{slug}.localhost:{port}"),
            Self::Office => format!("{slug}.office.localhost:{port}"),
        }
    }
}

/// One caller on one host.
#[derive(Clone)]
pub struct Api {
    client: Client,
    origin: String,
    host: String,
    token: Option<String>,
    address: Option<Ipv4Addr>,
}

/// An answer that came, whatever it says.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.body)
    }
}

impl Answer {
    /// # Errors
    /// Another status than this one.
    pub fn expect(self, status: u16) -> anyhow::Result<Value> {
        ensure!(self.status == status, "expected {status}, got {self}");
        Ok(self.body)
    }

    /// Whether the same request may be answered otherwise in a moment: a process is away, or the first one still runs.
    fn is_passing(&self) -> bool {
        self.status.is_server_error() || (self.status == StatusCode::CONFLICT && self.body["code"] == "idempotency_key_running")
    }
}

impl Api {
    #[must_use]
    pub fn new(origin: &str, host: &str) -> Self {
        // A server that is killed must not leave us waiting on its connection for ever.
        let client = Client::builder().timeout(Duration::from_secs(15)).build().unwrap_or_default();
        Self { client, origin: origin.to_owned(), host: host.to_owned(), token: None, address: None }
    }

    /// The same caller on the same host, past whatever stands before the process that answers on this port.
    #[must_use]
    pub fn at(&self, port: u16) -> Self {
        Self { origin: format!("http://127.0.0.1:{port}"), ..self.clone() }
    }

    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// From this address, as a trusted proxy says it.
    #[must_use]
    pub fn coming_from(mut self, address: Ipv4Addr) -> Self {
        self.address = Some(address);
        self
    }

    /// # Errors
    /// Address or password are wrong.
    pub async fn log_in(self, email: &str, password: &str) -> anyhow::Result<Self> {
        let answer = self.insist(Method::POST, "/auth/login", Some(&json!({ "email": email, "password": password })), None).await?.expect(200)?;
        let token = answer["access_token"].as_str().context("no token")?.to_owned();
        Ok(self.with_token(&token))
    }

    /// The bytes of a request for a path below `/api/v1`, for whoever sends many over a connection of their own.
    #[must_use]
    pub fn raw_get(&self, path: &str) -> Vec<u8> {
        let token = self.token.as_deref().unwrap_or_default();
        format!("GET /api/v1{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\r\n", self.host).into_bytes()
    }

    /// The same, with an empty body that is sent.
    #[must_use]
    pub fn raw_post(&self, path: &str) -> Vec<u8> {
        let token = self.token.as_deref().unwrap_or_default();
        format!("POST /api/v1{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ncontent-length: 0\r\n\r\n", self.host).into_bytes()
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.client.request(method, format!("{}/api/v1{path}", self.origin)).header(header::HOST, &self.host);
        if let Some(address) = self.address {
            request = request.header("x-forwarded-for", address.to_string());
        }
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Asks once.
    ///
    /// # Errors
    /// No answer came.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>, key: Option<&str>) -> anyhow::Result<Answer> {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        answer(request).await
    }

    /// Asks until an answer comes that is not a failure of a server, as applications do. What must happen once has a key.
    ///
    /// # Errors
    /// None came within two minutes.
    pub async fn insist(&self, method: Method, path: &str, body: Option<&Value>, key: Option<&str>) -> anyhow::Result<Answer> {
        until(format!("{method} {path}"), Duration::from_secs(120), || async {
            let answer = self.ask(method.clone(), path, body, key).await?;
            if answer.is_passing() {
                bail!("{answer}");
            }
            Ok(Some(answer))
        })
        .await
    }

    /// # Errors
    /// As [`Api::insist`]; another status than 200.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.insist(Method::GET, path, None, None).await?.expect(200)
    }

    /// Sends a file as it is.
    ///
    /// # Errors
    /// No answer came; another status than 200.
    pub async fn send_file(&self, path: &str, bytes: Vec<u8>) -> anyhow::Result<Value> {
        answer(self.request(Method::POST, path).header(header::CONTENT_TYPE, "application/octet-stream").body(bytes)).await?.expect(200)
    }
}

async fn answer(request: RequestBuilder) -> anyhow::Result<Answer> {
    let response = request.send().await?;
    let status = response.status();
    let bytes = response.bytes().await?;
    let body = if bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into())
    };
    Ok(Answer { status, body })
}
