//! A simulator with a test and a live account, what it tells, and a client that speaks the protocol.

use std::path::PathBuf;

use serde_json::{Value, json};
use simulators::paystack::{self, Account, Paystack};
use simulators::scripted::Callback;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub const TEST: &str = "sk_test_0a1b2c";
pub const LIVE: &str = "sk_live_3d4e5f";

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub reset: Option<String>,
    pub body: Value,
}

impl Reply {
    pub fn data(&self) -> &Value {
        assert_eq!((self.status, &self.body["status"]), (200, &json!(true)), "{:#}", self.body);
        &self.body["data"]
    }

    /// Status, code and message of a no.
    pub fn no(&self) -> (u16, Option<&str>, &str) {
        assert_eq!(self.body["status"], json!(false));
        (self.status, self.body["code"].as_str(), self.body["message"].as_str().unwrap())
    }
}

pub struct World {
    pub paystack: Paystack,
    told: UnboundedReceiver<Callback>,
    http: reqwest::Client,
}

impl World {
    pub async fn new() -> Self {
        Self::kept_in(None).await
    }

    /// With books that outlive it, in this file.
    pub async fn kept_in(file: Option<PathBuf>) -> Self {
        let (sender, told) = unbounded_channel();
        let account = |key: &str| Account {
            business: "Mfano Insurance Brokers".to_owned(),
            secret_key: key.to_owned(),
            currencies: ["KES", "GHS", "NGN"].map(str::to_owned).to_vec(),
            webhook: Some("https://acme.wakala.test/hooks/0a1b".to_owned()),
        };
        let paystack = paystack::start(vec![account(TEST), account(LIVE)], file, sender).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { paystack, told, http }
    }

    pub async fn get_as(&self, key: &str, path: &str) -> Reply {
        self.send(self.http.get(format!("{}{path}", self.paystack.url())), key).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.get_as(TEST, path).await
    }

    pub async fn post_as(&self, key: &str, path: &str, body: &str) -> Reply {
        let request = self.http.post(format!("{}{path}", self.paystack.url())).header("Content-Type", "application/json");
        self.send(request.body(body.to_owned()), key).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_as(TEST, path, &body.to_string()).await
    }

    async fn send(&self, request: reqwest::RequestBuilder, key: &str) -> Reply {
        let response = request.header("Authorization", format!("Bearer {key}")).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let reset = headers.get("x-ratelimit-reset").map(|value| value.to_str().unwrap().to_owned());
        Reply { status, reset, body: serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null) }
    }

    /// Status and text of a page.
    pub async fn look(&self, url: &str) -> (u16, String) {
        let response = self.http.get(url).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Sends a form of a page: status, and where the answer leads.
    pub async fn press(&self, url: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let response = self.http.post(url).form(fields).send().await.unwrap();
        let place = response.headers().get("location").map(|place| place.to_str().unwrap().to_owned());
        (response.status().as_u16(), place.unwrap_or_default())
    }

    pub async fn initialize(&self, reference: &str, amount: i64) -> Reply {
        self.post("/transaction/initialize", &page(reference, amount)).await
    }

    /// A payment by card that was made.
    pub async fn paid(&mut self, reference: &str, amount: i64) -> Value {
        self.initialize(reference, amount).await.data();
        self.paystack.pay(reference).unwrap();
        self.notice().unwrap();
        self.get(&format!("/transaction/verify/{reference}")).await.data().clone()
    }

    /// The next thing that was told, as it was sent.
    pub fn notice(&mut self) -> Option<Callback> {
        self.told.try_recv().ok()
    }

    /// The event and the data of the next thing that was told.
    pub fn told(&mut self) -> (String, Value) {
        let body: Value = serde_json::from_slice(&self.notice().unwrap().body).unwrap();
        (body["event"].as_str().unwrap().to_owned(), body["data"].clone())
    }
}

pub fn page(reference: &str, amount: i64) -> Value {
    json!({ "email": "asha@example.com", "amount": amount, "currency": "KES", "reference": reference })
}
