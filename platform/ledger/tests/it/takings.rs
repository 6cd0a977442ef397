//! Money that staff take by hand: what counts, when, by whose word, and what takes it back.

use kernel::{AppResult, Scope, money::Money, paging::PageRequest};
use ledger::{
    accounts::Account,
    credits::{self, CreditFilter, CreditState},
    payments::{CreditReason, PaymentState, Proof},
    receivables::{self, ReceivableState},
    refunds,
    takings::{self, Taking, TakingFilter, TakingInput, TakingRules, TakingState, Target},
};
use uuid::Uuid;

use crate::bench::{Bench, code, kes};

fn cash(amount: &str) -> TakingInput {
    TakingInput {
        method: "cash".into(),
        method_title: "Cash".into(),
        about: "ORD-2026-00001".into(),
        amount: amount.into(),
        ..TakingInput::default()
    }
}

fn cheque(amount: &str, number: &str, date: &str) -> TakingInput {
    TakingInput { method: "cheque".into(), reference: number.into(), bank: "Mfano Bank".into(), cheque_date: date.into(), ..cash(amount) }
}

async fn take(scope: &Scope, target: Target, input: &TakingInput) -> AppResult<Taking> {
    let mut tx = scope.begin_write().await?;
    let taking = takings::take(&mut tx, target, input).await?;
    tx.commit().await?;
    Ok(taking)
}

fn of(order: Uuid) -> Target {
    Target::Payable { kind: "order".into(), id: order }
}

/// Changes a taking as somebody else than whoever took it.
macro_rules! by_another {
    ($bench:expr, $what:ident($($arg:expr),*)) => {{
        let mut tx = $bench.staff().begin_write().await.unwrap();
        let done = takings::$what(&mut tx, $($arg),*).await;
        if done.is_ok() { tx.commit().await.unwrap() }
        done
    }};
}

async fn limit(bench: &Bench, minor: i64) {
    let mut tx = bench.staff().begin_write().await.unwrap();
    tx.set_setting(&TakingRules { approve_above_minor: Some(minor) }, 0).await.unwrap();
    tx.commit().await.unwrap();
}

async fn clearing(bench: &Bench, method: &str) -> i64 {
    bench.books().await;
    bench.balance(&Account::clearing(method)).await
}

#[tokio::test]
async fn cash_counts_at_once_and_settles_what_is_owed_like_any_other_payment() {
    let bench = Bench::new().await;
    let order = bench.order(&[30_000, 20_000]).await;
    let taking = take(&bench.staff(), of(order), &cash("500")).await.unwrap();
    assert_eq!((taking.state, taking.number.as_str(), taking.received_on), (TakingState::Received, "TK-2026-00001", bench.today()));
    assert!(bench.receivables(order).await.iter().all(|receivable| receivable.state == ReceivableState::Settled));
    assert_eq!(bench.events("payment.received").await[0]["settled"], true);
    let payment = bench.record(taking.payment.unwrap()).await.payment;
    assert_eq!(
        (payment.state, payment.proof, payment.origin.as_str(), payment.method.as_str()),
        (PaymentState::Received, Some(Proof::Staff), "hand", "cash")
    );
    assert_eq!(clearing(&bench, "cash").await, 50_000);
    let mut tx = bench.staff().begin_read().await.unwrap();
    let filter = TakingFilter { taken_by: Some(taking.taken_by), received_on: Some(bench.today()), ..TakingFilter::default() };
    assert_eq!(takings::list(&mut tx, &filter, &PageRequest::default()).await.unwrap().results, [taking]);
}

#[tokio::test]
async fn a_part_leaves_the_rest_owed_and_an_open_request_on_a_phone_is_no_hindrance() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    bench.pending(order).await;
    take(&bench.staff(), of(order), &cash("200")).await.unwrap();
    let mut tx = bench.staff().begin_read().await.unwrap();
    assert_eq!(receivables::owed(&mut tx, "order", order).await.unwrap(), Some(kes(30_000)));
}

