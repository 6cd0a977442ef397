//! Asking providers.

use kernel::{jobs::Job, paging::PageRequest};
use ledger::payments::{Ask, PaymentFilter, PaymentId, PaymentState, inquiry, reconcile, service};
use ports::{PortError, payment::ProviderState};

use crate::{
    bench::{Bench, code},
    gateway::{failed, not_now, outcome, received},
};

#[tokio::test]
async fn a_question_settles_a_payment_whose_report_was_lost() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    bench.gateway.says(Ok(outcome(ProviderState::Received)));
    bench.ask(payment).await;
    let view = bench.record(payment).await.payment;
    assert_eq!((view.state, view.received.map(|m| m.minor)), (PaymentState::Received, Some(50_000)), "without an amount, the amount asked for");
    assert_eq!(bench.books().await, (50_000, 50_000));
    assert_eq!(bench.events("payment.received").await.len(), 1);
}

#[tokio::test]
async fn questions_follow_each_other_at_growing_distance_until_the_expiry() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    for pause in [20, 40, 60, 120, 60] {
        let wanted = bench.wanted("ledger.payment.query").await;
        let next = wanted.last().unwrap();
        assert!((pause - 1..=pause).contains(&next.1), "{pause} s, not {}", next.1);
        bench.wait(pause);
        bench.ask(payment).await;
    }
    assert_eq!((bench.gateway.questions(), bench.state(payment).await), (5, PaymentState::Expired));
}

#[tokio::test]
async fn two_jobs_of_one_round_continue_the_chain_once() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let ask = || Ask { payment, round: 0, report: None }.run(bench.cx());
    let (one, two) = tokio::join!(ask(), ask());
    one.unwrap();
    two.unwrap();
    ask().await.unwrap();
    let rounds: Vec<u64> = bench.wanted("ledger.payment.query").await.iter().map(|(payload, _)| payload["round"].as_u64().unwrap()).collect();
    assert_eq!(rounds, [0, 1]);
}

#[tokio::test]
async fn the_last_word_decides_between_expired_and_unknown() {
    let bench = Bench::new().await;
    let cases = [
        (Ok(outcome(ProviderState::Pending)), PaymentState::Expired),
        (Ok(failed("1032")), PaymentState::Failed),
        (Err(not_now()), PaymentState::Unknown),
        (Err(PortError::Unsupported("query".into())), PaymentState::Unknown),
        (Err(PortError::Rejected { code: "x".into(), message: "bad request".into() }), PaymentState::Unknown),
        (Err(PortError::UnknownOutcome("trap".into())), PaymentState::Unknown),
    ];
    for (word, state) in cases {
        let payment = bench.pending(bench.order(&[50_000]).await).await;
        bench.wait(301);
        bench.gateway.says(word.clone());
        bench.ask(payment).await;
        assert_eq!(bench.state(payment).await, state, "{word:?}");
    }
    assert_eq!(bench.books().await, (0, 0));
}

#[tokio::test]
async fn a_refused_question_before_the_expiry_fails_nothing() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    for error in [not_now(), PortError::Rejected { code: "x".into(), message: "no".into() }, PortError::Unsupported("query".into())] {
        bench.gateway.says(Err(error));
        bench.ask(payment).await;
        assert_eq!(bench.state(payment).await, PaymentState::Pending);
    }
}

#[tokio::test]
async fn unknown_payments_are_asked_about_again_and_then_settle() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.wait(301);
    bench.gateway.says(Err(not_now()));
    bench.ask(payment).await;
    assert_eq!(bench.state(payment).await, PaymentState::Unknown);
    bench.gateway.says(Err(not_now()));
    bench.wait(60);
    bench.ask(payment).await;
    assert_eq!(bench.state(payment).await, PaymentState::Unknown);
    assert!(bench.record(payment).await.payment.unknown_for_seconds.unwrap() >= 60);
    bench.gateway.says(Ok(received(50_000, "R1")));
    bench.wait(60);
    bench.ask(payment).await;
    assert_eq!(bench.state(payment).await, PaymentState::Received);
}

