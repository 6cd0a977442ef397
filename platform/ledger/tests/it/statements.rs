//! The provider's book against ours.

use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use kernel::{
    AppResult,
    money::{Currency, Money},
    paging::PageRequest,
};
use ledger::{
    accounts::Account,
    payments::{PaymentState, Proof},
    receipts::{self, ReceiptFilter},
    reconciliation::{self, DayStatus, Difference, LineFilter, LineState, StatementImportRecord, StatementLineView},
};
use ports::{
    PortError,
    payment::{PaymentReported, ProviderState, StatementLine},
};
use proptest::prelude::*;

use crate::{
    bench::{Bench, code, kes, line},
    gateway::not_now,
};

fn at(bench: &Bench, seconds: i64) -> DateTime<Utc> {
    bench.system().now() + Duration::seconds(seconds)
}

async fn try_import(bench: &Bench, lines: Vec<StatementLine>, file: &'static [u8]) -> AppResult<StatementImportRecord> {
    bench.gateway.writes(lines);
    let scope = bench.staff();
    let file = reconciliation::read(&bench.world.app, &scope, "mobile", "statement.csv", Bytes::from_static(file)).await?;
    let mut tx = scope.begin_write().await?;
    let record = reconciliation::import(&mut tx, file).await?;
    tx.commit().await?;
    Ok(record)
}

async fn import(bench: &Bench, lines: Vec<StatementLine>) -> StatementImportRecord {
    try_import(bench, lines, b"statement").await.unwrap()
}

async fn lines(bench: &Bench) -> Vec<StatementLineView> {
    let mut tx = bench.staff().begin_read().await.unwrap();
    let mut lines = reconciliation::lines(&mut tx, &LineFilter::default(), &PageRequest { page_size: Some(100), ..PageRequest::default() })
        .await
        .unwrap()
        .results;
    lines.reverse();
    lines
}

async fn day(bench: &Bench) -> DayStatus {
    let mut tx = bench.staff().begin_read().await.unwrap();
    let mut days = reconciliation::days(&mut tx, "mobile", bench.today(), bench.today()).await.unwrap();
    assert_eq!(days.len(), 1);
    let day = days.remove(0);
    assert_eq!(day.unexplained, kes(0), "every difference is explained to zero");
    assert_eq!(day.statement.minor, day.booked.minor + day.differences.minor);
    day
}

#[tokio::test]
async fn lines_that_we_have_match_and_the_day_is_reconciled() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&bench.proof(payment, "R1").await).await;
    let record = import(&bench, vec![line(&bench, "R1", 50_000, None)]).await;
    assert_eq!((record.import.lines_new, record.import.matched, record.import.differences), (1, 1, 0));
    assert!(record.missing_at_provider.is_empty());
    assert_eq!(lines(&bench).await[0].payment, Some(payment));
    assert!(day(&bench).await.reconciled);
    assert_eq!(bench.books().await, (50_000, 50_000));
}

#[tokio::test]
async fn importing_again_or_overlapping_changes_nothing() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&bench.proof(payment, "R1").await).await;
    let first = vec![line(&bench, "R1", 50_000, None), line(&bench, "R2", 7_000, Some("hello"))];
    import(&bench, first.clone()).await;
    let before = (bench.books().await, lines(&bench).await.len());
    assert_eq!(import(&bench, first.clone()).await.import.lines_new, 0);
    // The same line twice in one file, and one more.
    let overlap = vec![first[1].clone(), line(&bench, "R3", 100, None), line(&bench, "R3", 100, None)];
    assert_eq!(import(&bench, overlap).await.import.lines_new, 1);
    assert_eq!((bench.books().await, lines(&bench).await.len()), (before.0, before.1 + 1));
}

