use super::*;
use wakala_plugin_sdk::host::types::{Money, Party};

pub fn today() -> Day {
    Day::iso("2026-10-02").expect("a day")
}

/// A private car in order.
pub fn request() -> CertificateRequest {
    CertificateRequest {
        kind: "C".into(),
        cover: "COMP".into(),
        insurer: "15".into(),
        policy_number: "P-42".into(),
        starts: "2026-10-03".into(),
        ends: "2027-10-02".into(),
        sum_insured: Some(Money { minor: 85_000_000, currency: "KES".into() }),
        insured: Party {
            name: Some("ASHA DEMO".into()),
            phone: Some("+254700000142".into()),
            email: Some("asha@example.com".into()),
            fields: vec![("ke-kra-pin".into(), "a000000042z".into())],
            extra: Vec::new(),
        },
        risk: json!({"registration": "kda 000a", "chassis": "DEMO-123456789", "body": "S.WAGON", "year": "2019", "make": "TOYOTA"}).to_string(),
        extra: Vec::new(),
    }
}

fn wrong(change: impl FnOnce(&mut CertificateRequest)) -> Vec<String> {
    let mut req = request();
    change(&mut req);
    match Application::new(&req, today()) {
        Ok(_) => Vec::new(),
        Err(findings) => findings.into_iter().flat_map(|finding| finding.extra).map(|(_, field)| field).collect(),
    }
}

#[test]
fn a_request_is_written_as_the_register_wants_it() {
    let application = Application::new(&request(), today()).expect("a request in order");
    let (path, body) = application.request("Issuance");
    assert_eq!(path, "/api/V5/IntermediaryIntegration/IssuanceTypeCCertificate");
    assert_eq!(
        body,
        json!({
            "Membercompanyid": 15, "Typeofcover": 100, "Policyholder": "ASHA DEMO", "policynumber": "P-42", "Commencingdate": "03/10/2026",
            "Expiringdate": "02/10/2027", "Email": "asha@example.com", "Chassisnumber": "DEMO-123456789", "Phonenumber": 700_000_142,
            "Registrationnumber": "KDA000A", "SumInsured": 850_000, "Bodytype": "S.WAGON", "InsuredPIN": "A000000042Z", "Yearofmanufacture": 2019,
            "Vehiclemake": "TOYOTA",
        })
    );
}

#[test]
fn third_party_only_has_no_sum_insured_and_the_others_need_one() {
    let mut req = request();
    req.cover = "200".into();
    let (_, body) = Application::new(&req, today()).expect("a request in order").request("Validate");
    assert_eq!(body.get("SumInsured"), None);
    assert_eq!(wrong(|req| req.sum_insured = None), ["SumInsured"]);
    assert_eq!(wrong(|req| req.sum_insured = Some(Money { minor: 85_000_050, currency: "KES".into() })), ["SumInsured"]);
    assert_eq!(wrong(|req| req.cover = "ACT".into()), ["Typeofcover"]);
}

#[test]
fn each_class_asks_for_what_it_is_about() {
    let with = |kind: &str, risk: Value| {
        let mut req = request();
        req.kind = kind.into();
        let mut all: Value = serde_json::from_str(&req.risk).expect("a vehicle");
        for (name, value) in risk.as_object().expect("facts") {
            all[name] = value.clone();
        }
        req.risk = all.to_string();
        Application::new(&req, today()).map(|application| application.request("Issuance").1)
    };
    assert_eq!(with("A-8", json!({"passengers": 4})).expect("a taxi")["TypeOfCertificate"], json!(8));
    let lorry = with("B-2", json!({"passengers": "3", "tonnage": "7"})).expect("a lorry");
    assert_eq!((&lorry["VehicleType"], &lorry["Tonnage"], &lorry["Licensedtocarry"]), (&json!(2), &json!(7), &json!(3)));
    assert!(with("D-4", json!({"passengers": 1})).is_ok());
    for (kind, risk) in [
        ("A-1", json!({})),
        ("A-1", json!({"passengers": 201})),
        ("B-1", json!({"passengers": 2})),
        ("B-1", json!({"passengers": 2, "tonnage": 32})),
        ("D-10", json!({"passengers": 1})),
        ("A-4", json!({"passengers": 4})),
        ("E", json!({})),
    ] {
        assert!(with(kind, risk.clone()).is_err(), "{kind} {risk}");
    }
}

#[test]
fn dates_lie_between_today_and_a_year_later() {
    assert_eq!(wrong(|req| (req.starts, req.ends) = ("2026-10-01".into(), "2027-09-30".into())), ["Commencingdate"]);
    assert_eq!(wrong(|req| req.ends = "2027-10-04".into()), ["Expiringdate"]);
    assert_eq!(wrong(|req| req.ends = "2026-10-02".into()), ["Expiringdate"]);
    assert_eq!(wrong(|req| req.starts = "03/10/2026".into()), ["Commencingdate"]);
    assert!(wrong(|req| req.starts = "2026-10-02".into()).is_empty());
}

#[test]
fn a_vehicle_without_plates_is_known_by_its_engine() {
    let risk = |text: &str| text.to_owned();
    assert!(wrong(|req| req.risk = risk(r#"{"engine":"1NZ-000042","chassis":"DEMO123456789","body":"SALOON"}"#)).is_empty());
    assert_eq!(wrong(|req| req.risk = risk(r#"{"chassis":"DEMO123456789","body":"SALOON"}"#)), ["Registrationnumber"]);
    let misread = r#"{"registration":"KDA/000A","engine":"1NZ-000042","chassis":"DEMO123456789","body":"SALOON"}"#;
    assert_eq!(wrong(|req| req.risk = risk(misread)), ["Registrationnumber"]);
    assert_eq!(wrong(|req| req.risk = risk(r#"{"registration":"KDA000A","chassis":"AB?","body":"SALOON"}"#)), ["Chassisnumber"]);
    assert_eq!(wrong(|req| req.risk = risk("no vehicle")), ["Registrationnumber", "Chassisnumber", "Bodytype"]);
}

#[test]
fn people_and_companies_have_pins_and_everything_that_is_wrong_is_told_at_once() {
    assert!(wrong(|req| req.insured.fields = vec![("ke-kra-pin".into(), "P051000042Z".into())]).is_empty());
    assert_eq!(wrong(|req| req.insured.fields = vec![("ke-kra-pin".into(), "B051000042Z".into())]), ["InsuredPIN"]);
    let all = wrong(|req| {
        req.insurer = "BRITAM".into();
        req.insured = Party { name: Some("x".repeat(51)), phone: Some("+255700000142".into()), email: None, fields: Vec::new(), extra: Vec::new() };
    });
    assert_eq!(all, ["Membercompanyid", "Policyholder", "Phonenumber", "Email", "InsuredPIN"]);
    assert_eq!(wrong(|req| req.insured.email = Some("nobody".into())), ["Email"]);
    assert!(wrong(|req| req.insured.email = Some(format!("{}@example.com", "a".repeat(60)))).is_empty());
}

#[test]
fn stock_is_found_by_number_or_title() {
    let class = |kind: &str| Class::read(kind).expect("a class");
    assert!(class("A-8").is_meant(Some("8"), "Taxi"));
    assert!(!class("A-8").is_meant(Some("1"), "Type A"));
    assert!(class("C").is_meant(Some("3"), "Type C Private"));
    assert!(class("B-2").is_meant(None, "CLASS B - Commercial"));
    assert!(!class("C").is_meant(None, "Type CX"));
    assert!(!class("C").is_meant(None, "Type B Commercial"));
}
