use super::*;
use serde_json::json;

fn said(json: &Value) -> Said {
    read(&Answer { status: 200, body: json.to_string().into_bytes() })
}

fn refused(errors: &Value) -> Refusal {
    match said(&json!({ "success": false, "Error": errors, "callbackObj": {} })) {
        Said::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_yes_is_read_whatever_the_casing_and_whether_the_echo_is_text_or_object() {
    let answers = [
        json!({"Inputs": "{\"a\":1}", "callbackObj": {"URL": "https://example.com/c.pdf"}, "success": true, "Error": []}),
        json!({"inputs": {"a": 1}, "CallbackObj": {"URL": "https://example.com/c.pdf"}, "Success": true, "error": null, "apiRequestNumber": "UAT-1"}),
        json!({"callbackObj": {"URL": "https://example.com/c.pdf"}, "success": "true"}),
    ];
    for answer in answers {
        match said(&answer) {
            Said::Done(result) => assert_eq!(text(field(&result, "url")).as_deref(), Some("https://example.com/c.pdf")),
            other => panic!("{answer}: {other:?}"),
        }
    }
}

#[test]
fn a_yes_with_errors_is_a_no() {
    let answer = json!({"success": true, "Error": [{"errorCode": "ER004", "errorText": "Input not valid"}], "callbackObj": {"URL": "x"}});
    assert!(matches!(said(&answer), Said::Refused(refusal) if refusal.about == About::Data));
}

#[test]
fn a_no_that_names_a_certificate_and_a_no_with_a_fault_leave_it_open() {
    let error = json!([{"errorCode": "ER004", "errorText": "Input not valid"}]);
    for success in [true, false] {
        let made = json!({"issueCertificate": {"TransactionNo": "UAT-1", "actualCNo": "C00000045"}});
        assert!(matches!(said(&json!({"success": success, "Error": error, "callbackObj": made})), Said::Unclear(_)), "{success}");
    }
    let fault = json!({"success": false, "Error": [{"errorCode": "ER001", "errorText": "Token is expired or invalid"}], "callbackObj": {}});
    assert!(matches!(read(&Answer { status: 500, body: fault.to_string().into_bytes() }), Said::Unclear(_)));
}

#[test]
fn sentences_decide_what_a_no_is_about() {
    for (code, sentence, about) in [
        ("ER001", "Token is expired or invalid", About::Session),
        ("ER001", "ClientID is missing", About::Client),
        ("ER001", "Input json format is Incorrect", About::Data),
        ("ER009", "Your account has been locked, Please contact your administrator.", About::Account),
        ("ER005", "Vehicle Registration Number / Chassis Number has an overlapping policy, leading to Double Insurance.", About::DoubleCover),
        ("ER007", "This vehicle is already covered under an active policy. To obtain a new quote, set the cover start date", About::DoubleCover),
        ("ER006", "No Sufficient Inventory", About::Stock),
        ("ER007", "There is a 12 days gap between the previous insurance and the proposed one", About::Gap),
        ("ER007", "Change of cover is noted and issuance on a new certificate based on the new terms authorised", About::Terms),
        ("ERR10001", "Please note that the details entered do not match NTSA records", About::Registry),
        (
            "ER007",
            "Registration number (KDA000A) and chassis number (X) combination have been changed from the previously issued policy",
            About::Registry,
        ),
        ("ER0016", "Sorry! you can not cancel the certificate since issuance time exceeded 24 hours.", About::TooLate),
        ("ER004", "Certificate Number is not valid", About::Unknown),
        ("ER011", "No Records Found", About::Unknown),
        ("ER003", "Mandatory field is missing", About::Data),
    ] {
        assert_eq!(refused(&json!([{"errorCode": code, "errorText": sentence}])).about, about, "{sentence}");
    }
}

#[test]
fn of_several_errors_the_telling_one_decides_and_all_are_told() {
    let refusal = refused(&json!([
        {"errorCode": "ER003", "errorText": "Mandatory field is missing"},
        {"ErrorCode": "ER006", "ErrorText": "No sufficient Inventory"},
    ]));
    assert_eq!((refusal.about, refusal.code.as_str()), (About::Stock, "ER006"));
    assert_eq!(refusal.message, "Mandatory field is missing; No sufficient Inventory");
}

#[test]
fn the_number_of_a_doubt_is_found_beside_or_inside_of_the_certificate() {
    for result in [json!({"IssuanceRequestID": 4711}), json!({"issueCertificate": {"issuanceRequestId": "4711"}})] {
        let answer = json!({"success": false, "callbackObj": result, "Error": [{"errorCode": "ERR10001", "errorText": "do not match NTSA records"}]});
        match said(&answer) {
            Said::Refused(refusal) => assert_eq!(refusal.request_id().as_deref(), Some("4711")),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_cannot_be_read_is_open_and_what_was_not_looked_at_is_not() {
    let read = |status: u16, body: &str| read(&Answer { status, body: body.as_bytes().to_vec() });
    assert!(matches!(read(200, "<html>"), Said::Unclear(_)));
    assert!(matches!(read(200, r#"{"success":false}"#), Said::Unclear(_)));
    assert!(matches!(read(500, ""), Said::Unclear(_)));
    assert!(matches!(read(302, ""), Said::Unclear(_)));
    for (status, about) in [(400, About::Data), (401, About::Session), (403, About::Account), (429, About::Busy)] {
        assert!(matches!(read(status, ""), Said::Refused(refusal) if refusal.about == about), "{status}");
    }
}

#[test]
fn a_login_succeeds_by_its_code_and_fails_at_the_field_that_is_wrong() {
    let login = |json: Value| login(&Answer { status: 200, body: json.to_string().into_bytes() });
    assert_eq!(login(json!({"token": "t-1", "code": 1, "expires": "2026-10-09T08:00:00"})).ok().as_deref(), Some("t-1"));
    assert!(login(json!({"token": "t-1", "code": -6})).is_err());
    for (message, field) in
        [("Incorrect Username or Password entered.", "password"), ("Username is Invalid.please enter correct username", "username")]
    {
        let failed = login(json!({"code": -6, "message": message}));
        assert!(matches!(failed, Err(PluginError::Misconfigured(error)) if error.field == field), "{message}");
    }
    let locked = login(json!({"code": -4, "message": "Your account has been locked, Please contact your administrator."}));
    assert!(matches!(locked, Err(PluginError::Unauthorized(_))));
    assert!(matches!(login(Value::Null), Err(PluginError::Retryable(_))));
}
