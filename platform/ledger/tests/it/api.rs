//! The operations as callers meet them.

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
    routes::{Access, Face},
};
use ledger::{
    reconciliation,
    takings::{self, TakingInput, Target},
};
use ports::payment::{ProviderState, StatementLine};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::{
    bench::{Bench, kes},
    gateway::not_now,
};

struct Api {
    router: Router,
}

impl Api {
    fn new(bench: &Bench) -> Self {
        Self { router: ledger::module().routes.router(Face::Api).with_state(bench.world.app.clone()) }
    }

    async fn call(&self, who: Option<Caller>, method: &str, path: &str, key: Option<&str>, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let mut request = request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string()))).unwrap();
        if let Some(who) = who {
            request.extensions_mut().insert(who);
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

fn caller(bench: &Bench, who: Who) -> Caller {
    Caller::new(&bench.world.app, bench.tenant.clone(), who, Uuid::now_v7(), IpAddr::V4(Ipv4Addr::LOCALHOST))
}

fn payer(bench: &Bench) -> Caller {
    caller(bench, Who::Customer { user: bench.customer, customer: bench.customer, session: Uuid::now_v7(), name: "Asha Mfano".into() })
}

fn staff(bench: &Bench, permissions: &[&str]) -> Caller {
    let permissions: BTreeSet<String> = permissions.iter().map(|code| (*code).to_owned()).collect();
    caller(
        bench,
        Who::Staff {
            user: Uuid::now_v7(),
            session: Uuid::now_v7(),
            name: "Juma Mfano".into(),
            permissions: Arc::new(permissions),
            sight: kernel::Sight::All,
        },
    )
}

fn initiate(order: Uuid) -> Value {
    json!({ "payable_kind": "order", "payable_id": order, "payer": { "phone": "0700 000 101" } })
}

#[tokio::test]
async fn a_customer_starts_a_payment_once_per_key_and_follows_it() {
    let bench = Bench::new().await;
    let (api, order) = (Api::new(&bench), bench.order(&[50_000]).await);
    let start = |key, body| api.call(Some(payer(&bench)), "POST", "/payments/mobile/initiate", key, Some(body));
    assert_eq!(start(None, initiate(order)).await.0, StatusCode::BAD_REQUEST);
    let (status, first) = start(Some("key-00000001"), initiate(order)).await;
    assert_eq!((status, first["state"].as_str()), (StatusCode::ACCEPTED, Some("created")));
    let (status, again) = start(Some("key-00000001"), initiate(order)).await;
    assert_eq!((status, &again["id"]), (StatusCode::ACCEPTED, &first["id"]));
    let (status, error) = start(Some("key-00000001"), initiate(Uuid::now_v7())).await;
    assert_eq!((status, error["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("idempotency_key_reused")));
    let (status, error) = start(Some("key-00000002"), initiate(order)).await;
    assert_eq!((status, error["code"].as_str()), (StatusCode::CONFLICT, Some("payment.already_open")));

    let id = first["id"].as_str().unwrap();
    let (status, body) = api.call(Some(payer(&bench)), "GET", &format!("/payments/mobile/status/{id}"), None, None).await;
    assert_eq!((status, body["amount"]["minor"].as_i64()), (StatusCode::OK, Some(50_000)));
    assert_eq!(api.call(Some(payer(&bench)), "GET", &format!("/payments/other/status/{id}"), None, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(api.call(Some(payer(&bench)), "GET", "/payments", None, None).await.1["count"], 1);
}

#[tokio::test]
async fn a_payment_is_settled_by_hand_once_per_key() {
    let bench = Bench::new().await;
    let api = Api::new(&bench);
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.wait(301);
    bench.gateway.says(Err(not_now()));
    bench.ask(payment).await;
    let decision = json!({ "received": true, "receipt": "R1", "reason": "seen in the provider's portal" });
    let (who, path) = (staff(&bench, &["ledger.payment.settle"]), format!("/ledger/payments/{payment}/settle"));
    let settle = || api.call(Some(who.clone()), "POST", &path, Some("key-00000001"), Some(decision.clone()));
    let (first, again) = (settle().await, settle().await);
    assert_eq!((first.0, first.1["state"].as_str()), (StatusCode::OK, Some("received")));
    assert_eq!(again, first);
}

#[tokio::test]
async fn bad_input_is_refused_with_its_code() {
    let bench = Bench::new().await;
    let (api, order) = (Api::new(&bench), bench.order(&[50_000]).await);
    let cases = [
        ("/payments/nothing/initiate", initiate(order), 409, "payment.method_unavailable"),
        ("/payments/mobile/initiate", initiate(Uuid::now_v7()), 404, "not_found"),
        (
            "/payments/mobile/initiate",
            json!({ "payable_kind": "order", "payable_id": order, "payer": { "phone": "+264811234567" } }),
            422,
            "payment.phone_unsupported",
        ),
        ("/payments/mobile/initiate", json!({ "payable_kind": "order", "payable_id": order }), 422, "payment.phone_required"),
        (
            "/payments/mobile/initiate",
            json!({ "payable_kind": "order", "payable_id": order, "amount": { "minor": 150, "currency": "KES" }, "payer": { "phone": "0700000101" } }),
            422,
            "payment.amount_not_whole",
        ),
        (
            "/payments/mobile/initiate",
            json!({ "payable_kind": "order", "payable_id": order, "amount": { "minor": -100, "currency": "KES" }, "payer": { "phone": "0700000101" } }),
            422,
            "payment.amount_below_minimum",
        ),
        (
            "/payments/mobile/initiate",
            json!({ "payable_kind": "order", "payable_id": order, "amount": { "minor": 100, "currency": "XXX" } }),
            422,
            "validation_error",
        ),
        ("/payments/mobile/initiate", json!({ "payable_kind": "order" }), 422, "validation_error"),
    ];
    for (nr, (path, body, status, code)) in cases.into_iter().enumerate() {
        let answer = api.call(Some(payer(&bench)), "POST", path, Some(&format!("key-0000000{nr}")), Some(body.clone())).await;
        assert_eq!((answer.0.as_u16(), answer.1["code"].as_str()), (status, Some(code)), "{body}");
    }
}

#[tokio::test]
async fn every_route_refuses_whoever_may_not_use_it() {
    let bench = Bench::new().await;
    let api = Api::new(&bench);
    for route in ledger::module().routes.table() {
        let path = route.path.replace("{id}", &Uuid::now_v7().to_string()).replace("{method}", "mobile");
        assert_eq!(api.call(None, &route.method, &path, None, None).await.0, StatusCode::UNAUTHORIZED, "{} {}", route.method, route.path);
        let wrong = match route.access {
            Access::Customer => staff(&bench, &[]),
            _ => payer(&bench),
        };
        assert_eq!(api.call(Some(wrong), &route.method, &path, None, None).await.0, StatusCode::FORBIDDEN, "{} {}", route.method, route.path);
        if let Access::Staff(_) = route.access {
            assert_eq!(
                api.call(Some(staff(&bench, &[])), &route.method, &path, None, None).await.0,
                StatusCode::FORBIDDEN,
                "{} {}",
                route.method,
                route.path
            );
        }
    }
}

#[tokio::test]
async fn staff_read_lists_and_records() {
    let bench = Bench::new().await;
    let api = Api::new(&bench);
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&bench.proof(payment, "TJ24XK9Q0P").await).await;
    let all: Vec<&str> = ledger::module().permissions.iter().map(|permission| permission.code).collect();
    let get = |path: String| {
        let who = staff(&bench, &all);
        let api = &api;
        async move { api.call(Some(who), "GET", &path, None, None).await }
    };
    for path in [
        "/ledger/payments?state=received&method=mobile",
        "/ledger/payments?search=tj24xk9q0p",
        "/ledger/receivables?state=settled",
        "/ledger/credits",
        "/ledger/unmatched-receipts?state=open",
        "/ledger/statements?method=mobile",
        "/ledger/statement-lines?state=difference&search=x",
    ] {
        let (status, body) = get(path.to_owned()).await;
        assert!(status == StatusCode::OK && body["results"].is_array(), "{path}: {status} {body}");
    }
    assert_eq!(get("/ledger/payments?search=tj24xk9q0p".to_owned()).await.1["count"], 1);
    assert_eq!(get("/ledger/payments?credited=true".to_owned()).await.1["count"], 0);
    let record = get(format!("/ledger/payments/{payment}")).await.1;
    assert_eq!((record["payment"]["proof"].as_str(), record["steps"].as_array().map(Vec::len)), (Some("callback"), Some(4)));
    let balance = get("/ledger/trial-balance".to_owned()).await.1;
    assert_eq!(balance["totals"][0]["debit"], balance["totals"][0]["credit"]);
    let account = balance["rows"][0]["account"].as_str().unwrap().to_owned();
    assert_eq!(get(format!("/ledger/accounts/{account}/lines")).await.1["lines"]["count"], 1);
    assert_eq!(get(format!("/ledger/customers/{}/balance", bench.customer)).await.1["balances"][0]["minor"], 50_000);
    assert_eq!(get("/ledger/reconciliation?method=mobile".to_owned()).await.1, json!([]));
    for missing in ["/ledger/payments/", "/ledger/statements/", "/ledger/accounts/"] {
        let path = format!("{missing}{}{}", Uuid::now_v7(), if missing.contains("accounts") { "/lines" } else { "" });
        assert_eq!(get(path.clone()).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(get("/ledger/payments/nonsense".to_owned()).await.0, StatusCode::NOT_FOUND);
    assert_eq!(get("/ledger/payments?cursor=nonsense".to_owned()).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn money_by_hand_is_read_decided_and_follows_its_cheque() {
    let bench = Bench::new().await;
    let api = Api::new(&bench);
    let order = bench.order(&[50_000]).await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    let cheque = TakingInput {
        method: "cheque".into(),
        amount: "500".into(),
        reference: "000123".into(),
        bank: "Mfano Bank".into(),
        cheque_date: bench.today().to_string(),
        ..TakingInput::default()
    };
    let taking = takings::take(&mut tx, Target::Payable { kind: "order".into(), id: order }, &cheque).await.unwrap();
    tx.commit().await.unwrap();
    let who = staff(&bench, &["ledger.payment.read", "ledger.taking.take", "ledger.taking.approve"]);
    let call = |method: &'static str, path: String, key: Option<&'static str>, body: Option<Value>| {
        let (api, who) = (&api, who.clone());
        async move { api.call(Some(who), method, &path, key, body).await }
    };
    let of = |what: &str| format!("/ledger/takings/{}{what}", taking.id);
    let list = call("GET", "/ledger/takings?state=received&method=cheque".into(), None, None).await.1;
    assert_eq!((list["count"].as_i64(), list["results"][0]["payable_id"].as_str()), (Some(1), Some(order.to_string().as_str())));
    assert_eq!(call("POST", of("/approve"), None, None).await.1["code"], "taking.wrong_state");
    assert_eq!(call("POST", of("/clear"), None, None).await.0, StatusCode::CONFLICT);
    assert_eq!(call("POST", of("/deposit"), None, None).await.1["state"], "deposited");
    let bounce = || call("POST", of("/bounce"), Some("key-00000001"), Some(json!({ "reason": "No cover" })));
    let (first, again) = (bounce().await, bounce().await);
    assert_eq!((first.0, first.1["state"].as_str()), (StatusCode::OK, Some("bounced")), "{}", first.1);
    assert_eq!(again, first);
    assert_eq!(call("GET", of(""), None, None).await.1["reason"], "No cover");
    assert_eq!(bench.receivables(order).await[0].outstanding().minor, 50_000);
}

#[tokio::test]
async fn a_difference_is_booked_once_per_key_and_commission_only_of_an_insurer_of_the_books() {
    let bench = Bench::new().await;
    let api = Api::new(&bench);
    let line = |provider_ref: &str, minor| StatementLine {
        provider_ref: provider_ref.into(),
        receipt: None,
        kind: "payment".into(),
        state: ProviderState::Received,
        gross: kes(minor),
        fee: None,
        reference: None,
        counterparty: None,
        occurred_at: bench.system().now(),
        settled_on: None,
    };
    bench.gateway.writes(vec![line("IN1", 7_000), line("IN2", 9_000)]);
    let who = staff(&bench, &["ledger.payment.read", "ledger.payment.settle"]);
    let call = |method: &'static str, path: String, key: Option<&'static str>, body: Option<Value>| {
        let (api, who) = (&api, who.clone());
        async move { api.call(Some(who), method, &path, key, body).await }
    };
    let books = call("GET", "/ledger/statement-books".into(), None, None).await.1;
    assert_eq!(books[0]["code"], "mobile", "{books}");
    let file = reconciliation::read(&bench.world.app, &bench.staff(), "mobile", "may.csv", "statement".into()).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert_eq!(reconciliation::import(&mut tx, file).await.unwrap().import.differences, 2);
    tx.commit().await.unwrap();
    let lines = call("GET", "/ledger/statement-lines?state=difference".into(), None, None).await.1;
    let named = |name: &str| {
        let found = lines["results"].as_array().unwrap().iter().find(|line| line["provider_ref"] == name).unwrap();
        (found["id"].as_str().unwrap().to_owned(), found["unmatched_receipt"].as_str().unwrap().to_owned())
    };
    let path = format!("/ledger/statement-lines/{}/book", named("IN1").0);
    let commission = json!({ "as": "commission", "insurer": Uuid::now_v7(), "reason": "Commission of May" });
    assert_eq!(call("POST", path.clone(), Some("key-00000001"), Some(commission)).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let book = || call("POST", path.clone(), Some("key-00000002"), Some(json!({ "as": "transfer", "reason": "From our other account" })));
    let (first, again) = (book().await, book().await);
    assert_eq!((first.0, first.1["state"].as_str()), (StatusCode::OK, Some("matched")), "{}", first.1);
    assert_eq!(again, first);

    let reference = bench.receivables(bench.order(&[9_000]).await).await.remove(0).reference;
    let settle = format!("/ledger/unmatched-receipts/{}/settle", named("IN2").1);
    let wrong = call("POST", settle.clone(), Some("key-00000003"), Some(json!({ "reference": "nothing", "reason": "x" }))).await;
    assert_eq!(wrong.0, StatusCode::UNPROCESSABLE_ENTITY);
    let settled = call("POST", settle, Some("key-00000004"), Some(json!({ "reference": reference, "reason": "She called" }))).await;
    assert_eq!((settled.0, settled.1["state"].as_str()), (StatusCode::OK, Some("matched")), "{}", settled.1);
}

#[tokio::test]
async fn money_is_taken_for_a_payable_once_per_key_and_on_the_account_of_a_customer_of_the_books() {
    let bench = Bench::new().await;
    let (api, order) = (Api::new(&bench), bench.order(&[50_000]).await);
    let who = staff(&bench, &["ledger.taking.take"]);
    let take = |key: &'static str, body: Value| {
        let (api, who) = (&api, who.clone());
        async move { api.call(Some(who), "POST", "/ledger/takings", Some(key), Some(body)).await }
    };
    let kes = json!({ "minor": 50_000, "currency": "KES" });
    let cash = json!({ "payable_kind": "order", "payable_id": order, "about": "ORD-2026-00001", "method": "cash", "amount": kes });
    let (first, again) = (take("key-00000001", cash.clone()).await, take("key-00000001", cash).await);
    assert_eq!((first.0, first.1["state"].as_str(), first.1["number"].as_str()), (StatusCode::OK, Some("received"), Some("TK-2026-00001")));
    assert_eq!(again, first);
    assert_eq!(bench.receivables(order).await[0].outstanding().minor, 0);

    let on_account = |customer: Uuid, amount: Value, method: &str| json!({ "customer": customer, "about": "On account", "method": method, "amount": amount, "reference": "FT001" });
    let taken = take("key-00000002", on_account(bench.customer, kes.clone(), "bank_transfer")).await;
    assert_eq!((taken.0, &taken.1["payable_id"]), (StatusCode::OK, &Value::Null), "{}", taken.1);
    let both = json!({ "customer": bench.customer, "payable_kind": "order", "payable_id": order, "about": "x", "method": "cash", "amount": kes });
    let namibian = json!({ "minor": 100, "currency": "NAD" });
    for (key, body, status, code) in [
        ("key-00000003", on_account(bench.customer, kes.clone(), "bank_transfer"), 422, "validation_error"),
        ("key-00000004", on_account(Uuid::now_v7(), kes.clone(), "mobile_money"), 422, "validation_error"),
        ("key-00000005", on_account(bench.customer, namibian, "mobile_money"), 422, "taking.currency_differs"),
        ("key-00000006", both, 422, "validation_error"),
    ] {
        let refused = take(key, body).await;
        assert_eq!((refused.0.as_u16(), refused.1["code"].as_str()), (status, Some(code)), "{key}: {}", refused.1);
    }
}

#[tokio::test]
async fn a_link_to_pay_by_is_made_once_per_key_listed_and_withdrawn() {
    let bench = Bench::new().await;
    let (api, order) = (Api::new(&bench), bench.order(&[50_000]).await);
    let who = staff(&bench, &["ledger.pay_link.send"]);
    let call = |method: &'static str, path: String, key: Option<&'static str>, body: Option<Value>| {
        let (api, who) = (&api, who.clone());
        async move { api.call(Some(who), method, &path, key, body).await }
    };
    let new = |days: i64| json!({ "payable_kind": "order", "payable_id": order, "label": "ORD-2026-00001", "days": days });
    let make = || call("POST", "/ledger/pay-links".into(), Some("key-00000001"), Some(new(7)));
    let (first, again) = (make().await, make().await);
    assert!(first.0 == StatusCode::OK && first.1["address"].as_str().unwrap().contains("/pay/"), "{}", first.1);
    assert_eq!(again, first);
    let long = call("POST", "/ledger/pay-links".into(), Some("key-00000002"), Some(new(31))).await;
    assert_eq!(long.0, StatusCode::UNPROCESSABLE_ENTITY);
    let listed = call("GET", format!("/ledger/pay-links?payable_id={order}"), None, None).await.1;
    assert_eq!((listed.as_array().unwrap().len(), listed[0]["state"].as_str()), (1, Some("sent")));
    let withdraw = format!("/ledger/pay-links/{}/withdraw", first.1["id"].as_str().unwrap());
    let ended = call("POST", withdraw, None, None).await;
    assert_eq!((ended.0, ended.1["state"].as_str(), &ended.1["address"]), (StatusCode::OK, Some("withdrawn"), &Value::Null));
}