#[tokio::test]
async fn a_line_settles_what_was_unknown_failed_or_expired() {
    let bench = Bench::new().await;
    let mut expected = Vec::new();
    for (nr, state) in [PaymentState::Unknown, PaymentState::Failed, PaymentState::Expired, PaymentState::Pending].into_iter().enumerate() {
        let payment = bench.pending(bench.order(&[50_000]).await).await;
        match state {
            PaymentState::Failed => bench.report(&PaymentReported { state: ProviderState::Failed, ..bench.proof(payment, "").await }).await,
            PaymentState::Pending => {}
            _ => {
                bench.wait(301);
                if state == PaymentState::Unknown {
                    bench.gateway.says(Err(not_now()));
                }
                bench.ask(payment).await;
            }
        }
        assert_eq!(bench.state(payment).await, state);
        let reference = bench.record(payment).await.payment.reference.to_lowercase();
        expected.push((payment, line(&bench, &format!("R{nr}"), 50_000, Some(&reference))));
    }
    import(&bench, expected.iter().map(|(_, line)| line.clone()).collect()).await;
    for (payment, line) in &expected {
        let view = bench.record(*payment).await.payment;
        assert_eq!((view.state, view.proof, view.receipt), (PaymentState::Received, Some(Proof::Statement), line.receipt.clone()));
    }
    assert_eq!(bench.events("payment.received").await.len(), 4);
    assert_eq!(bench.books().await, (200_000, 200_000));
    assert!(day(&bench).await.reconciled);
}

#[tokio::test]
async fn a_line_under_our_own_name_of_a_payment_settles_what_its_provider_never_answered() {
    let bench = Bench::new().await;
    let payment = bench.start(bench.order(&[50_000]).await).await;
    bench.gateway.answers(Err(PortError::UnknownOutcome("time-out".into())));
    bench.submit(payment).await.unwrap();
    import(&bench, vec![StatementLine { provider_ref: payment.to_string(), ..line(&bench, "R1", 50_000, None) }]).await;
    let view = bench.record(payment).await.payment;
    assert_eq!((view.state, view.receipt.as_deref()), (PaymentState::Received, Some("R1")));
    assert!(day(&bench).await.reconciled);
}

#[tokio::test]
async fn a_receipt_that_a_query_could_not_give_comes_with_the_statement() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.gateway.says(Ok(crate::gateway::outcome(ProviderState::Received)));
    bench.ask(payment).await;
    assert_eq!(bench.record(payment).await.payment.receipt, None);
    let reference = bench.record(payment).await.payment.reference;
    import(&bench, vec![line(&bench, "R1", 50_000, Some(&reference))]).await;
    assert_eq!(bench.record(payment).await.payment.receipt.as_deref(), Some("R1"));
    assert_eq!((bench.books().await, day(&bench).await.reconciled), ((50_000, 50_000), true));
}

#[tokio::test]
async fn what_we_do_not_have_is_listed_until_staff_give_it_to_a_customer() {
    let bench = Bench::new().await;
    import(&bench, vec![line(&bench, "R1", 7_000, Some("no reference of ours"))]).await;
    let open = lines(&bench).await;
    assert_eq!((open[0].state, open[0].difference), (LineState::Difference, Some(Difference::MissingHere)));
    let status = day(&bench).await;
    assert_eq!((status.open_differences, status.differences, status.reconciled), (1, kes(7_000), false));
    let mut tx = bench.staff().begin_write().await.unwrap();
    let receipt = receipts::list(&mut tx, &ReceiptFilter::default(), &PageRequest::default()).await.unwrap().results[0].id;
    receipts::assign(&mut tx, receipt, bench.customer, "she called").await.unwrap();
    assert_eq!(code(&receipts::assign(&mut tx, receipt, bench.customer, "again").await.unwrap_err()), "receipt.not_open");
    tx.commit().await.unwrap();
    assert_eq!(bench.books().await, (7_000, 7_000));
    assert!(day(&bench).await.reconciled);
}