#[tokio::test]
async fn above_the_limit_nothing_counts_before_another_person_approves_it() {
    let bench = Bench::new().await;
    limit(&bench, 40_000).await;
    let order = bench.order(&[50_000]).await;
    let teller = bench.staff();
    let taking = take(&teller, of(order), &cash("500")).await.unwrap();
    assert_eq!((taking.state, taking.payment, clearing(&bench, "cash").await), (TakingState::ToApprove, None, 0));
    assert_eq!(bench.receivables(order).await[0].state, ReceivableState::Open);

    let mut tx = teller.begin_write().await.unwrap();
    assert_eq!(code(&takings::approve(&mut tx, taking.id).await.unwrap_err()), "taking.own");
    assert_eq!(code(&takings::refuse(&mut tx, taking.id, "mine").await.unwrap_err()), "taking.own");
    // Not even by hand in the database.
    let forced = sqlx::query("update takings set decided_by = taken_by where tenant_id = $1").bind(bench.tenant.id.0).execute(tx.conn()).await;
    assert!(forced.unwrap_err().to_string().contains("takings_second_person_check"));
    drop(tx);
    let mut tx = teller.begin_write().await.unwrap();
    let forced = sqlx::query("update takings set state = 'received' where tenant_id = $1").bind(bench.tenant.id.0).execute(tx.conn()).await;
    assert!(forced.is_err());
    drop(tx);

    let approved = by_another!(bench, approve(taking.id)).unwrap();
    assert_eq!((approved.state, clearing(&bench, "cash").await), (TakingState::Received, 50_000));
    assert_eq!(bench.receivables(order).await[0].state, ReceivableState::Settled);
    assert_eq!(code(&by_another!(bench, approve(taking.id)).unwrap_err()), "taking.wrong_state");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_approve_at_once_let_it_count_once() {
    let bench = Bench::new().await;
    limit(&bench, 0).await;
    let taking = take(&bench.staff(), of(bench.order(&[50_000]).await), &cash("500")).await.unwrap();
    let approve = async || by_another!(bench, approve(taking.id)).is_ok();
    let (one, two) = tokio::join!(approve(), approve());
    assert!(one != two);
    assert_eq!(clearing(&bench, "cash").await, 50_000);
}

#[tokio::test]
async fn the_same_code_counts_once_unless_it_was_refused() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let seen = TakingInput { method: "mobile_money".into(), reference: "qk7 abc".into(), ..cash("100") };
    take(&bench.staff(), of(order), &seen).await.unwrap();
    let again = TakingInput { reference: "QK7ABC".into(), ..seen.clone() };
    let refusal = take(&bench.staff(), of(order), &again).await.unwrap_err();
    assert_eq!(refusal.fields[0].code, "taking-reference-taken");
    assert_eq!(clearing(&bench, "mobile_money").await, 10_000);

    limit(&bench, 0).await;
    let other = TakingInput { reference: "QK8".into(), ..seen };
    let waiting = take(&bench.staff(), of(order), &other).await.unwrap();
    by_another!(bench, refuse(waiting.id, "not in the statement")).unwrap();
    assert!(take(&bench.staff(), of(order), &other).await.is_ok());
}

#[tokio::test]
async fn a_code_that_a_provider_has_reported_is_not_taken_once_more() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    bench.report(&bench.proof(payment, "R1CODE").await).await;
    let seen = TakingInput { method: "mobile_money".into(), reference: "r1code".into(), ..cash("500") };
    assert_eq!(take(&bench.staff(), of(order), &seen).await.unwrap_err().fields[0].code, "taking-reference-taken");
}

