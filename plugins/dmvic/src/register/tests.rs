use super::*;
use crate::application::tests::{request, today};
use crate::link::script::{Script, answer, done, no};
use wakala_plugin_sdk::host::http::Error;

fn application() -> Application {
    Application::new(&request(), today()).expect("a request in order")
}

fn issue_with(first: Result<crate::answer::Answer, Error>) -> Result<Certificate, PluginError> {
    issue(&Script::new([first]), &application(), &request())
}

fn codes(findings: &[Finding]) -> Vec<(&str, bool)> {
    findings.iter().map(|finding| (finding.code.as_str(), finding.blocking)).collect()
}

fn in_stock(left: i64) -> Value {
    let row = json!({ "CertificateClassificationID": 3, "ClassificationTitle": "Type C Private", "Stock": left, "CertificateTypeId": 3 });
    json!({ "MemberCompanyStock": [row] })
}

#[test]
fn an_issued_certificate_has_its_number_and_what_it_is_about() {
    let made =
        issue_with(done(&json!({"issueCertificate": {"TransactionNo": "UAT-DEM0001", "actualCNo": "C00000042", "Email": "asha@example.com"}})));
    let made = made.expect("a certificate");
    assert_eq!((made.state.as_str(), made.number.as_deref(), made.provider_ref.as_deref()), ("issued", Some("C00000042"), Some("UAT-DEM0001")));
    assert_eq!(made.subject, [("registration".to_owned(), "KDA000A".to_owned()), ("chassis".to_owned(), "DEMO-123456789".to_owned())]);
    assert_eq!((made.starts.as_deref(), made.ends.as_deref()), (Some("2026-10-03"), Some("2027-10-02")));
}

#[test]
fn a_yes_without_a_number_and_whatever_is_unclear_may_have_been_issued() {
    for unclear in [
        done(&json!({})),
        done(&json!({"issueCertificate": {"TransactionNo": "UAT-1"}})),
        Ok(crate::answer::Answer { status: 500, body: Vec::new() }),
        answer(&json!({
            "success": true, "callbackObj": {"issueCertificate": {"actualCNo": "C00000045"}},
            "Error": [{"errorCode": "ER004", "errorText": "Input not valid"}],
        })),
        Err(Error::MaybeSent("timeout".into())),
    ] {
        assert!(matches!(issue_with(unclear), Err(PluginError::UnknownOutcome(_))));
    }
}

#[test]
fn a_doubt_with_a_number_waits_for_staff_and_one_without_is_refused() {
    let doubt = |result: Value| {
        answer(&json!({
            "success": false, "callbackObj": result,
            "Error": [{"errorCode": "ERR10001", "errorText": "Please note that the details entered do not match NTSA records"}],
        }))
    };
    let waits = issue_with(doubt(json!({"IssuanceRequestID": "UAT-OIC1", "NTSAResponse": "MAKE: MAZDA"}))).expect("a certificate");
    assert_eq!((waits.state.as_str(), waits.provider_ref.as_deref(), waits.number), ("needs-confirmation", Some("UAT-OIC1"), None));
    assert_eq!(codes(&waits.findings), [("registry-mismatch", false)]);
    assert!(matches!(issue_with(doubt(json!({}))), Err(PluginError::Rejected(no)) if no.code == "data"));
}

#[test]
fn a_refusal_is_told_in_the_platforms_words() {
    for (code, sentence, word) in [
        ("ER005", "Vehicle Registration Number / Chassis Number has an overlapping policy, leading to Double Insurance.", "double-cover"),
        ("ER006", "No Sufficient Inventory", "stock"),
        ("ER004", "Input not valid", "data"),
    ] {
        assert!(matches!(issue_with(no(code, sentence)), Err(PluginError::Rejected(no)) if no.code == word), "{sentence}");
    }
}

#[test]
fn a_precheck_finds_cover_doubts_and_an_empty_stock() {
    let covered = json!({"DoubleInsurance": {"1": {
        "CoverEndDate": "31/12/2026", "InsuranceCertificateNo": "C1", "MemberCompanyName": "DEMO INSURANCE", "RegistrationNumber": "KDA000A",
        "ChassisNumber": "X",
    }}});
    let overlapping = no("ER005", "has an overlapping policy, leading to Double Insurance.");
    let register = Script::new([done(&covered), overlapping, done(&in_stock(0))]);
    let findings = precheck(&register, &application()).expect("findings");
    assert_eq!(codes(&findings), [("double-cover", true), ("stock", true)]);
    assert_eq!(findings[0].message, "DEMO INSURANCE covers this vehicle until 31/12/2026");

    let covered = json!({"DoubleInsurance": [{"CoverEndDate": "31/12/2026", "MemberCompanyName": "DEMO INSURANCE", "InsuranceCertificateNo": "C1"}]});
    let register = Script::new([done(&covered), done(&json!({})), done(&in_stock(7))]);
    assert_eq!(codes(&precheck(&register, &application()).expect("findings")), [("double-cover", true)]);

    let gap = no("ER007", "There is a 12 days gap between the previous insurance and the proposed one");
    let register = Script::new([no("ER011", "No Records Found"), gap, done(&in_stock(7))]);
    assert_eq!(codes(&precheck(&register, &application()).expect("findings")), [("gap", false)]);

    let register = Script::new([done(&json!({"DoubleInsurance": []})), done(&json!({})), done(&in_stock(1))]);
    assert!(precheck(&register, &application()).expect("findings").is_empty());
    assert_eq!(register.asked.borrow()[1].0, "/api/V5/IntermediaryIntegration/ValidateTypeCCertificate");
}

