//! Money that leaves by a file: approved by a second person, sent once, settled by what the bank answers.

use kernel::{AppResult, Scope, money::Currency};
use ledger::{
    accounts::Account,
    bank_accounts::{self, BankAccountId, BankAccountInput},
    credits,
    journal::{self, Entry, Line},
    payout_batches::{self, Batch, BatchState, Layout, LayoutField, NewBatch, Outcome, ResultFile, ResultMapping, Verdict},
    payouts::{self, DestinationInput, Payout, PayoutRules, PayoutState},
    refunds::{self, NewRefund, Refund, RefundRules, RefundState},
};
use uuid::Uuid;

use crate::bench::{Bench, kes};

fn account() -> DestinationInput {
    DestinationInput {
        way: "bank".into(),
        payee: "Asha Mfano".into(),
        bank: "Mfano Bank".into(),
        bank_code: "01".into(),
        account: "0100000001".into(),
        ..DestinationInput::default()
    }
}

fn phone() -> DestinationInput {
    DestinationInput { way: "mobile".into(), payee: "Asha Mfano".into(), phone: "0700 000 101".into(), ..DestinationInput::default() }
}

/// An approved refund of money that the customer paid too much.
async fn refund(bench: &Bench, minor: i64) -> Refund {
    let source = Uuid::now_v7();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let version = tx.setting::<RefundRules>().await.unwrap().version;
    tx.set_setting(&RefundRules { approval_above: 100_000_000 }, version).await.unwrap();
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
    let refund = refunds::request(&mut tx, NewRefund { credit, amount: kes(minor), reason: "Paid twice".into() }).await.unwrap();
    tx.commit().await.unwrap();
    refund
}

async fn request(scope: &Scope, refund: &Refund, to: &DestinationInput) -> AppResult<Payout> {
    let mut tx = scope.begin_write().await?;
    let payout = refunds::pay_out(&mut tx, refund.id, refund.version, to).await?;
    tx.commit().await?;
    Ok(payout)
}

async fn approve(scope: &Scope, payout: &Payout) -> AppResult<Payout> {
    let mut tx = scope.begin_write().await?;
    let approved = payouts::approve(&mut tx, payout.id, payout.version).await?;
    tx.commit().await?;
    Ok(approved)
}

/// A payout of a refund that somebody else approved.
async fn approved(bench: &Bench, minor: i64, to: &DestinationInput) -> Payout {
    let refund = refund(bench, minor).await;
    let payout = request(&bench.staff(), &refund, to).await.unwrap();
    approve(&bench.staff(), &payout).await.unwrap()
}

async fn bank(bench: &Bench, number: &str) -> BankAccountId {
    let mut tx = bench.staff().begin_write().await.unwrap();
    let input = BankAccountInput { name: "Main".into(), bank: "Mfano Bank".into(), number: number.into(), currency: "KES".into(), state: None };
    let id = bank_accounts::create(&mut tx, input).await.unwrap().id;
    tx.commit().await.unwrap();
    id
}

async fn file(bench: &Bench, account: BankAccountId, payouts: &[&Payout]) -> AppResult<Batch> {
    let mut tx = bench.staff().begin_write().await?;
    let new = NewBatch { account, payouts: payouts.iter().map(|payout| payout.id).collect(), execute_on: bench.today() };
    let batch = payout_batches::create(&mut tx, new).await?;
    tx.commit().await?;
    Ok(batch)
}

async fn answer(bench: &Bench, batch: &Batch, file: &str) -> AppResult<ResultFile> {
    let mut tx = bench.staff().begin_write().await?;
    let taken = payout_batches::take_answer(&mut tx, batch.id, "answer", file.as_bytes()).await?;
    tx.commit().await?;
    Ok(taken)
}

/// A report on a batch: reference, status.
fn report(batch: &Batch, lines: &[(&str, &str)]) -> String {
    let line = |(reference, status): &(&str, &str)| {
        format!("<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>{status}</TxSts></TxInfAndSts>")
    };
    let lines: String = lines.iter().map(line).collect();
    format!(
        "<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>{}</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>{lines}</OrgnlPmtInfAndSts>\
         </CstmrPmtStsRpt></Document>",
        batch.number
    )
}

