//! The money desk at work: a bank's statement from the first file to the last difference, debts by age, premium to an insurer.

use axum::http::StatusCode;
use insurance::insurers;
use kernel::{
    money::{Currency, Money},
    paging::PageRequest,
};
use ledger::{
    accounts::Account,
    journal::{self, Entry, Line},
};
use uuid::Uuid;

use crate::{
    markup::sound,
    sales,
    support::{Browser, Firm, Site},
};

const STATEMENT: &str = "Mfano Bank\nDate;Details;Out;In\n20/11/2026;Ledger fee;120,50;\n21/11/2026;Asha Mfano;;1.500,00\n";

/// The first address of the page that begins so.
fn link(html: &str, start: &str) -> String {
    let at = html.find(&format!("href=\"{start}")).unwrap_or_else(|| panic!("no link {start} in {html}")) + 6;
    html[at..].split('"').next().unwrap_or_default().to_owned()
}

async fn account(browser: &mut Browser<'_>) {
    let key = browser.get("/bank-accounts/new").await.hidden("idempotency_key");
    let fields = [("idempotency_key", key.as_str()), ("name", "Main"), ("bank", "Mfano Bank"), ("number", "0100000001"), ("currency", "KES")];
    let made = browser.post("/bank-accounts/new", &fields).await;
    assert_eq!((made.status, made.location.as_str()), (StatusCode::SEE_OTHER, "/bank-accounts"), "{}", made.body);
}

#[tokio::test]
async fn a_banks_first_file_leads_to_its_columns_and_its_differences_are_booked() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    account(&mut browser).await;
    assert!(browser.get("/statements/import").await.has("Main, 0100000001"));
    let file = ("file", "november.csv", STATEMENT.as_bytes());
    let book = [("book", "bank-main-kes")];

    let columns = browser.upload("/statements/import", &book, file).await;
    assert_eq!(columns.status, StatusCode::OK, "{}", columns.body);
    sound("columns", &columns.body);
    assert!(columns.has("The first rows as they are read"));
    // The sample travels with the form; the cents stand after a comma.
    let fields = [
        ("sample", STATEMENT),
        ("delimiter", ";"),
        ("skip", "2"),
        ("date", "0"),
        ("date_format", "day_month_year"),
        ("style", "split"),
        ("credit", "3"),
        ("debit", "2"),
        ("decimal", "comma"),
        ("reference", "none"),
        ("counterparty", "none"),
        ("narrative", "1"),
        ("id", "none"),
    ];
    let again = [fields.as_slice(), &[("then", "other")]].concat();
    let path = "/statements/columns/bank-main-kes";
    let shown = browser.upload(path, &again, ("file", "", b"")).await;
    assert!(shown.has("1,500") && shown.has("Asha Mfano"), "{}", shown.body);
    let kept = browser.upload(path, &fields, ("file", "", b"")).await;
    assert_eq!((kept.status, kept.location.as_str()), (StatusCode::SEE_OTHER, "/statements/import?book=bank-main-kes"), "{}", kept.body);

    let imported = browser.upload("/statements/import", &book, file).await;
    assert_eq!(imported.status, StatusCode::SEE_OTHER, "{}", imported.body);
    let list = browser.get("/differences").await;
    assert!(list.has("Not caused by us") && list.has("We do not have it"), "{}", list.body);
    let resolve = link(&list.body, "/differences/0");
    let page = browser.get(&resolve).await;
    sound(&resolve, &page.body);
    assert!(page.has("A charge of the bank or provider") && !page.has("Commission that an insurer paid"), "{}", page.body);
    let refused = browser.post(&resolve, &[("as", "charge"), ("reason", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let booked = browser.post(&resolve, &[("as", "charge"), ("reason", "Monthly fee")]).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.body);
    assert!(browser.get("/books").await.has("Main fees"));

    let waiting = browser.get("/receipts").await;
    let assign = link(&waiting.body, "/receipts/");
    let page = browser.get(&assign).await;
    sound(&assign, &page.body);
    assert!(page.has("A credit for a customer") && page.has("1,500"), "{}", page.body);
    let wrong = browser.post(&assign, &[("to", "other"), ("debt", "nothing"), ("reason", "x")]).await;
    assert!(wrong.has("No debt has this reference."), "{}", wrong.body);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named_beside_those_that_were_taken() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    account(&mut browser).await;
    let file = ":20:1\n:25:0100000001\n:60F:C261119KES10,\n:61:2611191119D5,NCHGNONREF//C1\n:61:2611191119D7NCHGNONREF//C2\n:62F:C261119KES3,\n-\n";
    let imported = browser.upload("/statements/import", &[("book", "bank-main-kes")], ("file", "a.mt940", file.as_bytes())).await;
    assert_eq!(imported.status, StatusCode::SEE_OTHER, "{}", imported.body);
    let page = browser.get(&imported.location).await;
    sound(&imported.location, &page.body);
    assert!(
        page.has("Row 5") && page.has("It has no amount that can be read.") && page.has("One row of the file could not be read"),
        "{}",
        page.body
    );
    assert!(page.has("1 new lines, 1 agree"), "{}", page.body);
}

#[tokio::test]
async fn a_file_of_another_kind_is_refused_in_words() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    account(&mut browser).await;
    let book = [("book", "bank-main-kes")];
    let bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">&b;</Document>";
    let refused = browser.upload("/statements/import", &book, ("file", "a.xml", bomb.as_bytes())).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("It was not read."), "{}", refused.body);
    let sheet = browser.upload("/statements/import", &book, ("file", "a.xlsx", b"PK\x03\x04")).await;
    assert!(sheet.has("This file is of none of the formats we read"), "{}", sheet.body);
    let none = browser.upload("/statements/import", &book, ("file", "", b"")).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Premium of an insurer that the firm collected, as issuing a policy posts it.
