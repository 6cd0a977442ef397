//! A customer's own pages: documents, named people, consents.

use axum::http::{StatusCode, header};
use crm::privacy::jobs::SettleRequests;
use kernel::jobs::{Job, JobCx};
use ports::object::ObjectStore;
use uuid::Uuid;

use crate::{
    sale::{pay, shop, to_payment},
    support::{Browser, Payer, Shown, Site},
};

const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

async fn send(browser: &mut Browser<'_>, name: &str, bytes: &[u8]) -> Shown {
    let sent = browser.upload("/account/documents", &[("kind", "other")], &[("file", name, bytes)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    browser.get("/account/documents").await
}

/// The id of the first document that a list shows.
fn first_document(list: &Shown) -> String {
    list.body.split("/account/documents/").find_map(|rest| rest.split_once("/view\"").map(|(id, _)| id)).expect("a document").to_owned()
}

#[tokio::test]
async fn a_document_is_looked_at_taken_back_and_brought_back() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    let id = first_document(&send(&mut browser, "valuation.pdf", PDF).await);
    let page = browser.get(&format!("/account/documents/{id}/view")).await;
    assert!(page.has("valuation.pdf") && page.has("Received, not checked yet") && page.has("<iframe"), "{}", page.body);
    let file = browser.get(&format!("/account/documents/{id}/content")).await;
    let policy = file.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'") && file.headers[header::CONTENT_TYPE] == "application/pdf", "{policy}");
    assert_eq!(file.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");

    let gone = browser.post(&format!("/account/documents/{id}/remove"), &[]).await;
    let list = browser.get(&gone.location).await;
    assert!(list.has("The document is taken back.") && list.has(&format!("/account/documents/{id}/restore")), "{}", list.body);
    assert_eq!(browser.get(&format!("/account/documents/{id}/view")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&format!("/account/documents/{id}/restore"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(first_document(&browser.get("/account/documents").await), id);
}

#[tokio::test]
async fn documents_are_narrowed_by_kind_and_name_and_nobody_sees_anothers() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    let id = first_document(&send(&mut browser, "valuation.pdf", PDF).await);
    assert!(browser.get("/account/documents?state=uploads&search=VALUA").await.has("valuation.pdf"));
    let nothing = browser.get("/account/documents?state=receipts").await;
    assert!(!nothing.has("valuation.pdf") && nothing.has("Nothing matches"), "{}", nothing.body);
    let mut other = site.browser();
    to_payment(&mut other, "juma@example.com").await;
    for page in ["view", "content"] {
        assert_eq!(other.get(&format!("/account/documents/{id}/{page}")).await.status, StatusCode::NOT_FOUND);
    }
    for act in ["remove", "restore"] {
        assert_eq!(other.post(&format!("/account/documents/{id}/{act}"), &[]).await.status, StatusCode::NOT_FOUND);
    }
    for act in ["zip", "mail"] {
        assert_eq!(other.post(&format!("/account/documents/{act}"), &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn chosen_documents_come_as_one_file_or_by_mail_and_choosing_none_is_said() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    let id = first_document(&send(&mut browser, "valuation.pdf", PDF).await);
    let zip = browser.post("/account/documents/zip", &[("id", &id)]).await;
    assert_eq!(zip.headers[header::CONTENT_TYPE], "application/zip");
    assert!(zip.body.starts_with("PK") && zip.has("valuation.pdf"));
    let none = browser.post("/account/documents/zip", &[]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.has("Choose at least one document."), "{}", none.body);

    assert_eq!(browser.post("/account/documents/mail", &[("id", &id)]).await.status, StatusCode::SEE_OTHER);
    site.work().await;
    let mail = site.mail("asha@example.com");
    assert_eq!(mail.attachments.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["valuation.pdf"]);
    assert!(mail.text.contains("Hello Asha Mwangi"), "{}", mail.text);
}

#[tokio::test]
async fn beneficiaries_are_saved_when_their_shares_are_whole_and_complained_about_otherwise() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    let page = browser.get("/account/beneficiaries").await;
    let version = page.hidden("version");
    let wrong = [("version", version.as_str()), ("name-0", "Neema Mfano"), ("relation-0", "child"), ("share-0", "40"), ("name-1", "")];
    let refused = browser.post("/account/beneficiaries", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("The shares do not add up to 100 percent.") && refused.has("value=\"Neema Mfano\""), "{}", refused.body);
    let right = [("version", version.as_str()), ("name-0", "Neema Mfano"), ("relation-0", "child"), ("share-0", "100"), ("id_number-0", "12345678")];
    assert_eq!(browser.post("/account/beneficiaries", &right).await.status, StatusCode::SEE_OTHER);
    let kept = browser.get("/account/beneficiaries").await;
    assert!(kept.has("value=\"Neema Mfano\"") && kept.has("••••678") && !kept.has("12345678"), "{}", kept.body);
    let stale = browser.post("/account/beneficiaries", &right).await;
    assert!(stale.has("This list was changed elsewhere meanwhile"), "{}", stale.body);
    assert_eq!(browser.get("/account/dependants").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_consent_is_given_and_taken_back_and_the_history_keeps_both() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    for granted in ["yes", ""] {
        let done = browser.post("/account/privacy/consents", &[("purpose", "marketing_sms"), ("granted", granted)]).await;
        assert_eq!(done.location, "/account/privacy");
    }
    let entries = site.count("select count(*) from consents where tenant_id = $1 and purpose = 'marketing_sms' and wording = 'News by SMS'").await;
    assert_eq!(entries, 2);
    assert!(browser.get("/account/privacy").await.has("Taken back"));
    assert_eq!(browser.post("/account/privacy/consents", &[("purpose", "everything")]).await.status, StatusCode::BAD_REQUEST);
}

async fn change(site: &Site, sql: &'static str) {
    let mut tx = site.system().begin_write().await.expect("transaction");
    sqlx::query(sql).bind(site.tenant.id.0).execute(tx.conn()).await.expect("it changes");
    tx.commit().await.expect("commit");
}

async fn settle(site: &Site) {
    let cx = JobCx { app: site.app.clone(), scope: site.system(), id: Uuid::now_v7(), attempt: 1 };
    SettleRequests {}.run(cx).await.expect("the job runs");
}

#[tokio::test]
async fn a_customer_gets_a_copy_of_everything_once_and_for_a_week() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    send(&mut browser, "valuation.pdf", PDF).await;
    for _ in 0..2 {
        assert_eq!(browser.post("/account/privacy/copy", &[]).await.location, "/account/privacy");
    }
    assert_eq!(site.count("select count(*) from data_requests where tenant_id = $1").await, 1, "asking twice is asking once");
    site.work().await;
    assert!(site.mail("asha@example.com").subject.contains("ready to download"));
    let page = browser.get("/account/privacy").await;
    let start = page.body.find("/account/privacy/copy/").expect("a link to the copy");
    let href = page.body[start..].split('"').next().expect("an address").to_owned();
    assert!(browser.get(&href).await.location.contains("/exports/"));
    let mut other = site.browser();
    to_payment(&mut other, "juma@example.com").await;
    assert_eq!(other.get(&href).await.status, StatusCode::NOT_FOUND);

    let path = site.text("select path from data_requests where tenant_id = $1").await;
    let objects = site.app.port::<dyn ObjectStore>().expect("objects");
    let bytes = objects.get(site.tenant.id, &path).await.expect("the copy");
    let copy = String::from_utf8_lossy(&bytes);
    for part in
        ["person.json", "insurance.json", "money.json", "account.json", "documents.json", "notices.json", "about.json", "files/001-valuation.pdf"]
    {
        assert!(copy.contains(part), "{part}");
    }
    assert!(copy.contains("12345678") && copy.contains("asha@example.com"), "the owner gets the numbers themselves");
    assert!(!copy.contains("juma@example.com"), "and nobody else's");

    site.app.clock.advance(chrono::Duration::days(8));
    settle(&site).await;
    assert_eq!(browser.get(&href).await.status, StatusCode::NOT_FOUND);
    assert!(objects.get(site.tenant.id, &path).await.is_err(), "after a week it is gone");
}

#[tokio::test]
async fn who_never_bought_is_deleted_after_the_days_to_think_it_over() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    assert!(browser.get("/account/privacy/erasure").await.has("14 days to think it over"));
    let unconfirmed = browser.post("/account/privacy/erasure", &[]).await;
    assert_eq!(unconfirmed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.post("/account/privacy/erasure", &[("confirm", "yes")]).await.location, "/account/privacy");
    assert!(browser.get("/account/privacy").await.has("Keep my account"));
    assert_eq!(browser.post("/account/privacy/erasure/withdraw", &[]).await.status, StatusCode::SEE_OTHER);
    let is_due = async || testkit::is_due(&site.app.db, &crm::module(), SettleRequests::NAME, &site.tenant, site.app.clock.now()).await;
    site.app.clock.advance(chrono::Duration::days(15));
    assert!(!is_due().await);
    settle(&site).await;
    assert!(browser.is_customer().await, "what was taken back does not happen");

    browser.post("/account/privacy/erasure", &[("confirm", "yes")]).await;
    assert!(!is_due().await);
    settle(&site).await;
    assert!(browser.is_customer().await, "not before its day");
    site.app.clock.advance(chrono::Duration::days(15));
    assert!(is_due().await);
    settle(&site).await;
    settle(&site).await;
    assert!(!is_due().await);
    assert!(!browser.is_customer().await);
    for left in [
        "select count(*) from parties where tenant_id = $1 and (display_name like '%Asha%' or date_of_birth is not null)",
        "select count(*) from contact_points where tenant_id = $1",
        "select count(*) from party_identifiers where tenant_id = $1",
        "select count(*) from users where tenant_id = $1 and (email_norm = 'asha@example.com' or first_name = 'Asha')",
        "select count(*) from data_requests where tenant_id = $1 and state = 'wanted'",
    ] {
        assert_eq!(site.count(left).await, 0, "{left}");
    }
}

#[tokio::test]
async fn who_has_cover_is_told_what_must_end_first_and_leaves_only_what_the_law_keeps() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    pay(&mut browser, &page).await;
    site.work().await;
    let held = browser.get("/account/privacy/erasure").await;
    assert!(held.has("One policy is still running.") && !held.has("name=\"confirm\""), "{}", held.body);
    let refused = browser.post("/account/privacy/erasure", &[("confirm", "yes")]).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.has("cannot be deleted yet"), "{}", refused.body);

    let policy = site.text("select id::text from policies where tenant_id = $1").await;
    let review = [("rating", "5"), ("body", "Quick.")];
    assert_eq!(browser.post(&format!("/account/policies/{policy}/review"), &review).await.status, StatusCode::SEE_OTHER);
    let named = [("version", "0"), ("name-0", "Neema Mfano"), ("relation-0", "child"), ("share-0", "100")];
    assert_eq!(browser.post("/account/beneficiaries", &named).await.status, StatusCode::SEE_OTHER);
    change(&site, "update policies set state = 'expired' where tenant_id = $1").await;
    browser.post("/account/privacy/erasure", &[("confirm", "yes")]).await;
    site.app.clock.advance(chrono::Duration::days(14));
    browser.post("/account/privacy/copy", &[]).await;
    site.work().await;
    site.app.clock.advance(chrono::Duration::days(1));
    settle(&site).await;
    assert!(!browser.is_customer().await);
    assert_eq!(site.count("select count(*) from contact_points where tenant_id = $1").await, 0);
    let kept = "select count(*) from parties p join data_requests r on r.tenant_id = p.tenant_id where p.tenant_id = $1
        and p.display_name = 'Asha Mwangi' and r.state = 'restricted' and r.kept_until > r.requested_at + interval '7 years'";
    assert_eq!(site.count(kept).await, 1, "who held the policy is kept for seven years");
    for left in [
        "select count(*) from product_reviews where tenant_id = $1",
        "select count(*) from notices where tenant_id = $1 and customer_id is not null",
        "select count(*) from sessions where tenant_id = $1 and (address <> '' or user_agent <> '')",
        "select count(*) from data_requests where tenant_id = $1 and kind = 'export' and (state = 'wanted' or until > requested_at + interval '2 days')",
        "select count(*) from audit_values where tenant_id = $1 and (before::text || after::text) ~* 'asha@example|Neema|254700000101'",
    ] {
        assert_eq!(site.count(left).await, 0, "{left}");
    }
    assert!(
        site.count("select count(*) from audit_entries where tenant_id = $1 and action = 'insurance.nomination.save'").await > 0,
        "the fact stays"
    );
    let plate = "select count(*) from policies where tenant_id = $1 and plate is not null";
    assert_eq!(site.count(plate).await, 1);
    site.app.clock.advance(chrono::Duration::days(9 * 366));
    settle(&site).await;
    assert_eq!(site.count("select count(*) from parties where tenant_id = $1 and display_name like '%Asha%'").await, 0);
    assert_eq!(site.count("select count(*) from policies where tenant_id = $1").await, 1, "the books go on without a name");
    assert_eq!(site.count(plate).await, 0);
    assert_eq!(site.count("select count(*) from order_lines where tenant_id = $1 and answers <> '{}'").await, 0);
    assert_eq!(site.count("select count(*) from documents where tenant_id = $1 and state <> 'erased' and state <> 'removed'").await, 0);
}

#[tokio::test]
async fn a_refund_or_an_unanswered_wish_holds_a_deletion_up_and_is_in_the_copy() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    pay(&mut browser, &page).await;
    site.work().await;
    change(&site, "update policies set state = 'expired' where tenant_id = $1").await;
    change(
        &site,
        "insert into cancellation_requests (tenant_id, id, policy_id, customer_id, from_on, reason, created_at, updated_at)
         select $1, gen_random_uuid(), id, customer_id, current_date, 'I sold the car', now(), now() from policies where tenant_id = $1",
    )
    .await;
    change(
        &site,
        "with credit as (insert into customer_credits (tenant_id, id, customer_id, amount_minor, currency, reason, source_type, source_id, state,
           handled_reason, handled_at, created_at, updated_at)
           select $1, gen_random_uuid(), id, 100, 'KES', 'overpaid', 'payment', gen_random_uuid(), 'handled', 'refunded', now(), now(), now()
           from customers where tenant_id = $1 returning id, customer_id)
         insert into refunds (tenant_id, id, number, credit_id, customer_id, amount_minor, currency, reason, state, needs_approval, requested_by, created_at, updated_at)
         select $1, gen_random_uuid(), 'RF-2026-00001', id, customer_id, 100, 'KES', 'Paid twice', 'due', true, gen_random_uuid(), now(), now() from credit",
    )
    .await;
    let held = browser.get("/account/privacy/erasure").await;
    assert!(held.has("A refund to you is under way.") && held.has("we have not answered yet"), "{}", held.body);
    assert!(!held.has("name=\"confirm\""));

    browser.post("/account/privacy/copy", &[]).await;
    site.work().await;
    let path = site.text("select path from data_requests where tenant_id = $1 and kind = 'export'").await;
    let bytes = site.app.port::<dyn ObjectStore>().expect("objects").get(site.tenant.id, &path).await.expect("the copy");
    let copy = String::from_utf8_lossy(&bytes);
    assert!(copy.contains("RF-2026-00001") && copy.contains("I sold the car"));
}

