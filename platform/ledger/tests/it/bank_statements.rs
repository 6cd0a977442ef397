//! Statements of the brokerage's own bank accounts.

use bytes::Bytes;
use kernel::{AppResult, Sight, money::Currency, paging::PageRequest};
use ledger::{
    accounts::Account,
    bank_accounts::{self, BankAccount, BankAccountInput},
    credits::{self, CreditFilter, CreditState},
    figures,
    receipts::{self, ReceiptFilter, ReceiptState},
    reconciliation::{
        self, BookAs, Difference, LineFilter, LineState, StatementImportRecord, StatementLineView, UnreadRow, Unreadable,
        formats::{Amounts, DateFormat, Mapping},
    },
    refunds::{self, NewRefund},
    takings::{self, TakingId, TakingInput, Target},
};
use ports::payment::{ProviderState, StatementLine};

use crate::bench::{Bench, code, kes};

fn mapping() -> Mapping {
    Mapping {
        delimiter: ',',
        skip: 1,
        date: 0,
        date_format: DateFormat::Iso,
        amounts: Amounts::Signed { amount: 3, out_is_positive: false },
        decimal_comma: false,
        id: None,
        reference: Some(1),
        counterparty: None,
        narrative: Some(2),
    }
}

async fn account(bench: &Bench) -> BankAccount {
    let mut tx = bench.staff().begin_write().await.unwrap();
    let input =
        BankAccountInput { name: "Main".into(), bank: "Mfano Bank".into(), number: "0100 0000 01".into(), currency: "KES".into(), state: None };
    let account = bank_accounts::create(&mut tx, input).await.unwrap();
    bank_accounts::save_mapping(&mut tx, &account.code, &mapping()).await.unwrap();
    tx.commit().await.unwrap();
    account
}

/// Rows of today: reference, text, amount.
fn file(bench: &Bench, rows: &[(&str, &str, &str)]) -> String {
    let rows: Vec<String> = rows.iter().map(|(reference, text, amount)| format!("{},{reference},{text},\"{amount}\"\n", bench.today())).collect();
    format!("Date,Reference,Details,Amount\n{}", rows.concat())
}

async fn import(bench: &Bench, book: &str, file: String) -> AppResult<StatementImportRecord> {
    let scope = bench.staff();
    let read = reconciliation::read(&bench.world.app, &scope, book, "statement.csv", Bytes::from(file)).await?;
    let mut tx = scope.begin_write().await?;
    let record = reconciliation::import(&mut tx, read).await?;
    tx.commit().await?;
    Ok(record)
}

async fn lines(bench: &Bench) -> Vec<StatementLineView> {
    let mut tx = bench.staff().begin_read().await.unwrap();
    let page = PageRequest { page_size: Some(100), ..PageRequest::default() };
    let mut lines = reconciliation::lines(&mut tx, &LineFilter::default(), &page).await.unwrap().results;
    lines.reverse();
    lines
}

async fn explained_to_zero(bench: &Bench, book: &str) {
    let mut tx = bench.staff().begin_read().await.unwrap();
    for day in reconciliation::days(&mut tx, book, bench.today(), bench.today()).await.unwrap() {
        assert_eq!(day.unexplained, kes(0));
    }
    drop(tx);
    bench.books().await;
}

#[tokio::test]
async fn a_transfer_with_our_reference_pays_the_debt_and_the_rest_waits_for_staff() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    let order = bench.order(&[50_000]).await;
    let reference = bench.receivables(order).await[0].reference.clone();
    let rows = file(&bench, &[("", &format!("TRF ASHA MFANO {reference}"), "500.00"), ("", "Unknown sender", "70.00")]);
    let record = import(&bench, &account.code, rows).await.unwrap();
    assert_eq!((record.import.lines_new, record.import.matched, record.import.differences), (2, 1, 1));
    assert_eq!(bench.receivables(order).await[0].outstanding(), kes(0));
    assert_eq!(bench.balance(&Account::clearing(&account.code)).await, 50_000);
    let mut tx = bench.staff().begin_read().await.unwrap();
    let waiting = receipts::list(&mut tx, &ReceiptFilter::default(), &PageRequest::default()).await.unwrap().results;
    assert_eq!((waiting.len(), waiting[0].amount, waiting[0].state), (1, Some(kes(7_000)), ReceiptState::Open));
    explained_to_zero(&bench, &account.code).await;
}

