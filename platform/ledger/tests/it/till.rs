//! Counting cash at the end of a day.

use bytes::Bytes;
use chrono::{Days, NaiveDate};
use kernel::AppResult;
use ledger::{
    accounts::Account,
    bank_accounts::{self, BankAccountInput},
    day_closes::{self, Count, DayClose, DayCloseState},
    journal::{self, Entry, Line},
    reconciliation::{self, BookAs, LineFilter},
    takings::{self, TakingInput, TakingRules, Target},
};
use uuid::Uuid;

use crate::bench::{Bench, code, kes};

/// Cash of a customer, as taking it by hand posts it.
async fn take(bench: &Bench, minor: i64) -> AppResult<()> {
    take_on(bench, bench.today(), minor).await
}

async fn take_on(bench: &Bench, day: NaiveDate, minor: i64) -> AppResult<()> {
    let mut tx = bench.staff().begin_write().await?;
    let entry = Entry {
        kind: "payment_received",
        description: "Cash".into(),
        source: ("payment", Uuid::now_v7()),
        business_date: day,
        lines: Line::transfer(Account::customer_credit(bench.customer), Account::cash(), kes(minor))?,
    };
    journal::post(&mut tx, entry).await?;
    tx.commit().await
}

async fn close(bench: &Bench, pieces: &[(i64, u32)], reason: &str) -> AppResult<DayClose> {
    close_on(bench, bench.today(), pieces, reason).await
}

async fn close_on(bench: &Bench, day: NaiveDate, pieces: &[(i64, u32)], reason: &str) -> AppResult<DayClose> {
    let mut tx = bench.staff().begin_write().await?;
    let made = day_closes::close(&mut tx, day, pieces.iter().copied().collect::<Count>(), reason).await?;
    tx.commit().await?;
    Ok(made)
}

#[tokio::test]
async fn a_till_that_agrees_is_closed_and_its_cash_does_not_change() {
    let bench = Bench::new().await;
    take(&bench, 150_000).await.unwrap();
    let till = day_closes::till(&mut bench.staff().begin_read().await.unwrap(), bench.today()).await.unwrap();
    assert_eq!((till.expected, till.by_person.len()), (kes(150_000), 1));
    let made = close(&bench, &[(100_000, 1), (50_000, 1)], "").await.unwrap();
    assert_eq!((made.state, made.difference()), (DayCloseState::Closed, kes(0)));
    assert_eq!(code(&close(&bench, &[], "again").await.unwrap_err()), "day_close.already_closed");
    assert_eq!(code(&take(&bench, 100).await.unwrap_err()), "day_close.day_closed");
}

#[tokio::test]
async fn a_small_difference_needs_a_reason_and_is_booked() {
    let bench = Bench::new().await;
    take(&bench, 150_000).await.unwrap();
    assert_eq!(code(&close(&bench, &[(100_000, 1)], " ").await.unwrap_err()), "validation_error");
    close(&bench, &[(100_000, 1), (20_000, 2)], "Wrong change").await.unwrap();
    assert_eq!(bench.balance(&Account::cash()).await, 140_000);
    assert_eq!(bench.balance(&Account::write_off()).await, 10_000);
}

#[tokio::test]
async fn a_large_difference_waits_for_another_person() {
    let bench = Bench::new().await;
    take(&bench, 150_000).await.unwrap();
    let counting = bench.staff();
    let mut tx = counting.begin_write().await.unwrap();
    let made = day_closes::close(&mut tx, bench.today(), Count::new(), "Robbed").await.unwrap();
    assert_eq!(made.state, DayCloseState::ToApprove);
    assert_eq!(code(&day_closes::approve(&mut tx, made.id).await.unwrap_err()), "day_close.own_count");
    tx.commit().await.unwrap();
    assert_eq!(bench.balance(&Account::cash()).await, 150_000, "nothing is booked before");
    let mut tx = bench.staff().begin_write().await.unwrap();
    day_closes::approve(&mut tx, made.id).await.unwrap();
    assert_eq!(code(&day_closes::approve(&mut tx, made.id).await.unwrap_err()), "day_close.state");
    tx.commit().await.unwrap();
    assert_eq!(bench.balance(&Account::cash()).await, 0);
}

