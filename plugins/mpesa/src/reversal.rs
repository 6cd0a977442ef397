//! Giving back a payment that arrived, by its receipt. The provider knows no key of ours here, but reverses a receipt no more than once.

use serde_json::json;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::types::Money;
use wakala_plugin_sdk::payments::Outcome;

use crate::amount;
use crate::link::Link;
use crate::order::{Initiator, not_moved, pending, place, remarks};

const PATH: &str = "/mpesa/reversal/v1/request";

/// Orders the reversal of the payment with this receipt; results go to `webhook`.
///
/// # Errors
/// As `refunds.refund`.
pub fn send(link: &impl Link, initiator: &Initiator, receipt: &str, money: &Money, reason: &str, webhook: &str) -> Result<Outcome, PluginError> {
    let order = json!({
        "Initiator": initiator.name,
        "SecurityCredential": initiator.credential,
        "CommandID": "TransactionReversal",
        "TransactionID": receipt,
        "Amount": amount::whole_shillings(money)?.to_string(),
        "ReceiverParty": initiator.shortcode,
        // The provider's spelling; 11 is the organisation.
        "RecieverIdentifierType": "11",
        "ResultURL": webhook,
        "QueueTimeOutURL": webhook,
        "Remarks": remarks(reason, "Refund"),
        "Occasion": "",
    });
    let ack = place(link, PATH, &order, &initiator.credential).map_err(not_moved)?;
    Ok(pending(ack.originator.clone(), Some(ack)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer};

    fn send_minor(minor: i64, status: u16, body: &str) -> Result<Outcome, PluginError> {
        let initiator = Initiator { name: "api".into(), credential: "tk-1".into(), shortcode: "600111".into() };
        let money = Money { minor, currency: "KES".into() };
        send(&Script::new([answer(status, body)]), &initiator, "TJ24XK9Q0P", &money, "Paid twice", "https://hooks.example.com/hooks/0a")
    }

    #[test]
    fn an_accepted_reversal_is_asked_about_by_the_providers_name() {
        let body = r#"{"OriginatorConversationID":"71840-27539181-1","ConversationID":"AG_2","ResponseCode":"0"}"#;
        let outcome = send_minor(150_000, 200, body).expect("accepted");
        assert_eq!((outcome.state.as_str(), outcome.provider_ref.as_deref()), ("pending", Some("71840-27539181-1")));
    }

    #[test]
    fn cents_are_not_reversed_and_doubt_stays_doubt() {
        assert!(matches!(send_minor(150_050, 200, "{}"), Err(PluginError::Rejected(r)) if r.code == "amount"));
        assert!(matches!(send_minor(150_000, 503, ""), Err(PluginError::UnknownOutcome(_))));
    }
}
