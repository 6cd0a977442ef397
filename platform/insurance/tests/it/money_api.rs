//! Premium and its way to insurers over HTTP.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt;
use kernel::{
    http::caller::{Caller, Who},
    routes::Face,
};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::sale::Sale;

/// Staff with these permissions, or a customer, at the API.
pub struct Desk<'a> {
    sale: &'a Sale,
    router: Router,
    permissions: Arc<BTreeSet<String>>,
    customer: Option<Uuid>,
    pub user: Uuid,
}

impl<'a> Desk<'a> {
    pub fn of(sale: &'a Sale, permissions: &[&str]) -> Self {
        let router = insurance::module().routes.router(Face::Api).with_state(sale.shop.world.app.clone());
        let permissions = Arc::new(permissions.iter().map(|code| (*code).to_owned()).collect());
        Self { sale, router, permissions, customer: None, user: Uuid::now_v7() }
    }

    /// The customer of the sale.
    pub fn own(sale: &'a Sale) -> Self {
        Self { customer: Some(sale.customer.id.0), ..Self::of(sale, &[]) }
    }

    pub async fn call(&self, method: &str, path: &str, key: &str, body: Option<Value>) -> (StatusCode, Value) {
        self.send(method, path, ("idempotency-key", key), body).await
    }

    pub async fn send(&self, method: &str, path: &str, header: (&str, &str), body: Option<Value>) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path).header(header.0, header.1);
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let mut request = request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string()))).unwrap();
        let (user, session, name) = (self.user, Uuid::now_v7(), "Juma Mfano".into());
        let who = match self.customer {
            Some(customer) => Who::Customer { user, customer, session, name },
            None => Who::Staff { user, session, name, permissions: self.permissions.clone(), sight: kernel::Sight::All },
        };
        let (app, tenant) = (&self.sale.shop.world.app, self.sale.shop.tenant.clone());
        request.extensions_mut().insert(Caller::new(app, tenant, who, Uuid::now_v7(), IpAddr::V4(Ipv4Addr::LOCALHOST)));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

#[tokio::test]
async fn premium_held_is_remitted_over_http() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    sale.pay(&order).await;
    sale.work().await;
    let desk = Desk::of(&sale, &["insurance.remittance.read", "insurance.remittance.pay"]);
    let held = desk.call("GET", "/admin/premium-held", "-", None).await.1;
    let insurer = held[0]["insurer"].as_str().unwrap().to_owned();
    let due = desk.call("GET", &format!("/admin/premium-held/{insurer}"), "-", None).await.1;
    let posting = due[0]["journal_line"].clone();
    let new = json!({ "insurer": insurer, "postings": [posting] });
    let (status, made) = desk.call("POST", "/admin/remittances", "key-00000001", Some(new.clone())).await;
    assert_eq!((status, made["state"].as_str()), (StatusCode::OK, Some("draft")), "{made}");
    assert_eq!(desk.call("POST", "/admin/remittances", "key-00000001", Some(new.clone())).await.1["id"], made["id"]);
    assert_eq!(desk.call("POST", "/admin/remittances", "key-00000002", Some(new)).await.1["code"], "remittance.line_taken");
    let of = |what: &str| format!("/admin/remittances/{}{what}", made["id"].as_str().unwrap());
    let (status, paid) = desk.call("POST", &of("/pay"), "key-00000003", Some(json!({ "bank_reference": "FT001" }))).await;
    assert_eq!((status, paid["remittance"]["state"].as_str()), (StatusCode::OK, Some("paid")), "{paid}");
    assert_eq!(desk.call("POST", &of("/discard"), "-", None).await.1["code"], "remittance.state");
    let listed = desk.call("GET", "/admin/remittances?state=paid&search=FT001", "-", None).await.1;
    assert_eq!(listed["count"], 1);
    let (status, back) = desk.call("POST", &of("/reverse"), "key-00000004", Some(json!({ "reason": "The bank returned it" }))).await;
    assert_eq!((status, back["remittance"]["state"].as_str()), (StatusCode::OK, Some("reversed")), "{back}");
    assert_eq!(desk.call("GET", &of(""), "-", None).await.1["lines"].as_array().unwrap().len(), 1);
}
