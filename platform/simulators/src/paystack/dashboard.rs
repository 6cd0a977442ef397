//! The dashboard: businesses and their keys, where notices go, and what the provider's own staff would do. Works without scripts.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{Router, get, post};
use serde::Deserialize;

use super::Simulator;
use super::book::{Account, Books, Refund};
use super::page::{DECLINED, html, money};
use super::payment::Payment;
use super::transfer::{Recipient, Transfer};
use crate::scripted::Callback;

/// What a refund that is not over may become.
const REFUND_STEPS: [&str; 4] = ["processing", "processed", "failed", "needs-attention"];

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/dashboard") }))
        .route("/dashboard", get(businesses).post(open))
        .route("/dashboard/{key}", get(show))
        .route("/dashboard/{key}/webhook", post(enter_webhook))
        .route("/dashboard/{key}/payments/{reference}", post(settle_prompt))
        .route("/dashboard/{key}/refunds/{id}", post(settle_refund))
        .route("/dashboard/{key}/transfers/{reference}", post(settle_transfer))
}

#[derive(Template)]
#[template(path = "paystack_businesses.html")]
struct BusinessesPage {
    accounts: Vec<AccountLine>,
}

struct AccountLine {
    business: String,
    mode: &'static str,
    key: String,
}

#[derive(Template)]
#[template(path = "paystack_account.html")]
struct AccountPage {
    business: String,
    mode: &'static str,
    key: String,
    webhook: String,
    /// The address that was entered is none that the provider takes.
    refused: bool,
    balances: Vec<String>,
    payments: Vec<Line>,
    refunds: Vec<Line>,
    transfers: Vec<Line>,
}

/// A payment, refund or transfer.
struct Line {
    name: String,
    who: String,
    amount: String,
    status: String,
    /// What can become of it.
    steps: Vec<&'static str>,
}

impl AccountPage {
    fn new(books: &Books, refused: bool) -> Self {
        let Account { business, secret_key, currencies, webhook } = &books.account;
        let payment = |payment: &Payment| Line {
            name: payment.reference.clone(),
            who: payment.email.clone(),
            amount: money(payment.amount, &payment.currency),
            status: payment.status.clone(),
            steps: if payment.is_prompt && payment.is_open() { vec!["success", "failed"] } else { Vec::new() },
        };
        let refund = |(refund, payment): (&Refund, &Payment)| Line {
            name: refund.id.to_string(),
            who: payment.email.clone(),
            amount: money(refund.amount, &payment.currency),
            status: refund.status.clone(),
            steps: if matches!(refund.status.as_str(), "processed" | "failed") { Vec::new() } else { REFUND_STEPS.to_vec() },
        };
        let transfer = |(transfer, recipient): (&Transfer, &Recipient)| Line {
            name: transfer.reference.clone(),
            who: recipient.name.clone(),
            amount: money(transfer.amount, &transfer.currency),
            status: transfer.status.clone(),
            steps: match transfer.status.as_str() {
                "pending" => vec!["success", "failed"],
                "success" => vec!["reversed"],
                _ => Vec::new(),
            },
        };
        Self {
            business: business.clone(),
            mode: books.account.domain(),
            key: secret_key.clone(),
            webhook: webhook.clone().unwrap_or_default(),
            refused,
            balances: currencies.iter().map(|currency| money(books.balance(currency), currency)).collect(),
            payments: books.payments().into_iter().map(payment).collect(),
            refunds: books.refunds().map(refund).collect(),
            transfers: books.transfers.all().map(transfer).collect(),
        }
    }
}

async fn businesses(State(simulator): State<Arc<Simulator>>) -> Response {
    let line =
        |books: &Books| AccountLine { business: books.account.business.clone(), mode: books.account.domain(), key: books.account.secret_key.clone() };
    let accounts = simulator.books().iter().map(line).collect();
    html(StatusCode::OK, &BusinessesPage { accounts })
}

#[derive(Deserialize)]
struct NewBusiness {
    business: String,
}

/// Opens an account in test mode and one in live mode; ends at the first of them.
async fn open(State(simulator): State<Arc<Simulator>>, Form(new): Form<NewBusiness>) -> Redirect {
    let [test, live] = Account::fictitious(new.business.trim(), &hex::encode(rand::random::<[u8; 20]>()));
    let place = format!("/dashboard/{}", test.secret_key);
    simulator.open(test);
    simulator.open(live);
    Redirect::to(&place)
}

#[derive(Deserialize)]
struct Notice {
    #[serde(default)]
    refused: bool,
}

async fn show(State(simulator): State<Arc<Simulator>>, Path(key): Path<String>, Query(notice): Query<Notice>) -> Response {
    let books = simulator.books();
    match books.iter().find(|books| books.account.secret_key == key) {
        Some(books) => html(StatusCode::OK, &AccountPage::new(books, notice.refused)),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
struct Webhook {
    url: String,
}

async fn enter_webhook(State(simulator): State<Arc<Simulator>>, Path(key): Path<String>, Form(webhook): Form<Webhook>) -> Response {
    let url = webhook.url.trim().to_owned();
    let refused = !url.starts_with("https://") || url::Url::parse(&url).is_err();
    let entered = simulator.happen(|books| {
        let is_meant = books.account.secret_key == key;
        if is_meant && !refused {
            books.account.webhook = Some(url.clone());
        }
        is_meant.then(Vec::new)
    });
    if entered { back(&key, refused) } else { StatusCode::NOT_FOUND.into_response() }
}

fn back(key: &str, refused: bool) -> Response {
    Redirect::to(&format!("/dashboard/{key}{}", if refused { "?refused=true" } else { "" })).into_response()
}

#[derive(Deserialize)]
struct Step {
    status: String,
}

/// Does something in the books of the key; what is over already stays as it is.
fn settle(simulator: &Simulator, key: &str, mut event: impl FnMut(&mut Books) -> Option<Vec<Callback>>) -> Response {
    let happened = simulator.happen(|books| if books.account.secret_key == key { event(books) } else { None });
    if happened { back(key, false) } else { StatusCode::CONFLICT.into_response() }
}

async fn settle_prompt(State(simulator): State<Arc<Simulator>>, Path((key, reference)): Path<(String, String)>, Form(step): Form<Step>) -> Response {
    settle(&simulator, &key, |books| match step.status.as_str() {
        "success" => books.pay(&reference),
        "failed" => books.fail(&reference, DECLINED),
        _ => None,
    })
}

async fn settle_refund(State(simulator): State<Arc<Simulator>>, Path((key, id)): Path<(String, u64)>, Form(step): Form<Step>) -> Response {
    settle(&simulator, &key, |books| {
        let is_open = books.refunds().any(|(refund, _)| refund.id == id && !matches!(refund.status.as_str(), "processed" | "failed"));
        if is_open && REFUND_STEPS.contains(&step.status.as_str()) { books.settle_refund(id, &step.status) } else { None }
    })
}

async fn settle_transfer(
    State(simulator): State<Arc<Simulator>>,
    Path((key, reference)): Path<(String, String)>,
    Form(step): Form<Step>,
) -> Response {
    settle(&simulator, &key, |books| books.settle_transfer(&reference, &step.status))
}
