//! Sending, and every place where it may break.

use kernel::jobs::JobError;
use ledger::payments::{
    PaymentState, reconcile,
    submission::{self, After, Begin},
};
use ports::{PortError, payment::ProviderState};

use crate::{
    bench::Bench,
    gateway::{failed, needs_action, not_now, outcome, pending, received},
};

#[tokio::test]
async fn the_provider_gets_the_request_once_and_the_payment_waits_for_the_payer() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    bench.submit(payment).await.unwrap();
    bench.submit(payment).await.unwrap();
    assert_eq!(bench.gateway.sends(), 1);
    let request = bench.gateway.collected.lock().unwrap()[0].clone();
    assert_eq!((request.idempotency_key, request.attempt, request.amount.minor), (payment.to_string(), 1, 50_000));
    assert_eq!(request.payer.phone.as_deref(), Some("+254700000101"));
    assert_eq!(request.reference.len(), 12);
    assert_eq!(bench.state(payment).await, PaymentState::Pending);
    let asks = bench.wanted("ledger.payment.query").await;
    assert_eq!(asks.len(), 1);
    assert!((19..=20).contains(&asks[0].1), "asked after twenty seconds, not {}", asks[0].1);
}

#[tokio::test]
async fn a_payer_who_must_act_gets_the_address() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    bench.gateway.answers(Ok(needs_action("ref-1", "https://pay.example.com/x")));
    bench.submit(payment).await.unwrap();
    let view = bench.record(payment).await.payment;
    assert_eq!(view.state, PaymentState::Pending);
    assert_eq!(view.action, Some(ledger::payments::ActionView::Url("https://pay.example.com/x".into())));
}

#[tokio::test]
async fn an_action_that_is_no_secure_address_is_not_shown() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    bench.gateway.answers(Ok(needs_action("ref-1", "javascript:alert(1)")));
    bench.submit(payment).await.unwrap();
    assert_eq!(bench.record(payment).await.payment.action, None);
}

#[tokio::test]
async fn a_refusal_fails_the_payment_and_frees_the_order() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    for refusal in [
        PortError::Rejected { code: "1025".into(), message: "prompt not delivered".into() },
        PortError::Unsupported("no such method".into()),
        PortError::Misconfigured("passkey".into()),
    ] {
        let payment = bench.start(order).await;
        bench.gateway.answers(Err(refusal));
        bench.submit(payment).await.unwrap();
        assert_eq!(bench.state(payment).await, PaymentState::Failed);
    }
    assert_eq!(bench.books().await, (0, 0));
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_sent_the_same_request_again_until_the_expiry() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    for _ in 0..2 {
        bench.gateway.answers(Err(not_now()));
        assert!(matches!(bench.submit(payment).await, Err(JobError::Snooze(_))));
        assert_eq!(bench.state(payment).await, PaymentState::Submitted);
    }
    bench.submit(payment).await.unwrap();
    assert_eq!(bench.state(payment).await, PaymentState::Pending);
    let keys: Vec<(String, u32)> =
        bench.gateway.collected.lock().unwrap().iter().map(|request| (request.idempotency_key.clone(), request.attempt)).collect();
    assert_eq!(keys, [(payment.to_string(), 1), (payment.to_string(), 2), (payment.to_string(), 3)]);

    let late = bench.start(bench.order(&[50_000]).await).await;
    bench.gateway.answers(Err(not_now()));
    assert!(bench.submit(late).await.is_err());
    bench.wait(301);
    bench.submit(late).await.unwrap();
    assert_eq!((bench.state(late).await, bench.gateway.sends()), (PaymentState::Expired, 4), "no prompt appears minutes later");
}

#[tokio::test]
async fn an_unknown_outcome_is_never_sent_again() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    bench.gateway.answers(Err(PortError::UnknownOutcome("trap".into())));
    bench.submit(payment).await.unwrap();
    assert_eq!(bench.state(payment).await, PaymentState::Pending);
    bench.submit(payment).await.unwrap();
    assert_eq!(bench.gateway.sends(), 1);
    // Nothing to ask by: at the expiry the outcome is unknown, and no other attempt may start.
    bench.ask(payment).await;
    assert_eq!((bench.gateway.questions(), bench.state(payment).await), (0, PaymentState::Pending));
    bench.wait(301);
    bench.ask(payment).await;
    assert_eq!(bench.state(payment).await, PaymentState::Unknown);
    let order = bench.record(payment).await.payment.payable_id;
    assert!(bench.try_start(order, None, Some("0700000101")).await.unwrap_err().is("payment.already_open"));
}