async fn premium(firm: &Firm, customer: Uuid) -> Uuid {
    let kes = |minor| Money::new(minor, Currency::KES);
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    let insurer = insurers::service::list(&mut tx, &PageRequest::default()).await.expect("insurers").results.remove(0).id.0;
    let entry = Entry {
        kind: "policy_issued",
        description: "POL-2026-00009: Mfano Insurance".into(),
        source: ("order_line", Uuid::now_v7()),
        business_date: firm.scope.today(),
        lines: vec![
            Line::debit(Account::customer_credit(customer), kes(100_000)),
            Line::credit(Account::premium_held(insurer), kes(90_000)).expect("a line"),
            Line::credit(Account::commission_income(), kes(10_000)).expect("a line"),
        ],
    };
    journal::post(&mut tx, entry).await.expect("posted");
    tx.commit().await.expect("commit");
    insurer
}

#[tokio::test]
async fn premium_held_is_remitted_marked_as_paid_and_taken_back() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let insurer = premium(&firm, sold.customer).await;
    let mut browser = site.owner(&firm).await;
    let held = browser.get("/premium-held").await;
    assert!(held.has("KSh\u{a0}900"), "{}", held.body);
    let path = format!("/premium-held/{insurer}/remit");
    let form = browser.get(&path).await;
    sound(&path, &form.body);
    let key = form.hidden("idempotency_key");
    let posting = form.hidden("lines");
    let fields = [("idempotency_key", key.as_str()), ("lines", posting.as_str())];
    let made = browser.post(&path, &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    assert_eq!(browser.post(&path, &fields).await.location, made.location, "a second click leads to the first remittance");
    let record = made.location.clone();
    let shown = browser.get(&record).await;
    sound(&record, &shown.body);
    assert!(shown.has("REM-2026-00001") && shown.has("To be paid"));
    let list = browser.get(&format!("{record}/bordereau.csv")).await;
    assert!(list.has("POL-2026-00009: Mfano Insurance,1000.00,100.00,900.00,KES"), "{}", list.body);
    let today = firm.scope.today();
    let ahead = (today + chrono::Days::new(1)).to_string();
    let early = browser.post(&format!("{record}/pay"), &[("paid_on", ahead.as_str()), ("bank_reference", "FT001")]).await;
    assert!(early.has("This day has not come yet."), "{}", early.body);
    let today = today.to_string();
    let paid = browser.post(&format!("{record}/pay"), &[("paid_on", today.as_str()), ("bank_reference", "FT001")]).await;
    assert_eq!(paid.status, StatusCode::SEE_OTHER, "{}", paid.body);
    let entries = browser.get("/books/entries?search=900").await;
    let entry = link(&entries.body, "/books/entries/");
    let shown = browser.get(&entry).await;
    sound(&entry, &shown.body);
    assert!(shown.has("FT001") && shown.has("Premium held for"), "{}", shown.body);
    let back = browser.post(&format!("{record}/reverse"), &[("reason", "The bank returned it")]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    assert!(browser.get(&record).await.has("Taken back"));
    assert!(browser.get(&format!("/premium-held/{insurer}")).await.has("POL-2026-00009"));
}

#[tokio::test]
async fn debts_by_age_lead_to_the_debts() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    for (days, minor) in [(0, 10_000), (45, 20_000), (120, 30_000)] {
        let new = ledger::receivables::NewReceivable {
            payable_kind: "order".into(),
            payable_id: sold.order.0,
            line: Some(Uuid::now_v7()),
            instalment: 1,
            customer: sold.customer,
            description: format!("Instalment of {days}"),
            amount: Money::new(minor, Currency::KES),
            due_on: firm.scope.today() - chrono::Days::new(days),
        };
        ledger::receivables::open(&mut tx, new).await.expect("opened");
    }
    tx.commit().await.expect("commit");
    let mut browser = site.owner(&firm).await;
    let ages = browser.get("/receivables/ages").await;
    sound("/receivables/ages", &ages.body);
    assert!(ages.has("KSh\u{a0}600") && ages.has("Asha Mwangi"), "{}", ages.body);
    let old = browser.get(&link(&ages.body, "/receivables/ages/over_90/")).await;
    assert!(old.has("Instalment of 120") && !old.has("Instalment of 45"), "{}", old.body);
    let middle = browser.get("/receivables/ages/up_to_60").await;
    assert!(middle.has("Instalment of 45") && !middle.has("Instalment of 120"));
    assert_eq!(browser.get("/receivables/ages/ancient").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_till_is_counted_approved_by_another_person_and_cash_goes_to_the_bank() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut agent = site.member(&firm, "agent@example.com", "agent").await;
    let path = format!("/customers/{}/take-money", sold.customer);
    let key = agent.get(&path).await.hidden("idempotency_key");
    let taken = agent.post(&path, &[("idempotency_key", key.as_str()), ("amount", "2,500"), ("method", "cash")]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);

    let bank = agent.get("/till/bank").await;
    sound("/till/bank", &bank.body);
    let key = bank.hidden("idempotency_key");
    let send = |amount| vec![("idempotency_key", key.as_str()), ("amount", amount), ("reference", "DEP-0042")];
    let refused = agent.post("/till/bank", &send("2,501")).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("The till does not hold so much."), "{}", refused.body);
    let banked = agent.post("/till/bank", &send("500")).await;
    assert_eq!((banked.status, banked.location.as_str()), (StatusCode::SEE_OTHER, "/till"), "{}", banked.body);
    assert_eq!(agent.post("/till/bank", &send("500")).await.status, StatusCode::SEE_OTHER, "a second click brings nothing twice");

    let form = agent.get("/till/close").await;
    sound("/till/close", &form.body);
    assert!(form.has("KSh\u{a0}2,000") && form.has("Notes and coins"), "{}", form.body);
    let (key, day) = (form.hidden("idempotency_key"), form.hidden("day"));
    let base = [("idempotency_key", key.as_str()), ("day", day.as_str()), ("piece_100000", "1")];
    let unsaid = agent.post("/till/close", &base).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unsaid.body);
    let wrong = agent.post("/till/close", &[base.as_slice(), &[("piece_50000", "many")]].concat()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let counted = agent.post("/till/close", &[base.as_slice(), &[("reason", "A note was false")]].concat()).await;
    assert_eq!(counted.status, StatusCode::SEE_OTHER, "{}", counted.body);
    let record = agent.get(&counted.location).await;
    sound(&counted.location, &record.body);
    assert!(record.has("Another person has to decide on your count") && !record.has("/approve"), "{}", record.body);

    let mut owner = site.owner(&firm).await;
    assert!(owner.get(&counted.location).await.has("/approve"));
    let approved = owner.post(&format!("{}/approve", counted.location), &[]).await;
    assert_eq!(approved.location, counted.location, "{}", approved.body);
    assert!(owner.get(&counted.location).await.has("Reopen the day"));
    let list = owner.get("/till").await;
    sound("/till", &list.body);
    assert!(list.has("Closed"), "{}", list.body);
    let key = agent.get(&path).await.hidden("idempotency_key");
    let late = agent.post(&path, &[("idempotency_key", key.as_str()), ("amount", "100"), ("method", "cash")]).await;
    assert!(late.has("The till of this day is closed."), "{}", late.body);
    let reopen = format!("{}/reopen", counted.location);
    sound(&reopen, &owner.get(&reopen).await.body);
    assert_eq!(owner.post(&reopen, &[("reason", "The note was good")]).await.status, StatusCode::SEE_OTHER);
    assert!(owner.get(&counted.location).await.has("The note was good"));
}

#[tokio::test]
async fn the_limit_of_the_till_is_the_firms() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let page = browser.get("/settings/till").await;
    sound("/settings/till", &page.body);
    let refused = browser.post("/settings/till", &[("version", "0"), ("approve_above", "-1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let saved = browser.post("/settings/till", &[("version", "0"), ("approve_above", "20")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert!(browser.get("/settings/till").await.has("value=\"20"));
}
