//! What a site has beside its pages.

use axum::http::{StatusCode, header};

use crate::support::Site;

#[tokio::test]
async fn brand_manifest_and_robots_can_be_kept_by_browsers() {
    let site = Site::open().await;
    let mut browser = site.browser();
    let css = browser.get("/brand.css?v=1").await;
    assert_eq!(css.status, StatusCode::OK);
    assert!(css.has("--brand:") && css.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    assert_eq!(browser.get("/brand/logo.png").await.status, StatusCode::NOT_FOUND);
    let manifest = browser.get("/manifest.webmanifest").await;
    assert_eq!(serde_json::from_str::<serde_json::Value>(&manifest.body).unwrap()["start_url"], "/account");
    let robots = browser.get("/robots.txt").await;
    assert!(robots.has("Disallow: /account") && robots.has("Disallow: /checkout"));
    let map = browser.get("/sitemap.xml").await;
    assert!(robots.has("Sitemap: ") && map.body.matches("/products/").count() >= 6, "{}", map.body);
    for page in ["/offline", "/terms", "/privacy", "/verify"] {
        assert_eq!(browser.get(page).await.status, StatusCode::OK, "{page}");
    }
}

#[tokio::test]
async fn whom_to_complain_to_is_named() {
    let site = Site::open().await;
    let mut browser = site.browser();
    for page in ["/complaints", "/terms"] {
        let shown = browser.get(page).await;
        assert!(shown.has("the Insurance Regulatory Authority (IRA)"), "{page}: {}", shown.body);
    }
}

#[tokio::test]
async fn an_invented_code_is_not_ours_whatever_it_looks_like() {
    let site = Site::open().await;
    let mut browser = site.browser();
    let asked = browser.get("/verify?code=7K2M-9QX4-TB8W-R3HR").await;
    assert_eq!((asked.status, asked.location.as_str()), (StatusCode::SEE_OTHER, "/verify/7K2M-9QX4-TB8W-R3HR"));
    for code in ["7K2M-9QX4-TB8W-R3HR", "x", "%3Cscript%3Ealert(1)%3C/script%3E".trim_end_matches("/script%3E"), "0000000000000000"] {
        let shown = browser.get(&format!("/verify/{code}")).await;
        assert_eq!(shown.status, StatusCode::OK, "{code}");
        assert!(shown.has("We do not know this document") && !shown.has("<script>alert"), "{code}");
    }
}

#[tokio::test]
async fn pages_of_customers_are_for_customers() {
    let site = Site::open().await;
    let mut browser = site.browser();
    for page in [
        "/account",
        "/account/policies",
        "/account/payments",
        "/account/documents",
        "/account/beneficiaries",
        "/account/dependants",
        "/account/privacy",
        "/account/profile",
        "/account/security",
        "/checkout/pay",
        "/checkout/documents",
        "/fleet",
    ] {
        assert_eq!(browser.get(page).await.status, StatusCode::UNAUTHORIZED, "{page}");
    }
}
