//! A simulator, a merchant's server that receives callbacks, and a client that speaks the protocol.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use simulators::daraja::{self, Config, Daraja, Merchant, Route, Settings};
use tokio::sync::watch;

pub const PHONE: &str = "254700000111";
pub const TIMESTAMP: &str = "20261002113044";

pub fn merchant() -> Merchant {
    Merchant::fictitious("Bima Sample", "600111")
}

/// What a merchant's server got.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap_or(""))
    }

    /// The push callback inside.
    pub fn callback(&self) -> &Value {
        &self.body["Body"]["stkCallback"]
    }
}

/// A merchant's server.
#[derive(Clone)]
pub struct Receiver {
    pub addr: std::net::SocketAddr,
    received: watch::Sender<Vec<Received>>,
    answer: Arc<Mutex<(u16, String)>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            addr: listener.local_addr().unwrap(),
            received: watch::Sender::new(Vec::new()),
            answer: Arc::new(Mutex::new((200, r#"{"ResultCode":0,"ResultDesc":"Accepted"}"#.to_owned()))),
        };
        let app = Router::new().fallback(receive).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    pub fn answer(&self, status: u16, body: &str) {
        *self.answer.lock().unwrap() = (status, body.to_owned());
    }

    /// Takes requests in from now on without ever answering.
    pub fn fall_silent(&self) {
        self.answer(0, "");
    }

    pub fn all(&self) -> Vec<Received> {
        self.received.borrow().clone()
    }

    /// Waits until so many requests came in.
    pub async fn wait(&self, count: usize) -> Vec<Received> {
        let mut watch = self.received.subscribe();
        let found = tokio::time::timeout(Duration::from_secs(20), watch.wait_for(|all| all.len() >= count)).await;
        found.expect("callbacks in time").expect("receiver alive").clone()
    }
}

async fn receive(State(receiver): State<Receiver>, request: Request) -> (StatusCode, String) {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    let received = Received { path: parts.uri.to_string(), headers: parts.headers, text, body };
    let (status, answer) = receiver.answer.lock().unwrap().clone();
    receiver.received.send_modify(|all| all.push(received));
    if status == 0 {
        return std::future::pending().await;
    }
    (StatusCode::from_u16(status).unwrap(), answer)
}

/// An answer of the provider.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub text: String,
    pub body: Value,
}

impl Reply {
    async fn of(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, text, body }
    }

    /// Status, code and text of a gateway error.
    pub fn error(&self) -> (u16, &str, &str) {
        let text = |name: &str| self.body[name].as_str().unwrap_or("");
        (self.status, text("errorCode"), text("errorMessage"))
    }

    pub fn id(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.text);
        self.body["CheckoutRequestID"].as_str().unwrap().to_owned()
    }
}

pub struct World {
    pub daraja: Daraja,
    pub receiver: Receiver,
    pub http: reqwest::Client,
    pub merchant: Merchant,
}

impl World {
    pub async fn new() -> Self {
        Self::with(merchant(), Settings { query_flake_permille: 0, ..Settings::default() }).await
    }

    pub async fn with(merchant: Merchant, settings: Settings) -> Self {
        let receiver = Receiver::start().await;
        let config = Config {
            merchants: vec![merchant.clone()],
            routes: vec![Route::new("*.wakala.test", receiver.addr)],
            settings,
            seed: Some(7),
            ..Config::default()
        };
        let daraja = daraja::start(config).await.unwrap();
        Self { daraja, receiver, http: reqwest::Client::builder().no_proxy().build().unwrap(), merchant }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.daraja.url())
    }

    pub fn basic(&self) -> String {
        basic(&self.merchant.consumer_key, &self.merchant.consumer_secret)
    }

    pub async fn oauth(&self, authorization: &str, host: &str) -> Reply {
        let request = self.http.get(self.url("/oauth/v1/generate?grant_type=client_credentials"));
        let request = request.header("Authorization", authorization).header("Host", host);
        Reply::of(request.send().await.unwrap()).await
    }

    pub async fn token(&self) -> String {
        let reply = self.oauth(&self.basic(), "127.0.0.1").await;
        reply.body["access_token"].as_str().expect(&reply.text).to_owned()
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        Reply::of(request.send().await.unwrap()).await
    }

    pub async fn post(&self, path: &str, token: &str, body: &Value) -> Reply {
        let request = self.http.post(self.url(path)).header("Authorization", format!("Bearer {token}"));
        self.send(request.header("Content-Type", "application/json").body(body.to_string())).await
    }

    /// An own call of the control API.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Reply {
        let request = self.http.request(method.parse().unwrap(), self.url(path));
        self.send(request.header("Content-Type", "application/json").body(body.to_string())).await
    }

    pub fn password(&self, timestamp: &str) -> String {
        STANDARD.encode(format!("{}{}{timestamp}", self.merchant.shortcode, self.merchant.passkey))
    }

    /// A push in which everything is right.
    pub fn push_body(&self, phone: &str, amount: u64) -> Value {
        json!({
            "BusinessShortCode": self.merchant.shortcode.parse::<u64>().unwrap(),
            "Password": self.password(TIMESTAMP),
            "Timestamp": TIMESTAMP,
            "TransactionType": "CustomerPayBillOnline",
            "Amount": amount.to_string(),
            "PartyA": phone,
            "PartyB": self.merchant.shortcode,
            "PhoneNumber": phone,
            "CallBackURL": "https://acme.wakala.test/hooks/7fTk-secret?x=1",
            "AccountReference": "PAY7QX2M",
            "TransactionDesc": "Motor cover",
        })
    }

    pub async fn push_with(&self, body: &Value) -> Reply {
        let token = self.token().await;
        self.post("/mpesa/stkpush/v1/processrequest", &token, body).await
    }

    pub async fn push(&self, phone: &str, amount: u64) -> Reply {
        self.push_with(&self.push_body(phone, amount)).await
    }

    pub async fn query(&self, id: &str) -> Reply {
        let token = self.token().await;
        self.query_as(&token, id).await
    }

    pub async fn query_as(&self, token: &str, id: &str) -> Reply {
        let body = json!({
            "BusinessShortCode": self.merchant.shortcode,
            "Password": self.password(TIMESTAMP),
            "Timestamp": TIMESTAMP,
            "CheckoutRequestID": id,
        });
        self.post("/mpesa/stkpushquery/v1/query", token, &body).await
    }
}

pub fn basic(key: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{key}:{secret}")))
}

/// The same body with one field changed, or removed by null.
pub fn changed(body: &Value, field: &str, value: Value) -> Value {
    let mut body = body.clone();
    let fields = body.as_object_mut().unwrap();
    if value.is_null() {
        fields.remove(field);
    } else {
        fields.insert(field.to_owned(), value);
    }
    body
}