fn verdicts(taken: &ResultFile) -> Vec<Verdict> {
    taken.lines.iter().map(|line| line.verdict).collect()
}

async fn state(bench: &Bench, payout: &Payout) -> PayoutState {
    payouts::get(&mut bench.system().begin_read().await.unwrap(), payout.id).await.unwrap().state
}

async fn refund_state(bench: &Bench, payout: &Payout) -> RefundState {
    refunds::get(&mut bench.system().begin_read().await.unwrap(), payout.debt_id.into()).await.unwrap().state
}

#[tokio::test]
async fn a_second_person_approves_above_the_limit_and_nobody_approves_his_own() {
    let bench = Bench::new().await;
    let refund = refund(&bench, 50_000).await;
    let asker = bench.staff();
    let payout = request(&asker, &refund, &account()).await.unwrap();
    assert_eq!((payout.state, payout.number.as_str()), (PayoutState::Requested, "PO-2026-00001"));
    assert!(approve(&asker, &payout).await.unwrap_err().is("payout.same_person"));
    let main = bank(&bench, "0900000001").await;
    assert!(file(&bench, main, &[&payout]).await.unwrap_err().is("payout_batch.payout_taken"), "not approved");
    assert_eq!(approve(&bench.staff(), &payout).await.unwrap().state, PayoutState::Approved);
    for forbidden in [
        "update payouts set approved_by = requested_by where id = $1",
        "update payouts set approved_by = null, approved_at = null where id = $1",
        "update payouts set state = 'paid' where id = $1",
    ] {
        let mut tx = bench.staff().begin_write().await.unwrap();
        assert!(sqlx::query(forbidden).bind(payout.id.0).execute(tx.conn()).await.is_err(), "{forbidden}");
    }
}

#[tokio::test]
async fn below_the_limit_one_person_is_enough() {
    let bench = Bench::new().await;
    let mut tx = bench.staff().begin_write().await.unwrap();
    tx.set_setting(&PayoutRules { approval_above: 50_000 }, 0).await.unwrap();
    tx.commit().await.unwrap();
    let (small, large) = (refund(&bench, 50_000).await, refund(&bench, 50_001).await);
    assert_eq!(request(&bench.staff(), &small, &account()).await.unwrap().state, PayoutState::Approved);
    assert_eq!(request(&bench.staff(), &large, &account()).await.unwrap().state, PayoutState::Requested);
}

#[tokio::test]
async fn a_refund_has_one_payout_and_is_not_paid_beside_it() {
    let bench = Bench::new().await;
    let refund = refund(&bench, 50_000).await;
    let payout = request(&bench.staff(), &refund, &account()).await.unwrap();
    assert!(request(&bench.staff(), &refund, &phone()).await.unwrap_err().is("payout.under_way"));
    let paid = refunds::Paid { method: refunds::RefundMethod::BankTransfer, reference: "T1".into(), on: bench.today() };
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert!(refunds::pay(&mut tx, refund.id, refund.version, &paid).await.unwrap_err().is("payout.under_way"));
    assert!(refunds::take_back(&mut tx, refund.id, refund.version, "Not wanted").await.unwrap_err().is("payout.under_way"));
    payouts::withdraw(&mut tx, payout.id, payout.version, "The account is wrong").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(request(&bench.staff(), &refund, &phone()).await.unwrap().to.phone.as_deref(), Some("+254700000101"));
}

