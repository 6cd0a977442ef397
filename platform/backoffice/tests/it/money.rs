//! The money desk in words: why a payment failed, what accounts are called, which lines differ.

use axum::http::StatusCode;
use chrono::Days;
use kernel::money::{Currency, Money};
use ledger::{
    accounts::Account,
    journal::{self, Entry, Line},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    markup::sound,
    sales::{self, Sold},
    support::{Browser, Firm, Site},
    work,
};

/// A payment for the order, as the ledger would have left it.
async fn payment(firm: &Firm, sold: &Sold, state: &str) -> Uuid {
    let id = Uuid::now_v7();
    let received = (state == "received").then_some(150_000_i64);
    let failed = state == "failed";
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query(
        "insert into payments (tenant_id, id, customer_id, payable_kind, payable_id, method, method_title, installation_id, amount_minor, currency, reference,
           description, state, expires_at, code, message, failure, received_minor, received_at, proof, allocated_minor, created_at, updated_at)
         values ($1, $2, $3, 'order', $4, 'mobile', 'Mobile money', $2, 150000, 'KES', $5, 'Cover', $6, now(), $7, $8, $9, $10,
           case when $6 = 'received' then now() end, case when $6 = 'received' then 'callback' end, coalesce($10, 0), now(), now())",
    )
    .bind(firm.tenant.id.0)
    .bind(id)
    .bind(sold.customer)
    .bind(sold.order.0)
    .bind(format!("{}0000000000", if failed { "AB" } else { "CD" }))
    .bind(state)
    .bind(failed.then_some("1032"))
    .bind(failed.then_some("Request cancelled by user"))
    .bind(failed.then_some("cancelled"))
    .bind(received)
    .execute(tx.conn())
    .await
    .expect("a payment");
    tx.commit().await.expect("commit");
    id
}

#[tokio::test]
async fn staff_read_why_a_payment_failed_beside_the_providers_words() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    let failed = payment(&firm, &sold, "failed").await;
    for page in ["/payments".to_owned(), format!("/payments/{failed}")] {
        let shown = browser.get(&page).await;
        assert!(shown.has("Cancelled by the payer") && shown.has("1032: Request cancelled by user"), "{}", shown.body);
    }
}

#[tokio::test]
async fn a_payment_names_its_customer_and_order_and_says_when_it_is_given_up_only_while_it_waits() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    for (state, waits) in [("received", false), ("failed", false)] {
        let id = payment(&firm, &sold, state).await;
        let shown = browser.get(&format!("/payments/{id}")).await;
        assert!(shown.has(&format!("<a href=\"/orders/{}\">ORD-2026-00001</a>", sold.order)), "{}", shown.body);
        assert!(shown.has(&format!("<a href=\"/customers/{}\">Asha Mwangi</a>", sold.customer)), "{}", shown.body);
        assert_eq!(shown.has("Waits until"), waits, "{state}");
    }
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query("update payments set state = 'pending' where tenant_id = $1 and state = 'failed'")
        .bind(firm.tenant.id.0)
        .execute(tx.conn())
        .await
        .expect("changed");
    tx.commit().await.expect("commit");
    let list = browser.get("/payments?state=pending").await;
    let start = list.body.find("href=\"/payments/").expect("a payment") + 6;
    let pending = list.body[start..].split('"').next().unwrap_or_default().to_owned();
    assert!(browser.get(&pending).await.has("Waits until"));
}

#[tokio::test]
async fn accounts_are_named_and_not_coded() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    payment(&firm, &sold, "received").await;
    let kes = |minor| Money::new(minor, Currency::KES);
    let today = firm.scope.today();
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    for (to, minor) in [(Account::levy("training_levy"), 9_000), (Account::customer_credit(sold.customer), 141_000)] {
        let entry = Entry {
            kind: "payment_received",
            description: "Payment".into(),
            source: ("test", Uuid::now_v7()),
            business_date: today,
            lines: Line::transfer(to, Account::clearing("mobile"), kes(minor)).expect("lines"),
        };
        journal::post(&mut tx, entry).await.expect("posted");
    }
    tx.commit().await.expect("commit");
    let mut browser = site.owner(&firm).await;
    let trial = browser.get("/books").await;
    for name in ["Mobile money clearing", "Insurance training levy", "Credit of customers"] {
        assert!(trial.has(name), "{name}: {}", trial.body);
    }
    assert!(!trial.has("training_levy") && !trial.has("Asha Mwangi"), "customers are one sum");
    let start = trial.body.find("href=\"/books/balances/customer_credit/").expect("the accounts of customers") + 6;
    let credits = trial.body[start..].split('"').next().unwrap_or_default().to_owned();
    let credits = browser.get(&credits).await;
    assert!(credits.has("Credit of Asha Mwangi") && credits.has("href=\"/books/accounts/"), "{}", credits.body);
    assert_eq!(browser.get("/books/balances/nothing/2026-11-22").await.status.as_u16(), 404);
    let start = trial.body.find("href=\"/books/accounts/").expect("an account") + 6;
    let account = trial.body[start..].split('"').next().unwrap_or_default().to_owned();
    assert!(browser.get(&account).await.has("Payment received"));
}

