//! The books of one account: payments and refunds, and what becomes of them.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::envelope::No;
use super::notice::notice;
use crate::scripted::Callback;

/// Numbers of payments: far beyond 31 bits.
const FIRST_ID: u64 = 5_900_112_233;
/// The least in each currency, in minor units.
const LEAST: [(&str, i64); 6] = [("NGN", 5_000), ("GHS", 10), ("ZAR", 100), ("KES", 300), ("USD", 200), ("XOF", 100)];
/// The least that is refunded; seen for one currency.
const LEAST_REFUND: (&str, i64) = ("GHS", 100);

/// An account at the provider.
#[derive(Clone, Debug)]
pub struct Account {
    /// `sk_test_…` or `sk_live_…`.
    pub secret_key: String,
    /// Currencies that are switched on.
    pub currencies: Vec<String>,
    /// Where its notices go, if the merchant entered an address.
    pub webhook: Option<String>,
}

#[derive(Clone, Debug)]
struct Payment {
    id: u64,
    reference: String,
    amount: i64,
    currency: String,
    email: String,
    /// `abandoned` until the payer does something on the page.
    status: &'static str,
    is_prompt: bool,
    begun_at: DateTime<Utc>,
    paid_at: Option<DateTime<Utc>>,
    refunded: i64,
}

#[derive(Clone, Debug)]
struct Refund {
    id: u64,
    payment: String,
    amount: i64,
    note: Value,
    status: String,
}

/// A payment as it is asked for.
pub(crate) struct Wish {
    pub reference: Option<String>,
    pub amount: i64,
    pub currency: String,
    pub email: String,
}

#[derive(Debug)]
pub(crate) struct Books {
    pub account: Account,
    payments: BTreeMap<String, Payment>,
    refunds: BTreeMap<u64, Refund>,
    /// Notices so far.
    pub sent: Vec<Callback>,
}

