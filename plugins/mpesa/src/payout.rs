//! Sending money to a phone. Our own name of the order is the provider's idempotency key: the same name is never paid twice.

use serde_json::json;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::payments::Outcome;
use wakala_plugin_sdk::payments::payouts::PayoutRequest;

use crate::link::{Link, Trouble};
use crate::order::{Initiator, not_moved, pending, place, remarks};
use crate::{amount, phone};

const PATH: &str = "/mpesa/b2c/v3/paymentrequest";
/// The provider pays out no less, in shillings.
const SMALLEST: i64 = 10;
/// The provider has an order of this name already.
const DUPLICATE: &str = "500.002.1001";

/// One payout, checked against the provider's rules.
#[derive(Debug, PartialEq, Eq)]
pub struct Payout {
    phone: String,
    shillings: i64,
    command: &'static str,
    remarks: String,
    occasion: String,
}

impl Payout {
    /// Checks what is to be sent where.
    ///
    /// # Errors
    /// `rejected` with `amount` or `phone`; `unsupported` for other destinations than phones of this network.
    pub fn new(req: &PayoutRequest) -> Result<Self, PluginError> {
        let field = |name: &str| req.destination.fields.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str());
        let ours = field("network").is_none_or(|network| ["mpesa", "m-pesa", "safaricom"].iter().any(|name| network.eq_ignore_ascii_case(name)));
        if req.destination.kind != "mobile-money" || !ours {
            return Err(PluginError::Unsupported("pays out to M-Pesa accounts only".into()));
        }
        let number = field("phone").ok_or_else(|| PluginError::rejected("phone", "the destination has no phone number"))?;
        let phone = phone::normalise(number)?;
        let shillings = amount::whole_shillings(&req.amount)?;
        if shillings < SMALLEST {
            return Err(PluginError::rejected("amount", "a payout moves at least 10 shillings"));
        }
        let command = match req.purpose.as_str() {
            "salary" => "SalaryPayment",
            "promotion" => "PromotionPayment",
            _ => "BusinessPayment",
        };
        let remarks = remarks(&req.description, &format!("Payment {}", req.reference));
        Ok(Self { phone, shillings, command, remarks, occasion: req.reference.clone() })
    }

    /// Orders it under the name `key`; results go to `webhook`.
    ///
    /// # Errors
    /// As `payouts.pay-out`.
    pub fn send(&self, link: &impl Link, initiator: &Initiator, key: &str, webhook: &str) -> Result<Outcome, PluginError> {
        let order = json!({
            "OriginatorConversationID": key,
            "InitiatorName": initiator.name,
            "SecurityCredential": initiator.credential,
            "CommandID": self.command,
            "Amount": self.shillings.to_string(),
            "PartyA": initiator.shortcode,
            "PartyB": self.phone,
            "Remarks": self.remarks,
            "QueueTimeOutURL": webhook,
            "ResultURL": webhook,
            // The provider's spelling.
            "Occassion": self.occasion,
        });
        match place(link, PATH, &order, &initiator.credential) {
            Ok(ack) => Ok(pending(Some(key.to_owned()), Some(ack))),
            Err(Trouble::Refused(refusal, _)) if refusal.code == DUPLICATE => Ok(pending(Some(key.to_owned()), None)),
            Err(trouble) => Err(not_moved(trouble)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer};
    use wakala_plugin_sdk::host::types::{Account, Money, Party};

    const KEY: &str = "payout-0000000000001";

    fn request(kind: &str, fields: &[(&str, &str)], minor: i64) -> PayoutRequest {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        PayoutRequest {
            destination: Account { kind: kind.into(), fields, extra: Vec::new() },
            payee: Party { name: None, phone: None, email: None, fields: Vec::new(), extra: Vec::new() },
            amount: Money { minor, currency: "KES".into() },
            reference: "CLM77".into(),
            purpose: "claim".into(),
            description: "Claim 77".into(),
            extra: Vec::new(),
        }
    }

    fn send(status: u16, body: &str) -> Result<Outcome, PluginError> {
        let payout = Payout::new(&request("mobile-money", &[("phone", "+254700000111")], 50_000)).expect("a payout");
        let initiator = Initiator { name: "api".into(), credential: "tk-1".into(), shortcode: "600111".into() };
        payout.send(&Script::new([answer(status, body)]), &initiator, KEY, "https://hooks.example.com/hooks/0a")
    }

    #[test]
    fn only_phones_of_this_network_are_paid() {
        let network = |name: &str| Payout::new(&request("mobile-money", &[("phone", "0700000111"), ("network", name)], 50_000));
        assert!(network("mpesa").is_ok());
        assert!(network("Safaricom").is_ok());
        assert!(matches!(network("other"), Err(PluginError::Unsupported(_))));
        assert!(matches!(Payout::new(&request("bank", &[], 50_000)), Err(PluginError::Unsupported(_))));
        assert!(matches!(Payout::new(&request("mobile-money", &[], 50_000)), Err(PluginError::Rejected(r)) if r.code == "phone"));
        for minor in [900, 1_050, 25_000_100] {
            let found = Payout::new(&request("mobile-money", &[("phone", "0700000111")], minor));
            assert!(matches!(found, Err(PluginError::Rejected(r)) if r.code == "amount"), "{minor}");
        }
    }

    #[test]
    fn an_accepted_order_waits_for_its_result_under_our_name() {
        let outcome =
            send(200, r#"{"ConversationID":"AG_1","OriginatorConversationID":"payout-0000000000001","ResponseCode":"0"}"#).expect("accepted");
        assert_eq!((outcome.state.as_str(), outcome.provider_ref.as_deref()), ("pending", Some(KEY)));
        assert_eq!(outcome.extra, [("conversation-id".to_owned(), "AG_1".to_owned())]);
    }

    #[test]
    fn a_name_that_was_used_already_is_pending_and_every_other_failure_a_doubt() {
        let duplicate = r#"{"errorCode":"500.002.1001","errorMessage":"Duplicate OriginatorConversationID."}"#;
        assert_eq!(send(500, duplicate).expect("known already").state, "pending");
        let other = r#"{"errorCode":"500.003.1001","errorMessage":"Internal Server Error"}"#;
        assert!(matches!(send(500, other), Err(PluginError::UnknownOutcome(_))));
    }
}