#[test]
fn staff_settle_a_doubt_in_their_own_name() {
    let confirmation = |approved: bool| Confirmation {
        approved,
        by: "Demo Clerk".into(),
        facts: vec![("logbook-verified".into(), "true".into()), ("vehicle-inspected".into(), "false".into())],
        comment: "Seen".into(),
        extra: Vec::new(),
    };
    let register = Script::new([done(&json!({"issueCertificate": {"TransactionNo": "T", "actualCNo": "C00000043"}}))]);
    let made = confirm(&register, "UAT-OIC1", &confirmation(true)).expect("a certificate");
    assert_eq!((made.state.as_str(), made.number.as_deref()), ("issued", Some("C00000043")));
    let sent = register.asked.borrow()[0].2.clone();
    assert_eq!(
        sent,
        json!({
            "IssuanceRequestID": "UAT-OIC1", "IsApproved": true, "IsLogBookVerified": true, "IsVehicleInspected": false,
            "AdditionalComments": "Seen", "UserName": "Demo Clerk",
        })
    );
    let turned_down = confirm(&Script::new([done(&json!({}))]), "UAT-OIC1", &confirmation(false)).expect("an answer");
    assert_eq!(turned_down.state, "not-valid");
}

#[test]
fn the_register_is_asked_by_number_or_vehicle_and_may_know_nothing() {
    let row = json!({
        "CertificateNumber": "C00000042", "InsurancePolicyNumber": "P-42", "ValidFrom": "03/10/2026 00:00", "ValidTill": "02/10/2027 23:59",
        "Registrationnumber": "KDA000A", "InsuredBy": "DEMO INSURANCE", "Chassisnumber": "Not Available", "CertificateStatus": "Active",
    });
    let register = Script::new([done(&json!({ "validateInsurance": row }))]);
    let found = validate(&register, None, &[("registration".into(), "kda 000a".into())]).expect("certificates");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].state.as_str(), found[0].starts.as_deref(), found[0].ends.as_deref()), ("issued", Some("2026-10-03"), Some("2027-10-02")));
    assert_eq!(found[0].subject, [("registration".to_owned(), "KDA000A".to_owned())]);
    assert_eq!(register.asked.borrow()[0].2, json!({"vehicleRegistrationnumber": "KDA000A"}));

    assert_eq!(validate(&Script::new([no("ER011", "No Records Found")]), Some("C1"), &[]), Ok(Vec::new()));
    assert_eq!(validate(&Script::new([done(&json!({"validateInsurance": {}}))]), Some("C1"), &[]), Ok(Vec::new()));
}

#[test]
fn cancelling_twice_is_no_error_and_cancelling_late_is() {
    let cancelled = cancel(&Script::new([done(&json!({"TransactionReferenceNumber": "UAT-X"}))]), "C00000042", "sold").expect("a certificate");
    assert_eq!((cancelled.state.as_str(), cancelled.provider_ref.as_deref()), ("cancelled", Some("UAT-X")));

    let row = |status: &str| done(&json!({"validateInsurance": {"CertificateNumber": "C00000042", "CertificateStatus": status}}));
    let twice = Script::new([no("ER004", "Certificate Number is not valid"), row("Cancelled")]);
    assert_eq!(cancel(&twice, "C00000042", "sold").expect("a certificate").state, "cancelled");
    let never = Script::new([no("ER004", "Certificate Number is not valid"), no("ER011", "No Records Found")]);
    assert!(matches!(cancel(&never, "C9", "sold"), Err(PluginError::Rejected(no)) if no.code == "not-found"));

    let late = Script::new([no("ER0016", "Sorry! you can not cancel the certificate since issuance time exceeded 24 hours.")]);
    assert!(matches!(cancel(&late, "C00000042", "sold"), Err(PluginError::Rejected(no)) if no.code == "expired"));
}

#[test]
fn every_reason_has_its_number_and_any_other_is_the_insureds_wish() {
    let register = Script::new([done(&json!({})), done(&json!({}))]);
    for reason in ["stolen", "changed-their-mind"] {
        cancel(&register, "C1", reason).expect("a certificate");
    }
    let sent: Vec<Value> = register.asked.borrow().iter().map(|(_, _, body)| body["cancelreasonid"].clone()).collect();
    assert_eq!(sent, [json!(30), json!(8)]);
}

#[test]
fn a_document_that_is_not_there_yet_is_asked_for_again() {
    assert!(matches!(document_address(&Script::new([done(&json!({}))]), "C1"), Err(PluginError::Retryable(_))));
    let unknown = document_address(&Script::new([no("ER004", "Invalid CertificateNo")]), "C1");
    assert!(matches!(unknown, Err(PluginError::Rejected(no)) if no.code == "not-found"));
}
