//! Money that leaves through a provider: told once, asked until it says something final, booked once.

use kernel::{
    AppResult,
    jobs::{Job, JobError},
    paging::PageRequest,
};
use ledger::{
    accounts::Account,
    credits,
    journal::{self, Entry, Line},
    payments::PaymentId,
    payouts::{self, Carry, DestinationInput, Payout, PayoutId, PayoutRules, PayoutState, Resume},
    reconciliation::{self, LineFilter, LineState},
    refunds::{self, NewRefund, Refund, RefundRules, RefundState},
};
use ports::{
    PortError,
    payment::{Outcome, PaymentReported, ProviderState, StatementLine},
    payout::PayoutTo,
};
use uuid::Uuid;

use crate::{
    bench::{Bench, kes, line},
    gateway::{outcome, pending},
};

fn phone() -> DestinationInput {
    DestinationInput { way: "mobile".into(), payee: "Asha Mfano".into(), phone: "0700 000 101".into(), ..DestinationInput::default() }
}

async fn one_person_is_enough(bench: &Bench) {
    let mut tx = bench.staff().begin_write().await.unwrap();
    tx.set_setting(&RefundRules { approval_above: 100_000_000 }, 0).await.unwrap();
    tx.set_setting(&PayoutRules { approval_above: 100_000_000 }, 0).await.unwrap();
    tx.commit().await.unwrap();
}

/// A refund of money that came by nothing in particular.
async fn refund(bench: &Bench, minor: i64) -> Refund {
    let source = Uuid::now_v7();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let entry = Entry {
        kind: "payment_received",
        description: "Paid twice".into(),
        source: ("payment", source),
        business_date: bench.today(),
        lines: Line::transfer(Account::customer_credit(bench.customer), Account::clearing("mobile"), kes(minor)).unwrap(),
    };
    journal::post(&mut tx, entry).await.unwrap();
    credits::record(&mut tx, bench.customer, kes(minor), "already_settled", ("payment", source)).await.unwrap();
    let credit = credits::of_source(&mut tx, "payment", source).await.unwrap().id;
    let refund = refunds::request(&mut tx, NewRefund { credit, amount: kes(minor), reason: "Paid twice".into() }).await.unwrap();
    tx.commit().await.unwrap();
    refund
}

async fn hand_over(bench: &Bench, refund: &Refund, to: &DestinationInput) -> AppResult<Payout> {
    let mut tx = bench.staff().begin_write().await?;
    let payout = refunds::pay_out(&mut tx, refund.id, refund.version, to).await?;
    let payout = payouts::hand_over(&mut tx, payout.id, payout.version, &bench.outlet.offer()).await?;
    tx.commit().await?;
    Ok(payout)
}

/// A payout of 500 shillings that a job is about to tell the provider.
async fn handed(bench: &Bench) -> Payout {
    one_person_is_enough(bench).await;
    let refund = refund(bench, 50_000).await;
    hand_over(bench, &refund, &phone()).await.unwrap()
}

async fn get(bench: &Bench, id: PayoutId) -> Payout {
    payouts::get(&mut bench.system().begin_read().await.unwrap(), id).await.unwrap()
}

/// The job of the present round.
async fn carry(bench: &Bench, id: PayoutId) -> Result<(), JobError> {
    let through = get(bench, id).await.through.unwrap();
    Carry { payout: id, key: through.key, round: through.asks }.run(bench.cx()).await
}

fn paid() -> Outcome {
    Outcome { receipt: Some("TJ25AA0001".into()), ..outcome(ProviderState::Received) }
}

fn report(bench: &Bench, payout: &Payout, state: ProviderState) -> PaymentReported {
    PaymentReported {
        delivery: Uuid::now_v7(),
        installation: bench.installation,
        key: payout.through.as_ref().map(|through| through.key.to_string()),
        provider_ref: None,
        state,
        code: Some("0".into()),
        message: None,
        reason: None,
        amount_minor: Some(payout.amount.minor),
        currency: Some("KES".into()),
        fee_minor: None,
        receipt: Some("TJ25AA0001".into()),
        occurred_at: None,
        source_trusted: true,
    }
}

