//! A payment as the provider describes it: in the answer to a question, in the answer to a charge, and in a notice.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::payments::Outcome;
use wakala_plugin_sdk::payments::statements::Line;
use wakala_plugin_sdk::time::rfc3339_ms;

use crate::link::{Link, Trouble, data};
use crate::value::{is_name, minor, text};

/// What the provider says of a payment.
#[derive(Debug)]
pub struct Transaction {
    /// The provider's number.
    pub id: Option<String>,
    /// Ours, or the provider's own for payments that began there.
    pub reference: String,
    pub status: String,
    message: Option<String>,
    amount: Option<Money>,
    fee: Option<Money>,
    receipt: Option<String>,
    paid_at: Option<String>,
    saved_method: Option<String>,
}

impl Transaction {
    /// Reads `data`, which must be about the mode that is asked for.
    ///
    /// # Errors
    /// `rejected` `format` for what is no payment, or one of the other mode.
    pub fn read(data: &Value, live: bool) -> Result<Self, PluginError> {
        let format = |why: &str| PluginError::rejected("format", why);
        in_mode(data, live)?;
        let reference = text(&data["reference"]).ok_or_else(|| format("no reference"))?;
        let status = text(&data["status"]).ok_or_else(|| format("no status"))?;
        let currency = text(&data["currency"]);
        let money = |minor: Option<i64>| Some(Money { minor: minor?, currency: currency.clone()? });
        // The payer may be charged the fees on top: what we asked for is what came to us, and only the rest of the fees is ours.
        let charged = minor(&data["amount"]);
        let asked = minor(&data["requested_amount"]).filter(|asked| *asked > 0);
        let amount = charged.map(|charged| asked.map_or(charged, |asked| charged.min(asked)));
        let on_top = charged.zip(amount).map_or(0, |(charged, amount)| charged.saturating_sub(amount));
        let fee = minor(&data["fees"]).filter(|fees| *fees >= 0).map(|fees| fees.saturating_sub(on_top).max(0));
        Ok(Self {
            id: text(&data["id"]),
            reference,
            status,
            message: text(&data["gateway_response"]).or_else(|| text(&data["message"])),
            amount: money(amount.filter(|minor| *minor > 0)),
            fee: money(fee),
            receipt: text(&data["receipt_number"]),
            paid_at: text(&data["paid_at"]).or_else(|| text(&data["paidAt"])),
            saved_method: saved_method(data),
        })
    }

