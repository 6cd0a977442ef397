//! Money that goes back: never more than there was, never by one person alone above the limit, booked once.

use kernel::{AppResult, Scope, paging::PageRequest};
use ledger::{
    accounts::Account,
    credits::{self, CreditId, CreditState},
    journal::{self, Entry, Line},
    refunds::{self, NewRefund, Paid, Refund, RefundFilter, RefundMethod, RefundRules, RefundState},
};
use uuid::Uuid;

use crate::bench::{Bench, kes};

/// A customer paid so much too much.
async fn overpaid(bench: &Bench, minor: i64) -> CreditId {
    let source = Uuid::now_v7();
    let mut tx = bench.system().begin_write().await.unwrap();
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
    tx.commit().await.unwrap();
    credit
}

async fn limit(bench: &Bench, approval_above: i64) {
    let mut tx = bench.staff().begin_write().await.unwrap();
    tx.set_setting(&RefundRules { approval_above }, 0).await.unwrap();
    tx.commit().await.unwrap();
}

async fn request(scope: &Scope, credit: CreditId, minor: i64) -> AppResult<Refund> {
    let mut tx = scope.begin_write().await?;
    let refund = refunds::request(&mut tx, NewRefund { credit, amount: kes(minor), reason: "Paid twice".into() }).await?;
    tx.commit().await?;
    Ok(refund)
}

async fn approve(scope: &Scope, refund: &Refund) -> AppResult<Refund> {
    let mut tx = scope.begin_write().await?;
    let approved = refunds::approve(&mut tx, refund.id, refund.version).await?;
    tx.commit().await?;
    Ok(approved)
}

async fn pay(bench: &Bench, scope: &Scope, refund: &Refund, reference: &str) -> AppResult<Refund> {
    let mut tx = scope.begin_write().await?;
    let paid = Paid { method: RefundMethod::BankTransfer, reference: reference.into(), on: bench.today() };
    let refund = refunds::pay(&mut tx, refund.id, refund.version, &paid).await?;
    tx.commit().await?;
    Ok(refund)
}

async fn owed(bench: &Bench) -> i64 {
    let mut tx = bench.system().begin_read().await.unwrap();
    credits::balances(&mut tx, bench.customer).await.unwrap().first().map_or(0, |money| money.minor)
}

async fn credit(bench: &Bench, id: CreditId) -> credits::Credit {
    let mut tx = bench.system().begin_read().await.unwrap();
    credits::get(&mut tx, id).await.unwrap()
}

#[tokio::test]
async fn a_second_person_approves_and_the_books_move_when_it_is_paid() {
    let bench = Bench::new().await;
    let from = overpaid(&bench, 50_000).await;
    let (asker, other) = (bench.staff(), bench.staff());
    let refund = request(&asker, from, 50_000).await.unwrap();
    assert_eq!((refund.state, refund.number.as_str()), (RefundState::Due, "RF-2026-00001"));
    assert_eq!(credit(&bench, from).await.state, CreditState::Handled, "nothing is left to decide");
    assert!(pay(&bench, &other, &refund, "T1").await.unwrap_err().is("refund.wrong_state"));
    assert!(approve(&asker, &refund).await.unwrap_err().is("refund.same_person"));

    let approved = approve(&other, &refund).await.unwrap();
    assert_eq!(owed(&bench).await, 50_000);
    let paid = pay(&bench, &asker, &approved, "T1").await.unwrap();
    assert_eq!((paid.state, owed(&bench).await), (RefundState::Paid, 0));
    assert!(pay(&bench, &asker, &paid, "T2").await.unwrap_err().is("refund.wrong_state"));
    let mut tx = bench.system().begin_read().await.unwrap();
    assert_eq!(journal::balance(&mut tx, &Account::bank(), kes(0).currency).await.unwrap(), kes(-50_000));
}

#[tokio::test]
async fn the_database_refuses_the_first_person_whatever_the_program_does() {
    let bench = Bench::new().await;
    let from = overpaid(&bench, 50_000).await;
    let refund = request(&bench.staff(), from, 50_000).await.unwrap();
    for forbidden in [
        "update refunds set state = 'approved', approved_by = requested_by where id = $1",
        "update refunds set state = 'approved' where id = $1",
        "update refunds set state = 'paid', method = 'cash', reference = 'V1', paid_on = current_date, paid_by = gen_random_uuid() where id = $1",
    ] {
        let mut tx = bench.staff().begin_write().await.unwrap();
        assert!(sqlx::query(forbidden).bind(refund.id.0).execute(tx.conn()).await.is_err(), "{forbidden}");
    }
}

