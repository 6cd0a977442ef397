//! What received money does, and what staff may settle by hand.

use kernel::paging::PageRequest;
use ledger::{
    credits::{self, CreditFilter, CreditState},
    payments::{
        CreditReason, PaymentState,
        service::{self, Decision},
    },
    receivables::{self, ReceivableState},
};
use ports::payment::PaymentReported;
use uuid::Uuid;

use crate::{
    bench::{Bench, code, kes},
    gateway::{not_now, received},
};

async fn credits(bench: &Bench) -> Vec<credits::Credit> {
    let mut tx = bench.staff().begin_read().await.unwrap();
    credits::list(&mut tx, &CreditFilter { customer: Some(bench.customer), ..CreditFilter::default() }, &PageRequest::default())
        .await
        .unwrap()
        .results
}

#[tokio::test]
async fn an_order_paid_in_parts_is_settled_by_the_last_part() {
    let bench = Bench::new().await;
    let order = bench.order(&[30_000, 20_000]).await;
    for (part, settled) in [(40_000, false), (10_000, true)] {
        let payment = bench.try_start(order, Some(kes(part)), Some("0700000101")).await.unwrap().id;
        bench.submit(payment).await.unwrap();
        bench.report(&bench.proof(payment, &format!("R{part}")).await).await;
        let last = bench.events("payment.received").await.pop().unwrap();
        assert_eq!(last["settled"], settled);
    }
    let states: Vec<_> = bench.receivables(order).await.iter().map(|receivable| (receivable.state, receivable.allocated.minor)).collect();
    assert_eq!(states, [(ReceivableState::Settled, 30_000), (ReceivableState::Settled, 20_000)]);
    assert!(credits(&bench).await.is_empty());
}

#[tokio::test]
async fn an_amount_other_than_asked_for_is_credit_and_buys_nothing() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    bench.gateway.says(Ok(received(49_900, "R1")));
    bench.ask(payment).await;
    let view = bench.record(payment).await.payment;
    assert_eq!((view.state, view.credited, view.credit_reason), (PaymentState::Received, kes(49_900), Some(CreditReason::AmountDiffers)));
    assert_eq!(bench.receivables(order).await[0].state, ReceivableState::Open);
    assert!(bench.events("payment.received").await.is_empty());
    assert_eq!(bench.events("payment.credited").await[0]["reason"], "amount_differs");
    assert_eq!(bench.books().await, (49_900, 49_900));
    assert_eq!(credits(&bench).await[0].reason, "amount_differs");
}

#[tokio::test]
async fn an_amount_that_a_known_source_reports_and_the_provider_confirms_is_booked_as_it_was() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&PaymentReported { amount_minor: Some(60_000), ..bench.proof(payment, "R1").await }).await;
    bench.gateway.says(Ok(crate::gateway::outcome(ports::payment::ProviderState::Received)));
    bench.confirm(payment).await;
    assert_eq!(bench.record(payment).await.payment.credit_reason, Some(CreditReason::AmountDiffers));
    assert_eq!(bench.books().await, (60_000, 60_000));
}

#[tokio::test]
async fn a_second_payment_for_a_settled_order_is_credit() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let first = bench.pending(order).await;
    bench.wait(301);
    bench.ask(first).await;
    assert_eq!(bench.state(first).await, PaymentState::Expired);
    let second = bench.pending(order).await;
    bench.report(&bench.proof(second, "R2").await).await;
    bench.report(&bench.proof(first, "R1").await).await;
    let late = bench.record(first).await.payment;
    assert_eq!((late.state, late.credit_reason), (PaymentState::Received, Some(CreditReason::AlreadySettled)));
    assert_eq!(bench.books().await, (100_000, 100_000));
    assert_eq!(bench.events("payment.received").await.len(), 1, "delivered once");
}

#[tokio::test]
async fn money_for_a_closed_payable_is_credit() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    receivables::close(&mut tx, "order", order, "cancelled").await.unwrap();
    tx.commit().await.unwrap();
    bench.report(&bench.proof(payment, "R1").await).await;
    assert_eq!(bench.record(payment).await.payment.credit_reason, Some(CreditReason::PayableClosed));
    assert!(bench.events("payment.received").await.is_empty());
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert_eq!(credits::balances(&mut tx, bench.customer).await.unwrap(), [kes(50_000)]);
    let credit = credits::list(&mut tx, &CreditFilter { state: Some(CreditState::Open), ..CreditFilter::default() }, &PageRequest::default())
        .await
        .unwrap()
        .results[0]
        .id;
    credits::handle(&mut tx, credit, "paid back in cash").await.unwrap();
    assert!(credits::handle(&mut tx, credit, "again").await.unwrap_err().is("not_found"));
}

async fn unknown(bench: &Bench, order: Uuid) -> ledger::payments::PaymentId {
    let payment = bench.pending(order).await;
    bench.wait(301);
    bench.gateway.says(Err(not_now()));
    bench.ask(payment).await;
    assert_eq!(bench.state(payment).await, PaymentState::Unknown);
    payment
}

#[tokio::test]
async fn staff_settle_what_no_call_can_settle_with_a_reason() {
    let bench = Bench::new().await;
    let (paid, unpaid) = (bench.order(&[50_000]).await, bench.order(&[20_000]).await);
    let (first, second) = (unknown(&bench, paid).await, unknown(&bench, unpaid).await);
    let mut tx = bench.staff().begin_write().await.unwrap();
    let decision = || Decision::Received { receipt: "R1".into(), amount: None };
    assert_eq!(code(&service::settle(&mut tx, first, decision(), " ").await.unwrap_err()), "validation_error");
    assert_eq!(
        code(&service::settle(&mut tx, first, Decision::Received { receipt: " ".into(), amount: None }, "seen").await.unwrap_err()),
        "validation_error"
    );
    service::settle(&mut tx, first, decision(), "seen in the provider's portal").await.unwrap();
    assert_eq!(code(&service::settle(&mut tx, first, decision(), "again").await.unwrap_err()), "payment.not_unknown");
    assert_eq!(code(&service::settle(&mut tx, second, decision(), "same receipt").await.unwrap_err()), "validation_error");
    service::settle(&mut tx, second, Decision::NotReceived, "not in the provider's portal").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((bench.state(first).await, bench.state(second).await), (PaymentState::Received, PaymentState::Failed));
    assert_eq!(bench.books().await, (50_000, 50_000));
    // The order is free for another attempt.
    bench.start(unpaid).await;
}

#[tokio::test]
async fn only_unknown_payments_are_settled_by_hand() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    let error = service::settle(&mut tx, payment, Decision::NotReceived, "impatient").await.unwrap_err();
    assert_eq!((code(&error), error.kind.status()), ("payment.not_unknown", 409));
}

#[tokio::test]
async fn every_change_of_a_payment_leaves_a_step_and_an_audit_entry() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&bench.proof(payment, "R1").await).await;
    let steps: Vec<(PaymentState, &str)> = bench.record(payment).await.steps.iter().map(|step| (step.state, step.cause.as_str())).collect();
    assert_eq!(
        steps,
        [
            (PaymentState::Created, "started"),
            (PaymentState::Submitted, "sent"),
            (PaymentState::Pending, "answered"),
            (PaymentState::Received, "reported")
        ]
    );
    let mut tx = bench.staff().begin_read().await.unwrap();
    let audited: i64 = sqlx::query_scalar("select count(*) from audit_entries where tenant_id = $1 and object_id = $2")
        .bind(bench.tenant.id.0)
        .bind(payment.0)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    assert_eq!(audited, 4);
}