#[tokio::test]
async fn what_the_bank_paid_is_booked_once_however_often_the_answer_is_uploaded() {
    let bench = Bench::new().await;
    let (one, two) = (approved(&bench, 50_000, &account()).await, approved(&bench, 20_000, &phone()).await);
    let main = bank(&bench, "0900000001").await;
    let batch = file(&bench, main, &[&one, &two]).await.unwrap();
    assert_eq!((batch.total, batch.payout_count, state(&bench, &one).await), (kes(70_000), 2, PayoutState::Sent));
    assert_eq!(bench.balance(&Account::bank()).await, 0, "nothing is booked before the bank has paid");

    let said = report(&batch, &[(&one.number, "ACSC"), (&two.number, "RJCT"), ("PO-2026-00099", "ACSC")]);
    let taken = answer(&bench, &batch, &said).await.unwrap();
    assert_eq!(verdicts(&taken), [Verdict::Paid, Verdict::Failed, Verdict::UnknownReference]);
    assert_eq!((state(&bench, &one).await, refund_state(&bench, &one).await), (PayoutState::Paid, RefundState::Paid));
    assert_eq!((state(&bench, &two).await, refund_state(&bench, &two).await), (PayoutState::Failed, RefundState::Approved));
    assert_eq!((bench.balance(&Account::bank()).await, bench.books().await.1), (-50_000, 20_000));

    let again = answer(&bench, &batch, &said).await.unwrap();
    assert_eq!(verdicts(&again), [Verdict::Unchanged, Verdict::Unchanged, Verdict::UnknownReference]);
    let opposite = answer(&bench, &batch, &report(&batch, &[(&one.number, "RJCT"), (&two.number, "ACSC")])).await.unwrap();
    assert_eq!(verdicts(&opposite), [Verdict::Contradicts, Verdict::Contradicts]);
    assert_eq!(bench.balance(&Account::bank()).await, -50_000);
    assert_eq!((bench.events("payout.paid").await.len(), bench.events("refund.paid").await.len()), (1, 1));
    let record = payout_batches::record(&mut bench.system().begin_read().await.unwrap(), batch.id).await.unwrap();
    assert_eq!((record.batch.state, record.answers.len()), (BatchState::Settled, 3));
}