#[tokio::test]
async fn amounts_that_differ_and_movements_we_did_not_cause_are_differences() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&bench.proof(payment, "R1").await).await;
    let odd = StatementLine { kind: "payout".into(), gross: kes(-3_000), ..line(&bench, "P1", 0, None) };
    let strange = StatementLine { kind: "something new".into(), gross: kes(40), ..line(&bench, "S1", 0, None) };
    import(&bench, vec![line(&bench, "R1", 49_000, None), odd, strange]).await;
    let found: Vec<_> = lines(&bench).await.iter().map(|line| line.difference).collect();
    assert_eq!(found, [Some(Difference::AmountDiffers), Some(Difference::Unexpected), Some(Difference::Unexpected)]);
    let status = day(&bench).await;
    assert_eq!((status.statement, status.booked, status.differences), (kes(46_040), kes(50_000), kes(-3_960)));
    // An explanation closes a difference and stays in the sums.
    let mut tx = bench.staff().begin_write().await.unwrap();
    for line in lines(&bench).await {
        reconciliation::resolve(&mut tx, line.id, "bank's error, corrected next week").await.unwrap();
        assert_eq!(code(&reconciliation::resolve(&mut tx, line.id, "again").await.unwrap_err()), "not_found");
    }
    tx.commit().await.unwrap();
    let status = day(&bench).await;
    assert_eq!((status.open_differences, status.differences, status.reconciled), (0, kes(-3_960), true));
}

#[tokio::test]
async fn what_the_provider_does_not_have_is_listed() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&bench.proof(payment, "R1").await).await;
    let (before, after) = (
        StatementLine { occurred_at: at(&bench, -60), ..line(&bench, "A", 100, None) },
        StatementLine { occurred_at: at(&bench, 60), ..line(&bench, "B", 100, None) },
    );
    let record = import(&bench, vec![before.clone(), after.clone()]).await;
    assert_eq!(record.missing_at_provider.iter().map(|missing| missing.payment).collect::<Vec<_>>(), [payment]);
    assert_eq!(day(&bench).await.missing_at_provider, 1);
    // A later file has it.
    let record = import(&bench, vec![before, line(&bench, "R1", 50_000, None), after]).await;
    assert!(record.missing_at_provider.is_empty());
    assert_eq!(day(&bench).await.missing_at_provider, 0);
}

#[tokio::test]
async fn money_sent_by_hand_under_a_debts_reference_pays_the_debt() {
    let bench = Bench::new().await;
    let order = bench.order(&[30_000, 20_000]).await;
    // An attempt is open meanwhile, and stays so.
    let open = bench.pending(order).await;
    let typed = bench.receivables(order).await[0].reference.to_lowercase();
    import(&bench, vec![line(&bench, "R1", 50_000, Some(&typed))]).await;
    let received = bench.events("payment.received").await;
    assert_eq!(
        (received.len(), received[0]["settled"].as_bool(), received[0]["payable_id"].as_str()),
        (1, Some(true), Some(order.to_string().as_str()))
    );
    assert_eq!(bench.state(open).await, PaymentState::Pending);
    assert!(day(&bench).await.reconciled);
    // The prompt is answered too: that money is credit.
    bench.report(&bench.proof(open, "R2").await).await;
    assert_eq!(bench.events("payment.credited").await[0]["reason"], "already_settled");
    assert_eq!(bench.books().await, (100_000, 100_000));
}

#[tokio::test]
async fn a_reference_typed_twice_is_two_movements() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let payment = bench.pending(order).await;
    let reference = bench.record(payment).await.payment.reference;
    import(&bench, vec![line(&bench, "R1", 50_000, Some(&reference)), line(&bench, "R2", 50_000, Some(&reference))]).await;
    assert_eq!(bench.books().await, (100_000, 100_000));
    assert_eq!((bench.events("payment.received").await.len(), bench.events("payment.credited").await.len()), (1, 1));
    assert!(day(&bench).await.reconciled);
}

