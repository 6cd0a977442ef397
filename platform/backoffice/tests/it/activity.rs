//! The activity of the firm: found, read, taken along.

use axum::http::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn what_was_changed_is_found_by_person_record_and_day_and_read_in_words() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let version = browser.get("/settings/company").await.hidden("version");
    let fields = [("version", version.as_str()), ("legal_name", "Mfano Insurance Brokers Ltd"), ("email", "hello@example.com")];
    assert_eq!(browser.post("/settings/company", &fields).await.status, StatusCode::SEE_OTHER);

    let key = browser.get("/settings/roles/new?from=viewer").await.hidden("idempotency_key");
    let role = [("idempotency_key", key.as_str()), ("name", "Night desk"), ("description", "Answers"), ("permissions_crm", "crm.customer.read")];
    assert_eq!(browser.post("/settings/roles/new", &role).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/settings/activity?kind=role").await.has("Role Night desk"), "each record is called by its name");
    let all = browser.get("/settings/activity").await;
    assert!(all.has("Juma Otieno") && all.has("Not sealed yet"), "{}", all.body);
    let settings = browser.get("/settings/activity?kind=setting").await;
    let start = settings.body.find("href=\"/settings/activity/0").unwrap_or_else(|| panic!("an entry in {}", settings.body)) + 6;
    let entry = settings.body[start..].split('"').next().unwrap_or_default().to_owned();
    let entry = browser.get(&entry).await;
    assert!(entry.has("Mfano Insurance Brokers Ltd") && entry.has("Everything about this record"), "{}", entry.body);
    assert!(!browser.get("/settings/activity?who=system&kind=setting").await.has("/settings/activity/0"));
    assert!(!browser.get("/settings/activity?created_to=2020-01-01").await.has("/settings/activity/0"), "nothing happened then");
    assert_eq!(browser.get("/settings/activity/018f0000-0000-7000-8000-000000000000").await.status, StatusCode::NOT_FOUND);

    let file = browser.get("/settings/activity.csv?kind=setting").await;
    assert!(file.body.lines().count() >= 2 && file.has("Mfano Insurance Brokers Ltd"), "{}", file.body);
    assert!(browser.get("/settings/activity?kind=tenant").await.has("Activity taken as a file"), "taking it is itself an entry");
}
