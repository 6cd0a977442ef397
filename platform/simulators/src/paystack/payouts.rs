//! The provider's endpoints for money that leaves: balance, recipients, transfers.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use super::Simulator;
use super::api::{amount, body, with};
use super::envelope::{No, made, yes};
use super::transfer::{Order, Recipient};

fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_default().to_owned()
}

pub(crate) async fn balance(State(simulator): State<Arc<Simulator>>, headers: HeaderMap) -> Result<Response, No> {
    with(&simulator, &headers, |books| {
        let held: Vec<Value> =
            books.account.currencies.iter().map(|currency| json!({ "currency": currency, "balance": books.balance(currency) })).collect();
        Ok(yes("Balances retrieved", &Value::from(held)))
    })
}

pub(crate) async fn recipient(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, bytes: Bytes) -> Result<Response, No> {
    with(&simulator, &headers, |books| {
        let body = body(&bytes)?;
        let kind = text(&body, "type");
        let code = books.transfers.add(Recipient {
            kind: kind.clone(),
            name: text(&body, "name"),
            account_number: text(&body, "account_number"),
            bank_code: text(&body, "bank_code"),
            currency: text(&body, "currency"),
        })?;
        let facts = json!({ "recipient_code": code, "type": kind, "domain": books.account.domain() });
        Ok(made("Transfer recipient created successfully", &facts))
    })
}

pub(crate) async fn transfer(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, bytes: Bytes) -> Result<Response, No> {
    with(&simulator, &headers, |books| {
        let body = body(&bytes)?;
        if body["source"] != json!("balance") {
            return Err(No::bad("Transfer source is invalid", Some("invalid_params")));
        }
        let reference = text(&body, "reference");
        books.transfer(Order {
            reference: reference.clone(),
            amount: amount(&body["amount"])?,
            currency: text(&body, "currency"),
            recipient: text(&body, "recipient"),
            reason: text(&body, "reason"),
        })?;
        Ok(yes("Transfer has been queued", &books.describe_transfer(&reference).unwrap_or_default()))
    })
}

pub(crate) async fn verify(State(simulator): State<Arc<Simulator>>, Path(reference): Path<String>, headers: HeaderMap) -> Result<Response, No> {
    with(&simulator, &headers, |books| {
        let found = books.describe_transfer(&reference).ok_or_else(|| No::not_found("Transfer not found", None))?;
        Ok(yes("Transfer retrieved", &found))
    })
}