#[tokio::test]
async fn a_refund_is_asked_for_once_and_whoever_asked_cannot_approve_it() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let source = Uuid::now_v7();
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    ledger::credits::record(&mut tx, sold.customer, Money::new(150_000, Currency::KES), "already_settled", ("payment", source))
        .await
        .expect("a credit");
    let credit = ledger::credits::of_source(&mut tx, "payment", source).await.expect("a credit").id;
    tx.commit().await.expect("commit");

    let mut browser = site.owner(&firm).await;
    let path = format!("/credits/{credit}/refund");
    assert!(browser.get("/credits").await.has(&path));
    let form = browser.get(&path).await;
    assert!(form.has("value=\"1,500.00\"") && form.has("Asha Mwangi"), "{}", form.body);
    let key = form.hidden("idempotency_key");
    let too_much = browser.post(&path, &[("idempotency_key", &Uuid::now_v7().to_string()), ("amount", "1,500.01"), ("reason", "Paid twice")]).await;
    assert!(too_much.status.as_u16() == 422 && too_much.has("That is more than is left of this credit"), "{}", too_much.body);
    let fields = [("idempotency_key", key.as_str()), ("amount", "1,500"), ("reason", "Paid twice")];
    let (first, second) = (browser.post(&path, &fields).await, browser.post(&path, &fields).await);
    assert_eq!((first.status.as_u16(), &first.location), (303, &second.location), "{}", first.body);

    let record = browser.get(&first.location).await;
    assert!(record.has("RF-2026-00001") && record.has("somebody else than who asked for it") && !record.has(&format!("{}/approve", first.location)));
    let version = [("version", "1")];
    let refused = browser.post(&format!("{}/approve", first.location), &version).await;
    assert!(refused.status.as_u16() == 422 && refused.has("Somebody else has to approve"), "{}", refused.body);
    let unsaid = browser.post(&format!("{}/return", first.location), &version).await;
    assert_eq!(unsaid.status.as_u16(), 422);
    let returned = browser.post(&format!("{}/return", first.location), &[("version", "1"), ("reason", "Buys another cover")]).await;
    assert_eq!(returned.status.as_u16(), 303, "{}", returned.body);
    assert!(browser.get("/refunds?state=returned").await.has("RF-2026-00001"));
    assert!(browser.get("/credits?state=open").await.has(&path), "the money is to be decided again");
}