async fn hear(bench: &Bench, report: &PaymentReported) {
    let mut tx = bench.system().begin_write().await.unwrap();
    payouts::accept(&mut tx, report).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_payout_is_told_once_and_booked_when_the_provider_says_that_it_is_paid() {
    let bench = Bench::new().await;
    let payout = handed(&bench).await;
    assert_eq!(payout.state, PayoutState::Sent);
    bench.outlet.answers(Ok(Outcome { provider_ref: Some("P1".into()), ..outcome(ProviderState::Pending) }));
    carry(&bench, payout.id).await.unwrap();
    assert_eq!((bench.outlet.told(), bench.books().await.1), (1, 50_000), "nothing is booked before it is paid");
    bench.outlet.says(Ok(Outcome { fee: Some(kes(1_000)), ..paid() }));
    carry(&bench, payout.id).await.unwrap();
    let settled = get(&bench, payout.id).await;
    assert_eq!((settled.state, settled.receipt.as_deref(), bench.outlet.told()), (PayoutState::Paid, Some("TJ25AA0001"), 1));
    assert_eq!(bench.books().await, (50_000 - 50_000 - 1_000, 0), "what left is out of clearing, with the provider's fee");
    carry(&bench, payout.id).await.unwrap();
    assert_eq!((bench.outlet.questions(), bench.events("payout.paid").await.len()), (1, 1), "what is over is not asked about");
    let refund = refunds::get(&mut bench.system().begin_read().await.unwrap(), payout.debt_id.into()).await.unwrap();
    assert_eq!(refund.state, RefundState::Paid);
    let order = bench.outlet.orders.lock().unwrap()[0].clone();
    assert_eq!(order.errand.key, payout.through.unwrap().key.to_string());
    let PayoutTo::Account { account, .. } = order.to else { panic!("{:?}", order.to) };
    assert_eq!((account.kind.as_str(), &account.facts), ("mobile-money", &vec![("phone".to_owned(), "+254700000101".to_owned())]));
}

#[tokio::test]
async fn after_a_timeout_the_outcome_is_unknown_and_looked_up_and_nothing_is_sent_twice() {
    let bench = Bench::new().await;
    let payout = handed(&bench).await;
    bench.outlet.answers(Err(PortError::UnknownOutcome("deadline".into())));
    carry(&bench, payout.id).await.unwrap();
    assert_eq!(get(&bench, payout.id).await.state, PayoutState::Unknown);
    for _ in 0..3 {
        carry(&bench, payout.id).await.unwrap();
    }
    assert_eq!((bench.outlet.told(), bench.outlet.questions()), (1, 3));
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert_eq!(payouts::count_open(&mut tx, bench.installation).await.unwrap(), 1, "whoever carries it out stays until then");
    let unknown = payouts::get(&mut tx, payout.id).await.unwrap();
    assert!(payouts::again(&mut tx, payout.id, unknown.version).await.unwrap_err().is("payout.wrong_state"));
    assert!(payouts::withdraw(&mut tx, payout.id, unknown.version, "Too late").await.unwrap_err().is("payout.wrong_state"));
    assert!(payouts::hand_over(&mut tx, payout.id, unknown.version, &bench.outlet.offer()).await.unwrap_err().is("payout.wrong_state"));
    drop(tx);
    bench.outlet.says(Ok(paid()));
    carry(&bench, payout.id).await.unwrap();
    assert_eq!((get(&bench, payout.id).await.state, bench.outlet.told()), (PayoutState::Paid, 1));
}

#[tokio::test]
async fn a_worker_that_died_between_telling_and_writing_leaves_an_unknown_payout_that_is_asked_about() {
    let bench = Bench::new().await;
    let payout = handed(&bench).await;
    let mut tx = bench.system().begin_write().await.unwrap();
    sqlx::query("update payouts set in_flight_since = $2 where id = $1")
        .bind(payout.id.0)
        .bind(bench.system().now())
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(carry(&bench, payout.id).await, Err(JobError::Snooze(_))), "the call may still be running");
    bench.wait(120);
    Resume::default().run(bench.cx()).await.unwrap();
    carry(&bench, payout.id).await.unwrap();
    assert_eq!((get(&bench, payout.id).await.state, bench.outlet.told(), bench.outlet.questions()), (PayoutState::Unknown, 0, 1));
    assert_eq!(
        payouts::list(
            &mut bench.system().begin_read().await.unwrap(),
            &payouts::PayoutFilter { state: Some(PayoutState::Unknown), ..payouts::PayoutFilter::default() },
            &PageRequest::default()
        )
        .await
        .unwrap()
        .results
        .len(),
        1
    );
}

