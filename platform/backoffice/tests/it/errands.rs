//! Long files and acts on many rows: done in the background for whoever asked, once for each row, whatever dies in between.

use axum::http::StatusCode;
use kernel::jobs::{JobCx, JobError, JobResult};
use ports::object::ObjectStore;
use serde_json::json;
use uuid::Uuid;

use crate::{
    markup::sound,
    sales,
    support::{Browser, Firm, Shown, Site},
};

/// Makes so many open tasks of one order.
async fn leave_tasks(firm: &Firm, order: Uuid, count: i32) {
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query(
        "insert into fulfilment_tasks (tenant_id, id, kind, order_id, cause_id, reason, created_at, updated_at)
         select $1, gen_random_uuid(), 'line_failed', $2, gen_random_uuid(), 'journal.already_posted', now(), now() from generate_series(1, $3)",
    )
    .bind(firm.tenant.id.0)
    .bind(order)
    .bind(count)
    .execute(tx.conn())
    .await
    .expect("tasks");
    tx.commit().await.expect("commit");
}

async fn count(firm: &Firm, question: &'static str) -> i64 {
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    sqlx::query_scalar(question).bind(firm.tenant.id.0).fetch_one(tx.conn()).await.expect("a count")
}

async fn change(firm: &Firm, statement: &'static str) {
    let mut tx = firm.scope.begin_write().await.expect("transaction");
    sqlx::query(statement).bind(firm.tenant.id.0).execute(tx.conn()).await.expect("a change");
    tx.commit().await.expect("commit");
}

/// One turn of a worker.
async fn turn(site: &Site, firm: &Firm, job: &str, payload: serde_json::Value, attempt: u32) -> JobResult {
    let module = backoffice::module();
    let def = module.jobs.iter().chain(module.schedules.iter().map(|schedule| &schedule.job)).find(|def| def.name == job).expect("a job");
    (def.run)(payload, JobCx { app: site.app.clone(), scope: firm.scope.clone(), id: Uuid::now_v7(), attempt }).await
}

