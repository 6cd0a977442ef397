//! Statements with more lines than a request may judge: stored at once, judged in the background, batch after batch.

use bytes::Bytes;
use kernel::{
    jobs::{Job, JobError},
    paging::PageRequest,
};
use ledger::{
    accounts::Account,
    receipts::{self, ReceiptFilter},
    reconciliation::{self, ImportId, LineFilter, LineState, MatchStatement, StatementImportRecord},
};
use ports::payment::StatementLine;

use crate::bench::{Bench, kes, line};

/// Money of payers whom nobody knows.
fn strangers(bench: &Bench, count: usize) -> Vec<StatementLine> {
    (0..count).map(|nr| line(bench, &format!("S{nr:05}"), 1_000, None)).collect()
}

async fn import(bench: &Bench, lines: Vec<StatementLine>) -> StatementImportRecord {
    bench.gateway.writes(lines);
    let scope = bench.staff();
    let file = reconciliation::read(&bench.world.app, &scope, "mobile", "long.csv", Bytes::from_static(b"statement")).await.unwrap();
    let mut tx = scope.begin_write().await.unwrap();
    let record = reconciliation::import(&mut tx, file).await.unwrap();
    tx.commit().await.unwrap();
    record
}

async fn record(bench: &Bench, id: ImportId) -> StatementImportRecord {
    let mut tx = bench.staff().begin_read().await.unwrap();
    reconciliation::record(&mut tx, id).await.unwrap()
}

async fn run(bench: &Bench, import: ImportId) -> Result<(), JobError> {
    MatchStatement { import }.run(bench.cx()).await
}

/// How many statements of SQL wrote the rows of a table as they are now.
async fn written_by(bench: &Bench, table: &str) -> i64 {
    let mut tx = bench.system().begin_read().await.unwrap();
    let sql = format!("select count(distinct (xmin::text, cmin::text)) from {table} where tenant_id = $1");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(bench.tenant.id.0).fetch_one(tx.conn()).await.unwrap()
}

#[tokio::test]
async fn a_long_statement_is_stored_at_once_and_judged_in_the_background_by_few_statements() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let reference = bench.receivables(order).await[0].reference.clone();
    let mut lines = strangers(&bench, 500);
    lines.push(line(&bench, "PAID1", 50_000, Some(&reference)));
    let stored = import(&bench, lines).await;
    let import = &stored.import;
    assert_eq!((import.lines_read, import.lines_new, import.waiting, import.matched, import.differences), (501, 501, 501, 0, 0));
    assert_eq!(written_by(&bench, "statement_lines").await, 1, "all lines were stored by one");
    assert_eq!(bench.receivables(order).await[0].outstanding(), kes(50_000), "nothing is booked yet");
    assert_eq!(bench.wanted(MatchStatement::NAME).await.len(), 1);
    assert!(bench.events("statement.imported").await.is_empty());

    run(&bench, import.id).await.unwrap();
    let judged = record(&bench, import.id).await.import;
    assert_eq!((judged.waiting, judged.matched, judged.differences), (0, 1, 500));
    assert_eq!(bench.receivables(order).await[0].outstanding(), kes(0));
    // Six batches, and one line that is something of ours.
    let (lines, receipts) = (written_by(&bench, "statement_lines").await, written_by(&bench, "unmatched_receipts").await);
    assert!(lines <= 7 && receipts <= 6, "{lines} and {receipts} statements for 501 lines");
    assert_eq!(bench.events("statement.imported").await.len(), 1);
    bench.books().await;
}

#[tokio::test]
async fn payments_that_were_received_before_are_matched_a_batch_at_a_time() {
    let bench = Bench::new().await;
    let mut lines = strangers(&bench, 250);
    for nr in 0..30 {
        let (payment, receipt) = (bench.pending(bench.order(&[50_000]).await).await, format!("P{nr:02}"));
        bench.report(&bench.proof(payment, &receipt).await).await;
        lines.push(line(&bench, &receipt, if nr == 7 { 49_000 } else { 50_000 }, None));
    }
    // The provider's id once more, in another amount: the payment was counted.
    lines.push(line(&bench, "P29", 60_000, None));
    let books = bench.books().await;
    let id = import(&bench, lines).await.import.id;
    run(&bench, id).await.unwrap();
    let record = record(&bench, id).await;
    assert_eq!((record.import.matched, record.import.differences), (29, 252));
    assert!(record.missing_at_provider.is_empty());
    let written = written_by(&bench, "statement_lines").await;
    assert!(written <= 6, "three batches, and two lines that name one payment: {written}");
    assert_eq!(bench.books().await, books, "all of it was booked before");
}

