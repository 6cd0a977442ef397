//! What staff say of differences, and who has to agree.

use bytes::Bytes;
use chrono::Duration;
use kernel::{AppResult, Scope, paging::PageRequest};
use ledger::{
    payments::PaymentId,
    receipts::{self, ReceiptFilter},
    receivables::ReceivableState,
    reconciliation::{
        self, BookAs, DecidedAs, Decision, DecisionFilter, DecisionState, Difference, LineFilter, LineState, MissingFilter, MissingPayment,
        StatementLineView,
    },
    takings::TakingRules,
};
use ports::payment::{ProviderState, StatementLine};

use crate::bench::{Bench, code, kes, line};

async fn limit(bench: &Bench, minor: i64) {
    let mut tx = bench.staff().begin_write().await.unwrap();
    tx.set_setting(&TakingRules { approve_above_minor: Some(minor) }, 0).await.unwrap();
    tx.commit().await.unwrap();
}

async fn import(bench: &Bench, lines: Vec<StatementLine>) {
    bench.gateway.writes(lines);
    let scope = bench.staff();
    let file = reconciliation::read(&bench.world.app, &scope, "mobile", "statement.csv", Bytes::from_static(b"statement")).await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    reconciliation::import(&mut tx, file).await.unwrap();
    tx.commit().await.unwrap();
}

async fn lines(bench: &Bench) -> Vec<StatementLineView> {
    let mut tx = bench.staff().begin_read().await.unwrap();
    reconciliation::lines(&mut tx, &LineFilter::default(), &PageRequest::default()).await.unwrap().results
}

async fn missing(bench: &Bench, decided: bool) -> Vec<MissingPayment> {
    let mut tx = bench.staff().begin_read().await.unwrap();
    let filter = MissingFilter { decided, ..MissingFilter::default() };
    reconciliation::missing(&mut tx, &filter, &PageRequest::default()).await.unwrap().results
}

async fn waiting(bench: &Bench) -> Vec<Decision> {
    let mut tx = bench.staff().begin_read().await.unwrap();
    let filter = DecisionFilter { state: Some(DecisionState::ToApprove) };
    reconciliation::decisions(&mut tx, &filter, &PageRequest::default()).await.unwrap().results
}

async fn book(scope: &Scope, line: &StatementLineView, how: BookAs) -> AppResult<DecisionState> {
    let mut tx = scope.begin_write().await?;
    let state = reconciliation::book_difference(&mut tx, line.id, how, None, "as the bank says").await?;
    tx.commit().await?;
    Ok(state)
}

async fn decide(scope: &Scope, payment: PaymentId, how: BookAs) -> AppResult<DecisionState> {
    let mut tx = scope.begin_write().await?;
    let state = reconciliation::decide_missing(&mut tx, payment, how, "asked the provider").await?;
    tx.commit().await?;
    Ok(state)
}

async fn approve(scope: &Scope, decision: &Decision) -> AppResult<()> {
    let mut tx = scope.begin_write().await?;
    reconciliation::approve(&mut tx, decision.id).await?;
    tx.commit().await
}

/// A payment that came, in a time that a statement covers which does not have it.
async fn unseen(bench: &Bench) -> (uuid::Uuid, PaymentId) {
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    bench.report(&bench.proof(payment, "R1").await).await;
    let around = |receipt: &str, seconds: i64| {
        let line = line(bench, receipt, 100, None);
        StatementLine { occurred_at: line.occurred_at + Duration::seconds(seconds), ..line }
    };
    import(bench, vec![around("A", -60), around("B", 60)]).await;
    (order, payment)
}