#[tokio::test]
async fn one_receipt_with_two_amounts_is_one_movement() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let reference = bench.record(payment).await.payment.reference;
    import(&bench, vec![line(&bench, "R1", 50_000, Some(&reference))]).await;
    import(&bench, vec![line(&bench, "R1", 60_000, Some(&reference))]).await;
    assert_eq!(bench.books().await, (50_000, 50_000));
    assert_eq!(lines(&bench).await[1].difference, Some(Difference::Unexpected));
    assert_eq!(day(&bench).await.differences, kes(60_000));
}

#[tokio::test]
async fn charges_and_transfers_to_the_bank_are_posted_from_the_statement() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&PaymentReported { fee_minor: Some(275), ..bench.proof(payment, "R1").await }).await;
    let charge = StatementLine { kind: "fee".into(), gross: kes(-275), ..line(&bench, "R1", 0, None) };
    let monthly = StatementLine { kind: "fee".into(), gross: kes(-1_000), ..line(&bench, "F1", 0, None) };
    let transfer = StatementLine { kind: "settlement".into(), gross: kes(-40_000), ..line(&bench, "T1", 0, None) };
    import(&bench, vec![line(&bench, "R1", 50_000, None), charge, monthly, transfer]).await;
    assert_eq!(bench.books().await, (8_725, 50_000), "the charge that a report had brought is not posted twice");
    assert_eq!((bench.balance(&Account::bank()).await, bench.balance(&Account::payment_fees("mobile")).await), (40_000, 1_275));
    let status = day(&bench).await;
    assert_eq!((status.statement, status.matched, status.reconciled), (kes(8_725), 4, true));
}

#[tokio::test]
async fn a_reversal_in_the_statement_takes_the_money_back_once() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&bench.proof(payment, "R1").await).await;
    let back = StatementLine { state: ProviderState::Reversed, gross: kes(-50_000), ..line(&bench, "R1", 0, None) };
    let stray = StatementLine { state: ProviderState::Reversed, gross: kes(-900), ..line(&bench, "X1", 0, None) };
    import(&bench, vec![line(&bench, "R1", 50_000, None), back.clone(), stray]).await;
    import(&bench, vec![back]).await;
    assert_eq!(bench.books().await, (0, 0));
    assert_eq!(bench.events("payment.reversed").await.len(), 1);
    let found: Vec<_> = lines(&bench).await.iter().map(|line| (line.state, line.difference)).collect();
    assert_eq!(found[1], (LineState::Matched, None));
    assert_eq!(found[2], (LineState::Difference, Some(Difference::Reversed)));
}

#[tokio::test]
async fn lines_without_money_are_void_and_count_once_they_are_final() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let reference = bench.record(payment).await.payment.reference;
    let waiting = StatementLine { state: ProviderState::Pending, ..line(&bench, "R1", 50_000, Some(&reference)) };
    let refused = StatementLine { state: ProviderState::Failed, ..line(&bench, "R2", 50_000, Some(&reference)) };
    import(&bench, vec![waiting.clone(), refused]).await;
    assert!(lines(&bench).await.iter().all(|line| line.state == LineState::Void));
    assert_eq!((bench.state(payment).await, bench.books().await), (PaymentState::Pending, (0, 0)));
    import(&bench, vec![StatementLine { state: ProviderState::Received, ..waiting }]).await;
    assert_eq!(bench.state(payment).await, PaymentState::Received);
    assert_eq!(lines(&bench).await.len(), 2);
    assert!(day(&bench).await.reconciled);
}

