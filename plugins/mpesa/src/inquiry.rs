//! Questions whose answer comes by webhook: what became of a transaction, and what the accounts hold. They change nothing.

use serde_json::{Map, Value, json};
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::payments::Outcome;

use crate::link::Link;
use crate::order::{Initiator, not_told, pending, place};

const STATUS: &str = "/mpesa/transactionstatus/v1/query";
const BALANCE: &str = "/mpesa/accountbalance/v1/query";

/// How a transaction is named.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    Receipt(&'a str),
    /// The name of the order that caused it.
    Order(&'a str),
}

/// Asks what became of a transaction. The outcome is `pending`, under the name `provider_ref` that it had; the answer goes to `webhook`.
///
/// # Errors
/// As `gateway.query`.
pub fn status(
    link: &impl Link,
    initiator: &Initiator,
    subject: Subject<'_>,
    provider_ref: Option<String>,
    webhook: &str,
) -> Result<Outcome, PluginError> {
    let (name, value) = match subject {
        Subject::Receipt(receipt) => ("TransactionID", receipt),
        Subject::Order(order) => ("OriginalConversationID", order),
    };
    let mut order = question(initiator, "TransactionStatusQuery", webhook);
    order.insert(name.to_owned(), json!(value));
    order.insert("Occasion".to_owned(), json!(""));
    place(link, STATUS, &Value::Object(order), &initiator.credential).map_err(not_told)?;
    Ok(pending(provider_ref, None))
}

/// Asks what the accounts hold; the answer goes to `webhook`.
///
/// # Errors
/// As `statements.balances`.
pub fn balance(link: &impl Link, initiator: &Initiator, webhook: &str) -> Result<(), PluginError> {
    let order = Value::Object(question(initiator, "AccountBalance", webhook));
    place(link, BALANCE, &order, &initiator.credential).map_err(not_told)?;
    Ok(())
}

fn question(initiator: &Initiator, command: &str, webhook: &str) -> Map<String, Value> {
    let fields = [
        ("Initiator", initiator.name.as_str()),
        ("SecurityCredential", initiator.credential.as_str()),
        ("CommandID", command),
        ("PartyA", initiator.shortcode.as_str()),
        // 4 is a short code.
        ("IdentifierType", "4"),
        ("Remarks", "Reconciliation"),
        ("ResultURL", webhook),
        ("QueueTimeOutURL", webhook),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer};
    use wakala_plugin_sdk::host::http::Part;

    fn initiator() -> Initiator {
        Initiator { name: "api".into(), credential: "tk-1".into(), shortcode: "600111".into() }
    }

    fn text(parts: &[Part]) -> String {
        let bytes = |part: &Part| match part {
            Part::Bytes(bytes) => String::from_utf8(bytes.clone()).expect("JSON is text"),
            _ => String::new(),
        };
        parts.iter().map(bytes).collect()
    }

    #[test]
    fn a_transaction_is_named_by_its_receipt_or_by_its_order() {
        for (subject, expected) in [
            (Subject::Receipt("TJ1"), r#""TransactionID":"TJ1""#),
            (Subject::Order("payout-0000000000001"), r#""OriginalConversationID":"payout-0000000000001""#),
        ] {
            let provider = Script::new([answer(200, r#"{"ResponseCode":"0"}"#)]);
            let outcome = status(&provider, &initiator(), subject, Some("x".into()), "https://hooks.example.com/hooks/0a").expect("asked");
            assert_eq!((outcome.state.as_str(), outcome.provider_ref.as_deref()), ("pending", Some("x")));
            let body = text(&provider.asked.borrow()[0].1);
            assert!(body.contains(expected) && body.contains(r#""IdentifierType":"4""#), "{body}");
        }
    }

    #[test]
    fn a_question_that_was_not_answered_is_asked_again() {
        let found = balance(&Script::new([answer(503, "")]), &initiator(), "https://hooks.example.com/hooks/0a");
        assert!(matches!(found, Err(PluginError::Retryable(_))));
    }
}
