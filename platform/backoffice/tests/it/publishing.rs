//! Becoming a publisher, and what is refused on the way.

use axum::http::StatusCode;
use uuid::Uuid;

use crate::support::Site;

/// A public key that nobody else has: 32 bytes, as `wakala-plugin key` tells them.
fn key() -> String {
    format!("ed25519:{}AAAAAAAAAAA=", Uuid::now_v7().simple())
}

#[tokio::test]
async fn an_office_becomes_a_publisher_and_adds_the_key_it_signs_with() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut owner = site.owner(&firm).await;
    assert!(owner.get("/publishing").await.has("You do not publish plugins yet"));
    for early in ["/publishing/keys", "/publishing/versions"] {
        assert_eq!(owner.get(early).await.location, "/publishing");
    }

    let handle = format!("acme-{}", Uuid::now_v7().simple());
    let saved = owner.post("/publishing/account", &[("handle", &handle), ("name", "Acme"), ("support", "help@example.com")]).await;
    assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, "/publishing"), "{}", saved.body);
    assert!(owner.get("/publishing").await.has("No packages yet"));
    assert!(owner.get("/publishing/account").await.has(&handle));
    assert!(owner.get("/publishing/versions").await.has("Nothing listed yet"));
    assert_eq!(owner.get("/publishing/versions/com.example.nothing/1.0.0").await.status, StatusCode::NOT_FOUND);

    let wrong = owner.post("/publishing/keys/new", &[("public_key", "ssh-ed25519 AAAA"), ("name", "Laptop")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let key = key();
    let added = owner.post("/publishing/keys/new", &[("public_key", &key), ("name", "Laptop")]).await;
    assert_eq!((added.status, added.location.as_str()), (StatusCode::SEE_OTHER, "/publishing/keys"), "{}", added.body);
    let again = owner.post("/publishing/keys/new", &[("public_key", &key), ("name", "Laptop")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.has("This key is in use already"), "{}", again.body);
    assert!(owner.get("/publishing/keys").await.has("Laptop"));
}

#[tokio::test]
async fn a_handle_of_another_publisher_is_refused_beside_the_form() {
    let site = Site::new();
    let (first, second) = (site.brokerage().await, site.brokerage().await);
    let handle = format!("acme-{}", Uuid::now_v7().simple());
    let said = [("handle", handle.as_str()), ("name", "Acme"), ("support", "")];
    assert_eq!(site.owner(&first).await.post("/publishing/account", &said).await.status, StatusCode::SEE_OTHER);
    let refused = site.owner(&second).await.post("/publishing/account", &said).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("Another publisher has this handle"), "{}", refused.body);
}
