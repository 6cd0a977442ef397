//! The bytes of a push's callback, with the provider's irregularities.
//!
//! Written by hand because the amount travels as a decimal with two places, which must not pass
//! through a binary float.

use chrono::{DateTime, Utc};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde_json::{Value, json};

use super::book::Prompt;
use super::eat;
use super::outcome::Outcome;

/// Tells an outcome. A receipt makes it carry metadata: four or five items in any order.
pub(crate) fn write(rng: &mut StdRng, prompt: &Prompt, outcome: &Outcome, receipt: Option<&str>, at: DateTime<Utc>) -> String {
    let metadata = receipt.map(|receipt| metadata(rng, prompt, receipt, at));
    format!(
        r#"{{"Body":{{"stkCallback":{{"MerchantRequestID":{},"CheckoutRequestID":{},"ResultCode":{},"ResultDesc":{}{}}}}}}}"#,
        json!(prompt.merchant_request_id),
        json!(prompt.checkout_request_id),
        outcome.code_json(),
        Value::from(outcome.callback_text.as_str()),
        metadata.unwrap_or_default(),
    )
}

fn metadata(rng: &mut StdRng, prompt: &Prompt, receipt: &str, at: DateTime<Utc>) -> String {
    let mut items = vec![
        format!(r#"{{"Name":"Amount","Value":{}.00}}"#, prompt.amount),
        format!(r#"{{"Name":"MpesaReceiptNumber","Value":{}}}"#, json!(receipt)),
        format!(r#"{{"Name":"TransactionDate","Value":{}}}"#, eat::compact(at)),
        format!(r#"{{"Name":"PhoneNumber","Value":{}}}"#, prompt.phone),
    ];
    match rng.random_range(0..8) {
        0..4 => items.insert(2, r#"{"Name":"Balance"}"#.to_owned()),
        4 => items.insert(2, r#"{"Name":"Balance","Value":"{Amount={BasicAmount=50.5}}"}"#.to_owned()),
        _ => {}
    }
    if rng.random_bool(0.5) {
        items.shuffle(rng);
    }
    format!(r#","CallbackMetadata":{{"Item":[{}]}}"#, items.join(","))
}