/// What is paid out of a phone is not charged again; a card is.
fn authorization(payment: &Payment) -> Value {
    match (payment.paid_at, payment.is_prompt) {
        (None, _) => json!({}),
        (Some(_), true) => json!({ "bank": "M-PESA", "brand": "M-pesa", "card_type": "", "country_code": "KE", "reusable": false }),
        (Some(_), false) => {
            json!({ "authorization_code": format!("AUTH_{}", payment.id), "bin": "408408", "card_type": "visa ", "exp_month": "08", "reusable": true })
        }
    }
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

impl Books {
    pub fn new(account: Account) -> Self {
        Self { account, payments: BTreeMap::new(), refunds: BTreeMap::new(), sent: Vec::new() }
    }

    fn domain(&self) -> &'static str {
        if self.account.secret_key.starts_with("sk_live_") { "live" } else { "test" }
    }

    fn next_id(&self) -> u64 {
        let taken = self.payments.len().saturating_add(self.refunds.len());
        FIRST_ID.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX))
    }

    /// Takes a payment up under its reference. Nothing of a refused wish stays.
    pub fn open(&mut self, wish: Wish, is_prompt: bool) -> Result<String, No> {
        if !wish.email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
            return Err(No::bad("Invalid Email Address Passed", Some("invalid_email_address")));
        }
        if !self.account.currencies.contains(&wish.currency) {
            return Err(No::bad("Currency not supported by merchant", None));
        }
        let least = LEAST.iter().find(|(code, _)| *code == wish.currency).map_or(1, |(_, least)| *least);
        if wish.amount < least {
            return Err(No::bad("Invalid Amount Sent", None));
        }
        let id = self.next_id();
        let reference = wish.reference.unwrap_or_else(|| format!("generated{id}"));
        if !reference.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'=' | b'_')) {
            return Err(No::bad("Invalid characters in transaction reference", None));
        }
        if self.payments.contains_key(&reference) {
            return Err(No::bad("Duplicate Transaction Reference", Some("duplicate_reference")));
        }
        let status = if is_prompt { "pending" } else { "abandoned" };
        let Wish { amount, currency, email, .. } = wish;
        let begun_at = Utc::now();
        let payment = Payment { id, reference: reference.clone(), amount, currency, email, status, is_prompt, begun_at, paid_at: None, refunded: 0 };
        self.payments.insert(reference.clone(), payment);
        Ok(reference)
    }

    /// Whether a saved card may be charged for this e-mail address.
    pub fn may_charge(&self, code: &str, email: &str) -> bool {
        self.payments.values().any(|payment| {
            let authorization = authorization(payment);
            authorization["reusable"] == json!(true) && authorization["authorization_code"] == json!(code) && payment.email == email
        })
    }

    /// The payer pays.
    pub fn pay(&mut self, reference: &str) -> Option<Vec<Callback>> {
        let payment = self.payments.get_mut(reference).filter(|payment| matches!(payment.status, "abandoned" | "pending"))?;
        payment.status = "success";
        payment.paid_at = Some(Utc::now());
        let told = self.describe(reference)?;
        Some(self.tell("charge.success", &told))
    }

    /// The prompt closes. Failures are not told.
    pub fn expire(&mut self, reference: &str) -> Option<Vec<Callback>> {
        let payment = self.payments.get_mut(reference).filter(|payment| payment.status == "pending")?;
        payment.status = "failed";
        Some(Vec::new())
    }

    /// A payment as answers and notices describe it.
    pub fn describe(&self, reference: &str) -> Option<Value> {
        let payment = self.payments.get(reference)?;
        let paid_at = payment.paid_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
        let fees = payment.paid_at.map(|_| payment.amount * 15 / 1_000);
        Some(json!({
            "id": payment.id,
            "domain": self.domain(),
            "status": payment.status,
            "reference": payment.reference,
            "receipt_number": payment.paid_at.filter(|_| payment.is_prompt).map(|_| format!("TJ{}", payment.id)),
            "amount": payment.amount,
            "requested_amount": payment.amount,
            "currency": payment.currency,
            "channel": if payment.is_prompt { "mobile_money" } else { "card" },
            "gateway_response": if payment.paid_at.is_some() { "Approved" } else { "The transaction was not completed" },
            "created_at": payment.begun_at.to_rfc3339_opts(SecondsFormat::Millis, true),
            "paid_at": paid_at,
            "paidAt": paid_at,
            "fees": fees,
            "ip_address": "192.0.2.1, 192.0.2.2",
            "metadata": metadata(payment.id),
            "log": { "success": false },
            "authorization": authorization(payment),
            "customer": { "email": payment.email, "customer_code": "CUS_demo42", "first_name": null },
            "plan_object": {},
            "split": [],
        }))
    }

    /// Payments that were begun in this time, the latest first.
    pub fn begun(&self, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Vec<Value> {
        let within = |payment: &&Payment| from.is_none_or(|from| payment.begun_at >= from) && to.is_none_or(|to| payment.begun_at <= to);
        let mut found: Vec<&Payment> = self.payments.values().filter(within).collect();
        found.sort_by_key(|payment| std::cmp::Reverse(payment.id));
        found.into_iter().filter_map(|payment| self.describe(&payment.reference)).collect()
    }

    /// Takes up a refund of the payment with this reference or number; without an amount, of the whole original one.
    pub fn refund(&mut self, transaction: &str, amount: Option<i64>, currency: Option<&str>, note: Value) -> Result<u64, No> {
        let id = self.next_id();
        let known = |payment: &&mut Payment| payment.reference == transaction || payment.id.to_string() == transaction;
        let unknown = || No::not_found("Transaction not found", Some("transaction_not_found"));
        let payment = self.payments.values_mut().find(known).filter(|payment| payment.paid_at.is_some()).ok_or_else(unknown)?;
        if payment.refunded >= payment.amount {
            return Err(No::bad("Transaction has been fully reversed", Some("transaction_reversed")));
        }
        if currency.is_some_and(|currency| currency != payment.currency) {
            return Err(No::bad("Currency does not match that of the transaction", None));
        }
        let amount = amount.unwrap_or(payment.amount);
        if payment.currency == LEAST_REFUND.0 && amount < LEAST_REFUND.1 {
            return Err(No::bad("Refund amount is below the minimum", None));
        }
        if payment.refunded.saturating_add(amount) > payment.amount {
            return Err(No::bad("Total refund amount cannot exceed original transaction amount", None));
        }
        payment.refunded += amount;
        payment.status = "reversal-pending";
        let refund = Refund { id, payment: payment.reference.clone(), amount, note, status: "pending".to_owned() };
        self.refunds.insert(id, refund);
        Ok(id)
    }

    /// A refund as answers describe it; the payment is an object where it was just asked for, and a number later.
    pub fn describe_refund(&self, id: u64, is_new: bool) -> Option<Value> {
        let refund = self.refunds.get(&id)?;
        let payment = self.payments.get(&refund.payment)?;
        let transaction = if is_new { json!({ "id": payment.id, "reference": payment.reference }) } else { json!(payment.id) };
        Some(json!({
            "id": id,
            "domain": self.domain(),
            "transaction": transaction,
            "amount": refund.amount,
            "currency": payment.currency,
            "status": refund.status,
            "merchant_note": refund.note,
        }))
    }

    /// The latest refunds first: those of a payment, by its number only, or all of the account.
    pub fn refunds(&self, number: Option<&str>) -> Vec<Value> {
        let is_its = |refund: &Refund, number: &str| self.payments.get(&refund.payment).is_some_and(|payment| payment.id.to_string() == number);
        let wanted = self.refunds.values().rev().filter(|refund| number.is_none_or(|number| is_its(refund, number)));
        wanted.filter_map(|refund| self.describe_refund(refund.id, false)).collect()
    }

    /// A refund goes on.
    pub fn settle_refund(&mut self, id: u64, status: &str) -> Option<Vec<Callback>> {
        let domain = self.domain();
        let refund = self.refunds.get_mut(&id)?;
        status.clone_into(&mut refund.status);
        let (reference, amount) = (refund.payment.clone(), refund.amount);
        let payment = self.payments.get_mut(&reference)?;
        match status {
            "failed" => payment.refunded -= amount,
            "processed" if payment.refunded >= payment.amount => payment.status = "reversed",
            _ => {}
        }
        let mut told = json!({
            "status": status,
            "transaction_reference": reference,
            "refund_reference": null,
            "currency": payment.currency,
            "domain": domain,
        });
        // A text in some of these notices and a number in others, as the provider has it.
        told["amount"] = if matches!(status, "failed" | "needs-attention") { json!(amount) } else { json!(amount.to_string()) };
        if status == "needs-attention" {
            told["id"] = json!(id.to_string());
        } else {
            told["processor"] = json!("mpesa_kenya");
        }
        Some(self.tell(&format!("refund.{status}"), &told))
    }

    /// The notice of an event, if the merchant entered an address.
    pub fn tell(&mut self, event: &str, data: &Value) -> Vec<Callback> {
        let made = self.account.webhook.as_ref().map(|url| notice(url, &self.account.secret_key, event, data));
        self.sent.extend(made.clone());
        made.into_iter().collect()
    }
}
