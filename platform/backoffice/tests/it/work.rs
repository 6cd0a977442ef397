//! What did not go by itself: found on the first page, dealt with on its own.

use axum::http::StatusCode;
use kernel::dead_letters::{self, Burial};
use serde_json::json;
use uuid::Uuid;

use crate::{
    markup::sound,
    sales,
    support::{Firm, Site},
};

/// A cover of the order that was paid and could not be issued.
pub async fn leave_task(firm: &Firm, order: Uuid) -> Uuid {
    let id = Uuid::now_v7();
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query(
        "insert into fulfilment_tasks (tenant_id, id, kind, order_id, cause_id, reason, created_at, updated_at)
         select $1, $2, 'line_failed', $3, id, 'journal.already_posted', now(), now() from order_lines where tenant_id = $1 and order_id = $3",
    )
    .bind(firm.tenant.id.0)
    .bind(id)
    .bind(order)
    .execute(tx.conn())
    .await
    .expect("a task");
    tx.commit().await.expect("commit");
    id
}

pub async fn give_up(firm: &Firm, job: &str, payload: serde_json::Value, error: &str) -> Uuid {
    let id = Uuid::now_v7();
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    let burial = Burial { id, queue: "documents", job, payload: &payload, error, attempts: 12 };
    dead_letters::bury(&mut tx, burial).await.expect("buried");
    tx.commit().await.expect("commit");
    id
}

async fn waiting(firm: &Firm, job: Uuid) -> bool {
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    let found: i64 = sqlx::query_scalar("select count(*) from outbox where tenant_id = $1 and id = $2")
        .bind(firm.tenant.id.0)
        .bind(job)
        .fetch_one(tx.conn())
        .await
        .expect("count");
    found == 1
}

#[tokio::test]
async fn a_task_is_counted_read_in_words_and_marked_as_done_with_a_note() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    assert!(!browser.get("/").await.has("/tasks?state=open"), "nothing to count, nothing to say");
    assert!(browser.get("/tasks").await.has("Nothing is left over"));

    let task = leave_task(&firm, sold.order.0).await;
    assert!(browser.get("/").await.has("/tasks?state=open"));
    let list = browser.get("/tasks").await;
    for text in ["Cover not issued", "It was booked under this cover before.", "ORD-2026-00001", "Asha Mwangi"] {
        assert!(list.has(text), "{text}: {}", list.body);
    }
    assert!(browser.get("/tasks?state=&search=ORD-2026-00001").await.has("1 row"));
    let order = browser.get(&format!("/orders/{}", sold.order)).await;
    assert!(order.has(&format!("/tasks/{task}")) && !order.has("journal.already_posted"), "{}", order.body);

    let record = browser.get(&format!("/tasks/{task}")).await;
    assert!(record.has("issue the cover by hand or return it") && record.has("Private Motor Comprehensive"), "{}", record.body);
    let unsaid = browser.post(&format!("/tasks/{task}/settle"), &[("note", " ")]).await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.has("id=\"f-note-error\""), "{}", unsaid.body);
    let done = browser.post(&format!("/tasks/{task}/settle"), &[("note", "Cover issued by hand")]).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/tasks"), "{}", done.body);
    assert!(browser.get("/tasks").await.has("Nothing is left over"));
    let record = browser.get(&format!("/tasks/{task}")).await;
    assert!(record.has("Cover issued by hand") && record.has("Open task settled") && record.has("Juma Otieno"), "{}", record.body);
    let late = browser.post(&format!("/tasks/{task}/settle"), &[("note", "Again")]).await;
    assert_eq!(late.location, format!("/tasks/{task}"), "somebody was quicker");
}

