use chrono::{Duration, NaiveDate};
use documents::{DocumentKind, DocumentState, PublicFacts, Subject, Verdict, issue, register::service, verification::verify};
use kernel::{Kind, profile::Profile};
use uuid::Uuid;

use crate::world::{Office, brokerage, receipt};

#[tokio::test]
async fn an_issue_asked_for_twice_is_one_document_with_one_number() {
    let office = Office::new().await;
    let (customer, payment) = (Uuid::now_v7(), Uuid::now_v7());
    let first = issue(&office.world.app, &office.system(), receipt(customer, payment)).await.unwrap();
    let again = issue(&office.world.app, &office.system(), receipt(customer, payment)).await.unwrap();
    assert_eq!(first, again);
    assert_eq!((first.number.as_deref(), first.state), (Some("RC-2026-00001"), DocumentState::Current));
    assert_eq!(first.path, format!("receipts/2026/11/{}.pdf", first.id));
    assert_eq!(office.objects.paths(office.tenant.id), std::slice::from_ref(&first.path));
    let other = issue(&office.world.app, &office.system(), receipt(customer, Uuid::now_v7())).await.unwrap();
    assert_eq!(other.number.as_deref(), Some("RC-2026-00002"), "numbers have no gaps");
}

#[tokio::test]
async fn a_crash_between_reserving_and_recording_keeps_number_and_code() {
    let office = Office::new().await;
    let (customer, payment) = (Uuid::now_v7(), Uuid::now_v7());
    office.objects.fail_next(1);
    let failed = issue(&office.world.app, &office.system(), receipt(customer, payment)).await.unwrap_err();
    assert_eq!((failed.kind, &*failed.code), (Kind::Unavailable, "storage_unavailable"));

    let mut tx = office.world.customer(&office.tenant, customer).begin_read().await.unwrap();
    assert!(service::list_of(&mut tx, Subject::new("payment", payment)).await.unwrap().is_empty(), "what is being made is not shown");
    drop(tx);

    let document = issue(&office.world.app, &office.system(), receipt(customer, payment)).await.unwrap();
    assert_eq!(document.number.as_deref(), Some("RC-2026-00001"));
    assert_eq!(office.objects.paths(office.tenant.id).len(), 1);
}

#[tokio::test]
async fn two_workers_with_the_same_issue_make_one_document() {
    let office = Office::new().await;
    let (customer, payment) = (Uuid::now_v7(), Uuid::now_v7());
    let (app, scope) = (&office.world.app, office.system());
    let (one, two) = tokio::join!(issue(app, &scope, receipt(customer, payment)), issue(app, &scope, receipt(customer, payment)));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((one.id, one.number), (two.id, two.number));
    assert_eq!(office.objects.paths(office.tenant.id).len(), 1);
}

#[tokio::test]
async fn the_pdf_carries_the_tenants_letterhead_its_number_and_its_code() {
    let office = Office::new().await;
    let mut tx = office.world.staff(&office.tenant).begin_write().await.unwrap();
    let profile = Profile { legal_name: "Mfano Brokers Ltd".into(), licence_number: "IRA/05/00000/2026".into(), ..Profile::default() };
    tx.set_setting(&profile, 0).await.unwrap();
    tx.commit().await.unwrap();
    let document = issue(&office.world.app, &office.system(), receipt(Uuid::now_v7(), Uuid::now_v7())).await.unwrap();
    let pdf = service::bytes(&office.world.app, &office.system(), &document).await.unwrap();
    let text = crate::pack::text_of(&pdf);
    let code: documents::verify_code::VerifyCode = document.verification_code.as_deref().unwrap().parse().unwrap();
    for expected in ["MfanoBrokersLtd", "IRA/05/00000/2026", "RC-2026-00001", &code.to_string(), "67,844.00"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[tokio::test]
async fn a_code_tells_whether_its_document_counts_and_nothing_of_other_tenants() {
    let office = Office::new().await;
    let policy = Subject::new("policy", Uuid::now_v7());
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let mut request = receipt(Uuid::now_v7(), policy.id);
    request.subject = policy;
    request.facts = PublicFacts {
        what: "Motor cover".into(),
        from: Some(day(2026, 11, 23)),
        to: Some(day(2027, 11, 22)),
        plate: Some("KDA ···A".into()),
        ..request.facts
    };
    let document = issue(&office.world.app, &office.system(), request.clone()).await.unwrap();
    let code: documents::verify_code::VerifyCode = document.verification_code.unwrap().parse().unwrap();
    let visitor = office.world.visitor(&office.tenant);

    let answer = verify(&visitor, &code.to_string().to_lowercase()).await.unwrap();
    assert_eq!((answer.verdict, answer.number.as_deref(), answer.plate.as_deref()), (Verdict::Genuine, Some("RC-2026-00001"), Some("KDA ···A")));
    let elsewhere = brokerage(&office.world).await;
    assert_eq!(verify(&office.world.visitor(&elsewhere), &code.to_string()).await.unwrap().verdict, Verdict::Unknown);
    assert_eq!(verify(&visitor, "7K2M-9QX4-TB8W-0000").await.unwrap().verdict, Verdict::Unknown);

    request.revision = 2;
    request.facts.insurer_certificate = Some("C00000001".into());
    issue(&office.world.app, &office.system(), request).await.unwrap();
    let answer = verify(&visitor, &code.to_string()).await.unwrap();
    assert_eq!(
        (answer.verdict, answer.replaced, answer.insurer_certificate.as_deref()),
        (Verdict::Genuine, true, Some("C00000001")),
        "an old print shows what was added"
    );

    office.world.app.clock.advance(Duration::days(365));
    assert_eq!(verify(&visitor, &code.to_string()).await.unwrap().verdict, Verdict::Expired);
    let mut tx = office.world.staff(&office.tenant).begin_write().await.unwrap();
    assert_eq!(service::cancel_of(&mut tx, policy, "sold").await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(verify(&visitor, &code.to_string()).await.unwrap().verdict, Verdict::Cancelled);
}

#[tokio::test]
async fn a_tenant_without_the_template_is_told_which_one_is_missing() {
    let office = Office::new().await;
    let mut request = receipt(Uuid::now_v7(), Uuid::now_v7());
    request.template = "letter.typ";
    request.kind = DocumentKind::Other;
    let error = issue(&office.world.app, &office.system(), request).await.unwrap_err();
    assert_eq!((&*error.code, &error.params[..]), ("document.template_missing", &[("name", "letter.typ".to_owned())][..]));
}