#[tokio::test]
async fn nobody_takes_the_round_of_a_call_that_may_still_be_running() {
    let bench = Bench::new().await;
    let payout = handed(&bench).await;
    bench.wait(70);
    let mut tx = bench.system().begin_write().await.unwrap();
    sqlx::query("update payouts set in_flight_since = $2 where id = $1")
        .bind(payout.id.0)
        .bind(bench.system().now())
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    Resume::default().run(bench.cx()).await.unwrap();
    assert_eq!(get(&bench, payout.id).await.through.unwrap().asks, 0, "what it hears is still written");
    bench.wait(91);
    Resume::default().run(bench.cx()).await.unwrap();
    assert_eq!(get(&bench, payout.id).await.through.unwrap().asks, 1);
}

#[tokio::test]
async fn what_certainly_did_not_arrive_is_told_again_under_the_same_key() {
    let bench = Bench::new().await;
    let payout = handed(&bench).await;
    bench.outlet.answers(Err(PortError::Retryable { reason: "busy".into(), after_ms: None }));
    carry(&bench, payout.id).await.unwrap();
    assert_eq!(get(&bench, payout.id).await.state, PayoutState::Sent);
    bench.outlet.answers(Ok(paid()));
    carry(&bench, payout.id).await.unwrap();
    let keys: Vec<String> = bench.outlet.orders.lock().unwrap().iter().map(|order| order.errand.key.clone()).collect();
    assert_eq!((keys.len(), keys.first() == keys.last()), (2, true));
    assert_eq!(get(&bench, payout.id).await.state, PayoutState::Paid);
}