    /// The platform's state. Refunds are told apart from payments, so that a payment of which some is on its way back still is received.
    pub fn state(&self) -> &'static str {
        match self.status.as_str() {
            "success" | "reversal-pending" => "received",
            "failed" => "failed",
            "reversed" => "reversed",
            _ => "pending",
        }
    }

    /// Why it failed, in the platform's words. The provider passes on what the payer's bank says, of which only one thing is clear.
    fn reason(&self) -> Option<&'static str> {
        let message = self.message.as_deref().unwrap_or_default().to_ascii_lowercase();
        match self.state() {
            "failed" if message.contains("insufficient") => Some("insufficient-funds"),
            "failed" => Some("declined"),
            _ => None,
        }
    }

    fn has_arrived(&self) -> bool {
        matches!(self.state(), "received" | "reversed")
    }

    pub fn outcome(self) -> Outcome {
        let arrived = self.has_arrived();
        let reason = self.reason().map(|reason| ("reason".to_owned(), reason.to_owned()));
        Outcome {
            provider_ref: Some(self.reference.clone()),
            state: self.state().into(),
            code: Some(self.status),
            message: self.message,
            action: None,
            amount: self.amount.filter(|_| arrived),
            fee: self.fee.filter(|_| arrived),
            receipt: self.receipt,
            occurred_ms: self.paid_at.as_deref().and_then(rfc3339_ms),
            saved_method: self.saved_method.filter(|_| arrived),
            extra: self.id.map(|id| ("transaction-id".to_owned(), id)).into_iter().chain(reason).collect(),
        }
    }

    /// What the provider's list says of it once it came to an end; `begun_ms` is when it was asked for.
    pub fn line(self, begun_ms: Option<u64>) -> Option<Line> {
        let arrived = self.has_arrived();
        if !arrived && self.state() != "failed" {
            return None;
        }
        let occurred_ms = self.paid_ms().or(begun_ms)?;
        Some(Line {
            provider_ref: self.reference,
            receipt: self.receipt,
            kind: "payment".into(),
            state: if arrived { "received" } else { "failed" }.into(),
            gross: self.amount?,
            fee: self.fee.filter(|_| arrived),
            reference: None,
            counterparty: None,
            occurred_ms,
            settled_on: None,
            settlement_ref: None,
            extra: self.id.map(|id| ("transaction-id".to_owned(), id)).into_iter().collect(),
        })
    }

    /// The fields of a `payment.updated` report.
    pub fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("key".into(), json!(self.reference));
        fields.insert("provider_ref".into(), json!(self.reference));
        fields.insert("state".into(), json!(self.state()));
        fields.insert("code".into(), json!(self.status));
        let arrived = self.has_arrived();
        if let Some(amount) = self.amount.as_ref().filter(|_| arrived) {
            fields.insert("amount_minor".into(), json!(amount.minor));
            fields.insert("currency".into(), json!(amount.currency));
        }
        fields.extend(self.fee.as_ref().filter(|_| arrived).map(|fee| ("fee_minor".to_owned(), json!(fee.minor))));
        let texts = [
            ("message", self.message.as_deref()),
            ("receipt", self.receipt.as_deref()),
            ("occurred_at", self.paid_at.as_deref()),
            ("saved_method", self.saved_method.as_deref().filter(|_| arrived)),
        ];
        fields.extend(texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?)))));
        fields
    }

    /// When it was paid, if it was.
    pub fn paid_ms(&self) -> Option<u64> {
        self.paid_at.as_deref().and_then(rfc3339_ms)
    }
}

/// A means of payment that can be charged again, with the e-mail that it belongs to.
fn saved_method(data: &Value) -> Option<String> {
    let authorization = &data["authorization"];
    let code = text(&authorization["authorization_code"]).filter(|_| authorization["reusable"].as_bool() == Some(true))?;
    let email = text(&data["customer"]["email"])?;
    Some(format!("{code} {email}"))
}

/// Whether something belongs to the mode: test and live share a host, and only the key tells them apart.
///
/// # Errors
/// `misconfigured` at the key if it is one of the other mode.
pub fn in_mode(data: &Value, live: bool) -> Result<(), PluginError> {
    match (data["domain"].as_str(), live) {
        (Some("test"), true) => {
            Err(PluginError::misconfigured("secret_key", "This is a test key: live mode needs the one that begins with sk_live_"))
        }
        (Some("live"), false) => {
            Err(PluginError::misconfigured("secret_key", "This is a live key: test mode needs the one that begins with sk_test_"))
        }
        _ => Ok(()),
    }
}

/// What the provider says of a payment at this moment.
///
/// # Errors
/// As `gateway.query`.
pub fn verify(link: &impl Link, reference: &str, live: bool) -> Result<Transaction, PluginError> {
    if !is_name(reference) {
        return Err(PluginError::rejected("not-found", "no reference of this provider"));
    }
    let found = data(link.get(&format!("/transaction/verify/{reference}"))).map_err(|trouble| match trouble {
        trouble if trouble.is_not_found() => PluginError::rejected("not-found", "the provider knows no such payment"),
        trouble => trouble.not_told(),
    })?;
    let transaction = Transaction::read(&found, live)?;
    if transaction.reference == reference { Ok(transaction) } else { Err(PluginError::retryable("the answer is about another payment")) }
}