#[tokio::test]
async fn the_same_file_twice_and_files_that_overlap_change_nothing() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    let deposit = ("", "Cash deposit", "10.00");
    let two = file(&bench, &[deposit, deposit]);
    assert_eq!(import(&bench, &account.code, two.clone()).await.unwrap().import.lines_new, 2);
    assert_eq!(import(&bench, &account.code, two).await.unwrap().import.lines_new, 0);
    let three = file(&bench, &[deposit, deposit, deposit]);
    assert_eq!(import(&bench, &account.code, three).await.unwrap().import.lines_new, 1);
    assert_eq!(lines(&bench).await.len(), 3);
}

async fn reads_by(bench: &Bench, book: &str, mapping: Mapping) {
    let mut tx = bench.staff().begin_write().await.unwrap();
    bank_accounts::save_mapping(&mut tx, book, &mapping).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn lines_that_are_stored_under_the_banks_id_without_its_day_are_no_new_ones() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    reads_by(&bench, &account.code, Mapping { id: Some(1), reference: None, ..mapping() }).await;
    let (deposit, rent) = (("T1", "Cash deposit", "10.00"), ("T2", "Rent", "20.00"));
    let rows = file(&bench, &[deposit, deposit, rent]);
    assert_eq!(import(&bench, &account.code, rows.clone()).await.unwrap().import.lines_new, 3);
    let mut tx = bench.system().begin_write().await.unwrap();
    sqlx::query("update statement_lines set provider_ref = replace(provider_ref, day::text || '-', '') where tenant_id = $1")
        .bind(bench.tenant.id.0)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(import(&bench, &account.code, rows).await.unwrap().import.lines_new, 0);
    // A third under the id that the bank used twice, and an equal payment under an id of its own.
    let longer = file(&bench, &[deposit, deposit, deposit, rent, ("T3", "Rent", "20.00")]);
    assert_eq!(import(&bench, &account.code, longer.clone()).await.unwrap().import.lines_new, 2);
    assert_eq!(import(&bench, &account.code, longer).await.unwrap().import.lines_new, 0);
    assert_eq!(lines(&bench).await.len(), 5);
}

#[tokio::test]
async fn lines_that_were_read_before_the_column_of_ids_was_said_are_no_new_ones() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    reads_by(&bench, &account.code, Mapping { reference: None, ..mapping() }).await;
    let rows = |ids: [&'static str; 3]| ids.map(|id| (id, "Cash deposit", "10.00"));
    let three = rows(["T1", "T2", "T3"]);
    assert_eq!(import(&bench, &account.code, file(&bench, &three[..2])).await.unwrap().import.lines_new, 2);
    reads_by(&bench, &account.code, Mapping { id: Some(1), reference: None, ..mapping() }).await;
    assert_eq!(import(&bench, &account.code, file(&bench, &three)).await.unwrap().import.lines_new, 1, "two are known, the third is one more");
}

#[tokio::test]
async fn equal_payments_with_ids_of_their_own_in_two_files_are_two() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    reads_by(&bench, &account.code, Mapping { id: Some(1), reference: None, ..mapping() }).await;
    for id in ["T1", "T2"] {
        let rows = file(&bench, &[(id, "Cash deposit", "10.00")]);
        assert_eq!(import(&bench, &account.code, rows).await.unwrap().import.lines_new, 1, "{id}");
    }
}

#[tokio::test]
async fn who_sees_only_some_customers_imports_no_statement() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    let file = file(&bench, &[("", "Cash deposit", "10.00")]);
    let read = reconciliation::read(&bench.world.app, &bench.staff(), &account.code, "may.csv", Bytes::from(file)).await.unwrap();
    let mut tx = bench.staff().seeing(Sight::Team).begin_write().await.unwrap();
    assert_eq!(code(&reconciliation::import(&mut tx, read).await.unwrap_err()), "sight.limited");
    assert!(lines(&bench).await.is_empty());
}

#[tokio::test]
async fn what_a_provider_paid_out_arrives_at_the_bank_once() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    bench.gateway.writes(vec![StatementLine {
        provider_ref: "S1".into(),
        receipt: None,
        kind: "settlement".into(),
        state: ProviderState::Received,
        gross: kes(-30_000),
        fee: None,
        reference: None,
        counterparty: None,
        occurred_at: bench.system().now(),
        settled_on: None,
    }]);
    import(&bench, "mobile", "statement".into()).await.unwrap();
    assert_eq!(bench.balance(&Account::bank()).await, 30_000);
    let rows = file(&bench, &[("", "Payout of the provider", "300.00"), ("", "Another of the same amount", "300.00")]);
    let record = import(&bench, &account.code, rows).await.unwrap();
    assert_eq!((record.import.matched, record.import.differences), (1, 1));
    assert_eq!((bench.balance(&Account::bank()).await, bench.balance(&Account::clearing(&account.code)).await), (0, 30_000));
    explained_to_zero(&bench, &account.code).await;
}