#[tokio::test]
async fn a_cheque_that_bounces_leaves_books_as_before_and_what_it_paid_owed_again() {
    let bench = Bench::new().await;
    let order = bench.order(&[30_000, 20_000]).await;
    let taking = take(&bench.staff(), of(order), &cheque("600", "000123", &bench.today().to_string())).await.unwrap();
    let payment = bench.record(taking.payment.unwrap()).await.payment;
    assert_eq!((payment.credited, payment.credit_reason), (kes(10_000), Some(CreditReason::Overpaid)));
    by_another!(bench, deposit(taking.id)).unwrap();
    assert_eq!(by_another!(bench, bounce(taking.id, " ")).unwrap_err().fields[0].code, "field-required");
    let bounced = by_another!(bench, bounce(taking.id, "Refer to drawer")).unwrap();
    assert_eq!((bounced.state, bounced.reason.as_deref()), (TakingState::Bounced, Some("Refer to drawer")));
    assert_eq!((clearing(&bench, "cheque").await, bench.balance(&Account::customer_credit(bench.customer)).await), (0, 0));
    let owed: Vec<(ReceivableState, i64)> = bench.receivables(order).await.iter().map(|one| (one.state, one.allocated.minor)).collect();
    assert_eq!(owed, [(ReceivableState::Open, 0), (ReceivableState::Open, 0)]);
    assert_eq!(bench.events("payment.reversed").await.len(), 1);
    let mut tx = bench.staff().begin_read().await.unwrap();
    let open = CreditFilter { state: Some(CreditState::Open), customer: Some(bench.customer) };
    assert_eq!(credits::list(&mut tx, &open, &PageRequest::default()).await.unwrap().count, 0, "what was left over is no credit any more");
    drop(tx);
    assert_eq!(code(&by_another!(bench, bounce(taking.id, "again")).unwrap_err()), "taking.wrong_state");
    // What is owed again can be paid again.
    take(&bench.staff(), of(order), &cash("500")).await.unwrap();
    assert_eq!(bench.events("payment.received").await.last().unwrap()["settled"], true);
}

/// A cheque over 600 for a debt of 500, and the 100 that it left over.
async fn overpaid(bench: &Bench) -> (Taking, credits::Credit) {
    let order = bench.order(&[50_000]).await;
    let taking = take(&bench.staff(), of(order), &cheque("600", "000125", &bench.today().to_string())).await.unwrap();
    let mut tx = bench.staff().begin_read().await.unwrap();
    let credit = credits::of_source(&mut tx, "payment", taking.payment.unwrap().0).await.unwrap();
    (taking, credit)
}

async fn refund_of(bench: &Bench, credit: &credits::Credit) -> refunds::Refund {
    let mut tx = bench.staff().begin_write().await.unwrap();
    let new = refunds::NewRefund { credit: credit.id, amount: credit.amount, reason: "Paid too much".into() };
    let refund = refunds::request(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    refund
}

async fn credit_now(bench: &Bench, credit: &credits::Credit) -> credits::Credit {
    let mut tx = bench.staff().begin_read().await.unwrap();
    credits::get(&mut tx, credit.id).await.unwrap()
}

async fn refund_now(bench: &Bench, refund: &refunds::Refund) -> refunds::Refund {
    let mut tx = bench.staff().begin_read().await.unwrap();
    refunds::get(&mut tx, refund.id).await.unwrap()
}

#[tokio::test]
async fn a_cheque_that_bounces_stops_the_refund_of_what_it_left_over() {
    let bench = Bench::new().await;
    let (taking, credit) = overpaid(&bench).await;
    let refund = refund_of(&bench, &credit).await;
    let approved = by_another_refund(&bench, &refund).await;
    by_another!(bench, bounce(taking.id, "Refer to drawer")).unwrap();
    let stopped = refund_now(&bench, &refund).await;
    assert_eq!((stopped.state, stopped.returned_reason.as_deref()), (refunds::RefundState::Returned, Some("Refer to drawer")));
    assert_eq!((credit_now(&bench, &credit).await.state, credit_now(&bench, &credit).await.left()), (CreditState::Handled, kes(0)));
    let mut tx = bench.staff().begin_write().await.unwrap();
    let paid = refunds::Paid { method: refunds::RefundMethod::Cash, reference: "V1".into(), on: bench.today() };
    assert!(refunds::pay(&mut tx, refund.id, approved.version, &paid).await.is_err(), "nobody pays it any more");
    drop(tx);
    assert_eq!(bench.balance(&Account::customer_credit(bench.customer)).await, 0);
}

async fn by_another_refund(bench: &Bench, refund: &refunds::Refund) -> refunds::Refund {
    let mut tx = bench.staff().begin_write().await.unwrap();
    let approved = refunds::approve(&mut tx, refund.id, refund.version).await.unwrap();
    tx.commit().await.unwrap();
    approved
}

#[tokio::test]
async fn what_was_paid_back_of_a_cheque_that_bounces_is_owed() {
    let bench = Bench::new().await;
    let (taking, credit) = overpaid(&bench).await;
    let approved = by_another_refund(&bench, &refund_of(&bench, &credit).await).await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    let paid = refunds::Paid { method: refunds::RefundMethod::Cash, reference: "V1".into(), on: bench.today() };
    refunds::pay(&mut tx, approved.id, approved.version, &paid).await.unwrap();
    tx.commit().await.unwrap();
    by_another!(bench, bounce(taking.id, "Refer to drawer")).unwrap();
    assert_eq!(refund_now(&bench, &approved).await.state, refunds::RefundState::Paid);
    assert_eq!(bench.balance(&Account::customer_credit(bench.customer)).await, 10_000, "the customer has money that never came");
    let owed = Target::Payable { kind: "refund".into(), id: approved.id.0 };
    take(&bench.staff(), owed, &cash("100")).await.unwrap();
    assert_eq!(bench.balance(&Account::customer_credit(bench.customer)).await, 0);
}

#[tokio::test]
async fn a_debt_that_was_paid_out_of_a_cheque_that_bounces_is_owed_again() {
    let bench = Bench::new().await;
    let (taking, credit) = overpaid(&bench).await;
    let other = bench.order(&[10_000]).await;
    let reference = bench.receivables(other).await[0].reference.clone();
    let mut tx = bench.staff().begin_write().await.unwrap();
    credits::use_for(&mut tx, credit.id, &reference).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.receivables(other).await[0].state, ReceivableState::Settled);
    by_another!(bench, bounce(taking.id, "Refer to drawer")).unwrap();
    assert_eq!(bench.receivables(other).await[0].state, ReceivableState::Open);
    assert_eq!((bench.balance(&Account::customer_credit(bench.customer)).await, clearing(&bench, "customer_credit").await), (0, 0));
}