#[tokio::test]
async fn a_chain_whose_job_was_lost_is_taken_up_again() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.wait(60);
    assert_eq!(reconcile(&bench.system()).await.unwrap(), 0, "its own job still has time");
    bench.wait(40);
    assert_eq!(reconcile(&bench.system()).await.unwrap(), 1);
    assert_eq!(reconcile(&bench.system()).await.unwrap(), 0);
    let wanted = bench.wanted("ledger.payment.query").await;
    let (last, pause) = wanted.last().unwrap();
    assert!(*pause <= 0, "due at once");
    // The job that was lost turns up after all: it finds that the chain went on.
    Ask { payment, round: 0, report: None }.run(bench.cx()).await.unwrap();
    assert_eq!(bench.gateway.questions(), 0);
    bench.gateway.says(Ok(received(50_000, "R1")));
    Ask { payment, round: u32::try_from(last["round"].as_u64().unwrap()).unwrap(), report: None }.run(bench.cx()).await.unwrap();
    assert_eq!(bench.state(payment).await, PaymentState::Received);
}

#[tokio::test]
async fn an_answer_in_another_currency_is_no_word() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let mut word = received(50_000, "R1");
    word.amount = Some(kernel::money::Money::new(50_000, kernel::money::Currency::NAD));
    bench.gateway.says(Ok(word));
    bench.ask(payment).await;
    assert_eq!((bench.state(payment).await, bench.books().await), (PaymentState::Pending, (0, 0)));
}

#[tokio::test]
async fn an_expired_payment_is_asked_about_once_more_and_money_still_counts() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    bench.wait(301);
    bench.ask(payment).await;
    assert_eq!(bench.state(payment).await, PaymentState::Expired);
    bench.wait(600);
    bench.gateway.says(Ok(received(50_000, "R1")));
    bench.ask(payment).await;
    assert_eq!(bench.state(payment).await, PaymentState::Received);
    assert_eq!(bench.events("payment.received").await[0]["settled"], true);
}

#[tokio::test]
async fn staff_have_the_provider_asked_at_once_and_a_second_wish_is_the_first() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    inquiry::ask_now(&mut tx, payment).await.unwrap();
    inquiry::ask_now(&mut tx, payment).await.unwrap();
    tx.commit().await.unwrap();
    let rounds: Vec<u64> = bench.wanted("ledger.payment.query").await.iter().map(|(payload, _)| payload["round"].as_u64().unwrap()).collect();
    assert_eq!(rounds, [0, 1]);
    bench.gateway.says(Ok(outcome(ProviderState::Received)));
    bench.ask(payment).await;
    assert_eq!(bench.state(payment).await, PaymentState::Received);
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert_eq!(code(&inquiry::ask_now(&mut tx, payment).await.unwrap_err()), "payment.not_askable");
}

#[tokio::test]
async fn a_failed_payment_is_listed_until_the_customer_tries_again_or_owes_nothing() {
    let bench = Bench::new().await;
    let unpaid = async || -> Vec<PaymentId> {
        let mut tx = bench.staff().begin_read().await.unwrap();
        let filter = PaymentFilter { unpaid: true, ..PaymentFilter::default() };
        service::list(&mut tx, &filter, &PageRequest::default()).await.unwrap().results.into_iter().map(|payment| payment.id).collect()
    };
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    bench.gateway.says(Ok(failed("1032")));
    bench.ask(payment).await;
    assert_eq!(unpaid().await, [payment]);
    let again = bench.pending(order).await;
    assert!(unpaid().await.is_empty());
    bench.gateway.says(Ok(failed("1032")));
    bench.ask(again).await;
    assert_eq!(unpaid().await, [again], "the last attempt stands for all");
    let mut tx = bench.staff().begin_write().await.unwrap();
    ledger::receivables::close(&mut tx, "order", order, "Cancelled").await.unwrap();
    tx.commit().await.unwrap();
    assert!(unpaid().await.is_empty());
}
