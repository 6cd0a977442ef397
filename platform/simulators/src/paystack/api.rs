//! The provider's endpoints.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Simulator;
use super::book::Books;
use super::envelope::{No, yes};
use super::page::PAGES;
use super::payment::Wish;

/// `GET /refund` goes by this.
#[derive(Debug, Deserialize)]
pub(crate) struct OfTransaction {
    transaction: Option<String>,
}

/// Does something in the books of the key's account, within the provider's limit.
pub(super) fn with<T>(simulator: &Simulator, headers: &HeaderMap, work: impl FnOnce(&mut Books) -> Result<T, No>) -> Result<T, No> {
    if !simulator.is_allowed() {
        return Err(No::too_fast());
    }
    let key = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let mut books = simulator.books();
    let found = books.iter_mut().find(|books| Some(books.account.secret_key.as_str()) == key).ok_or_else(No::key)?;
    let answer = work(found);
    simulator.keep(&books);
    answer
}

pub(super) fn body(bytes: &[u8]) -> Result<Value, No> {
    serde_json::from_slice(bytes).map_err(|_| No::bad("Invalid JSON", None))
}

/// Whole minor units. A number that ends in `.0` and the digits of one as text are silently taken.
pub(super) fn amount(value: &Value) -> Result<i64, No> {
    let text = match value {
        Value::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
        Value::String(text) => text.clone(),
        _ => String::new(),
    };
    let amount: i64 = text.parse().map_err(|_| No::bad("\"amount\" must be an integer", None))?;
    if amount <= 0 { Err(No::bad("Invalid Amount Sent", None)) } else { Ok(amount) }
}

fn wish(body: &Value, books: &Books) -> Result<Wish, No> {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let first = books.account.currencies.first().cloned().unwrap_or_default();
    Ok(Wish {
        email: text("email").unwrap_or_default(),
        amount: amount(&body["amount"])?,
        currency: text("currency").unwrap_or(first),
        reference: text("reference"),
        callback_url: text("callback_url"),
    })
}

pub(crate) async fn initialize(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, bytes: Bytes) -> Result<Response, No> {
    with(&simulator, &headers, |books| {
        let wish = wish(&body(&bytes)?, books)?;
        let reference = books.open(wish, false)?;
        let code = books.payment(&reference).map(|payment| payment.access_code.clone()).unwrap_or_default();
        let url = format!("https://{PAGES}/{code}");
        Ok(yes("Authorization URL created", &json!({ "authorization_url": url, "access_code": code, "reference": reference })))
    })
}

pub(crate) async fn charge(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, bytes: Bytes) -> Result<Response, No> {
    with(&simulator, &headers, |books| {
        let body = body(&bytes)?;
        let wish = wish(&body, books)?;
        let phone = body["mobile_money"]["phone"].as_str().is_some_and(|phone| phone.starts_with("+254"));
        if body["mobile_money"]["provider"] != json!("mpesa") || wish.currency != "KES" || !phone {
            return Err(No::bad("Provider is not available for this currency", None));
        }
        let reference = books.open(wish, true)?;
        let words = "Please complete authorization process on your mobile phone";
        Ok(yes("Charge attempted", &json!({ "reference": reference, "status": "pay_offline", "display_text": words })))
    })
}

pub(crate) async fn charge_authorization(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, bytes: Bytes) -> Result<Response, No> {
    let (answer, told) = with(&simulator, &headers, |books| {
        let body = body(&bytes)?;
        let wish = wish(&body, books)?;
        if !books.may_charge(body["authorization_code"].as_str().unwrap_or_default(), &wish.email) {
            return Err(No::bad("Email does not match Authorization code. Please confirm.", None));
        }
        let reference = books.open(wish, false)?;
        let told = books.pay(&reference).unwrap_or_default();
        Ok((books.describe(&reference).unwrap_or_default(), told))
    })?;
    simulator.tell(told);
    Ok(yes("Charge attempted", &answer))
}

/// `GET /transaction` goes by these.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listing {
    per_page: Option<usize>,
    page: Option<usize>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
}

/// The latest first, by when they were begun.
pub(crate) async fn list(State(simulator): State<Arc<Simulator>>, Query(of): Query<Listing>, headers: HeaderMap) -> Result<Response, No> {
    with(&simulator, &headers, |books| {
        let size = of.per_page.unwrap_or(50).clamp(1, 100);
        let skipped = of.page.unwrap_or(1).saturating_sub(1).saturating_mul(size);
        let found: Vec<Value> = books.begun(of.from, of.to).into_iter().skip(skipped).take(size).collect();
        Ok(yes("Transactions retrieved", &Value::from(found)))
    })
}

pub(crate) async fn verify(State(simulator): State<Arc<Simulator>>, Path(reference): Path<String>, headers: HeaderMap) -> Result<Response, No> {
    with(&simulator, &headers, |books| {
        let unknown = || No::bad("Transaction reference not found.", Some("transaction_not_found"));
        Ok(yes("Verification successful", &books.describe(&reference).ok_or_else(unknown)?))
    })
}

pub(crate) async fn refund(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, bytes: Bytes) -> Result<Response, No> {
    let (answer, told) = with(&simulator, &headers, |books| {
        let body = body(&bytes)?;
        let transaction = body["transaction"].as_str().map_or_else(|| body["transaction"].to_string(), str::to_owned);
        let asked = if body["amount"].is_null() { None } else { Some(amount(&body["amount"])?) };
        let id = books.refund(&transaction, asked, body["currency"].as_str(), body["merchant_note"].clone())?;
        let told = books.settle_refund(id, "pending").unwrap_or_default();
        Ok((books.describe_refund(id, true).unwrap_or_default(), told))
    })?;
    simulator.tell(told);
    Ok(yes("Refund has been queued for processing", &answer))
}

/// By the number of the payment, or of all payments; a reference finds nothing and says nothing.
pub(crate) async fn refunds(State(simulator): State<Arc<Simulator>>, Query(of): Query<OfTransaction>, headers: HeaderMap) -> Result<Response, No> {
    with(&simulator, &headers, |books| Ok(yes("Refunds retrieved", &Value::from(books.refund_list(of.transaction.as_deref())))))
}

pub(crate) async fn fetch_refund(State(simulator): State<Arc<Simulator>>, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, No> {
    with(&simulator, &headers, |books| {
        let found = id.parse().ok().and_then(|id| books.describe_refund(id, false));
        Ok(yes("Refund retrieved", &found.ok_or_else(|| No::not_found("Refund not found", Some("not_found")))?))
    })
}

/// Has a saved card forgotten.
pub(crate) async fn deactivate(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, bytes: Bytes) -> Result<Response, No> {
    with(&simulator, &headers, |books| {
        let code = body(&bytes)?["authorization_code"].as_str().unwrap_or_default().to_owned();
        if books.forget(&code) {
            Ok(yes("Authorization has been deactivated", &Value::Null))
        } else {
            Err(No::not_found("Authorization not found", Some("not_found")))
        }
    })
}
