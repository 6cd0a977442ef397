//! Tasks as staff work with them over HTTP: asked for, given, taken, settled, opened again, and sorted by the day they are due.

use axum::http::StatusCode;
use chrono::Days;
use insurance::{
    fulfilment::{self, Assignment, NewTask, TaskFilter},
    orders::Order,
};
use kernel::{Kind, Sight, paging::PageRequest};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{money_api::Desk, sale::Sale};

const PERMISSIONS: &[&str] = &["insurance.order.read", "insurance.order.settle_task"];

/// Somebody whose role holds this permission or pattern.
async fn member(sale: &Sale, permission: &str, status: &str) -> Uuid {
    let (tenant, user, role) = (sale.shop.tenant.id.0, Uuid::now_v7(), Uuid::now_v7());
    let mut tx = sale.system().begin_write().await.unwrap();
    for (sql, id, text) in [
        (
            "insert into users (tenant_id, id, kind, email, email_norm, first_name, status) values ($1, $2, 'staff', $2::text, $2::text, 'Juma', $3)",
            user,
            status,
        ),
        ("insert into roles (tenant_id, id, key, name) values ($1, $2, 'r' || right($2::text, 12), $3)", role, "Role"),
        ("insert into role_permissions (tenant_id, role_id, permission) values ($1, $2, $3)", role, permission),
    ] {
        sqlx::query(sql).bind(tenant).bind(id).bind(text).execute(tx.conn()).await.unwrap();
    }
    sqlx::query("insert into user_roles (tenant_id, user_id, role_id, granted_by) values ($1, $2, $3, 'test')")
        .bind(tenant)
        .bind(user)
        .bind(role)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    user
}