#[tokio::test]
async fn a_cheque_dated_ahead_counts_when_it_is_deposited_on_its_day() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let date = bench.today().succ_opt().unwrap().to_string();
    let taking = take(&bench.staff(), of(order), &cheque("500", "000124", &date)).await.unwrap();
    assert_eq!((taking.state, clearing(&bench, "cheque").await), (TakingState::Held, 0));
    assert_eq!(code(&by_another!(bench, deposit(taking.id)).unwrap_err()), "taking.not_due");
    assert_eq!(code(&by_another!(bench, clear(taking.id)).unwrap_err()), "taking.wrong_state");
    bench.wait(86_400);
    by_another!(bench, deposit(taking.id)).unwrap();
    assert_eq!(clearing(&bench, "cheque").await, 50_000);
    by_another!(bench, clear(taking.id)).unwrap();
    assert_eq!((clearing(&bench, "cheque").await, bench.balance(&Account::bank()).await), (0, 50_000));
}

#[tokio::test]
async fn money_for_what_is_over_and_money_on_account_are_the_customers_credit() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    receivables::close(&mut tx, "order", order, "cancelled").await.unwrap();
    tx.commit().await.unwrap();
    let late = take(&bench.staff(), of(order), &cash("500")).await.unwrap();
    let kept = take(&bench.staff(), Target::Account { customer: bench.customer }, &cash("70")).await.unwrap();
    let reasons = [late, kept].map(|taking| taking.payment.unwrap());
    assert_eq!(bench.record(reasons[0]).await.payment.credit_reason, Some(CreditReason::PayableClosed));
    assert_eq!(bench.record(reasons[1]).await.payment.credit_reason, Some(CreditReason::OnAccount));
    let mut tx = bench.staff().begin_read().await.unwrap();
    assert_eq!(credits::balances(&mut tx, bench.customer).await.unwrap(), [Money::new(57_000, kes(0).currency)]);
    assert!(bench.events("payment.received").await.is_empty());
}

#[tokio::test]
async fn nobody_takes_money_for_what_nobody_owes_and_customers_take_none() {
    let bench = Bench::new().await;
    assert!(take(&bench.staff(), of(Uuid::now_v7()), &cash("5")).await.unwrap_err().is("not_found"));
    let order = bench.order(&[50_000]).await;
    assert!(take(&bench.payer(), of(order), &cash("500")).await.is_err());
    assert_eq!(bench.receivables(order).await[0].state, ReceivableState::Open);
}
