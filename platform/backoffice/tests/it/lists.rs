//! Lists as a tool: sorted, narrowed, arranged, saved as views, acted on and taken away as files.

use axum::http::{StatusCode, header};
use kernel::{Audience, Scope};
use uuid::Uuid;

use crate::{
    markup::sound,
    sales,
    support::{Browser, Firm, Shown, Site},
    work,
};

/// Three customers of different names and numbers, the last of whom is a lead.
async fn customers(browser: &mut Browser<'_>) {
    let people = [
        [("first_name", "Baraka"), ("phone", "0700 000 102"), ("email", "baraka@example.com"), ("lifecycle", "customer")],
        [("first_name", "Zawadi"), ("phone", "0700 000 103"), ("email", "zawadi@example.com"), ("lifecycle", "customer")],
        [("first_name", "Asha"), ("phone", "0700 000 104"), ("email", "asha.two@example.com"), ("lifecycle", "lead")],
    ];
    for fields in people {
        let made = sales::customer(browser, &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    }
}

/// The first names of the rows in order.
fn names(shown: &Shown) -> Vec<String> {
    let rows = shown.body.split("<tbody data-rows>").nth(1).unwrap_or_default();
    rows.split("class=\"main-cell\"").skip(1).filter_map(|row| row.split_once('>')?.1.split(' ').next().map(str::to_owned)).collect()
}

fn scope_of(site: &Site, firm: &Firm, user: Uuid) -> Scope {
    Scope::person(site.app.db.clone(), firm.tenant.clone(), Audience::Staff { user }, Uuid::now_v7(), site.app.clock.clone())
}

async fn audited(firm: &Firm, action: &str) -> Vec<(String, serde_json::Value)> {
    let mut tx = firm.scope.begin_read().await.expect("transaction");
    sqlx::query_as(
        "select v.field, v.after from audit_entries e join audit_values v on (v.tenant_id, v.entry_id) = (e.tenant_id, e.id)
         where e.tenant_id = $1 and e.action = $2 order by v.field",
    )
    .bind(firm.tenant.id.0)
    .bind(action)
    .fetch_all(tx.conn())
    .await
    .expect("entries")
}

#[tokio::test]
async fn a_list_is_sorted_by_the_heads_of_its_columns_page_after_page() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    customers(&mut browser).await;
    let list = browser.get("/customers").await;
    assert!(list.has("href=\"/customers?sort=name\"") && list.has("aria-sort=\"descending\""), "{}", list.body);
    assert_eq!(names(&list), ["Asha", "Zawadi", "Baraka"], "the newest first");
    assert_eq!(names(&browser.get("/customers?sort=name").await), ["Asha", "Baraka", "Zawadi"]);
    assert_eq!(names(&browser.get("/customers?sort=-name").await), ["Zawadi", "Baraka", "Asha"]);
    assert_eq!(browser.get("/customers?sort=notes").await.status, StatusCode::BAD_REQUEST);

    for name in ["Chausiku", "Dalila", "Esi"] {
        let email = format!("{name}@example.com");
        assert_eq!(sales::customer(&mut browser, &[("first_name", name), ("email", &email), ("phone", "")]).await.status, StatusCode::SEE_OTHER);
    }
    let (mut met, mut path) = (Vec::new(), "/customers?sort=name&size=2".to_owned());
    let back = loop {
        let page = browser.get(&path).await;
        met.extend(names(&page));
        let link = |rel: &str| {
            let start = page.body.split(&format!("rel=\"{rel}\" href=\"")).nth(1)?;
            start.split('"').next().map(|href| href.replace("&#38;", "&"))
        };
        match link("next") {
            Some(next) => path = next,
            None => break link("prev").expect("a way back"),
        }
    };
    assert_eq!(met, ["Asha", "Baraka", "Chausiku", "Dalila", "Esi", "Zawadi"], "each once");
    assert_eq!(names(&browser.get(&back).await), ["Chausiku", "Dalila"], "and back again");
}

#[tokio::test]
async fn every_order_that_a_list_offers_answers() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    sales::confirm(&site, &firm, &mut browser, &sold).await;
    work::leave_task(&firm, sold.order.0).await;
    let lists = [
        "/customers",
        "/quotes",
        "/orders",
        "/policies",
        "/tasks",
        "/jobs",
        "/payments",
        "/receivables",
        "/receipts",
        "/credits",
        "/statements",
        "/differences",
        "/differences/missing",
        "/differences/decisions",
        "/products",
        "/insurers",
        "/settings/staff",
        "/plugins/calls",
        "/plugins/deliveries",
        "/plugins/messages",
        "/plugins/news",
        "/webhooks",
        "/inbox",
    ];
    for list in lists {
        let begun = browser.get(list).await;
        let sorts: Vec<String> = begun
            .body
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|href| href.contains("sort="))
            .map(|href| href.replace("&#38;", "&"))
            .collect();
        for sort in sorts {
            let sorted = browser.get(&sort).await;
            assert_eq!(sorted.status, StatusCode::OK, "{sort}: {}", sorted.body);
            sound(&sort, &sorted.body);
        }
    }
}