#[tokio::test]
async fn the_database_itself_wants_two_people() {
    let bench = Bench::new().await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    let refused = sqlx::query(
        "insert into day_closes (tenant_id, id, day, currency, expected_minor, counted_minor, pieces, reason, state, above_limit, closed_by, decided_by, created_at, updated_at)
         values ($1, $2, current_date, 'KES', 100, 0, '{}', 'x', 'closed', true, $2, $2, now(), now())",
    )
    .bind(bench.tenant.id.0)
    .bind(Uuid::now_v7())
    .execute(tx.conn())
    .await
    .unwrap_err();
    assert!(refused.to_string().contains("day_closes_second_person_check"), "{refused}");
}

#[tokio::test]
async fn reopening_takes_the_difference_back_and_the_day_can_be_counted_anew() {
    let bench = Bench::new().await;
    take(&bench, 150_000).await.unwrap();
    let made = close(&bench, &[(100_000, 1), (20_000, 2)], "Wrong change").await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert_eq!(code(&day_closes::reopen(&mut tx, made.id, " ").await.unwrap_err()), "validation_error");
    day_closes::reopen(&mut tx, made.id, "Found a note").await.unwrap();
    assert_eq!(code(&day_closes::reopen(&mut tx, made.id, "twice").await.unwrap_err()), "day_close.state");
    tx.commit().await.unwrap();
    assert_eq!((bench.balance(&Account::cash()).await, bench.balance(&Account::write_off()).await), (150_000, 0));
    take(&bench, 10_000).await.unwrap();
    assert_eq!(close(&bench, &[(100_000, 1), (20_000, 3)], "").await.unwrap().state, DayCloseState::Closed);
}

#[tokio::test]
async fn days_before_a_closed_one_are_closed_too_and_only_the_last_can_be_reopened() {
    let bench = Bench::new().await;
    let (today, yesterday) = (bench.today(), bench.today() - Days::new(1));
    take_on(&bench, yesterday, 100_000).await.unwrap();
    let first = close_on(&bench, yesterday, &[(100_000, 1)], "").await.unwrap();
    take(&bench, 50_000).await.unwrap();
    let second = close(&bench, &[(100_000, 1), (50_000, 1)], "").await.unwrap();
    assert_eq!((first.expected, second.expected), (kes(100_000), kes(150_000)));
    assert_eq!(code(&take_on(&bench, yesterday - Days::new(9), 100).await.unwrap_err()), "day_close.day_closed");
    assert_eq!(code(&close_on(&bench, yesterday - Days::new(9), &[], "x").await.unwrap_err()), "day_close.already_closed");
    assert_eq!(code(&close_on(&bench, today + Days::new(1), &[], "x").await.unwrap_err()), "validation_error");
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert_eq!(code(&day_closes::reopen(&mut tx, first.id, "Found a note").await.unwrap_err()), "day_close.later_closed");
    day_closes::reopen(&mut tx, second.id, "Found a note").await.unwrap();
    day_closes::reopen(&mut tx, first.id, "Found a note").await.unwrap();
    tx.commit().await.unwrap();
    take_on(&bench, yesterday, 100).await.unwrap();
}

#[tokio::test]
async fn cash_that_is_being_posted_is_in_the_count_or_refused() {
    let bench = Bench::new().await;
    let mut taking = bench.staff().begin_write().await.unwrap();
    let entry = Entry {
        kind: "payment_received",
        description: "Cash".into(),
        source: ("payment", Uuid::now_v7()),
        business_date: bench.today(),
        lines: Line::transfer(Account::customer_credit(bench.customer), Account::cash(), kes(100_000)).unwrap(),
    };
    journal::post(&mut taking, entry).await.unwrap();
    let (closed, ()) = tokio::join!(close(&bench, &[(100_000, 1)], ""), async { taking.commit().await.unwrap() });
    assert_eq!(closed.unwrap().expected, kes(100_000), "the count waits for who posts");
}

#[tokio::test]
async fn an_entry_that_moved_cash_is_not_reversed_on_a_closed_day() {
    let bench = Bench::new().await;
    take(&bench, 100_000).await.unwrap();
    close(&bench, &[(100_000, 1)], "").await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let page = kernel::paging::PageRequest::default();
    let entry = journal::entries(&mut tx, &journal::EntryFilter::default(), &page).await.unwrap().results.remove(0);
    assert_eq!(code(&journal::reverse(&mut tx, entry.id, "Wrong", bench.today()).await.unwrap_err()), "day_close.day_closed");
    journal::reverse(&mut tx, entry.id, "Wrong", bench.today() + Days::new(1)).await.unwrap();
}

