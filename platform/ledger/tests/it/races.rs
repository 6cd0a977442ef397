//! Several at once: whoever comes first settles, and nothing happens twice.

use kernel::jobs::Job;
use ledger::payments::{Ask, PaymentState, Submit, reconcile, reports};
use ports::payment::{PaymentReported, ProviderState};
use uuid::Uuid;

use crate::{
    bench::Bench,
    gateway::{outcome, received},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_callbacks_and_a_query_at_once_book_the_money_once() {
    for _ in 0..10 {
        let bench = Bench::new().await;
        let payment = bench.pending(bench.order(&[50_000]).await).await;
        bench.gateway.says(Ok(received(50_000, "R1")));
        let proof = bench.proof(payment, "R1").await;
        let report = |report: PaymentReported| {
            let scope = bench.system();
            async move {
                let mut tx = scope.begin_write().await.unwrap();
                reports::accept(&mut tx, &report).await.unwrap();
                tx.commit().await.unwrap();
            }
        };
        let (first, second) = (report(proof.clone()), report(PaymentReported { delivery: Uuid::now_v7(), ..proof }));
        let query = Ask { payment, round: 0, report: None }.run(bench.cx());
        let system = bench.system();
        let (_, _, asked, swept) = tokio::join!(tokio::spawn(first), tokio::spawn(second), query, reconcile(&system));
        asked.unwrap();
        swept.unwrap();
        assert_eq!((bench.state(payment).await, bench.books().await), (PaymentState::Received, (50_000, 50_000)));
        assert_eq!(bench.events("payment.received").await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_send_one_request() {
    for _ in 0..10 {
        let bench = Bench::new().await;
        let payment = bench.start(bench.order(&[50_000]).await).await;
        let submit = || Submit { payment, version: 1, locale: None }.run(bench.cx());
        // The slower one finds the call running or done.
        let _ = tokio::join!(submit(), submit(), submit());
        assert_eq!(bench.gateway.sends(), 1);
        assert_eq!(bench.state(payment).await, PaymentState::Pending);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_double_click_starts_one_attempt() {
    for _ in 0..10 {
        let bench = Bench::new().await;
        let order = bench.order(&[50_000]).await;
        let start = || bench.try_start(order, None, Some("0700000101"));
        let (one, two) = tokio::join!(start(), start());
        let refused = one.and(two).unwrap_err();
        assert!(refused.is("payment.already_open"), "{refused}");
        assert_eq!(bench.wanted("ledger.payment.submit").await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_payments_of_one_order_at_once_never_pay_a_line_twice() {
    let bench = Bench::new().await;
    let order = bench.order(&[30_000, 20_000]).await;
    let first = bench.pending(order).await;
    bench.report(&PaymentReported { state: ProviderState::Failed, ..bench.proof(first, "").await }).await;
    let second = bench.pending(order).await;
    let (one, two) = (bench.proof(first, "R1").await, bench.proof(second, "R2").await);
    tokio::join!(bench.report(&one), bench.report(&two));
    assert_eq!(bench.books().await, (100_000, 100_000));
    let received = bench.events("payment.received").await;
    assert_eq!((received.len(), bench.events("payment.credited").await.len()), (1, 1));
    let allocated: i64 = bench.receivables(order).await.iter().map(|receivable| receivable.allocated.minor).sum();
    assert_eq!(allocated, 50_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reversals_that_arrive_together_are_booked_once() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let proof = bench.proof(payment, "R1").await;
    bench.report(&proof).await;
    bench.gateway.says(Ok(outcome(ProviderState::Reversed)));
    let reversal = PaymentReported { delivery: Uuid::now_v7(), state: ProviderState::Reversed, ..proof };
    let twin = PaymentReported { delivery: Uuid::now_v7(), ..reversal.clone() };
    tokio::join!(bench.report(&reversal), bench.report(&twin), bench.confirm(payment));
    assert_eq!(bench.books().await, (0, 0));
}
