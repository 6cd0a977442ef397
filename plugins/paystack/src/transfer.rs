//! Paying out: a recipient is made known, then money is sent there under our key, which the provider takes once for ever.

use serde_json::{Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::payments::Outcome;
use wakala_plugin_sdk::payments::payouts::PayoutRequest;

use crate::link::{Link, Trouble, data};
use crate::transaction::in_mode;
use crate::value::{is_name, minor, text};

/// Letters of the reason that are kept.
const REASON: usize = 100;

/// One payout, checked against the provider's rules.
#[derive(Debug, PartialEq)]
pub struct Transfer {
    kind: &'static str,
    name: String,
    account: String,
    bank: String,
    amount: Money,
    reason: String,
}

impl Transfer {
    /// Checks what is to be sent where.
    ///
    /// # Errors
    /// `rejected` with `account`, `phone` or `amount`; `unsupported` for destinations that the provider does not have.
    pub fn new(req: &PayoutRequest) -> Result<Self, PluginError> {
        let field = |name: &str| {
            let found = req.destination.fields.iter().find(|(have, _)| have == name).map(|(_, value)| value.trim());
            found.filter(|value| !value.is_empty())
        };
        let missing = |what: &str| PluginError::rejected("account", format!("the destination has no {what}"));
        if req.amount.minor <= 0 {
            return Err(PluginError::rejected("amount", "a payout is more than nothing"));
        }
        let (kind, account, bank) = match (req.destination.kind.as_str(), req.amount.currency.as_str()) {
            ("mobile-money", currency @ ("KES" | "GHS")) => {
                let phone = field("phone").ok_or_else(|| PluginError::rejected("phone", "the destination has no phone number"))?;
                let network = match currency {
                    "KES" => "MPESA".to_owned(),
                    _ => field("network").ok_or_else(|| missing("network"))?.to_ascii_uppercase(),
                };
                ("mobile_money", local(phone, currency)?, network)
            }
            ("bank", currency) => {
                let kind = match currency {
                    "KES" => "kepss",
                    "NGN" => "nuban",
                    "GHS" => "ghipss",
                    "ZAR" => "basa",
                    _ => return Err(PluginError::Unsupported(format!("bank accounts in {currency}"))),
                };
                let number = field("number").ok_or_else(|| missing("account number"))?;
                (kind, number.to_owned(), field("bank-code").ok_or_else(|| missing("bank code"))?.to_owned())
            }
            (kind, currency) => return Err(PluginError::Unsupported(format!("payouts to {kind} in {currency}"))),
        };
        let name = field("holder").map(str::to_owned).or_else(|| req.payee.name.clone()).ok_or_else(|| missing("holder"))?;
        let reason: String = req.description.chars().filter(|c| !c.is_control()).take(REASON).collect();
        let reason = if reason.trim().is_empty() { req.reference.clone() } else { reason };
        Ok(Self { kind, name, account, bank, amount: req.amount.clone(), reason })
    }

    /// Sends it under our key.
    ///
    /// # Errors
    /// As `payouts.pay-out`; `misconfigured` for a key of the other mode.
    pub fn send(&self, link: &impl Link, key: &str, live: bool) -> Result<Outcome, PluginError> {
        let recipient = json!({
            "type": self.kind,
            "name": self.name,
            "account_number": self.account,
            "bank_code": self.bank,
            "currency": self.amount.currency,
        });
        // A recipient moves nothing, and the same one twice is one: whatever goes wrong here may be tried again.
        let found = data(link.post("/transferrecipient", &recipient.to_string())).map_err(|trouble| match trouble {
            Trouble::Refused { message, .. } => PluginError::rejected("account", message),
            trouble => trouble.not_told(),
        })?;
        // Nothing moved so far, and with a key of the other mode nothing will.
        in_mode(&found, live)?;
        let code = text(&found["recipient_code"]).ok_or_else(|| PluginError::retryable("the provider gave the recipient no code"))?;
        let transfer = json!({
            "source": "balance",
            "amount": self.amount.minor,
            "currency": self.amount.currency,
            "recipient": code,
            "reason": self.reason,
            "reference": key,
        });
        match data(link.post("/transfer", &transfer.to_string())) {
            Ok(found) => outcome(&found, key).ok_or_else(|| PluginError::UnknownOutcome("the answer to the transfer cannot be read".into())),
            Err(trouble) if trouble.is_duplicate() => Ok(standing(key, "pending", None)),
            Err(Trouble::Refused { code: Some(code), message, .. }) if code == "invalid_transfer_recipient" => {
                Err(PluginError::rejected("account", message))
            }
            Err(trouble) => Err(trouble.not_moved()),
        }
    }
}

/// The number as people dial it at home, which is how the provider wants it.
fn local(phone: &str, currency: &str) -> Result<String, PluginError> {
    let country = if currency == "KES" { "+254" } else { "+233" };
    let national = phone.strip_prefix(country).filter(|rest| rest.len() == 9 && rest.bytes().all(|b| b.is_ascii_digit()));
    national.map(|rest| format!("0{rest}")).ok_or_else(|| PluginError::rejected("phone", "not a mobile number of the country"))
}

/// The platform's state for the provider's word. A transfer that waits for a one-time password waits for staff in its dashboard.
pub fn state(status: &str) -> &'static str {
    match status {
        "success" => "received",
        "failed" | "abandoned" | "blocked" | "rejected" => "failed",
        "reversed" => "reversed",
        _ => "pending",
    }
}