#[tokio::test]
async fn an_account_that_was_closed_before_is_erased_too() {
    let site = shop().await;
    let mut browser = site.browser();
    to_payment(&mut browser, "asha@example.com").await;
    browser.post("/account/privacy/erasure", &[("confirm", "yes")]).await;
    change(&site, "update users set status = 'inactive' where tenant_id = $1").await;
    site.app.clock.advance(chrono::Duration::days(15));
    settle(&site).await;
    assert_eq!(site.count("select count(*) from users where tenant_id = $1 and (email_norm = 'asha@example.com' or first_name = 'Asha')").await, 0);
}

#[tokio::test]
async fn a_paper_that_insurers_ask_for_is_a_next_step_until_it_is_sent() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    assert!(!browser.get("/account").await.has("Send the logbook"), "nothing is insured yet");
    pay(&mut browser, &page).await;
    site.work().await;
    let home = browser.get("/account").await;
    assert!(home.has("Send a copy of your ID") && home.has("Send the logbook"), "{}", home.body);
    let form = browser.get("/account/documents?send=logbook").await;
    assert!(form.has("value=\"logbook\" selected"), "{}", form.body);
    assert_eq!(browser.get("/account/documents?send=certificate-of-nothing").await.status, StatusCode::OK);
    let sent = browser.upload("/account/documents", &[("kind", "logbook")], &[("file", "logbook.pdf", PDF)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let home = browser.get("/account").await;
    assert!(home.has("Send a copy of your ID") && !home.has("Send the logbook"), "{}", home.body);
}

#[tokio::test]
async fn the_account_begins_with_what_is_to_be_paid_and_what_to_do_next() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    let waiting = browser.get("/account").await;
    assert!(waiting.has("in your cart") && waiting.has("id=\"quotes\""), "cart and prices wait: {}", waiting.body);
    pay(&mut browser, &page).await;
    site.work().await;
    let home = browser.get("/account").await;
    assert!(home.has("days left") && !home.has("Say who receives") && !home.has("Pay KSh"), "a car pays nobody else: {}", home.body);
    assert!(home.has("Your documents") && home.has("Your payments") && !home.has("id=\"quotes\""), "what is bought is no price: {}", home.body);

    change(&site, "update policies set business_line = 'life' where tenant_id = $1").await;
    let life = browser.get("/account").await;
    assert!(life.has("Say who receives what your policies pay"), "{}", life.body);
    change(&site, "update policy_terms set ends_on = starts_on + 20 where tenant_id = $1").await;
    let named = [("version", "0"), ("name-0", "Neema Mfano"), ("relation-0", "child"), ("share-0", "100")];
    browser.post("/account/beneficiaries", &named).await;
    let home = browser.get("/account").await;
    assert!(home.has("See the price for the time after") && !home.has("Say who receives"), "{}", home.body);
    let policy = site.text("select id::text from policies where tenant_id = $1").await;
    let page = browser.get(&format!("/account/policies/{policy}")).await;
    assert!(page.has("Neema Mfano, 100 %") && page.has("/verify/"), "{}", page.body);
}