#[tokio::test]
async fn a_difference_is_booked_as_what_it_is_and_only_once() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    let record = import(&bench, &account.code, file(&bench, &[("", "Ledger fee", "-120.50")])).await.unwrap();
    assert_eq!(record.import.differences, 1);
    let line = lines(&bench).await.remove(0);
    assert_eq!((line.state, line.difference), (LineState::Difference, Some(Difference::Unexpected)));
    let book = async |how| {
        let mut tx = bench.staff().begin_write().await.unwrap();
        let done = reconciliation::book_difference(&mut tx, line.id, how, None, "Monthly fee").await;
        if done.is_ok() {
            tx.commit().await.unwrap();
        }
        done
    };
    assert_eq!(code(&book(BookAs::Returned).await.unwrap_err()), "statement.not_bookable");
    book(BookAs::Charge).await.unwrap();
    assert_eq!(code(&book(BookAs::Charge).await.unwrap_err()), "not_found");
    assert_eq!(lines(&bench).await[0].state, LineState::Matched);
    assert_eq!(bench.balance(&Account::payment_fees(&account.code)).await, 12_050);
    explained_to_zero(&bench, &account.code).await;
}

#[tokio::test]
async fn a_receipt_without_reference_is_given_to_a_debt_of_its_amount() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    let order = bench.order(&[50_000]).await;
    import(&bench, &account.code, file(&bench, &[("", "Asha Mfano", "500.00")])).await.unwrap();
    let receipt = lines(&bench).await[0].unmatched_receipt.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let waiting = receipts::get(&mut tx, receipt).await.unwrap();
    let suggested = receipts::suggestions(&mut tx, &waiting).await.unwrap();
    assert_eq!(suggested.iter().map(|debt| debt.payable_id).collect::<Vec<_>>(), [order]);
    assert_eq!(code(&receipts::assign_to_debt(&mut tx, receipt, "no reference", "x").await.unwrap_err()), "validation_error");
    receipts::assign_to_debt(&mut tx, receipt, &suggested[0].reference, "She called").await.unwrap();
    assert_eq!(code(&receipts::assign_to_debt(&mut tx, receipt, &suggested[0].reference, "again").await.unwrap_err()), "receipt.not_open");
    tx.commit().await.unwrap();
    assert_eq!(bench.receivables(order).await[0].outstanding(), kes(0));
    assert_eq!((lines(&bench).await[0].state, bench.balance(&Account::clearing(&account.code)).await), (LineState::Matched, 50_000));
    explained_to_zero(&bench, &account.code).await;
}

#[tokio::test]
async fn a_file_that_is_not_this_accounts_changes_nothing() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    let mt940 = |number: &str| format!(":20:1\n:25:{number}\n:60F:C261119KES10,\n:61:2611191119D5,NCHGNONREF//C1\n:62F:C261119KES5,\n-\n");
    assert_eq!(code(&import(&bench, &account.code, mt940("0200000002")).await.unwrap_err()), "statement.other_account");
    assert_eq!(code(&import(&bench, "mobile", "Date,Amount\n".into()).await.unwrap_err()), "statement.unreadable");
    assert!(lines(&bench).await.is_empty());
    let record = import(&bench, &account.code, mt940("0100000001")).await.unwrap();
    assert_eq!(record.import.matched, 1, "a charge of the bank explains itself");
    assert_eq!(bench.balance(&Account::payment_fees(&account.code)).await, 500);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_listed_and_comes_with_the_mended_file() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    let rows =
        |second: &str| file(&bench, &[("A1", "Deposit", "100.00"), ("A1", "Deposit", second), ("A1", "Deposit", "100.00"), ("A2", "Rent", "7.00")]);
    let first = import(&bench, &account.code, rows("a lot")).await.unwrap();
    assert_eq!(first.import.unread, [UnreadRow { row: 3, why: Unreadable::Amount }]);
    assert_eq!((first.import.lines_read, first.import.lines_new, lines(&bench).await.len()), (3, 3, 3));
    let mended = import(&bench, &account.code, rows("100.00")).await.unwrap();
    assert_eq!((mended.import.lines_read, mended.import.lines_new, mended.import.unread.len()), (4, 1, 0));
    let told: Vec<i64> = lines(&bench).await.iter().map(|line| line.gross.minor).collect();
    assert_eq!((told.len(), told.iter().sum::<i64>()), (4, 30_700));
    explained_to_zero(&bench, &account.code).await;
    let hopeless = file(&bench, &[("A3", "Deposit", "a lot"), ("A4", "Deposit", "a little")]);
    assert_eq!(code(&import(&bench, &account.code, hopeless).await.unwrap_err()), "statement.row_amount");
}

