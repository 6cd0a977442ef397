//! Walks through a whole tenant by its links: no page leads to nothing, and each is sound with real content.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::StatusCode;

use crate::{
    markup::sound,
    sales,
    support::{Browser, Site},
};

/// Links of a page that stay on this host, without what only changes the list.
fn links(html: &str) -> Vec<String> {
    html.split(" href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.starts_with('/') && !href.starts_with("/assets") && !href.starts_with("/brand"))
        .map(|href| href.replace("&#38;", "&").replace("&amp;", "&"))
        .collect()
}

/// Of the pages of one kind with only the id apart, a few are enough.
fn few(kinds: &mut BTreeMap<String, usize>, link: &str) -> bool {
    let kind = link.split_inclusive(['/', '=', '?', ':']).map(|part| if part.len() >= 36 { "{}" } else { part }).collect::<String>();
    let count = kinds.entry(kind.clone()).or_default();
    *count += 1;
    *count <= 12 || !kind.contains("{}")
}

async fn walk(browser: &mut Browser<'_>, start: &str) -> BTreeSet<String> {
    let mut kinds = BTreeMap::new();
    let (mut seen, mut ahead) = (BTreeSet::from([start.to_owned()]), VecDeque::from([start.to_owned()]));
    while let Some(path) = ahead.pop_front() {
        let shown = browser.get(&path).await;
        // A document is opened at its store.
        if path.starts_with("/documents/") && !path.contains("/about") {
            assert_eq!(shown.status, StatusCode::SEE_OTHER, "{path}");
            continue;
        }
        assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.body);
        if path.split('?').next().is_some_and(|path| path.ends_with(".csv")) {
            continue;
        }
        sound(&path, &shown.body);
        for link in links(&shown.body) {
            if seen.len() < 400 && few(&mut kinds, &link) && seen.insert(link.clone()) {
                ahead.push_back(link);
            }
        }
    }
    seen
}

#[tokio::test]
async fn every_link_of_a_fresh_office_leads_to_a_sound_page() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let seen = walk(&mut browser, "/").await;
    for page in [
        "/customers/new",
        "/products",
        "/insurers",
        "/settings/brand",
        "/settings/roles/agent",
        "/settings/staff/invite",
        "/plugins/calls",
        "/webhooks/new",
        "/books",
        "/differences",
        "/statements/import",
        "/profile/security",
    ] {
        assert!(seen.contains(page), "no way to {page}");
    }
    assert!(seen.iter().filter(|path| path.starts_with("/products/")).count() > 3);
}

#[tokio::test]
async fn every_link_of_an_office_with_business_leads_to_a_sound_page() {
    let site = Site::new();
    let firm = site.brokerage().await;
    let mut browser = site.owner(&firm).await;
    let sold = sales::sell(&site, &firm).await;
    sales::confirm(&site, &firm, &mut browser, &sold).await;
    let seen = walk(&mut browser, "/").await;
    for kind in ["/customers/", "/quotes/", "/orders/", "/policies/"] {
        assert!(seen.iter().any(|path| path.starts_with(kind) && path.len() > 40), "no record at {kind}");
    }
}

#[tokio::test]
async fn every_link_of_the_platforms_site_leads_to_a_sound_page() {
    let site = Site::new();
    let seen = walk(&mut site.browser(None), "/").await;
    assert!(seen.contains("/start") && seen.contains("/login"));
}
