//! Pages of plugins that need no installed plugin.

use axum::http::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn without_payment_plugins_there_is_nothing_to_make_rules_for() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let list = browser.get("/plugins/routes").await;
    assert!(list.has("No rules") && !list.has("/plugins/routes/new"), "{}", list.body);
    assert!(browser.get("/plugins").await.has("/plugins/routes"), "a tab leads there");
}

#[tokio::test]
async fn a_rule_for_a_plugin_that_is_not_there_is_refused_beside_its_field() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let key = browser.get("/plugins/routes/new").await.hidden("idempotency_key");
    let stranger = "018f0000-0000-7000-8000-000000000000";
    let fields = [("idempotency_key", key.as_str()), ("installation", stranger), ("place", "10"), ("from", "500"), ("to", "100")];
    let refused = browser.post("/plugins/routes/new", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.has("f-installation-error") && refused.has("f-to-error") && refused.has("value=\"500\""), "{}", refused.body);
    assert!(browser.get("/plugins/routes").await.has("No rules"));
    for gone in ["/plugins/018f0000-0000-7000-8000-000000000000/budget", "/plugins/018f0000-0000-7000-8000-000000000000/uninstall"] {
        assert_eq!(browser.get(gone).await.status, StatusCode::NOT_FOUND, "{gone}");
    }
}

#[tokio::test]
async fn what_providers_sent_can_be_chosen_to_be_read_again() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let act = "/plugins/deliveries/read-again?id=018f0000-0000-7000-8000-000000000000";
    let asked = browser.get(act).await;
    assert!(asked.has("Read again") && asked.has("with its present settings"), "{}", asked.body);
    let report = browser.post(act, &[]).await;
    assert_eq!(report.status, StatusCode::OK, "nobody sent it: {}", report.body);
}
