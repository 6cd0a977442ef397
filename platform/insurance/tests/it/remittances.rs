//! Premium travels to the insurer.

use insurance::{
    insurers::InsurerId,
    remittances::{Agreement, DueLine, Remittance, RemittanceState, bordereau, service},
};
use kernel::{
    AppResult,
    money::{Currency, Money},
};
use ledger::{
    accounts::Account,
    bank_accounts::{self, BankAccountInput},
    journal::{self, Entry, Line},
    payout_batches::{self, NewBatch},
    payouts::{self, DestinationInput, PayoutRules},
};
use uuid::Uuid;

use crate::sale::Sale;

fn kes(minor: i64) -> Money {
    Money::new(minor, Currency::KES)
}

/// A brokerage that sold two cars' cover of one insurer, and that insurer.
async fn sold() -> (Sale, InsurerId) {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A", "KDB 456B"]).await;
    sale.pay(&order).await;
    sale.work().await;
    let mut tx = sale.staff().begin_read().await.unwrap();
    let held = service::held(&mut tx).await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].held, held[0].open, held[0].due), (kes(8_100_000), kes(8_100_000), kes(0)));
    let insurer = held[0].insurer;
    drop(tx);
    (sale, insurer)
}

async fn due(sale: &Sale, insurer: InsurerId) -> Vec<DueLine> {
    service::due_lines(&mut sale.staff().begin_read().await.unwrap(), insurer).await.unwrap()
}

async fn make(sale: &Sale, insurer: InsurerId, lines: &[DueLine]) -> AppResult<Remittance> {
    let postings: Vec<Uuid> = lines.iter().map(|line| line.journal_line).collect();
    let mut tx = sale.staff().begin_write().await?;
    let made = service::create(&mut tx, insurer, &postings).await?;
    tx.commit().await?;
    Ok(made)
}

async fn pay(sale: &Sale, remittance: &Remittance, reference: &str) -> AppResult<()> {
    let mut tx = sale.staff().begin_write().await?;
    let today = tx.scope().today();
    service::pay(&mut tx, remittance.id, reference, today).await?;
    tx.commit().await
}

async fn balance(sale: &Sale, account: Account) -> i64 {
    journal::balance(&mut sale.staff().begin_read().await.unwrap(), &account, Currency::KES).await.unwrap().minor
}

#[tokio::test]
async fn a_remittance_pays_what_is_held_once_and_the_books_balance() {
    let (sale, insurer) = sold().await;
    let lines = due(&sale, insurer).await;
    assert_eq!(lines.iter().map(|line| (line.held, line.commission)).collect::<Vec<_>>(), [(kes(4_050_000), kes(450_000)); 2]);
    assert_eq!((lines[0].due_on - lines[0].business_date).num_days(), 30, "as the way of collecting says");
    assert_eq!((lines[0].policy_number.as_deref(), lines[0].insured.as_deref()), (Some("POL-2026-00001"), Some("Amani Mfano")));
    let made = make(&sale, insurer, &lines[..1]).await.unwrap();
    assert_eq!((made.payable, made.line_count), (kes(4_050_000), 1));
    assert_eq!(make(&sale, insurer, &lines[..1]).await.unwrap_err().code, "remittance.line_taken");
    assert_eq!(due(&sale, insurer).await.len(), 1);
    pay(&sale, &made, "FT001").await.unwrap();
    assert_eq!(pay(&sale, &made, "FT002").await.unwrap_err().code, "remittance.state");
    assert_eq!((balance(&sale, Account::premium_held(insurer.0)).await, balance(&sale, Account::bank()).await), (-4_050_000, -4_050_000));
    let rest = make(&sale, insurer, &lines[1..]).await.unwrap();
    assert_eq!(pay(&sale, &rest, "FT001").await.unwrap_err().code, "remittance.reference_taken");
    pay(&sale, &rest, "FT002").await.unwrap();
    let mut tx = sale.staff().begin_read().await.unwrap();
    let held = service::held(&mut tx).await.unwrap();
    assert_eq!((held[0].held, held[0].open), (kes(0), kes(0)));
}