#[tokio::test]
async fn statements_of_a_method_that_is_no_longer_offered_are_read_by_columns() {
    let bench = Bench::new().await;
    let payment = bench.pending(bench.order(&[50_000]).await).await;
    bench.report(&bench.proof(payment, "R7777").await).await;
    bench.gateway.methods.lock().unwrap().clear();
    let rows = file(&bench, &[("", "R7777", "500.00")]);
    assert_eq!(code(&import(&bench, "mobile", rows.clone()).await.unwrap_err()), "statement.no_mapping");
    let mut tx = bench.staff().begin_write().await.unwrap();
    bank_accounts::save_mapping(&mut tx, "mobile", &Mapping { reference: None, narrative: None, id: Some(2), ..mapping() }).await.unwrap();
    tx.commit().await.unwrap();
    let record = import(&bench, "mobile", rows).await.unwrap();
    assert_eq!((record.import.matched, record.import.differences), (1, 0));
    assert_eq!(lines(&bench).await[0].payment, Some(payment));
}

#[tokio::test]
async fn an_account_keeps_its_code_and_its_number_is_its_own() {
    let bench = Bench::new().await;
    let first = account(&bench).await;
    assert_eq!((first.code.as_str(), first.currency), ("bank-main-kes", Currency::KES));
    let input = BankAccountInput { name: "Main".into(), bank: "Other".into(), number: "0300000003".into(), currency: "KES".into(), state: None };
    let mut tx = bench.staff().begin_write().await.unwrap();
    let second = bank_accounts::create(&mut tx, input.clone()).await.unwrap();
    assert_eq!(second.code, "bank-main-kes-2");
    let renamed = BankAccountInput { name: "Reserve".into(), ..input.clone() };
    bank_accounts::update(&mut tx, second.id, 1, renamed.clone()).await.unwrap();
    assert_eq!(code(&bank_accounts::update(&mut tx, second.id, 1, renamed).await.unwrap_err()), "bank_account.changed");
    assert_eq!(bank_accounts::get(&mut tx, second.id).await.unwrap().code, "bank-main-kes-2");
    let taken = BankAccountInput { number: first.number, ..input };
    assert_eq!(code(&bank_accounts::create(&mut tx, taken).await.unwrap_err()), "bank_account.number_taken");
}

#[tokio::test]
async fn a_credit_pays_a_debt_once_and_what_is_left_stays_a_credit() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    import(&bench, &account.code, file(&bench, &[("", "Asha Mfano", "600.00")])).await.unwrap();
    let receipt = lines(&bench).await[0].unmatched_receipt.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    receipts::assign(&mut tx, receipt, bench.customer, "She called").await.unwrap();
    tx.commit().await.unwrap();
    let order = bench.order(&[50_000]).await;
    let reference = bench.receivables(order).await[0].reference.clone();
    let open = async || {
        let filter = CreditFilter { state: Some(CreditState::Open), ..CreditFilter::default() };
        let mut tx = bench.staff().begin_read().await.unwrap();
        credits::list(&mut tx, &filter, &PageRequest::default()).await.unwrap().results
    };
    let credit = open().await.remove(0);
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert_eq!(code(&credits::use_for(&mut tx, credit.id, "nothing").await.unwrap_err()), "validation_error");
    credits::use_for(&mut tx, credit.id, &reference).await.unwrap();
    assert_eq!(code(&credits::use_for(&mut tx, credit.id, &reference).await.unwrap_err()), "not_found");
    tx.commit().await.unwrap();
    assert_eq!(bench.receivables(order).await[0].outstanding(), kes(0));
    assert_eq!(open().await.iter().map(|credit| credit.amount).collect::<Vec<_>>(), [kes(10_000)]);
    assert_eq!(bench.balance(&Account::clearing("customer_credit")).await, 0, "using a credit moves no money");
    assert_eq!(bench.balance(&Account::customer_credit(bench.customer)).await, -60_000);
    explained_to_zero(&bench, &account.code).await;
}

