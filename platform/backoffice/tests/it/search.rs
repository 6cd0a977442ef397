//! One box that finds everything that the reader may see.

use axum::http::StatusCode;

use crate::{
    markup::sound,
    sales,
    support::{Shown, Site},
    work,
};

/// The heads of the groups that a search shows.
fn groups(shown: &Shown) -> Vec<String> {
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let results = shown.body.split("data-results").nth(1).unwrap_or_default();
    results.split("<h2>").skip(1).filter_map(|rest| rest.split("</h2>").next().map(str::to_owned)).collect()
}

#[tokio::test]
async fn people_are_found_by_what_they_are_called_or_nearly_so_and_with_them_what_is_theirs() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    sales::confirm(&site, &firm, &mut browser, &sold).await;
    for asked in ["asha+mwangi", "mwan+ash", "0700+000+101", "asha%40example.com"] {
        let found = browser.get(&format!("/search?q={asked}")).await;
        assert_eq!(groups(&found), ["Customers", "Policies", "Orders", "Quotes"], "{asked}");
        assert!(found.has(&format!("/customers/{}", sold.customer)));
        sound(asked, &found.body);
    }
    let nearly = browser.get("/search?q=asha+mwanggi").await;
    assert!(nearly.has("Asha Mwangi"), "one letter too many: {}", nearly.body);
    assert!(browser.get("/search?q=%25").await.has("Nothing matches"));
}

#[tokio::test]
async fn records_are_found_by_number_plate_and_amount() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let sold = sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    sales::confirm(&site, &firm, &mut browser, &sold).await;
    work::leave_task(&firm, sold.order.0).await;
    assert_eq!(groups(&browser.get("/search?q=kda123a").await), ["Policies", "Quotes"]);
    assert_eq!(groups(&browser.get("/search?q=ord-2026-00001").await), ["Orders", "Open tasks"]);
    assert_eq!(groups(&browser.get("/search?q=pol-2026-00001").await), ["Policies"]);
    let payable: i64 = {
        let mut tx = firm.scope.begin_read().await.expect("transaction");
        sqlx::query_scalar("select payable_minor from orders where id = $1").bind(sold.order.0).fetch_one(tx.conn()).await.expect("an order")
    };
    let amount = format!("{}.{:02}", payable / 100, payable % 100);
    assert!(groups(&browser.get(&format!("/search?q={amount}")).await).contains(&"Orders".to_owned()), "{amount}");
}

#[tokio::test]
async fn nothing_is_found_that_the_reader_may_not_read_and_what_was_looked_for_is_remembered() {
    let site = Site::new();
    let (firm, other) = (site.brokerage().await, site.brokerage().await);
    sales::sell(&site, &firm).await;
    let mut browser = site.owner(&firm).await;
    browser.permissions = Some(vec![insurance::quotes::READ]);
    assert_eq!(groups(&browser.get("/search?q=asha").await), ["Quotes"]);
    assert!(browser.get("/search").await.has("/search?q=asha"), "looked for lately");
    let elsewhere = site.owner(&other).await.get("/search?q=asha").await;
    assert!(elsewhere.has("Nothing matches") && !elsewhere.has("Asha Mwangi"), "another brokerage: {:?}", groups(&elsewhere));
}
