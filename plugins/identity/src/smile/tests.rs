use super::*;
use crate::person::tests::party;

fn proof(timestamp: &str) -> Result<String, PluginError> {
    Ok(format!("signature of {timestamp}"))
}

fn answered(mut json: Value) -> Result<CheckResult, PluginError> {
    json["timestamp"] = json!("now");
    json["signature"] = json!("signature of now");
    result(Ok((200, json.to_string().into_bytes())), "job-1", proof)
}

fn refused(status: u16, json: &Value) -> PluginError {
    result(Ok((status, json.to_string().into_bytes())), "job-1", proof).expect_err("no result")
}

fn signed() -> Signed {
    Signed { partner: "900".into(), timestamp: "2026-10-02T08:00:00.000Z".into(), signature: "c2ln".into() }
}

#[test]
fn an_instant_is_signed_in_utc() {
    assert_eq!(timestamp(1_790_929_844_007), "2026-10-02T08:30:44.007Z");
}

#[test]
fn everything_that_is_claimed_goes_with_the_question() {
    let document = Document { kind: "NATIONAL_ID", number: "30000042".into() };
    let body = question(&signed(), "job-1", &document, &party(&[("birth-date", "1990-05-04"), ("gender", "female")]));
    assert_eq!(
        body,
        json!({
            "partner_id": "900", "timestamp": "2026-10-02T08:00:00.000Z", "signature": "c2ln", "source_sdk": "rest_api",
            "partner_params": {"job_id": "job-1", "user_id": "user-job-1", "job_type": 5}, "country": "KE", "id_type": "NATIONAL_ID",
            "id_number": "30000042", "first_name": "Asha Wanjiru", "last_name": "Demo", "dob": "1990-05-04", "gender": "F",
            "phone_number": "+254700000142",
        })
    );
}

#[test]
fn result_codes_are_texts_and_decide_the_verdict() {
    for (code, verdict) in [
        ("1012", "match"),
        ("1020", "match"),
        ("1021", "partial"),
        ("1022", "no-match"),
        ("1013", "not-found"),
        ("1023", "not-found"),
        ("1099", "review"),
    ] {
        let found = answered(json!({"ResultCode": code, "ResultText": "…", "IsFinalResult": "true"})).expect("a result");
        assert_eq!((found.state.as_str(), found.verdict.as_deref(), found.code.as_deref()), ("done", Some(verdict), Some(code)));
    }
    assert!(matches!(answered(json!({"ResultCode": "1014"})), Err(PluginError::Rejected(no)) if no.code == "format"));
    assert!(matches!(answered(json!({"ResultCode": "1015"})), Err(PluginError::Retryable(_))));
    assert!(matches!(answered(json!({"ResultCode": "1016"})), Err(PluginError::Unauthorized(_))));
}

#[test]
fn a_result_that_is_not_final_is_pending() {
    let found = answered(json!({"ResultCode": "1012", "IsFinalResult": "false"})).expect("a result");
    assert_eq!((found.state.as_str(), found.verdict), ("pending", None));
}

#[test]
fn what_was_compared_has_the_registers_value_unless_it_stands_for_none() {
    let found = answered(json!({
        "ResultCode": "1021", "IsFinalResult": "true", "FullName": "ASHA W DEMO", "DOB": "Not Available", "Gender": "F",
        "Actions": {
            "Verify_ID_Number": "Verified", "Return_Personal_Info": "Returned", "Names": "Partial Match", "DOB": "No Match", "Gender": "Not Provided",
        },
    }));
    let found = found.expect("a result");
    let fields: Vec<(&str, &str, Option<&str>)> =
        found.fields.iter().map(|field| (field.name.as_str(), field.outcome.as_str(), field.value.as_deref())).collect();
    assert_eq!(fields, [("name", "partial", Some("ASHA W DEMO")), ("birth-date", "no-match", None), ("gender", "not-checked", Some("F"))]);
}

#[test]
fn a_number_that_was_not_verified_was_not_found() {
    let found = answered(json!({"ResultCode": "1012", "Actions": {"Verify_ID_Number": "Not Verified"}})).expect("a result");
    assert_eq!(found.verdict.as_deref(), Some("not-found"));
}

