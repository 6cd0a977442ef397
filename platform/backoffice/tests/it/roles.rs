//! Roles of a tenant: copied, changed, looked through.

use axum::http::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn a_role_is_copied_changed_and_removed() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let copy = browser.get("/settings/roles/new?from=viewer").await;
    assert!(copy.has("value=\"Copy of Viewer\"") && copy.has("value=\"crm.customer.read\" checked"), "{}", copy.body);
    let key = copy.hidden("idempotency_key");
    let fields = [("idempotency_key", key.as_str()), ("name", "Front desk"), ("description", "Greets"), ("permissions_crm", "crm.customer.read")];
    let made = browser.post("/settings/roles/new", &fields).await;
    assert_eq!((made.status, made.location.as_str()), (StatusCode::SEE_OTHER, "/settings/roles/front-desk"), "{}", made.body);
    assert!(browser.get(&made.location).await.has("See customers"));

    let edit = browser.get("/settings/roles/front-desk/edit").await;
    let version = edit.hidden("version");
    let changed =
        [("version", version.as_str()), ("name", "Front desk"), ("permissions_crm", "crm.customer.read"), ("permissions_crm", "crm.customer.write")];
    assert_eq!(browser.post("/settings/roles/front-desk/edit", &changed).await.status, StatusCode::SEE_OTHER);
    let stale = browser.post("/settings/roles/front-desk/edit", &changed).await;
    assert!(stale.status == StatusCode::UNPROCESSABLE_ENTITY && stale.has("Somebody else changed the role"), "{}", stale.body);
    assert!(browser.get("/settings/roles/front-desk?tab=changes").await.has("Role changed"));

    let version = browser.get("/settings/roles/front-desk/remove").await.hidden("version");
    let removed = browser.post("/settings/roles/front-desk/remove", &[("version", &version)]).await;
    assert_eq!(removed.location, "/settings/roles", "{}", removed.body);
    assert_eq!(browser.get("/settings/roles/front-desk").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_owner_looks_through_the_eyes_of_a_role_and_comes_back() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    assert_eq!(browser.post("/settings/roles/accountant/preview", &[]).await.status, StatusCode::SEE_OTHER);
    let seen = browser.get("/").await;
    assert!(
        seen.has("Juma Otieno (Accountant)") && seen.has("Nothing can be changed meanwhile") && !seen.has("href=\"/settings/staff\""),
        "{}",
        seen.body
    );
    assert_eq!(browser.get("/settings/staff").await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get("/settings/preview/end").await.status, StatusCode::METHOD_NOT_ALLOWED, "a link alone ends nothing");
    let back = browser.post("/settings/preview/end", &[]).await;
    assert_eq!(back.location, "/settings/roles");
    assert_eq!(browser.get("/settings/staff").await.status, StatusCode::OK);
}
