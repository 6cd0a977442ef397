//! A simulator with a product of each kind, what it tells, and a client that speaks the protocol.

use chrono::NaiveDate;
use serde_json::{Value, json};
use simulators::realpay::{self, Config, Product, RealPay};
use simulators::scripted::Callback;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub struct World {
    pub realpay: RealPay,
    pub told: UnboundedReceiver<Callback>,
    pub http: reqwest::Client,
    pub token: String,
}

impl World {
    pub async fn new() -> Self {
        let product = |code: &str, consent| Product { merchant: "10001".to_owned(), code: code.to_owned(), consent };
        let config = Config {
            live: false,
            client_id: "id".to_owned(),
            client_secret: "secret".to_owned(),
            products: vec![product("ENDONA", false), product("ABSADC", true)],
            // A Friday.
            today: NaiveDate::from_ymd_opt(2026, 10, 2),
            webhook: Some("https://acme.wakala.test/hooks/0a1b".to_owned()),
        };
        let (sender, told) = unbounded_channel();
        let realpay = realpay::start(config, sender).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut world = Self { realpay, told, http, token: String::new() };
        world.token = world.sign_in("id", "secret").await.1["access_token"].as_str().unwrap().to_owned();
        world
    }

    pub async fn sign_in(&self, id: &str, secret: &str) -> (u16, Value) {
        let request = self.http.post(format!("{}/oauth/token", self.realpay.url())).basic_auth(id, Some(secret));
        read(request.form(&[("grant_type", "client_credentials")])).await
    }

    /// Status and answer.
    pub async fn ask(&self, method: &str, path: &str, query: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}{path}?BeneficiaryUser=10001&Version=v1{query}", self.realpay.url());
        let request = self.http.request(method.parse().unwrap(), url).bearer_auth(&self.token);
        read(request.header("Content-Type", "application/json").body(body.to_string())).await
    }

    /// Posts one record; what became of it: the facts, or the failure.
    pub async fn post(&self, kind: &str, product: &str, record: &Value) -> Result<Value, Value> {
        let name = match kind {
            "clients" => "Client",
            "contracts" => "Contract",
            "mandates" => "Mandate",
            _ => "Instalment",
        };
        let body = json!({ (format!("{name}PostRequest")): [record] });
        let (status, answer) = self.ask("POST", &format!("/maintain/{kind}/{product}"), "", &body).await;
        assert_eq!((status, &answer["APIResponse"]["Status"]), (200, &json!("SUCCESS")), "whatever became of the record");
        let part = &answer[format!("{name}PostResponse")][0];
        part["Successful"].get(0).cloned().ok_or_else(|| part["Failed"][0].clone())
    }

    pub async fn client(&self, product: &str) {
        self.post("clients", product, &client()).await.unwrap();
    }

    /// What payer or bank answer.
    pub async fn simulate(&self, kind: &str, product: &str, record: &Value) {
        let name = if kind == "mandate" { "MandatePutRequest" } else { "InstalmentPutRequest" };
        assert_eq!(self.ask("PUT", &format!("/maintain/simulate/{kind}/{product}"), "", &json!({ (name): [record] })).await.0, 200);
    }

    /// The status of the instalment that was told of next.
    pub fn told_status(&mut self) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.told.try_recv().ok()?.body).unwrap();
        Some(body["InstalmentGetResponse"][0]["InstalmentStatus"].as_str().unwrap().to_owned())
    }
}

async fn read(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null))
}

pub fn client() -> Value {
    json!({ "ClientNumber": "P42", "ClientName": "A Demo", "IDType": "I", "IDNumber": "85010100011", "CellphoneNumber": "0810000042" })
}

pub fn contract() -> Value {
    json!({
        "ClientNumber": "P42", "ContractNumber": "P42C1", "FrequencyCode": "MNTH", "CollectionDay": 26, "TrackingCode": "03",
        "FirstCollectionDate": "2026-10-26", "FirstCollectionAmount": "450.00", "InstalmentStartDate": "2026-11-26", "InstalmentAmount": 450.5,
    })
}

pub fn mandate() -> Value {
    json!({ "ClientNumber": "P42", "ContractNumber": "P42M1", "InstalmentStartDate": "2026-10-26", "InstalmentAmount": 450, "MaximumAmount": 540 })
}

pub fn instalment(contract: &str, reference: &str) -> Value {
    json!({
        "ClientNumber": "P42", "ContractNumber": contract, "InstalmentReferenceNumber": reference, "InstalmentActionDate": "2026-10-26",
        "InstalmentAmount": "450.00",
    })
}