#[tokio::test]
async fn an_order_that_waits_for_money_is_paid_from_the_account() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    site.till.payer(Payer::Refuses);
    pay(&mut browser, &page).await;
    site.work().await;
    let home = browser.get("/account").await;
    assert!(home.has("Pay KSh") && home.has("Not paid"), "{}", home.body);
}

#[tokio::test]
async fn payments_are_narrowed_by_how_they_went_and_a_statement_is_made_once() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    pay(&mut browser, &page).await;
    site.work().await;
    assert!(browser.get("/account/payments?state=received").await.has("Mobile money"));
    let none = browser.get("/account/payments?state=failed").await;
    assert!(none.has("Nothing matches") && !none.has("Mobile money"), "{}", none.body);

    let form = browser.get("/account/statement").await;
    let key = form.hidden("idempotency_key");
    let wrong = browser.post("/account/statement", &[("from", "2026-11-23"), ("to", "2026-01-01"), ("idempotency_key", &key)]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.has("The period begins before it ends"), "{}", wrong.body);
    let period = [("from", "2026-01-01"), ("to", "2026-11-23"), ("idempotency_key", key.as_str())];
    for _ in 0..2 {
        assert_eq!(browser.post("/account/statement", &period).await.location, "/account/statement");
    }
    site.work().await;
    assert_eq!(site.count("select count(*) from documents where tenant_id = $1 and kind = 'statement'").await, 1);
    assert!(browser.get("/account/statement").await.has("Your statements"));
}