#[tokio::test]
async fn filters_narrow_together_and_each_is_taken_away_alone() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    sales::confirm(&site, &firm, &mut browser, &sold).await;
    let day = chrono::Utc::now().date_naive();
    let both = browser.get(&format!("/orders?amount_from=100&amount_to=9000000&created_from={}", day - chrono::Days::new(1))).await;
    assert!(both.has("1 row") && both.has("Amount: 100 – 9000000") && both.has("Created: "), "{}", both.body);
    assert!(browser.get("/orders?amount_to=1").await.has("Nothing matches"));
    assert!(browser.get("/orders?created_to=2020-01-01").await.has("Nothing matches"));
    assert!(browser.get("/customers?kind=individual&state=lead").await.has("Nothing matches"));
}

/// The heads of a list's columns.
fn head(list: &Shown) -> &str {
    list.body.split("<thead>").nth(1).and_then(|rest| rest.split("</thead>").next()).expect("a head")
}

#[tokio::test]
async fn what_a_list_has_no_room_for_stands_aside_until_its_reader_chooses_it() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    customers(&mut browser).await;
    let begun = browser.get("/customers").await;
    assert!(!head(&begun).contains("Identity check") && !begun.has("Not checked"), "{}", begun.body);
    assert!(begun.has("name=\"column\" value=\"office-customers-kyc\">"), "it can be chosen: {}", begun.body);
    let wanted = [("list", "/customers"), ("next", "/customers"), ("order", "office-customers-kyc"), ("column", "office-customers-kyc")];
    browser.post("/lists/columns", &wanted).await;
    let chosen = browser.get("/customers").await;
    assert!(head(&chosen).contains("Identity check") && chosen.has("Not checked"), "{}", chosen.body);
}

#[tokio::test]
async fn columns_stand_as_their_reader_wants_them_and_for_nobody_else() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    customers(&mut browser).await;
    let wanted = [
        ("list", "/customers"),
        ("next", "/customers"),
        ("order", "field-name"),
        ("order", "field-email"),
        ("order", "field-phone"),
        ("order", "field-number"),
        ("column", "field-name"),
        ("column", "field-email"),
        ("column", "field-phone"),
        ("up", "field-phone"),
    ];
    let saved = browser.post("/lists/columns", &wanted).await;
    assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, "/customers"), "{}", saved.body);
    let list = browser.get("/customers").await;
    let head = head(&list);
    let at = |label: &str| head.find(&format!("{label}<"));
    assert!(at(">Phone number") < at(">E-mail") && at(">Number").is_none(), "moved up, and hidden: {head}");
    assert!(!list.has("CUS-2026-00001"), "the cells below go with their head");

    let mut tx = scope_of(&site, &firm, Uuid::now_v7()).begin_read().await.expect("transaction");
    let others: i64 = sqlx::query_scalar("select count(*) from list_layouts").fetch_one(tx.conn()).await.expect("count");
    assert_eq!(others, 0);
    browser.post("/lists/columns", &[("list", "/customers"), ("next", "/customers"), ("reset", "yes")]).await;
    assert!(browser.get("/customers").await.has("CUS-2026-00001"));
    let away = browser.post("/lists/columns", &[("list", "/customers"), ("next", "//example.com")]).await;
    assert_eq!(away.location, "/", "nobody is led to another host");
}