#[tokio::test]
async fn a_worker_killed_during_the_call_leaves_a_payment_that_is_not_sent_again() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    let mut tx = bench.system().begin_write().await.unwrap();
    assert!(matches!(submission::begin(&mut tx, payment).await.unwrap(), Begin::Send(_)));
    tx.commit().await.unwrap();
    // The worker is gone. Another one finds the call begun: it may still be running.
    assert!(matches!(bench.submit(payment).await, Err(JobError::Snooze(_))));
    bench.wait(91);
    assert_eq!(reconcile(&bench.system()).await.unwrap(), 1);
    bench.submit(payment).await.unwrap();
    assert_eq!((bench.state(payment).await, bench.gateway.sends()), (PaymentState::Pending, 0));
    // The report settles it, though the provider's id never reached us.
    let mut report = bench.proof(payment, "R1").await;
    report.provider_ref = Some("ref-lost".into());
    bench.report(&report).await;
    assert_eq!(bench.state(payment).await, PaymentState::Pending, "an id that we do not know is no proof");
    bench.gateway.says(Ok(received(50_000, "R1")));
    bench.confirm(payment).await;
    assert_eq!(bench.state(payment).await, PaymentState::Received);
    assert_eq!(bench.record(payment).await.payment.provider_ref.as_deref(), Some("ref-lost"));
    assert_eq!(bench.books().await, (50_000, 50_000));
}

#[tokio::test]
async fn a_crash_before_the_first_transaction_commits_loses_nothing() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    let mut tx = bench.system().begin_write().await.unwrap();
    submission::begin(&mut tx, payment).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(bench.state(payment).await, PaymentState::Created);
    bench.submit(payment).await.unwrap();
    assert_eq!((bench.state(payment).await, bench.gateway.sends()), (PaymentState::Pending, 1));
}

#[tokio::test]
async fn an_answer_that_comes_after_the_call_was_given_up_still_counts() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    let mut tx = bench.system().begin_write().await.unwrap();
    submission::begin(&mut tx, payment).await.unwrap();
    tx.commit().await.unwrap();
    bench.wait(91);
    bench.submit(payment).await.unwrap();
    let mut tx = bench.system().begin_write().await.unwrap();
    assert_eq!(submission::record(&mut tx, payment, 1, Err(not_now()), &[]).await.unwrap(), After::Done, "too late to send again");
    submission::record(&mut tx, payment, 1, Ok(pending("ref-late")), &[]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.record(payment).await.payment.provider_ref.as_deref(), Some("ref-late"));
}

#[tokio::test]
async fn a_report_that_overtakes_the_answer_is_not_undone_by_it() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    let mut tx = bench.system().begin_write().await.unwrap();
    submission::begin(&mut tx, payment).await.unwrap();
    tx.commit().await.unwrap();
    let mut report = bench.proof(payment, "").await;
    report.state = ProviderState::Failed;
    report.provider_ref = Some("ref-1".into());
    bench.report(&report).await;
    assert_eq!(bench.state(payment).await, PaymentState::Failed);
    let mut tx = bench.system().begin_write().await.unwrap();
    submission::record(&mut tx, payment, 1, Ok(pending("ref-1")), &[]).await.unwrap();
    tx.commit().await.unwrap();
    let view = bench.record(payment).await.payment;
    assert_eq!((view.state, view.provider_ref.as_deref()), (PaymentState::Failed, Some("ref-1")));
}

#[tokio::test]
async fn a_provider_that_answers_at_once_settles_at_once() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let payment = bench.start(order).await;
    bench.gateway.answers(Ok(failed("17")));
    bench.submit(payment).await.unwrap();
    let view = bench.record(payment).await.payment;
    assert_eq!((view.state, view.code.as_deref()), (PaymentState::Failed, Some("17")));
    let payment = bench.start(order).await;
    bench.gateway.answers(Ok(received(50_000, "R1")));
    bench.submit(payment).await.unwrap();
    assert_eq!(bench.state(payment).await, PaymentState::Received);
    assert_eq!(bench.books().await, (50_000, 50_000));
}

#[tokio::test]
async fn money_that_came_and_was_taken_back_before_we_heard_is_a_failure() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    bench.gateway.answers(Ok(outcome(ProviderState::Reversed)));
    bench.submit(payment).await.unwrap();
    assert_eq!(bench.state(payment).await, PaymentState::Failed);
}

#[tokio::test]
async fn a_payment_whose_job_was_lost_is_found_and_sent_once() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    assert_eq!(reconcile(&bench.system()).await.unwrap(), 0, "its own job still has time");
    bench.wait(61);
    assert_eq!(reconcile(&bench.system()).await.unwrap(), 1);
    assert_eq!(reconcile(&bench.system()).await.unwrap(), 0, "the second look finds it taken up");
    assert_eq!(bench.wanted("ledger.payment.submit").await.len(), 2);
    bench.submit(payment).await.unwrap();
    bench.submit(payment).await.unwrap();
    assert_eq!(bench.gateway.sends(), 1);
}