#[tokio::test]
async fn a_refused_payout_failed_with_the_reason_and_a_new_try_has_a_key_of_its_own() {
    let bench = Bench::new().await;
    let payout = handed(&bench).await;
    bench.outlet.answers(Err(PortError::Rejected { code: "over_budget".into(), message: "the limit of today is reached".into() }));
    carry(&bench, payout.id).await.unwrap();
    let failed = get(&bench, payout.id).await;
    assert_eq!(failed.state, PayoutState::Failed);
    assert!(failed.reason.unwrap().contains("over_budget"));
    let mut tx = bench.staff().begin_write().await.unwrap();
    let ready = payouts::again(&mut tx, payout.id, failed.version).await.unwrap();
    let second = payouts::hand_over(&mut tx, payout.id, ready.version, &bench.outlet.offer()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(second.reference(), "PO-2026-00001-2");
    assert_ne!(second.through.unwrap().key, payout.through.unwrap().key);
    assert_eq!(bench.books().await, (50_000, 50_000), "nothing left");
}

#[tokio::test]
async fn a_trusted_report_settles_it_once_and_any_other_only_makes_the_provider_asked() {
    let bench = Bench::new().await;
    let payout = handed(&bench).await;
    carry(&bench, payout.id).await.unwrap();
    let claim = PaymentReported { source_trusted: false, ..report(&bench, &payout, ProviderState::Received) };
    let other = PaymentReported { amount_minor: Some(1), ..report(&bench, &payout, ProviderState::Received) };
    let strange = PaymentReported { key: Some(Uuid::now_v7().to_string()), ..report(&bench, &payout, ProviderState::Received) };
    for unproven in [claim, other, strange] {
        hear(&bench, &unproven).await;
        assert_eq!(get(&bench, payout.id).await.state, PayoutState::Sent);
    }
    for _ in 0..2 {
        hear(&bench, &report(&bench, &payout, ProviderState::Received)).await;
    }
    hear(&bench, &report(&bench, &payout, ProviderState::Failed)).await;
    assert_eq!((get(&bench, payout.id).await.state, bench.books().await), (PayoutState::Paid, (0, 0)));
    hear(&bench, &report(&bench, &payout, ProviderState::Reversed)).await;
    assert_eq!((get(&bench, payout.id).await.state, bench.books().await), (PayoutState::Returned, (50_000, 50_000)));
}

#[tokio::test]
async fn staff_decide_what_no_provider_says() {
    let bench = Bench::new().await;
    let payout = handed(&bench).await;
    bench.outlet.answers(Err(PortError::UnknownOutcome("deadline".into())));
    carry(&bench, payout.id).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let unknown = payouts::get(&mut tx, payout.id).await.unwrap();
    assert!(payouts::decide(&mut tx, payout.id, unknown.version, true, " ").await.unwrap_err().is("validation_error"));
    payouts::decide(&mut tx, payout.id, unknown.version, true, "TJ25AA0001").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((get(&bench, payout.id).await.state, bench.books().await), (PayoutState::Paid, (0, 0)));
}

#[tokio::test]
async fn money_goes_back_by_the_payment_with_which_it_came_and_never_more_than_came() {
    let bench = Bench::new().await;
    one_person_is_enough(&bench).await;
    let order = bench.order(&[50_000]).await;
    let payment: PaymentId = bench.pending(order).await;
    let proof = bench.proof(payment, "TJ24XK9Q0P").await;
    bench.report(&proof).await;
    let (first, second) = (refund(&bench, 30_000).await, refund(&bench, 30_000).await);
    let back = DestinationInput { way: "original".into(), payee: "Asha Mfano".into(), payment: payment.to_string(), ..DestinationInput::default() };
    let payout = hand_over(&bench, &first, &back).await.unwrap();
    let refused = hand_over(&bench, &second, &back).await.unwrap_err();
    assert!(refused.is("validation_error"), "{}", refused.code);
    bench.outlet.answers(Ok(paid()));
    carry(&bench, payout.id).await.unwrap();
    assert_eq!(get(&bench, payout.id).await.state, PayoutState::Paid);
    let told = bench.outlet.orders.lock().unwrap()[0].to.clone();
    assert!(matches!(told, PayoutTo::Payment { payment: named, .. } if named.receipt.as_deref() == Some("TJ24XK9Q0P")));
    let paid = refunds::get(&mut bench.system().begin_read().await.unwrap(), first.id).await.unwrap();
    assert_eq!(paid.method, Some(refunds::RefundMethod::Original));
}

#[tokio::test]
async fn the_providers_statement_settles_what_nobody_could_say() {
    let bench = Bench::new().await;
    let payout = handed(&bench).await;
    bench.outlet.answers(Ok(pending("P1")));
    carry(&bench, payout.id).await.unwrap();
    for _ in 0..2 {
        bench.gateway.writes(vec![StatementLine { kind: "payout".into(), gross: kes(-50_000), ..line(&bench, "P1", 50_000, None) }]);
        let scope = bench.staff();
        let file = reconciliation::read(&bench.world.app, &scope, "mobile", "statement.csv", bytes::Bytes::from_static(b"statement")).await.unwrap();
        let mut tx = scope.begin_write().await.unwrap();
        reconciliation::import(&mut tx, file).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((get(&bench, payout.id).await.state, bench.books().await), (PayoutState::Paid, (0, 0)));
    }
    let mut tx = bench.staff().begin_read().await.unwrap();
    let lines = reconciliation::lines(&mut tx, &LineFilter::default(), &PageRequest::default()).await.unwrap().results;
    assert_eq!(lines.iter().map(|line| line.state).collect::<Vec<_>>(), [LineState::Matched]);
}

#[tokio::test]
async fn what_was_said_to_have_failed_and_proves_to_be_paid_is_not_sent_again() {
    let bench = Bench::new().await;
    let payout = handed(&bench).await;
    bench.outlet.answers(Ok(outcome(ProviderState::Failed)));
    carry(&bench, payout.id).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let failed = payouts::get(&mut tx, payout.id).await.unwrap();
    payouts::again(&mut tx, payout.id, failed.version).await.unwrap();
    tx.commit().await.unwrap();
    hear(&bench, &report(&bench, &payout, ProviderState::Received)).await;
    let settled = get(&bench, payout.id).await;
    assert_eq!((settled.state, bench.books().await), (PayoutState::Paid, (0, 0)));
    let mut tx = bench.staff().begin_write().await.unwrap();
    let late = payouts::hand_over(&mut tx, payout.id, settled.version, &bench.outlet.offer()).await.unwrap_err();
    assert!(late.is("payout.wrong_state"), "{}", late.code);
}