#[test]
fn a_number_that_is_valid_is_the_persons_whose_name_it_has() {
    for (actions, verdict) in [
        (json!({"Verify_ID_Number": "Verified"}), "match"),
        (json!({"Names": "Exact Match", "DOB": "Exact Match"}), "match"),
        (json!({"Names": "Exact Match", "DOB": "No Match"}), "partial"),
        (json!({"Names": "Partial Match"}), "partial"),
        (json!({"Names": "No Match", "DOB": "Exact Match"}), "no-match"),
    ] {
        let found = answered(json!({"ResultCode": "1012", "IsFinalResult": "true", "Actions": actions})).expect("a result");
        assert_eq!(found.verdict.as_deref(), Some(verdict), "{actions}");
    }
}

#[test]
fn an_answer_about_another_job_is_none_to_ours() {
    let about = |job: &str| answered(json!({"ResultCode": "1020", "PartnerParams": {"job_id": job, "job_type": 5}}));
    assert_eq!(about("job-1").expect("a result").verdict.as_deref(), Some("match"));
    assert!(matches!(about("job-2"), Err(PluginError::UnknownOutcome(_))));
}

#[test]
fn an_answer_that_is_not_signed_or_signed_by_another_is_not_believed() {
    for json in [json!({"ResultCode": "1012"}), json!({"ResultCode": "1012", "timestamp": "now", "signature": "forged"})] {
        let found = result(Ok((200, json.to_string().into_bytes())), "job-1", proof);
        assert!(matches!(found, Err(PluginError::UnknownOutcome(_))), "{json}");
    }
}

#[test]
fn refusals_say_who_has_to_act() {
    assert!(matches!(refused(400, &json!({"code": "2204", "error": "unauthorized"})), PluginError::Unauthorized(_)));
    assert!(matches!(refused(403, &json!({"code": "2413", "error": "not authorised"})), PluginError::Unauthorized(_)));
    assert!(matches!(refused(402, &json!({})), PluginError::Unauthorized(_)));
    assert!(matches!(refused(400, &json!({"code": "2213", "error": "unsupported id type"})), PluginError::Unsupported(_)));
    assert!(matches!(refused(429, &json!({})), PluginError::Retryable(_)));
    assert!(matches!(refused(400, &json!({"code": "2215", "error": "Job already exists"})), PluginError::UnknownOutcome(_)));
    assert!(matches!(refused(409, &json!({})), PluginError::UnknownOutcome(_)));
    assert!(matches!(refused(400, &json!({"code": "2220", "error": "Invalid dob"})), PluginError::Rejected(no) if no.code == "2220"));
    for (status, body) in [(500, json!({})), (302, json!({})), (200, json!("<html>"))] {
        assert!(matches!(refused(status, &body), PluginError::UnknownOutcome(_)), "{status}");
    }
}

#[test]
fn a_job_that_is_asked_about_is_pending_until_it_is_complete() {
    let about = |json: Value| job_result(Ok((200, json.to_string().into_bytes())), "job-1", proof);
    let signed = |complete: bool| {
        let result = json!({"ResultCode": "1020"});
        json!({"timestamp": "now", "signature": "signature of now", "job_complete": complete, "code": "2302", "result": result})
    };
    assert_eq!(about(signed(false)).expect("a result").state, "pending");
    assert_eq!(about(signed(true)).expect("a result").verdict.as_deref(), Some("match"));
    assert!(matches!(about(json!({})), Err(PluginError::Retryable(_))));
}

#[test]
fn credentials_are_proved_by_a_job_that_never_was() {
    let proves = |status: u16, json: &Value| proves(Ok((status, json.to_string().into_bytes())));
    assert_eq!(proves(200, &json!({"code": "2304", "error": "no such job"})), Ok(()));
    assert_eq!(proves(400, &json!({"code": "2304", "error": "no such job"})), Ok(()));
    assert!(matches!(proves(400, &json!({"code": "2204", "error": "unauthorized"})), Err(PluginError::Unauthorized(_))));
    assert!(matches!(proves(503, &json!(null)), Err(PluginError::Retryable(_))));
}
