//! Orders in the name of an API user ("initiator"): payouts, reversals, and questions. The provider answers at once that it has the
//! order, and later, by webhook, what came of it.

use serde_json::Value;
use wakala_plugin_sdk::PluginError;
use wakala_plugin_sdk::host::secrets::Ticket;
use wakala_plugin_sdk::host::types::Retry;
use wakala_plugin_sdk::http::json_body;
use wakala_plugin_sdk::payments::Outcome;

use crate::envelope::{Class, Refusal};
use crate::link::{Link, Trouble, post};
use crate::query::code_text;

/// Remarks have so many letters at most.
const REMARKS_MAX: usize = 100;

/// Who orders, and for which account.
#[derive(Debug)]
pub struct Initiator {
    pub name: String,
    /// Stands for the password as the provider's certificate encrypts it.
    pub credential: Ticket,
    pub shortcode: String,
}

/// The provider has the order.
#[derive(Debug, PartialEq, Eq)]
pub struct Ack {
    /// By this name it can be asked about.
    pub originator: Option<String>,
    pub conversation: Option<String>,
}

/// Places an order.
///
/// # Errors
/// [`Trouble`]: [`not_moved`] and [`not_told`] say it in the host's words.
pub fn place(link: &impl Link, path: &str, order: &Value, credential: &Ticket) -> Result<Ack, Trouble> {
    let answer = post(link, path, &json_body(&order.to_string(), &[credential]))?;
    let json: Value = serde_json::from_slice(&answer.body).map_err(|_| Trouble::Unclear("the answer to the order cannot be read".into()))?;
    if code_text(&json["ResponseCode"]).as_deref() != Some("0") {
        let said = json["ResponseDescription"].as_str().or_else(|| json["errorMessage"].as_str()).unwrap_or("no reason");
        return Err(Trouble::Unclear(format!("neither accepted nor refused: {said}")));
    }
    Ok(Ack { originator: code_text(&json["OriginatorConversationID"]), conversation: code_text(&json["ConversationID"]) })
}

/// What trouble with an order means that moves money.
pub fn not_moved(trouble: Trouble) -> PluginError {
    match trouble {
        Trouble::NotDone(error) => error,
        Trouble::Unclear(reason) => PluginError::UnknownOutcome(reason),
        Trouble::Refused(refusal, after_ms) => match refusal.class {
            Class::Busy => later(after_ms, refusal.sentence()),
            Class::Token => PluginError::Unauthorized(refusal.sentence()),
            Class::Refused => refused(&refusal),
            Class::Ambiguous | Class::Unclear => PluginError::UnknownOutcome(refusal.sentence()),
        },
    }
}

/// What trouble with a question means, which changes nothing: it can be asked again.
pub fn not_told(trouble: Trouble) -> PluginError {
    match trouble {
        Trouble::NotDone(error) => error,
        Trouble::Unclear(reason) => PluginError::retryable(reason),
        Trouble::Refused(refusal, after_ms) => match refusal.class {
            Class::Token => PluginError::Unauthorized(refusal.sentence()),
            Class::Refused => refused(&refusal),
            Class::Busy | Class::Ambiguous | Class::Unclear => later(after_ms, refusal.sentence()),
        },
    }
}

fn later(after_ms: Option<u64>, reason: String) -> PluginError {
    PluginError::Retryable(Retry { after_ms, reason, extra: Vec::new() })
}

/// The code is the same for every field; only the text names it.
fn refused(refusal: &Refusal) -> PluginError {
    if refusal.says("invalid initiator") {
        PluginError::misconfigured("initiator", refusal.sentence())
    } else if refusal.says("invalid securitycredential") {
        PluginError::misconfigured("security_credential", refusal.sentence())
    } else if refusal.says("your own shortcode") {
        PluginError::misconfigured("shortcode", refusal.sentence())
    } else {
        PluginError::rejected(refusal.code.clone(), refusal.message.clone())
    }
}