async fn asked_for(sale: &Sale, order: &Order, what: &str, due_in: Option<u64>) {
    let due_on = due_in.and_then(|days| sale.system().today().checked_add_days(Days::new(days)));
    let new = NewTask { order: order.id, what: what.to_owned(), assignment: Assignment { to: None, due_on } };
    let mut tx = sale.staff().begin_write().await.unwrap();
    fulfilment::create_task(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_task_is_asked_for_given_taken_settled_and_opened_again_at_the_version_that_was_read() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    let mut desk = Desk::of(&sale, PERMISSIONS);
    desk.user = member(&sale, "insurance.order.settle_task", "active").await;
    let colleague = member(&sale, "*", "active").await;

    let new = json!({ "order": order.id, "what": "Call about the logbook" });
    let (status, made) = desk.send("POST", "/admin/fulfilment-tasks", ("idempotency-key", "task-00000001"), Some(new.clone())).await;
    assert_eq!(
        (status, &made["kind"], &made["state"], &made["version"]),
        (StatusCode::CREATED, &json!("by_hand"), &json!("open"), &json!(1)),
        "{made}"
    );
    let again = desk.send("POST", "/admin/fulfilment-tasks", ("idempotency-key", "task-00000001"), Some(new)).await;
    assert_eq!((again.0, &again.1["id"]), (StatusCode::CREATED, &made["id"]), "sent twice, there once");
    let of = |what: &str| format!("/admin/fulfilment-tasks/{}{what}", made["id"].as_str().unwrap());
    let at = |version: &'static str| ("if-match", version);

    let to_colleague = json!({ "assigned_to": colleague, "due_on": sale.system().today() });
    assert_eq!(desk.send("POST", &of("/assign"), ("x-test", "1"), Some(to_colleague.clone())).await.0, StatusCode::PRECONDITION_REQUIRED);
    let given = desk.send("POST", &of("/assign"), at("\"1\""), Some(to_colleague.clone())).await.1;
    assert_eq!((&given["assigned_to"], &given["version"]), (&json!(colleague), &json!(2)), "{given}");
    let late = desk.send("POST", &of("/assign"), at("\"1\""), Some(to_colleague)).await;
    assert_eq!((late.0, &late.1["code"]), (StatusCode::PRECONDITION_FAILED, &json!("version_changed")));
    let theirs = desk.send("POST", &of("/take"), ("x-test", "1"), None).await;
    assert_eq!((theirs.0, &theirs.1["code"]), (StatusCode::CONFLICT, &json!("fulfilment_task.taken")));
    assert_eq!(desk.send("POST", &of("/assign"), at("\"2\""), Some(json!({}))).await.1["assigned_to"], Value::Null);
    for _ in 0..2 {
        let taken = desk.send("POST", &of("/take"), ("x-test", "1"), None).await.1;
        assert_eq!((&taken["assigned_to"], &taken["version"]), (&json!(desk.user), &json!(4)), "{taken}");
    }

    let early = desk.send("POST", &of("/reopen"), at("\"4\""), Some(json!({ "reason": "Not yet" }))).await;
    assert_eq!((early.0, &early.1["code"]), (StatusCode::CONFLICT, &json!("fulfilment_task.not_reopened")));
    let done = desk.send("POST", &of("/settle"), ("x-test", "1"), Some(json!({ "note": "Called" }))).await.1;
    assert_eq!((&done["state"], &done["version"]), (&json!("done"), &json!(5)));
    let unsaid = desk.send("POST", &of("/reopen"), at("\"5\""), Some(json!({ "reason": " " }))).await;
    assert_eq!(unsaid.0, StatusCode::UNPROCESSABLE_ENTITY);
    let open = desk.send("POST", &of("/reopen"), at("\"5\""), Some(json!({ "reason": "It was another logbook" }))).await.1;
    assert_eq!((&open["state"], &open["done_note"], &open["assigned_to"]), (&json!("open"), &Value::Null, &json!(desk.user)), "{open}");
    assert_eq!(sale.count("select count(*) from audit_entries where tenant_id = $1 and action like 'insurance.fulfilment_task.%'").await, 6);
}

#[tokio::test]
async fn a_task_goes_only_to_staff_who_may_settle_it_and_to_a_day_that_has_not_gone() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    let desk = Desk::of(&sale, PERMISSIONS);
    let mut tries = 0;
    let mut ask = async |assigned_to: Value, due_on: Value| {
        tries += 1;
        let new = json!({ "order": order.id, "what": "Call", "assigned_to": assigned_to, "due_on": due_on });
        let (status, answer) = desk.send("POST", "/admin/fulfilment-tasks", ("idempotency-key", &format!("task-{tries:08}")), Some(new)).await;
        (status, answer["errors"].to_string())
    };
    for pattern in ["insurance.order.settle_task", "insurance.*", "insurance.order.*", "*.settle_task", "*"] {
        let somebody = member(&sale, pattern, "active").await;
        assert_eq!(ask(json!(somebody), Value::Null).await.0, StatusCode::CREATED, "{pattern}");
    }
    for (pattern, status) in [("insurance.order.read", "active"), ("insurance.order.settle", "active"), ("ledger.*", "active"), ("*", "suspended")] {
        let somebody = member(&sale, pattern, status).await;
        let (refused, fields) = ask(json!(somebody), Value::Null).await;
        assert!(refused == StatusCode::UNPROCESSABLE_ENTITY && fields.contains("assigned_to"), "{pattern} {status}: {refused} {fields}");
    }
    assert_eq!(ask(json!(Uuid::now_v7()), Value::Null).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let yesterday = sale.system().today().pred_opt().unwrap();
    let (refused, fields) = ask(Value::Null, json!(yesterday)).await;
    assert!(refused == StatusCode::UNPROCESSABLE_ENTITY && fields.contains("due_on"), "{fields}");
}

#[tokio::test]
async fn a_task_about_a_customer_out_of_sight_is_neither_counted_nor_taken() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    asked_for(&sale, &order, "Call", None).await;
    let (filter, page) = (TaskFilter::default(), PageRequest::default());
    let mut tx = sale.staff().begin_read().await.unwrap();
    let seen = fulfilment::tasks(&mut tx, &filter, &page).await.unwrap();
    drop(tx);
    let mut tx = sale.staff().seeing(Sight::Own).begin_write().await.unwrap();
    assert_eq!((seen.count, fulfilment::tasks(&mut tx, &filter, &page).await.unwrap().count), (1, 0));
    assert_eq!(fulfilment::take_task(&mut tx, seen.results[0].id).await.unwrap_err().kind, Kind::NotFound);
}

#[tokio::test]
async fn tasks_are_sorted_by_the_day_they_are_due_and_those_without_come_last_either_way() {
    let sale = Sale::open().await;
    let order = sale.order(&["KDA 123A"]).await;
    for (what, due_in) in [("none", None), ("third", Some(9)), ("first", Some(0)), ("no day", None), ("second", Some(3))] {
        asked_for(&sale, &order, what, due_in).await;
    }
    let mut tx = sale.staff().begin_read().await.unwrap();
    for (sort, expected) in [("due", ["first", "second", "third", "none", "no day"]), ("-due", ["third", "second", "first", "no day", "none"])] {
        let mut request = PageRequest { sort: Some(sort.to_owned()), page_size: Some(2), ..PageRequest::default() };
        let mut met: Vec<String> = Vec::new();
        let last = loop {
            let page = fulfilment::tasks(&mut tx, &TaskFilter::default(), &request).await.unwrap();
            met.extend(page.results.iter().map(|task| task.reason.clone()));
            match &page.next {
                Some(next) => request.cursor = Some(next.clone()),
                None => break page,
            }
        };
        assert_eq!(met, expected, "{sort}: each once");
        request.cursor = last.previous;
        let back = fulfilment::tasks(&mut tx, &TaskFilter::default(), &request).await.unwrap();
        assert_eq!(back.results.iter().map(|task| task.reason.as_str()).collect::<Vec<_>>(), expected[2..4], "{sort}: and back again");
    }
}