#[tokio::test]
async fn above_the_limit_a_difference_is_booked_once_another_person_agrees() {
    let bench = Bench::new().await;
    limit(&bench, 5_000).await;
    let fee = |receipt: &str, minor: i64| StatementLine { kind: "adjustment".into(), gross: kes(minor), ..line(&bench, receipt, 0, None) };
    import(&bench, vec![fee("SMALL", -5_000), fee("LARGE", -5_001)]).await;
    let (proposer, other) = (bench.staff(), bench.staff());
    let found = lines(&bench).await;
    let [small, large] = ["SMALL", "LARGE"].map(|name| found.iter().find(|line| line.provider_ref == name).unwrap());
    assert_eq!(book(&proposer, small, BookAs::Charge).await.unwrap(), DecisionState::Done);
    assert_eq!(book(&proposer, large, BookAs::Charge).await.unwrap(), DecisionState::ToApprove);
    assert_eq!(bench.books().await.0, -5_000);
    assert_eq!(code(&book(&other, large, BookAs::Cash).await.unwrap_err()), "statement.waits");
    let decision = waiting(&bench).await.remove(0);
    assert_eq!(lines(&bench).await.iter().filter_map(|line| line.decision).collect::<Vec<_>>(), [decision.id]);
    assert_eq!(code(&approve(&proposer, &decision).await.unwrap_err()), "statement.same_person");
    let mut tx = proposer.begin_write().await.unwrap();
    let forced = "update difference_decisions set state = 'done', decided_by = proposed_by where tenant_id = $1";
    assert!(sqlx::query(forced).bind(bench.tenant.id.0).execute(tx.conn()).await.is_err(), "not by the database either");
    drop(tx);
    approve(&other, &decision).await.unwrap();
    assert_eq!(bench.books().await.0, -10_001);
    assert_eq!(code(&approve(&other, &decision).await.unwrap_err()), "statement.decided");
    assert!(lines(&bench).await.iter().all(|line| line.state == LineState::Matched));
}

#[tokio::test]
async fn what_was_refused_is_open_again() {
    let bench = Bench::new().await;
    limit(&bench, 0).await;
    import(&bench, vec![StatementLine { kind: "adjustment".into(), gross: kes(-300), ..line(&bench, "F1", 0, None) }]).await;
    let fee = lines(&bench).await.remove(0);
    book(&bench.staff(), &fee, BookAs::Explained).await.unwrap();
    let decision = waiting(&bench).await.remove(0);
    let mut tx = bench.staff().begin_write().await.unwrap();
    reconciliation::refuse(&mut tx, decision.id, "it is a charge").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((lines(&bench).await[0].state, lines(&bench).await[0].decision), (LineState::Difference, None));
    assert_eq!(book(&bench.staff(), &fee, BookAs::Charge).await.unwrap(), DecisionState::ToApprove);
}

#[tokio::test]
async fn what_a_provider_has_not_is_listed_until_it_is_explained() {
    let bench = Bench::new().await;
    let (_, payment) = unseen(&bench).await;
    let open = missing(&bench, false).await;
    assert_eq!(open.iter().map(|missing| (missing.payment, missing.amount)).collect::<Vec<_>>(), [(payment, kes(50_000))]);
    assert_eq!(code(&decide(&bench.staff(), payment, BookAs::Charge).await.unwrap_err()), "statement.not_bookable");
    assert_eq!(decide(&bench.staff(), payment, BookAs::Explained).await.unwrap(), DecisionState::Done);
    assert!(missing(&bench, false).await.is_empty());
    assert_eq!(missing(&bench, true).await[0].reason.as_deref(), Some("asked the provider"));
    assert_eq!(code(&decide(&bench.staff(), payment, BookAs::Explained).await.unwrap_err()), "not_found");
    let mut tx = bench.staff().begin_read().await.unwrap();
    let days = reconciliation::days(&mut tx, "mobile", bench.today(), bench.today()).await.unwrap();
    assert_eq!(days[0].missing_at_provider, 0);
}

#[tokio::test]
async fn what_never_came_is_taken_back_by_two_and_owed_again() {
    let bench = Bench::new().await;
    limit(&bench, 49_999).await;
    let (order, payment) = unseen(&bench).await;
    let (proposer, other) = (bench.staff(), bench.staff());
    assert_eq!(decide(&proposer, payment, BookAs::TakenBack).await.unwrap(), DecisionState::ToApprove);
    assert_eq!(bench.books().await, (50_000, 50_000));
    assert_eq!(code(&decide(&other, payment, BookAs::Explained).await.unwrap_err()), "statement.waits");
    approve(&other, &waiting(&bench).await[0]).await.unwrap();
    assert_eq!(bench.books().await, (0, 0));
    assert_eq!(bench.receivables(order).await[0].state, ReceivableState::Open);
    assert!(missing(&bench, false).await.is_empty());
}

