//! What providers report, in every order and with every lie.

use kernel::jobs::Subscriber;
use ledger::{
    payments::{Failure, PaymentState, ReportedPayments, service},
    receipts::{self, ReceiptFilter, ReceiptState, UnmatchedReceipt},
    receivables::ReceivableState,
};
use ports::payment::{PaymentReported, ProviderState};
use uuid::Uuid;

use crate::{
    bench::{Bench, kes},
    gateway::{failed, outcome, received},
};

/// Changes a report so that it no longer agrees.
type Lie = fn(&mut PaymentReported);

async fn unmatched(bench: &Bench) -> Vec<UnmatchedReceipt> {
    let mut tx = bench.staff().begin_read().await.unwrap();
    receipts::list(&mut tx, &ReceiptFilter::default(), &kernel::paging::PageRequest::default()).await.unwrap().results
}

async fn confirmations(bench: &Bench) -> usize {
    bench.wanted("ledger.payment.query").await.iter().filter(|(payload, _)| !payload["report"].is_null()).count()
}

#[tokio::test]
async fn a_report_that_agrees_in_every_point_is_proof() {
    let bench = Bench::new().await;
    let order = bench.order(&[30_000, 20_000]).await;
    let payment = bench.pending(order).await;
    bench.report(&bench.proof(payment, "TJ24XK9Q0P").await).await;
    let record = bench.record(payment).await;
    assert_eq!((record.payment.state, record.payment.receipt.as_deref()), (PaymentState::Received, Some("TJ24XK9Q0P")));
    assert_eq!(record.allocations.iter().map(|part| part.amount.minor).collect::<Vec<_>>(), [30_000, 20_000]);
    assert_eq!(bench.gateway.questions(), 0);
    assert_eq!(bench.books().await, (50_000, 50_000));
    let events = bench.events("payment.received").await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0]["settled"].as_bool(), events[0]["receipt"].as_str(), events[0]["amount_minor"].as_i64()),
        (Some(true), Some("TJ24XK9Q0P"), Some(50_000))
    );
    assert!(bench.events("payment.credited").await.is_empty());
}

#[tokio::test]
async fn whatever_does_not_agree_is_confirmed_before_value_moves() {
    let lies: [(&str, Lie); 6] = [
        ("source", |report| report.source_trusted = false),
        ("key", |report| report.key = None),
        ("amount", |report| report.amount_minor = Some(49_900)),
        ("no amount", |report| report.amount_minor = None),
        ("currency", |report| report.currency = Some("UGX".into())),
        ("no id", |report| report.provider_ref = None),
    ];
    for (lie, tell) in lies {
        let bench = Bench::new().await;
        let payment = bench.pending(bench.order(&[50_000]).await).await;
        let mut report = bench.proof(payment, "R1").await;
        tell(&mut report);
        bench.report(&report).await;
        assert_eq!((bench.state(payment).await, bench.books().await), (PaymentState::Pending, (0, 0)), "{lie}");
        assert_eq!(confirmations(&bench).await, 1, "{lie}");
        bench.gateway.says(Ok(failed("1032")));
        bench.confirm(payment).await;
        assert_eq!((bench.state(payment).await, bench.books().await), (PaymentState::Failed, (0, 0)), "{lie}: the provider's own word counts");
    }
}

#[tokio::test]
async fn a_confirmed_report_brings_its_receipt() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let report = PaymentReported { source_trusted: false, ..bench.proof(payment, "R1").await };
    bench.report(&report).await;
    bench.gateway.says(Ok(outcome(ProviderState::Received)));
    bench.confirm(payment).await;
    let view = bench.record(payment).await.payment;
    assert_eq!((view.state, view.receipt.as_deref()), (PaymentState::Received, Some("R1")));
}

