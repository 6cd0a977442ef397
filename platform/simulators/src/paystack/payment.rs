//! One payment, and how the provider describes it.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A payment as it is asked for.
pub(crate) struct Wish {
    pub reference: Option<String>,
    pub amount: i64,
    pub currency: String,
    pub email: String,
    pub callback_url: Option<String>,
}

/// A payment under its reference.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub id: u64,
    pub reference: String,
    /// Names the page to pay on.
    pub access_code: String,
    pub amount: i64,
    pub currency: String,
    pub email: String,
    /// Where the page sends the payer afterwards.
    pub callback_url: Option<String>,
    /// `abandoned` until the payer does something on the page.
    pub status: String,
    pub gateway_response: String,
    pub is_prompt: bool,
    pub begun_at: DateTime<Utc>,
    pub paid_at: Option<DateTime<Utc>>,
    pub refunded: i64,
}

impl Payment {
    /// Whether the payer can still pay. A page takes another card after one that was declined; a prompt is over.
    pub fn is_open(&self) -> bool {
        matches!(self.status.as_str(), "abandoned" | "pending") || (self.status == "failed" && !self.is_prompt)
    }

    /// One that nobody paid yet.
    pub fn new(id: u64, reference: &str, wish: Wish, is_prompt: bool, secret_key: &str) -> Self {
        let Wish { amount, currency, email, callback_url, .. } = wish;
        Self {
            id,
            reference: reference.to_owned(),
            access_code: access_code(secret_key, reference),
            amount,
            currency,
            email,
            callback_url,
            status: if is_prompt { "pending" } else { "abandoned" }.to_owned(),
            gateway_response: "The transaction was not completed".to_owned(),
            is_prompt,
            begun_at: Utc::now(),
            paid_at: None,
            refunded: 0,
        }
    }

    /// The name under which its card may be charged again, if it was paid by one.
    pub fn saved_as(&self) -> Option<String> {
        self.paid_at.filter(|_| !self.is_prompt).map(|_| format!("AUTH_{}", self.id))
    }

    /// What is paid out of a phone is not charged again; a card is.
    fn authorization(&self) -> Value {
        match (self.paid_at, self.saved_as()) {
            (None, _) => json!({}),
            (Some(_), None) => json!({ "bank": "M-PESA", "brand": "M-pesa", "card_type": "", "country_code": "KE", "reusable": false }),
            (Some(_), Some(code)) => {
                json!({ "authorization_code": code, "bin": "408408", "card_type": "visa ", "exp_month": "08", "reusable": true })
            }
        }
    }

    /// As answers and notices describe it.
    pub fn describe(&self, domain: &str) -> Value {
        let paid_at = self.paid_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
        let fees = self.paid_at.map(|_| fees(self.amount));
        json!({
            "id": self.id,
            "domain": domain,
            "status": self.status,
            "reference": self.reference,
            "receipt_number": self.paid_at.filter(|_| self.is_prompt).map(|_| format!("TJ{}", self.id)),
            "amount": self.amount,
            "requested_amount": self.amount,
            "currency": self.currency,
            "channel": if self.is_prompt { "mobile_money" } else { "card" },
            "gateway_response": self.gateway_response,
            "created_at": self.begun_at.to_rfc3339_opts(SecondsFormat::Millis, true),
            "paid_at": paid_at,
            "paidAt": paid_at,
            "fees": fees,
            "ip_address": "192.0.2.1, 192.0.2.2",
            "metadata": metadata(self.id),
            "log": { "success": false },
            "authorization": self.authorization(),
            "customer": { "email": self.email, "customer_code": "CUS_demo42", "first_name": null },
            "plan_object": {},
            "split": [],
        })
    }
}

/// 1.5 %.
pub(crate) fn fees(amount: i64) -> i64 {
    amount * 15 / 1_000
}

/// What names a page: nobody guesses it, and the same payment keeps it.
fn access_code(secret_key: &str, reference: &str) -> String {
    hex::encode(Sha256::digest(format!("{secret_key} {reference}"))).chars().take(15).collect()
}

/// The forms in which integrators have seen it.
fn metadata(id: u64) -> Value {
    match id % 4 {
        0 => json!(""),
        1 => json!(0),
        2 => Value::Null,
        _ => json!({ "policy": "P-42" }),
    }
}
