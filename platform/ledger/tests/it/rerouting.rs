//! Passing a payment on to another provider: only while certainly nothing was asked of the payer.

use kernel::{
    jobs::JobError,
    money::{Currency, Money},
};
use ledger::{
    payments::{
        PaymentId, PaymentState,
        submission::{self, After, Begin},
    },
    reconciliation,
};
use ports::{
    PortError,
    payment::{PaymentMethod, ProviderState},
};
use uuid::Uuid;

use crate::{
    bench::Bench,
    gateway::{not_now, outcome, received},
};

/// A second provider of the same method, with a higher limit.
fn second(bench: &Bench) -> Uuid {
    let mut methods = bench.gateway.methods.lock().unwrap();
    let installation = Uuid::now_v7();
    let other = PaymentMethod { installation, max: 50_000_000, ..methods[0].clone() };
    methods.push(other);
    installation
}

/// Who was asked, in order.
fn asked(bench: &Bench) -> Vec<Uuid> {
    bench.gateway.collected.lock().unwrap().iter().map(|request| request.installation).collect()
}

async fn installation(bench: &Bench, payment: PaymentId) -> Uuid {
    bench.record(payment).await.payment.installation
}

fn refused() -> PortError {
    PortError::Rejected { code: "busy".into(), message: "closed".into() }
}

#[tokio::test]
async fn a_provider_that_cannot_take_it_now_passes_it_to_the_next_at_once() {
    let bench = Bench::new().await;
    let other = second(&bench);
    let payment = bench.start(bench.order(&[50_000]).await).await;
    assert_eq!(installation(&bench, payment).await, bench.installation);
    bench.gateway.answers(Err(not_now()));
    let pause = match bench.submit(payment).await {
        Err(JobError::Snooze(pause)) => pause,
        other => panic!("{other:?}"),
    };
    assert!(pause.is_zero());
    // Written before the next one is called: whoever asks for the outcome asks the right one.
    assert_eq!(installation(&bench, payment).await, other);
    bench.submit(payment).await.unwrap();
    assert_eq!((asked(&bench), bench.state(payment).await), (vec![bench.installation, other], PaymentState::Pending));
    let keys: Vec<String> = bench.gateway.collected.lock().unwrap().iter().map(|request| request.idempotency_key.clone()).collect();
    assert_eq!(keys, [payment.to_string(), payment.to_string()]);
    let steps: Vec<_> = bench.record(payment).await.steps.into_iter().filter_map(|step| step.code).collect();
    assert_eq!(steps, ["rerouted"]);
    bench.gateway.says(Ok(received(50_000, "R1")));
    bench.ask(payment).await;
    assert_eq!((bench.state(payment).await, bench.books().await), (PaymentState::Received, (50_000, 50_000)));
    assert_eq!(bench.gateway.asked.lock().unwrap()[0].installation, other);
}

#[tokio::test]
async fn a_refusal_counts_only_once_everybody_was_asked() {
    let bench = Bench::new().await;
    second(&bench);
    let payment = bench.start(bench.order(&[50_000]).await).await;
    bench.gateway.answers(Err(refused()));
    bench.gateway.answers(Err(PortError::Misconfigured("passkey".into())));
    assert!(matches!(bench.submit(payment).await, Err(JobError::Snooze(_))));
    bench.submit(payment).await.unwrap();
    assert_eq!((bench.state(payment).await, asked(&bench).len()), (PaymentState::Failed, 2));
}

#[tokio::test]
async fn a_payment_that_a_provider_may_have_is_never_passed_on() {
    let bench = Bench::new().await;
    second(&bench);
    let payment = bench.start(bench.order(&[50_000]).await).await;
    bench.gateway.answers(Err(PortError::UnknownOutcome("no answer".into())));
    bench.submit(payment).await.unwrap();
    bench.submit(payment).await.unwrap();
    assert_eq!((asked(&bench), bench.state(payment).await), (vec![bench.installation], PaymentState::Pending));

    let declined = bench.start(bench.order(&[50_000]).await).await;
    bench.gateway.answers(Ok(outcome(ProviderState::Failed)));
    bench.submit(declined).await.unwrap();
    assert_eq!((asked(&bench).len(), bench.state(declined).await), (2, PaymentState::Failed), "the payer's no is a no");

    let poor = bench.start(bench.order(&[50_000]).await).await;
    bench.gateway.answers(Err(PortError::Rejected { code: "insufficient-funds".into(), message: "1".into() }));
    bench.submit(poor).await.unwrap();
    assert_eq!((asked(&bench).len(), bench.state(poor).await), (3, PaymentState::Failed), "also where it is a refusal");
}

#[tokio::test]
async fn a_report_of_the_payment_keeps_it_where_it_is() {
    let bench = Bench::new().await;
    second(&bench);
    let payment = bench.start(bench.order(&[50_000]).await).await;
    let others = bench.gateway.methods.lock().unwrap().clone();
    let mut tx = bench.system().begin_write().await.unwrap();
    assert!(matches!(submission::begin(&mut tx, payment).await.unwrap(), Begin::Send(_)));
    tx.commit().await.unwrap();
    let mut report = bench.proof(payment, "R1").await;
    report.provider_ref = Some("ref-early".into());
    bench.report(&report).await;
    let mut tx = bench.system().begin_write().await.unwrap();
    let after = submission::record(&mut tx, payment, 1, Err(not_now()), &others).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(after, After::SendAgain(pause) if pause > chrono::Duration::zero()), "{after:?}");
    assert_eq!(installation(&bench, payment).await, bench.installation);
}

#[tokio::test]
async fn a_late_word_of_the_first_provider_is_kept_for_staff_and_pays_nothing() {
    let bench = Bench::new().await;
    let other = second(&bench);
    let payment = bench.start(bench.order(&[50_000]).await).await;
    let report = bench.proof(payment, "R1").await;
    bench.gateway.answers(Err(not_now()));
    assert!(matches!(bench.submit(payment).await, Err(JobError::Snooze(_))));
    bench.report(&report).await;
    assert_eq!((bench.state(payment).await, bench.books().await), (PaymentState::Submitted, (0, 0)));
    assert_eq!(installation(&bench, payment).await, other);
}

#[tokio::test]
async fn the_installation_that_takes_the_amount_is_asked_first() {
    let bench = Bench::new().await;
    let other = second(&bench);
    let order = bench.order(&[30_000_000]).await;
    let payment = bench.try_start(order, Some(Money::new(30_000_000, Currency::KES)), Some("0700 000 101")).await.unwrap();
    assert_eq!(payment.installation_id, other);
    bench.gateway.answers(Err(not_now()));
    assert!(matches!(bench.submit(payment.id).await, Err(JobError::Snooze(_))));
    assert_eq!(installation(&bench, payment.id).await, other, "the first one does not take so much");
}

#[tokio::test]
async fn a_method_of_two_providers_is_one_book_and_each_provider_reads_its_own_statements() {
    let bench = Bench::new().await;
    let other = second(&bench);
    let books = reconciliation::books(&bench.world.app, &bench.staff()).await.unwrap();
    assert_eq!(books.iter().filter(|book| book.method.method == "mobile").count(), 1);
    bench.gateway.reads_only(other);
    let read = async || reconciliation::read(&bench.world.app, &bench.staff(), "mobile", "book.csv", "statement".into()).await;
    assert_eq!(read().await.unwrap().book.method.installation, other);
    bench.gateway.reads_only(Uuid::now_v7());
    assert!(read().await.unwrap_err().is("statement.unreadable"));
}
