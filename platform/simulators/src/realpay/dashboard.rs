//! Contracts, mandates and their instalments on a page, where payer and bank are played and where results go is entered. Works without
//! scripts.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{Router, get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Simulator;
use super::book::{Contract, Desk};
use super::record::text;

/// How results are wrapped.
pub(crate) const INSTALMENTS: &str = "InstalmentGetResponse";
const MANDATES: &str = "MandateGetResponse";

/// What the payer may answer, in the provider's word and in ours.
const ANSWERS: [(&str, &str); 3] = [("AAUT", "Agree"), ("AREJ", "Reject"), ("AEXP", "Let it expire")];
/// What may become of an instalment.
const RESULTS: [(&str, &str); 4] = [("S", "Collected"), ("F", "Declined"), ("R", "Retried"), ("D", "Disputed")];

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/dashboard") }))
        .route("/dashboard", get(show))
        .route("/merchants/{merchant}/results", post(enter_address))
        .route("/mandates/{product}/{merchant}/{client}/{contract}", post(answer))
        .route("/instalments/{reference}", post(settle))
        .route("/assets/phone.css", get(style))
}

async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"))];
    (headers, include_str!("../../assets/phone.css")).into_response()
}

#[derive(Template)]
#[template(path = "realpay.html")]
struct DashboardPage {
    system: &'static str,
    client_id: String,
    client_secret: String,
    merchants: Vec<Merchant>,
    contracts: Vec<ContractLine>,
    answers: [(&'static str, &'static str); 3],
    results: [(&'static str, &'static str); 4],
}

struct Merchant {
    number: String,
    products: String,
    address: String,
}

struct ContractLine {
    client: String,
    number: String,
    product: String,
    merchant: String,
    /// What the payer answered; empty where nobody is asked.
    consent: String,
    instalments: Vec<Instalment>,
}

struct Instalment {
    reference: String,
    day: String,
    amount: String,
    status: String,
}

impl ContractLine {
    fn new((desk, client, number, contract): (Desk<'_>, &str, &str, &Contract)) -> Self {
        let instalment = |record: &Value| Instalment {
            reference: text(record, "InstalmentReferenceNumber"),
            day: text(record, "InstalmentActionDate"),
            amount: text(record, "InstalmentAmount"),
            status: text(record, "InstalmentStatus"),
        };
        Self {
            client: client.to_owned(),
            number: number.to_owned(),
            product: desk.product.to_owned(),
            merchant: desk.merchant.to_owned(),
            consent: contract.consent.clone().unwrap_or_default(),
            instalments: contract.instalments.iter().map(instalment).collect(),
        }
    }
}

async fn show(State(simulator): State<Arc<Simulator>>) -> Response {
    let (config, books) = (&simulator.config, simulator.books());
    let merchant = |number: &str| {
        let products = config.products.iter().filter(|product| product.merchant == number).map(|product| product.code.as_str());
        let address = books.webhooks.get(number).or(config.webhook.as_ref()).cloned();
        Merchant { number: number.to_owned(), products: products.collect::<Vec<_>>().join(", "), address: address.unwrap_or_default() }
    };
    let page = DashboardPage {
        system: if config.live { "live" } else { "test" },
        client_id: config.client_id.clone(),
        client_secret: config.client_secret.clone(),
        merchants: config.merchants().into_iter().map(merchant).collect(),
        contracts: books.contracts().map(ContractLine::new).collect(),
        answers: ANSWERS,
        results: RESULTS,
    };
    match page.render() {
        Ok(html) => {
            let policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'";
            let headers =
                [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            (headers, Html(html)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "cannot render a page");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn back() -> Response {
    Redirect::to("/dashboard").into_response()
}

#[derive(Deserialize)]
struct Address {
    url: String,
}

async fn enter_address(State(simulator): State<Arc<Simulator>>, Path(merchant): Path<String>, Form(address): Form<Address>) -> Response {
    if !simulator.config.merchants().contains(merchant.as_str()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !address.url.starts_with("https://") {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    simulator.books().webhooks.insert(merchant, address.url.trim().to_owned());
    back()
}

#[derive(Deserialize)]
struct Press {
    button: String,
}

/// The payer answers; the merchant is told.
async fn answer(
    State(simulator): State<Arc<Simulator>>,
    Path((product, merchant, client, contract)): Path<(String, String, String, String)>,
    Form(press): Form<Press>,
) -> Response {
    if !ANSWERS.iter().any(|(word, _)| *word == press.button) {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let desk = Desk { product: &product, merchant: &merchant, consent: true };
    let record = json!({ "ClientNumber": client, "ContractNumber": contract, "MandateInitiateResult": press.button });
    let mut books = simulator.books();
    if books.answer_mandate(&desk, &record).is_err() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let stands = books.contract(&desk, &client, &contract);
    drop(books);
    simulator.tell(&merchant, MANDATES, stands.unwrap_or(record));
    back()
}

/// The bank answers; the merchant is told.
async fn settle(State(simulator): State<Arc<Simulator>>, Path(reference): Path<String>, Form(press): Form<Press>) -> Response {
    if !RESULTS.iter().any(|(word, _)| *word == press.button) {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let code = if press.button == "S" { "00" } else { "01" };
    let record = json!({ "InstalmentReferenceNumber": reference, "InstalmentStatus": press.button, "ResponseCode": code });
    let mut books = simulator.books();
    let found = if books.answer_instalment(&record).is_ok() { books.instalment(&reference) } else { None };
    drop(books);
    let Some((merchant, stands)) = found else { return StatusCode::NOT_FOUND.into_response() };
    simulator.tell(&merchant, INSTALMENTS, stands);
    back()
}