fn outcome(found: &Value, key: &str) -> Option<Outcome> {
    let about = text(&found["reference"]);
    about.is_none_or(|reference| reference == key).then_some(())?;
    let status = text(&found["status"])?;
    let mut outcome = standing(key, state(&status), Some(&status));
    if status == "otp" {
        outcome.extra.push(("review".to_owned(), "the provider waits for a one-time password; switch that off for transfers".to_owned()));
    }
    if outcome.state == "received" {
        outcome.amount = minor(&found["amount"]).and_then(|minor| Some(Money { minor, currency: text(&found["currency"])? }));
    }
    outcome.extra.extend(text(&found["transfer_code"]).map(|code| ("transfer-code".to_owned(), code)));
    Some(outcome)
}

fn standing(key: &str, state: &str, code: Option<&str>) -> Outcome {
    Outcome {
        provider_ref: Some(key.to_owned()),
        state: state.into(),
        code: code.map(str::to_owned),
        message: None,
        action: None,
        amount: None,
        fee: None,
        receipt: None,
        occurred_ms: None,
        saved_method: None,
        extra: Vec::new(),
    }
}

/// What the provider says of a transfer at this moment.
///
/// # Errors
/// As `payouts.query`.
pub fn query(link: &impl Link, reference: &str) -> Result<Outcome, PluginError> {
    if !is_name(reference) {
        return Err(PluginError::rejected("not-found", "no reference of this provider"));
    }
    let found = data(link.get(&format!("/transfer/verify/{reference}"))).map_err(|trouble| match trouble {
        trouble if trouble.is_not_found() => PluginError::rejected("not-found", "the provider knows no such transfer"),
        trouble => trouble.not_told(),
    })?;
    outcome(&found, reference).ok_or_else(|| PluginError::retryable("the answer about the transfer cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer, no, yes};
    use wakala_plugin_sdk::host::types::{Account, Party};

    const KEY: &str = "payout-0000000000001";

    fn request(kind: &str, fields: &[(&str, &str)], currency: &str) -> PayoutRequest {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        PayoutRequest {
            destination: Account { kind: kind.into(), fields, extra: Vec::new() },
            payee: Party { name: Some("Juma Mfano".into()), phone: None, email: None, fields: Vec::new(), extra: Vec::new() },
            amount: Money { minor: 50_000, currency: currency.into() },
            reference: "CLM77".into(),
            purpose: "claim".into(),
            description: String::new(),
            extra: Vec::new(),
        }
    }

    fn send(script: &Script) -> Result<Outcome, PluginError> {
        Transfer::new(&request("mobile-money", &[("phone", "+254700000112")], "KES"))?.send(script, KEY, false)
    }

    fn recipient() -> Result<crate::link::Answer, wakala_plugin_sdk::host::http::Error> {
        yes(&json!({ "recipient_code": "RCP_1" }))
    }

    #[test]
    fn money_goes_to_a_recipient_under_our_key() {
        let script = Script::new([recipient(), yes(&json!({ "status": "pending", "reference": KEY, "transfer_code": "TRF_1" }))]);
        let outcome = send(&script).expect("sent");
        assert_eq!((outcome.state.as_str(), outcome.provider_ref.as_deref()), ("pending", Some(KEY)));
        let asked = script.asked.borrow();
        let body = |n: usize| serde_json::from_str::<Value>(&asked[n].1).expect("JSON");
        let expected =
            json!({ "type": "mobile_money", "name": "Juma Mfano", "account_number": "0700000112", "bank_code": "MPESA", "currency": "KES" });
        assert_eq!(body(0), expected);
        assert_eq!((&body(1)["recipient"], &body(1)["reference"], &body(1)["reason"]), (&json!("RCP_1"), &json!(KEY), &json!("CLM77")));
    }

    #[test]
    fn banks_are_named_as_each_country_does() {
        let fields = [("number", "0123456789"), ("bank-code", "058")];
        for (currency, kind) in [("KES", "kepss"), ("NGN", "nuban"), ("GHS", "ghipss"), ("ZAR", "basa")] {
            assert_eq!(Transfer::new(&request("bank", &fields, currency)).expect("a transfer").kind, kind);
        }
        assert!(matches!(Transfer::new(&request("bank", &fields, "NAD")), Err(PluginError::Unsupported(_))));
        assert!(matches!(Transfer::new(&request("paybill", &fields, "KES")), Err(PluginError::Unsupported(_))));
        assert!(matches!(Transfer::new(&request("bank", &[("number", "1")], "KES")), Err(PluginError::Rejected(r)) if r.code == "account"));
        let abroad = request("mobile-money", &[("phone", "+255700000112")], "KES");
        assert!(matches!(Transfer::new(&abroad), Err(PluginError::Rejected(r)) if r.code == "phone"));
    }

    #[test]
    fn a_key_that_was_used_is_pending_and_an_unclear_answer_a_doubt() {
        let duplicate = no(400, "duplicate_reference", "Please provide a unique reference. Reference already exists on a transfer");
        assert_eq!(send(&Script::new([recipient(), duplicate])).expect("known already").state, "pending");
        assert!(matches!(send(&Script::new([recipient(), answer(502, "")])), Err(PluginError::UnknownOutcome(_))));
        assert!(matches!(send(&Script::new([answer(502, "")])), Err(PluginError::Retryable(_))));
        let poor = no(400, "insufficient_balance", "Your balance is not enough to fulfil this request");
        assert!(matches!(send(&Script::new([recipient(), poor])), Err(PluginError::Rejected(r)) if r.code == "insufficient_balance"));
        let nobody = no(400, "invalid_transfer_recipient", "Recipient specified is invalid");
        assert!(matches!(send(&Script::new([recipient(), nobody])), Err(PluginError::Rejected(r)) if r.code == "account"));
    }

    #[test]
    fn with_a_key_of_the_other_mode_nothing_is_sent() {
        let script = Script::new([yes(&json!({ "recipient_code": "RCP_1", "domain": "live" }))]);
        assert!(matches!(send(&script), Err(PluginError::Misconfigured(error)) if error.field == "secret_key"));
        assert_eq!(script.asked.borrow().len(), 1);
    }

    #[test]
    fn every_status_has_its_state() {
        for (status, state) in
            [("success", "received"), ("failed", "failed"), ("reversed", "reversed"), ("pending", "pending"), ("otp", "pending"), ("new", "pending")]
        {
            let found = yes(&json!({ "status": status, "reference": KEY, "amount": 50_000, "currency": "KES" }));
            let outcome = query(&Script::new([found]), KEY).expect("an answer");
            assert_eq!((outcome.state.as_str(), outcome.amount.is_some()), (state, status == "success"), "{status}");
            assert_eq!(outcome.extra.is_empty(), status != "otp", "{status}");
        }
        let unknown = answer(404, r#"{"status":false,"message":"Transfer not found"}"#);
        assert!(matches!(query(&Script::new([unknown]), KEY), Err(PluginError::Rejected(r)) if r.code == "not-found"));
    }
}