#[tokio::test]
async fn the_figures_of_the_month_are_those_of_their_rows() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    let order = bench.order(&[50_000, 30_000]).await;
    let reference = bench.receivables(order).await[0].reference.clone();
    let rows = file(&bench, &[("", &format!("Part {reference}"), "500.00"), ("", "Unknown", "70.00"), ("", "Fee", "-1.00")]);
    import(&bench, &account.code, rows).await.unwrap();
    let figures = figures::figures(&mut bench.staff().begin_read().await.unwrap()).await.unwrap();
    assert_eq!((figures.collected, figures.due, figures.paid), (kes(50_000), kes(80_000), kes(50_000)));
    assert_eq!((figures.outstanding, figures.overdue, figures.collection_rate()), (kes(30_000), kes(0), Some(62)));
    assert_eq!((figures.unallocated, figures.differences, figures.credits), (1, 2, 0));
}

#[tokio::test]
async fn the_payments_that_a_bank_books_in_one_sum_each_pay_their_own_debt() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    let (first, second) = (bench.order(&[50_000]).await, bench.order(&[20_000]).await);
    let part = async |order, amount: &str| {
        let reference = bench.receivables(order).await[0].reference.clone();
        format!("<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy=\"KES\">{amount}</Amt></TxAmt></AmtDtls></TxDtls>")
    };
    let (one, two, day) = (part(first, "500.00").await, part(second, "200.00").await, bench.today());
    let file = format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt><Acct><Id><Othr><Id>0100000001</Id></Othr></Id></Acct>\
         <Ntry><Amt Ccy=\"KES\">700.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef>\
         <NtryDtls>{one}{two}</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
    );
    let record = import(&bench, &account.code, file.clone()).await.unwrap();
    assert_eq!((record.import.lines_new, record.import.matched, record.import.differences), (2, 2, 0));
    for order in [first, second] {
        assert_eq!(bench.receivables(order).await[0].outstanding(), kes(0));
    }
    assert_eq!(import(&bench, &account.code, file).await.unwrap().import.lines_new, 0);
    explained_to_zero(&bench, &account.code).await;
}

/// Money of an order taken by hand.
async fn take(bench: &Bench, order: uuid::Uuid, input: TakingInput) -> TakingId {
    let mut tx = bench.staff().begin_write().await.unwrap();
    let taking = takings::take(&mut tx, Target::Payable { kind: "order".into(), id: order }, &input).await.unwrap();
    tx.commit().await.unwrap();
    taking.id
}

#[tokio::test]
async fn cash_of_this_week_arrives_at_the_bank_and_next_months_equal_part_is_money_of_its_own() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    let order = bench.order(&[50_000, 50_000]).await;
    let reference = bench.receivables(order).await[0].reference.clone();
    take(&bench, order, TakingInput { method: "cash".into(), amount: "500".into(), ..TakingInput::default() }).await;
    bench.wait(30 * 86_400);
    let record = import(&bench, &account.code, file(&bench, &[("", &format!("Part two {reference}"), "500.00")])).await.unwrap();
    assert_eq!(record.import.matched, 1);
    assert!(bench.receivables(order).await.iter().all(|part| part.outstanding() == kes(0)), "both parts are paid");
    assert_eq!(bench.balance(&Account::cash()).await, 50_000);
    let other = bench.order(&[30_000]).await;
    let reference = bench.receivables(other).await[0].reference.clone();
    take(&bench, other, TakingInput { method: "cash".into(), amount: "300".into(), ..TakingInput::default() }).await;
    import(&bench, &account.code, file(&bench, &[("", &format!("Deposit {reference}"), "300.00")])).await.unwrap();
    assert_eq!((bench.balance(&Account::cash()).await, bench.balance(&Account::clearing(&account.code)).await), (50_000, 80_000));
    explained_to_zero(&bench, &account.code).await;
}