#[tokio::test]
async fn a_refund_leaves_by_a_file_that_somebody_else_agreed_to_and_the_banks_answer_settles_it() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let kes = |minor| Money::new(minor, Currency::KES);
    let source = Uuid::now_v7();
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    let entry = Entry {
        kind: "payment_received",
        description: "Payment".into(),
        source: ("payment", source),
        business_date: tx.scope().today(),
        lines: Line::transfer(Account::customer_credit(sold.customer), Account::clearing("mobile"), kes(150_000)).expect("lines"),
    };
    journal::post(&mut tx, entry).await.expect("posted");
    ledger::credits::record(&mut tx, sold.customer, kes(150_000), "already_settled", ("payment", source)).await.expect("a credit");
    tx.set_setting(&ledger::refunds::RefundRules { approval_above: 150_000 }, 0).await.expect("a limit");
    tx.commit().await.expect("commit");
    let credit = ledger::credits::of_source(&mut firm.scope.begin_read().await.expect("transaction"), "payment", source).await.expect("a credit").id;

    let mut browser = site.owner(&firm).await;
    let key = Uuid::now_v7().to_string();
    let asked = [("idempotency_key", key.as_str()), ("amount", "1,500"), ("reason", "Paid twice")];
    let refund = browser.post(&format!("/credits/{credit}/refund"), &asked).await.location;
    let form = browser.get(&format!("{refund}/payout")).await;
    assert!(form.has("Asha Mwangi"), "{}", form.body);
    let (key, seen) = (form.hidden("idempotency_key"), form.hidden("seen"));
    let fields = [
        ("idempotency_key", key.as_str()),
        ("seen", seen.as_str()),
        ("way", "bank"),
        ("payee", "Asha Mwangi"),
        ("bank", "Mfano Bank"),
        ("account", ""),
    ];
    let path = format!("{refund}/payout");
    assert_eq!(browser.post(&path, &fields).await.status.as_u16(), 422, "no account");
    let whole = fields.map(|(name, value)| (name, if name == "account" { "0100000001" } else { value }));
    let (first, second) = (browser.post(&path, &whole).await, browser.post(&path, &whole).await);
    assert_eq!((first.status.as_u16(), &first.location), (303, &second.location), "{}", first.body);
    let payout = first.location;
    assert!(browser.get(&payout).await.has("somebody else than who asked for it"));
    let refused = browser.post(&format!("{payout}/approve"), &[("version", "1")]).await;
    assert!(refused.status.as_u16() == 422 && refused.has("Somebody else has to approve"), "{}", refused.body);

    let mut other = site.member(&firm, "money@example.com", "accountant").await;
    assert_eq!(other.post(&format!("{payout}/approve"), &[("version", "1")]).await.status.as_u16(), 303);
    let key = Uuid::now_v7().to_string();
    let account = [("idempotency_key", key.as_str()), ("name", "Main"), ("bank", "Mfano Bank"), ("number", "0900000001"), ("currency", "KES")];
    assert_eq!(browser.post("/bank-accounts/new", &account).await.status.as_u16(), 303);
    let form = browser.get("/payout-batches/new").await;
    let id = payout.rsplit('/').next().unwrap_or_default().to_owned();
    assert!(form.has("PO-2026-00001, Asha Mwangi") && form.has(&id), "{}", form.body);
    let from =
        form.body.split("<option value=\"").filter_map(|part| part.split('"').next()).find(|value| value.len() == 36).unwrap_or_default().to_owned();
    let (key, today) = (form.hidden("idempotency_key"), firm.scope.today().to_string());
    let made = browser.post("/payout-batches/new", &[("idempotency_key", &key), ("account", &from), ("execute_on", &today), ("payouts", &id)]).await;
    assert_eq!(made.status.as_u16(), 303, "{}", made.body);
    let batch = made.location;
    let xml = browser.get(&format!("{batch}/pain001.xml")).await;
    assert!(xml.has("<EndToEndId>PO-2026-00001</EndToEndId>"), "{}", xml.body);
    assert!(browser.get(&format!("{batch}/payouts.csv")).await.has("PO-2026-00001,Asha Mwangi,bank,0100000001"));

    let answer = "Reference,Status\nPO-2026-00001,Success\nPO-2026-00077,Success\n";
    let upload = format!("{batch}/answer");
    let columns = browser.upload(&upload, &[], ("file", "answer.csv", answer.as_bytes())).await;
    assert!(columns.has("Words for paid"), "{}", columns.body);
    let mapping = [
        ("columns", "Reference\nStatus"),
        ("delimiter", ","),
        ("skip", "1"),
        ("reference", "0"),
        ("status", "1"),
        ("amount", "none"),
        ("receipt", "none"),
        ("reason", "none"),
        ("paid", "success"),
        ("failed", "failed"),
    ];
    let saved = browser.post(&format!("/payout-layouts/{from}/answers/{}", batch.rsplit('/').next().unwrap_or_default()), &mapping).await;
    assert_eq!((saved.status.as_u16(), saved.location.as_str()), (303, upload.as_str()), "{}", saved.body);
    for _ in 0..2 {
        let taken = browser.upload(&upload, &[], ("file", "answer.csv", answer.as_bytes())).await;
        assert_eq!(taken.status.as_u16(), 303, "{}", taken.body);
    }
    let shown = browser.get(&batch).await;
    assert!(shown.has("No such payout in this file") && shown.has("Known before"), "{}", shown.body);
    assert!(browser.get("/payouts?state=paid").await.has("PO-2026-00001"));
    assert!(browser.get("/refunds?state=paid").await.has("RF-2026-00001"));
}