#[tokio::test]
async fn a_short_statement_is_judged_in_its_request() {
    let bench = Bench::new().await;
    let record = import(&bench, strangers(&bench, 150)).await.import;
    assert_eq!((record.waiting, record.differences), (0, 150));
    assert!(bench.wanted(MatchStatement::NAME).await.is_empty());
    assert_eq!(bench.events("statement.imported").await.len(), 1);
}

#[tokio::test]
async fn work_that_stopped_in_the_middle_goes_on_where_it_was_and_does_nothing_twice() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let reference = bench.receivables(order).await[0].reference.clone();
    let mut lines = strangers(&bench, 2_100);
    lines.insert(0, line(&bench, "PAID1", 50_000, Some(&reference)));
    let id = import(&bench, lines).await.import.id;
    assert!(matches!(run(&bench, id).await, Err(JobError::Snooze(_))), "one turn does not judge them all");
    let middle = record(&bench, id).await;
    assert_eq!((middle.import.waiting, middle.import.matched), (101, 1));
    assert!(middle.missing_at_provider.is_empty(), "nobody can say yet what is missing");
    let paid = bench.balance(&Account::clearing("mobile")).await;
    let (one, other) = tokio::join!(run(&bench, id), run(&bench, id));
    assert!(one.is_ok() && other.is_ok());
    run(&bench, id).await.unwrap();
    let judged = record(&bench, id).await.import;
    assert_eq!((judged.waiting, judged.matched, judged.differences), (0, 1, 2_100));
    assert_eq!(bench.balance(&Account::clearing("mobile")).await, paid);
    assert_eq!(bench.events("statement.imported").await.len(), 1, "said once");
    bench.books().await;
}

#[tokio::test]
async fn lines_of_a_method_that_nobody_offers_any_more_are_judged_all_the_same() {
    let bench = Bench::new().await;
    let id = import(&bench, strangers(&bench, 250)).await.import.id;
    bench.gateway.methods.lock().unwrap().clear();
    run(&bench, id).await.unwrap();
    let judged = record(&bench, id).await.import;
    assert_eq!((judged.waiting, judged.differences), (0, 250));
}

#[tokio::test]
async fn the_same_file_while_the_first_still_runs_brings_nothing_new() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let reference = bench.receivables(order).await[0].reference.clone();
    let mut lines = strangers(&bench, 300);
    lines.push(line(&bench, "PAID1", 50_000, Some(&reference)));
    let first = import(&bench, lines.clone()).await.import;
    let second = import(&bench, lines.clone()).await.import;
    assert_eq!((first.lines_new, second.lines_new, second.waiting), (301, 0, 0));
    run(&bench, second.id).await.unwrap();
    run(&bench, first.id).await.unwrap();
    assert_eq!(import(&bench, lines).await.import.lines_new, 0);
    assert_eq!(record(&bench, first.id).await.import.differences, 300);
    assert_eq!(bench.receivables(order).await[0].outstanding(), kes(0));
    assert_eq!(bench.balance(&Account::clearing("mobile")).await, 50_000);
    let mut tx = bench.staff().begin_read().await.unwrap();
    let waiting = LineFilter { state: Some(LineState::Waiting), ..LineFilter::default() };
    assert!(reconciliation::lines(&mut tx, &waiting, &PageRequest::default()).await.unwrap().results.is_empty());
    assert_eq!(receipts::list(&mut tx, &ReceiptFilter::default(), &PageRequest::default()).await.unwrap().count, 300);
}

#[tokio::test]
async fn the_second_word_of_one_movement_is_judged_after_the_first_in_whatever_batch_it_lies() {
    let bench = Bench::new().await;
    let order = bench.order(&[50_000]).await;
    let reference = bench.receivables(order).await[0].reference.clone();
    // The first has no reference; the second, of the same receipt, pays the debt and answers what was open about it.
    let mut lines = vec![line(&bench, "R1", 700, None), line(&bench, "R1", 50_000, Some(&reference))];
    lines.extend(strangers(&bench, 250));
    let id = import(&bench, lines).await.import.id;
    run(&bench, id).await.unwrap();
    let judged = record(&bench, id).await.import;
    assert_eq!((judged.matched, judged.differences), (1, 251));
    let mut tx = bench.staff().begin_read().await.unwrap();
    let search = PageRequest { search: Some("R1".into()), ..PageRequest::default() };
    let closed = receipts::list(&mut tx, &ReceiptFilter::default(), &search).await.unwrap().results;
    assert_eq!(closed.iter().map(|receipt| receipt.payment.is_some()).collect::<Vec<_>>(), [true]);
}