#[tokio::test]
async fn a_cheque_that_the_bank_paid_is_at_the_bank_once_whoever_says_so_first() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    for (number, staff_first) in [("000123A", true), ("000456B", false)] {
        let order = bench.order(&[50_000]).await;
        let cheque = TakingInput {
            method: "cheque".into(),
            amount: "500".into(),
            reference: number.into(),
            bank: "Mfano Bank".into(),
            cheque_date: bench.today().to_string(),
            ..TakingInput::default()
        };
        let taking = take(&bench, order, cheque).await;
        let change = async |clear: bool| {
            let mut tx = bench.staff().begin_write().await.unwrap();
            if clear {
                takings::clear(&mut tx, taking).await.unwrap()
            } else {
                takings::deposit(&mut tx, taking).await.unwrap()
            };
            tx.commit().await.unwrap();
        };
        change(false).await;
        let rows = file(&bench, &[("", &format!("CHQ {number} paid"), "500.00")]);
        if staff_first {
            change(true).await;
            import(&bench, &account.code, rows).await.unwrap();
        } else {
            import(&bench, &account.code, rows).await.unwrap();
            change(true).await;
        }
        assert_eq!((bench.balance(&Account::clearing("cheque")).await, bench.balance(&Account::bank()).await), (0, 0), "{number}");
    }
    assert_eq!(bench.balance(&Account::clearing(&account.code)).await, 100_000);
    explained_to_zero(&bench, &account.code).await;
}

#[tokio::test]
async fn a_cheque_that_the_bank_paid_and_took_back_leaves_nothing_behind() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    let order = bench.order(&[50_000]).await;
    let cheque = TakingInput {
        method: "cheque".into(),
        amount: "500".into(),
        reference: "000789C".into(),
        bank: "Mfano Bank".into(),
        cheque_date: bench.today().to_string(),
        ..TakingInput::default()
    };
    let taking = take(&bench, order, cheque).await;
    import(&bench, &account.code, file(&bench, &[("", "CHQ 000789C paid", "500.00")])).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    takings::bounce(&mut tx, taking, "No cover").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.receivables(order).await[0].outstanding(), kes(50_000), "it is owed again");
    assert_eq!((bench.balance(&Account::clearing("cheque")).await, bench.balance(&Account::bank()).await), (0, -50_000));
    let record = import(&bench, &account.code, file(&bench, &[("", "CHQ 000789C unpaid", "-500.00")])).await.unwrap();
    assert_eq!((record.import.matched, record.import.differences), (1, 0));
    assert_eq!((bench.balance(&Account::bank()).await, bench.balance(&Account::clearing(&account.code)).await), (0, 0));
    explained_to_zero(&bench, &account.code).await;
}

#[tokio::test]
async fn an_id_is_known_again_however_its_provider_decorates_it() {
    let bench = Bench::new().await;
    let line = |provider_ref: String| StatementLine {
        provider_ref,
        receipt: None,
        kind: "fee".into(),
        state: ProviderState::Received,
        gross: kes(-100),
        fee: None,
        reference: None,
        counterparty: None,
        occurred_at: bench.system().now(),
        settled_on: None,
    };
    let written = || vec![line(" F\u{1}1 ".into()), line("X".repeat(250))];
    bench.gateway.writes(written());
    assert_eq!(import(&bench, "mobile", "statement".into()).await.unwrap().import.lines_new, 2);
    bench.gateway.writes(written());
    assert_eq!(import(&bench, "mobile", "statement".into()).await.unwrap().import.lines_new, 0);
}

#[tokio::test]
async fn what_a_refund_gives_back_to_a_used_credit_can_be_used_too() {
    let bench = Bench::new().await;
    let account = account(&bench).await;
    import(&bench, &account.code, file(&bench, &[("", "Asha Mfano", "600.00")])).await.unwrap();
    let receipt = lines(&bench).await[0].unmatched_receipt.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    receipts::assign(&mut tx, receipt, bench.customer, "She called").await.unwrap();
    let credit = credits::of_source(&mut tx, "unmatched_receipt", receipt.0).await.unwrap();
    let new = NewRefund { credit: credit.id, amount: kes(10_000), reason: "Wants some back".into() };
    let refund = refunds::request(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    let (first, second) = (bench.order(&[50_000]).await, bench.order(&[10_000]).await);
    let (first, second) = (bench.receivables(first).await.remove(0).reference, bench.receivables(second).await.remove(0).reference);
    let mut tx = bench.staff().begin_write().await.unwrap();
    credits::use_for(&mut tx, credit.id, &first).await.unwrap();
    refunds::take_back(&mut tx, refund.id, refund.version, "Changed her mind").await.unwrap();
    credits::use_for(&mut tx, credit.id, &second).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.balance(&Account::clearing("customer_credit")).await, 0);
    let figures = figures::figures(&mut bench.staff().begin_read().await.unwrap()).await.unwrap();
    assert_eq!(figures.collected, kes(60_000), "money that was used again was collected once");
}
