use super::*;
use crate::link::script::{Script, answer, failed, taken};
use crate::settings::sample;

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn request(scheme: &str) -> Mandate {
    Mandate {
        reference: "P42C1".into(),
        provider_ref: None,
        scheme: scheme.into(),
        debtor: Party {
            name: Some("A Demo".into()),
            phone: Some("+264810000042".into()),
            email: Some("a@example.com".into()),
            fields: pairs(&[("na-id", "85010100011")]),
            extra: Vec::new(),
        },
        account: Account {
            kind: "bank".into(),
            fields: pairs(&[("bank-code", "4"), ("branch-code", "280172"), ("number", "62000000042"), ("type", "current")]),
            extra: Vec::new(),
        },
        amount: Money { minor: 45_000, currency: "NAD".into() },
        first_amount: None,
        maximum: None,
        frequency: "monthly".into(),
        collection_day: 25,
        first_on: "2026-10-25".into(),
        count: Some(12),
        tracking_days: 3,
        state: "pending".into(),
        message: None,
        extra: Vec::new(),
    }
}

fn register(scheme: &str, provider: &Script) -> Result<Mandate, PluginError> {
    Order::new(request(scheme), &sample())?.send(provider)
}

const STANDING: &str = r#"{"ContractGetResponse":[{"ContractSequence":2000000042,"ClientNumber":"P42C1","ContractNumber":"P42C1","InstalmentStartDate":"2026-11-25",
    "FrequencyCode":"MNTH","CollectionDay":25,"TrackingCode":"03","NumberOfInstalments":11,"ContractInstalments":[
    {"InstalmentReferenceNumber":"RP1","InstalmentSequence":1,"InstalmentActionDate":"2026-10-25","TrackingCode":"03","InstalmentAmount":450.00,"InstalmentStatus":"S"},
    {"InstalmentReferenceNumber":"RP2","InstalmentSequence":2,"InstalmentActionDate":"2026-11-25 06:00","InstalmentAmount":"450.00","InstalmentStatus":"A"}]}]}"#;

#[test]
fn a_contract_has_the_documented_records() {
    let provider = Script::new([taken("ClientPostResponse"), taken("ContractPostResponse")]);
    let mandate = register("ENDONA", &provider).expect("registered");
    assert_eq!((mandate.state.as_str(), mandate.provider_ref.as_deref()), ("active", Some("ENDONA/10001/P42C1/P42C1")));
    let asked = provider.asked.borrow();
    assert_eq!((asked[0].1.as_str(), asked[1].1.as_str()), ("/maintain/clients/ENDONA", "/maintain/contracts/ENDONA"));
    let client = json!({ "ClientPostRequest": [{
        "ClientNumber": "P42C1", "ClientName": "A Demo", "IDType": "I", "IDNumber": "85010100011", "CellphoneNumber": "0810000042",
        "EMail": "a@example.com", "BankCode": 4, "BranchCode": 280_172, "AccountType": 1, "AccountNumber": "62000000042",
        "AccountHolderName": "A Demo",
    }] });
    assert_eq!(asked[0].2, client);
    let contract: Value = serde_json::from_str(
        r#"{"ContractPostRequest":[{"ClientNumber":"P42C1","ContractNumber":"P42C1","FrequencyCode":"MNTH","CollectionDay":25,"TrackingCode":"03",
            "FirstCollectionDate":"2026-10-25","FirstCollectionAmount":"450.00","InstalmentStartDate":"2026-11-25","InstalmentAmount":450.00,
            "NumberOfInstalments":"11"}]}"#,
    )
    .expect("JSON");
    assert_eq!(asked[1].2, contract);
}

#[test]
fn a_mandate_waits_for_the_payer_and_has_a_maximum() {
    let provider = Script::new([taken("ClientPostResponse"), taken("MandatePostResponse")]);
    assert_eq!(register("ABSADC", &provider).expect("registered").state, "pending");
    let asked = provider.asked.borrow();
    let terms = &asked[1].2["MandatePostRequest"][0];
    assert_eq!((terms["MaximumAmount"].to_string(), &terms["TransactionType"]), ("540.00".to_owned(), &json!("TT1R")));
}