#[tokio::test]
async fn a_view_is_saved_begun_with_shared_deleted_and_brought_back() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    customers(&mut browser).await;
    let fields =
        [("list", "/customers"), ("next", "/customers?state=lead"), ("name", "My leads"), ("query", r#"[["state","lead"],["sort","name"]]"#)];
    let saved = browser.post("/lists/views", &fields).await;
    assert!(saved.location.starts_with("/customers?state=lead&sort=name&view="), "{} {}", saved.location, saved.body);
    let id = saved.location.rsplit('=').next().expect("an id").to_owned();
    assert_eq!(browser.post("/lists/views", &fields).await.location, saved.location, "the same name saves over it");
    let view = browser.get(&saved.location).await;
    assert!(view.has("My leads") && names(&view) == ["Asha"], "{}", view.body);
    sound("view", &view.body);

    // Nobody else meets it until it is shared.
    let count = async || {
        let mut tx = scope_of(&site, &firm, Uuid::now_v7()).begin_read().await.expect("transaction");
        let seen: i64 = sqlx::query_scalar("select count(*) from list_views").fetch_one(tx.conn()).await.expect("count");
        seen
    };
    assert_eq!(count().await, 0);
    let form = browser.get(&format!("/lists/views/{id}")).await;
    let version = form.hidden("version");
    let shared = browser.post(&format!("/lists/views/{id}"), &[("version", &version), ("name", "Leads"), ("shared", "yes")]).await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", shared.body);
    assert_eq!(count().await, 1);
    let stale = browser.post(&format!("/lists/views/{id}"), &[("version", &version), ("name", "Other")]).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody was quicker");

    browser.post(&format!("/lists/views/{id}/default"), &[]).await;
    assert_eq!(names(&browser.get("/customers").await), ["Asha"], "the list begins with it");
    assert_eq!(names(&browser.get("/customers?view=none").await).len(), 3);
    assert!(browser.get("/customers").await.has("/customers?view=none"));

    let deleted = browser.post(&format!("/lists/views/{id}/delete"), &[]).await;
    assert_eq!(deleted.location, "/customers");
    let after = browser.get("/customers").await;
    let restore = format!("/lists/views/{id}/restore");
    assert!(after.has(&restore) && !after.has("aria-current=\"page\">Leads"), "{}", after.body);
    browser.post(&restore, &[]).await;
    assert!(browser.get("/customers?view=none").await.has(">Leads"));
}

#[tokio::test]
async fn a_file_holds_what_the_list_shows_and_is_written_down() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    sales::confirm(&site, &firm, &mut browser, &sold).await;
    let other = [("first_name", "Zawadi"), ("last_name", "Mfano"), ("email", "zawadi@example.com"), ("phone", "")];
    assert_eq!(sales::customer(&mut browser, &other).await.status, StatusCode::SEE_OTHER);

    let file = browser.get("/customers?sort=name&export=csv").await;
    assert_eq!(file.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"customers.csv\"");
    assert!(file.has("Name,Number,Phone number") && file.has("Zawadi Mfano,") && file.has("Asha Mwangi"), "{}", file.body);
    let orders = browser.get("/orders?export=csv").await;
    assert!(orders.has("(KES)") && !orders.has("KSh"), "amounts are figures: {}", orders.body);
    let book = browser.get("/orders?export=xlsx").await;
    assert!(book.status == StatusCode::OK && book.body.starts_with("PK"), "a workbook");
    let one = browser.get(&format!("/customers?id={}&export=csv", sold.customer)).await;
    assert!(one.has("Asha Mwangi") && !one.has("Mfano"), "the chosen rows only: {}", one.body);

    let entries = audited(&firm, "office.list.export").await;
    let of = |field: &str| entries.iter().filter(|(name, _)| name == field).map(|(_, value)| value.to_string()).collect::<Vec<_>>();
    assert_eq!(of("list").len(), 4);
    assert!(of("rows").contains(&"2".to_owned()) && of("query").contains(&r#"[["sort","name"]]"#.to_owned()), "{entries:?}");

    browser.permissions = Some(vec![crm::customers::READ]);
    assert_eq!(browser.get("/customers?export=csv").await.status, StatusCode::FORBIDDEN);
    assert!(!browser.get("/customers").await.has("As CSV"));
}

#[tokio::test]
async fn an_act_on_many_rows_says_of_each_what_became_of_it() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    let (one, two) = (
        work::leave_task(&firm, sold.order.0).await,
        work::give_up(&firm, "identity.challenge.send", serde_json::json!({}), "provider_unavailable").await,
    );
    let list = browser.get("/tasks").await;
    assert!(list.has(&format!("value=\"{one}\"")) && list.has("formaction=\"/tasks/settle\""), "{}", list.body);
    let path = format!("/tasks/settle?id={one}");
    let form = browser.get(&path).await;
    assert!(form.has("All of them get the same note"), "{}", form.body);
    sound("act", &form.body);
    assert_eq!(browser.post(&path, &[("note", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let report = browser.post(&path, &[("note", "Issued by hand")]).await;
    assert!(report.has("Done: 1. Refused: 0.") && report.has("ORD-2026-00001"), "{}", report.body);
    sound("report", &report.body);
    let again = browser.post(&path, &[("note", "Issued by hand")]).await;
    assert!(again.has("Done: 0. Refused: 1."), "what is done stays done: {}", again.body);

    let jobs = format!("/jobs/dismiss?id={two}&all=yes&state=open");
    let dismissed = browser.post(&jobs, &[("reason", "Too old")]).await;
    assert!(dismissed.has("Done: 1. Refused: 0."), "{}", dismissed.body);
    assert!(browser.get("/jobs").await.has("Nothing is stuck"));
    browser.permissions = Some(vec![insurance::orders::READ]);
    assert_eq!(browser.post(&path, &[("note", "No")]).await.status, StatusCode::FORBIDDEN);
}
