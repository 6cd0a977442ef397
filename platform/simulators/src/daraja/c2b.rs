//! Payments that payers type in themselves: registering URLs, validation, confirmation.
//!
//! Always holds: validation is asked only where it is switched on, and before any money moves; a
//! confirmation is final and sent once.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use rand::RngExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::book::{Delivery, Movement, PaidIn, RegisteredUrls};
use super::callback_url;
use super::config::{Profile, is_shortcode};
use super::core::Simulator;
use super::delivery::Post;
use super::eat;
use super::gateway::{self, Family, Fields, Refusal, is_phone};
use super::ids;
use super::party;
use super::state::Entry;

/// Longest account reference a payer can type.
const LONGEST_REFERENCE: usize = 20;

/// A payment as a payer types it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypedPayment {
    /// Paybill number.
    pub shortcode: String,
    /// Payer, 12 digits.
    pub phone: String,
    /// Whole shillings.
    pub amount: u64,
    /// What the payer types as account, any case and spaces.
    pub bill_reference: String,
    /// Payer's first name; derived from the phone when empty.
    #[serde(default)]
    pub first_name: String,
}

/// Why a payment cannot be typed in.
#[derive(Debug, thiserror::Error)]
pub enum TypedPaymentError {
    /// The shortcode is nobody's.
    #[error("no merchant has this shortcode")]
    UnknownShortcode,
    /// Phone, amount or reference cannot exist.
    #[error("invalid {0}")]
    Invalid(&'static str),
    /// The journal cannot be written.
    #[error("cannot write the simulator's journal")]
    Journal(#[from] std::io::Error),
}

/// `POST /mpesa/c2b/{v1|v2}/registerurl`.
pub(crate) async fn register_urls(
    State(simulator): State<Arc<Simulator>>,
    Path(version): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let version = version_number(&version)?;
    let caller = gateway::authenticate(&simulator, &headers, Family::Query)?;
    let fields = Fields::parse(&body)?;
    let mut guard = simulator.lock();
    let inner = &mut *guard;
    let shortcode = fields.checked("ShortCode", is_shortcode)?;
    let completed = fields.checked("ResponseType", |kind| matches!(kind, "Completed" | "Cancelled"))?;
    let good = |url: &str| callback_url::may_be_registered(url, caller.profile, &inner.routes);
    let confirmation_url = fields.checked("ConfirmationURL", good)?;
    let validation_url = fields.checked("ValidationURL", good)?;
    if inner.merchant(&caller.consumer_key, &shortcode).is_none() {
        return Err(Refusal::new(400, "400.003.02", "Bad Request - Kindly use your own ShortCode"));
    }
    if caller.profile == Profile::Production && inner.state.urls.contains_key(&shortcode) {
        return Err(Refusal::new(500, "500.003.1001", "Urls are already registered."));
    }
    let completed_by_default = completed == "Completed";
    let urls = RegisteredUrls { shortcode, version, completed_by_default, confirmation_url, validation_url };
    inner.record(Entry::UrlsRegistered { urls })?;
    Ok(accepted(&ids::request_id(&mut inner.rng), "Success"))
}

/// `POST /mpesa/c2b/{v1|v2}/simulate`, sandbox only.
pub(crate) async fn simulate(
    State(simulator): State<Arc<Simulator>>,
    Path(version): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    version_number(&version)?;
    let caller = gateway::authenticate(&simulator, &headers, Family::Query)?;
    if caller.profile == Profile::Production {
        return Err(gateway::not_found().await);
    }
    let fields = Fields::parse(&body)?;
    let payment = TypedPayment {
        shortcode: fields.checked("ShortCode", is_shortcode)?,
        phone: fields.checked("Msisdn", is_phone)?,
        amount: fields.amount("Amount")?,
        bill_reference: fields.text("BillRefNumber").unwrap_or_default(),
        first_name: String::new(),
    };
    fields.checked("CommandID", |id| matches!(id, "CustomerPayBillOnline" | "CustomerBuyGoodsOnline"))?;
    if simulator.lock().merchant(&caller.consumer_key, &payment.shortcode).is_none() {
        return Err(Refusal::new(400, "400.003.02", "Bad Request - Kindly use your own ShortCode"));
    }
    let id = ids::request_id(&mut simulator.lock().rng);
    let paying = Arc::clone(&simulator);
    simulator.spawn(async move {
        if let Err(error) = pay(&paying, payment).await {
            tracing::warn!(%error, "cannot carry out a simulated payment");
        }
    });
    Ok(accepted(&id, "Accept the service request successfully."))
}

fn version_number(version: &str) -> Result<u8, Refusal> {
    match version {
        "v1" => Ok(1),
        "v2" => Ok(2),
        _ => Err(Refusal::new(404, "404.001.01", "Resource not found")),
    }
}

fn accepted(id: &str, text: &str) -> Response {
    // The misspelling is the provider's.
    gateway::ok_json(&json!({"OriginatorCoversationID": id, "ResponseCode": "0", "ResponseDescription": text}))
}

/// Carries out a payment: validation where it applies, money, confirmation.
pub(crate) async fn pay(simulator: &Simulator, typed: TypedPayment) -> Result<PaidIn, TypedPaymentError> {
    check(&typed)?;
    let (mut payment, urls, asks, settings) = {
        let mut inner = simulator.lock();
        let merchant = inner.state.merchants.iter().find(|m| m.shortcode == typed.shortcode);
        let asks = merchant.ok_or(TypedPaymentError::UnknownShortcode)?.validation;
        let urls = inner.state.urls.get(&typed.shortcode).cloned();
        let at = eat::now();
        let receipt = inner.fresh_receipt(at);
        inner.state.receipts.insert(receipt.clone());
        (new_payment(typed, receipt, at), urls, asks, inner.settings.clone())
    };
    let post = |url: &str, body: String, shortcode: &str, timeout_ms| Post {
        url: url.to_owned(),
        body,
        shortcode: shortcode.to_owned(),
        source: settings.callback_source,
        planned: true,
        timeout_ms,
    };
    if let Some(urls) = urls.as_ref().filter(|_| asks) {
        let body = notification(simulator, &payment, urls.version, None);
        let asked = post(&urls.validation_url, body, &payment.shortcode, settings.validation_timeout_ms);
        let delivery = simulator.post(asked).await;
        let verdict = verdict(&delivery, urls.completed_by_default);
        payment.refused = verdict.refused;
        payment.third_party_id = verdict.third_party_id;
        payment.deliveries.push(delivery);
    }
    let balance = book_payment(simulator, &payment)?;
    simulator.changed();
    if let (Some(urls), None) = (urls, &payment.refused) {
        let body = notification(simulator, &payment, urls.version, Some(balance));
        let told = post(&urls.confirmation_url, body, &payment.shortcode, settings.callback_timeout_ms);
        let delivery = simulator.post(told).await;
        payment.deliveries.push(delivery.clone());
        simulator.record(Entry::PaidInDelivered { receipt: payment.receipt.clone(), delivery });
    }
    Ok(payment)
}

fn check(typed: &TypedPayment) -> Result<(), TypedPaymentError> {
    if !is_phone(&typed.phone) {
        return Err(TypedPaymentError::Invalid("phone"));
    }
    if typed.amount == 0 {
        return Err(TypedPaymentError::Invalid("amount"));
    }
    if typed.bill_reference.chars().count() > LONGEST_REFERENCE {
        return Err(TypedPaymentError::Invalid("account reference"));
    }
    Ok(())
}

fn new_payment(typed: TypedPayment, receipt: String, at: chrono::DateTime<chrono::Utc>) -> PaidIn {
    let first_name = if typed.first_name.is_empty() { party::name(&typed.phone) } else { typed.first_name };
    PaidIn {
        receipt,
        shortcode: typed.shortcode,
        phone: typed.phone,
        first_name: first_name.split(' ').next().unwrap_or_default().to_uppercase(),
        amount: typed.amount,
        bill_reference: typed.bill_reference,
        at,
        refused: None,
        third_party_id: String::new(),
        deliveries: Vec::new(),
    }
}

/// Writes the payment into the book; gives the balance afterwards.
fn book_payment(simulator: &Simulator, payment: &PaidIn) -> Result<i64, TypedPaymentError> {
    let mut inner = simulator.lock();
    let amount = i64::try_from(payment.amount).unwrap_or(i64::MAX);
    let balance = inner.state.balance(&payment.shortcode) + amount;
    let other_party = party::masked(&payment.phone);
    let movement = payment.refused.is_none().then(|| Movement {
        receipt: payment.receipt.clone(),
        shortcode: payment.shortcode.clone(),
        completed_at: payment.at,
        initiated_at: payment.at,
        details: format!("Pay Bill from {other_party} Acc. {}", payment.bill_reference),
        amount,
        balance,
        reason: "Pay Bill".to_owned(),
        other_party,
        account: payment.bill_reference.clone(),
    });
    inner.record(Entry::PaidIn { payment: Box::new(payment.clone()), movement })?;
    Ok(balance)
}

/// The thirteen keys, all text. The balance is filled on the confirmation only.
fn notification(simulator: &Simulator, payment: &PaidIn, version: u8, balance: Option<i64>) -> String {
    let decimals = !simulator.lock().rng.random_ratio(1, 4);
    let msisdn = match version {
        1 => hex::encode(Sha256::digest(payment.phone.as_bytes())),
        _ => party::mask(&payment.phone),
    };
    json!({
        "TransactionType": "Pay Bill",
        "TransID": payment.receipt,
        "TransTime": eat::compact(payment.at),
        "TransAmount": if decimals { format!("{}.00", payment.amount) } else { payment.amount.to_string() },
        "BusinessShortCode": payment.shortcode,
        "BillRefNumber": payment.bill_reference,
        "InvoiceNumber": "",
        "OrgAccountBalance": balance.map(|balance| format!("{balance}.00")).unwrap_or_default(),
        "ThirdPartyTransID": payment.third_party_id,
        "MSISDN": msisdn,
        "FirstName": payment.first_name,
        "MiddleName": "",
        "LastName": "",
    })
    .to_string()
}

struct Verdict {
    refused: Option<String>,
    third_party_id: String,
}

/// What a validation answer means; no usable answer leaves it to the registered default.
fn verdict(delivery: &Delivery, completed_by_default: bool) -> Verdict {
    let answer: Option<Value> = (delivery.status == Some(200)).then(|| serde_json::from_str(&delivery.answer).ok()).flatten();
    let code = answer.as_ref().and_then(|answer| answer.get("ResultCode")).and_then(|code| match code {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    let third_party_id = answer.as_ref().and_then(|answer| answer.get("ThirdPartyTransID")).and_then(Value::as_str).unwrap_or_default().to_owned();
    let refused = match code {
        Some(code) if code == "0" => None,
        Some(code) => Some(code),
        None if completed_by_default => None,
        None => Some("unanswered".to_owned()),
    };
    Verdict { refused, third_party_id }
}