#[tokio::test]
async fn below_the_limit_one_person_is_enough() {
    let bench = Bench::new().await;
    limit(&bench, 50_000).await;
    let from = overpaid(&bench, 60_000).await;
    let scope = bench.staff();
    let refund = request(&scope, from, 50_000).await.unwrap();
    assert_eq!(refund.state, RefundState::Approved);
    assert_eq!(pay(&bench, &scope, &refund, "T1").await.unwrap().state, RefundState::Paid);
    assert_eq!((credit(&bench, from).await.left(), owed(&bench).await), (kes(10_000), 10_000));
    let rest = request(&scope, from, 10_000).await.unwrap();
    assert!(pay(&bench, &scope, &rest, "T1").await.unwrap_err().is("refund.reference_taken"));
}

#[tokio::test]
async fn more_than_was_paid_never_goes_back() {
    let bench = Bench::new().await;
    let from = overpaid(&bench, 50_000).await;
    for minor in [50_001, 0, -1, i64::MAX] {
        assert!(request(&bench.staff(), from, minor).await.unwrap_err().is("refund.above_credit"), "{minor}");
    }
    request(&bench.staff(), from, 30_000).await.unwrap();
    assert!(request(&bench.staff(), from, 20_001).await.unwrap_err().is("refund.above_credit"));
    assert_eq!(credit(&bench, from).await.left(), kes(20_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_ask_at_once_a_credit_goes_back_once() {
    for _ in 0..5 {
        let bench = Bench::new().await;
        let from = overpaid(&bench, 50_000).await;
        let ask = || {
            let scope = bench.staff();
            async move { request(&scope, from, 50_000).await }
        };
        let (a, b, c, d) = tokio::join!(tokio::spawn(ask()), tokio::spawn(ask()), tokio::spawn(ask()), tokio::spawn(ask()));
        let done = [a, b, c, d].into_iter().filter(|asked| asked.as_ref().unwrap().is_ok()).count();
        assert_eq!((done, credit(&bench, from).await.refunded), (1, kes(50_000)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_balance_that_was_used_meanwhile_is_not_paid_out() {
    let bench = Bench::new().await;
    limit(&bench, 100_000).await;
    let (one, two) = (overpaid(&bench, 50_000).await, overpaid(&bench, 50_000).await);
    let scope = bench.staff();
    let (first, second) = (request(&scope, one, 50_000).await.unwrap(), request(&scope, two, 50_000).await.unwrap());
    let mut tx = bench.system().begin_write().await.unwrap();
    let entry = Entry {
        kind: "policy_issued",
        description: "Bought with credit".into(),
        source: ("order_line", Uuid::now_v7()),
        business_date: bench.today(),
        lines: Line::transfer(Account::premium_held(Uuid::now_v7()), Account::customer_credit(bench.customer), kes(30_000)).unwrap(),
    };
    journal::post(&mut tx, entry).await.unwrap();
    tx.commit().await.unwrap();
    let (a, b) = tokio::join!(pay(&bench, &scope, &first, "T1"), pay(&bench, &scope, &second, "T2"));
    let refused = match (a, b) {
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
        other => panic!("{other:?}"),
    };
    assert!(refused.is("refund.balance_used"), "{}", refused.code);
    assert_eq!(owed(&bench).await, 20_000);
}

#[tokio::test]
async fn what_is_not_paid_is_credit_again() {
    let bench = Bench::new().await;
    let from = overpaid(&bench, 50_000).await;
    let refund = request(&bench.staff(), from, 50_000).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert!(refunds::take_back(&mut tx, refund.id, refund.version, " ").await.unwrap_err().is("validation_error"));
    let returned = refunds::take_back(&mut tx, refund.id, refund.version, "Buys another cover").await.unwrap();
    assert!(refunds::take_back(&mut tx, refund.id, returned.version, "Again").await.unwrap_err().is("refund.wrong_state"));
    tx.commit().await.unwrap();
    let again = credit(&bench, from).await;
    assert_eq!((again.state, again.left(), owed(&bench).await), (CreditState::Open, kes(50_000), 50_000));
    let mut tx = bench.staff().begin_read().await.unwrap();
    let search = PageRequest { search: Some("rf-2026-00001".into()), ..PageRequest::default() };
    assert_eq!(refunds::list(&mut tx, &RefundFilter::default(), &search).await.unwrap().results[0].state, RefundState::Returned);
    assert_eq!(refunds::of_credit(&mut tx, from).await.unwrap().len(), 1);
}