#[test]
fn what_is_there_already_is_registered_if_it_is_the_same() {
    let exists = || {
        [failed("ClientPostResponse", "ADCMI01", "Client exists"), failed("ContractPostResponse", "", "DUPLICATE RECORD ALREADY EXISTS IN TAJLND")]
    };
    let [client, contract] = exists();
    let found = register("ENDONA", &Script::new([client, contract, answer(200, STANDING)])).expect("the same");
    assert_eq!((found.state.as_str(), found.provider_ref.as_deref()), ("active", Some("ENDONA/10001/P42C1/P42C1")));
    let [client, contract] = exists();
    let mut other = request("ENDONA");
    other.amount.minor = 50_000;
    let found = Order::new(other, &sample()).expect("an order").send(&Script::new([client, contract, answer(200, STANDING)]));
    assert!(matches!(found, Err(PluginError::Rejected(r)) if r.code == "duplicate"));
}

#[test]
fn a_refusal_is_in_the_record_and_doubt_stays_doubt() {
    let code = |sent| match register("ENDONA", &Script::new([sent])) {
        Err(PluginError::Rejected(rejection)) => rejection.code,
        other => format!("{other:?}"),
    };
    assert_eq!(code(failed("ClientPostResponse", "ADCMI05", "Invalid ID number")), "ADCMI05");
    assert_eq!(code(failed("ClientPostResponse", "ADCMI29", "Benefeciary cellphone")), "phone");
    let unlinked = register("ENDONA", &Script::new([failed("ClientPostResponse", "ADCMIT17", "not linked")]));
    assert!(matches!(unlinked, Err(PluginError::Misconfigured(_))));
    let debtor = register("ENDONA", &Script::new([answer(503, "")]));
    assert!(matches!(debtor, Err(PluginError::Retryable(_))));
    let both = r#"{"ContractPostResponse":[{"Successful":[{"RecordNumber":1}],"Failed":[{"RecordNumber":1,"FailureCode":"ADCMI05"}]}]}"#;
    for sent in [answer(503, ""), answer(200, r#"{"APIResponse":{"Status":"SUCCESS"}}"#), answer(200, both)] {
        let contract = register("ENDONA", &Script::new([taken("ClientPostResponse"), sent]));
        assert!(matches!(contract, Err(PluginError::UnknownOutcome(_))), "{contract:?}");
    }
}

#[test]
fn what_the_provider_would_refuse_is_not_sent() {
    let code = |change: &dyn Fn(&mut Mandate)| {
        let mut req = request("ENDONA");
        change(&mut req);
        match Order::new(req, &sample()) {
            Err(PluginError::Rejected(rejection)) => rejection.code,
            Err(PluginError::Unsupported(_)) => "unsupported".to_owned(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(code(&|req| req.debtor.phone = None), "phone");
    assert_eq!(code(&|req| req.debtor.fields.clear()), "format");
    assert_eq!(code(&|req| req.account.fields.clear()), "account");
    assert_eq!(code(&|req| req.account.kind = "mobile-money".into()), "unsupported");
    assert_eq!(code(&|req| req.amount.currency = "ZAR".into()), "amount");
    assert_eq!(code(&|req| req.frequency = "fortnightly".into()), "unsupported");
    assert_eq!(code(&|req| req.reference = "P-42".into()), "format");
    assert_eq!(code(&|req| req.scheme = "OTHER".into()), "not-found");
}

#[test]
fn the_second_instalment_follows_the_first() {
    for (first, word, second) in [
        ("2026-10-25", "monthly", "2026-11-25"),
        ("2026-12-31", "monthly", "2027-01-31"),
        ("2027-01-31", "monthly", "2027-02-28"),
        ("2026-12-28", "weekly", "2027-01-04"),
        ("2026-11-30", "quarterly", "2027-02-28"),
        ("2028-02-29", "yearly", "2029-02-28"),
    ] {
        assert_eq!(next_on(first, word), second, "{first} {word}");
    }
}

#[test]
fn a_contract_stands_with_all_its_instalments() {
    let settings = sample();
    let place = Place::of(&settings, "ENDONA", "P42C1");
    let standing = status(&Script::new([answer(200, STANDING)]), &settings, &place).expect("a standing");
    assert_eq!((standing.mandate.state.as_str(), standing.mandate.count, standing.mandate.collection_day), ("active", Some(11), 25));
    let lines: Vec<_> =
        standing.lines.iter().map(|line| (line.provider_ref.as_deref(), line.state.as_str(), line.due.as_str(), line.amount.minor)).collect();
    assert_eq!(lines, [(Some("RP1"), "collected", "2026-10-25", 45_000), (Some("RP2"), "scheduled", "2026-11-25", 45_000)]);
    let missing = status(&Script::new([answer(404, "")]), &settings, &place);
    assert!(matches!(missing, Err(PluginError::Rejected(r)) if r.code == "not-found"));
}

#[test]
fn the_payers_word_is_the_mandates_state() {
    for (result, state) in [("AAUT", "active"), ("AREJ", "rejected"), ("AEXP", "expired"), ("APEN", "pending"), ("????", "pending")] {
        let record = json!({ "ContractNumber": "P42C1", "MandateInitiateResult": result });
        assert_eq!(consent_state(&record), state, "{result}");
        let event = report(&record, &sample()).expect("a report");
        let data: Value = serde_json::from_str(&event.data).expect("JSON");
        let expected = json!({ "reference": "P42C1", "provider_ref": "ABSADC/10001/P42C1/P42C1", "state": state, "code": result });
        assert_eq!(data, expected);
    }
    for (status, state) in [("F", "rejected"), ("R", "rejected"), ("P", "pending"), ("S", "pending")] {
        assert_eq!(consent_state(&json!({ "MandateInitiateStatusCode": status })), state, "{status}");
    }
    assert!(report(&json!({ "InstalmentStatus": "S" }), &sample()).is_none());
}

#[test]
fn only_the_providers_own_word_means_that_there_is_no_contract() {
    let settings = sample();
    let place = Place::of(&settings, "ENDONA", "P42C1");
    let ask = |status_code: u16, body: &str| status(&Script::new([answer(status_code, body)]), &settings, &place).expect_err("no standing");
    for none in [r#"{"ContractGetResponse":[]}"#, r#"{"ContractGetResponse":[{"Successful":[],"Failed":[]}]}"#] {
        assert!(matches!(ask(200, none), PluginError::Rejected(r) if r.code == "not-found"), "{none}");
    }
    for odd in ["{}", "[]", "null", r#"{"APIResponse":{"Status":"SUCCESS"}}"#, r#"{"ContractGetResponse":"?"}"#, "<html>"] {
        assert!(matches!(ask(200, odd), PluginError::Retryable(_)), "{odd}");
    }
    let failed = r#"{"ContractGetResponse":[{"Successful":[],"Failed":[{"RecordNumber":1,"FailureCode":"ADCMI1","FailureDescription":"Product is required"}]}]}"#;
    assert!(matches!(ask(400, failed), PluginError::Rejected(r) if r.code == "ADCMI1"));
}

#[test]
fn what_is_there_already_is_in_doubt_until_the_provider_tells_of_it() {
    for sent in [answer(503, ""), answer(404, ""), answer(200, "{}")] {
        let exists = failed("ContractPostResponse", "", "DUPLICATE RECORD ALREADY EXISTS IN TAJLND");
        let found = register("ENDONA", &Script::new([taken("ClientPostResponse"), exists, sent]));
        assert!(matches!(found, Err(PluginError::UnknownOutcome(_))), "{found:?}");
    }
}

#[test]
fn what_was_cancelled_is_cancelled_once() {
    let settings = sample();
    let place = Place::of(&settings, "ENDONA", "P42C1");
    let provider = Script::new([answer(200, STANDING), taken("ContractDeleteResponse")]);
    assert_eq!(cancel(&provider, &settings, &place, "sold").expect("cancelled").state, "cancelled");
    let asked = provider.asked.borrow();
    assert_eq!((asked[1].0.as_str(), &asked[1].2), ("DELETE", &json!({})));
    let over =
        STANDING.replace(r#""InstalmentStatus":"S""#, r#""InstalmentStatus":"I""#).replace(r#""InstalmentStatus":"A""#, r#""InstalmentStatus":"I""#);
    let provider = Script::new([answer(200, &over)]);
    assert_eq!(cancel(&provider, &settings, &place, "sold").expect("as it is").state, "cancelled");
}