#[tokio::test]
async fn cash_that_waits_for_approval_is_told_apart_and_counts_on_the_day_of_its_approval() {
    let bench = Bench::new().await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    tx.set_setting(&TakingRules { approve_above_minor: Some(40_000) }, 0).await.unwrap();
    let input = TakingInput { method: "cash".into(), amount: "500".into(), ..TakingInput::default() };
    let taking = takings::take(&mut tx, Target::Account { customer: bench.customer }, &input).await.unwrap();
    tx.commit().await.unwrap();
    let till = day_closes::till(&mut bench.staff().begin_read().await.unwrap(), bench.today()).await.unwrap();
    assert_eq!((till.expected, till.waiting), (kes(0), kes(50_000)));
    close(&bench, &[], "").await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert_eq!(code(&takings::approve(&mut tx, taking.id).await.unwrap_err()), "day_close.day_closed");
    drop(tx);
    bench.wait(86_400);
    let mut tx = bench.staff().begin_write().await.unwrap();
    takings::approve(&mut tx, taking.id).await.unwrap();
    tx.commit().await.unwrap();
    let till = day_closes::till(&mut bench.staff().begin_read().await.unwrap(), bench.today()).await.unwrap();
    assert_eq!((till.expected, till.waiting), (kes(50_000), kes(0)));
}

#[tokio::test]
async fn cash_brought_to_the_bank_is_on_its_way_until_the_statement_shows_it() {
    let bench = Bench::new().await;
    take(&bench, 100_000).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    for (amount, reference) in [(Some(kes(100_001)), "DEP1"), (Some(kes(0)), "DEP1"), (None, "DEP1"), (Some(kes(1)), " ")] {
        assert_eq!(code(&day_closes::bank(&mut tx, amount, reference).await.unwrap_err()), "validation_error");
    }
    day_closes::bank(&mut tx, Some(kes(80_000)), "DEP-0042").await.unwrap();
    let account =
        BankAccountInput { name: "Main".into(), bank: "Mfano Bank".into(), number: "0100000001".into(), currency: "KES".into(), state: None };
    let account = bank_accounts::create(&mut tx, account).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((bench.balance(&Account::cash()).await, bench.balance(&Account::bank()).await), (20_000, 80_000));
    let day = bench.today().format("%y%m%d");
    let file = format!(":20:1\n:25:0100000001\n:60F:C{day}KES0,\n:61:{day}C800,NMSCNONREF//B1\n:86:CASH DEP-0042\n:62F:C{day}KES800,\n-\n");
    let read = reconciliation::read(&bench.world.app, &bench.staff(), &account.code, "may.sta", Bytes::from(file)).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let record = reconciliation::import(&mut tx, read).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((record.import.matched, record.import.differences), (1, 0));
    assert_eq!((bench.balance(&Account::bank()).await, bench.balance(&Account::clearing(&account.code)).await), (0, 80_000));
}

#[tokio::test]
async fn a_deposit_that_a_statement_shows_on_a_closed_day_is_booked_on_the_next() {
    let bench = Bench::new().await;
    take(&bench, 100_000).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let account =
        BankAccountInput { name: "Main".into(), bank: "Mfano Bank".into(), number: "0100000001".into(), currency: "KES".into(), state: None };
    let account = bank_accounts::create(&mut tx, account).await.unwrap();
    tx.commit().await.unwrap();
    let day = bench.today().format("%y%m%d");
    let file = format!(":20:1\n:25:0100000001\n:60F:C{day}KES0,\n:61:{day}C300,NMSCNONREF//B1\n:86:DEPOSIT\n:62F:C{day}KES300,\n-\n");
    let read = reconciliation::read(&bench.world.app, &bench.staff(), &account.code, "may.sta", Bytes::from(file)).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    reconciliation::import(&mut tx, read).await.unwrap();
    tx.commit().await.unwrap();
    close(&bench, &[(100_000, 1)], "").await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let line = reconciliation::lines(&mut tx, &LineFilter::default(), &kernel::paging::PageRequest::default()).await.unwrap().results.remove(0);
    reconciliation::book_difference(&mut tx, line.id, BookAs::Cash, None, "Deposited").await.unwrap();
    let till = day_closes::till(&mut tx, bench.today()).await.unwrap();
    let next = day_closes::till(&mut tx, bench.today() + Days::new(1)).await.unwrap();
    assert_eq!((till.expected, next.expected), (kes(100_000), kes(70_000)), "what was counted stays");
}
