//! The provider's endpoints.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use super::book::{Books, Desk};
use super::record::{self, Failure, text};
use super::{Product, Simulator};

/// What becomes of one record.
type Outcome = Result<Value, Vec<Failure>>;

type Asked = Query<HashMap<String, String>>;

fn written(body: &Value) -> Response {
    let mut response = body.to_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// `POST /oauth/token`, with the grant in the form or in the query.
pub(crate) async fn token(State(simulator): State<Arc<Simulator>>, Query(query): Asked, headers: HeaderMap, body: Bytes) -> Response {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wanted = format!("Basic {}", STANDARD.encode(format!("{}:{}", simulator.config.client_id, simulator.config.client_secret)));
    let in_form = url::form_urlencoded::parse(&body).any(|(name, value)| name == "grant_type" && value == "client_credentials");
    let granted = in_form || query.get("grant_type").is_some_and(|grant| grant == "client_credentials");
    if given != wanted || !granted {
        return (StatusCode::UNAUTHORIZED, written(&json!({ "error": "invalid_client" }))).into_response();
    }
    let mut books = simulator.books();
    let token = format!("token-{}", books.next_call());
    books.tokens.insert(token.clone());
    written(&json!({ "access_token": token, "token_type": "bearer", "expires_in": 3600 }))
}

pub(crate) async fn frequency_codes(State(simulator): State<Arc<Simulator>>, headers: HeaderMap) -> Response {
    if !is_known(&simulator.books(), &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let codes: Vec<Value> = ["WEEK", "MNTH", "QURT", "YEAR"].iter().map(|code| json!({ "FrequencyCode": code })).collect();
    written(&json!({ "FrequencyCodesGetResponse": codes }))
}

fn is_known(books: &Books, headers: &HeaderMap) -> bool {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    token.is_some_and(|token| books.tokens.contains(token))
}

fn linked<'c>(simulator: &'c Simulator, product: &str, merchant: &str) -> Option<&'c Product> {
    simulator.config.products.iter().find(|known| known.code == product && known.merchant == merchant)
}

/// `/maintain/{kind}/{product}`: changes in named wrappers, questions by client and contract.
pub(crate) async fn maintain(
    State(simulator): State<Arc<Simulator>>,
    Path((kind, product)): Path<(String, String)>,
    Query(query): Asked,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut books = simulator.books();
    if !is_known(&books, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let sequence = books.next_call();
    let asked = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    let merchant = asked("BeneficiaryUser");
    let known = linked(&simulator, &product, merchant);
    let desk = Desk { product: &product, merchant, consent: known.is_some_and(|known| known.consent) };
    let Some(name) = wrapper(&kind) else { return StatusCode::NOT_FOUND.into_response() };
    let (client, contract) = (asked("ClientNumber"), asked("ContractNumber"));
    match method {
        Method::POST => {
            let Some(records) = records(&body, &format!("{name}PostRequest")) else { return StatusCode::BAD_REQUEST.into_response() };
            let outcomes: Vec<Outcome> = records
                .iter()
                .map(|record| match known {
                    Some(_) => take(&mut books, &simulator, &desk, &kind, record),
                    None => Err(vec![("ADCMIT17", "Product not linked to beneficiary")]),
                })
                .collect();
            written(&record::answer(&format!("{name}PostResponse"), sequence, &outcomes))
        }
        Method::GET => {
            let found = match kind.as_str() {
                "clients" if books.has_client(&desk, client) => vec![json!({ "ClientNumber": client })],
                "contracts" | "mandates" => books.contract(&desk, client, contract).into_iter().collect(),
                "instalments" => books.instalments(&desk, client, contract, query.get("InstalmentReferenceNumber").map(String::as_str)),
                _ => Vec::new(),
            };
            if found.is_empty() { StatusCode::NOT_FOUND.into_response() } else { written(&json!({ (format!("{name}GetResponse")): found })) }
        }
        Method::DELETE if kind == "contracts" => match books.cancel(&desk, client, contract) {
            Some(facts) => written(&record::answer("ContractDeleteResponse", sequence, &[Ok(facts)])),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// `/maintain/simulate/{kind}/{product}`: what payer and bank answer.
pub(crate) async fn simulate(
    State(simulator): State<Arc<Simulator>>,
    Path((kind, product)): Path<(String, String)>,
    Query(query): Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut books = simulator.books();
    if !is_known(&books, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let sequence = books.next_call();
    let merchant = query.get("BeneficiaryUser").map(String::as_str).unwrap_or_default();
    let desk = Desk { product: &product, merchant, consent: true };
    let name = match kind.as_str() {
        "mandate" => "Mandate",
        "instalment" => "Instalment",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let Some(records) = records(&body, &format!("{name}PutRequest")) else { return StatusCode::BAD_REQUEST.into_response() };
    let outcomes: Vec<Outcome> =
        records.iter().map(|record| if name == "Mandate" { books.answer_mandate(&desk, record) } else { books.answer_instalment(record) }).collect();
    written(&record::answer(&format!("{name}PutResponse"), sequence, &outcomes))
}

fn wrapper(kind: &str) -> Option<&'static str> {
    match kind {
        "clients" => Some("Client"),
        "contracts" => Some("Contract"),
        "mandates" => Some("Mandate"),
        "instalments" => Some("Instalment"),
        _ => None,
    }
}

fn records(body: &[u8], wrapper: &str) -> Option<Vec<Value>> {
    serde_json::from_slice::<Value>(body).ok()?.get(wrapper)?.as_array().cloned()
}

/// Checks a record and takes it up.
fn take(books: &mut Books, simulator: &Simulator, desk: &Desk<'_>, kind: &str, record: &Value) -> Outcome {
    match kind {
        "clients" => {
            let failures = record::client(record);
            if failures.is_empty() { books.add_client(desk, &text(record, "ClientNumber")) } else { Err(failures) }
        }
        "contracts" | "mandates" => {
            let day = if kind == "contracts" { "FirstCollectionDate" } else { "InstalmentStartDate" };
            let mut failures: Vec<Failure> = record::action_date(&text(record, day), simulator.today()).err().into_iter().collect();
            failures.extend(record::tracking(record).err());
            if !record::is_amount(&record["InstalmentAmount"]) {
                failures.push(("ADCMI21", "Invalid instalment amount"));
            }
            if desk.consent != (kind == "mandates") {
                failures.push(("ADCMI45", "Authentication type not valid for product"));
            }
            if failures.is_empty() { books.add_contract(desk, record) } else { Err(failures) }
        }
        _ => {
            let mut failures: Vec<Failure> =
                record::action_date(&text(record, "InstalmentActionDate"), simulator.today()).err().into_iter().collect();
            if !record::is_amount(&record["InstalmentAmount"]) {
                failures.push(("ADCMI21", "Invalid instalment amount"));
            }
            if failures.is_empty() { books.add_instalment(desk, record) } else { Err(failures) }
        }
    }
}