#[tokio::test]
async fn an_amount_that_an_unknown_source_invents_is_never_booked() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let forged = PaymentReported { source_trusted: false, amount_minor: Some(9_000_000), ..bench.proof(payment, "R1").await };
    bench.report(&forged).await;
    bench.gateway.says(Ok(outcome(ProviderState::Received)));
    bench.confirm(payment).await;
    assert_eq!(bench.books().await, (50_000, 50_000));
}

#[tokio::test]
async fn duplicates_and_contradictions_after_the_money_change_nothing() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let proof = bench.proof(payment, "R1").await;
    bench.report(&proof).await;
    bench.report(&proof).await;
    bench.report(&PaymentReported { delivery: Uuid::now_v7(), ..proof.clone() }).await;
    bench.report(&PaymentReported { delivery: Uuid::now_v7(), state: ProviderState::Failed, code: Some("1032".into()), ..proof.clone() }).await;
    bench.report(&PaymentReported { delivery: Uuid::now_v7(), state: ProviderState::Pending, ..proof.clone() }).await;
    bench.report(&PaymentReported { delivery: Uuid::now_v7(), amount_minor: Some(1), ..proof }).await;
    assert_eq!((bench.state(payment).await, bench.books().await), (PaymentState::Received, (50_000, 50_000)));
    assert_eq!(bench.events("payment.received").await.len(), 1);
}

#[tokio::test]
async fn an_event_that_is_delivered_twice_is_heard_once() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let report = PaymentReported { source_trusted: false, ..bench.proof(payment, "R1").await };
    let mut tx = bench.system().begin_write().await.unwrap();
    tx.emit(&report).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.system().begin_read().await.unwrap();
    let id: Uuid = sqlx::query_scalar("select id from events where tenant_id = $1 and type = 'provider.payment_reported'")
        .bind(bench.tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    let event = kernel::events::find(&mut tx, id).await.unwrap().unwrap();
    drop(tx);
    ReportedPayments::handle(event.clone(), bench.cx()).await.unwrap();
    ReportedPayments::handle(event, bench.cx()).await.unwrap();
    let heard = bench.record(payment).await.steps.iter().filter(|step| step.code.as_deref() == Some("to_be_confirmed")).count();
    assert_eq!(heard, 1);
}

