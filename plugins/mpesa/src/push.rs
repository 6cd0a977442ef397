//! Asking the payer: the push request and what its answer means.
//!
//! The provider has no idempotency: the same request twice is two prompts. So only an answer that proves that no prompt was sent may
//! become `rejected` or `retryable`; whatever leaves a doubt is `unknown-outcome`.

use serde_json::{Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::http::Part;
use wakala_plugin_sdk::host::secrets::Ticket;
use wakala_plugin_sdk::http::json_body;
use wakala_plugin_sdk::payments::gateway::CollectRequest;
use wakala_plugin_sdk::payments::{Action, Outcome};

use crate::envelope::{Class, Refusal};
use crate::link::{Answer, Link, Trouble, post};
use crate::settings::Settings;
use crate::{amount, phone};

const PATH: &str = "/mpesa/stkpush/v1/processrequest";
/// Another prompt is open on that phone: it closes within a minute or two.
const LOCKED_MS: u64 = 120_000;
const REFERENCE_MAX: usize = 12;
const DESCRIPTION_MAX: usize = 13;

/// One request, checked against the provider's rules.
#[derive(Debug, PartialEq, Eq)]
pub struct Push {
    phone: String,
    shillings: i64,
    reference: String,
    description: String,
}

impl Push {
    /// Checks what is to be collected from whom.
    ///
    /// # Errors
    /// `rejected` with `amount`, `phone` or `format`; `unsupported` for another method.
    pub fn new(req: &CollectRequest) -> Result<Self, PluginError> {
        if req.method != "mpesa" {
            return Err(PluginError::Unsupported(format!("payment method {}", req.method)));
        }
        let phone = req.payer.phone.as_deref().ok_or_else(|| PluginError::rejected("phone", "the payer has no phone number"))?;
        Ok(Self {
            phone: phone::normalise(phone)?,
            shillings: amount::whole_shillings(&req.amount)?,
            reference: reference(&req.reference)?,
            description: description(&req.description, &req.reference),
        })
    }

    /// The request's body; `password` stands for base64 of short code, passkey and `timestamp`.
    fn body(&self, settings: &Settings, password: &Ticket, timestamp: &str, callback: &str) -> Vec<Part> {
        let body = json!({
            "BusinessShortCode": digits(&settings.shortcode),
            "Password": password,
            "Timestamp": timestamp,
            "TransactionType": settings.transaction_type,
            "Amount": self.shillings.to_string(),
            "PartyA": self.phone,
            "PartyB": settings.receiver,
            "PhoneNumber": self.phone,
            "CallBackURL": callback,
            "AccountReference": self.reference,
            "TransactionDesc": self.description,
        });
        json_body(&body.to_string(), &[password])
    }

    /// Sends the push.
    ///
    /// # Errors
    /// As `gateway.collect`.
    pub fn send(
        &self,
        link: &impl Link,
        settings: &Settings,
        password: &Ticket,
        timestamp: &str,
        callback: &str,
        locale: &str,
    ) -> Result<Outcome, PluginError> {
        match post(link, PATH, &self.body(settings, password, timestamp, callback)) {
            Ok(answer) => accepted(&answer, locale),
            Err(Trouble::NotDone(error)) => Err(error),
            Err(Trouble::Unclear(reason)) => Err(PluginError::UnknownOutcome(reason)),
            Err(Trouble::Refused(refusal, after_ms)) => Err(refused(&refusal, after_ms)),
        }
    }
}

/// A short code as the number that the official request shows; it has no leading zeros.
pub fn digits(shortcode: &str) -> Value {
    shortcode.parse::<u32>().map_or_else(|_| Value::from(shortcode), Value::from)
}

fn reference(text: &str) -> Result<String, PluginError> {
    let fits = (1..=REFERENCE_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if fits { Ok(text.to_owned()) } else { Err(PluginError::rejected("format", "the reference has one to twelve letters and digits")) }
}

/// What the provider accepts of a description; the reference if nothing is left, since an empty one is refused.
fn description(text: &str, reference: &str) -> String {
    let kept: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.')).take(DESCRIPTION_MAX).collect();
    let kept = kept.trim();
    if kept.is_empty() { reference.to_owned() } else { kept.to_owned() }
}

fn accepted(answer: &Answer, locale: &str) -> Result<Outcome, PluginError> {
    let json: Value =
        serde_json::from_slice(&answer.body).map_err(|_| PluginError::UnknownOutcome("the answer to the push cannot be read".into()))?;
    let text = |name: &str| json[name].as_str().filter(|text| !text.is_empty());
    let code = match &json["ResponseCode"] {
        Value::Number(number) => number.to_string(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    let Some(checkout) = text("CheckoutRequestID").filter(|_| code == "0") else {
        let said = text("ResponseDescription").or_else(|| text("errorMessage")).unwrap_or("no reason");
        return Err(PluginError::UnknownOutcome(format!("neither accepted nor refused: {said} (response code {code:?})")));
    };
    Ok(Outcome {
        provider_ref: Some(checkout.to_owned()),
        state: "needs-action".into(),
        code: None,
        message: text("CustomerMessage").or_else(|| text("ResponseDescription")).map(str::to_owned),
        action: Some(Action { kind: "text".into(), value: instruction(locale).into(), expires_ms: None, extra: Vec::new() }),
        amount: None,
        fee: None,
        receipt: None,
        occurred_ms: None,
        saved_method: None,
        extra: text("MerchantRequestID").map(|id| ("merchant-request-id".to_owned(), id.to_owned())).into_iter().collect(),
    })
}

fn instruction(locale: &str) -> &'static str {
    match locale.split('-').next() {
        Some("sw") => "Angalia simu yako na uweke PIN yako ya M-Pesa ili kulipa.",
        _ => "Check your phone and enter your M-Pesa PIN to pay.",
    }
}

fn refused(refusal: &Refusal, after_ms: Option<u64>) -> PluginError {
    let retry = |after_ms| PluginError::Retryable(wakala_plugin_sdk::host::types::Retry { after_ms, reason: refusal.sentence(), extra: Vec::new() });
    match refusal.class {
        Class::Busy => retry(after_ms),
        Class::Token => PluginError::Unauthorized(refusal.sentence()),
        Class::Refused => PluginError::rejected(refusal.code.clone(), refusal.message.clone()),
        Class::Unclear => PluginError::UnknownOutcome(refusal.sentence()),
        // One code for several causes: only the documented texts of refusals before the prompt are taken as such.
        Class::Ambiguous if refusal.says("lock subscriber") => retry(Some(LOCKED_MS)),
        Class::Ambiguous => credentials(refusal).unwrap_or_else(|| PluginError::UnknownOutcome(refusal.sentence())),
    }
}

/// What the provider says of short code and passkey, if that is what it speaks of.
pub fn credentials(refusal: &Refusal) -> Option<PluginError> {
    if refusal.says("wrong credentials") {
        Some(PluginError::misconfigured("passkey", "The provider does not accept this passkey for the short code"))
    } else if refusal.says("merchant does not exist") {
        Some(PluginError::misconfigured("shortcode", "The provider does not know this short code"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