#[tokio::test]
async fn work_that_was_given_up_is_found_by_its_words_and_tried_again() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    assert!(!browser.get("/").await.has("/jobs?state=open"));
    assert!(browser.get("/jobs").await.has("Nothing is stuck"));

    let job =
        give_up(&firm, "insurance.order.documents", json!({ "order": sold.order, "cause": Uuid::nil() }), "storage_unavailable: timed out").await;
    give_up(&firm, "ledger.payment.query", json!({ "payment": Uuid::nil(), "round": 1 }), "internal: panicked").await;
    assert!(browser.get("/").await.has("/jobs?state=open"));
    let list = browser.get("/jobs").await;
    for text in ["Documents of an order", "The store of files was not reachable.", "Question about a payment", "A fault of ours stopped it."] {
        assert!(list.has(text), "{text}: {}", list.body);
    }
    assert!(!list.has("storage_unavailable"), "codes are for the record");
    for (search, rows) in [("documents+of", "1 row"), ("timed+out", "1 row"), ("unheard", "Nothing matches")] {
        assert!(browser.get(&format!("/jobs?search={search}")).await.has(rows), "{search}");
    }

    let record = browser.get(&format!("/jobs/{job}")).await;
    for text in [&format!("/orders/{}", sold.order), "ORD-2026-00001", "storage_unavailable: timed out", "insurance.order.documents"] {
        assert!(record.has(text), "{text}: {}", record.body);
    }
    let tried = browser.post(&format!("/jobs/{job}/retry"), &[]).await;
    assert_eq!((tried.status, tried.location.as_str()), (StatusCode::SEE_OTHER, "/jobs"), "{}", tried.body);
    assert!(waiting(&firm, job).await);
    assert!(browser.get("/jobs").await.has("1 row"));
    assert!(browser.get("/jobs?state=retried").await.has("Documents of an order"));
    let again = browser.post(&format!("/jobs/{job}/retry"), &[]).await;
    assert_eq!(again.location, format!("/jobs/{job}"), "somebody was quicker");
    assert!(browser.get(&format!("/jobs/{job}")).await.has("Somebody has dealt with this already."));
}