#[tokio::test]
async fn a_failure_of_a_known_source_fails_and_of_an_unknown_one_is_confirmed() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let failure = PaymentReported {
        state: ProviderState::Failed,
        code: Some("1032".into()),
        message: Some("Request cancelled by user".into()),
        reason: Some("cancelled-by-payer".into()),
        amount_minor: None,
        currency: None,
        receipt: None,
        ..bench.proof(payment, "").await
    };
    bench.report(&PaymentReported { source_trusted: false, ..failure.clone() }).await;
    assert_eq!((bench.state(payment).await, confirmations(&bench).await), (PaymentState::Pending, 1));
    bench.report(&PaymentReported { delivery: Uuid::now_v7(), ..failure }).await;
    let view = bench.record(payment).await.payment;
    assert_eq!((view.state, view.code.as_deref(), view.failure), (PaymentState::Failed, Some("1032"), Some(Failure::Cancelled)));
    assert_eq!(view.message.as_deref(), Some("Request cancelled by user"), "staff read the provider's words too");
    let mut tx = bench.system().begin_read().await.unwrap();
    let status = serde_json::to_string(&service::status(&mut tx, payment).await.unwrap()).unwrap();
    assert!(status.contains(r#""failure":"cancelled""#) && !status.contains("1032") && !status.contains("by user"), "{status}");
}

/// What the plugin that we ship names is told to payers, but for faults of the set-up, which are not theirs.
#[test]
fn every_reason_of_our_own_plugin_has_a_class() {
    let file: serde_json::Value = serde_json::from_str(include_str!("../../../../plugins/mpesa/fixtures/result-codes.json")).unwrap();
    for reason in file["codes"].as_array().unwrap().iter().filter_map(|code| code["reason"].as_str()) {
        let ours = ["product-not-assigned", "credential-locked"].contains(&reason);
        assert_eq!(Failure::of(Some(reason)) == Failure::Other, ours, "{reason}");
    }
}

#[tokio::test]
async fn proof_overrules_failure_expiry_and_ignorance() {
    let bench = Bench::new().await;
    // Failed, then paid.
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    let proof = bench.proof(payment, "R1").await;
    bench.report(&PaymentReported { delivery: Uuid::now_v7(), state: ProviderState::Failed, ..proof.clone() }).await;
    assert_eq!(bench.state(payment).await, PaymentState::Failed);
    bench.report(&proof).await;
    assert_eq!(bench.state(payment).await, PaymentState::Received);
    // Expired, then paid.
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.wait(301);
    bench.ask(payment).await;
    assert_eq!(bench.state(payment).await, PaymentState::Expired);
    bench.report(&bench.proof(payment, "R2").await).await;
    assert_eq!(bench.state(payment).await, PaymentState::Received);
    // Unknown, then paid.
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.wait(301);
    bench.gateway.says(Err(crate::gateway::not_now()));
    bench.ask(payment).await;
    assert_eq!(bench.state(payment).await, PaymentState::Unknown);
    bench.report(&bench.proof(payment, "R3").await).await;
    assert_eq!(bench.state(payment).await, PaymentState::Received);
    assert_eq!(bench.books().await, (150_000, 150_000));
}

#[tokio::test]
async fn a_report_of_nothing_of_ours_is_kept_for_staff_and_books_nothing() {
    let bench = Bench::new().await;
    let stray = PaymentReported {
        delivery: Uuid::now_v7(),
        installation: bench.installation,
        key: Some(Uuid::now_v7().to_string()),
        provider_ref: Some("ref-stray".into()),
        state: ProviderState::Received,
        code: None,
        message: Some("paid\u{0}\u{7}".into()),
        reason: None,
        amount_minor: Some(70_000),
        currency: Some("KES".into()),
        fee_minor: None,
        receipt: Some("R9".into()),
        occurred_at: None,
        source_trusted: true,
    };
    bench.report(&stray).await;
    bench.report(&stray).await;
    let kept = unmatched(&bench).await;
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].state, kept[0].amount, kept[0].message.as_deref()), (ReceiptState::Open, Some(kes(70_000)), Some("paid")));
    assert_eq!(bench.books().await, (0, 0));
    // A mere report cannot be booked, whoever wants it.
    let mut tx = bench.staff().begin_write().await.unwrap();
    let error = receipts::assign(&mut tx, kept[0].id, bench.customer, "it is hers").await.unwrap_err();
    assert!(error.is("receipt.not_proven"));
    receipts::dismiss(&mut tx, kept[0].id, "a test of the provider").await.unwrap();
    assert!(receipts::dismiss(&mut tx, kept[0].id, "again").await.unwrap_err().is("receipt.not_open"));
}

#[tokio::test]
async fn a_report_for_another_installation_is_not_this_payments() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&PaymentReported { installation: Uuid::now_v7(), ..bench.proof(payment, "R1").await }).await;
    assert_eq!(bench.state(payment).await, PaymentState::Pending);
    assert_eq!(unmatched(&bench).await.len(), 1);
}

#[tokio::test]
async fn another_id_at_a_payments_address_is_looked_at_and_asked_about() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&PaymentReported { provider_ref: Some("ref-foreign".into()), ..bench.proof(payment, "R1").await }).await;
    assert_eq!((bench.state(payment).await, unmatched(&bench).await.len(), confirmations(&bench).await), (PaymentState::Pending, 1, 1));
    bench.confirm(payment).await;
    let asked = bench.gateway.asked.lock().unwrap()[0].provider_ref.clone();
    assert_eq!(asked, Some(format!("ref-{payment}")), "asked by the id that the provider gave us");
}

