//! Statements that a provider tells by the day.

use chrono::{Days, Duration, NaiveDate};
use kernel::{jobs::Job, paging::PageRequest};
use ledger::reconciliation::{self, FetchStatements, ImportFilter, StatementImport};
use ports::payment::{PaymentReported, StatementLine};

use crate::bench::{Bench, line};

/// The job that fetches, as the schedule runs it.
async fn night(bench: &Bench) {
    FetchStatements {}.run(bench.cx()).await.unwrap();
}

/// What was fetched, the latest first.
async fn fetched(bench: &Bench) -> Vec<StatementImport> {
    let mut tx = bench.staff().begin_read().await.unwrap();
    reconciliation::list(&mut tx, &ImportFilter::default(), &PageRequest::default()).await.unwrap().results
}

fn yesterday(bench: &Bench) -> NaiveDate {
    bench.today() - Days::new(1)
}

fn earlier(line: StatementLine) -> StatementLine {
    StatementLine { occurred_at: line.occurred_at - Duration::days(1), ..line }
}

/// A payment that its payer made yesterday.
async fn paid_yesterday(bench: &Bench, receipt: &str) {
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    let proof = bench.proof(payment, receipt).await;
    bench.report(&PaymentReported { occurred_at: proof.occurred_at.map(|at| at - Duration::days(1)), ..proof }).await;
}

#[tokio::test]
async fn a_day_that_is_over_is_fetched_once_and_once_more_with_the_next() {
    let bench = Bench::new().await;
    paid_yesterday(&bench, "R1").await;
    bench.gateway.tells(yesterday(&bench), vec![earlier(line(&bench, "R1", 50_000, None)), earlier(line(&bench, "R2", 700, None))]);
    night(&bench).await;
    night(&bench).await;
    let first = fetched(&bench).await;
    assert_eq!(first.iter().map(|import| (import.day, import.matched, import.differences)).collect::<Vec<_>>(), [(Some(yesterday(&bench)), 1, 1)]);
    let before = yesterday(&bench);
    bench.wait(86_400);
    bench.gateway.tells(yesterday(&bench), Vec::new());
    night(&bench).await;
    let days: Vec<_> = fetched(&bench).await.iter().map(|import| (import.day, import.lines_new)).collect();
    assert_eq!(days, [(Some(yesterday(&bench)), 0), (Some(before), 0), (Some(before), 2)]);
    assert_eq!(bench.books().await, (50_000, 50_000));
}

#[tokio::test]
async fn a_day_without_lines_shows_what_its_provider_has_not() {
    let bench = Bench::new().await;
    paid_yesterday(&bench, "R1").await;
    bench.gateway.tells(yesterday(&bench), Vec::new());
    night(&bench).await;
    let import = fetched(&bench).await.remove(0);
    let mut tx = bench.staff().begin_read().await.unwrap();
    let record = reconciliation::record(&mut tx, import.id).await.unwrap();
    assert_eq!(record.missing_at_provider.iter().map(|missing| missing.receipt.as_deref()).collect::<Vec<_>>(), [Some("R1")]);
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_is_asked_later_for_the_same_days() {
    let bench = Bench::new().await;
    bench.gateway.tells(yesterday(&bench) - Days::new(1), Vec::new());
    night(&bench).await;
    assert!(fetched(&bench).await.is_empty(), "it has no statement of yesterday yet");
    bench.gateway.tells(yesterday(&bench), vec![earlier(line(&bench, "R1", 700, None))]);
    night(&bench).await;
    assert_eq!(fetched(&bench).await.len(), 1);
}

#[tokio::test]
async fn who_tells_no_statements_by_the_day_is_not_asked() {
    let bench = Bench::new().await;
    night(&bench).await;
    assert!(fetched(&bench).await.is_empty());
}