/// Proves the key by asking for the latest payment, and that it is one of this mode as far as there are payments.
///
/// # Errors
/// As `lifecycle.check`.
pub fn prove(link: &impl Link, live: bool) -> Result<(), PluginError> {
    let latest = data(link.get("/transaction?perPage=1")).map_err(Trouble::not_told)?;
    latest.as_array().map(Vec::as_slice).unwrap_or_default().iter().try_for_each(|payment| in_mode(payment, live))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer, no, yes};

    fn cases() -> Vec<Value> {
        let file: Value = serde_json::from_str(include_str!("../fixtures/transactions.json")).expect("the fixture is JSON");
        file["cases"].as_array().cloned().expect("a list of cases")
    }

    #[test]
    fn every_documented_form_of_a_payment_is_read() {
        for case in cases() {
            let transaction = Transaction::read(&case["data"], false).expect("a payment");
            assert_eq!(Value::Object(transaction.fields()), case["fields"], "{}", case["name"]);
            let outcome = transaction.outcome();
            assert_eq!(outcome.state, case["fields"]["state"].as_str().expect("a state"), "{}", case["name"]);
            assert_eq!(outcome.saved_method.as_deref(), case["fields"]["saved_method"].as_str(), "{}", case["name"]);
        }
    }

    #[test]
    fn only_the_fees_that_the_payer_did_not_carry_are_ours() {
        let read = |charged: i64, asked: &Value| {
            let data =
                json!({ "reference": "r", "status": "success", "amount": charged, "requested_amount": asked, "currency": "KES", "fees": 3_675 });
            let outcome = Transaction::read(&data, false).expect("a payment").outcome();
            (outcome.amount.map(|money| money.minor), outcome.fee.map(|money| money.minor))
        };
        assert_eq!(read(245_000, &json!(245_000)), (Some(245_000), Some(3_675)));
        assert_eq!(read(248_675, &json!(245_000)), (Some(245_000), Some(0)));
        assert_eq!(read(247_000, &json!("245000")), (Some(245_000), Some(1_675)));
        assert_eq!(read(249_000, &json!(245_000)), (Some(245_000), Some(0)));
        assert_eq!(read(200_000, &json!(245_000)), (Some(200_000), Some(3_675)));
        for unsaid in [json!(null), json!(0)] {
            assert_eq!(read(245_000, &unsaid), (Some(245_000), Some(3_675)), "{unsaid}");
        }
    }

    #[test]
    fn a_payment_that_failed_says_why() {
        let reason = |status: &str, words: &str| {
            let data = json!({ "reference": "r", "status": status, "gateway_response": words });
            let extra = Transaction::read(&data, false).expect("a payment").outcome().extra;
            extra.into_iter().find(|(name, _)| name == "reason").map(|(_, reason)| reason)
        };
        assert_eq!(reason("failed", "Insufficient Funds").as_deref(), Some("insufficient-funds"));
        assert_eq!(reason("failed", "Declined").as_deref(), Some("declined"));
        assert_eq!(reason("success", "Approved"), None);
    }

    #[test]
    fn test_and_live_are_never_mixed() {
        let data = json!({ "reference": "r", "status": "success", "domain": "test" });
        assert!(matches!(Transaction::read(&data, true), Err(PluginError::Misconfigured(error)) if error.field == "secret_key"));
        assert!(prove(&Script::new([yes(&json!([{ "domain": "live" }]))]), false).is_err());
        assert!(prove(&Script::new([yes(&json!([]))]), true).is_ok());
    }

    #[test]
    fn a_reference_that_nobody_knows_is_not_found_and_an_unclear_answer_is_asked_again() {
        let verify = |sent| verify(&Script::new([sent]), "payment-0000000001", false).expect_err("no payment");
        for sent in [no(400, "transaction_not_found", "Transaction reference not found."), no(404, "transaction_not_found", "m")] {
            assert!(matches!(verify(sent), PluginError::Rejected(r) if r.code == "not-found"));
        }
        for unclear in [answer(502, ""), answer(404, "<html>")] {
            assert!(matches!(verify(unclear), PluginError::Retryable(_)));
        }
        let other = yes(&json!({ "reference": "another", "status": "success" }));
        assert!(matches!(verify(other), PluginError::Retryable(_)));
    }
}
