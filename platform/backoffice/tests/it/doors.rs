//! Coming in, staying in and being kept out.

use axum::http::StatusCode;
use kernel::routes::{Access, Face};

use crate::support::{PASSWORD, Site};

#[tokio::test]
async fn whoever_knows_the_password_comes_in_and_goes_out_again() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    assert!(browser.get("/").await.has("Today"));
    let out = browser.post("/logout", &[]).await;
    assert_eq!((out.status, out.location.as_str()), (StatusCode::SEE_OTHER, "/login"));
    assert_eq!(browser.get("/").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_wrong_password_shows_the_form_again_with_the_address_but_not_the_password() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.browser(Some(&firm.tenant));
    let shown = browser.post("/login", &[("email", "owner@example.com"), ("password", "not-the-1-password"), ("next", "/orders")]).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shown.has("value=\"owner@example.com\"") && shown.has("value=\"/orders\""));
    assert!(!shown.has("not-the-1-password"));
}

#[tokio::test]
async fn logging_in_never_leads_to_another_site() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.browser(Some(&firm.tenant));
    let entered = browser.post("/login", &[("email", "owner@example.com"), ("password", PASSWORD), ("next", "//evil.example")]).await;
    assert_eq!(entered.location, "/");
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let refused = browser.post_raw("/profile", "first_name=Mallory").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(browser.get("/profile").await.has("value=\"Juma\""));
}

#[tokio::test]
async fn a_form_of_another_session_is_refused() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let token = site.owner(&firm).await.get("/profile").await.hidden("csrf");
    let refused = site.owner(&firm).await.post_raw("/profile", &format!("csrf={token}&first_name=Mallory")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_visitor_sees_public_pages_only_and_staff_only_what_their_role_holds() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let (mut visitor, mut bare) = (site.browser(Some(&firm.tenant)), site.owner(&firm).await);
    bare.permissions = Some(Vec::new());
    let routes: Vec<_> = site.routes.table().iter().filter(|route| route.face == Face::Office).cloned().collect();
    assert!(routes.len() > 80, "{} routes", routes.len());
    for route in routes {
        let path = route
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "018f0000-0000-7000-8000-000000000000" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        // To whom it is open it has no end.
        if route.path == "/notices/live" {
            assert_eq!(visitor.get(&path).await.status, StatusCode::UNAUTHORIZED);
            continue;
        }
        let (strange, own) = if route.method == "GET" {
            (visitor.get(&path).await.status, bare.get(&path).await.status)
        } else {
            (visitor.post(&path, &[]).await.status, bare.post(&path, &[]).await.status)
        };
        match route.access {
            Access::Public => {}
            Access::Staff(permission) => {
                assert_eq!(strange, StatusCode::UNAUTHORIZED, "{} {path}", route.method);
                assert_eq!(own, StatusCode::FORBIDDEN, "{} {path} without {permission}", route.method);
            }
            _ => assert_eq!(strange, StatusCode::UNAUTHORIZED, "{} {path}", route.method),
        }
        // Signing out is one of the routes.
        if route.path == "/logout" {
            bare = site.owner(&firm).await;
            bare.permissions = Some(Vec::new());
        }
    }
}

#[tokio::test]
async fn the_present_password_is_asked_for_and_a_change_ends_every_other_session() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let (mut here, mut elsewhere) = (site.owner(&firm).await, site.owner(&firm).await);
    let wrong = here.post("/profile/password", &[("current_password", "something-1-else"), ("new_password", "twiga-9-mti")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = here.post("/profile/password", &[("current_password", PASSWORD), ("new_password", "twiga-9-mti")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(here.get("/profile/security").await.status, StatusCode::OK);
    assert_eq!(elsewhere.get("/profile/security").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_forgotten_password_is_answered_the_same_for_everybody() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.browser(Some(&firm.tenant));
    for email in ["owner@example.com", "nobody@example.com"] {
        let shown = browser.post("/forgot-password", &[("email", email)]).await;
        assert!(shown.status == StatusCode::OK && shown.has("on its way"), "{email}");
    }
}
