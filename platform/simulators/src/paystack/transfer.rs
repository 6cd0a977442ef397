//! Money that leaves an account: recipients, and transfers to them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::book::Books;
use super::envelope::No;
use crate::scripted::Callback;

/// Kinds of recipients, as countries name theirs.
const KINDS: [&str; 6] = ["nuban", "mobile_money", "basa", "ghipss", "kepss", "authorization"];

/// Somebody who can be paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recipient {
    pub kind: String,
    pub name: String,
    pub account_number: String,
    pub bank_code: String,
    pub currency: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Transfer {
    pub reference: String,
    pub amount: i64,
    pub currency: String,
    pub recipient: String,
    pub reason: String,
    pub status: String,
}

/// A transfer as it is asked for.
pub(crate) struct Order {
    pub reference: String,
    pub amount: i64,
    pub currency: String,
    pub recipient: String,
    pub reason: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Transfers {
    recipients: Vec<Recipient>,
    all: BTreeMap<String, Transfer>,
}

/// Codes count from one.
fn code(place: usize) -> String {
    format!("RCP_{}", place + 1)
}

impl Transfers {
    /// What left the account, or is about to.
    pub fn gone(&self, currency: &str) -> i64 {
        let left = self.all.values().filter(|transfer| transfer.currency == currency && matches!(transfer.status.as_str(), "pending" | "success"));
        left.map(|transfer| transfer.amount).sum()
    }

    /// Makes somebody known; the same one twice is one.
    pub fn add(&mut self, recipient: Recipient) -> Result<String, No> {
        if !KINDS.contains(&recipient.kind.as_str()) {
            return Err(No::bad("Recipient type is invalid", Some("invalid_params")));
        }
        if recipient.name.trim().is_empty() {
            return Err(No::bad("Recipient name is required", Some("invalid_params")));
        }
        let number = &recipient.account_number;
        if number.len() < 6 || !number.bytes().all(|b| b.is_ascii_digit()) || recipient.bank_code.is_empty() {
            return Err(No::bad("Account number is invalid", None));
        }
        if let Some(place) = self.recipients.iter().position(|known| *known == recipient) {
            return Ok(code(place));
        }
        self.recipients.push(recipient);
        Ok(code(self.recipients.len() - 1))
    }

    fn recipient(&self, wanted: &str) -> Option<&Recipient> {
        self.recipients.iter().enumerate().find(|(place, _)| code(*place) == wanted).map(|(_, recipient)| recipient)
    }

    /// All of them, by their references, each with who is paid.
    pub fn all(&self) -> impl Iterator<Item = (&Transfer, &Recipient)> {
        self.all.values().filter_map(|transfer| Some((transfer, self.recipient(&transfer.recipient)?)))
    }
}

/// 16 to 50 small letters, digits, hyphens and underscores.
fn is_reference(text: &str) -> bool {
    (16..=50).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

impl Books {
    /// Takes a transfer up; a reference is taken once for ever.
    pub fn transfer(&mut self, order: Order) -> Result<(), No> {
        let Order { reference, amount, currency, recipient, reason } = order;
        if !is_reference(&reference) {
            return Err(No::bad("Transfer reference is invalid", Some("invalid_params")));
        }
        if self.transfers.all.contains_key(&reference) {
            return Err(No::bad("Please provide a unique reference. Reference already exists on a transfer", Some("duplicate_reference")));
        }
        if self.transfers.recipient(&recipient).is_none_or(|known| known.currency != currency) {
            return Err(No::bad("Recipient specified is invalid", Some("invalid_transfer_recipient")));
        }
        if amount > self.balance(&currency) {
            return Err(No::bad("Your balance is not enough to fulfil this request", Some("insufficient_balance")));
        }
        let transfer = Transfer { reference: reference.clone(), amount, currency, recipient, reason, status: "pending".to_owned() };
        self.transfers.all.insert(reference, transfer);
        Ok(())
    }

    /// A transfer as answers and notices describe it.
    pub fn describe_transfer(&self, reference: &str) -> Option<Value> {
        let transfer = self.transfers.all.get(reference)?;
        Some(json!({
            "reference": reference,
            "status": transfer.status,
            "transfer_code": format!("TRF_{reference}"),
            "amount": transfer.amount,
            "currency": transfer.currency,
            "reason": transfer.reason,
            "domain": self.account.domain(),
        }))
    }

    /// A transfer ends, or is taken back after it did.
    pub fn settle_transfer(&mut self, reference: &str, status: &str) -> Option<Vec<Callback>> {
        let transfer = self.transfers.all.get_mut(reference)?;
        let from = match status {
            "success" | "failed" => "pending",
            "reversed" => "success",
            _ => return None,
        };
        if transfer.status != from {
            return None;
        }
        status.clone_into(&mut transfer.status);
        let told = self.describe_transfer(reference)?;
        Some(self.tell(&format!("transfer.{status}"), &told))
    }
}
