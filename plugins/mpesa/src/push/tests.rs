use super::*;
use crate::link::script::{Script, answer, token_refused};
use wakala_plugin_sdk::host::http::Error;
use wakala_plugin_sdk::host::types::{Money, Party};

const ACCEPTED: &str = r#"{"MerchantRequestID":"7c1e-4a55-b0d2-3f9a1122bb33441020","CheckoutRequestID":"ws_CO_021020261130154700700000111","ResponseCode":"0","ResponseDescription":"Success. Request accepted for processing"}"#;

fn request() -> CollectRequest {
    CollectRequest {
        method: "mpesa".into(),
        amount: Money { minor: 150_000, currency: "KES".into() },
        payer: Party { name: None, phone: Some("+254700000111".into()), email: None, fields: Vec::new(), extra: Vec::new() },
        saved_method: None,
        reference: "POL1042X".into(),
        description: "Motor cover, KDA 001A".into(),
        return_url: None,
        extra: Vec::new(),
    }
}

fn settings() -> Settings {
    Settings { shortcode: "600111".into(), receiver: "600111".into(), transaction_type: "CustomerPayBillOnline" }
}

fn send(provider: &Script, locale: &str) -> Result<Outcome, PluginError> {
    let push = Push::new(&request()).expect("a valid request");
    push.send(provider, &settings(), &"tk-password".to_owned(), "20261002113015", "https://hooks.example.com/hooks/0a1b", locale)
}

fn written(parts: &[Part]) -> Value {
    let text: String = parts
        .iter()
        .map(|part| match part {
            Part::Bytes(bytes) => String::from_utf8(bytes.clone()).expect("JSON is text"),
            Part::Secret(_) => "c2VjcmV0".to_owned(),
            Part::Blob(_) => panic!("a push has no blob"),
        })
        .collect();
    serde_json::from_str(&text).expect("the body is JSON")
}

#[test]
fn the_request_has_the_documented_fields_and_types() {
    let provider = Script::new([answer(200, ACCEPTED)]);
    send(&provider, "en-KE").expect("accepted");
    let asked = provider.asked.borrow();
    let (path, body) = &asked[0];
    assert_eq!(path, "/mpesa/stkpush/v1/processrequest");
    assert_eq!(
        written(body),
        json!({
            "BusinessShortCode": 600_111, "Password": "c2VjcmV0", "Timestamp": "20261002113015",
            "TransactionType": "CustomerPayBillOnline", "Amount": "1500", "PartyA": "254700000111", "PartyB": "600111",
            "PhoneNumber": "254700000111", "CallBackURL": "https://hooks.example.com/hooks/0a1b",
            "AccountReference": "POL1042X", "TransactionDesc": "Motor cover K"
        })
    );
}

#[test]
fn the_passkey_travels_only_as_a_ticket() {
    let provider = Script::new([answer(200, ACCEPTED)]);
    send(&provider, "en-KE").expect("accepted");
    let secrets = provider.asked.borrow()[0].1.iter().filter(|part| matches!(part, Part::Secret(ticket) if ticket == "tk-password")).count();
    assert_eq!(secrets, 1);
}

#[test]
fn an_accepted_push_waits_for_the_payer_in_the_payers_language() {
    let outcome = send(&Script::new([answer(200, ACCEPTED)]), "en-KE").expect("accepted");
    assert_eq!(outcome.state, "needs-action");
    assert_eq!(outcome.provider_ref.as_deref(), Some("ws_CO_021020261130154700700000111"));
    assert!(outcome.action.is_some_and(|action| action.value.contains("enter your M-Pesa PIN")));
    let outcome = send(&Script::new([answer(200, ACCEPTED)]), "sw").expect("accepted");
    assert!(outcome.action.is_some_and(|action| action.value.contains("uweke PIN")));
}

#[test]
fn a_refused_token_is_renewed_and_the_push_sent_once() {
    let provider = Script::new([token_refused(), answer(200, ACCEPTED)]);
    send(&provider, "en-KE").expect("accepted with the new token");
    assert_eq!(*provider.renewals.borrow(), 1);
}

/// The name of the error and its code or field, for tables.
fn kind(error: &PluginError) -> (&'static str, String) {
    match error {
        PluginError::Rejected(r) => ("rejected", r.code.clone()),
        PluginError::Retryable(_) => ("retryable", String::new()),
        PluginError::UnknownOutcome(_) => ("unknown-outcome", String::new()),
        PluginError::Misconfigured(f) => ("misconfigured", f.field.clone()),
        PluginError::Unauthorized(_) => ("unauthorized", String::new()),
        PluginError::Unsupported(_) => ("unsupported", String::new()),
        PluginError::Other(_) => ("other", String::new()),
    }
}