#[tokio::test]
async fn what_its_provider_says_did_not_come_is_a_difference_outside_of_the_days_sums() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    bench.report(&bench.proof(payment, "R1").await).await;
    let failed = StatementLine { state: ProviderState::Failed, ..line(&bench, "R1", 50_000, None) };
    let unknown = StatementLine { state: ProviderState::Failed, ..line(&bench, "R2", 700, None) };
    import(&bench, vec![failed, unknown]).await;
    let found = lines(&bench).await;
    let denied = found.iter().find(|line| line.provider_ref == "R1").unwrap();
    assert_eq!((denied.state, denied.difference, denied.payment), (LineState::Difference, Some(Difference::StateDiffers), Some(payment)));
    assert!(found.iter().any(|line| line.provider_ref == "R2" && line.state == LineState::Void));
    let mut tx = bench.staff().begin_read().await.unwrap();
    let day = reconciliation::days(&mut tx, "mobile", bench.today(), bench.today()).await.unwrap().remove(0);
    assert_eq!((day.open_differences, day.statement, day.differences, day.unexplained), (1, kes(0), kes(0), kes(0)));
    drop(tx);
    assert_eq!(code(&book(&bench.staff(), denied, BookAs::Charge).await.unwrap_err()), "statement.not_bookable");
    assert_eq!(book(&bench.staff(), denied, BookAs::TakenBack).await.unwrap(), DecisionState::Done);
    assert_eq!(bench.books().await, (0, 0));
    assert_eq!(bench.receivables(order).await[0].state, ReceivableState::Open);
}

#[tokio::test]
async fn who_is_paid_after_a_line_said_otherwise_agrees_with_the_line_that_says_so() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&bench.proof(payment, "R1").await).await;
    import(&bench, vec![StatementLine { state: ProviderState::Failed, gross: kes(50_000), ..line(&bench, "R1", 0, None) }]).await;
    let reference = bench.record(payment).await.payment.provider_ref.unwrap();
    import(&bench, vec![StatementLine { provider_ref: reference, ..line(&bench, "R1", 50_000, None) }]).await;
    let found = lines(&bench).await;
    assert!(found.iter().any(|line| line.state == LineState::Matched && line.payment == Some(payment)), "{found:?}");
}

#[tokio::test]
async fn money_that_nobody_expected_is_given_away_by_two_above_the_limit() {
    let bench = Bench::new().await;
    limit(&bench, 40_000).await;
    let order = bench.order(&[50_000]).await;
    import(&bench, vec![line(&bench, "R1", 50_000, Some("nobody")), line(&bench, "R2", 40_000, None)]).await;
    let (proposer, other) = (bench.staff(), bench.staff());
    let mut tx = proposer.begin_write().await.unwrap();
    let open = receipts::list(&mut tx, &ReceiptFilter::default(), &PageRequest::default()).await.unwrap().results;
    let of = |name: &str| open.iter().find(|receipt| receipt.receipt.as_deref() == Some(name)).unwrap().id;
    assert_eq!(receipts::assign(&mut tx, of("R2"), bench.customer, "she called").await.unwrap().decision, None);
    let reference = bench.receivables(order).await[0].reference.clone();
    assert_eq!(receipts::assign_to_debt(&mut tx, of("R1"), &reference, "a slip of the finger").await.unwrap(), None);
    assert_eq!(code(&receipts::assign(&mut tx, of("R1"), bench.customer, "or hers").await.unwrap_err()), "statement.waits");
    tx.commit().await.unwrap();
    let decision = waiting(&bench).await.remove(0);
    assert_eq!((decision.how, decision.debt.as_deref()), (DecidedAs::Debt, Some(reference.as_str())));
    assert_eq!(code(&approve(&proposer, &decision).await.unwrap_err()), "statement.same_person");
    assert_eq!(bench.books().await, (40_000, 40_000));
    approve(&other, &decision).await.unwrap();
    assert_eq!(bench.books().await, (90_000, 90_000));
    assert_eq!(bench.receivables(order).await[0].state, ReceivableState::Settled);
    assert!(lines(&bench).await.iter().all(|line| line.state == LineState::Matched));
}