/// One line of a statement that differs, one that agrees.
async fn statement(firm: &Firm) {
    let import = Uuid::now_v7();
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query(
        "insert into statement_imports (tenant_id, id, installation_id, method, file_name, file_hash, lines_read, lines_new, imported_at, imported_by)
         values ($1, $2, $2, 'mobile', 'statement.csv', sha256('1'), 2, 2, now(), 'user:1')",
    )
    .bind(firm.tenant.id.0)
    .bind(import)
    .execute(tx.conn())
    .await
    .expect("an import");
    for (name, state, difference) in [("DIFFERS1", "difference", Some("missing_here")), ("AGREES01", "matched", None)] {
        sqlx::query(
            "insert into statement_lines (tenant_id, id, import_id, installation_id, method, provider_ref, kind, provider_state, gross_minor, currency,
               occurred_at, day, state, difference, created_at, updated_at)
             values ($1, $2, $3, $3, 'mobile', $4, 'payment', 'received', 100, 'KES', now(), $5, $6, $7, now(), now())",
        )
        .bind(firm.tenant.id.0)
        .bind(Uuid::now_v7())
        .bind(import)
        .bind(name)
        .bind(firm.scope.today() - Days::new(1))
        .bind(state)
        .bind(difference)
        .execute(tx.conn())
        .await
        .expect("a line");
    }
    tx.commit().await.expect("commit");
}

/// The line that differs waits to be matched.
async fn leave_waiting(firm: &Firm) {
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query("update statement_lines set state = 'waiting', difference = null where tenant_id = $1 and state = 'difference'")
        .bind(firm.tenant.id.0)
        .execute(tx.conn())
        .await
        .expect("changed");
    tx.commit().await.expect("commit");
}

