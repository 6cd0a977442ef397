use super::*;
use crate::link::script::{Script, answer, token_refused};
use wakala_plugin_sdk::host::http::Error;

const CHECKOUT: &str = "ws_CO_021020261130154700700000111";

fn settings() -> Settings {
    Settings { shortcode: "600111".into(), receiver: "600111".into(), transaction_type: "CustomerPayBillOnline" }
}

fn ask(status: u16, body: &str) -> Result<Outcome, PluginError> {
    send(&Script::new([answer(status, body)]), &settings(), &"tk-1".to_owned(), "20261002113015", CHECKOUT)
}

fn result(code: &Value, text: &str) -> String {
    json!({"ResponseCode": "0", "ResponseDescription": "The service request has been accepted successsfully", "MerchantRequestID": "m",
        "CheckoutRequestID": CHECKOUT, "ResultCode": code, "ResultDesc": text})
    .to_string()
}

#[test]
fn the_query_asks_by_the_checkout_id() {
    let provider = Script::new([answer(200, &result(&json!("0"), "ok"))]);
    send(&provider, &settings(), &"tk-1".to_owned(), "20261002113015", CHECKOUT).expect("an answer");
    let asked = provider.asked.borrow();
    assert_eq!(asked[0].0, "/mpesa/stkpushquery/v1/query");
    let text: Vec<u8> = asked[0].1.iter().flat_map(|part| if let Part::Bytes(bytes) = part { bytes.clone() } else { b"x".to_vec() }).collect();
    let json: Value = serde_json::from_slice(&text).expect("JSON");
    assert_eq!(json, json!({"BusinessShortCode": 600_111, "Password": "x", "Timestamp": "20261002113015", "CheckoutRequestID": CHECKOUT}));
}

#[test]
fn result_codes_are_mapped_as_number_and_as_string() {
    for (code, state) in [
        (json!("0"), "received"),
        (json!(0), "received"),
        (json!("4999"), "pending"),
        (json!("1032"), "failed"),
        (json!("E3008"), "failed"),
        (json!(7777), "failed"),
    ] {
        let outcome = ask(200, &result(&code, "text")).expect("an outcome");
        assert_eq!(outcome.state, state, "{code}");
        assert_eq!(outcome.receipt, None);
        assert_eq!(outcome.amount, None);
    }
}

#[test]
fn an_undescribed_code_is_kept_and_flagged() {
    let outcome = ask(200, &result(&json!("7777"), "Something new.")).expect("an outcome");
    assert_eq!(outcome.code.as_deref(), Some("7777"));
    assert!(outcome.extra.iter().any(|(name, _)| name == "review"));
}

#[test]
fn the_code_for_no_answer_never_means_failed() {
    for text in ["The transaction is being processed", "The transaction does not Exist", ""] {
        let found = ask(500, &json!({"requestId": "r", "errorCode": "500.001.1001", "errorMessage": text}).to_string());
        assert!(matches!(found, Err(PluginError::Retryable(_))), "{text}: {found:?}");
    }
}

#[test]
fn whatever_is_no_clear_answer_is_asked_again() {
    for (status, body) in [
        (429, String::new()),
        (500, String::new()),
        (503, "<html>".to_owned()),
        (200, String::new()),
        (200, "{}".to_owned()),
        (200, r#"{"ResponseCode":"1","ResultCode":"0"}"#.to_owned()),
        (200, json!({"ResponseCode": "0", "ResultCode": "0", "CheckoutRequestID": "ws_CO_another"}).to_string()),
        (200, json!({"ResponseCode": "0", "ResultCode": null, "CheckoutRequestID": CHECKOUT}).to_string()),
    ] {
        let found = ask(status, &body);
        assert!(matches!(found, Err(PluginError::Retryable(_))), "{status} {body}: {found:?}");
    }
    let lost = send(&Script::new([Err(Error::MaybeSent("timeout".into()))]), &settings(), &"tk".to_owned(), "t", CHECKOUT);
    assert!(matches!(lost, Err(PluginError::Retryable(_))));
}

#[test]
fn a_malformed_question_is_rejected_with_the_providers_code() {
    let found = ask(400, r#"{"errorCode":"400.002.02","errorMessage":"Bad Request - Invalid CheckoutRequestID"}"#);
    assert!(matches!(found, Err(PluginError::Rejected(r)) if r.code == "400.002.02"));
}

#[test]
fn credentials_are_proved_by_a_push_that_never_was() {
    let prove = |answers: Vec<_>| prove(&Script::new(answers), &settings(), &"tk-1".to_owned(), "20261002113015");
    let ambiguous = |text: &str| answer(500, &json!({"errorCode": "500.001.1001", "errorMessage": text}).to_string());
    assert_eq!(prove(vec![ambiguous("The transaction does not Exist")]), Ok(Credentials::Accepted));
    assert!(matches!(prove(vec![ambiguous("[MerchantValidate] - Wrong credentials")]), Err(PluginError::Misconfigured(f)) if f.field == "passkey"));
    assert!(matches!(prove(vec![ambiguous("Merchant does not exist")]), Err(PluginError::Misconfigured(f)) if f.field == "shortcode"));
    assert!(matches!(prove(vec![token_refused(), token_refused()]), Err(PluginError::Unauthorized(_))));
    assert!(matches!(prove(vec![answer(429, "")]), Ok(Credentials::TokenOnly(_))));
    assert!(matches!(prove(vec![answer(503, "")]), Err(PluginError::Retryable(_))));
}