#[tokio::test]
async fn work_is_dismissed_only_with_a_reason_and_only_by_those_who_may() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let job = give_up(&firm, "identity.challenge.send", json!({ "challenge": Uuid::nil() }), "provider_unavailable").await;
    let form = browser.get(&format!("/jobs/{job}/dismiss")).await;
    assert!(form.has("Mail or message with a code") && form.has("Keep it on the list"), "{}", form.body);
    let unsaid = browser.post(&format!("/jobs/{job}/dismiss"), &[("reason", "")]).await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.has("id=\"f-reason-error\""), "{}", unsaid.body);
    browser.permissions = Some(vec![dead_letters::READ]);
    let seen = browser.get(&format!("/jobs/{job}")).await;
    assert!(seen.status == StatusCode::OK && !seen.has(&format!("/jobs/{job}/retry")) && !seen.has(&format!("/jobs/{job}/dismiss")));
    assert_eq!(browser.post(&format!("/jobs/{job}/dismiss"), &[("reason", "No")]).await.status, StatusCode::FORBIDDEN);
    browser.permissions = None;
    let done = browser.post(&format!("/jobs/{job}/dismiss"), &[("reason", "The code is too old")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(!waiting(&firm, job).await);
    let record = browser.get(&format!("/jobs/{job}")).await;
    assert!(record.has("The code is too old") && record.has("Dismissed"), "{}", record.body);
}

#[tokio::test]
async fn a_task_is_taken_given_to_a_colleague_and_found_by_whoever_sees_to_it() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    let mut colleague = site.member(&firm, "amina@example.com", "admin").await;
    let task = leave_task(&firm, sold.order.0).await;
    let path = format!("/tasks/{task}");
    assert!(browser.get("/tasks?assignee=nobody").await.has("1 row") && browser.get("/tasks?assignee=me").await.has("Nothing matches"));
    assert!(browser.get(&path).await.has("I see to it"));
    assert!(browser.post(&format!("{path}/take"), &[]).await.flash().ends_with("office-tasks-taken"));
    assert!(colleague.post(&format!("{path}/take"), &[]).await.flash().ends_with("office-tasks-taken-before"), "nobody takes it away unasked");
    assert!(browser.get("/tasks?assignee=me").await.has("1 row") && browser.get("/").await.has("Open tasks that you see to"));

    let form = browser.get(&format!("{path}/assign")).await;
    let amina = form
        .body
        .split("<option value=\"")
        .skip(1)
        .find(|option| option.contains("Amina"))
        .and_then(|option| option.split('"').next())
        .expect("a colleague");
    let today = firm.scope.clock.today(firm.tenant.time_zone);
    let (past, soon) = ((today - chrono::Days::new(1)).to_string(), (today + chrono::Days::new(3)).to_string());
    let late = browser.post(&format!("{path}/assign"), &[("assignee", amina), ("due_on", &past)]).await;
    assert!(late.status == StatusCode::UNPROCESSABLE_ENTITY && late.has("Choose a day from today on"), "{}", late.body);
    let nobody = browser.post(&format!("{path}/assign"), &[("assignee", &Uuid::nil().to_string())]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.post(&format!("{path}/assign"), &[("assignee", amina), ("due_on", &soon)]).await.location, path);
    let record = browser.get(&path).await;
    assert!(record.has("Amina Mfano") && record.has("Open task given to somebody"), "{}", record.body);
    assert!(
        colleague.get("/tasks?assignee=me&due=week").await.has("1 row") && colleague.get("/tasks?assignee=me&due=late").await.has("Nothing matches")
    );
    browser.permissions = Some(vec![insurance::orders::READ]);
    assert_eq!(browser.post(&format!("{path}/take"), &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_task_is_asked_for_on_an_order_and_opened_again_if_it_was_not_done() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    let (order, path) = (format!("/orders/{}", sold.order), format!("/orders/{}/task", sold.order));
    assert!(browser.get(&order).await.has(&path));
    sound("new task", &browser.get(&path).await.body);
    let unsaid = browser.post(&path, &[("idempotency_key", "task-0000"), ("what", " ")]).await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.has("id=\"f-what-error\""), "{}", unsaid.body);
    let fields = [("idempotency_key", "task-0001"), ("what", "Ask for the logbook")];
    let made = browser.post(&path, &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    assert_eq!(browser.post(&path, &fields).await.location, made.location, "a second press makes no second task");
    assert!(browser.get(&order).await.has("Ask for the logbook") && browser.get("/tasks?sort=due").await.has("1 row"));

    let task = made.location;
    assert_eq!(browser.post(&format!("{task}/settle"), &[("note", "It came")]).await.status, StatusCode::SEE_OTHER);
    let (path, page) = (format!("{task}/reopen"), browser.get(&format!("{task}/reopen")).await);
    sound("open again", &page.body);
    let version = page.hidden("version");
    let stale = browser.post(&path, &[("version", "1"), ("reason", "Of another car")]).await;
    assert!(stale.status == StatusCode::UNPROCESSABLE_ENTITY && stale.has("This changed since you loaded it"), "{}", stale.body);
    assert_eq!(browser.post(&path, &[("version", version.as_str()), ("reason", "Of another car")]).await.location, task);
    let record = browser.get(&task).await;
    assert!(record.has("Settled task opened again") && record.has(&format!("{task}/settle")), "{}", record.body);
}

#[tokio::test]
async fn tasks_are_given_to_somebody_together_and_keep_what_is_not_said() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    let task = leave_task(&firm, sold.order.0).await;
    let path = format!("/tasks/assign?id={task}");
    let form = browser.get(&path).await;
    let juma = form
        .body
        .split("<option value=\"")
        .skip(1)
        .find(|option| option.contains("Juma"))
        .and_then(|option| option.split('"').next())
        .expect("the owner");
    assert_eq!(browser.post(&path, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "one of the two");
    let day = firm.scope.clock.today(firm.tenant.time_zone).to_string();
    assert!(browser.post(&path, &[("due_on", &day)]).await.has("Done: 1. Refused: 0."));
    assert!(browser.post(&path, &[("assignee", juma)]).await.has("Done: 1. Refused: 0."));
    let record = browser.get(&format!("/tasks/{task}")).await;
    assert!(record.has("Juma Otieno") && browser.get("/tasks?assignee=me&due=week").await.has("1 row"), "{}", record.body);
    browser.post(&format!("/tasks/{task}/settle"), &[("note", "Done")]).await;
    assert!(browser.post(&path, &[("assignee", juma)]).await.has("Done: 0. Refused: 1."), "what is done needs nobody");
}
