//! What a visitor finds before buying: what the firm put in front, what others say, and its pages.

use axum::http::StatusCode;
use insurance::{
    catalogue::service as catalogue,
    reviews::{ReviewState, service as reviews},
    site::{EntryInput, EntryKind, EntryState, PageCode, PageInput, entries, featured, pages},
    text::LocalText,
};

use crate::{
    sale::{pay, shop, to_payment},
    support::Site,
};

#[tokio::test]
async fn the_start_page_shows_what_the_firm_published_and_nothing_empty() {
    let site = shop().await;
    let mut browser = site.browser();
    let bare = browser.get("/").await;
    assert!(!bare.has("id=\"featured\"") && !bare.has("id=\"voices\"") && !bare.has("id=\"questions\""), "{}", bare.body);
    assert!(bare.has("id=\"insurers\"") && bare.has("action=\"/products\""));
    let mut tx = site.system().begin_write().await.unwrap();
    let front = catalogue::list_for_sale(&mut tx, &Default::default()).await.unwrap().remove(4);
    featured::choose(&mut tx, &[front.id], 0).await.unwrap();
    let voice = EntryInput { heading: LocalText::en("Asha M., Nakuru"), body: LocalText::en("Covered <b>at once</b>.") };
    let voice = entries::create(&mut tx, EntryKind::Testimonial, None, voice).await.unwrap();
    entries::set_state(&mut tx, voice.id, EntryState::Published).await.unwrap();
    tx.commit().await.unwrap();
    let full = browser.get("/").await;
    assert!(full.has("id=\"featured\"") && full.has(&format!("/products/{}", front.id)), "{}", full.body);
    assert!(full.has("Asha M., Nakuru") && !full.has("<b>at once</b>"), "words are shown, not run");
}

#[tokio::test]
async fn every_page_of_the_firm_has_words_until_it_has_its_own() {
    let site = Site::open().await;
    let mut browser = site.browser();
    for page in ["about", "complaints", "terms", "privacy", "cookies"] {
        let shown = browser.get(&format!("/{page}")).await;
        assert!(shown.status == StatusCode::OK && shown.has("rel=\"canonical\"") && shown.has(&format!("href=\"/{page}\"")), "{page}");
    }
    let mut tx = site.system().begin_write().await.unwrap();
    for text in ["# First", "# Second"] {
        let input = PageInput { title: LocalText::en("Our terms"), body: LocalText::en(text) };
        let draft = pages::save_draft(&mut tx, PageCode::Terms, 0, input).await.unwrap();
        pages::publish(&mut tx, PageCode::Terms, draft.version).await.unwrap();
    }
    tx.commit().await.unwrap();
    let terms = browser.get("/terms").await;
    assert!(terms.has("<h1>Our terms</h1>") && terms.has("<h2>Second</h2>") && terms.has("/terms/versions/1"), "{}", terms.body);
    let old = browser.get("/terms/versions/1").await;
    assert!(old.has("<h2>First</h2>") && old.has("earlier wording") && old.has("noindex"), "{}", old.body);
    assert_eq!(browser.get("/terms/versions/3").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/imprint/versions/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_customer_rates_a_cover_and_others_read_it_once_it_is_published() {
    let site = shop().await;
    let mut browser = site.browser();
    let page = to_payment(&mut browser, "asha@example.com").await;
    pay(&mut browser, &page).await;
    site.work().await;
    let policies = browser.get("/account/policies").await;
    let start = policies.body.find("/account/policies/").expect("a policy");
    let policy = policies.body[start..].split('"').next().unwrap().to_owned();
    assert!(browser.get(&policy).await.has("Rate this cover"));
    let form = browser.get(&format!("{policy}/review")).await;
    assert!(form.status == StatusCode::OK && form.has("Asha M."), "{}", form.body);
    let empty = browser.post(&format!("{policy}/review"), &[("body", "Quick.")]).await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.has("Quick."), "{}", empty.body);
    let sent = browser.post(&format!("{policy}/review"), &[("rating", "4"), ("body", "Quick.")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);

    let mut tx = site.system().begin_write().await.unwrap();
    let row = reviews::list(&mut tx, &Default::default(), Some(ReviewState::Waiting)).await.unwrap().results.remove(0);
    let review = reviews::get(&mut tx, row.id).await.unwrap();
    let product = format!("/products/{}", review.product);
    let mut visitor = site.browser();
    let before = visitor.get(&product).await;
    assert!(!before.has("Quick.") && !before.has("aggregateRating"), "{}", before.body);
    reviews::publish(&mut tx, review.id, review.version).await.unwrap();
    tx.commit().await.unwrap();
    let after = visitor.get(&product).await;
    assert!(after.has("Quick.") && after.has("Asha M.") && after.has("\"ratingValue\":\"4\"") && after.has("\"reviewCount\":1"), "{}", after.body);
    assert!(visitor.get("/products?sort=rating").await.has("4 of 5 stars, 1 review"));

    let gone = browser.post(&format!("{policy}/review/withdraw"), &[]).await;
    assert_eq!(gone.location, policy);
    assert!(!visitor.get(&product).await.has("Quick."));
    assert_eq!(visitor.get(&format!("{policy}/review")).await.status, StatusCode::UNAUTHORIZED);
}
