use documents::{Verdict, verification::verify};
use insurance::policies::{Certificate, Moment, PolicyFilter, PolicyId, PolicyState, jobs::TurnPolicies, service};
use kernel::{Kind, jobs::Job, paging::PageRequest};

use crate::sale::Sale;

pub async fn insured(sale: &Sale) -> PolicyId {
    let order = sale.order(&["KDA 123A"]).await;
    sale.pay(&order).await;
    sale.work().await;
    let mut tx = sale.own().begin_read().await.unwrap();
    insurance::orders::service::lines(&mut tx, order.id).await.unwrap()[0].policy.unwrap()
}

pub fn certificate(version: i32, number: &str) -> Certificate {
    Certificate { version, certificate_number: number.into(), insurer_policy_number: "APA/000123/26".into(), issued_on: None }
}

pub async fn code(sale: &Sale, policy: PolicyId, revision: i32) -> String {
    let mut tx = sale.own().begin_read().await.unwrap();
    let documents = service::record(&mut tx, policy).await.unwrap().documents;
    documents.into_iter().find(|document| document.revision == revision).unwrap().verification_code.unwrap()
}

#[tokio::test]
async fn a_customer_reads_the_whole_of_an_own_policy_and_nothing_of_others() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let mut tx = sale.own().begin_read().await.unwrap();
    let record = service::record(&mut tx, id).await.unwrap();
    assert_eq!(
        (record.policy.policy_number.as_str(), record.policy.status, record.policy.plate.as_deref()),
        ("POL-2026-00001", PolicyState::Active, Some("KDA 123A"))
    );
    assert_eq!(record.policy.breakdown.iter().map(|line| line.amount.minor).sum::<i64>(), record.policy.premium_amount.minor);
    assert_eq!((record.payment_history.len(), record.documents.len()), (1, 1));
    assert!(!record.coverage.is_empty());
    let moments: Vec<_> = record.timeline.iter().map(|item| item.moment).collect();
    assert!([Moment::Paid, Moment::Issued, Moment::DocumentIssued].iter().all(|moment| moments.contains(moment)), "{moments:?}");

    let stranger = sale.shop.world.customer(&sale.shop.tenant, uuid::Uuid::now_v7());
    let mut tx = stranger.begin_read().await.unwrap();
    assert!(service::record(&mut tx, id).await.unwrap_err().is("policy.not_found"));
    assert_eq!(
        service::list_own(&mut tx, &PolicyFilter { customer: Some(sale.customer.id.0), ..PolicyFilter::default() }, &PageRequest::default())
            .await
            .unwrap()
            .count,
        0
    );
}

#[tokio::test]
async fn entering_the_insurers_certificate_issues_the_document_anew_and_old_prints_show_it() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let visitor = sale.shop.world.visitor(&sale.shop.tenant);
    let first = code(&sale, id, 1).await;
    assert_eq!(verify(&visitor, &first).await.unwrap().insurer_certificate, None);

    let mut tx = sale.staff().begin_write().await.unwrap();
    let uncertified = PolicyFilter { uncertified: true, ..PolicyFilter::default() };
    assert_eq!(service::list(&mut tx, &uncertified, &PageRequest::default()).await.unwrap().count, 1);
    let policy = service::certify(&mut tx, id, &certificate(1, "C00000001")).await.unwrap();
    let stale = service::certify(&mut tx, id, &certificate(1, "C00000002")).await.unwrap_err();
    assert!(stale.is("policy.changed") && stale.kind == Kind::Precondition);
    assert_eq!(service::list(&mut tx, &uncertified, &PageRequest::default()).await.unwrap().count, 0);
    tx.commit().await.unwrap();
    sale.work().await;
    sale.work_again().await;

    assert_eq!(policy.insurer_policy_number.as_deref(), Some("APA/000123/26"));
    for revision in [1, 2] {
        let answer = verify(&visitor, &code(&sale, id, revision).await).await.unwrap();
        assert_eq!((answer.verdict, answer.insurer_certificate.as_deref(), answer.replaced), (Verdict::Genuine, Some("C00000001"), revision == 1));
        assert_eq!((answer.holder.as_deref(), answer.plate.as_deref()), (Some("A. M."), Some("KDA ···A")), "nothing personal in full");
    }
    assert_eq!(sale.count("select count(*) from documents where tenant_id = $1 and kind = 'risk_note'").await, 2);
    assert_eq!(sale.messages.all().len(), 1, "the order's mail was the only one");
}

#[tokio::test]
async fn policies_begin_and_end_with_their_periods() {
    let sale = Sale::open().await;
    let scope = sale.own();
    sale.add_car(&scope, "KDA 123A").await;
    let mut tx = scope.begin_write().await.unwrap();
    let starts_on = scope.today() + chrono::Duration::days(10);
    let order = insurance::orders::service::place_order(
        &mut tx,
        insurance::orders::PlaceOrder { items: None, starts_on, plan: insurance::plans::Plan::Full, expected: None },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    sale.pay(&order).await;
    sale.work().await;
    let state = async || {
        TurnPolicies.run(sale.cx()).await.unwrap();
        let mut tx = sale.own().begin_read().await.unwrap();
        service::list_own(&mut tx, &PolicyFilter::default(), &PageRequest::default()).await.unwrap().results[0].state
    };
    assert_eq!(state().await, PolicyState::Pending);
    sale.advance_days(9);
    assert_eq!(state().await, PolicyState::Pending);
    sale.advance_days(1);
    assert_eq!(state().await, PolicyState::Active);
    sale.advance_days(364);
    assert_eq!(state().await, PolicyState::Active, "the last day is covered");
    sale.advance_days(1);
    assert_eq!(state().await, PolicyState::Expired);
}

#[tokio::test]
async fn staff_find_policies_by_number_plate_and_name() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let mut tx = sale.staff().begin_read().await.unwrap();
    for text in ["pol-2026-00001", "KDA 12", "kda123a", "amani"] {
        let page = PageRequest { search: Some(text.into()), ..PageRequest::default() };
        let found = service::list(&mut tx, &PolicyFilter::default(), &page).await.unwrap();
        assert_eq!(found.results.iter().map(|row| row.id).collect::<Vec<_>>(), [id], "{text}");
    }
    let expired = PolicyFilter { state: Some(PolicyState::Expired), ..PolicyFilter::default() };
    assert_eq!(service::list(&mut tx, &expired, &PageRequest::default()).await.unwrap().count, 0);
}

#[tokio::test]
async fn a_document_that_is_issued_anew_outranks_the_older_print() {
    let sale = Sale::open().await;
    let id = insured(&sale).await;
    let visitor = sale.shop.world.visitor(&sale.shop.tenant);
    let mut tx = sale.staff().begin_write().await.unwrap();
    assert!(service::reissue(&mut tx, id, 1, " ").await.unwrap_err().is("validation_error"));
    service::reissue(&mut tx, id, 1, "The name was misspelt").await.unwrap();
    assert!(service::reissue(&mut tx, id, 1, "Again").await.unwrap_err().is("policy.changed"));
    tx.commit().await.unwrap();
    sale.work().await;
    sale.work_again().await;
    for revision in [1, 2] {
        let answer = verify(&visitor, &code(&sale, id, revision).await).await.unwrap();
        assert_eq!((answer.verdict, answer.replaced), (Verdict::Genuine, revision == 1));
    }
    let mut tx = sale.staff().begin_read().await.unwrap();
    let ended = PolicyFilter { ended: true, ..PolicyFilter::default() };
    assert_eq!(service::list(&mut tx, &ended, &PageRequest::default()).await.unwrap().count, 0);
}
