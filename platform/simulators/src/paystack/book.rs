//! The books of one account: payments and refunds, and what becomes of them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::envelope::No;
use super::notice::notice;
use super::payment::{Payment, Wish, fees};
use super::transfer::Transfers;
use crate::scripted::Callback;

/// Numbers of payments: far beyond 31 bits. No two accounts share one.
const FIRST_ID: u64 = 5_900_112_233;
const IDS_OF_ACCOUNT: u64 = 1_000_000;
/// What an account holds of each of its currencies before anybody paid.
const OPENING: i64 = 10_000_000;
/// The least in each currency, in minor units.
const LEAST: [(&str, i64); 6] = [("NGN", 5_000), ("GHS", 10), ("ZAR", 100), ("KES", 300), ("USD", 200), ("XOF", 100)];
/// The least that is refunded; seen for one currency.
const LEAST_REFUND: (&str, i64) = ("GHS", 100);

/// An account at the provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    /// Shown to who pays.
    pub business: String,
    /// `sk_test_…` or `sk_live_…`.
    pub secret_key: String,
    /// Currencies that are switched on.
    pub currencies: Vec<String>,
    /// Where its notices go, if the merchant entered an address.
    pub webhook: Option<String>,
}

impl Account {
    /// A business that nobody has, in test mode and live. Its keys derive from `mark`, so that demo data can be repeated.
    #[must_use]
    pub fn fictitious(business: &str, mark: &str) -> [Self; 2] {
        ["test", "live"].map(|mode| Self {
            business: business.to_owned(),
            secret_key: format!("sk_{mode}_{mark}"),
            currencies: vec!["KES".to_owned()],
            webhook: None,
        })
    }

    /// `test` or `live`: the key decides.
    pub(crate) fn domain(&self) -> &'static str {
        if self.secret_key.starts_with("sk_live_") { "live" } else { "test" }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub id: u64,
    pub payment: String,
    pub amount: i64,
    note: Value,
    pub status: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Books {
    pub account: Account,
    first_id: u64,
    payments: BTreeMap<String, Payment>,
    refunds: BTreeMap<u64, Refund>,
    /// Saved cards that the merchant had the provider forget.
    forgotten: BTreeSet<String>,
    pub transfers: Transfers,
    /// Notices so far.
    #[serde(skip)]
    pub sent: Vec<Callback>,
}

impl Books {
    /// Empty books of the account that so many others came before.
    pub fn new(account: Account, before: usize) -> Self {
        let first_id = FIRST_ID.saturating_add(IDS_OF_ACCOUNT.saturating_mul(u64::try_from(before).unwrap_or(u64::MAX)));
        Self {
            account,
            first_id,
            payments: BTreeMap::new(),
            refunds: BTreeMap::new(),
            forgotten: BTreeSet::new(),
            transfers: Transfers::default(),
            sent: Vec::new(),
        }
    }

    fn domain(&self) -> &'static str {
        self.account.domain()
    }

    fn next_id(&self) -> u64 {
        let taken = self.payments.len().saturating_add(self.refunds.len());
        self.first_id.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX))
    }

    /// All payments, the latest first.
    pub fn payments(&self) -> Vec<&Payment> {
        let mut all: Vec<&Payment> = self.payments.values().collect();
        all.sort_by_key(|payment| std::cmp::Reverse(payment.id));
        all
    }

    /// The payment of this reference.
    pub fn payment(&self, reference: &str) -> Option<&Payment> {
        self.payments.get(reference)
    }

    /// All refunds, the latest first, each with its payment.
    pub fn refunds(&self) -> impl Iterator<Item = (&Refund, &Payment)> {
        self.refunds.values().rev().filter_map(|refund| Some((refund, self.payments.get(&refund.payment)?)))
    }

    /// The payment whose page has this code.
    pub fn on_page(&self, access_code: &str) -> Option<&Payment> {
        self.payments.values().find(|payment| payment.access_code == access_code && !payment.is_prompt)
    }

    /// What can be paid out of a currency.
    pub fn balance(&self, currency: &str) -> i64 {
        let paid = self.payments.values().filter(|payment| payment.currency == currency && payment.paid_at.is_some());
        let left: i64 = paid.map(|payment| payment.amount - fees(payment.amount) - payment.refunded).sum();
        OPENING + left - self.transfers.gone(currency)
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
        let reference = wish.reference.clone().unwrap_or_else(|| format!("generated{id}"));
        if !reference.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'=' | b'_')) {
            return Err(No::bad("Invalid characters in transaction reference", None));
        }
        if self.payments.contains_key(&reference) {
            return Err(No::bad("Duplicate Transaction Reference", Some("duplicate_reference")));
        }
        let payment = Payment::new(id, &reference, wish, is_prompt, &self.account.secret_key);
        self.payments.insert(reference.clone(), payment);
        Ok(reference)
    }

    /// Whether a saved card may be charged for this e-mail address.
    pub fn may_charge(&self, code: &str, email: &str) -> bool {
        !self.forgotten.contains(code) && self.saved_by(code).is_some_and(|owner| owner == email)
    }

    /// Forgets a saved card; false if there is none.
    pub fn forget(&mut self, code: &str) -> bool {
        self.saved_by(code).is_some() && self.forgotten.insert(code.to_owned())
    }

    /// The e-mail address that a card was saved with.
    fn saved_by(&self, code: &str) -> Option<&str> {
        self.payments.values().find(|payment| payment.saved_as().as_deref() == Some(code)).map(|payment| payment.email.as_str())
    }

    /// The payer pays.
    pub fn pay(&mut self, reference: &str) -> Option<Vec<Callback>> {
        let payment = self.payments.get_mut(reference).filter(|payment| payment.is_open())?;
        "success".clone_into(&mut payment.status);
        "Approved".clone_into(&mut payment.gateway_response);
        payment.paid_at = Some(Utc::now());
        let told = self.describe(reference)?;
        Some(self.tell("charge.success", &told))
    }

    /// The payer's bank or network says no, or the prompt closes. Failures are not told.
    pub fn fail(&mut self, reference: &str, gateway_response: &str) -> Option<Vec<Callback>> {
        let payment = self.payments.get_mut(reference).filter(|payment| payment.is_open())?;
        "failed".clone_into(&mut payment.status);
        gateway_response.clone_into(&mut payment.gateway_response);
        Some(Vec::new())
    }

    /// A payment as answers and notices describe it.
    pub fn describe(&self, reference: &str) -> Option<Value> {
        self.payments.get(reference).map(|payment| payment.describe(self.domain()))
    }

    /// Payments that were begun in this time, the latest first.
    pub fn begun(&self, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Vec<Value> {
        let within = |payment: &&Payment| from.is_none_or(|from| payment.begun_at >= from) && to.is_none_or(|to| payment.begun_at <= to);
        self.payments().into_iter().filter(within).map(|payment| payment.describe(self.domain())).collect()
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
        "reversal-pending".clone_into(&mut payment.status);
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
    pub fn refund_list(&self, number: Option<&str>) -> Vec<Value> {
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
            "processed" if payment.refunded >= payment.amount => "reversed".clone_into(&mut payment.status),
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