async fn only_statement(browser: &mut Browser<'_>) -> String {
    let list = browser.get("/statements").await;
    let start = list.body.find("href=\"/statements/0").expect("a statement") + 6;
    list.body[start..].split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_statement_whose_matching_was_given_up_says_why_and_goes_on_when_it_is_asked_to() {
    let site = Site::new();
    let firm = site.brokerage().await;
    statement(&firm).await;
    let mut browser = site.owner(&firm).await;
    let path = only_statement(&mut browser).await;
    leave_waiting(&firm).await;
    let import = path.rsplit('/').next().unwrap_or_default();
    work::give_up(&firm, "ledger.statement.match", json!({ "import": import }), "unavailable: connection refused").await;
    let stopped = browser.get(&path).await;
    sound(&path, &stopped.body);
    assert!(stopped.has("Matching stopped before its end. ") && stopped.has("Something that it needs was not reachable."), "{}", stopped.body);
    assert!(!stopped.headers.contains_key("refresh") && !stopped.has("This page renews itself."), "nothing would be new");
    let go_on = format!("{path}/go-on");
    assert!(stopped.has(&go_on), "{}", stopped.body);
    for _ in 0..2 {
        assert_eq!(browser.post(&go_on, &[]).await.location, path);
    }
    let goes_on = browser.get(&path).await;
    assert!(goes_on.headers.contains_key("refresh") && goes_on.has("This page renews itself."), "{}", goes_on.body);
}

#[tokio::test]
async fn a_statement_whose_matching_was_given_up_for_good_is_imported_again() {
    let site = Site::new();
    let firm = site.brokerage().await;
    statement(&firm).await;
    let mut browser = site.owner(&firm).await;
    let path = only_statement(&mut browser).await;
    leave_waiting(&firm).await;
    let import = path.rsplit('/').next().unwrap_or_default();
    let letter = work::give_up(&firm, "ledger.statement.match", json!({ "import": import }), "internal").await;
    let dismissed = browser.post(&format!("/jobs/{letter}/dismiss"), &[("reason", "Not needed")]).await;
    assert_eq!(dismissed.status, StatusCode::SEE_OTHER, "{}", dismissed.body);
    let ended = browser.get(&path).await;
    assert!(ended.has("Import the file again") && !ended.has(&format!("{path}/go-on")), "{}", ended.body);
    assert!(!ended.headers.contains_key("refresh"));
}

#[tokio::test]
async fn a_statement_whose_lines_still_wait_says_how_far_it_is() {
    let site = Site::new();
    let firm = site.brokerage().await;
    statement(&firm).await;
    let mut browser = site.owner(&firm).await;
    let path = only_statement(&mut browser).await;
    assert!(browser.get(&path).await.has("2 new lines, 1 agree, 1 differ."));
    leave_waiting(&firm).await;
    let begun = browser.get(&path).await;
    assert!(begun.has("2 new lines: 1 still wait, 1 agree, 0 differ so far.") && begun.has("To be matched"), "{}", begun.body);
    assert!(begun.headers.contains_key("refresh"), "and looks again by itself");
    assert!(browser.get("/money").await.has("/differences?state=waiting"), "nor is a line forgotten that nobody looks for");
    assert!(browser.get("/differences?state=waiting").await.has("DIFFERS1"));
}

#[tokio::test]
async fn who_sees_only_some_customers_sees_no_statement_of_everybodys_money() {
    let site = Site::new();
    let firm = site.brokerage().await;
    statement(&firm).await;
    let mut browser = site.owner(&firm).await;
    assert!(browser.get("/money").await.has("DIFFERS1"));
    let path = only_statement(&mut browser).await;
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query("update roles set sight = 'team' where tenant_id = $1").bind(firm.tenant.id.0).execute(tx.conn()).await.expect("changed");
    tx.commit().await.expect("commit");
    // Whoever was admitted within the last second keeps what was known then.
    let mut browser = site.owner(&firm).await;
    for page in ["/statements", path.as_str(), "/differences", "/premium-held"] {
        assert_eq!(browser.get(page).await.status.as_u16(), 403, "{page}");
    }
    for page in ["/money", "/"] {
        let shown = browser.get(page).await;
        assert!(shown.status.as_u16() == 200 && !shown.has("DIFFERS1"), "{page}: {}", shown.body);
    }
}

#[tokio::test]
async fn the_differences_begin_with_what_is_to_be_explained_and_show_all_lines_when_asked() {
    let site = Site::new();
    let firm = site.brokerage().await;
    statement(&firm).await;
    let mut browser = site.owner(&firm).await;
    let begun = browser.get("/differences").await;
    assert!(begun.has("DIFFERS1") && !begun.has("AGREES01") && begun.has("Status: Differs"), "{}", begun.body);
    for all in ["/differences?state=all", "/differences?state="] {
        let shown = browser.get(all).await;
        assert!(shown.has("DIFFERS1") && shown.has("AGREES01"), "{all}: {}", shown.body);
    }
    let agree = browser.get("/differences?state=matched").await;
    assert!(!agree.has("DIFFERS1") && agree.has("AGREES01"));
}

#[tokio::test]
async fn the_overview_leads_to_what_waits_and_a_failed_payment_to_a_link_to_pay_by() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    statement(&firm).await;
    let failed = payment(&firm, &sold, "failed").await;
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    let new = ledger::receivables::NewReceivable {
        payable_kind: "order".into(),
        payable_id: sold.order.0,
        line: Some(Uuid::now_v7()),
        instalment: 1,
        customer: sold.customer,
        description: "Motor cover".into(),
        amount: Money::new(150_000, Currency::KES),
        due_on: firm.scope.today(),
    };
    ledger::receivables::open(&mut tx, new).await.expect("opened");
    tx.commit().await.expect("commit");
    let mut browser = site.owner(&firm).await;
    let money = browser.get("/money").await;
    assert!(money.has(&format!("/payments/{failed}")) && money.has("Asha Mwangi, KSh\u{a0}1,500") && money.has("DIFFERS1"), "{}", money.body);
    assert!(money.has("for one day") && money.has("/payments?only=unpaid"), "{}", money.body);
    let link = format!("/orders/{}/pay-link", sold.order);
    for page in ["/payments?only=unpaid".to_owned(), format!("/payments/{failed}")] {
        assert!(browser.get(&page).await.has(&link), "{page}");
    }
    assert!(!browser.get("/payments?state=received").await.has(&link));
    assert!(browser.get(&format!("/payments/{failed}")).await.has(&format!("/payments/{failed}/again")));
    let again = browser.post(&format!("/payments/{failed}/again"), &[]).await;
    assert_eq!((again.status.as_u16(), again.location.as_str()), (303, format!("/payments/{failed}").as_str()), "nobody offers it: {}", again.body);
    let many = format!("/payments/again?only=unpaid&id={failed}");
    assert!(browser.get("/payments?only=unpaid").await.has("/payments/again") && browser.get(&many).await.has("Ask the customer again"));
    let report = browser.post(&many, &[]).await;
    assert!(report.has("Done: 0. Refused: 1.") && report.has("This way to pay is not available now"), "{}", report.body);
    let asked = browser.post(&format!("/payments/{failed}/ask"), &[]).await;
    assert_eq!(asked.status.as_u16(), 303, "{}", asked.body);
    let due = browser.get(&format!("/receivables?state=open&due_from={0}&due_to={0}", firm.scope.today())).await;
    assert!(due.has("Motor cover"), "{}", due.body);
}