#[tokio::test]
async fn premium_is_due_when_its_days_have_passed() {
    let (sale, insurer) = sold().await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    service::agree(&mut tx, insurer, Agreement { remit_days: Some(10), ..Agreement::default() }).await.unwrap();
    let stale = service::agree(&mut tx, insurer, Agreement::default()).await.unwrap_err();
    assert_eq!(stale.code, "remittance.agreement_changed");
    tx.commit().await.unwrap();
    sale.advance_days(9);
    let due = async || service::held(&mut sale.staff().begin_read().await.unwrap()).await.unwrap().remove(0).due;
    assert_eq!(due().await, kes(0));
    sale.advance_days(1);
    assert_eq!(due().await, kes(8_100_000));
}

#[tokio::test]
async fn where_commission_is_not_netted_the_premium_is_paid_whole_and_the_insurer_owes_it() {
    let (sale, insurer) = sold().await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    service::agree(&mut tx, insurer, Agreement { commission_netted: false, ..Agreement::default() }).await.unwrap();
    tx.commit().await.unwrap();
    let made = make(&sale, insurer, &due(&sale, insurer).await).await.unwrap();
    assert_eq!(made.payable, kes(9_000_000));
    pay(&sale, &made, "FT001").await.unwrap();
    assert_eq!(balance(&sale, Account::premium_held(insurer.0)).await, 0);
    assert_eq!((balance(&sale, Account::bank()).await, balance(&sale, Account::commission_receivable(insurer.0)).await), (-9_000_000, 900_000));
}

#[tokio::test]
async fn taking_a_remittance_back_frees_its_lines_and_restores_the_books() {
    let (sale, insurer) = sold().await;
    let before = sale.books().await;
    let made = make(&sale, insurer, &due(&sale, insurer).await).await.unwrap();
    pay(&sale, &made, "FT001").await.unwrap();
    let reverse = async || {
        let mut tx = sale.staff().begin_write().await.unwrap();
        let done = service::reverse(&mut tx, made.id, "Returned by the bank").await;
        if done.is_ok() {
            tx.commit().await.unwrap();
        }
        done
    };
    reverse().await.unwrap();
    assert_eq!(reverse().await.unwrap_err().code, "remittance.state");
    let moved: Vec<_> = sale.books().await.into_iter().filter(|(_, minor)| *minor != 0).collect();
    assert_eq!(moved, before);
    assert_eq!(due(&sale, insurer).await.len(), 2, "the entry and its reversal are nothing to remit");
    let again = make(&sale, insurer, &due(&sale, insurer).await).await.unwrap();
    pay(&sale, &again, "FT001").await.unwrap();
}

#[tokio::test]
async fn premium_that_was_given_back_is_taken_off_the_next_remittance() {
    let (sale, insurer) = sold().await;
    let mut tx = sale.staff().begin_write().await.unwrap();
    let entry = Entry {
        kind: "policy_cancelled",
        description: "POL-2026-00001 cancelled".into(),
        source: ("cancellation", Uuid::now_v7()),
        business_date: tx.scope().today(),
        lines: vec![
            Line::debit(Account::premium_held(insurer.0), kes(1_000_000)),
            Line::debit(Account::commission_income(), kes(100_000)),
            Line::credit(Account::customer_credit(sale.customer.id.0), kes(1_100_000)).unwrap(),
        ],
    };
    journal::post(&mut tx, entry).await.unwrap();
    tx.commit().await.unwrap();
    let lines = due(&sale, insurer).await;
    let back = lines.iter().find(|line| line.held == kes(-1_000_000)).unwrap();
    assert_eq!(back.commission, kes(-100_000));
    assert_eq!(make(&sale, insurer, std::slice::from_ref(back)).await.unwrap_err().code, "remittance.nothing_to_pay");
    assert_eq!(make(&sale, insurer, &lines).await.unwrap().payable, kes(7_100_000));
}

#[tokio::test]
async fn the_list_for_the_insurer_names_policies_and_figures() {
    let (sale, insurer) = sold().await;
    let made = make(&sale, insurer, &due(&sale, insurer).await).await.unwrap();
    let mut tx = sale.staff().begin_read().await.unwrap();
    let record = service::record(&mut tx, made.id).await.unwrap();
    assert_eq!(record.remittance.state, RemittanceState::Draft);
    let list = bordereau(&record).unwrap();
    let row = list.lines().nth(1).unwrap();
    assert!(
        row.starts_with("REM-2026-00001,") && row.contains("POL-2026-00001,Amani Mfano,") && row.ends_with(",45000.00,4500.00,40500.00,KES"),
        "{row}"
    );
}