#[tokio::test]
async fn what_is_told_only_with_the_final_word_settles_the_payment() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let reference = bench.record(payment).await.payment.reference;
    let done = StatementLine { fee: Some(kes(500)), ..line(&bench, "R1", 50_000, Some(&reference)) };
    let waiting = StatementLine { state: ProviderState::Pending, receipt: None, fee: None, reference: None, counterparty: None, ..done.clone() };
    import(&bench, vec![waiting]).await;
    import(&bench, vec![done]).await;
    let paid = bench.record(payment).await.payment;
    assert_eq!((paid.state, paid.receipt.as_deref(), paid.fee), (PaymentState::Received, Some("R1"), Some(kes(500))));
    let lines = lines(&bench).await;
    assert_eq!((lines.len(), lines[0].receipt.as_deref(), lines[0].counterparty.as_deref()), (1, Some("R1"), Some("Asha Mfano")));
}

#[tokio::test]
async fn a_charge_in_another_currency_than_its_payment_is_not_booked_as_if_it_were_the_payments() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let reference = bench.record(payment).await.payment.reference;
    let fee = Some(Money::new(500, Currency::ZAR));
    import(&bench, vec![StatementLine { fee, ..line(&bench, "R1", 50_000, Some(&reference)) }]).await;
    let paid = bench.record(payment).await.payment;
    assert_eq!((paid.state, paid.fee), (PaymentState::Received, None));
    assert_eq!(bench.balance(&Account::payment_fees("mobile")).await, 0);
}

#[tokio::test]
async fn of_two_lines_about_one_movement_the_final_one_counts_wherever_it_stands() {
    let bench = Bench::new().await;
    let charged = StatementLine { kind: "fee".into(), ..line(&bench, "F1", -1_000, None) };
    let waiting = StatementLine { state: ProviderState::Pending, ..charged.clone() };
    let file = vec![charged, waiting];
    import(&bench, file.clone()).await;
    let books = bench.books().await;
    assert_ne!(books, (0, 0));
    import(&bench, file).await;
    assert_eq!(bench.books().await, books);
}

#[tokio::test]
async fn a_file_that_is_no_statement_is_refused_and_an_empty_one_changes_nothing() {
    let bench = Bench::new().await;
    assert_eq!(code(&try_import(&bench, Vec::new(), b"PNG").await.unwrap_err()), "statement.unreadable");
    let record = import(&bench, Vec::new()).await;
    assert_eq!((record.import.lines_read, record.import.covers_from), (0, None));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    /// Whatever a provider writes, in whatever overlap it is imported: the books balance and each day is explained to zero.
    #[test]
    fn any_statement_is_explained_to_zero(
        rows in prop::collection::vec((0u8..12, 0usize..6, 0usize..4, -60_000i64..60_000), 1..25),
        overlap in 0usize..25,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let bench = Bench::new().await;
            let payment = bench.pending(bench.order(&[50_000]).await).await;
            bench.report(&bench.proof(payment, "R1").await).await;
            let open = bench.pending(bench.order(&[20_000]).await).await;
            let reference = bench.record(open).await.payment.reference;
            let states = [ProviderState::Received, ProviderState::Reversed, ProviderState::Pending, ProviderState::Failed];
            let kinds = ["payment", "fee", "settlement", "payout", "refund", "adjustment"];
            let all: Vec<StatementLine> = rows.iter().map(|(id, kind, state, minor)| StatementLine {
                kind: kinds[*kind].into(),
                state: states[*state],
                reference: (id % 3 == 0).then(|| reference.clone()),
                ..line(&bench, &format!("R{id}"), if *minor % 7 == 0 { 50_000 } else { *minor }, None)
            }).collect();
            import(&bench, all[..overlap.min(all.len())].to_vec()).await;
            import(&bench, all.clone()).await;
            let (books, stored) = (bench.books().await, lines(&bench).await.len());
            assert_eq!(import(&bench, all).await.import.lines_new, 0);
            assert_eq!((bench.books().await, lines(&bench).await.len()), (books, stored));
            let mut tx = bench.staff().begin_read().await.unwrap();
            for status in reconciliation::days(&mut tx, "mobile", bench.today(), bench.today()).await.unwrap() {
                assert_eq!(status.unexplained, kes(0));
            }
        });
    }
}
