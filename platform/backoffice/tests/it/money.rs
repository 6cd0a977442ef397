//! The money desk in words: why a payment failed, what accounts are called, which lines differ.

use chrono::Days;
use kernel::money::{Currency, Money};
use ledger::{
    accounts::Account,
    journal::{self, Entry, Line},
};
use uuid::Uuid;

use crate::{
    sales::{self, Sold},
    support::{Firm, Site},
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
        assert_eq!(shown.has("Given up at"), waits, "{state}");
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
    assert!(browser.get(&pending).await.has("Given up at"));
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

#[tokio::test]
async fn a_statement_whose_lines_still_wait_says_how_far_it_is() {
    let site = Site::new();
    let firm = site.brokerage().await;
    statement(&firm).await;
    let mut browser = site.owner(&firm).await;
    let list = browser.get("/statements").await;
    let start = list.body.find("href=\"/statements/0").expect("a statement") + 6;
    let path = list.body[start..].split('"').next().unwrap_or_default().to_owned();
    assert!(browser.get(&path).await.has("2 new lines, 1 agree, 1 differ."));
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query("update statement_lines set state = 'waiting', difference = null where tenant_id = $1 and state = 'difference'")
        .bind(firm.tenant.id.0)
        .execute(tx.conn())
        .await
        .expect("changed");
    tx.commit().await.expect("commit");
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
    let list = browser.get("/statements").await;
    let start = list.body.find("href=\"/statements/0").expect("a statement") + 6;
    let path = list.body[start..].split('"').next().unwrap_or_default().to_owned();
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
    let asked = browser.post(&format!("/payments/{failed}/ask"), &[]).await;
    assert_eq!(asked.status.as_u16(), 303, "{}", asked.body);
    let due = browser.get(&format!("/receivables?state=open&due_from={0}&due_to={0}", firm.scope.today())).await;
    assert!(due.has("Motor cover"), "{}", due.body);
}