#[tokio::test]
async fn a_draft_that_is_discarded_books_nothing() {
    let (sale, insurer) = sold().await;
    let before = sale.books().await;
    let made = make(&sale, insurer, &due(&sale, insurer).await).await.unwrap();
    let mut tx = sale.staff().begin_write().await.unwrap();
    service::discard(&mut tx, made.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sale.books().await, before);
    assert_eq!(
        (due(&sale, insurer).await.len(), pay(&sale, &made, "FT001").await.unwrap_err().code.into_owned()),
        (2, "remittance.state".to_owned())
    );
}

#[tokio::test]
async fn the_advice_of_a_paid_remittance_is_issued_once() {
    let (sale, insurer) = sold().await;
    let made = make(&sale, insurer, &due(&sale, insurer).await).await.unwrap();
    let (app, staff) = (&sale.shop.world.app, sale.staff());
    assert!(insurance::remittances::advice(app, &staff, made.id).await.unwrap_err().is("remittance.state"));
    pay(&sale, &made, "FT001").await.unwrap();
    let advice = insurance::remittances::advice(app, &staff, made.id).await.unwrap();
    assert_eq!(advice.number.as_deref(), Some("RA-2026-00001"));
    assert_eq!(insurance::remittances::advice(app, &staff, made.id).await.unwrap().id, advice.id);
    let bytes = documents::register::service::bytes(app, &sale.system(), &advice).await.unwrap();
    assert!(bytes.starts_with(b"%PDF"));
}

#[tokio::test]
async fn a_remittance_is_booked_once_when_its_payout_is_paid_and_taken_back_when_the_money_returns() {
    let (sale, insurer) = sold().await;
    let made = make(&sale, insurer, &due(&sale, insurer).await).await.unwrap();
    let mut tx = sale.staff().begin_write().await.unwrap();
    tx.set_setting(&PayoutRules { approval_above: made.payable.minor }, 0).await.unwrap();
    let to = DestinationInput {
        way: "bank".into(),
        payee: "Mfano Insurance".into(),
        bank: "Mfano Bank".into(),
        account: "0100000009".into(),
        ..DestinationInput::default()
    };
    let payout = service::pay_out(&mut tx, made.id, &to).await.unwrap();
    let input = BankAccountInput { name: "Main".into(), bank: "Mfano Bank".into(), number: "0900000001".into(), currency: "KES".into(), state: None };
    let account = bank_accounts::create(&mut tx, input).await.unwrap().id;
    tx.commit().await.unwrap();
    assert_eq!(pay(&sale, &made, "FT001").await.unwrap_err().code, "payout.under_way");

    let mut tx = sale.staff().begin_write().await.unwrap();
    let today = tx.scope().today();
    let batch = payout_batches::create(&mut tx, NewBatch { account, payouts: vec![payout.id], execute_on: today }).await.unwrap();
    let paid = format!(
        "<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>{}</OrgnlMsgId><GrpSts>ACSC</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>",
        batch.number
    );
    payout_batches::take_answer(&mut tx, batch.id, "answer.xml", paid.as_bytes()).await.unwrap();
    tx.commit().await.unwrap();
    sale.work().await;
    sale.work_again().await;
    let state = async || service::record(&mut sale.staff().begin_read().await.unwrap(), made.id).await.unwrap().remittance;
    assert_eq!((state().await.state, state().await.bank_reference), (RemittanceState::Paid, Some(payout.number.clone())));
    assert_eq!((balance(&sale, Account::premium_held(insurer.0)).await, balance(&sale, Account::bank()).await), (0, -8_100_000));

    let mut tx = sale.staff().begin_write().await.unwrap();
    let version = payouts::get(&mut tx, payout.id).await.unwrap().version;
    payouts::come_back(&mut tx, payout.id, version, "Account closed").await.unwrap();
    tx.commit().await.unwrap();
    sale.work().await;
    assert_eq!((state().await.state, balance(&sale, Account::bank()).await), (RemittanceState::Reversed, 0));
}