#[tokio::test]
async fn a_payout_is_in_no_other_file_until_it_failed() {
    let bench = Bench::new().await;
    let payout = approved(&bench, 50_000, &account()).await;
    let (main, other) = (bank(&bench, "0900000001").await, bank(&bench, "0900000002").await);
    let first = file(&bench, main, &[&payout]).await.unwrap();
    assert!(file(&bench, other, &[&payout]).await.unwrap_err().is("payout_batch.payout_taken"));
    answer(&bench, &first, &report(&first, &[(&payout.number, "RJCT")])).await.unwrap();
    assert!(file(&bench, other, &[&payout]).await.unwrap_err().is("payout_batch.payout_taken"), "staff look at it first");
    let mut tx = bench.staff().begin_write().await.unwrap();
    let failed = payouts::get(&mut tx, payout.id).await.unwrap();
    payouts::again(&mut tx, payout.id, failed.version).await.unwrap();
    tx.commit().await.unwrap();
    let second = file(&bench, other, &[&payout]).await.unwrap();
    let late = answer(&bench, &first, &report(&first, &[(&payout.number, "ACSC")])).await.unwrap();
    assert_eq!(verdicts(&late), [Verdict::Contradicts], "the first file cannot pay the second try");
    let taken = answer(&bench, &second, &report(&second, &[(&payout.number, "ACSC"), ("PO-2026-00001-2", "ACSC")])).await.unwrap();
    assert_eq!(verdicts(&taken), [Verdict::UnknownReference, Verdict::Paid], "each try has a reference of its own");
    assert_eq!(bench.balance(&Account::bank()).await, -50_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_make_files_at_once_a_payout_is_in_one() {
    let bench = Bench::new().await;
    let (one, two) = (approved(&bench, 50_000, &account()).await, approved(&bench, 20_000, &account()).await);
    let main = bank(&bench, "0900000001").await;
    let (forth, back) = ([&one, &two], [&two, &one]);
    let (there, back, there_too) = tokio::join!(file(&bench, main, &forth), file(&bench, main, &back), file(&bench, main, &forth));
    let made = [there, back, there_too].into_iter().filter(|made| made.is_ok()).count();
    assert_eq!((made, state(&bench, &one).await, state(&bench, &two).await), (1, PayoutState::Sent, PayoutState::Sent));
}

#[tokio::test]
async fn a_file_that_the_bank_never_had_is_withdrawn_and_its_payouts_are_ready_again() {
    let bench = Bench::new().await;
    let payout = approved(&bench, 50_000, &account()).await;
    let main = bank(&bench, "0900000001").await;
    let batch = file(&bench, main, &[&payout]).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    assert!(payout_batches::withdraw(&mut tx, batch.id, batch.version, " ").await.unwrap_err().is("validation_error"));
    payout_batches::withdraw(&mut tx, batch.id, batch.version, "Wrong account").await.unwrap();
    assert!(payout_batches::withdraw(&mut tx, batch.id, batch.version + 1, "Again").await.unwrap_err().is("payout_batch.wrong_state"));
    tx.commit().await.unwrap();
    assert_eq!(state(&bench, &payout).await, PayoutState::Approved);
    assert!(answer(&bench, &batch, &report(&batch, &[(&payout.number, "ACSC")])).await.unwrap_err().is("payout_batch.wrong_state"));
    let mut tx = bench.staff().begin_read().await.unwrap();
    assert!(payout_batches::pain001(&mut tx, batch.id).await.unwrap_err().is("payout_batch.wrong_state"));
    drop(tx);
    let next = file(&bench, main, &[&payout]).await.unwrap();
    let record = payout_batches::record(&mut bench.system().begin_read().await.unwrap(), next.id).await.unwrap();
    assert_eq!((record.items[0].reference.as_str(), record.items[0].outcome), ("PO-2026-00001-2", Outcome::Open));
    answer(&bench, &next, &report(&next, &[("PO-2026-00001-2", "RJCT")])).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let settled = payout_batches::get(&mut tx, next.id).await.unwrap();
    assert!(payout_batches::withdraw(&mut tx, next.id, settled.version, "Late").await.unwrap_err().is("payout_batch.wrong_state"));
}

#[tokio::test]
async fn the_file_says_who_is_paid_what_as_pain_001_and_as_csv_in_the_banks_layout() {
    let bench = Bench::new().await;
    let (one, two) = (approved(&bench, 50_050, &account()).await, approved(&bench, 20_000, &phone()).await);
    let main = bank(&bench, "0900 000 001").await;
    let batch = file(&bench, main, &[&one, &two]).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let (name, xml) = payout_batches::pain001(&mut tx, batch.id).await.unwrap();
    let xml = String::from_utf8(xml).unwrap();
    assert_eq!(name, "PB-2026-00001.xml");
    for part in [
        "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09",
        "<MsgId>PB-2026-00001</MsgId>",
        "<NbOfTxs>2</NbOfTxs>",
        "<CtrlSum>700.50</CtrlSum>",
        "<EndToEndId>PO-2026-00001</EndToEndId>",
        "<InstdAmt Ccy=\"KES\">500.50</InstdAmt>",
        "<MmbId>01</MmbId>",
        "<Id>0100000001</Id>",
        "<Id>0900000001</Id>",
        "<Cd>TELE</Cd>",
        "<Id>+254700000101</Id>",
    ] {
        assert!(xml.contains(part), "{part}: {xml}");
    }
    let plain = String::from_utf8(payout_batches::csv(&mut tx, batch.id).await.unwrap().1).unwrap();
    assert!(plain.starts_with("reference,payee,way,account,"), "{plain}");
    let mut layout = Layout { delimiter: ';', headers: false, ..Layout::default() };
    let order = [LayoutField::Amount, LayoutField::Account, LayoutField::Reference];
    layout.columns.retain(|column| order.contains(&column.field));
    layout.columns.sort_by_key(|column| order.iter().position(|field| *field == column.field));
    payout_batches::save_layout(&mut tx, main, &layout).await.unwrap();
    let csv = String::from_utf8(payout_batches::csv(&mut tx, batch.id).await.unwrap().1).unwrap();
    assert_eq!(csv, "500.50;0100000001;PO-2026-00001\n200.00;;PO-2026-00002\n");
}

#[tokio::test]
async fn a_csv_answer_is_read_by_the_mapping_that_was_saved() {
    let bench = Bench::new().await;
    let (one, two) = (approved(&bench, 50_000, &account()).await, approved(&bench, 20_000, &account()).await);
    let main = bank(&bench, "0900000001").await;
    let batch = file(&bench, main, &[&one, &two]).await.unwrap();
    let said = "Ref,Amount,Status,Bank ref,Reason\nPO-2026-00001,500.00,Done,FT1,\nPO-2026-00002,20.00,Done,FT2,\nPO-2026-00002,200.00,Parked,,\n";
    assert!(answer(&bench, &batch, said).await.unwrap_err().is("payout_answer.no_mapping"));
    let mapping = ResultMapping {
        delimiter: ',',
        skip: 1,
        reference: 0,
        status: 2,
        amount: Some(1),
        receipt: Some(3),
        reason: Some(4),
        paid: vec!["done".into()],
        failed: vec!["refused".into()],
    };
    let mut tx = bench.staff().begin_write().await.unwrap();
    payout_batches::save_result_mapping(&mut tx, main, &mapping).await.unwrap();
    tx.commit().await.unwrap();
    let taken = answer(&bench, &batch, said).await.unwrap();
    assert_eq!(verdicts(&taken), [Verdict::Paid, Verdict::AmountDiffers, Verdict::UnknownWord]);
    let paid = payouts::get(&mut bench.system().begin_read().await.unwrap(), one.id).await.unwrap();
    assert_eq!((paid.receipt.as_deref(), state(&bench, &two).await), (Some("FT1"), PayoutState::Sent));
    assert!(answer(&bench, &batch, &said.replace("500.00", "a lot")).await.unwrap_err().is("payout_answer.row_unreadable"));
}

#[tokio::test]
async fn a_file_that_was_rejected_as_a_whole_fails_every_payout_of_it() {
    let bench = Bench::new().await;
    let (one, two) = (approved(&bench, 50_000, &account()).await, approved(&bench, 20_000, &account()).await);
    let main = bank(&bench, "0900000001").await;
    let batch = file(&bench, main, &[&one, &two]).await.unwrap();
    let rejected = format!(
        "<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>{}</OrgnlMsgId><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>",
        batch.number
    );
    assert_eq!(verdicts(&answer(&bench, &batch, &rejected).await.unwrap()), [Verdict::Failed, Verdict::Failed]);
    assert_eq!((state(&bench, &one).await, bench.balance(&Account::bank()).await), (PayoutState::Failed, 0));
}

#[tokio::test]
async fn money_that_came_back_is_put_back_and_the_refund_may_be_paid_again() {
    let bench = Bench::new().await;
    let payout = approved(&bench, 50_000, &account()).await;
    let main = bank(&bench, "0900000001").await;
    let batch = file(&bench, main, &[&payout]).await.unwrap();
    answer(&bench, &batch, &report(&batch, &[(&payout.number, "ACSC")])).await.unwrap();
    let mut tx = bench.staff().begin_write().await.unwrap();
    let paid = payouts::get(&mut tx, payout.id).await.unwrap();
    payouts::come_back(&mut tx, payout.id, paid.version, "Account closed").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((bench.balance(&Account::bank()).await, bench.books().await.1), (0, 50_000));
    let refund = refunds::get(&mut bench.system().begin_read().await.unwrap(), payout.debt_id.into()).await.unwrap();
    assert_eq!(refund.state, RefundState::Approved);
    assert_eq!(request(&bench.staff(), &refund, &phone()).await.unwrap().number, "PO-2026-00002");
}

#[tokio::test]
async fn credit_that_was_used_meanwhile_is_not_sent() {
    let bench = Bench::new().await;
    let (one, two) = (approved(&bench, 50_000, &account()).await, approved(&bench, 50_000, &account()).await);
    let main = bank(&bench, "0900000001").await;
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
    file(&bench, main, &[&one]).await.unwrap();
    assert!(file(&bench, main, &[&two]).await.unwrap_err().is("refund.balance_used"), "what is on its way counts too");
    assert_eq!(journal::balance(&mut bench.system().begin_read().await.unwrap(), &Account::bank(), Currency::KES).await.unwrap(), kes(0));
}