#[tokio::test]
async fn a_report_that_came_before_its_id_was_known_finds_its_payment() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    let early = PaymentReported { key: None, provider_ref: Some(format!("ref-{payment}")), ..bench.proof(payment, "R1").await };
    bench.report(&early).await;
    assert_eq!(unmatched(&bench).await[0].state, ReceiptState::Open);
    bench.submit(payment).await.unwrap();
    let kept = unmatched(&bench).await;
    assert_eq!((kept[0].state, kept[0].payment), (ReceiptState::Matched, Some(payment)));
    assert_eq!(confirmations(&bench).await, 1);
}

#[tokio::test]
async fn an_id_of_another_payment_proves_nothing_for_this_one() {
    let bench = Bench::new().await;
    let (first, second) = (bench.pending(bench.order(&[50_000]).await).await, bench.start(bench.order(&[50_000]).await).await);
    bench.gateway.answers(Err(ports::PortError::UnknownOutcome("trap".into())));
    bench.submit(second).await.unwrap();
    // The second has no id of its own; a report at its address names the first one's.
    let forged = PaymentReported { provider_ref: bench.record(first).await.payment.provider_ref, ..bench.proof(second, "R1").await };
    bench.report(&forged).await;
    assert_eq!(bench.state(second).await, PaymentState::Pending);
    bench.gateway.says(Ok(received(50_000, "R1")));
    bench.confirm(second).await;
    assert_ne!(bench.state(second).await, PaymentState::Received, "one movement pays one payment");
    assert_eq!(bench.books().await, (0, 0));
    // Its own report still settles it.
    bench.report(&PaymentReported { provider_ref: Some("ref-own".into()), ..bench.proof(second, "R2").await }).await;
    bench.gateway.says(Ok(received(50_000, "R2")));
    bench.confirm(second).await;
    assert_eq!(bench.state(second).await, PaymentState::Received);
}

#[tokio::test]
async fn money_taken_back_is_a_movement_of_its_own() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let proof = bench.proof(payment, "R1").await;
    bench.report(&proof).await;
    let reversal = PaymentReported { delivery: Uuid::now_v7(), state: ProviderState::Reversed, ..proof };
    bench.report(&PaymentReported { source_trusted: false, ..reversal.clone() }).await;
    assert_eq!(bench.books().await, (50_000, 50_000), "an unknown source is confirmed first");
    bench.gateway.says(Ok(outcome(ProviderState::Reversed)));
    bench.confirm(payment).await;
    bench.report(&PaymentReported { delivery: Uuid::now_v7(), ..reversal }).await;
    let view = bench.record(payment).await.payment;
    assert_eq!((view.state, view.reversed_at.is_some()), (PaymentState::Received, true));
    assert_eq!(bench.books().await, (0, 0));
    assert_eq!(bench.events("payment.reversed").await.len(), 1);
}

#[tokio::test]
async fn what_money_had_paid_that_a_provider_took_back_is_owed_again_and_can_be_paid_again() {
    let bench = Bench::new().await;
    let order = bench.order(&[30_000, 20_000]).await;
    let payment = bench.pending(order).await;
    let proof = bench.proof(payment, "R1").await;
    bench.report(&proof).await;
    bench.report(&PaymentReported { delivery: Uuid::now_v7(), state: ProviderState::Reversed, ..proof }).await;
    let owed: Vec<(ReceivableState, i64)> = bench.receivables(order).await.iter().map(|one| (one.state, one.allocated.minor)).collect();
    assert_eq!(owed, [(ReceivableState::Open, 0), (ReceivableState::Open, 0)]);
    let second = bench.pending(order).await;
    bench.report(&bench.proof(second, "R2").await).await;
    assert!(bench.receivables(order).await.iter().all(|one| one.state == ReceivableState::Settled));
    assert_eq!(bench.books().await, (50_000, 50_000));
}

#[tokio::test]
async fn fees_that_are_reported_are_posted() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&PaymentReported { fee_minor: Some(275), ..bench.proof(payment, "R1").await }).await;
    assert_eq!(bench.books().await, (49_725, 50_000));
    assert_eq!(bench.balance(&ledger::accounts::Account::payment_fees("mobile")).await, 275);
}