/// The order is on its way; its result comes by webhook.
pub fn pending(provider_ref: Option<String>, ack: Option<Ack>) -> Outcome {
    let conversation = ack.and_then(|ack| ack.conversation);
    Outcome {
        provider_ref,
        state: "pending".into(),
        code: None,
        message: None,
        action: None,
        amount: None,
        fee: None,
        receipt: None,
        occurred_ms: None,
        saved_method: None,
        extra: conversation.map(|id| ("conversation-id".to_owned(), id)).into_iter().collect(),
    }
}

/// What the provider accepts of remarks: two to a hundred plain letters.
pub fn remarks(text: &str, otherwise: &str) -> String {
    let kept: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.')).take(REMARKS_MAX).collect();
    let kept = kept.trim();
    if kept.len() < 2 { otherwise.to_owned() } else { kept.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::script::{Script, answer};
    use serde_json::json;
    use wakala_plugin_sdk::host::http::{Error, Part};

    fn placed(status: u16, body: &str) -> Result<Ack, Trouble> {
        place(&Script::new([answer(status, body)]), "/path", &json!({ "SecurityCredential": "tk-1" }), &"tk-1".to_owned())
    }

    #[test]
    fn the_credential_travels_only_as_a_ticket() {
        let provider = Script::new([answer(200, r#"{"ConversationID":"AG_1","OriginatorConversationID":"o-1","ResponseCode":"0"}"#)]);
        let order = json!({ "Initiator": "api", "SecurityCredential": "tk-1" });
        let ack = place(&provider, "/path", &order, &"tk-1".to_owned()).expect("accepted");
        assert_eq!(ack, Ack { originator: Some("o-1".into()), conversation: Some("AG_1".into()) });
        let asked = provider.asked.borrow();
        assert!(asked[0].1.contains(&Part::Secret("tk-1".into())));
    }

    #[test]
    fn doubt_about_an_order_that_moves_money_stays_doubt_and_a_question_is_asked_again() {
        let unanswered = || place(&Script::new([Err(Error::MaybeSent("timeout".into()))]), "/", &json!({}), &"t".to_owned()).expect_err("no answer");
        assert!(matches!(not_moved(unanswered()), PluginError::UnknownOutcome(_)));
        assert!(matches!(not_told(unanswered()), PluginError::Retryable(_)));
        for (status, body) in [(500, ""), (200, "<html>"), (200, r#"{"ResponseCode":"1"}"#), (503, "{}")] {
            assert!(matches!(placed(status, body).map_err(not_moved), Err(PluginError::UnknownOutcome(_))), "{status} {body}");
            assert!(matches!(placed(status, body).map_err(not_told), Err(PluginError::Retryable(_))), "{status} {body}");
        }
        let busy = r#"{"errorCode":"500.003.02","errorMessage":"System is busy."}"#;
        assert!(matches!(placed(500, busy).map_err(not_moved), Err(PluginError::Retryable(_))));
    }

    #[test]
    fn a_refusal_names_the_setting_that_is_wrong() {
        let field = |text: &str| {
            let body = json!({ "errorCode": "400.002.02", "errorMessage": text }).to_string();
            match placed(400, &body).map_err(not_moved) {
                Err(PluginError::Misconfigured(error)) => error.field,
                Err(PluginError::Rejected(rejection)) => rejection.code,
                other => format!("{other:?}"),
            }
        };
        assert_eq!(field("Bad Request - Invalid InitiatorName"), "initiator");
        assert_eq!(field("Bad Request - Invalid Initiator"), "initiator");
        assert_eq!(field("Bad Request - Invalid SecurityCredential"), "security_credential");
        assert_eq!(field("Bad Request - Kindly use your own ShortCode"), "shortcode");
        assert_eq!(field("Bad Request - Invalid Amount"), "400.002.02");
    }

    #[test]
    fn remarks_are_what_the_provider_takes() {
        assert_eq!(remarks("Claim 77, motor", "Payment X"), "Claim 77 motor");
        assert_eq!(remarks("!", "Payment X"), "Payment X");
        assert_eq!(remarks(&"x".repeat(200), "").len(), 100);
    }
}