/// A worker that stays at it until nothing is left.
async fn work(site: &Site, firm: &Firm, errand: &str) {
    loop {
        match turn(site, firm, "office.errand.run", json!({ "errand": errand }), 1).await {
            Ok(()) => return,
            Err(JobError::Snooze(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// Asks for the act, and gives the errand that it became.
async fn put_off(browser: &mut Browser<'_>, note: &str) -> String {
    let path = "/tasks/settle?all=yes&state=open";
    let form = browser.get(path).await;
    assert!(form.has("More than 500 rows") && form.has("In the background."), "{}", form.body);
    let key = form.hidden("idempotency_key");
    let sent = browser.post(path, &[("note", note), ("idempotency_key", &key)]).await;
    assert!(sent.status == StatusCode::SEE_OTHER && sent.location.starts_with("/errands/"), "{} {}", sent.location, sent.body);
    let again = browser.post(path, &[("note", note), ("idempotency_key", &key)]).await;
    assert_eq!(again.location, sent.location, "a second click begins nothing");
    sent.location.trim_start_matches("/errands/").to_owned()
}

#[tokio::test]
async fn an_act_on_very_many_rows_is_done_once_for_each_although_a_worker_dies_and_two_are_at_it() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    leave_tasks(&firm, sold.order.0, 520).await;
    let errand = put_off(&mut browser, "Issued by hand").await;
    let waiting = browser.get(&format!("/errands/{errand}")).await;
    assert!(waiting.has("Waiting") && waiting.headers.contains_key("refresh"), "{}", waiting.body);
    sound("errand", &waiting.body);

    // Killed in the middle of whatever it does, then two at the same time.
    let killed = tokio::time::timeout(std::time::Duration::from_millis(300), work(&site, &firm, &errand)).await;
    drop(killed);
    tokio::join!(work(&site, &firm, &errand), work(&site, &firm, &errand));
    work(&site, &firm, &errand).await;

    let done = "select count(*) from fulfilment_tasks where tenant_id = $1 and state = 'done'";
    let written = "select count(*) from audit_entries where tenant_id = $1 and action = 'insurance.fulfilment_task.settle'";
    let lines = "select count(*) from errand_lines where tenant_id = $1 and state = 'done'";
    let told = "select count(*) from notices where tenant_id = $1 and kind = 'errand_over'";
    assert_eq!((count(&firm, done).await, count(&firm, written).await, count(&firm, lines).await, count(&firm, told).await), (520, 520, 520, 1));
    let over = browser.get(&format!("/errands/{errand}")).await;
    assert!(over.has("520 rows") && over.has("Work on many rows begun") && !over.headers.contains_key("refresh"), "{}", over.body);
    sound("errand that is over", &over.body);
    let rows = browser.get(&format!("/errands/{errand}/rows?state=done")).await;
    assert!(rows.has("520 rows") && rows.has("Cover not issued · ORD-2026-00001"), "{}", rows.body);
    sound("rows", &rows.body);
    assert!(browser.get("/errands").await.has("Mark as done"));

    let mut colleague = site.member(&firm, "amina@example.com", "admin").await;
    for path in [format!("/errands/{errand}"), format!("/errands/{errand}/rows")] {
        assert_eq!(colleague.get(&path).await.status, StatusCode::NOT_FOUND, "{path}: each sees own errands only");
    }
}

#[tokio::test]
async fn what_is_refused_is_said_of_each_row_and_the_rest_goes_on() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    leave_tasks(&firm, sold.order.0, 501).await;
    let errand = put_off(&mut browser, "Issued by hand").await;
    change(&firm, "update fulfilment_tasks set reason = 'x' where tenant_id = $1").await;
    // The list is read; before the rows are taken, somebody else settles one, and another is gone.
    let none: JobResult = turn(&site, &firm, "office.errand.run", json!({ "errand": Uuid::nil() }), 1).await;
    assert!(none.is_ok(), "an errand that is not there is no fault");
    change(
        &firm,
        "with e as (update errands set state = 'running', gathered = true, parts = 1, rows = 3 where tenant_id = $1 returning id, user_id),
              picked as (select id, row_number() over (order by id) n from fulfilment_tasks where tenant_id = $1),
              settled as (update fulfilment_tasks set state = 'done' where tenant_id = $1 and id = (select id from picked where n = 1))
         insert into errand_lines (tenant_id, id, errand_id, user_id, row_id)
         select $1, gen_random_uuid(), e.id, e.user_id, p.id from e cross join
           (select id from picked where n <= 2 union all select gen_random_uuid()) p",
    )
    .await;
    work(&site, &firm, &errand).await;
    let over = browser.get(&format!("/errands/{errand}")).await;
    assert!(over.has("2 rows") && over.has("1 row"), "{}", over.body);
    let refused = browser.get(&format!("/errands/{errand}/rows?state=refused")).await;
    assert!(refused.has("It is not on the list any more.") && refused.has("Cover not issued"), "{}", refused.body);
}

#[tokio::test]
async fn an_act_goes_no_further_than_whoever_asked_may_go_and_stops_when_told_to() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.member(&firm, "amina@example.com", "admin").await;
    leave_tasks(&firm, sold.order.0, 501).await;
    let stopped = put_off(&mut browser, "First").await;
    let answer = browser.post(&format!("/errands/{stopped}/stop"), &[]).await;
    assert!(answer.flash().ends_with("office-errand-stopped"), "{}", answer.flash());
    work(&site, &firm, &stopped).await;
    let untouched = "select count(*) from fulfilment_tasks where tenant_id = $1 and state = 'open'";
    assert_eq!(count(&firm, untouched).await, 501);
    assert!(browser.post(&format!("/errands/{stopped}/stop"), &[]).await.flash().ends_with("office-errand-over-before"));

    let gone = put_off(&mut browser, "Second").await;
    change(&firm, "update users set status = 'suspended' where tenant_id = $1 and email_norm = 'amina@example.com'").await;
    work(&site, &firm, &gone).await;
    assert_eq!(count(&firm, untouched).await, 501, "nothing is done for somebody who may not sign in");
    assert_eq!(count(&firm, "select count(*) from errands where tenant_id = $1 and failure = 'errand.owner_gone'").await, 1);
}

/// The page that offers the file, and the answer to it.
async fn ask_for_file(browser: &mut Browser<'_>, format: &str) -> Shown {
    let offer = browser.get(&format!("/tasks?state=open&sort=created&export={format}")).await;
    assert!(offer.has("Make the file in the background?"), "{}", offer.body);
    sound("offer", &offer.body);
    let names = ["list", "query", "format", "columns", "what", "signature", "idempotency_key"];
    let values = names.map(|name| (name, offer.hidden(name).replace("&#34;", "\"").replace("&quot;", "\"")));
    let fields: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/errands", &fields).await
}

async fn object(site: &Site, firm: &Firm, path: &str) -> Option<String> {
    let objects = site.app.port::<dyn ObjectStore>().expect("objects");
    objects.get(firm.tenant.id, path).await.ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn a_list_of_more_than_ten_thousand_rows_becomes_a_file_that_is_kept_for_a_week() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    leave_tasks(&firm, sold.order.0, 10_050).await;
    let begun = ask_for_file(&mut browser, "csv").await;
    assert!(begun.location.starts_with("/errands/"), "{} {}", begun.location, begun.body);
    let errand = begun.location.trim_start_matches("/errands/").to_owned();
    assert_eq!(browser.get(&format!("/errands/{errand}/file")).await.status, StatusCode::NOT_FOUND, "not yet");

    let killed = tokio::time::timeout(std::time::Duration::from_millis(500), work(&site, &firm, &errand)).await;
    drop(killed);
    tokio::join!(work(&site, &firm, &errand), work(&site, &firm, &errand));
    work(&site, &firm, &errand).await;
    let path = format!("errands/{errand}/file.csv");
    let file = object(&site, &firm, &path).await.expect("a file");
    assert_eq!(file.lines().count(), 10_051, "a head, and each row once");
    assert!(file.starts_with("\u{FEFF}What happened,Status,Order"), "{}", &file[..200]);
    assert!(object(&site, &firm, &format!("errands/{errand}/part-0.json")).await.is_none(), "the parts are not kept");
    let over = browser.get(&format!("/errands/{errand}")).await;
    assert!(over.has("10,050") && over.has(&format!("/errands/{errand}/file")), "{}", over.body);
    let download = browser.get(&format!("/errands/{errand}/file")).await;
    assert!(download.status == StatusCode::SEE_OTHER && download.location.contains(&path), "{}", download.location);
    assert_eq!(count(&firm, "select count(*) from audit_entries where tenant_id = $1 and action = 'office.list.export'").await, 1);
    browser.permissions = Some(vec![insurance::orders::READ]);
    assert_eq!(browser.get(&format!("/errands/{errand}/file")).await.status, StatusCode::FORBIDDEN);
    browser.permissions = None;

    let is_due = async || testkit::is_due(&site.app.db, &backoffice::module(), "office.errand.clear", &firm.tenant, site.app.clock.now()).await;
    assert!(!is_due().await, "the file is still wanted");
    change(&firm, "update errands set expires_at = '2020-01-01' where tenant_id = $1").await;
    assert!(is_due().await);
    turn(&site, &firm, "office.errand.clear", json!({}), 1).await.expect("cleared");
    assert!(object(&site, &firm, &path).await.is_none());
    assert!(browser.get(&format!("/errands/{errand}")).await.has("The file is not kept any more."));
    assert!(!is_due().await);
    change(&firm, "update errands set finished_at = '2020-01-01' where tenant_id = $1").await;
    assert!(is_due().await);
    turn(&site, &firm, "office.errand.clear", json!({}), 1).await.expect("cleared");
    assert_eq!(count(&firm, "select count(*) from errands where tenant_id = $1").await, 0);
}

#[tokio::test]
async fn a_file_is_begun_only_as_a_list_offered_it_and_three_at_a_time() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    leave_tasks(&firm, sold.order.0, 10_001).await;
    let forged = [
        ("list", "/settings/company"),
        ("query", "[]"),
        ("format", "csv"),
        ("columns", "[]"),
        ("what", "X"),
        ("signature", "00"),
        ("idempotency_key", "k1"),
    ];
    assert_eq!(browser.post("/errands", &forged).await.status, StatusCode::BAD_REQUEST);
    for _ in 0..3 {
        assert!(ask_for_file(&mut browser, "xlsx").await.location.starts_with("/errands/"));
    }
    let fourth = ask_for_file(&mut browser, "xlsx").await;
    assert!(fourth.location == "/errands" && fourth.flash().ends_with("error-errand-too-many"), "{}", fourth.body);
    assert!(browser.get("/errands").await.has("3 rows"));
}

#[tokio::test]
async fn what_fails_each_time_is_given_up_and_said() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    leave_tasks(&firm, sold.order.0, 501).await;
    let errand = put_off(&mut browser, "Never").await;
    change(&firm, "update errands set act = '/tasks/nowhere' where tenant_id = $1").await;
    work(&site, &firm, &errand).await;
    let failed = browser.get(&format!("/errands/{errand}")).await;
    assert!(failed.has("Failed") && failed.has("Begin again from the list"), "{}", failed.body);
    assert_eq!(count(&firm, "select count(*) from notices where tenant_id = $1 and kind = 'errand_over'").await, 1);
}