#[test]
fn only_a_refusal_that_proves_no_prompt_was_sent_is_final() {
    let envelope = |code: &str, text: &str| json!({"requestId": "r", "errorCode": code, "errorMessage": text}).to_string();
    let spike = r#"{"fault":{"faultstring":"Spike arrest violation.","detail":{"errorcode":"policies.ratelimit.SpikeArrestViolation"}}}"#.to_owned();
    for (status, body, expected) in [
        (400, envelope("400.002.02", "Bad Request - Invalid PhoneNumber"), ("rejected", "400.002.02")),
        (400, String::new(), ("rejected", "http-400")),
        (404, envelope("404.001.01", "Resource not found"), ("rejected", "404.001.01")),
        (500, envelope("500.001.1001", "[MerchantValidate] - Wrong credentials"), ("misconfigured", "passkey")),
        (500, envelope("500.001.1001", "Merchant does not exist"), ("misconfigured", "shortcode")),
        (500, envelope("500.001.1001", "Unable to lock subscriber, a transaction is already in process"), ("retryable", "")),
        (500, envelope("500.001.1001", "The transaction is being processed"), ("unknown-outcome", "")),
        (500, envelope("500.003.1001", "Internal Server Error"), ("unknown-outcome", "")),
        (500, envelope("500.003.02", "System is busy"), ("retryable", "")),
        (429, spike, ("retryable", "")),
        (502, String::new(), ("unknown-outcome", "")),
        (408, String::new(), ("unknown-outcome", "")),
        (200, "<html>".to_owned(), ("unknown-outcome", "")),
        (200, r#"{"ResponseCode":"0"}"#.to_owned(), ("unknown-outcome", "")),
        (200, r#"{"ResponseCode":"1","ResponseDescription":"?","CheckoutRequestID":"ws_CO_1"}"#.to_owned(), ("unknown-outcome", "")),
    ] {
        let error = send(&Script::new([answer(status, &body)]), "en").expect_err("no acceptance");
        let (name, code) = kind(&error);
        assert_eq!((name, code.as_str()), expected, "{status} {body}");
    }
}

#[test]
fn a_lost_answer_is_an_unknown_outcome_and_an_unsent_request_is_not() {
    let lost = send(&Script::new([Err(Error::MaybeSent("timeout".into()))]), "en").expect_err("no answer");
    assert_eq!(kind(&lost).0, "unknown-outcome");
    let unsent = send(&Script::new([Err(Error::NotSent("no route".into()))]), "en").expect_err("not sent");
    assert_eq!(kind(&unsent).0, "retryable");
}

#[test]
fn a_locked_subscriber_is_left_alone_for_two_minutes() {
    let body =
        r#"{"errorCode":"500.001.1001","errorMessage":"Unable to lock subscriber, a transaction is already in process for the current subscriber"}"#;
    let error = send(&Script::new([answer(500, body)]), "en").expect_err("locked");
    assert!(matches!(error, PluginError::Retryable(retry) if retry.after_ms == Some(120_000)));
}

#[test]
fn what_the_provider_would_refuse_is_refused_before_it_is_asked() {
    let expect = |req: CollectRequest, code: &str| {
        assert!(matches!(Push::new(&req), Err(PluginError::Rejected(r)) if r.code == code), "{req:?}");
    };
    expect(CollectRequest { amount: Money { minor: 150_050, currency: "KES".into() }, ..request() }, "amount");
    expect(CollectRequest { payer: Party { phone: Some("0200000111".into()), ..request().payer }, ..request() }, "phone");
    expect(CollectRequest { payer: Party { phone: None, ..request().payer }, ..request() }, "phone");
    expect(CollectRequest { reference: "THIRTEENCHARS".into(), ..request() }, "format");
    expect(CollectRequest { reference: String::new(), ..request() }, "format");
    let other = CollectRequest { method: "card".into(), ..request() };
    assert!(matches!(Push::new(&other), Err(PluginError::Unsupported(_))));
}

#[test]
fn a_description_is_never_empty_or_too_long() {
    assert_eq!(description("Malipo ya bima ya gari", "REF1"), "Malipo ya bim");
    assert_eq!(description("保险", "REF1"), "REF1");
    assert_eq!(description("   ", "REF1"), "REF1");
}