#[tokio::test]
async fn differences_are_narrowed_and_above_the_limit_decided_by_two() {
    let site = Site::new();
    let firm = site.brokerage().await;
    statement(&firm).await;
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    tx.set_setting(&ledger::takings::TakingRules { approve_above_minor: Some(50) }, 0).await.expect("setting");
    tx.commit().await.expect("commit");
    let mut browser = site.owner(&firm).await;
    let day = firm.scope.today() - Days::new(1);
    assert!(browser.get(&format!("/differences?why=missing_here&book=mobile&day_from={day}&day_to={day}")).await.has("DIFFERS1"));
    for other in ["why=reversed".to_owned(), "book=card".to_owned(), format!("day_from={}", firm.scope.today())] {
        assert!(!browser.get(&format!("/differences?{other}")).await.has("DIFFERS1"), "{other}");
    }
    let list = browser.get("/differences").await;
    let href = |body: &str, begin: &str| {
        let start = body.find(&format!("href=\"{begin}")).unwrap_or_else(|| panic!("{begin} in {body}")) + 6;
        body[start..].split('"').next().unwrap_or_default().to_owned()
    };
    let resolve = href(&list.body, "/differences/0");
    let sent = browser.post(&resolve, &[("as", "explained"), ("reason", "The bank mends it")]).await;
    assert_eq!((sent.status, sent.location.as_str()), (StatusCode::SEE_OTHER, "/differences"), "{}", sent.body);
    let decision = href(&browser.get("/differences").await.body, "/differences/decisions/0");
    let own = browser.get(&decision).await;
    sound(&decision, &own.body);
    assert!(own.has("Another person than the one who proposed it") && !own.has(&format!("{decision}/approve")), "{}", own.body);
    assert_eq!(browser.post(&format!("{decision}/approve"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/differences/decisions").await.has("Waits for approval"));
    assert!(browser.get("/").await.has("/differences/decisions?state=to_approve"));
    // As if a colleague had proposed it.
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query("update difference_decisions set proposed_by = gen_random_uuid() where tenant_id = $1")
        .bind(firm.tenant.id.0)
        .execute(tx.conn())
        .await
        .expect("changed");
    tx.commit().await.expect("commit");
    assert!(browser.get(&decision).await.has(&format!("{decision}/approve")));
    assert_eq!(browser.post(&format!("{decision}/approve"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&decision).await.has("Done") && !browser.get("/differences").await.has("DIFFERS1"));
    assert!(browser.get("/differences?state=resolved").await.has("The bank mends it"));
}

#[tokio::test]
async fn what_a_provider_has_not_is_listed_and_explained() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let received = payment(&firm, &sold, "received").await;
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    // Business time stands still in tests.
    for change in [
        "update payments set received_at = $2 where tenant_id = $1 and state = 'received'",
        "insert into statement_imports (tenant_id, id, installation_id, method, file_name, file_hash, lines_read, lines_new, covers_from, covers_to,
           imported_at, imported_by, day)
         select tenant_id, gen_random_uuid(), installation_id, 'mobile', 'day', sha256('1'), 0, 0, $2, $2, $2, 'job:1', current_date
         from payments where tenant_id = $1",
    ] {
        sqlx::query(change).bind(firm.tenant.id.0).bind(firm.scope.now()).execute(tx.conn()).await.expect("changed");
    }
    tx.commit().await.expect("commit");
    let mut browser = site.owner(&firm).await;
    let list = browser.get("/differences/missing").await;
    sound("/differences/missing", &list.body);
    let decide = format!("/differences/missing/{received}");
    assert!(list.has(&decide) && list.has("The provider does not have it") && list.has("Asha Mwangi"), "{}", list.body);
    let unsaid = browser.post(&decide, &[("as", "explained"), ("reason", "")]).await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.has("id=\"f-reason-error\""), "{}", unsaid.body);
    let said = browser.post(&decide, &[("as", "explained"), ("reason", "Settled on paper")]).await;
    assert_eq!((said.status, said.location.as_str()), (StatusCode::SEE_OTHER, "/differences/missing"), "{}", said.body);
    assert!(!browser.get("/differences/missing").await.has(&decide));
    assert!(browser.get("/differences/missing?state=resolved").await.has("Settled on paper"));
}
