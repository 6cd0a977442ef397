//! `POST /mpesa/stkpushquery/v1/query`: what became of a push, as unreliable as the original.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use rand::RngExt;
use serde_json::json;

use super::config::Pending;
use super::core::Simulator;
use super::gateway::{self, Family, Fields, Refusal};
use super::push_request::Credentials;

pub(crate) async fn query(State(simulator): State<Arc<Simulator>>, headers: HeaderMap, body: Bytes) -> Result<Response, Refusal> {
    let caller = gateway::authenticate(&simulator, &headers, Family::Query)?;
    let fields = Fields::parse(&body)?;
    let credentials = Credentials::read(&fields)?;
    let id = fields.checked("CheckoutRequestID", |_| true)?;
    let mut guard = simulator.lock();
    let inner = &mut *guard;
    credentials.merchant(inner, &caller)?;
    // A known id gets the same answer at a bad moment: it never means that the push is unknown.
    let flaky = inner.rng.random_range(0..1_000) < inner.settings.query_flake_permille;
    let found = inner.state.prompts.get(&id);
    let own = found.filter(|p| p.shortcode == credentials.shortcode && p.consumer_key == caller.consumer_key);
    let Some(prompt) = own.filter(|_| !flaky) else {
        return Err(Refusal::merchant("The transaction does not Exist"));
    };
    let (code, text) = match (prompt.settlements.last(), inner.settings.pending) {
        (Some(last), _) => (last.outcome.code.clone(), last.outcome.query_text.clone()),
        (None, Pending::Code4999) => ("4999".to_owned(), "The transaction is still under processing".to_owned()),
        (None, Pending::GatewayError) => {
            return Err(Refusal::merchant("The transaction is being processed"));
        }
    };
    Ok(gateway::ok_json(&json!({
        "ResponseCode": "0",
        "ResponseDescription": "The service request has been accepted successsfully",
        "MerchantRequestID": prompt.merchant_request_id,
        "CheckoutRequestID": prompt.checkout_request_id,
        "ResultCode": code,
        "ResultDesc": text,
    })))
}
