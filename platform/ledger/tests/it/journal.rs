//! Double entry, as the service and the database see it.

use chrono::NaiveDate;
use kernel::{
    money::{Currency, Money},
    paging::PageRequest,
};
use ledger::{
    accounts::{Account, AccountKind},
    journal::{self, Entry, Line},
};
use proptest::prelude::*;
use sqlx::Row;
use uuid::Uuid;

use crate::bench::{Bench, code, kes};

fn entry(bench: &Bench, lines: Vec<Line>) -> Entry {
    Entry { kind: "test", description: "Test".into(), source: ("test", Uuid::now_v7()), business_date: bench.today(), lines }
}

#[tokio::test]
async fn an_entry_moves_money_and_the_trial_balance_is_even() {
    let bench = Bench::new().await;
    let insurer = Uuid::now_v7();
    let mut tx = bench.system().begin_write().await.unwrap();
    let lines = vec![
        Line::debit(Account::customer_credit(bench.customer), kes(10_045)),
        Line::credit(Account::premium_held(insurer), kes(9_000)).unwrap(),
        Line::credit(Account::commission_income(), kes(1_000)).unwrap(),
        Line::credit(Account::levy("PCF"), kes(45)).unwrap(),
        Line::debit(Account::rounding(), kes(0)),
    ];
    journal::post(&mut tx, entry(&bench, lines)).await.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(bench.balance(&Account::premium_held(insurer)).await, -9_000);
    let mut tx = bench.staff().begin_read().await.unwrap();
    let balance = journal::trial_balance(&mut tx, bench.today()).await.unwrap();
    assert_eq!(balance.rows.len(), 4, "a line of zero makes no account");
    assert_eq!((balance.totals[0].debit, balance.totals[0].credit), (kes(10_045), kes(10_045)));
    let yesterday = bench.today().pred_opt().unwrap();
    assert!(journal::trial_balance(&mut tx, yesterday).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn the_trial_balance_is_as_long_for_many_customers_as_for_one_and_leads_to_their_accounts() {
    let bench = Bench::new().await;
    let mut tx = bench.system().begin_write().await.unwrap();
    for nr in 1..=30 {
        let customer = Account::customer_credit(Uuid::now_v7());
        journal::post(&mut tx, entry(&bench, Line::transfer(customer, Account::clearing("mobile"), kes(nr)).unwrap())).await.unwrap();
    }
    let debtor = Account::customer_credit(Uuid::now_v7());
    journal::post(&mut tx, entry(&bench, Line::transfer(Account::clearing("mobile"), debtor, kes(7)).unwrap())).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = bench.staff().begin_read().await.unwrap();
    let balance = journal::trial_balance(&mut tx, bench.today()).await.unwrap();
    let rows: Vec<_> = balance.rows.iter().map(|row| (row.kind, row.account.is_some(), row.accounts, row.debit, row.credit)).collect();
    let clearing = (AccountKind::Clearing, true, 1, kes(458), kes(0));
    assert_eq!(rows, [clearing, (AccountKind::CustomerCredit, false, 31, kes(7), kes(465))], "each customer counts on the side of its own");
    assert_eq!(balance.totals[0].debit, balance.totals[0].credit);

    let (mut page, mut met) = (PageRequest { page_size: Some(10), ..PageRequest::default() }, Vec::new());
    loop {
        let found = journal::balances_on(&mut tx, AccountKind::CustomerCredit, bench.today(), &page).await.unwrap();
        assert!(found.count == 31 && found.results.len() <= 10);
        met.extend(found.results.iter().map(|row| row.balance.minor));
        match found.next {
            Some(next) => page.cursor = Some(next),
            None => break,
        }
    }
    assert_eq!((met.len(), met.iter().sum::<i64>()), (31, -458));
    let yesterday = bench.today().pred_opt().unwrap();
    assert_eq!(journal::balances_on(&mut tx, AccountKind::CustomerCredit, yesterday, &page).await.unwrap().count, 0);
}

#[tokio::test]
async fn an_unbalanced_entry_is_refused() {
    let bench = Bench::new().await;
    let mut tx = bench.system().begin_write().await.unwrap();
    let lines = vec![Line::debit(Account::bank(), kes(100)), Line::credit(Account::rounding(), kes(99)).unwrap()];
    let error = journal::post(&mut tx, entry(&bench, lines)).await.unwrap_err();
    assert_eq!(code(&error), "journal.unbalanced");
}

#[tokio::test]
async fn the_database_refuses_at_commit_what_does_not_balance() {
    let bench = Bench::new().await;
    let mut tx = bench.system().begin_write().await.unwrap();
    let id = journal::post(&mut tx, entry(&bench, Line::transfer(Account::bank(), Account::rounding(), kes(100)).unwrap())).await.unwrap();
    tx.commit().await.unwrap();

    // One more line, written past the service.
    let mut tx = bench.system().begin_write().await.unwrap();
    sqlx::query(
        "insert into journal_lines (tenant_id, id, entry_id, line_no, account_id, amount_minor, currency)
         select tenant_id, $3, entry_id, 9, account_id, 5, 'KES' from journal_lines where tenant_id = $1 and entry_id = $2 limit 1",
    )
    .bind(bench.tenant.id.0)
    .bind(id.0)
    .bind(Uuid::now_v7())
    .execute(tx.conn())
    .await
    .unwrap();
    assert!(tx.commit().await.is_err());

    // Two more lines that cancel out would still change an entry that was closed.
    let mut tx = bench.system().begin_write().await.unwrap();
    sqlx::query(
        "insert into journal_lines (tenant_id, id, entry_id, line_no, account_id, amount_minor, currency)
         select tenant_id, gen_random_uuid(), entry_id, line_no + 10, account_id, -amount_minor, 'KES' from journal_lines where tenant_id = $1 and entry_id = $2",
    )
    .bind(bench.tenant.id.0)
    .bind(id.0)
    .execute(tx.conn())
    .await
    .unwrap();
    assert!(tx.commit().await.is_err());

    // An entry that says it has lines, and has none.
    let mut tx = bench.system().begin_write().await.unwrap();
    sqlx::query(
        "insert into journal_entries (tenant_id, id, kind, description, source_type, source_id, business_date, line_count, posted_at, posted_by)
         select tenant_id, gen_random_uuid(), kind, description, source_type, gen_random_uuid(), business_date, line_count, posted_at, posted_by
         from journal_entries where tenant_id = $1 and id = $2",
    )
    .bind(bench.tenant.id.0)
    .bind(id.0)
    .execute(tx.conn())
    .await
    .unwrap();
    assert!(tx.commit().await.is_err());
}

#[tokio::test]
async fn a_line_has_the_day_of_its_entry_whatever_is_written() {
    let bench = Bench::new().await;
    let mut tx = bench.system().begin_write().await.unwrap();
    let yesterday = bench.today().pred_opt().unwrap();
    let back_dated = Entry { business_date: yesterday, ..entry(&bench, Line::transfer(Account::bank(), Account::rounding(), kes(100)).unwrap()) };
    let id = journal::post(&mut tx, back_dated).await.unwrap();
    let days: Vec<NaiveDate> = sqlx::query_scalar(
        "with more as (insert into journal_lines (tenant_id, id, entry_id, line_no, account_id, amount_minor, currency, business_date)
           select tenant_id, gen_random_uuid(), entry_id, line_no + 10, account_id, -amount_minor, 'KES', '2000-01-01' from journal_lines
           where tenant_id = $1 and entry_id = $2 returning business_date)
         select business_date from more union all select business_date from journal_lines where tenant_id = $1 and entry_id = $2",
    )
    .bind(bench.tenant.id.0)
    .bind(id.0)
    .fetch_all(tx.conn())
    .await
    .unwrap();
    assert_eq!(days, [yesterday; 4]);
}

#[tokio::test]
async fn entries_are_never_updated_or_deleted() {
    let bench = Bench::new().await;
    for statement in [
        "update journal_lines set amount_minor = 1",
        "delete from journal_lines",
        "update journal_entries set description = 'x'",
        "delete from journal_entries",
    ] {
        let mut tx = bench.system().begin_write().await.unwrap();
        let error = sqlx::query(statement).execute(tx.conn()).await.unwrap_err();
        assert_eq!(error.as_database_error().and_then(|e| e.code()).as_deref(), Some("42501"), "{statement}");
    }
}

#[tokio::test]
async fn one_source_posts_once_and_an_entry_is_reversed_once() {
    let bench = Bench::new().await;
    let mut tx = bench.system().begin_write().await.unwrap();
    let one = entry(&bench, Line::transfer(Account::bank(), Account::write_off(), kes(700)).unwrap());
    let id = journal::post(&mut tx, one.clone()).await.unwrap();
    assert_eq!(code(&journal::post(&mut tx, one.clone()).await.unwrap_err()), "journal.already_posted");
    assert_eq!(journal::find_by_source(&mut tx, "test", one.source.1).await.unwrap(), Some(id));
    journal::reverse(&mut tx, id, "posted in error", bench.today()).await.unwrap();
    assert_eq!(code(&journal::reverse(&mut tx, id, "again", bench.today()).await.unwrap_err()), "journal.already_reversed");
    tx.commit().await.unwrap();
    assert_eq!((bench.balance(&Account::bank()).await, bench.balance(&Account::write_off()).await), (0, 0));
}

#[tokio::test]
async fn an_account_statement_lists_its_lines_page_by_page() {
    let bench = Bench::new().await;
    let mut tx = bench.system().begin_write().await.unwrap();
    for minor in 1..=5 {
        journal::post(&mut tx, entry(&bench, Line::transfer(Account::rounding(), Account::bank(), kes(minor)).unwrap())).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = bench.staff().begin_read().await.unwrap();
    let bank: Uuid = sqlx::query("select id from accounts where tenant_id = $1 and kind = 'bank'")
        .bind(bench.tenant.id.0)
        .fetch_one(tx.conn())
        .await
        .unwrap()
        .get("id");
    let first = journal::account_statement(&mut tx, bank, &PageRequest { page_size: Some(3), ..PageRequest::default() }).await.unwrap();
    assert_eq!((first.balance, first.lines.count), (kes(15), 5));
    let amounts: Vec<i64> = first.lines.results.iter().map(|line| line.amount.minor).collect();
    assert_eq!(amounts, [5, 4, 3]);
    let rest = journal::account_statement(&mut tx, bank, &PageRequest { cursor: first.lines.next, page_size: Some(3), ..PageRequest::default() })
        .await
        .unwrap();
    assert_eq!(rest.lines.results.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), [2, 1]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    /// Whatever is posted in whichever currencies, the books balance.
    #[test]
    fn the_trial_balance_is_even_after_any_entries(entries in prop::collection::vec(prop::collection::vec((1i64..1_000_000, 0usize..4, 0usize..2), 1..5), 1..8)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let bench = Bench::new().await;
            let accounts = [Account::bank(), Account::rounding(), Account::customer_credit(bench.customer), Account::levy("ITL")];
            let mut tx = bench.system().begin_write().await.unwrap();
            for moves in &entries {
                let mut lines = Vec::new();
                for (minor, account, currency) in moves {
                    let amount = Money::new(*minor, [Currency::KES, Currency::NAD][*currency]);
                    lines.extend(Line::transfer(accounts[*account].clone(), accounts[(*account + 1) % 4].clone(), amount).unwrap());
                }
                journal::post(&mut tx, entry(&bench, lines)).await.unwrap();
            }
            tx.commit().await.unwrap();
            let mut tx = bench.system().begin_read().await.unwrap();
            for total in journal::trial_balance(&mut tx, bench.today()).await.unwrap().totals {
                assert_eq!(total.debit, total.credit);
            }
        });
    }
}
